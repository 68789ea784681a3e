"""MaxText: a line, a cosine to a share of the rate or a stable part and a decay, and then 0.

Source: AI-Hypercomputer/maxtext, create_learning_rate_schedule of MaxText/max_utils.py, and of today's
maxtext_utils.py, whose parts end a step earlier and whose keys have other names. MaxText computes in float32; the
curves here are those of the formula.
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
TODAY = ("learning_rate_final_fraction", "lr_schedule_type", "wsd_decay_steps_fraction")
"""Keys that came with the stable part."""
ZERO = "From learning_rate_schedule_steps on, the rate is 0, not the cosine's last one."


def _recognise(data: Mapping[str, Any]) -> str:
    return next((f"it has {key}" for key in (*KEYS, TODAY[0], TODAY[2]) if key in data), "")


def _parts(fields: Fields, rate: float, last: float, warmup: int, total: int) -> list[tuple[LearningRateSchedule, int]]:
    """The parts with their lengths; each comes to its end at its last step."""
    kind = fields.text("lr_schedule_type", "cosine", ("cosine", "wsd"))
    share = fields.number("wsd_decay_steps_fraction", 0.1, low=0, high=1)
    style = fields.text("wsd_decay_style", "linear", ("linear", "cosine"))
    decay = int(total * share) if kind == "wsd" else total - warmup
    stable = total - warmup - decay
    if stable < 0:
        raise fields.refusal(f"warm-up and decay take {warmup + decay:,} of {total:,} steps")
    bent = kind == "cosine" or style == "cosine"
    one_step = ConstantLR(last if bent else rate)  # the end of a cosine, the start of a line
    fall = (cosine if bent else line)(rate, last, decay - 1) if decay > 1 else one_step
    rise = line(0.0, rate, warmup - 1) if warmup > 1 else ConstantLR(0.0)
    return [(rise, warmup), (ConstantLR(rate), stable), (fall, decay)]


def _joined(parts: list[tuple[LearningRateSchedule, int]]) -> LearningRateSchedule:
    """Those parts that have a length, and then 0."""
    kept = [(curve, length) for curve, length in parts if length]
    ends = [sum(length for _, length in kept[: k + 1]) for k in range(len(kept))]
    return JoinLR((*(curve for curve, _ in kept), ConstantLR(0.0)), tuple(ends))


def _read(fields: Fields, budget: Budget | None) -> Configured:
    today = any(fields.has(key) for key in TODAY)
    rate, last = fields.number("learning_rate", 3e-5, low=0), fields.number(TODAY[0] if today else KEYS[1], 0.1, low=0)
    steps = fields.whole("steps", None, low=1)
    known = filled(budget, updates=steps)
    total = fields.whole(KEYS[0], -1, low=-1)
    if total < 1:  # -1 stands for the run's own length
        if known is None:
            raise fields.missing("decays over the whole run", "steps", "updates")
        total = known.total
    share = fields.number("warmup_steps_fraction", 0.1, low=0, high=1)
    warmup = int(total * share)
    runs_on = known is not None and known.total > total
    if today:
        schedule = _joined(_parts(fields, rate, rate * last, warmup, total))
        return fields.found({"lr": schedule}, known, ZERO if runs_on else "")
    parts: list[LearningRateSchedule] = [cosine(rate, rate * last, total - warmup)] if total > warmup else []
    parts = [line(0.0, rate, warmup), *parts] if warmup else parts
    ends = [end for end in (warmup, total) if end][: len(parts)]
    schedule = JoinLR((*parts, ConstantLR(0.0)), tuple(ends))
    return fields.found({"lr": schedule}, known, ZERO if runs_on else "")


SYSTEM = System("maxtext", "MaxText", _recognise, _read)
