"""EasyLM: the flags of its optimizers, ``--optimizer.adamw_optimizer.lr`` and its kin.

Source: young-geng/EasyLM, EasyLM/optimizers.py. EasyLM computes in float32; the curves here are those of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.t5 import t5
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ._budgets import filled
from ._fields import Fields
from ._system import System

PLACES = ("optimizer.adamw_optimizer", "optimizer.palm_optimizer", "optimizer.lion_optimizer", "adamw_optimizer")


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the optimizer, whether nested or written with dots."""
    found: dict[str, Any] = {}
    for place in PLACES:
        part: Any = data
        for name in place.split("."):
            part = part.get(name) if isinstance(part, Mapping) else None
        found |= part if isinstance(part, Mapping) else {}
        found |= {key.removeprefix(f"{place}."): value for key, value in data.items() if key.startswith(f"{place}.")}
    return found or dict(data)


def _recognise(data: Mapping[str, Any]) -> str:
    keys = set(_flat(data))
    if {"lr_warmup_steps", "lr_decay_steps"} <= keys or {"lr_warmup_steps", "b1", "lr"} <= keys:
        return "it has lr_warmup_steps and lr_decay_steps of an optimizer"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    own = fields.of(_flat(fields.data), "optimizer")
    rate, warmup = own.number("lr", 0.01, low=0), own.whole("lr_warmup_steps", 2000)
    schedule: LearningRateSchedule
    if _is_palm(fields) or own.has("multiply_by_parameter_scale"):
        schedule = t5(max(warmup, 1), rate) if rate else line(0.0, 0.0, 0)
    else:
        total = own.whole("lr_decay_steps", 500_000, low=1)
        if total <= warmup:
            raise own.error("lr_decay_steps", f"above lr_warmup_steps, {warmup}", total)
        fall = cosine(rate, own.number("end_lr", 0.001, low=0), total - warmup)
        schedule = line(own.number("init_lr", 0.0, low=0), rate, warmup).then(fall, warmup) if warmup else fall
    return fields.found({"lr": schedule}, filled(budget, updates=fields.whole("total_steps", None, low=1)))


def _is_palm(fields: Fields) -> bool:
    """Whether the options are those of the optimizer of PaLM, nested or with dots."""
    return fields.has("optimizer.palm_optimizer") or any("palm_optimizer" in key for key in fields.data)


SYSTEM = System("easylm", "EasyLM", _recognise, _read)
