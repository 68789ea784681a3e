"""The types of fields that take a list, tuple or range, and are stored as a tuple.

For a type checker each is a descriptor: its setter has the type that the constructor takes, its getter that of the
field. At run time each is the type that is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import LearningRateSchedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Generic, TypeVar, overload

    Item = TypeVar("Item")

    class TupleOf(Generic[Item]):
        """A field that takes any sequence and stores a tuple."""

        @overload
        def __get__(self, schedule: None, owner: Any) -> Any: ...
        @overload
        def __get__(self, schedule: object, owner: Any) -> tuple[Item, ...]: ...
        def __get__(self, schedule: Any, owner: Any) -> Any: ...
        def __set__(self, schedule: object, value: Sequence[Item]) -> None: ...

    Floats = TupleOf[float]
    Integers = TupleOf[int]
    Schedules = TupleOf[LearningRateSchedule]
else:
    Floats = tuple[float, ...]
    Integers = tuple[int, ...]
    Schedules = tuple[LearningRateSchedule, ...]
