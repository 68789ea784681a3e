"""What optax calls lrkit's schedules."""

from __future__ import annotations

from ..catalogue._within_run import unrolled
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR
from ._calls import broken, call, value_code
from ._target import Lines, Run, Target, line_of, past

MOST_CYCLES = 12
"""How many cycles are written one after the other."""


def _own(schedule: LearningRateSchedule) -> Lines | None:
    code = _call(schedule, 0)
    return ["import optax", "", f"learning_rate = {code}"] if code else None


def _run(schedule: LearningRateSchedule, steps: int) -> Run | None:
    """Cycles are written one after the other."""
    short = unrolled(schedule, steps, MOST_CYCLES)
    lines = _own(short)
    return (lines, past(short, steps)) if lines else None


def _call(schedule: LearningRateSchedule, indent: int) -> str | None:
    match schedule:
        case ConstantLR(rate):
            return call("optax.constant_schedule", indent=indent, value=rate)
        case _ if line := line_of(schedule):
            first, last, steps = line
            return call(
                "optax.linear_schedule", indent=indent, init_value=first, end_value=last, transition_steps=steps
            )
        case PolynomialDecayLR(first, last, steps, power, False):
            return call(
                "optax.polynomial_schedule", indent=indent,
                init_value=first, end_value=last, power=power, transition_steps=steps,
            )  # fmt: skip
        case CosineDecayLR(low, high, steps):
            return call(
                "optax.cosine_decay_schedule", indent=indent, init_value=high, decay_steps=steps, alpha=low / high
            )
        case ExponentialDecayLR(rate, factor, steps, stairs):
            return call(
                "optax.exponential_decay", indent=indent,
                init_value=rate, transition_steps=steps, decay_rate=factor, staircase=stairs,
            )  # fmt: skip
        case PiecewiseLinearLR((0.0, *_) as knots, rates) if len(knots) > 2:
            return _through("linear", knots, rates, indent)
        case PiecewiseCosineLR((0.0, *_) as knots, rates):
            return _through("cosine", knots, rates, indent)
        case PiecewiseConstantLR(milestones, rates):
            return _stairs(milestones, rates, indent)
        case JoinLR():
            return _join(schedule, indent)
    return None


def _through(shape: str, knots: tuple[float, ...], rates: tuple[float, ...], indent: int) -> str | None:
    """A curve through points; optax takes whole steps, and the factor from point to point."""
    if 0 in rates or not all(knot.is_integer() for knot in knots) or len(set(knots)) < len(knots):
        return None
    pairs = zip(knots[1:], rates, rates[1:], strict=False)
    factors = {int(knot): after / before for knot, before, after in pairs}
    return call(
        "optax.piecewise_interpolate_schedule", value_code(shape), indent=indent,
        init_value=rates[0], boundaries_and_scales=factors,
    )  # fmt: skip


def _join(schedule: JoinLR, indent: int) -> str | None:
    match schedule:
        case JoinLR((WarmUpLR(peak, steps), CosineDecayLR(low, high, decay_steps)), (milestone,)) if (
            peak == high and milestone == steps
        ):
            return call(
                "optax.warmup_cosine_decay_schedule", indent=indent,
                init_value=0.0, peak_value=peak, warmup_steps=steps, decay_steps=steps + decay_steps, end_value=low,
            )  # fmt: skip
    parts = [_call(part, indent + 8) for part in schedule.schedules]
    texts = [part for part in parts if part]
    if len(texts) < len(parts):
        return None
    parts_code = broken("[", texts, "]", indent + 4)
    return call("optax.join_schedules", parts_code, indent=indent, boundaries=schedule.milestones)


def _stairs(milestones: tuple[int, ...], rates: tuple[float, ...], indent: int) -> str | None:
    """Stairs by the factor at each step: exact to rounding, if no rate is 0 and no two change at one step."""
    if 0 in rates or len(set(milestones[:-1])) < len(milestones) - 1:
        return None
    factors = {at: after / before for at, before, after in zip(milestones, rates, rates[1:], strict=False)}
    return call("optax.piecewise_constant_schedule", indent=indent, init_value=rates[0], boundaries_and_scales=factors)


TARGET = Target("learning_rate = to_optax(schedule)", _own, _run, largest_count=2**31)  # counts are int32 there
