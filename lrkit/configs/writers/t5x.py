"""Configs of T5X that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...catalogue._recognition import calls_of
from ...schedules._base import LearningRateSchedule
from ...schedules.arithmetic import ProductLR, ScaleLR
from ...schedules.bounds import ClipLR
from ...schedules.clock import ShiftLR
from ._anatomy import anatomy, periods, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Factors; the floor is what the curve comes to at last, and 0 takes it away."""
    inner, offset = (schedule.schedule, schedule.shift_steps) if isinstance(schedule, ShiftLR) else (schedule, 0)
    floors = [0.0, inner(100 * inner.horizon + 1000)]
    match inner:
        case ClipLR(clipped, float(least)):
            inner, floors = clipped, [least]
    for floor in dict.fromkeys(floors):
        for factors, rate, options in _factors(inner):
            own = {"factors": factors, "base_learning_rate": rate, **options, "min_learning_rate": floor}
            yield own | ({"step_offset": offset} if offset else {})


def _factors(schedule: LearningRateSchedule) -> Iterator[tuple[str, float, Config]]:
    a = anatomy(schedule)
    warm, head = ({"warmup_steps": a.rise}, "constant * linear_warmup") if a.rise else ({}, "constant")
    if not a.falls:
        yield head, a.peak, warm
        return
    root = {"warmup_steps": a.leave or 1}
    yield f"{head} * rsqrt_decay", tidy(a.peak * (a.leave or 1) ** 0.5), root
    yield f"{head} * rsqrt_normalized_decay", a.peak, root
    yield "linear_decay", a.peak, {"warmup_steps": a.rise, "decay_factor": tidy(1 / max(a.fall, 1))}
    slope = float(f"{1 - a.share(schedule(a.rise + 1)):.10g}")
    yield "linear_decay", a.peak, {"warmup_steps": a.rise, "decay_factor": slope}
    for begin, _, length, _, _ in periods(schedule):
        yield f"{head} * cosine_decay", a.peak, {"warmup_steps": begin or 1, "steps_per_cycle": length}
    scale, body = (schedule.factor, schedule.schedule) if isinstance(schedule, ScaleLR) else (1.0, schedule)
    parts = body.schedules if isinstance(body, ProductLR) else (body,)
    for part in parts:
        rises = [anatomy(other) for other in parts if other is not part]
        for name, given in calls_of(part):
            if name == "step_decay":
                own = {"decay_factor": given["gamma"], "steps_per_decay": given["decay_steps"]}
                rate = tidy(scale * given["learning_rate"] * math.prod(other.peak for other in rises))
                warmup = {"warmup_steps": rises[0].rise} if rises else {}
                yield (
                    "constant * linear_warmup * decay_every" if rises else "constant * decay_every",
                    rate,
                    own | warmup,
                )
