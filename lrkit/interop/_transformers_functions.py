"""The functions that transformers gives to torch's ``LambdaLR``, as schedules: `from_lambda`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from .._params import shorten
from ..catalogue._between import between
from ..catalogue.cooldown import cooldown
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.inverse_sqrt import inverse_sqrt
from ..catalogue.linear import linear
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR
from ._errors import DepartureWarning, refused
from ._numbers import number, whole

ADAPTER = "from_transformers"
MODULE = "transformers.optimization"
WORDS = ("warmup_type", "decay_type")
OPTIONAL = ("timescale", "warmup_lr_rate")
"""Arguments that may be None."""
MOST_STEPS_CHECKED = 1_000_000
"""How far `cosine_with_restarts` is searched for restarts that transformers misses."""


def from_lambda(function: Any, base_lr: float) -> LearningRateSchedule:
    """One of the functions that transformers gives to torch's ``LambdaLR``, times the rate that its group starts with.

    The function holds what ``get_scheduler`` was given, and the rate that it divided by.
    """
    inner = function.func if isinstance(function, partial) else function
    build = _BUILDERS.get(getattr(inner, "__name__", "")) if getattr(inner, "__module__", "") == MODULE else None
    if build is None or (isinstance(function, partial) and function.args):
        raise refused(ADAPTER, f"{shorten(function)} is none of transformers' own functions")
    rate = number(ADAPTER, "base_lr", base_lr, low=0)
    keywords = function.keywords if isinstance(function, partial) else {}
    try:
        signature(build).bind(rate, **keywords)
    except TypeError as error:
        raise refused(ADAPTER, f"{inner.__name__} has other arguments than are known here: {error}") from None
    checked = {name: _checked(name, value) for name, value in keywords.items()}
    schedule = build(rate or 1.0, **checked)
    return schedule if rate else ConstantLR(0.0)


def _checked(name: str, value: Any) -> Any:
    """An argument of one of the functions; a stable phase is shorter than 0 if the run is shorter than the others."""
    if name in WORDS or (value is None and name in OPTIONAL):
        return value
    if name.endswith("_steps"):
        return whole(ADAPTER, name, value, low=None if name == "num_stable_steps" else 0)
    return number(ADAPTER, name, value, low=0 if name == "lr_end" else None)


# One function for each of transformers': `lr` is the peak, above 0; the other arguments have transformers' names. -----


def _constant(lr: float, *, num_warmup_steps: int = 0) -> LearningRateSchedule:
    return _warmed(lr, num_warmup_steps, ConstantLR(lr))


def _linear(lr: float, *, num_warmup_steps: int, num_training_steps: int) -> LearningRateSchedule:
    warmup, rest = num_warmup_steps, num_training_steps - num_warmup_steps
    return _warmed(lr, warmup, linear(lr, 0.0, rest) if rest > 0 else ConstantLR(0.0))


def _cosine(
    lr: float, *, num_warmup_steps: int, num_training_steps: int, num_cycles: float, min_lr_rate: float = 0.0
) -> LearningRateSchedule:
    warmup, rest = num_warmup_steps, num_training_steps - num_warmup_steps
    return _warmed(lr, warmup, _wave(lr, min_lr_rate, num_cycles, max(1, rest)))


def _cosine_ahead(
    lr: float,
    *,
    num_warmup_steps: int,
    num_training_steps: int,
    num_cycles: float,
    min_lr_rate: float = 0.0,
    warmup_lr_rate: float | None = None,
) -> LearningRateSchedule:
    """Both the warm-up and the wave are one step ahead: the last update has the minimum."""
    warmup, rest = num_warmup_steps, num_training_steps - num_warmup_steps
    body = _wave(lr, min_lr_rate, num_cycles, max(1, rest)).shift(-1)
    if not warmup:
        return body
    if warmup_lr_rate is None:
        return WarmUpLR(lr, warmup).shift(-1).then(body, warmup)
    start = lr * warmup_lr_rate
    return linear(start, lr, max(1, warmup - 1)).then(body, warmup)


def _cosine_with_restarts(
    lr: float, *, num_warmup_steps: int, num_training_steps: int, num_cycles: float
) -> LearningRateSchedule:
    warmup, rest = num_warmup_steps, num_training_steps - num_warmup_steps
    cycles = number(ADAPTER, "num_cycles", num_cycles, low=0)
    if rest <= 0:  # transformers divides by 1: one step at the peak, then 0
        return _warmed(lr, warmup, ConstantLR(lr).then(ConstantLR(0.0), 1))
    _warn_of_missed_restarts(cycles, rest)
    period = rest / (cycles or 1.0)
    if not cycles:
        body: LearningRateSchedule = ConstantLR(lr)
    elif period.is_integer():
        body = CosineDecayLR(0.0, lr, int(period)).repeat(int(period))
    else:
        body = CosineDecayLR(0.0, lr, rest).repeat(rest).stretch(1 / cycles)
    return _warmed(lr, warmup, CosineDecayLR(0.0, lr, rest) if cycles == 1 else body.then(ConstantLR(0.0), rest))


def _warn_of_missed_restarts(cycles: float, rest: int) -> None:
    """Where transformers' ``cycles * (t / rest)`` rounds to just below a whole number, it is at 0 and not the peak."""
    place = cycles * (np.arange(min(rest, MOST_STEPS_CHECKED)) / rest)
    missed = np.flatnonzero((np.rint(place) > place) & (np.rint(place) - place < 1e-12 * place))
    if missed.size:
        warnings.warn(
            f"{ADAPTER}: cosine_with_restarts with num_cycles={cycles:g} over {rest} steps: to rounding, transformers "
            f"has 0 instead of the peak at {missed.size} of its restarts, first {missed[0]} steps after the warm-up",
            DepartureWarning,
            stacklevel=5,
        )


