"""Configs of composer that may have a curve, their lengths as time strings in batches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ...catalogue._recognition import calls_of
from ...schedules._base import LearningRateSchedule
from ...schedules.exponential_decay import ExponentialDecayLR
from ._anatomy import Anatomy, anatomy, factor_between, growing, periods, stairs_of, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Each scheduler that may have the curve."""
    a = anatomy(schedule)
    warm = {"t_warmup": f"{a.rise}ba"} if a.rise else {}
    tail = "_with_warmup" if warm else ""
    if not a.falls:
        yield _config(a.peak, a.rise + 1, "constant" + tail, warm)
        share = {"alpha_i": a.share(a.first), "alpha_f": 1.0}
        yield _config(a.peak, a.rise, "linear", share)
    else:
        last = {"alpha_f": a.ratio}
        for shape in ("cosine_annealing", "linear_decay"):
            yield _config(a.peak, a.bottom, (shape if warm or "cosine" in shape else "linear") + tail, warm | last)
        yield _config(a.peak, a.bottom, "polynomial" + tail, {**warm, **last, "power": a.power})
    yield from _inverse_root(schedule, a)
    if stairs := stairs_of(schedule, a.rise):
        gamma = factor_between([rate for _, rate in stairs])
        if gamma is not None:
            drops = {"milestones": [f"{at}ba" for at, _ in stairs[1:]], "gamma": gamma}
            yield _config(a.peak, stairs[-1][0] + 1, "multistep" + tail, warm | drops)
    yield from _endless(schedule)
    yield from _growing(schedule)


def _inverse_root(schedule: LearningRateSchedule, a: Anatomy) -> Iterator[Config]:
    """llm-foundry's: the root, and from the last bend on a line to its end."""
    scale = a.timescale(a.leave, 1)
    if not math.isfinite(scale):
        return
    bends = [int(knot) for knot in schedule.knots(a.bottom) if a.leave < knot < a.bottom]
    for begin in (a.bottom, *bends[-1:]):
        lengths = {"t_scale": f"{round(scale)}ba", "t_cooldown": f"{a.bottom - begin}ba"}
        own = {"t_warmup": f"{a.rise}ba", **lengths, "alpha_f_cooldown": a.ratio if begin < a.bottom else 0.0}
        yield _config(a.peak, a.bottom, "inv_sqrt_with_warmup", own)


def _endless(schedule: LearningRateSchedule) -> Iterator[Config]:
    """What no run comes to the end of."""
    if isinstance(schedule, ExponentialDecayLR) and not schedule.is_stair:
        own: dict[str, Any] = {"gamma": schedule.decay_rate, "decay_period": f"{schedule.decay_steps}ba"}
        yield _config(schedule.learning_rate, schedule.decay_steps, "exponential", own)
    for name, given in calls_of(schedule):
        if name == "step_decay":
            own = {"step_size": f"{given['decay_steps']}ba", "gamma": given["gamma"]}
            yield _config(given["learning_rate"], given["decay_steps"], "step", own)
    for _, part, length, growth, height in periods(schedule):
        if height == 1:
            rate = part(0)
            low = part(length) / rate if rate else 0.0
            own = {"t_0": f"{length}ba", "t_mult": growth, "alpha_f": low}
            yield _config(rate, length, "cosine_annealing_warm_restarts", own)


def _growing(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Restarts whose lengths grow: as many as ten runs have."""
    for part, first, growth in growing(schedule):
        rate = part(0)
        own = {"t_0": f"{first}ba", "t_mult": growth, "alpha_f": tidy(part(first) / rate) if rate else 0.0}
        yield _config(rate, (schedule.horizon // 10), "cosine_annealing_warm_restarts", own)


def _config(rate: float, total: int, name: str, options: Config) -> Config:
    return {
        "optimizer": {"name": "decoupled_adamw", "lr": rate},
        "scheduler": {"name": name, **options},
        "max_duration": f"{max(total, 1)}ba",
    }
