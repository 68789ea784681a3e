"""Whether a curve repeats for ever: its horizon is then a few cycles, not the step after which it is constant."""

from __future__ import annotations

from ._base import LearningRateSchedule
from ._formula import computes_as
from .clock import HoldLR, RepeatLR
from .join import JoinLR
from .polynomial_decay import PolynomialDecayLR


def is_endless(schedule: LearningRateSchedule) -> bool:
    """Whether a schedule, or the part of it that lasts to the end, repeats for ever.

    Examples
    --------
    >>> import lrkit
    >>> wave = lrkit.cosine_wave(0.0, 0.1, 90)
    >>> is_endless(wave.warmup(10)), is_endless(wave.hold(500)), is_endless(wave.then(lrkit.ConstantLR(0.1), 500))
    (True, False, False)
    """
    if computes_as(schedule, HoldLR):
        return False
    if computes_as(schedule, RepeatLR):
        return schedule.cycles is None or is_endless(schedule.schedule)
    if computes_as(schedule, PolynomialDecayLR):
        return schedule.update_decay_steps
    if computes_as(schedule, JoinLR):
        return is_endless(schedule.schedules[-1])
    return any(map(is_endless, schedule.parts()))
