"""A schedule on a clock of samples or tokens as one of updates, and back: an expression of the algebra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.join import JoinLR
from .axis import Unit, clock_of
from .clock import Chain, Clock, Stages
from .counting import Counting, sequence_of
from .given import OWNER, Given

MOST_EPOCHS = 10_000
"""The most epochs with an incomplete last batch whose parts are joined."""
Part = tuple[int, int, int]
"""The first update of a part, what is counted before it, and what each update of it counts."""


def in_updates(given: Given, counting: Counting, total: int, schedule: Any, unit: Unit) -> LearningRateSchedule:
    """`Budget.in_updates`."""
    _require_schedule("Budget.in_updates", schedule)
    clock, size = clock_of("Budget.in_updates", given, counting, unit)
    if unit not in ("sample", "token") and not isinstance(clock, Stages):
        return _stretched(schedule, size / clock.forward(1))
    parts = _parts(given, clock, total, unit)
    return _joined([_moved(schedule, -seen, 1 / each) for _, seen, each in parts], [start for start, _, _ in parts[1:]])


def from_updates(given: Given, counting: Counting, total: int, schedule: Any, unit: Unit) -> LearningRateSchedule:
    """`Budget.from_updates`."""
    _require_schedule("Budget.from_updates", schedule)
    clock, size = clock_of("Budget.from_updates", given, counting, unit)
    if unit not in ("sample", "token") and not isinstance(clock, Stages):
        return _stretched(schedule, clock.forward(1) / size)
    parts = _parts(given, clock, total, unit)
    return _joined([_moved(schedule, -start, each) for start, _, each in parts], [seen for _, seen, _ in parts[1:]])


def _parts(given: Given, clock: Clock, total: int, unit: Unit) -> list[Part]:
    times = sequence_of(given) if unit == "token" else 1
    if isinstance(clock, Stages):
        return [(u, s * times, b * times) for u, s, b in zip(clock.updates, clock.samples, clock.sizes, strict=True)]
    each = clock.forward(1) * times
    ends = _uneven_epochs(clock)
    if not ends:
        return [(0, 0, each)]
    if total // ends > MOST_EPOCHS:
        raise ValueError(
            f"{OWNER}: at most {MOST_EPOCHS:,} epochs with an incomplete last batch can be joined, "
            f"got {total // ends:,}; drop_last=True leaves them out"
        )
    starts = range(0, total + 1, ends)  # the end of the run begins a part, so that its rate is exact too
    return [(start, clock.forward(start) * times, each) for start in starts]


def _uneven_epochs(clock: Clock) -> int:
    """The updates after which an incomplete batch or accumulation breaks the even count; 0 if none does."""
    if isinstance(clock, Chain):
        first, second = clock.first, clock.second
        even = first.outside == first.inside * first.slope and second.outside == second.inside * second.slope
        return 0 if even else first.inside
    return 0


def _moved(schedule: LearningRateSchedule, shift: int, factor: float) -> LearningRateSchedule:
    return _stretched(schedule.shift(shift) if shift else schedule, factor)


def _stretched(schedule: LearningRateSchedule, factor: float) -> LearningRateSchedule:
    return schedule if factor == 1 else schedule.stretch(factor)


def _joined(schedules: Sequence[LearningRateSchedule], milestones: Sequence[int]) -> LearningRateSchedule:
    return JoinLR(list(schedules), list(milestones)) if milestones else schedules[0]


def _require_schedule(owner: str, schedule: Any) -> None:
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"{owner}: schedule must be a schedule, got {shorten(schedule)}")
