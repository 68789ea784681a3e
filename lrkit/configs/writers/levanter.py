"""Configs of levanter that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._anatomy import anatomy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A warm-up, a stable part and a decay, in steps."""
    a = anatomy(schedule)
    warm = {"learning_rate": a.peak, "warmup": a.rise}
    if not a.falls:
        yield _config(a.rise + 1, {**warm, "lr_schedule": "constant"})
        return
    parts = {"stable": a.leave - a.rise} if a.leave > a.rise else {}
    for kind in ("cosine", "linear"):
        yield _config(a.bottom, {**warm, "lr_schedule": kind, "min_lr_ratio": a.ratio, **parts})
    floor = schedule(100 * schedule.horizon)
    for ratio in (0.0, a.ratio, a.share(floor)):
        for stable in {0, max(0, a.leave - 10_000)}:
            root = {"lr_schedule": "inv_sqrt", "min_lr_ratio": ratio} | ({"stable": stable} if stable else {})
            yield _config(a.leave + 1, warm | root)


def _config(steps: int, optimizer: Config) -> Config:
    return {"trainer": {"num_train_steps": steps}, "optimizer": optimizer}
