"""MaxText: a line, a cosine to a share of the rate, and then 0.

Source: AI-Hypercomputer/maxtext, create_learning_rate_schedule of MaxText/max_utils.py. MaxText computes in float32;
the curves here are those of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ._budgets import filled
from ._fields import Fields
from ._system import System

KEYS = ("learning_rate_schedule_steps", "cosine_learning_rate_final_fraction")
ZERO = "From learning_rate_schedule_steps on, the rate is 0, not the cosine's last one."


def _recognise(data: Mapping[str, Any]) -> str:
    return next((f"it has {key}" for key in KEYS if key in data), "")


def _read(fields: Fields, budget: Budget | None) -> Configured:
    rate, last = fields.number("learning_rate", 3e-5, low=0), fields.number(KEYS[1], 0.1, low=0)
    steps = fields.whole("steps", None, low=1)
    known = filled(budget, updates=steps)
    total = fields.whole(KEYS[0], -1, low=-1)
    if total < 1:  # -1 stands for the run's own length
        if known is None:
            raise fields.missing("decays over the whole run", "steps", "updates")
        total = known.total
    share = fields.number("warmup_steps_fraction", 0.1, low=0, high=1)
    warmup = int(total * share)
    parts: list[LearningRateSchedule] = [cosine(rate, rate * last, total - warmup)] if total > warmup else []
    parts = [line(0.0, rate, warmup), *parts] if warmup else parts
    ends = [end for end in (warmup, total) if end][: len(parts)]
    runs_on = known is not None and known.total > total
    schedule = JoinLR((*parts, ConstantLR(0.0)), tuple(ends))
    return fields.found({"lr": schedule}, known, ZERO if runs_on else "")


SYSTEM = System("maxtext", "MaxText", _recognise, _read)
