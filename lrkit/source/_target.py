"""`Target`: a framework that code is written for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ..schedules._base import LearningRateSchedule
from ._code import past

Lines = list[str]
Run = tuple[Lines, str]
"""Lines, and what the schedule that they make does after the run."""


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
        The same for a run of so many steps. Default: those of `own`.
    function : function, optional
        Where no class is equal: the lines of a function with the schedule's formula, or None if that would be long.
    largest_count : float
        The framework's counts of steps are below this.
    """

    adapter: str
    own: Callable[[LearningRateSchedule], Lines | None]
    run: Callable[[LearningRateSchedule, int], Run | None] | None = None
    function: Callable[[LearningRateSchedule], Lines | None] | None = None
    largest_count: float = math.inf

    def always(self, schedule: LearningRateSchedule) -> Lines | None:
        """What is equal at every step."""
        return self.own(schedule) if _last_count(schedule) < self.largest_count else None

    def in_run(self, schedule: LearningRateSchedule, steps: int) -> Run | None:
        """What is equal in a run of so many steps."""
        if self.run and _last_count(schedule) < self.largest_count:
            return self.run(schedule, steps)
        lines = self.always(schedule)
        return (lines, past(schedule, steps)) if lines else None


def _last_count(schedule: LearningRateSchedule) -> float:
    """The largest number of steps in a schedule and its parts, added up: no sum of them that is written is larger."""
    own = [value for item in schedule.parameters().values() for value in (item if isinstance(item, tuple) else [item])]
    return sum(value for value in own if type(value) is int) + sum(map(_last_count, schedule.parts()))
