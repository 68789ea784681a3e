"""fairseq: ``lr_scheduler`` as flags, as a dump of them, or as a part of a Hydra config.

Source: facebookresearch/fairseq, fairseq/optim/lr_scheduler/*.py of 0.12.2 and trainer.py. Update t uses what
``step_update(t)`` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cyclic import cyclic
from ..catalogue.inverse_sqrt import inverse_sqrt
from ..catalogue.step_decay import step_decay
from ..interop._decays import cosine, line, polynomial, stairs
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._system import System

TOTAL = "total_num_update"
RESTARTS = "Past its end fairseq's cosine begins again, {} times as high (lr_shrink)."
TYPO = "fairseq spells it lr_deacy_period, and does not know lr_decay_period."
SUM = "phase_ratio must add up to exactly 1, in floats, or fairseq stops."


def _recognise(data: Mapping[str, Any]) -> str:
    found = data.get("lr_scheduler")
    name = found.get("_name") if isinstance(found, Mapping) else found
    if not isinstance(name, str) or (name not in READERS and name not in PLATEAUS):
        return ""
    own = {"optimization", "max_update", "warmup_updates", "max_tokens", "lr_shrink", "criterion", "arch", TOTAL}
    inner = found if isinstance(found, Mapping) else {}
    return f"it has lr_scheduler {name}" if own & {*data, *inner} or isinstance(found, Mapping) else ""


class Run(NamedTuple):
    """What the readers of the schedulers share."""

    fields: Fields
    """The scheduler's own options."""
    rates: list[float]
    warmup: int
    total: int | None
    budget: Budget | None

    def end(self, needs: str) -> int:
        """The updates in the run; asked for if nobody said so."""
        if self.total is None:
            raise self.fields.missing(needs, "max_update", "updates")
        return self.total


def _read(fields: Fields, budget: Budget | None) -> Configured:
    hydra = isinstance(fields.get("lr_scheduler"), Mapping)
    own = fields.part("lr_scheduler") if hydra else fields
    name = own.text("_name") if hydra else fields.text("lr_scheduler")
    if name in PLATEAUS:
        raise fields.refusal(f"{name} follows a metric, or is stepped by hand: no config has its rates")
    if name not in READERS:
        raise fields.refusal(f"{fields.at('lr_scheduler')} must be one of {', '.join(READERS)}, got {name!r}")
    part = fields.part("optimization") if fields.has("optimization") else fields
    updates = part.whole("max_update", None) or None
    known = filled(budget, updates=updates)
    if updates is None and known is not None:
        updates = known.total
    run = Run(
        own, _rates(own if own.has("lr") else part), own.whole("warmup_updates", WARMUPS.get(name, 0)), updates, known
    )
    schedule, *departures = READERS[name](run)
    return fields.found({"lr": schedule}, known, *departures)


def _rates(fields: Fields) -> list[float]:
    """One rate, or a list of them."""
    listed: list[float] = fields.numbers("lr") if isinstance(fields.get("lr"), list) else [fields.number("lr", low=0)]
    if not listed:
        raise fields.error("lr", "a number or a list of numbers", listed)
    return listed


Read = tuple[Any, ...]
"""The schedule, and what is to be said about it."""


def _fixed(run: Run) -> Read:
    """A rate for each epoch, times a factor from the first update to the end of the warm-up."""
    fields, warmup = run.fields, run.warmup
    anneal = fields.whole("force_anneal", None, low=1)
    schedule: LearningRateSchedule = ConstantLR(run.rates[0])
    if len(run.rates) > 1 or anneal is not None:
        _, length = with_epochs(fields, "has a rate for each epoch", run.budget)
        first = len(run.rates) if anneal is None else min(len(run.rates), max(anneal - 1, 1))
        listed = stairs(run.rates[:first], [k * length for k in range(1, first)])
        if anneal is not None:
            shrink = fields.number("lr_shrink", 0.1, above=0)
            fall = step_decay(run.rates[-1] * shrink, shrink, length)
            listed = listed.then(fall, (anneal - 1) * length) if anneal > 1 else fall
        schedule = listed
    return (schedule * line(1 / warmup, 1.0, warmup - 1) if warmup else schedule,)


def _inverse_sqrt(run: Run) -> Read:
    rate, warmup = run.rates[0], run.warmup
    if not warmup:
        raise run.fields.refusal("warmup_updates must be at least 1 for inverse_sqrt, which divides by it")
    start = run.fields.number("warmup_init_lr", -1.0)
    curve = inverse_sqrt(rate, warmup)
    return (curve if start <= 0 else line(start, rate, warmup).then(curve.shift(-warmup), warmup),)


