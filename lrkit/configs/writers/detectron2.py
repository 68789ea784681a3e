"""Configs of detectron2 that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ...schedules.arithmetic import ProductLR
from ..detectron2 import COSINE, MULTI_STEP
from ._anatomy import anatomy, factor_between, stairs_of, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Today's warm-up, which lands on the value that the schedule has by then."""
    a = anatomy(schedule)
    if not a.falls:
        return
    for steps in sorted({a.rise, *(int(knot) for knot in schedule.knots(a.bottom) if knot < a.bottom)}):
        landed = schedule(steps)
        done = 0.5 * (1 + math.cos(math.pi * steps / a.bottom))  # a cosine that has run since the start
        for base in dict.fromkeys((tidy(a.low + (landed - a.low) / done), a.peak, landed)):
            yield from _solvers(schedule, base, steps, a.first / base, begin=steps)


def write_older(schedule: LearningRateSchedule) -> Iterator[Config]:
    """The warm-up as a factor of the schedule."""
    a = anatomy(schedule)
    yield from _solvers(schedule, a.peak, a.rise, a.first / a.peak, begin=a.rise)
    if isinstance(schedule, ProductLR) and len(schedule.schedules) == 2:
        body, factor = (anatomy(part) for part in schedule.schedules)
        yield from _solvers(body.curve, tidy(body.peak * factor.peak), factor.rise, factor.first / factor.peak)


def _solvers(
    schedule: LearningRateSchedule, base: float, warmup: int, start: float, begin: int = 0
) -> Iterator[Config]:
    a = anatomy(schedule)
    shared = {"BASE_LR": base, "WARMUP_ITERS": warmup, "WARMUP_FACTOR": tidy(start) if warmup else 1.0}
    end = {"MAX_ITER": a.bottom, "BASE_LR_END": a.low} if a.low else {"MAX_ITER": a.bottom}
    yield {"SOLVER": {"LR_SCHEDULER_NAME": COSINE, **shared, **end}}
    if stairs := stairs_of(schedule, begin):
        gamma = factor_between([rate for _, rate in stairs]) or 1.0
        steps = [at for at, _ in stairs[1:]]
        run = {"STEPS": steps, "GAMMA": gamma, "MAX_ITER": stairs[-1][0] + 1}
        yield {"SOLVER": {"LR_SCHEDULER_NAME": MULTI_STEP, **shared, **run}}
