"""Configs of torchtitan that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ..torchtitan import SHAPES
from ._anatomy import anatomy, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A warm-up, a stable part and a decay up to the virtual last step."""
    a = anatomy(schedule)
    for warmup in (*a.warmups, 0):
        total = a.bottom if a.falls else a.rise + 1
        whole: Config = {"warmup_steps": warmup}
        if not a.falls:
            yield _config(a.peak, total, whole | {"decay_ratio": 0.0})
            continue
        ends = {"min_lr_factor": a.ratio} if a.low else {}
        for shape in SHAPES:
            yield _config(a.peak, total, whole | {"decay_type": shape} | ends)
            yield _config(a.peak, total, whole | {"decay_ratio": tidy(a.fall / total), "decay_type": shape} | ends)


def _config(rate: float, steps: int, scheduler: Config) -> Config:
    return {"optimizer": {"lr": rate}, "lr_scheduler": scheduler, "training": {"steps": steps}}
