"""`within`: a schedule that need only be right in the first steps, for code that is used for a run of that length."""

from __future__ import annotations

from dataclasses import replace

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ScaleLR
from ..schedules.blocks import EveryLR
from ..schedules.clock import HoldLR, RepeatLR, ShiftLR
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ._sealed import on_sealed
from ._simplified import joined, simplified

MOST_CYCLES = 1000
"""The most cycles whose lengths are added up."""


@on_sealed
def within(schedule: LearningRateSchedule, steps: int) -> LearningRateSchedule:
    """A schedule equal in the first `steps` steps, to rounding, and as simple as is known; anything after them.

    What comes later is left out: the end of a join, cycles after the first, a hold.
    """
    return simplified(_within(simplified(schedule), steps))


def _within(schedule: LearningRateSchedule, steps: int) -> LearningRateSchedule:  # noqa: C901  # a table
    last = steps - 1
    if last == 0 and not isinstance(schedule, ConstantLR):
        return ConstantLR(schedule(0))
    match schedule:
        case JoinLR(schedules, milestones):
            starts = [start for start in (0, *milestones) if start < steps]
            parts = [*zip(schedules, starts, strict=False)]
            part, start = parts.pop()
            return joined([*parts, (_within(part, steps - start), start)])
        case HoldLR(inner, end) if last <= end:
            return _within(inner, steps)
        case ShiftLR(inner, moved) if 0 < last <= moved:
            return ConstantLR(inner(0))
        case EveryLR(inner, block) if steps <= block:
            return ConstantLR(inner(0))
        case RepeatLR(inner, period) if steps <= period:
            return _within(inner, steps)
        case RepeatLR(_, period, int(cycles), multiplier) if steps <= period * sum(
            multiplier**k for k in range(min(cycles, MOST_CYCLES))
        ):
            return _endless(schedule)
        case PolynomialDecayLR(_, _, length, _, True) if last <= length:
            return replace(schedule, update_decay_steps=False)
        case ExponentialDecayLR(rate, _, length, True) if last < length:
            return ConstantLR(rate)
        case PiecewiseConstantLR(milestones, rates):
            kept = sum(milestone <= last for milestone in milestones[:-1]) + 1
            return PiecewiseConstantLR(milestones[:kept], rates[:kept]) if kept > 1 else ConstantLR(rates[0])
        case PiecewiseCosineLR(milestones, rates) | PiecewiseLinearLR(milestones, rates):
            kept = sum(milestone < last for milestone in milestones) + 1
            return replace(schedule, milestones=milestones[:kept], learning_rates=rates[:kept])
    return schedule


def _endless(schedule: RepeatLR) -> LearningRateSchedule:
    """The cycles without an end; the schedule as it is if no step can count so many."""
    try:
        return replace(schedule, cycles=None)
    except ValueError:
        return schedule


@on_sealed
def unrolled(schedule: LearningRateSchedule, steps: int, most: int) -> LearningRateSchedule:
    """The cycles of the first steps one by one, if there are at most so many and each begins at a whole step."""
    match schedule:
        case OffsetLR(inner) | ScaleLR(inner):
            return simplified(replace(schedule, schedule=unrolled(inner, steps, most)))
        case RepeatLR(inner, period, cycles, multiplier, gamma):
            parts: list[LearningRateSchedule] = []
            starts: list[int] = []
            start, length, height = 0.0, float(period), 1.0
            while start < steps and (cycles is None or len(parts) < cycles):
                if len(parts) == most or not start.is_integer():
                    return schedule
                parts.append(simplified(height * _longer(inner, length / period)))
                starts.append(int(start))
                start, length, height = start + length, length * multiplier, height * gamma
            return joined(list(zip(parts, starts, strict=True)))
    return schedule


def _longer(schedule: LearningRateSchedule, factor: float) -> LearningRateSchedule:
    """The schedule stretched: its own length multiplied, if it has one and the product is whole."""
    length = getattr(schedule, "decay_steps", None)
    if length is None or not float(length * factor).is_integer():
        return schedule.stretch(factor)
    return replace(schedule, decay_steps=int(length * factor))  # type: ignore[type-var]
