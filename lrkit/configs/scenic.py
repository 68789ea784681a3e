"""scenic: ``lr_configs`` with a product of factors.

Source: google-research/scenic, scenic/train_lib/lr_schedules.py. scenic computes in float32; the curves here are those
of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.power_law import power_law
from ..catalogue.step_decay import step_decay
from ..interop._decays import line, polynomial, stairs
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._budgets import filled
from ._factors import after_warmup, named, product
from ._fields import Fields
from ._system import System

RESTARTS = "After steps_per_cycle the cosine begins again, unless the run ends there."
LATER = "A factor of piecewise_constant holds from the step after its event on, one later than in torch."


def _recognise(data: Mapping[str, Any]) -> str:
    part = data.get("lr_configs", data)
    if isinstance(part, Mapping) and part.get("learning_rate_schedule") == "compound" and "factors" in part:
        return "it has learning_rate_schedule compound"
    return "it has lr_configs" if isinstance(data.get("lr_configs"), Mapping) else ""


def _warmup(fields: Fields) -> int:
    steps: int = fields.whole("warmup_steps", 0)
    return steps


def _total(fields: Fields) -> int:
    steps: int = fields.whole("total_steps", low=1)
    return steps


def _rise(fields: Fields) -> LearningRateSchedule:
    first = fields.number("warmup_alpha", 0.0, low=0)
    return line(first, 1.0, fields.whole("warmup_steps"))


def _root(fields: Fields) -> LearningRateSchedule:
    return after_warmup(power_law(1.0, 0.5, fields.number("timescale", 10_000, above=0)), _warmup(fields))


def _cosine(fields: Fields) -> LearningRateSchedule:
    """Each cycle is shortened by its share of the warm-up."""
    given, warmup = fields.whole("steps_per_cycle", low=1), _warmup(fields)
    total = fields.number("total_steps", given, above=0)
    cycle = given - int(warmup / (total / given))
    growth, height = fields.number("t_mul", 1.0, low=1), fields.number("m_mul", 1.0, above=0)
    low = fields.number("alpha", 0.0, low=0)
    if cycle < 1:
        raise fields.error("steps_per_cycle", "longer than the warm-up", given)
    wave: LearningRateSchedule = CosineDecayLR(0.0, 1.0, cycle).repeat(cycle, multiplier=growth, gamma=height)
    wave = wave * (1 - low) + low if low else wave
    return after_warmup(wave, warmup + fields.whole("start_decay_step", 0))


def _fall(fields: Fields) -> LearningRateSchedule:
    warmup, total = _warmup(fields), _total(fields)
    if total <= warmup:
        raise fields.error("total_steps", f"above warmup_steps, {warmup}", total)
    return after_warmup(line(1.0, 0.0, total - warmup), warmup)


def _cooldown(fields: Fields) -> LearningRateSchedule:
    """Down to 0 at the end, and on below it past the end."""
    total, steps = _total(fields), fields.whole("cooldown_steps", low=1)
    begin, warmup = total - steps, _warmup(fields)
    far = 2**40
    fall = PiecewiseLinearLR((0.0, float(far)), (1.0, 1.0 - far / steps))
    if begin < warmup:  # the warm-up has the rate of its end
        return fall.shift(begin - warmup).shift(warmup)
    return after_warmup(fall, begin)


def _stepped(fields: Fields) -> LearningRateSchedule:
    events, factors = fields.numbers("decay_events"), fields.numbers("decay_factors")
    if len(events) != len(factors):
        raise fields.error("decay_factors", f"as many as decay_events, {len(events)}", factors)
    return stairs([1.0, *factors], [int(event) + 1 for event in events])


def _polynomial(fields: Fields) -> LearningRateSchedule:
    return polynomial(
        1.0, fields.number("end_factor", low=0), fields.whole("decay_steps", low=1), fields.number("power", low=0)
    )


FACTORS = {
    "constant": lambda fields: ConstantLR(fields.number("base_learning_rate", low=0)),
    "polynomial": _polynomial,
    "piecewise_constant": _stepped,
    "linear_warmup": _rise,
    "rsqrt_decay": _root,
    "decay_every": lambda fields: step_decay(
        1.0, fields.number("decay_factor", above=0), fields.whole("steps_per_decay", low=1)
    ),
    "cosine_decay": _cosine,
    "linear_decay": _fall,
    "linear_cooldown": _cooldown,
}


def _read(fields: Fields, budget: Budget | None) -> Configured:
    own = fields.part("lr_configs") if fields.has("lr_configs") else fields
    known = filled(budget, updates=own.whole("total_steps", None, low=1))
    if not own.has("learning_rate_schedule"):
        return fields.found({"lr": ConstantLR(own.number("base_learning_rate", low=0))}, known)
    own.text("learning_rate_schedule", choices=("compound",))
    factors = named(own, own.text("factors"), FACTORS)
    end = own.number("end_learning_rate", 0.0, low=0)
    before: list[LearningRateSchedule] = []
    for name, factor in factors:
        if name == "linear_decay" and end:  # what came before, down to the end instead of to 0
            before = [(product(before) + -end) * factor + end]
        else:
            before.append(factor)
    names = dict(factors)
    told = [RESTARTS if "cosine_decay" in names else "", LATER if "piecewise_constant" in names else ""]
    return fields.found({"lr": product(before)}, known, *told)


SYSTEM = System("scenic", "scenic", _recognise, _read)
