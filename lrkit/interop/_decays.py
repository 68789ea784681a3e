"""Decays as optax, Keras and Paddle have them: any length above 0, whole or not, and rates of either sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..catalogue._between import between
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR


def lasting(steps: float, curve: Callable[[int], LearningRateSchedule]) -> LearningRateSchedule:
    """The curve of `steps` steps; if that is not whole, the curve of one step, stretched."""
    return curve(int(steps)) if steps == int(steps) else curve(1).stretch(steps)


def cosine(start: float, end: float, steps: float, power: float = 1.0) -> LearningRateSchedule:
    """Half a cosine, raised to a power, from `start` to `end`."""
    if start == end or power == 0:
        return ConstantLR(start)
    if power == 1 and 0 <= end < start:
        return lasting(steps, lambda n: CosineDecayLR(end, start, n))
    wave = lasting(steps, lambda n: CosineDecayLR(0.0, 1.0, n))
    return between(end, start, wave if power == 1 else wave**power)


def polynomial(start: float, end: float, steps: float, power: float, cycle: bool = False) -> LearningRateSchedule:
    """A power of the time left, from `start` to `end`; with `cycle`, again and again with a longer horizon."""
    if start == end or power == 0:
        return ConstantLR(start)
    if start > 0 and end >= 0:
        return lasting(steps, lambda n: PolynomialDecayLR(start, end, n, power, cycle))
    return between(end, start, lasting(steps, lambda n: PolynomialDecayLR(1.0, 0.0, n, power, cycle)))


def exponential(start: float, rate: float, steps: float, stair: bool) -> LearningRateSchedule:
    """`start` times a power of `rate`."""
    return of_any_sign(start, lambda first: lasting(steps, lambda n: ExponentialDecayLR(first, rate, n, stair)))


def of_any_sign(start: float, curve: Callable[[float], LearningRateSchedule]) -> LearningRateSchedule:
    """The curve that begins at `start`, where `curve` takes a first rate above 0."""
    if start == 0:
        return ConstantLR(0.0)
    return curve(start) if start > 0 else start * curve(1.0)


def line(start: float, end: float, steps: float) -> LearningRateSchedule:
    """A straight line, then level; of no length, its end."""
    if start == end or steps <= 0:
        return ConstantLR(end)
    if start == 0 and end > 0 and steps == int(steps):
        return WarmUpLR(end, int(steps))
    return PiecewiseLinearLR((0.0, float(steps)), (start, end))


def stairs(rates: Sequence[float], starts: Sequence[int]) -> LearningRateSchedule:
    """The first rate from step 0 on, and each other one from its start on."""
    if not starts:
        return ConstantLR(rates[0])
    return JoinLR(tuple(ConstantLR(rate) for rate in rates), tuple(starts))
