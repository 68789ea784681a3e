"""The curves of the schedulers that torch and MindSpore have alike, read from their attributes.

Torch computes a rate from the last one, and so does MindSpore. The curve is what both document: a closed form of the
epoch. A message names an option as the frameworks do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..catalogue._between import between
from ..catalogue.cosine_restarts import cosine_restarts
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.cyclic import cyclic
from ..catalogue.linear import linear
from ..catalogue.multi_step import multi_step
from ..catalogue.step_decay import step_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ._numbers import number, whole

Scheduler = Any
Curve = LearningRateSchedule


def _count(scheduler: Scheduler, name: str, low: int = 1) -> int:
    return whole(type(scheduler).__name__, name, getattr(scheduler, name), low)


def _number(scheduler: Scheduler, name: str, high: float | None = None) -> float:
    return number(type(scheduler).__name__, name, getattr(scheduler, name), low=0, high=high)


def _gamma(scheduler: Scheduler) -> float:
    return number(type(scheduler).__name__, "gamma", scheduler.gamma, low=0, exclusive=True)


def _step(scheduler: Scheduler, base_lr: float) -> Curve:
    return ScaleLR(step_decay(1.0, _gamma(scheduler), _count(scheduler, "step_size")), base_lr)


def _multi_step(scheduler: Scheduler, base_lr: float) -> Curve:
    """Each milestone is compared with the epoch, so one that is not whole never comes."""
    given = sorted(milestone for milestone in scheduler.milestones.elements() if milestone % 1 == 0)
    milestones = [whole("MultiStepLR", f"milestones[{k}]", milestone) for k, milestone in enumerate(given)]
    return ScaleLR(multi_step(1.0, milestones, _gamma(scheduler)), base_lr)


def _constant(scheduler: Scheduler, base_lr: float) -> Curve:
    reduced = ConstantLR(base_lr * _number(scheduler, "factor", high=1))
    return reduced.then(ConstantLR(base_lr), _count(scheduler, "total_iters", low=0))


def _linear(scheduler: Scheduler, base_lr: float) -> Curve:
    start, end = _number(scheduler, "start_factor", high=1), _number(scheduler, "end_factor", high=1)
    steps = _count(scheduler, "total_iters", low=0)
    return ScaleLR(linear(start, end, steps), base_lr) if steps else ConstantLR(base_lr * end)


def _exponential(scheduler: Scheduler, base_lr: float) -> Curve:
    return ScaleLR(ExponentialDecayLR(1.0, _gamma(scheduler), 1), base_lr)


def _polynomial(scheduler: Scheduler, base_lr: float) -> Curve:
    steps, power = _count(scheduler, "total_iters"), _number(scheduler, "power")
    return ScaleLR(PolynomialDecayLR(1.0, 0.0, steps, power), base_lr) if power else ConstantLR(base_lr)


def _cosine(scheduler: Scheduler, base_lr: float) -> Curve:
    return cosine_wave(_number(scheduler, "eta_min"), base_lr, _count(scheduler, "T_max"))


def _cosine_restarts(scheduler: Scheduler, base_lr: float) -> Curve:
    wave = cosine_restarts(0.0, 1.0, _count(scheduler, "T_0"), _count(scheduler, "T_mult"))
    return between(_number(scheduler, "eta_min"), base_lr, wave)


FORMS: dict[str, Callable[[Scheduler, float], Curve]] = {
    "StepLR": _step,
    "MultiStepLR": _multi_step,
    "ConstantLR": _constant,
    "LinearLR": _linear,
    "ExponentialLR": _exponential,
    "PolynomialLR": _polynomial,
    "CosineAnnealingLR": _cosine,
    "CosineAnnealingWarmRestarts": _cosine_restarts,
}
"""The curve of each class for a base rate."""


def triangles(scheduler: Scheduler, low: Any, high: Any, cycle: float, rising: float) -> Curve | None:
    """The curve of a ``CyclicLR``, of which a share `rises`; None if it turns at a step that is not whole."""
    up = round(rising * cycle)
    if up / cycle != rising or cycle != int(cycle):
        return None
    base_lr, max_lr = number("CyclicLR", "base_lr", low, low=0), number("CyclicLR", "max_lr", high, low=0)
    gamma = _gamma(scheduler) if scheduler.mode == "exp_range" else 1.0
    return cyclic(base_lr, max_lr, up, int(cycle) - up, scheduler.mode, gamma)
