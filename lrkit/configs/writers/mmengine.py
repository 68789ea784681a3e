"""Configs of mmengine that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...interop._mmengine_windows import (
    ENDLESS,
)
from ...schedules._base import LearningRateSchedule
from ._anatomy import Anatomy, anatomy, factor_between, stairs_of, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A warm-up in a line, and then a window of another scheduler."""
    a = anatomy(schedule)
    if not a.peak:
        return
    warm: list[Config] = []
    if a.rise:
        warm = [{"type": "LinearLR", "start_factor": a.share(a.first), "by_epoch": False, "end": a.rise + 1}]
    if not a.falls:
        yield _config(a.peak, warm)
    starts = {a.rise, a.rise + 1 if a.rise else 0, a.leave}
    for begin in sorted(starts):
        for kind, options, end in _entries(a, begin):
            window = {"type": kind, "by_epoch": False, **({"begin": begin} if begin else {}), "end": end}
            yield _config(a.peak, [*warm, window | options])


def _entries(a: Anatomy, begin: int) -> Iterator[tuple[str, Config, int]]:
    """Each kind that may make what follows a step, its options and the window's end."""
    low = {"eta_min": a.low} if a.low else {}
    yield "CosineAnnealingLR", {"T_max": a.bottom - begin, **low}, a.bottom + 1
    size = a.bottom - begin + 1  # a cosine that is cut a step before its end, as by default
    done = 0.5 * (1 + math.cos(math.pi * (size - 1) / size))
    least = tidy((a.low - a.peak * done) / (1 - done)) if done < 1 else a.low
    yield "CosineAnnealingLR", {"T_max": size, "eta_min": max(0.0, least)}, a.bottom + 1
    yield "LinearLR", {"start_factor": 1.0, "end_factor": a.ratio}, a.bottom + 1
    yield "PolyLR", {"power": a.power, **low}, a.bottom + 1
    if stairs := stairs_of(a.curve, max(begin, a.rise)):
        drops, gamma = [at - begin for at, _ in stairs[1:]], factor_between([rate for _, rate in stairs])
        if drops and gamma is not None:
            yield "MultiStepLR", {"milestones": drops, "gamma": gamma}, stairs[-1][0] + 1
    if a.falls and a.curve(a.leave):
        gamma = tidy(a.curve(a.leave + 1) / a.curve(a.leave))
        yield "ExponentialLR", {"gamma": gamma}, a.bottom + 1
        yield "ExponentialLR", {"gamma": gamma}, ENDLESS


def _config(rate: float, entries: list[Config]) -> Config:
    return {"optim_wrapper": {"optimizer": {"type": "SGD", "lr": rate}}, "param_scheduler": entries}
