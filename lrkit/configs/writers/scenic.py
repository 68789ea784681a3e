"""Configs of scenic that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...catalogue._recognition import calls_of
from ...schedules._base import LearningRateSchedule
from ._anatomy import anatomy, periods, stairs_of, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A product of factors."""
    a = anatomy(schedule)
    warm = {"warmup_steps": a.rise} if a.rise else {}
    start = {"warmup_alpha": a.share(a.first)} if a.rise and a.first else {}
    head = "constant*linear_warmup*" if warm else "constant*"
    shared = {"base_learning_rate": a.peak, **warm, **start}
    if not a.falls:
        yield _config(head.removesuffix("*"), shared)
    total = {"total_steps": a.bottom}
    yield _config(head + "linear_decay", shared | total | ({"end_learning_rate": a.low} if a.low else {}))
    ends = {"decay_steps": a.bottom, "end_factor": a.ratio, "power": a.power}
    yield _config(head + "polynomial", shared | ends)
    for begin, part, length, growth, height in periods(schedule):
        whole = begin + length
        wave = {"total_steps": whole, "steps_per_cycle": whole, "t_mul": growth, "m_mul": height}
        low = {"alpha": tidy(part(length) / part(0))} if part(length) else {}
        yield _config(head + "cosine_decay", shared | wave | low)
    if stairs := stairs_of(schedule, a.rise):
        drops = {"decay_events": [at - 1 for at, _ in stairs[1:]], "decay_factors": [a.share(r) for _, r in stairs[1:]]}
        yield _config(head + "piecewise_constant", shared | drops)
    scale = a.timescale(a.leave)
    if math.isfinite(scale):
        yield _config(head + "rsqrt_decay", shared | {"timescale": round(scale)})
        yield _config(head + "rsqrt_decay", shared | {"timescale": scale})
    for name, given in calls_of(schedule):
        if name == "step_decay":
            own = {"decay_factor": given["gamma"], "steps_per_decay": given["decay_steps"]}
            yield _config("constant*decay_every", {"base_learning_rate": given["learning_rate"], **own})


def _config(factors: str, options: Config) -> Config:
    return {"lr_configs": {"learning_rate_schedule": "compound", "factors": factors, **options}}
