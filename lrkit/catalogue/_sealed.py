"""Parts that rewriting leaves as they are: those of a class that states the formula of one of lrkit's anew.

A pattern such as ``case ScaleLR(inner, factor)`` takes an object of any subclass, and with it the formula of the class
that it names. So these parts are sealed before anything is rewritten, and opened after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import is_own

P = ParamSpec("P")
Schedule = TypeVar("Schedule", bound=LearningRateSchedule)


class Sealed(LearningRateSchedule):
    """A schedule in the place of another, which it equals in all but its class; it nests no deeper."""

    schedule: Annotated[LearningRateSchedule, Param("s")]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.schedule.formula(step, xp)

    def parts(self) -> Iterator[LearningRateSchedule]:
        return self.schedule.parts()

    def _knots(self, stop: int) -> Any:
        return self.schedule._knots(stop)  # noqa: SLF001

    def _horizon(self) -> int:
        return self.schedule._horizon()  # noqa: SLF001


def on_sealed(
    rewrite: Callable[Concatenate[LearningRateSchedule, P], LearningRateSchedule],
) -> Callable[Concatenate[LearningRateSchedule, P], LearningRateSchedule]:
    """A function that rewrites schedules, given sealed ones; what was sealed for it is open in its result."""

    @wraps(rewrite)
    def rewritten(schedule: LearningRateSchedule, /, *args: P.args, **kwargs: P.kwargs) -> LearningRateSchedule:
        whole = sealed(schedule)
        found = rewrite(whole, *args, **kwargs)
        return found if whole is schedule else _opened(found)

    return rewritten


def sealed(schedule: LearningRateSchedule) -> LearningRateSchedule:
    """The schedule with the parts of such classes sealed: itself where there is none."""
    if type(schedule) is Sealed:
        return schedule
    return Sealed(schedule) if _is_restated(type(schedule)) else with_parts(schedule, sealed)


def with_parts(schedule: Schedule, change: Callable[[LearningRateSchedule], LearningRateSchedule]) -> Schedule:
    """The schedule with each of its parts changed: itself where none is another."""
    fields = schedule.parameters()
    changed = {name: _changed(value, change) for name, value in fields.items()}
    return type(schedule)(**changed) if any(changed[name] is not fields[name] for name in fields) else schedule


def _changed(value: Any, change: Callable[[LearningRateSchedule], LearningRateSchedule]) -> Any:
    if isinstance(value, LearningRateSchedule):
        return change(value)
    if isinstance(value, tuple) and any(isinstance(item, LearningRateSchedule) for item in value):
        items = tuple(map(change, value))
        return items if any(one is not other for one, other in zip(items, value, strict=True)) else value
    return value


def _opened(schedule: LearningRateSchedule) -> LearningRateSchedule:
    return schedule.schedule if isinstance(schedule, Sealed) else with_parts(schedule, _opened)


def _is_restated(cls: type[LearningRateSchedule]) -> bool:
    """Whether a class has a class of lrkit among its bases, and not its formula."""
    own: Any = next((base for base in cls.__mro__ if vars(base).get("kind") and is_own(base)), None)
    return own is not None and cls.formula is not own.formula
