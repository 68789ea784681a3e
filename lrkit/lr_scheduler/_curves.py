"""The curves of several groups, evaluated together: what they have in common is computed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ScaleLR


class Curves:
    """The rates of all groups at an epoch.

    Groups that differ in their base rate alone have curves that are a factor times one shape, plus an offset. Then a
    step evaluates the shape once, whatever the number of groups: the same operations in the same order.
    """

    def __init__(self, schedules: Iterable[LearningRateSchedule]) -> None:
        self._schedules = tuple(schedules)
        lines = [_line(schedule) for schedule in self._schedules]
        shapes = {shape for _, _, shape in lines}
        self.shape = shapes.pop() if len(shapes) == 1 else None
        self._lines = [(factor, offset) for factor, offset, _ in lines]
        self._factors = [factor for factor, _, _ in lines]
        self._plain = all(offset == 0 for _, offset, _ in lines)
        self.positive = all(factor >= 0 and offset >= 0 for factor, offset, _ in lines)

    def at(self, epoch: float) -> list[float]:
        """One rate for each group."""
        if self.shape is None:
            return [schedule(epoch) for schedule in self._schedules]
        return self.through(self.shape(epoch))

    def through(self, height: float) -> list[float]:
        """The rates where the common shape has this height."""
        if self._plain:
            return [factor * height for factor in self._factors]
        return [factor * height + offset for factor, offset in self._lines]

    def __iter__(self) -> Iterator[LearningRateSchedule]:
        return iter(self._schedules)

    def __len__(self) -> int:
        return len(self._schedules)


def _line(schedule: LearningRateSchedule) -> tuple[float, float, LearningRateSchedule]:
    """A schedule as a factor, an offset and what they are applied to."""
    factor, offset = 1.0, 0.0
    inner: Any = schedule
    if isinstance(inner, OffsetLR):
        inner, offset = inner.schedule, inner.offset
    if isinstance(inner, ScaleLR):
        inner, factor = inner.schedule, inner.factor
    return factor, offset, inner
