"""axolotl: the fields of its YAML, with schedulers of its own beside those of transformers.

Source: axolotl-ai-cloud/axolotl, src/axolotl/utils/schedulers.py (RexLR and the cosines) and core/builders/base.py
(the warm-up where none is said).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.linear_warm_up import linear_warm_up
from ..catalogue.power_warm_up import power_warm_up
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.rex_decay import RexDecayLR
from ..schedules.warm_up import WarmUpLR
from ._budgets import filled
from ._fields import Fields
from ._hugging_face import ENDLESS, NAMES, REBOUNDS, get_scheduler
from ._system import System, shown

OWN = ("rex", "log_sweep", "one_cycle", "jagged_restart")
REX_D = 0.9
REX = "axolotl's rex has the constant 0.9, not the 1/2 of its paper: half way it is at 10/11 of the peak, not at 2/3."
DEFAULT = "Neither warmup_steps nor warmup_ratio is said: axolotl takes 3 % of the run, at most 100 updates."


def _recognise(data: Mapping[str, Any]) -> str:
    if "base_model" in data and ("micro_batch_size" in data or "lr_scheduler" in data):
        key = "micro_batch_size" if "micro_batch_size" in data else "lr_scheduler"
        return f"it has {shown('base_model')} and {shown(key)}"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    rate = fields.number("learning_rate", above=0)
    name = fields.text("lr_scheduler", "cosine", (*NAMES, *OWN))
    run = _run(fields, budget)
    if run is None and name not in ENDLESS:
        raise fields.missing("decays until the end of the run", "how many samples an epoch has", "samples")
    warmup = _warmup(fields, run)
    told = "" if fields.has("warmup_steps") or fields.has("warmup_ratio") else DEFAULT
    if name in ("one_cycle", "jagged_restart"):
        raise fields.refusal(f"lr_scheduler {name} is not read")
    total = run.total if run else 0
    share = fields.number("cosine_min_lr_ratio", None, low=0, high=1)
    if name == "rex":
        return fields.found({"lr": _rex(fields, rate, (share or 0.0) * rate, warmup, total)}, run, REX, told)
    if name == "log_sweep":
        return fields.found({"lr": _sweep(fields, rate, total)}, run)
    if name == "cosine" and (share is not None or fields.flag("lr_quadratic_warmup", False)):
        return fields.found({"lr": _cosine(fields, rate, (share or 0.0) * rate, warmup, total)}, run, REBOUNDS, told)
    schedule = get_scheduler(name, rate, warmup, run.total if run else None, fields.part("lr_scheduler_kwargs"))
    return fields.found({"lr": schedule}, run, REBOUNDS if name == "cosine" else "", told)


def _run(fields: Fields, budget: Budget | None) -> Budget | None:
    steps = fields.whole("max_steps", None, low=-1)
    return filled(
        budget,
        updates=steps if steps and steps > 0 else None,
        epochs=None if steps and steps > 0 else fields.number("num_epochs", 1, above=0),
        batch=fields.whole("micro_batch_size", 1, low=1),
        accumulation=fields.whole("gradient_accumulation_steps", 1, low=1),
        rounding="hf",
    )


def _warmup(fields: Fields, run: Budget | None) -> int:
    steps = fields.whole("warmup_steps", None)
    if steps is None:
        if run is None:
            raise fields.missing("warms up for a share of the run", "its length", "updates")
        ratio = fields.number("warmup_ratio", None, low=0, high=1)
        steps = min(int(0.03 * run.total), 100) if ratio is None else int(ratio * run.total)
    return 2 if steps == 1 else int(steps)


def _rex(fields: Fields, high: float, low: float, warmup: int, total: int) -> LearningRateSchedule:
    _require_room(fields, warmup, total)
    if low >= high:
        return ConstantLR(high)
    fall = RexDecayLR(low, high, total - warmup, REX_D).shift(-1)
    return linear_warm_up(high, warmup).then(fall, warmup) if warmup else fall


def _cosine(fields: Fields, high: float, low: float, warmup: int, total: int) -> LearningRateSchedule:
    """A cosine that climbs again past its end, or one to a share of the run and level from there on."""
    part = fields.number("cosine_constant_lr_ratio", None, above=0, high=1)
    end = total if part is None else int(total * part)
    _require_room(fields, warmup, end)
    if low >= high:
        fall: LearningRateSchedule = ConstantLR(high)
    else:
        fall = cosine_wave(low, high, end - warmup) if part is None else CosineDecayLR(low, high, end - warmup)
    if not warmup:
        return fall
    bent = fields.flag("lr_quadratic_warmup", False)
    return (power_warm_up(high, warmup, 2) if bent else WarmUpLR(high, warmup)).then(fall, warmup)


def _sweep(fields: Fields, rate: float, total: int) -> LearningRateSchedule:
    low = fields.number("cosine_min_lr_ratio", 1e-7, above=0, high=1) * rate
    if total < 2:
        raise fields.refusal("log_sweep needs a run of at least 2 updates")
    return ExponentialDecayLR(low, rate / low, total - 1).shift(1).hold(total)


def _require_room(fields: Fields, warmup: int, total: int) -> None:
    if warmup >= total:
        raise fields.refusal(f"the warm-up of {warmup:,} updates must be shorter than the decay's end, {total:,}")


SYSTEM = System("axolotl", "axolotl", _recognise, _read)
