"""Configs of DeepSpeed that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...schedules._base import LearningRateSchedule
from ...schedules.blocks import EveryLR
from ...schedules.inverse_decay import InverseDecayLR
from ...schedules.join import JoinLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.polynomial_decay import PolynomialDecayLR
from ..deepspeed import MOST_STAIRS
from ._anatomy import Anatomy, anatomy, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """The update t has what is told of k = t - 1."""
    a = anatomy(schedule)
    start = {"warmup_min_lr": a.first, "warmup_max_lr": a.peak}
    for kind, steps in (("linear", a.rise - 1), ("log", a.rise)):
        warm: Config = {"warmup_num_steps": max(2, steps), "warmup_type": kind}
        if not a.falls:
            yield _scheduler("WarmupLR", start | warm)
        yield _scheduler("WarmupDecayLR", {"total_num_steps": a.bottom - 1} | start | warm)
    for steps in {max(2, a.rise), max(2, a.rise - 1), max(2, a.rise + 1)}:
        base = tidy(schedule(1) + steps * (schedule(2) - schedule(1)))  # from the slope: the peak is not reached
        yield from _cosines(a, base, steps, "linear")
    yield from _cosines(a, a.peak, max(2, a.rise), "log")
    yield from _cycles(schedule, a)


def _cosines(a: Anatomy, base: float, steps: int, kind: str) -> Iterator[Config]:
    if base > 0:
        low = {"warmup_min_ratio": tidy(a.curve(1) / base), "cos_min_ratio": tidy(a.low / base)}
        params = {"total_num_steps": a.bottom, "warmup_num_steps": steps, "warmup_type": kind, **low}
        yield {"optimizer": {"type": "AdamW", "params": {"lr": base}}} | _scheduler("WarmupCosineLR", params)


def _cycles(schedule: LearningRateSchedule, a: Anatomy) -> Iterator[Config]:
    body, size, stairs = (
        (schedule.schedule, schedule.block_steps, True) if isinstance(schedule, EveryLR) else (schedule, 1000, False)
    )
    match body:
        case PiecewiseLinearLR((0.0, far), (low, high)) | PolynomialDecayLR(low, high, far, 1.0) if low > 0:
            params = {"lr_range_test_min_lr": low, "lr_range_test_step_size": size}
            rate = {"lr_range_test_step_rate": tidy((high - low) / far * size / low)}
            yield _scheduler("LRRangeTest", params | rate | ({"lr_range_test_staircase": True} if stairs else {}))
    tail = schedule.schedules[-1] if isinstance(schedule, JoinLR) else None
    decay: Config = {}
    if isinstance(tail, InverseDecayLR):
        decay = {"decay_step_size": tail.decay_steps, "decay_lr_rate": tail.decay_rate}
    ends: Config = {"cycle_min_lr": a.first, "cycle_max_lr": a.peak, "cycle_first_step_size": a.rise}
    ends["cycle_momentum"] = False  # of which the curve says nothing
    knots = sorted({int(knot) for knot in schedule.knots(schedule.horizon + 1) if knot <= a.bottom + MOST_STAIRS})
    up, last = sum(0 < knot <= a.rise for knot in knots), [knot for knot in knots if knot > a.rise][-50:]
    for end in last:
        second = {"cycle_second_step_size": end - a.rise}
        yield _scheduler("OneCycle", ends | second | decay)
        for first, down in ((up, up), (up, 0), (0, len(last) - 1), (up, len(last) - 1), (up, len(last) - 2)):
            if first + down:
                counts = {"cycle_first_stair_count": first, "cycle_second_stair_count": max(0, down)}
                yield _scheduler("OneCycle", ends | second | counts | decay)


def _scheduler(kind: str, params: Mapping[str, Any]) -> Config:
    return {"scheduler": {"type": kind, "params": dict(params)}}
