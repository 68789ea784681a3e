"""DeepSpeed: ``"scheduler": {"type": ..., "params": {...}}`` of a ``ds_config.json``.

Source: deepspeedai/DeepSpeed, deepspeed/runtime/lr_schedules.py and engine.py. The engine steps its scheduler after
each update, and the scheduler was stepped once when it was made: what update t uses is the value of k = t - 1, and the
value of the start is used twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.linear import linear
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.log_warm_up import LogWarmUpLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._budgets import filled
from ._fields import Fields
from ._system import System, shown

TYPES = ("WarmupLR", "WarmupDecayLR", "WarmupCosineLR", "LRRangeTest", "OneCycle")
KEYS = ("train_micro_batch_size_per_gpu", "train_batch_size", "zero_optimization")
TWICE = "DeepSpeed's first two updates both use the first rate: every schedule of it runs one update late."
LOG = (
    'warmup_type is "log" unless "linear" is written: most of the rise is in the first steps, '
    "and the peak comes one step earlier."
)
MAX_LR = "warmup_max_lr, not the optimizer's lr, is the peak; where it is left out, DeepSpeed takes 0.001."
NO_PEAK = "With a linear warm-up, WarmupCosineLR never reaches the optimizer's lr: the cosine starts one step ahead."
FIRST = "The very first update ignores warmup_min_ratio and has a rate of 0."
REBOUND = "Before the cosine was held at its end, versions such as 0.16 let it climb again past total_num_steps."
MOMENTUM = "OneCycle starts the first beta at cycle_min_mom for the first update, then jumps to cycle_max_mom."
MOST_STAIRS = 10_000
FAR = 2**40
"""A step that no run comes to."""


def _recognise(data: Mapping[str, Any]) -> str:
    scheduler = data.get("scheduler")
    if isinstance(scheduler, Mapping) and scheduler.get("type") in TYPES:
        return f'it has "scheduler": {{{shown("type", scheduler["type"])}}}'
    key = next((key for key in KEYS if key in data), "")
    return f"it has {shown(key)}" if key and isinstance(data.get("optimizer"), Mapping) else ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    scheduler = fields.part("scheduler")
    run = _run(fields, budget)
    if not scheduler.data:
        rate = fields.part("optimizer").part("params").number("lr", low=0)
        return fields.found({"lr": ConstantLR(rate)}, run, "There is no scheduler: the rate stays as it is.")
    read = {
        "WarmupLR": _warmup, "WarmupDecayLR": _decay, "WarmupCosineLR": _cosine, "LRRangeTest": _range_test,
        "OneCycle": _one_cycle,
    }[scheduler.text("type", choices=TYPES)]  # fmt: skip
    schedules, departures = read(scheduler.part("params"), fields, run)
    return fields.found(schedules, run, *departures)


Found = tuple[dict[str, LearningRateSchedule], list[str]]


def _run(fields: Fields, budget: Budget | None) -> Budget | None:
    """The size of the run, as far as the file says it; what is "auto" comes from a Trainer."""
    said = {
        name: fields.whole(key, None, low=1)
        for name, key in {"batch": KEYS[0], "accumulation": "gradient_accumulation_steps"}.items()
        if fields.get(key) != "auto"
    }
    total = fields.part("scheduler").part("params").get("total_num_steps")
    said["updates"] = int(total) if isinstance(total, (int, float)) and 1 <= total < math.inf else None
    return filled(budget, **said, rounding="deepspeed")


def _base(fields: Fields, needed_for: str) -> float:
    """The rate of the optimizer."""
    params = fields.part("optimizer").part("params")
    if not params.has("lr"):
        raise fields.refusal(f"{needed_for} takes the optimizer's rate, and optimizer.params.lr is missing")
    rate: float = params.number("lr", low=0)
    return rate


def _warmup_steps(params: Fields) -> int:
    return max(2, int(params.whole("warmup_num_steps", 1000)))


def _is_linear(params: Fields) -> bool:
    """DeepSpeed warns of a kind that it does not know, and takes the logarithm."""
    return bool(params.text("warmup_type", "log") == "linear")


def _rise(low: float, high: float, steps: int, *, straight: bool) -> LearningRateSchedule:
    if straight:
        return WarmUpLR(high, steps) if low == 0 else PiecewiseLinearLR((0, steps), (low, high))
    return LogWarmUpLR(high, steps) if low == 0 else LogWarmUpLR(1.0, steps) * (high - low) + low


def _warmup(params: Fields, fields: Fields, _: Budget | None) -> Found:
    steps, straight = _warmup_steps(params), _is_linear(params)
    high = params.number("warmup_max_lr", None, low=0)
    high = _base(fields, "WarmupLR without warmup_max_lr") if high is None else high
    low = params.number("warmup_min_lr", 0.0, low=0)
    return {"lr": _rise(low, high, steps, straight=straight).shift(1)}, [TWICE, "" if straight else LOG]


def _decay(params: Fields, fields: Fields, run: Budget | None) -> Found:
    steps, straight = _warmup_steps(params), _is_linear(params)
    low = params.number("warmup_min_lr", 0.0, low=0)
    high = params.number("warmup_max_lr", 0.001, low=0)
    total = _total(params, fields, run)
    fall = linear(high, low, total - steps) if total > steps and high > low else ConstantLR(low)
    told = [TWICE, "" if straight else LOG, "" if params.has("warmup_max_lr") else MAX_LR]
    return {"lr": _rise(low, high, steps, straight=straight).then(fall, steps).shift(1)}, told


def _cosine(params: Fields, fields: Fields, run: Budget | None) -> Found:
    steps, straight = _warmup_steps(params), _is_linear(params)
    base = _base(fields, "WarmupCosineLR")
    start = params.number("warmup_min_ratio", 0.0, low=0)
    end = params.number("cos_min_ratio", 0.0001, low=0)
    total = _total(params, fields, run)
    if total <= steps:
        raise fields.refusal(f"total_num_steps must be above warmup_num_steps = {steps:,}, got {total:,}")
    fall = PiecewiseCosineLR((0, total - steps), (base, end * base)).shift(-1)
    if 0 <= end < 1 and base:
        fall = CosineDecayLR(end * base, base, total - steps).shift(-1)
    body = _rise(start * base, base, steps, straight=straight).then(fall, steps)
    told = [TWICE, NO_PEAK if straight else LOG, FIRST if start else "", REBOUND]
    return {"lr": ConstantLR(0.0).then(body, 1) if start else body.shift(1)}, told


def _total(params: Fields, fields: Fields, run: Budget | None) -> int:
    if params.has("total_num_steps") and params.get("total_num_steps") != "auto":
        total: int = params.whole("total_num_steps", low=1)
        return total
    if run is None:
        raise fields.missing("decays until the end of the run", "total_num_steps", "updates")
    return run.total


def _range_test(params: Fields, _: Fields, __: Budget | None) -> Found:
    low = params.number("lr_range_test_min_lr", 0.001, low=0)
    size = params.whole("lr_range_test_step_size", 2000, low=1)
    rate = params.number("lr_range_test_step_rate", 1.0, low=0)
    climb = _line_without_end(low, low * rate / size)
    return {"lr": climb.every(size) if params.flag("lr_range_test_staircase", False) else climb}, []


def _line_without_end(start: float, slope: float) -> LearningRateSchedule:
    """A straight line that is followed as far as steps are counted."""
    return PiecewiseLinearLR((0, FAR), (start, start + slope * FAR)) if slope else ConstantLR(start)


def _one_cycle(params: Fields, _: Fields, __: Budget | None) -> Found:
    low, high = params.number("cycle_min_lr", low=0), params.number("cycle_max_lr", low=0)
    rate, size = params.number("decay_lr_rate", 0.0, low=0), params.whole("decay_step_size", 0)
    tail: LearningRateSchedule = InverseDecayLR(low, rate, size) if rate and size and low else ConstantLR(low)
    schedules = {"lr": _cycle(params, low, high, tail)}
    if not params.flag("cycle_momentum", True):
        return schedules, []
    least, most = params.number("cycle_min_mom", 0.8), params.number("cycle_max_mom", 0.9)
    rate = params.number("decay_mom_rate", 0.0, low=0)
    cycle = _cycle(params, most, least, _line_without_end(most, most * rate / size if size else 0.0))
    schedules["betas[0]"] = ConstantLR(least).then(cycle.shift(-1), 1)
    return schedules, [MOMENTUM]


def _cycle(params: Fields, start: float, middle: float, tail: LearningRateSchedule) -> LearningRateSchedule:
    """A triangle, each side of it with stairs if they are counted, and what follows it."""
    first = params.whole("cycle_first_step_size", 2000, low=1)
    second = params.whole("cycle_second_step_size", first, low=1)
    up = params.whole("cycle_first_stair_count", 0)
    down = params.whole("cycle_second_stair_count", up)
    if max(up, down) > MOST_STAIRS:
        raise params.error("cycle_first_stair_count", f"at most {MOST_STAIRS:,}", max(up, down))
    if not (up or down):
        return PiecewiseLinearLR((0, first, first + second), (start, middle, start)).then(tail, first + second)
    rise: LearningRateSchedule = PiecewiseLinearLR((0, first), (start, middle))
    if up:  # stair i begins at the first step that has come to it
        rise = _stairs(start, middle, [-(-i * first // up) for i in range(1, up + 1)])
    fall: LearningRateSchedule = PiecewiseLinearLR((0, second), (middle, start))
    if down:  # and is left one step after
        fall = _stairs(middle, start, [i * second // down + 1 for i in range(down)])
    return rise.then(fall, first).then(tail, first + second)


def _stairs(start: float, end: float, begins: list[int]) -> LearningRateSchedule:
    """A level before each of the steps at which the next begins, and the last one from there on."""
    levels = [start + (end - start) * i / len(begins) for i in range(len(begins) + 1)]
    kept = dict(zip(begins, levels[1:], strict=True))  # of two stairs that begin at one step, the later
    return PiecewiseConstantLR((*kept, max(kept) + 1), (start, *kept.values()))


SYSTEM = System("deepspeed", "DeepSpeed", _recognise, _read)
