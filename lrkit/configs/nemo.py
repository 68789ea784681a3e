"""NeMo 1: ``optim`` and its ``sched``, under ``model`` or alone.

Source: NVIDIA/NeMo, nemo/core/optim/lr_scheduler.py. The warm-up is (t+1)/(W+1), of which t = W has the peak; past
max_steps the rate is min_lr.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.linear_warm_up import linear_warm_up
from ..catalogue.square_annealing import square_annealing
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR
from ._budgets import filled
from ._fields import Fields
from ._system import System

NAMES = ("CosineAnnealing", "SquareAnnealing", "PolynomialDecayAnnealing", "NoamAnnealing", "WarmupPolicy")
ON_MEGATRONS = "With constant_steps, CosineAnnealing takes Megatron's warm-up t/W, and one base rate for all groups."


def _recognise(data: Mapping[str, Any]) -> str:
    inner = data.get("model") if isinstance(data.get("model"), Mapping) else data
    optim = inner.get("optim") if isinstance(inner, Mapping) else None
    if isinstance(optim, Mapping) and isinstance(optim.get("sched"), Mapping):
        return 'it has "optim" with "sched"'
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    optim = (fields.part("model") if fields.has("model.optim") else fields).part("optim")
    sched, trainer = optim.part("sched"), fields.part("trainer")
    rate = optim.number("lr", low=0)
    steps = sched.whole("max_steps", trainer.whole("max_steps", None, low=-1), low=-1)
    run = filled(
        budget,
        updates=steps if steps and steps > 0 else None,
        epochs=trainer.number("max_epochs", None) if not steps or steps < 1 else None,
        accumulation=trainer.whole("accumulate_grad_batches", 1, low=1),
        rounding="lightning",
    )
    name = sched.text("name", choices=NAMES)
    if run is None:
        raise fields.missing("anneals until max_steps", "them", "updates")
    warmup = sched.whole("warmup_steps", None)
    if warmup is None:
        warmup = int(sched.number("warmup_ratio", 0.0, low=0, high=1) * run.total)
    schedule = _schedule(sched, name, rate, warmup, run.total)
    return fields.found({"lr": schedule}, run, ON_MEGATRONS if sched.has("constant_steps") else "")


def _schedule(sched: Fields, name: str, rate: float, warmup: int, total: int) -> LearningRateSchedule:
    low = sched.number("min_lr", 0.0, low=0)
    if name == "NoamAnnealing":
        return _noam(sched, rate, warmup, total, low)
    steps = total - warmup
    if steps < 1 or low > rate:
        raise sched.refusal(
            f"{name} needs a run longer than its warm-up and min_lr <= lr, not {total:,} and {warmup:,}"
        )
    if low == rate or name == "WarmupPolicy":
        body: LearningRateSchedule = ConstantLR(rate)
    elif name == "CosineAnnealing":
        constant = sched.whole("constant_steps", 0)
        if constant:
            return _megatrons(sched, rate, low, warmup, total, constant)
        body = CosineDecayLR(low, rate, steps)
    elif name == "SquareAnnealing":
        body = square_annealing(low, rate, steps)
    else:
        if sched.flag("cycle", False):
            raise sched.refusal("PolynomialDecayAnnealing with cycle is not read")
        body = PolynomialDecayLR(rate, low, steps, sched.number("power", 1.0, above=0))
    risen = linear_warm_up(rate, warmup, "1/(W+1)").then(body, warmup) if warmup else body
    return risen if name != "WarmupPolicy" else risen.then(ConstantLR(low), total + 1)


def _megatrons(sched: Fields, rate: float, low: float, warmup: int, total: int, constant: int) -> LearningRateSchedule:
    steps = total - warmup - constant
    if steps < 1:
        raise sched.error("constant_steps", f"below max_steps - warmup_steps = {total - warmup:,}", constant)
    fall = CosineDecayLR(low, rate, steps)
    return WarmUpLR(rate, warmup).then(fall, warmup) if warmup else fall


def _noam(sched: Fields, rate: float, warmup: int, total: int, low: float) -> LearningRateSchedule:
    """``lr / sqrt(d) * min(n**-0.5, n * W**-1.5)``, n = max(1, t), not below min_lr after the warm-up."""
    peak = rate * sched.number("d_model", above=0) ** -0.5
    if not warmup:
        raise sched.error("warmup_steps", "above 0 for NoamAnnealing", warmup)
    rise = ConstantLR(peak * warmup**-1.5).maximum(WarmUpLR(peak * warmup**-0.5, warmup))
    fall = InverseDecayLR(1.0, 1.0, warmup) ** 0.5 * (peak * warmup**-0.5)
    return rise.then(fall.clip(min_lr=low) if low else fall, warmup).then(ConstantLR(low), total + 1)


SYSTEM = System("nemo", "NeMo 1", _recognise, _read)
