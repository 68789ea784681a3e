"""torchtitan: ``[lr_scheduler]`` of a TOML file.

Source: pytorch/torchtitan, torchtitan/components/optimizer/lr_scheduler.py. The decay ends at a virtual step after the
last one, so that the last update still has a rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cooldown import cooldown
from ..catalogue.linear_warm_up import linear_warm_up
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._budgets import filled
from ._fields import Fields
from ._system import System

SHAPES = {"linear": "linear", "sqrt": "1-sqrt", "cosine": "cosine"}
VIRTUAL = "The decay ends one step after the last update, which still has a rate above the minimum."
CUT = "Warm-up and decay_ratio are longer than the run: torchtitan warns, and makes them shorter."


def _recognise(data: Mapping[str, Any]) -> str:
    scheduler, training = data.get("lr_scheduler"), data.get("training")
    if isinstance(scheduler, Mapping) and isinstance(training, Mapping) and "class_path" not in scheduler:
        keys = {"warmup_steps", "decay_ratio", "decay_type", "min_lr_factor", "lr_min", "total_steps"}
        if keys & set(scheduler):
            return "it has [lr_scheduler] and [training]"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    scheduler, training = fields.part("lr_scheduler"), fields.part("training")
    rate = fields.part("optimizer").number("lr", 8e-4, low=0)
    run = filled(budget, updates=training.whole("steps", 10_000, low=1))
    assert run is not None  # a length is always said
    total, given = scheduler.whole("total_steps", run.total, low=1), scheduler.whole("warmup_steps", 200)
    warmup = min(given, total)
    ratio = scheduler.number("decay_ratio", None, low=0, high=1)
    decay = total - warmup if ratio is None else round(total * ratio)
    cut = given > total or warmup + decay > total
    decay = min(decay, total - warmup)
    low = scheduler.number(scheduler.first("min_lr_factor", "lr_min"), 0.0, low=0, high=1)
    shape = SHAPES[scheduler.text("decay_type", "linear", tuple(SHAPES))]
    stable = total + 1 - warmup - decay
    body: LearningRateSchedule = ConstantLR(rate)
    if decay:
        tail = (cooldown(decay, shape) * ((1 - low) * rate) + low * rate).shift(-1)
        body = body.then(tail, stable) if stable else tail
    schedule = linear_warm_up(rate, warmup).then(body, warmup) if warmup else body
    return fields.found({"lr": schedule}, run, VIRTUAL if decay else "", CUT if cut else "")


SYSTEM = System("torchtitan", "torchtitan", _recognise, _read)
