"""T5X: the arguments of ``utils.create_learning_rate_scheduler``, a product of factors.

Source: google-research/t5x, t5x/utils.py. T5X computes in float32; the curves here are those of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.step_decay import step_decay
from ..catalogue.t5 import t5
from ..interop._decays import line
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._factors import after_warmup, named, product
from ._fields import Fields
from ._system import System

DEFAULT = "constant * linear_warmup * rsqrt_decay"
RESTARTS = "After steps_per_cycle the cosine begins again, at the full rate."
OWNER = "utils.create_learning_rate_scheduler"


def _recognise(data: Mapping[str, Any]) -> str:
    if isinstance(data.get(OWNER), Mapping):
        return f"it has {OWNER}"
    return "it has factors and base_learning_rate" if {"factors", "base_learning_rate"} <= set(data) else ""


def _warmup(fields: Fields) -> int:
    steps: int = fields.whole("warmup_steps", 1000, low=1)
    return steps


def _base(fields: Fields) -> float:
    rate: float = fields.number("base_learning_rate", 0.5, low=0)
    return rate


def _cosine(fields: Fields) -> LearningRateSchedule:
    cycle = fields.whole("steps_per_cycle", 100_000, low=1)
    return after_warmup(CosineDecayLR(0.0, 1.0, cycle).repeat(cycle), _warmup(fields))


def _line(fields: Fields) -> LearningRateSchedule:
    """Up in the warm-up, and down at a slope of `decay_factor`, to where the floor holds it."""
    warmup, slope = _warmup(fields), fields.number("decay_factor", 0.5, above=0)
    fall = PiecewiseLinearLR((0.0, 1 / slope), (1.0, 0.0))
    return WarmUpLR(1.0, warmup).then(fall, warmup) * _base(fields)


FACTORS = {
    "constant": lambda fields: ConstantLR(_base(fields)),
    "linear_warmup": lambda fields: line(0.0, 1.0, _warmup(fields)),
    "linear_decay": _line,
    "rsqrt_decay": lambda fields: t5(_warmup(fields)),
    "rsqrt_normalized_decay": lambda fields: t5(_warmup(fields), _warmup(fields) ** 0.5),
    "decay_every": lambda fields: step_decay(
        1.0, fields.number("decay_factor", 0.5, above=0), fields.whole("steps_per_decay", 20_000, low=1)
    ),
    "cosine_decay": _cosine,
}


def _read(fields: Fields, budget: Budget | None) -> Configured:
    own = fields.part(OWNER) if fields.has(OWNER) else fields
    factors = named(own, own.text("factors", DEFAULT), FACTORS)
    curve = product(factor for _, factor in factors)
    floor = own.number("min_learning_rate", 1e-8)
    curve = curve.clip(min_lr=floor) if floor > 0 else curve
    offset = own.whole("step_offset", 0)
    schedule = curve.shift(offset) if offset else curve
    return fields.found({"lr": schedule}, budget, RESTARTS if "cosine_decay" in dict(factors) else "")


SYSTEM = System("t5x", "T5X", _recognise, _read)
