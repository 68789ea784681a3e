"""The nanoGPT family: nanoGPT, llm.c, build-nanogpt and nanochat, each with its own first value.

Source: karpathy/nanoGPT train.py (get_lr), karpathy/llm.c llmc/schedulers.h, karpathy/build-nanogpt train_gpt2.py,
karpathy/nanochat scripts/base_train.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cooldown import cooldown
from ..catalogue.linear import linear
from ..catalogue.linear_warm_up import linear_warm_up
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._budgets import filled
from ._fields import Fields
from ._system import System, shown

BEFORE = (
    "Before its pull request 578, nanoGPT warmed up from 0, t/W; since then from 1/(W+1): its two curves are one "
    "update apart in the warm-up."
)
TWICE = "The peak is used twice: by the last update of the warm-up and the first of the decay."

SCALED = "The rates are those of the flags: nanochat multiplies them by what the batch and the width of the model say."


def nanogpt(fields: Fields, budget: Budget | None) -> Configured:
    """(t+1)/(W+1), then a cosine until lr_decay_iters, then min_lr."""
    rate = fields.number("learning_rate", 6e-4, low=0)
    total = fields.whole("max_iters", 600_000, low=1)
    run = filled(budget, updates=total)
    if not fields.flag("decay_lr", True):
        return fields.found({"lr": ConstantLR(rate)}, run)
    warmup, end = fields.whole("warmup_iters", 2000), fields.whole("lr_decay_iters", 600_000, low=1)
    fall = _cosine(fields, fields.number("min_lr", 6e-5, low=0), rate, end - warmup)
    schedule = linear_warm_up(rate, warmup, "1/(W+1)").then(fall, warmup) if warmup else fall
    return fields.found({"lr": schedule}, run, BEFORE if warmup else "")


def llm_c(fields: Fields, budget: Budget | None) -> Configured:
    """(t+1)/W, then what -k says."""
    rate = fields.number(fields.first("l", "learning_rate"), 3e-4, low=0)
    warmup = fields.whole(fields.first("u", "warmup_iterations"), 0)
    low = rate * fields.number(fields.first("q", "learning_rate_decay_frac"), 1.0, low=0, high=1)
    kind = fields.text(fields.first("k", "lr_scheduler_type"), "cosine", ("cosine", "linear", "constant", "wsd"))
    steps = fields.whole(fields.first("x", "max_steps"), -1, low=-1)
    run = filled(budget, updates=steps if steps > 0 else None)
    if kind == "constant":
        return fields.found({"lr": ConstantLR(rate)}, run)
    if run is None:
        raise fields.missing("decays until the end of the run", "its length (-x)", "updates")
    total = run.total
    if kind == "wsd":
        start = int(0.8 * total)
        fall = cooldown(total - start, "1-sqrt") * (rate - low) + low
        schedule = ConstantLR(rate).then(fall, start)
        schedule = linear_warm_up(rate, warmup).then(schedule.shift(-warmup), warmup) if warmup else schedule
    else:
        fall = _cosine(fields, low, rate, total - warmup) if kind == "cosine" else linear(rate, low, total - warmup)
        schedule = linear_warm_up(rate, warmup).then(fall, warmup) if warmup else fall
    return fields.found({"lr": schedule}, run, TWICE if warmup else "")


def build_nanogpt(fields: Fields, budget: Budget | None) -> Configured:
    """(t+1)/W, then a cosine until max_steps, then min_lr."""
    rate, low = fields.number("max_lr", low=0), fields.number("min_lr", low=0)
    warmup, total = fields.whole("warmup_steps"), fields.whole("max_steps", low=1)
    fall = _cosine(fields, low, rate, total - warmup)
    schedule = linear_warm_up(rate, warmup).then(fall, warmup) if warmup else fall
    return fields.found({"lr": schedule}, filled(budget, updates=total), TWICE if warmup else "")


def nanochat(fields: Fields, budget: Budget | None) -> Configured:
    """(t+1)/W, level, then a line to the last fraction: a factor of the rate of each group."""
    steps = fields.whole("num_iterations", -1, low=-1)
    run = filled(budget, updates=steps if steps > 0 else None)
    if run is None:
        raise fields.missing("decays at the end of the run", "its length (num_iterations)", "updates")
    total = run.total
    warmup = fields.whole("warmup_steps", None)
    if warmup is None:
        warmup = round(fields.number("warmup_ratio", 0.0, low=0, high=1) * total)
    down = round(fields.number("warmdown_ratio", low=0, high=1) * total)
    last = fields.number("final_lr_frac", 0.0, low=0)
    if warmup + down > total:
        raise fields.refusal(f"warm-up and warm-down must fit into {total:,} updates, got {warmup:,} and {down:,}")
    points = {0: 1 / warmup if warmup > 1 else 1.0} | ({warmup - 1: 1.0} if warmup > 1 else {})
    points |= {total - down: points.get(total - down, 1.0)} | ({total: last} if down else {})
    factor: LearningRateSchedule = ConstantLR(1.0)
    if len(points) > 1:
        factor = PiecewiseLinearLR(tuple(points), tuple(points.values()))
    names = [name for name in ("matrix_lr", "embedding_lr", "unembedding_lr", "scalar_lr") if fields.has(name)]
    rates = {name.removesuffix("_lr"): factor * fields.number(name, low=0) for name in names}
    told = [TWICE if warmup > 1 else "", SCALED if rates else ""]
    if "matrix" in rates:
        rates["matrix.momentum"] = _momentum(total - down, total, newer=fields.has("warmup_steps"))
    return fields.found(rates or {"lr": factor}, run, *told)


def _momentum(fall: int, total: int, *, newer: bool) -> LearningRateSchedule:
    """Muon's: up in 400 updates, and down again with the rate; before warmup_steps was a flag, up in 300."""
    if not newer:
        return PiecewiseLinearLR((0, 300), (0.85, 0.95))
    rise = PiecewiseLinearLR((0, 400), (0.85, 0.97))
    if fall >= total:
        return rise
    down = PiecewiseLinearLR((0, total - fall), (0.97, 0.9))
    return rise.then(down.shift(min(fall - 400, 0)), max(fall, 400))


