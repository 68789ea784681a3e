"""Megatron-LM: flags, the arguments that it prints or that lie in a checkpoint, or the state of its scheduler.

Source: NVIDIA/Megatron-LM, megatron/core/optimizer_param_scheduler.py, megatron/training/training.py and arguments.py.
Its clock counts samples; of a run in iterations every length is multiplied by the batch size, so that without a ramp
the clock of iterations gives the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..catalogue._between import between
from ..catalogue.cooldown import cooldown
from ..catalogue.linear import linear
from ..catalogue.warmup_stable_decay import warmup_stable_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._budgets import filled
from ._fields import Fields
from ._system import System, shown

STYLES = ("constant", "linear", "cosine", "inverse-square-root", "WSD")
TAILS = {"linear": "linear", "cosine": "cosine", "exponential": "exponential", "minus_sqrt": "1-sqrt"}
JUMPS = "inverse-square-root jumps to min_lr when lr_decay_iters (or samples) are over."
STALE = (
    "After a resume, the first update has the weight decay of the settings before the checkpoint's were read; "
    "loading a checkpoint twice advances the clock twice."
)
OVERRIDE = "override_opt_param_scheduler: when a checkpoint is loaded, these arguments take the place of what it holds."
CHECKPOINT = (
    "use_checkpoint_opt_param_scheduler: when a checkpoint is loaded, what it holds takes the place of these arguments "
    "(but not of lr_warmup_init and of the WSD decay, which it does not hold)."
)
STATE = "A checkpoint's scheduler state does not hold lr_warmup_init, which is taken as 0, nor a decay of WSD."


class Curve(NamedTuple):
    """The numbers of a schedule on one clock; the warm-up may lie between two steps."""

    style: str
    warmup: float
    total: int
    init: float
    decay: int = 0
    tail: str = "exponential"


def _recognise(data: Mapping[str, Any]) -> str:
    if "lr_decay_style" in data or "lr_warmup_fraction" in data:
        key = "lr_decay_style" if "lr_decay_style" in data else "lr_warmup_fraction"
        return f"it has {shown(key, data[key])}"
    if "lr" in data and ("train_iters" in data or "train_samples" in data):
        return f"it has {shown('lr')} and {shown('train_iters' if 'train_iters' in data else 'train_samples')}"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    if fields.has("lr_decay_steps", "max_lr"):
        return _of_state(fields, budget)
    by_samples = fields.has("train_samples")
    unit = "samples" if by_samples else "iters"
    run = _run(fields, budget, by_samples=by_samples)
    length = fields.whole(f"train_{unit}", low=1)
    curve = _curve(fields, unit, length)
    clock = _in_samples(fields, run) if by_samples else (lambda schedule: schedule)
    batch = run.batch_size if run else None
    rates = {"": (fields.number("lr", low=0), fields.number("min_lr", 0.0, low=0))}
    if fields.has("decoupled_lr"):
        rates["decoupled"] = (fields.number("decoupled_lr"), fields.number("decoupled_min_lr", rates[""][1], low=0))
    schedules = {
        name or "lr": clock(_schedule(fields, curve, high, low, batch=None if by_samples else batch))
        for name, (high, low) in rates.items()
    }
    schedules["weight_decay"] = clock(_weight_decay(fields, length))
    return fields.found(schedules, run, *_told(fields, curve))


def _told(fields: Fields, curve: Curve) -> list[str]:
    override = fields.flag("override_opt_param_scheduler", False)
    checkpoint = fields.flag("use_checkpoint_opt_param_scheduler", False)
    if override and checkpoint:
        raise fields.refusal("override_opt_param_scheduler and use_checkpoint_opt_param_scheduler cannot both be set")
    grows = fields.text("weight_decay_incr_style", "constant") != "constant"
    return [
        JUMPS if curve.style == "inverse-square-root" else "",
        STALE if grows else "",
        OVERRIDE if override else CHECKPOINT if checkpoint else "",
    ]


def _curve(fields: Fields, unit: str, length: int) -> Curve:
    total = fields.whole(f"lr_decay_{unit}", length, low=1)
    fraction = fields.number("lr_warmup_fraction", None, low=0, high=1)
    warmup = fields.whole(f"lr_warmup_{unit}", 0) if fraction is None else fraction * total
    if not warmup < total:
        raise fields.refusal(f"the warm-up must be shorter than lr_decay_{unit} = {total:,}, got {warmup:,}")
    style = fields.text("lr_decay_style", "linear", STYLES)
    decay = fields.whole(f"lr_wsd_decay_{unit}", low=1) if style == "WSD" else 0
    tail = fields.text("lr_wsd_decay_style", "exponential", tuple(TAILS))
    return Curve(style, warmup, total, fields.number("lr_warmup_init", 0.0, low=0), decay, tail)


def _run(fields: Fields, budget: Budget | None, *, by_samples: bool) -> Budget | None:
    ramp = fields.get("step_batch_size_schedule") or fields.get("rampup_batch_size")
    if ramp and not by_samples:
        raise fields.refusal("a batch size that grows needs a run in samples: train_samples, not train_iters")
    batch = fields.whole("global_batch_size", None, low=1)
    if batch is None and by_samples and (budget is None or "batch" not in budget.given.told()):
        raise fields.missing("counts in samples", "how many an update has (global_batch_size)", "batch")
    return filled(
        budget,
        updates=None if by_samples else fields.whole("train_iters", low=1),
        samples=fields.whole("train_samples", low=1) if by_samples else None,
        batch_size=batch,
        sequence=fields.whole("seq_length", None, low=1),
        ramp=" ".join(map(str, ramp)) if isinstance(ramp, list) else ramp,
        rounding="megatron",
    )


def _in_samples(fields: Fields, run: Budget | None) -> Any:
    if run is None:
        raise fields.missing("counts in samples", "how many an update has (global_batch_size)", "batch")
    return lambda schedule: schedule if isinstance(schedule, ConstantLR) else run.in_updates(schedule, "sample")


def _schedule(fields: Fields, curve: Curve, high: float, low: float, *, batch: int | None) -> LearningRateSchedule:
    """A group's rate; `batch` is what an update has where the clock counts updates."""
    if not curve.init <= high or not low <= high:
        raise fields.refusal(f"min_lr and lr_warmup_init must be at most lr = {high:g}, got {low:g} and {curve.init:g}")
    warmup, whole = curve.warmup, float(curve.warmup).is_integer()
    rise: LearningRateSchedule | None = None
    if warmup:
        plain = whole and not curve.init
        rise = WarmUpLR(high, int(warmup)) if plain else PiecewiseLinearLR((0, warmup), (curve.init, high))
    if curve.style == "constant" or high == low:
        return rise or ConstantLR(high)
    if curve.style == "inverse-square-root":
        return _inverse_sqrt(fields, curve, high, low, rise, batch)
    start = math.ceil(warmup)
    if curve.style in ("linear", "cosine"):
        if whole:
            steps = curve.total - start
            body = linear(high, low, steps) if curve.style == "linear" else CosineDecayLR(low, high, steps)
            return rise.then(body, start) if rise else body
        fall = PiecewiseLinearLR if curve.style == "linear" else PiecewiseCosineLR
        assert rise is not None  # the warm-up is longer than 0
        return rise.minimum(fall((warmup, curve.total), (high, low)))
    begin = curve.total - curve.decay
    if begin < 0:
        raise fields.refusal(f"the decay of WSD must be at most as long as the run's, got {curve.decay:,}")
    ratio = {"ratio": 0.5} if curve.tail == "exponential" else {}
    if whole and not curve.init and begin >= warmup:
        return warmup_stable_decay(high, start, begin - start, curve.decay, low, TAILS[curve.tail], **ratio)
    tail = between(low, high, cooldown(curve.decay, TAILS[curve.tail], **ratio))
    if rise and begin >= warmup:
        return rise.then(tail, begin)
    whole_tail = ConstantLR(high).then(tail, begin) if begin else tail
    start = math.floor(warmup) + 1
    return rise.then(whole_tail.shift(-start), start) if rise else whole_tail


