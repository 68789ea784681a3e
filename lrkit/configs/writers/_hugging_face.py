"""Names of transformers' schedules that may make a curve, for the systems that take them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ...schedules._base import LearningRateSchedule
from ...schedules.clock import RepeatLR, ShiftLR, StretchLR
from ...schedules.constant import ConstantLR
from ...schedules.cosine_decay import CosineDecayLR
from ...schedules.join import JoinLR
from ._anatomy import Anatomy, anatomy, periods

Named = tuple[str, float, int, int, dict[str, Any]]


def proposals(schedule: LearningRateSchedule) -> Iterator[Named]:
    """Names that may make a schedule, each with the rate, the warm-up, the length of the run and other arguments."""
    a = anatomy(schedule)
    rate, warmup, end = a.peak, a.rise, a.bottom
    if not a.falls:
        yield ("constant_with_warmup" if warmup else "constant"), rate, warmup, warmup + 1, {}
        return
    yield "linear", rate, warmup, end, {}
    yield from _restarts(schedule, a)
    if a.low:
        yield "cosine_with_min_lr", rate, warmup, end, {"min_lr": a.low}
        ahead = {"min_lr": a.low, "warmup_lr_rate": a.share(a.first)}
        yield "cosine_warmup_with_min_lr", rate, warmup + 1, end + 1, {"min_lr": a.low}
        yield "cosine_warmup_with_min_lr", rate, warmup + 1, end + 1, ahead
    else:
        yield "cosine", rate, warmup, end, {}
    yield "polynomial", rate, warmup, end, {"lr_end": a.low, "power": a.power}
    for shape in ("linear", "cosine", "1-sqrt"):
        shares = {"num_decay_steps": a.fall, "min_lr_ratio": a.ratio, "decay_type": shape}
        yield "warmup_stable_decay", rate, warmup, end, shares
    scale = a.timescale(warmup)
    if math.isfinite(scale):
        yield "inverse_sqrt", rate, warmup, warmup + 1, {"timescale": round(scale)}


def _restarts(schedule: LearningRateSchedule, a: Anatomy) -> Iterator[Named]:
    rate = a.peak
    match schedule:
        case ShiftLR(wave, -1):
            b = anatomy(wave)
            yield "cosine_warmup_with_min_lr", b.peak, 0, b.bottom, {"min_lr": b.low}
        case JoinLR((*_, RepeatLR(CosineDecayLR(), steps), ConstantLR()), (*before, end)):
            start = before[0] if before else 0
            yield "cosine_with_restarts", rate, start, end, {"num_cycles": (end - start) // steps}
        case JoinLR((*_, StretchLR(RepeatLR(CosineDecayLR(), steps), factor), ConstantLR()), (*before, end)):
            start = before[0] if before else 0
            yield "cosine_with_restarts", rate, start, end, {"num_cycles": round((end - start) / (steps * factor))}
    for start, part, steps, _, _ in periods(schedule):
        if isinstance(part, CosineDecayLR):
            yield "cosine_with_restarts", rate, start, start + steps, {"num_cycles": 1}
        else:  # half cosines that climb again
            yield "cosine", rate, start, start + steps // 2, {}
    if isinstance(schedule, (CosineDecayLR, JoinLR)):
        yield "cosine_with_restarts", rate, a.rise, a.bottom, {"num_cycles": 1}
