"""big_vision: ``lr`` and ``schedule``, with lengths in steps, examples, epochs or shares of the run.

Source: google-research/big_vision, big_vision/utils.py. big_vision computes in float32; the curves here are those of
the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.power_law import power_law
from ..interop._decays import cosine, line, polynomial, stairs
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._budgets import filled
from ._factors import product
from ._fields import Fields
from ._system import System

KINDS = ("linear", "polynomial", "cosine", "rsqrt", "stair")
LENGTHS = ("warmup_steps", "warmup_epochs", "warmup_examples", "warmup_percent", "decay_type", "cooldown_steps")


def _recognise(data: Mapping[str, Any]) -> str:
    schedule = data.get("schedule")
    if isinstance(schedule, Mapping) and any(key in schedule for key in LENGTHS) and "lr" in data:
        return "it has lr, and schedule with decay_type or warmup_steps"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    own = fields.part("schedule")
    batch = fields.whole("input.batch_size" if fields.has("input.batch_size") else "batch_size", None, low=1)
    known = filled(
        budget, updates=fields.whole("total_steps", None, low=1), epochs=fields.number("total_epochs", None, above=0),
        batch=batch, rounding="big_vision",
    )  # fmt: skip
    if known is None:
        field = "samples" if fields.has("total_epochs") else "updates"
        raise fields.missing("decays over the whole run", "how long it is", field)
    total, size = known.total, known.batch_size
    rate = fields.number("lr", low=0)
    rate *= size / 256 if own.flag("scale_with_batchsize", False) else 1
    warmup, cooldown = (_length(own, name, known) for name in ("warmup", "cooldown"))
    if total > 1 and warmup >= total:
        raise own.error("warmup_steps", f"below the length of the run, {total}", warmup)
    factors = [_body(own, rate, total, warmup, size)]
    if warmup:
        factors.append(line(0.0, 1.0, warmup))
    if cooldown:
        fall = line(1.0, 0.0, cooldown)
        factors.append(
            ConstantLR(1.0).then(fall, total - cooldown) if total > cooldown else fall.shift(total - cooldown)
        )
    return fields.found({"lr": product(factors)}, known)


def _length(own: Fields, name: str, known: Budget) -> int:
    """A length, rounded to the nearest step, but at least one if it is not 0."""
    if own.has(f"{name}_steps"):
        return int(own.whole(f"{name}_steps"))
    steps = 0.0
    if own.has(f"{name}_examples"):
        steps = own.number(f"{name}_examples", low=0) / known.batch_size
    elif own.has(f"{name}_epochs"):
        epochs, samples = own.number(f"{name}_epochs", low=0), known.given.samples
        if samples is None:
            raise own.missing(f"counts the {name} in epochs", "how many samples there are", "samples")
        steps = epochs * samples / known.batch_size
    elif own.has(f"{name}_percent"):
        steps = own.number(f"{name}_percent", low=0, high=1) * known.total
    return max(1, round(steps)) if steps else 0


def _body(own: Fields, rate: float, total: int, warmup: int, size: int) -> LearningRateSchedule:
    """The decay, which begins when the warm-up ends: a shift holds its first value until then."""
    kind = own.text("decay_type", "stair", KINDS)
    rest = total - warmup
    if kind == "stair":
        steps, factors = own.numbers("steps", []), own.numbers("mults", [])
        if len(steps) != len(factors):
            raise own.error("mults", f"as many as steps, {len(steps)}", factors)
        return stairs([rate, *(rate * factor for factor in factors)], [int(step) for step in steps])
    if kind == "rsqrt":
        scale = own.number("timescale_examples") / size if own.has("timescale_examples") else own.number(
            "timescale", 10_000, above=0
        )  # fmt: skip
        behind = own.number("shift", 0.0, low=0)
        curve = power_law(rate * (1 + behind / scale) ** -0.5, 0.5, scale + behind)
    elif kind == "cosine":
        curve = cosine(rate, 0.0, rest)
    else:
        end = own.number(own.first("end", "linear_end"), 0.0, low=0)
        curve = polynomial(rate, end, rest, own.number("power", 1.0, low=0))
    return curve.shift(warmup) if warmup else curve


SYSTEM = System("big_vision", "big_vision", _recognise, _read)
