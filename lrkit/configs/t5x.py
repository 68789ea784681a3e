"""T5X: the arguments of ``utils.create_learning_rate_scheduler``, a product of factors.

Source: google-research/t5x, t5x/utils.py. T5X computes in float32; the curves here are those of the formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue._recognition import calls_of
from ..catalogue.step_decay import step_decay
from ..catalogue.t5 import t5
from ..interop._decays import line
from ..schedules._base import LearningRateSchedule
from ..schedules.bounds import ClipLR
from ..schedules.clock import ShiftLR
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._anatomy import anatomy, periods, tidy
from ._factors import after_warmup, named, product
from ._fields import Fields
from ._system import Config, System

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


def _write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Factors; the floor is what the curve comes to at last, and 0 takes it away."""
    inner, offset = (schedule.schedule, schedule.shift_steps) if isinstance(schedule, ShiftLR) else (schedule, 0)
    floors = [0.0, inner(100 * inner.horizon + 1000)]
    if isinstance(inner, ClipLR) and inner.min_lr is not None:
        inner, floors = inner.schedule, [inner.min_lr]
    for floor in dict.fromkeys(floors):
        for factors, rate, options in _factors(inner):
            own = {"factors": factors, "base_learning_rate": rate, **options, "min_learning_rate": floor}
            yield own | ({"step_offset": offset} if offset else {})


def _factors(schedule: LearningRateSchedule) -> Iterator[tuple[str, float, Config]]:
    a = anatomy(schedule)
    warm, head = ({"warmup_steps": a.rise}, "constant * linear_warmup") if a.rise else ({}, "constant")
    if not a.falls:
        yield head, a.peak, warm
        return
    root = {"warmup_steps": a.leave or 1}
    yield f"{head} * rsqrt_decay", tidy(a.peak * (a.leave or 1) ** 0.5), root
    yield f"{head} * rsqrt_normalized_decay", a.peak, root
    yield "linear_decay", a.peak, {"warmup_steps": a.rise, "decay_factor": tidy(1 / max(a.fall, 1))}
    slope = float(f"{1 - a.share(schedule(a.rise + 1)):.10g}")
    yield "linear_decay", a.peak, {"warmup_steps": a.rise, "decay_factor": slope}
    for begin, _, length, _, _ in periods(schedule):
        yield f"{head} * cosine_decay", a.peak, {"warmup_steps": begin or 1, "steps_per_cycle": length}
    for name, given in calls_of(schedule.schedule if isinstance(schedule, ClipLR) else schedule):
        if name == "step_decay":
            own = {"decay_factor": given["gamma"], "steps_per_decay": given["decay_steps"]}
            yield "constant * decay_every", given["learning_rate"], own


SYSTEM = System("t5x", "T5X", _recognise, _read, _write)