def _cosine(fields: Fields, low: float, high: float, steps: int) -> LearningRateSchedule:
    if steps < 1:
        raise fields.refusal(f"the decay must be longer than the warm-up, and ends {-steps:,} updates before it")
    if low > high:
        raise fields.refusal(f"min_lr must be at most the rate of {high:g}, got {low:g}")
    return CosineDecayLR(low, high, steps) if low < high else ConstantLR(high)


def _keys(*wanted: str) -> Any:
    """Recognises what has all of these keys."""

    def recognise(data: Mapping[str, Any]) -> str:
        return f"it has {' and '.join(map(shown, wanted))}" if all(key in data for key in wanted) else ""

    return recognise


def _is_nanogpt(data: Mapping[str, Any]) -> str:
    key = next((key for key in ("lr_decay_iters", "decay_lr", "warmup_iters") if key in data), "")
    return f"it has {shown(key)}" if key and "lr_decay_style" not in data and "lr_scheduler" not in data else ""


NANOGPT = System("nanogpt", "nanoGPT", _is_nanogpt, nanogpt)
LLM_C = System("llm.c", "llm.c", _keys("l", "u", "x"), llm_c, aliases=("llmc",))
BUILD = System("build-nanogpt", "build-nanogpt", _keys("max_lr", "min_lr", "warmup_steps", "max_steps"), build_nanogpt)
NANOCHAT = System("nanochat", "nanochat", _keys("warmdown_ratio"), nanochat)
FAMILY = (NANOCHAT, LLM_C, BUILD, NANOGPT)