def _polynomial(run: Run) -> Read:
    total = run.fields.whole(TOTAL, None, low=1)
    total = run.end("decays until total_num_update") if total is None else total
    rate, end = run.rates[0], run.fields.number("end_learning_rate", 0.0, low=0)
    if run.fields.whole("force_anneal", None) is not None or len(run.rates) > 1:
        raise run.fields.refusal("polynomial_decay with several rates or force_anneal is not read")
    if total <= run.warmup:
        raise run.fields.error(TOTAL, f"above warmup_updates, {run.warmup}", total)
    body = polynomial(rate, end, total - run.warmup, run.fields.number("power", 1.0, low=0))
    return (line(0.0, rate, run.warmup).then(body, run.warmup) if run.warmup else body,)


def _cosine(run: Run) -> Read:
    """Both ends are multiplied at each restart."""
    fields, rate = run.fields, run.rates[0]
    low = fields.number("min_lr", 0.0, low=0)
    period = fields.number("lr_period_updates", -1.0)
    period = run.end("takes the rest of the run as its period") - run.warmup if period <= 0 else int(period)
    if low >= rate or period < 1:
        raise fields.refusal(f"lr must be above min_lr and the period at least 1, got {rate:g}, {low:g} and {period}")
    shrink, growth = fields.number("lr_shrink", 0.1, above=0), fields.number("t_mult", 1.0, low=1)
    body = cosine(rate, low, period).repeat(period, multiplier=growth, gamma=shrink)
    start = fields.number("warmup_init_lr", -1.0)
    rise = line(low if start < 0 else start, rate, run.warmup)
    return (rise.then(body, run.warmup) if run.warmup else body), RESTARTS.format(f"{shrink:g}")


def _tri_stage(run: Run) -> Read:
    fields, peak = run.fields, run.rates[0]
    if fields.has("phase_ratio"):
        ratios, total = fields.numbers("phase_ratio"), run.end("takes shares of the run (phase_ratio)")
        # One after another, as the Python that fairseq runs on adds: `sum` is exact from 3.12 on.
        if len(ratios) != 3 or ratios[0] + ratios[1] + ratios[2] != 1:
            raise fields.error("phase_ratio", "three numbers that add up to exactly 1", ratios)
        warmup, hold, decay = (int(total * ratio) for ratio in ratios)
    else:
        warmup, hold, decay = (fields.whole(f"{name}_steps", 0) for name in ("warmup", "hold", "decay"))
    if decay < 1:
        raise fields.error("decay_steps", "a whole number >= 1", decay)
    first, last = fields.number("init_lr_scale", 0.01, low=0), fields.number("final_lr_scale", 0.01, above=0)
    fall = ExponentialDecayLR(peak, last, decay).hold(decay)
    body = ConstantLR(peak).then(fall, hold) if hold else fall
    return (
        line(first * peak, peak, warmup).then(body, warmup) if warmup else body,
        SUM if fields.has("phase_ratio") else "",
    )


def _triangular(run: Run) -> Read:
    """The top shrinks at each cycle, the bottom only with ``shrink_min``."""
    low, high = run.rates[0], run.fields.number("max_lr", above=0)
    half = int(run.fields.number("lr_period_updates", 5000.0, low=2)) // 2
    shrink = run.fields.number("lr_shrink", 0.1, above=0)
    if high <= low:
        raise run.fields.error("max_lr", f"above lr, {low:g}", high)
    if shrink == 1:
        return (cyclic(low, high, half),)
    cycle = 2 * half
    if run.fields.flag("shrink_min", False):
        return (PiecewiseLinearLR((0.0, half, cycle), (low, high, low)).repeat(cycle, gamma=shrink),)
    top = PiecewiseLinearLR((0.0, half, cycle), (0.0, high, 0.0)).repeat(cycle, gamma=shrink)
    if not low:
        return (top,)
    return (PiecewiseLinearLR((0.0, half, cycle), (low, 0.0, low)).repeat(cycle) + top,)


def _step(run: Run) -> Read:
    fields, rate = run.fields, run.rates[0]
    low, start = fields.number("min_lr", 0.0, low=0), fields.number("warmup_init_lr", -1.0)
    period = fields.whole(fields.first("lr_deacy_period", "lr_decay_period"), 25_000, low=1)
    body: LearningRateSchedule = step_decay(rate, fields.number("lr_decay", 0.5, above=0), period)
    body = body.clip(min_lr=low) if low else body
    curve = line(low if start < 0 else start, rate, run.warmup).then(body, run.warmup) if run.warmup else body
    return curve, "" if fields.has("lr_deacy_period") or not fields.has("lr_decay_period") else TYPO


READERS: dict[str, Callable[[Run], Read]] = {
    "fixed": _fixed,
    "inverse_sqrt": _inverse_sqrt,
    "polynomial_decay": _polynomial,
    "cosine": _cosine,
    "tri_stage": _tri_stage,
    "triangular": _triangular,
    "step": _step,
}
PLATEAUS = ("reduce_lr_on_plateau", "pass_through", "manual")
WARMUPS = {"inverse_sqrt": 4000}
SYSTEM = System("fairseq", "fairseq", _recognise, _read)
