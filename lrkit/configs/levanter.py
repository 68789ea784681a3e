"""levanter: ``optimizer`` with ``lr_schedule``, warm-up, stable part and cool-down in shares of the run or in steps.

Source: stanford-crfm/levanter, src/levanter/optim/config.py, before its cycles. levanter computes in float32; the
curves here are those of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.t5 import t5
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ._budgets import filled
from ._fields import Fields
from ._system import System

KINDS = ("constant", "cosine", "linear", "inv_sqrt")
OWN = ("min_lr_ratio", "lr_schedule", "warmup_ratio", "rewarmup", "cooldown")
CYCLES = ("cycles", "cycle_length", "rewarmup", "haps", "decay")


def _recognise(data: Mapping[str, Any]) -> str:
    optimizer, trainer = data.get("optimizer"), data.get("trainer")
    if isinstance(optimizer, Mapping) and isinstance(trainer, Mapping) and "num_train_steps" in trainer:
        return "it has trainer with num_train_steps, and optimizer"
    if isinstance(optimizer, Mapping) and "learning_rate" in optimizer and any(key in optimizer for key in OWN):
        return "it has optimizer with learning_rate and min_lr_ratio"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    own, trainer = fields.part("optimizer"), fields.part("trainer")
    for key in CYCLES:
        if own.has(key) and own.get(key) != 0:
            raise own.refusal(f"{own.at(key)}: cycles and a decay of their own are not read")
    known = filled(
        budget,
        updates=trainer.whole("num_train_steps", None, low=1),
        batch=trainer.whole("train_batch_size", None, low=1),
    )
    if known is None:
        raise fields.missing("decays over the whole run", "num_train_steps", "updates")
    total, rate = known.total, own.number("learning_rate", 6e-4, low=0)
    ratio = own.number("min_lr_ratio", 0.1, low=0)
    shares = {"warmup": 0.01, "stable": 0.0, "cooldown": 0.0}
    warmup, stable, cooldown = (_steps(own, name, default, total) for name, default in shares.items())
    if own.has("warmup_ratio"):
        warmup = int(own.number("warmup_ratio", low=0) * total)
    rest = total - warmup - stable - cooldown
    if rest < 1:
        raise own.refusal(f"warm-up, stable part and cool-down take {total - rest} of {total} steps: nothing is left")
    body = _body(own.text("lr_schedule", "cosine", KINDS), rate, rate * ratio, rest, warmup)
    parts = [(line(0.0, rate, warmup), warmup), (ConstantLR(rate), stable), (body, rest), (None, cooldown)]
    made: list[LearningRateSchedule] = []
    ends, end = [], 0
    for part, length in parts:
        if length:
            made.append(line(float(body(rest)), rate * ratio, cooldown) if part is None else part)
            end += length
            ends.append(end)
    schedule = JoinLR(tuple(made), tuple(ends[:-1])) if len(made) > 1 else made[0]
    return fields.found({"lr": schedule}, known)


def _steps(own: Fields, name: str, default: float, total: int) -> int:
    """Below 1, a share of the run, cut to whole steps; else steps."""
    value = own.number(name, default, low=0)
    return int(value * total) if value < 1 else int(value)


def _body(kind: str, rate: float, low: float, steps: int, warmup: int) -> LearningRateSchedule:
    if kind == "constant":
        return ConstantLR(rate)
    if kind == "cosine":
        return cosine(rate, low, steps)
    if kind == "linear":
        return line(rate, low, steps)
    root = t5(10_000, 100 * rate).shift(-warmup)  # level for 10 000 steps of the run, then the root
    return root.clip(min_lr=low) if low else root


SYSTEM = System("levanter", "levanter", _recognise, _read)
