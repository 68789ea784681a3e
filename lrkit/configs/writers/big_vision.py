"""Configs of big_vision that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._anatomy import anatomy, stairs_of
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Each decay_type, its lengths in steps."""
    a = anatomy(schedule)
    warm = {"warmup_steps": a.rise}
    end = a.bottom if a.falls else a.rise + 1
    if a.falls:
        if not a.low:
            yield _config(a.peak, end, {"decay_type": "cosine", **warm})
            flat = {"decay_type": "stair", **warm, "cooldown_steps": a.fall}
            yield _config(a.peak, end, flat)
        yield _config(a.peak, end, {"decay_type": "linear", "linear_end": a.low, **warm})
        yield _config(a.peak, end, {"decay_type": "polynomial", "power": a.power, "end": a.low, **warm})
        scale = a.timescale(a.leave)
        if math.isfinite(scale):
            root = {"decay_type": "rsqrt", "timescale": round(scale), **warm}
            yield _config(a.peak, a.rise + 1, root)
            yield _config(a.peak, a.rise + 1, root | {"timescale": scale})
    if stairs := stairs_of(schedule, a.rise):
        drops = {"steps": [at for at, _ in stairs[1:]], "mults": [a.share(rate) for _, rate in stairs[1:]]}
        yield _config(a.peak, stairs[-1][0] + 1, {"decay_type": "stair", **warm, **drops})


def _config(rate: float, total: int, schedule: Config) -> Config:
    return {"total_steps": total, "lr": rate, "schedule": {k: v for k, v in schedule.items() if v not in (0, [])}}
