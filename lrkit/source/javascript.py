"""Plain JavaScript: a function of the step, which needs nothing installed."""

from __future__ import annotations

from ..schedules._base import LearningRateSchedule
from ._function import javascript_lines
from ._target import Lines, Target


def _exact(schedule: LearningRateSchedule) -> Lines:
    return javascript_lines(schedule, "learningRate")


TARGET = Target("", lambda _: None, exact=_exact)
