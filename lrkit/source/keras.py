"""What Keras calls lrkit's schedules."""

from __future__ import annotations

from ..schedules._base import LearningRateSchedule
from ..schedules.clock import RepeatLR
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ._calls import call
from ._target import Lines, Target, line_of, rising


def _own(schedule: LearningRateSchedule) -> Lines | None:
    if isinstance(schedule, ConstantLR):
        return [f"learning_rate = {schedule.learning_rate!r}"]
    code = _call(schedule)
    return ["import keras", "", f"learning_rate = keras.optimizers.schedules.{code}"] if code else None


def _call(schedule: LearningRateSchedule) -> str | None:
    match schedule:
        case ExponentialDecayLR(rate, factor, steps, stairs) | InverseDecayLR(rate, factor, steps, stairs):
            return call(
                "ExponentialDecay" if isinstance(schedule, ExponentialDecayLR) else "InverseTimeDecay",
                initial_learning_rate=rate, decay_steps=steps, decay_rate=factor, staircase=stairs,
            )  # fmt: skip
        case PolynomialDecayLR(first, last, steps, power, cycle):
            return call(
                "PolynomialDecay", initial_learning_rate=first, decay_steps=steps, end_learning_rate=last,
                power=power, cycle=cycle,
            )  # fmt: skip
        case PiecewiseConstantLR(milestones, rates) if len(rates) > 1 and rising((0, *milestones[:-1])):
            boundaries = tuple(milestone - 1 for milestone in milestones[:-1])  # Keras switches a step later
            return call("PiecewiseConstantDecay", boundaries=boundaries, values=rates)
        case CosineDecayLR(low, high, steps):
            return call("CosineDecay", initial_learning_rate=high, decay_steps=steps, alpha=low / high)
        case RepeatLR(CosineDecayLR(0.0, high, steps), period, None, 1.0, gamma) if period == steps:
            return call(  # of cycles that grow, Keras misses some restarts
                "CosineDecayRestarts",
                initial_learning_rate=high, first_decay_steps=steps, t_mul=1.0, m_mul=gamma,
            )  # fmt: skip
        case JoinLR((rise, CosineDecayLR(low, high, steps)), (milestone,)) if line := line_of(rise):
            start, *peak = line
            if peak == [high, milestone]:
                return call(
                    "CosineDecay", initial_learning_rate=start, decay_steps=steps, alpha=low / high,
                    warmup_target=high, warmup_steps=milestone,
                )  # fmt: skip
    return None


TARGET = Target("learning_rate = to_keras(schedule)", _own, largest_count=2**31)  # counts are int32 there
