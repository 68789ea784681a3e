"""axolotl: the fields of its YAML, with schedulers of its own beside those of transformers.

Source: axolotl-ai-cloud/axolotl 0.19, src/axolotl/utils/schedulers.py, core/trainers/mixins/scheduler.py (which of them
is taken) and core/builders/base.py (the warm-up where none is said).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.linear_warm_up import linear_warm_up
from ..catalogue.power_warm_up import power_warm_up
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.rex_decay import RexDecayLR
from ..schedules.warm_up import WarmUpLR
from ._budgets import filled
from ._fields import Fields
from ._hugging_face import ENDLESS, NAMES, REBOUNDS, get_scheduler
from ._system import System, shown
from ._torch_classes import curve_of

OWN = ("rex", "log_sweep", "one_cycle")
REX_D = 0.9
JAGGED_LOW = 0.001
"""The share of the rate from which a restart warms up, unless cosine_min_lr_ratio says another."""
REX = "axolotl's rex has the constant 0.9, not the 1/2 of its paper: half way it is at 10/11 of the peak, not at 2/3."
SWEEP = "The first two updates of log_sweep both have the lowest rate."
DEFAULT = "Neither warmup_steps nor warmup_ratio is said: axolotl takes 3 % of the run, at most 100 updates."

EARLY = (
    "With jagged_restart_steps the scheduler takes a step when it is wrapped: each update has the rate of the one "
    "after it, and the first warm-up does not begin at 0."
)


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
    total = run.total if run else 0
    share = fields.number("cosine_min_lr_ratio", 0.0, low=0, high=1)
    options = fields.part("lr_scheduler_kwargs")
    if name == "one_cycle":
        schedule = _one_cycle(fields, options, rate, warmup, total)
    elif name == "rex":
        schedule = _rex(fields, rate, share * rate, warmup, total)
    elif name == "log_sweep":
        schedule = _sweep(fields, rate, total)
    elif name == "cosine" and fields.flag("lr_quadratic_warmup", False):
        schedule = _cosine(fields, rate, 0.0, warmup, total, bent=True)
    elif name == "cosine" and share:
        part = fields.number("cosine_constant_lr_ratio", None, low=0, high=1)
        schedule = _cosine(fields, rate, share * rate, warmup, total, part=part or None)
    else:
        schedule = get_scheduler(name, rate, warmup, run.total if run else None, options)
    notes = [REX if name == "rex" else SWEEP if name == "log_sweep" else "", REBOUNDS if name == "cosine" else "", told]
    if fields.whole("jagged_restart_steps", 0):
        schedule = _jagged(fields, schedule, share or JAGGED_LOW, taken=2 if name == "rex" else 1)
        notes.append(EARLY)
    return fields.found({"lr": schedule}, run, *notes)


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


def _one_cycle(fields: Fields, options: Fields, rate: float, warmup: int, total: int) -> LearningRateSchedule:
    """The OneCycleLR of torch, rising for the warm-up; without one, the start is one step into the fall."""
    if warmup or options.has("pct_start"):
        given = {"max_lr": rate, "total_steps": total, "pct_start": warmup / total, "anneal_strategy": "cos"}
        return curve_of("OneCycleLR", rate, options, **given)
    if options.flag("three_phase", False):
        raise options.error("three_phase", "false where there is no warm-up", True)
    low = rate / options.number("div_factor", 25.0, above=0) / options.number("final_div_factor", 1e4, above=0)
    shape = cosine if options.text("anneal_strategy", "cos", ("cos", "linear")) == "cos" else line
    return shape(rate, low, total).shift(-1)


def _rex(fields: Fields, high: float, low: float, warmup: int, total: int) -> LearningRateSchedule:
    _require_room(fields, warmup, total)
    if low >= high:
        return ConstantLR(high)
    fall = RexDecayLR(low, high, total - warmup, REX_D).shift(-1)
    return linear_warm_up(high, warmup).then(fall, warmup) if warmup else fall


def _cosine(
    fields: Fields, high: float, low: float, warmup: int, total: int, *, part: float | None = None, bent: bool = False
) -> LearningRateSchedule:
    """A cosine that climbs again past its end, or one to a part of the run and level from there on."""
    end = total if part is None else int(total * part)
    _require_room(fields, warmup, end)
    if low >= high:
        fall: LearningRateSchedule = ConstantLR(high)
    else:
        fall = cosine_wave(low, high, end - warmup) if part is None else CosineDecayLR(low, high, end - warmup)
    if not warmup:
        return fall
    return (power_warm_up(high, warmup, 2) if bent else WarmUpLR(high, warmup)).then(fall, warmup)


def _jagged(fields: Fields, schedule: LearningRateSchedule, low: float, *, taken: int) -> LearningRateSchedule:
    """The schedule, down to a share `low` of it and up again at each restart, on a clock that has `taken` steps.

    Up comes before down where they overlap. rex has taken a step of its own before it is wrapped.
    """
    period = fields.whole("jagged_restart_steps", low=1)
    up = fields.whole("jagged_restart_warmup_steps", 0) or 10
    down = fields.whole("jagged_restart_anneal_steps", 0) or 1
    begin = period - down
    if begin < 1:
        raise fields.error("jagged_restart_anneal_steps", f"below jagged_restart_steps = {period:,}", down)
    if up <= begin:
        points = {0: low, up: 1.0, begin: 1.0, period: low}
        cycle: LearningRateSchedule = PiecewiseLinearLR(tuple(points), tuple(points.values()))
    else:
        cycle = PiecewiseLinearLR((0, up), (low, 1.0))
        if up < period:
            cycle = cycle.then(PiecewiseLinearLR((0, down), (1.0, low)).shift(begin - up), up)
    factor = ConstantLR(1.0).then(cycle.repeat(period).shift(-begin), begin)
    inner = schedule.shift(taken - 1) if taken > 1 else schedule
    return (inner * factor).shift(-taken)


def _sweep(fields: Fields, rate: float, total: int) -> LearningRateSchedule:
    low = fields.number("cosine_min_lr_ratio", 1e-7, above=0, high=1) * rate
    if total < 2:
        raise fields.refusal("log_sweep needs a run of at least 2 updates")
    return ExponentialDecayLR(low, rate / low, total - 1).shift(1).hold(total)


def _require_room(fields: Fields, warmup: int, total: int) -> None:
    if warmup >= total:
        raise fields.refusal(f"the warm-up of {warmup:,} updates must be shorter than the decay's end, {total:,}")


SYSTEM = System("axolotl", "axolotl", _recognise, _read)
