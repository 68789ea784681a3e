"""`Target`: a framework that code is written for; and what the frameworks' modules ask about a schedule."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR

Lines = list[str]
Run = tuple[Lines, str]
"""Lines, and what the schedule that they make does after the run."""
LEVEL = 1e-12
"""Rates that differ by less, relative to the first, count as the same."""


@dataclass(frozen=True)
class Target:
    """How a framework writes a schedule: the ``TARGET`` of each module of this folder.

    Attributes
    ----------
    adapter : str
        The line that hands ``schedule``, made by lrkit, to the framework.
    own : function
        The lines that make a schedule of the framework's own classes, or None if none is equal at every step.
    run : function, optional
        The same for a run of so many steps. Where it has none, or is left out: those of `own`.
    function : function, optional
        Where no class is equal: the lines of a function with the schedule's formula, or None if that would be long.
    exact : function, optional
        In place of all the others: the lines of a function with the formula of the schedule as it stands.
    within : function, optional
        The lines as the framework's own place for them has them, such as the body of a method.
    largest_count : float
        The framework's counts of steps are below this.
    """

    adapter: str
    own: Callable[[LearningRateSchedule], Lines | None]
    run: Callable[[LearningRateSchedule, int], Run | None] | None = None
    function: Callable[[LearningRateSchedule], Lines | None] | None = None
    exact: Callable[[LearningRateSchedule], Lines] | None = None
    within: Callable[[Lines], Lines] | None = None
    largest_count: float = math.inf

    def always(self, schedule: LearningRateSchedule) -> Lines | None:
        """What is equal at every step."""
        return self.own(schedule) if _last_count(schedule) < self.largest_count else None

    def in_run(self, schedule: LearningRateSchedule, steps: int) -> Run | None:
        """What is equal in a run of so many steps."""
        if self.run and _last_count(schedule) < self.largest_count and (found := self.run(schedule, steps)):
            return found
        lines = self.always(schedule)
        return (lines, past(schedule, steps)) if lines else None


def _last_count(schedule: LearningRateSchedule) -> float:
    """The largest number of steps in a schedule and its parts, added up: no sum of them that is written is larger."""
    own = [value for item in schedule.parameters().values() for value in (item if isinstance(item, tuple) else [item])]
    return sum(value for value in own if type(value) is int) + sum(map(_last_count, schedule.parts()))


def past(schedule: LearningRateSchedule, steps: int) -> str:
    """What a schedule does from step `steps` on, in a few words."""
    first = float(schedule(steps))
    for later in (steps + k for k in (1, 2, 10, 100, 1000, schedule.horizon)):
        if abs((rate := float(schedule(later))) - first) > LEVEL * abs(first):
            return f"has {rate:.6g} at step {later:,}"
    return f"stays at {first:.6g}"


def line_of(schedule: LearningRateSchedule) -> tuple[float, float, int] | None:
    """The first rate, the last and the length of a straight line of whole steps, then level."""
    match schedule:
        case WarmUpLR(rate, steps):
            return 0.0, rate, steps
        case PolynomialDecayLR(first, last, steps, 1.0, False):
            return first, last, steps
        case PiecewiseLinearLR((0.0, end), (first, last)) if end > 0 and end.is_integer():
            return first, last, int(end)
    return None


def rising(milestones: Sequence[int]) -> bool:
    """Whether each milestone is above the one before."""
    return all(before < after for before, after in pairwise(milestones))