def _polynomial(
    lr: float, *, num_warmup_steps: int, num_training_steps: int, lr_end: float, power: float, lr_init: float
) -> LearningRateSchedule:
    warmup, rest = num_warmup_steps, num_training_steps - num_warmup_steps
    end = lr * lr_end / lr_init
    if rest > 0:
        return _warmed(lr, warmup, PolynomialDecayLR(lr, end, rest, power))
    if rest == 0:
        warnings.warn(
            f"{ADAPTER}: polynomial with as many warm-up steps as steps, {warmup}: transformers divides by zero "
            "at that step; the schedule has lr_end there",
            DepartureWarning,
            stacklevel=4,
        )
    return _warmed(lr, warmup, ConstantLR(end))


def _inverse_sqrt(lr: float, *, num_warmup_steps: int, timescale: float) -> LearningRateSchedule:
    return inverse_sqrt(lr, num_warmup_steps, timescale)


def _warmup_stable_decay(
    lr: float,
    *,
    num_warmup_steps: int,
    num_stable_steps: int,
    num_decay_steps: int,
    warmup_type: str,
    decay_type: str,
    min_lr_ratio: float,
    num_cycles: float,
) -> LearningRateSchedule:
    warmup, stable, decay = num_warmup_steps, num_stable_steps, num_decay_steps
    low = lr * min_lr_ratio
    body: LearningRateSchedule = ConstantLR(low)
    if decay:
        body = _floored(_falling(decay_type, low, lr, decay, num_cycles), low).then(body, decay)
    if stable > 0:
        body = ConstantLR(lr).then(body, stable)
    elif stable < 0:  # the run is shorter than the phases: transformers begins within the decay
        body = body.shift(stable)
    return _floored(_rising(warmup_type, low, lr, warmup), low).then(body, warmup) if warmup else body


def _rising(shape: str, low: float, high: float, steps: int) -> LearningRateSchedule:
    if shape == "linear":
        return linear(low, high, steps)
    if shape == "cosine":
        return PiecewiseCosineLR((0, steps), (low, high))
    if shape == "1-sqrt":
        return between(high, low, linear(1.0, 0.0, steps) ** 0.5)
    raise refused(ADAPTER, f"warmup_type {shorten(shape)} is not known")


def _falling(shape: str, low: float, high: float, steps: int, num_cycles: float) -> LearningRateSchedule:
    if shape == "linear":
        return linear(high, low, steps)
    if shape == "cosine":
        return cosine_between(low, high, num_cycles, steps)
    if shape == "1-sqrt":
        return between(low, high, cooldown(steps, "1-sqrt"))
    raise refused(ADAPTER, f"decay_type {shorten(shape)} is not known")


# What they have in common ---------------------------------------------------------------------------------------------


def _warmed(lr: float, warmup: int, body: LearningRateSchedule) -> LearningRateSchedule:
    """A line from 0 towards the peak, then the body, whatever its own first rate is."""
    return WarmUpLR(lr, warmup).then(body, warmup) if warmup else body


def _wave(lr: float, min_lr_rate: float, num_cycles: float, rest: int) -> LearningRateSchedule:
    low = lr * min_lr_rate
    return _floored(cosine_between(low, lr, num_cycles, rest), low)


def cosine_between(low: float, high: float, num_cycles: float, steps: int) -> LearningRateSchedule:
    """`num_cycles` waves in `steps` steps, and so on without end."""
    halves = 2 * abs(num_cycles)
    if not halves:
        return ConstantLR(high)
    half = steps / halves
    if half.is_integer() and half < 2**52:
        return cosine_wave(low, high, int(half))
    return cosine_wave(low, high, steps).stretch(1 / halves)


def _floored(schedule: LearningRateSchedule, low: float) -> LearningRateSchedule:
    """Not below 0: transformers clips, which matters where the minimum is negative."""
    return schedule.clip(min_lr=0.0) if low < 0 else schedule


_BUILDERS: dict[str, Callable[..., LearningRateSchedule]] = {
    "_get_constant_lambda": _constant,
    "_get_constant_schedule_with_warmup_lr_lambda": _constant,
    "_get_cosine_schedule_with_warmup_lr_lambda": _cosine,
    "_get_cosine_with_hard_restarts_schedule_with_warmup_lr_lambda": _cosine_with_restarts,
    "_get_cosine_with_min_lr_schedule_with_warmup_lr_rate_lambda": _cosine_ahead,
    "_get_inverse_sqrt_schedule_lr_lambda": _inverse_sqrt,
    "_get_linear_schedule_with_warmup_lr_lambda": _linear,
    "_get_polynomial_decay_schedule_with_warmup_lr_lambda": _polynomial,
    "_get_wsd_scheduler_lambda": _warmup_stable_decay,
}
