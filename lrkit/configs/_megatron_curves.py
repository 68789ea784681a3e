"""The curves of Megatron-LM's scheduler, on a clock of any unit.

Source: NVIDIA/Megatron-LM, megatron/core/optimizer_param_scheduler.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ..catalogue._between import between
from ..catalogue.cooldown import cooldown
from ..catalogue.linear import linear
from ..catalogue.warmup_stable_decay import warmup_stable_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._fields import Fields

STYLES = ("constant", "linear", "cosine", "inverse-square-root", "WSD")
TAILS = {"linear": "linear", "cosine": "cosine", "exponential": "exponential", "minus_sqrt": "1-sqrt"}


class Curve(NamedTuple):
    """The numbers of a schedule on one clock; the warm-up may lie between two steps."""

    style: str
    warmup: float
    total: int
    init: float
    decay: int = 0
    tail: str = "exponential"


def rate_of(fields: Fields, curve: Curve, high: float, low: float, *, batch: int | None) -> LearningRateSchedule:
    """A group's rate; `batch` is what an update has where the clock counts updates."""
    if not curve.init <= high or not low <= high:
        raise fields.refusal(f"min_lr and lr_warmup_init must be at most lr = {high:g}, got {low:g} and {curve.init:g}")
    warmup, whole = curve.warmup, float(curve.warmup).is_integer()
    rise: LearningRateSchedule | None = None
    if warmup:
        plain = whole and not curve.init
        rise = WarmUpLR(high, int(warmup)) if plain else PiecewiseLinearLR((0, warmup), (curve.init, high))
    if curve.style == "constant" or high == low:
        return rise or ConstantLR(high)
    if curve.style == "inverse-square-root":
        return _inverse_sqrt(fields, curve, high, low, rise, batch)
    start = math.ceil(warmup)
    if curve.style in ("linear", "cosine"):
        if whole:
            steps = curve.total - start
            body = linear(high, low, steps) if curve.style == "linear" else CosineDecayLR(low, high, steps)
            return rise.then(body, start) if rise else body
        fall = PiecewiseLinearLR if curve.style == "linear" else PiecewiseCosineLR
        assert rise is not None  # the warm-up is longer than 0
        return rise.minimum(fall((warmup, curve.total), (high, low)))
    begin = curve.total - curve.decay
    if begin < 0:
        raise fields.refusal(f"the decay of WSD must be at most as long as the run's, got {curve.decay:,}")
    ratio = {"ratio": 0.5} if curve.tail == "exponential" else {}
    if whole and not curve.init and begin >= warmup:
        return warmup_stable_decay(high, start, begin - start, curve.decay, low, TAILS[curve.tail], **ratio)
    tail = between(low, high, cooldown(curve.decay, TAILS[curve.tail], **ratio))
    if rise and begin >= warmup:
        return rise.then(tail, begin)
    whole_tail = ConstantLR(high).then(tail, begin) if begin else tail
    start = math.floor(warmup) + 1
    return rise.then(whole_tail.shift(-start), start) if rise else whole_tail


def _inverse_sqrt(
    fields: Fields, curve: Curve, high: float, low: float, rise: LearningRateSchedule | None, batch: int | None
) -> LearningRateSchedule:
    start, peak, warmup = max(math.ceil(curve.warmup), 1), high, curve.warmup
    if not warmup:  # Megatron takes a warm-up of one sample
        if batch is None:
            raise fields.missing("has a warm-up of one sample here", "how many an update has", "batch")
        warmup = 1 / batch
    peak *= math.sqrt(warmup / start)
    body = InverseDecayLR(1.0, 1.0, start) ** 0.5 * peak
    fall = (rise or ConstantLR(high)).then(body.clip(min_lr=low) if low else body, start)
    return fall.then(ConstantLR(low), curve.total + 1)


def growing(fields: Fields, style: str, start: float, end: float, length: float) -> LearningRateSchedule:
    if style not in ("constant", "linear", "cosine"):
        raise fields.error("weight_decay_incr_style", "one of constant, linear, cosine", style)
    if style == "constant":
        if start != end:
            raise fields.refusal(f"weight decay from {start:g} to {end:g} needs weight_decay_incr_style")
        return ConstantLR(end)
    kind = PiecewiseLinearLR if style == "linear" else PiecewiseCosineLR
    return kind((0, length), (start, end))