def _inverse_sqrt(
    fields: Fields, curve: Curve, high: float, low: float, rise: LearningRateSchedule | None, batch: int | None
) -> LearningRateSchedule:
    start, peak, warmup = max(math.ceil(curve.warmup), 1), high, curve.warmup
    if not warmup:  # Megatron takes a warm-up of one sample
        if batch is None and not fields.has("train_samples"):
            raise fields.missing("has a warm-up of one sample here", "how many an update has", "batch")
        warmup = 1 / (batch or 1)
    peak *= math.sqrt(warmup / start)
    body = InverseDecayLR(1.0, 1.0, start) ** 0.5 * peak
    fall = (rise or ConstantLR(high)).then(body.clip(min_lr=low) if low else body, start)
    return fall.then(ConstantLR(low), curve.total + 1)


def _weight_decay(fields: Fields, length: int) -> LearningRateSchedule:
    only = fields.number("weight_decay", 0.01, low=0)
    start, end = fields.number("start_weight_decay", only, low=0), fields.number("end_weight_decay", only, low=0)
    return _growing(fields, fields.text("weight_decay_incr_style", "constant"), start, end, length)


def _growing(fields: Fields, style: str, start: float, end: float, length: int) -> LearningRateSchedule:
    if style not in ("constant", "linear", "cosine"):
        raise fields.error("weight_decay_incr_style", "one of constant, linear, cosine", style)
    if style == "constant":
        if start != end:
            raise fields.refusal(f"weight decay from {start:g} to {end:g} needs weight_decay_incr_style")
        return ConstantLR(end)
    kind = PiecewiseLinearLR if style == "linear" else PiecewiseCosineLR
    return kind((0, length), (start, end))


def _of_state(fields: Fields, budget: Budget | None) -> Configured:
    """The state of a scheduler in a checkpoint, which counts samples."""
    run = filled(budget, samples=fields.whole("lr_decay_steps", low=1), rounding="megatron")
    if budget is None or "batch" not in budget.given.told():
        raise fields.missing("counts in samples", "how many an update has", "batch")
    clock = _in_samples(fields, run)
    warmup = fields.number("lr_warmup_steps", 0, low=0)
    style = fields.text("lr_decay_style", choices=STYLES)
    if style == "WSD":
        raise fields.refusal("the state of a scheduler does not hold the decay of WSD: give the arguments")
    curve = Curve(style, warmup, fields.whole("lr_decay_steps", low=1), 0.0)
    rate = _schedule(fields, curve, fields.number("max_lr", low=0), fields.number("min_lr", low=0), batch=1)
    ends = fields.number("start_wd", 0.0, low=0), fields.number("end_wd", 0.0, low=0)
    wd = _growing(fields, fields.text("wd_incr_style", "constant"), *ends, fields.whole("wd_incr_steps", 1, low=1))
    return fields.found({"lr": clock(rate), "weight_decay": clock(wd)}, run, STATE)


SYSTEM = System("megatron", "Megatron-LM", _recognise, _read, aliases=("megatron_lm", "megatron_deepspeed"))
