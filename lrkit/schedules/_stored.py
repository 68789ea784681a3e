"""The lists among a schedule's fields: given as a list, tuple or range, stored as a tuple.

To a type checker each is a descriptor, whose setter says what the constructor takes and whose getter what the field is.
At run time each is the type of what is stored, and no descriptor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._base import LearningRateSchedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Generic, TypeVar, overload

    Item = TypeVar("Item")

    class TupleOf(Generic[Item]):
        """A field that takes any sequence, and is a tuple."""

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
