"""Configs of EasyLM that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._anatomy import anatomy, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """The flags of an optimizer."""
    a = anatomy(schedule)
    if a.falls:
        ends = {"init_lr": a.first if a.rise else 0.0, "lr": a.peak, "end_lr": a.low}
        yield _flags("adamw_optimizer", ends | {"lr_warmup_steps": a.rise, "lr_decay_steps": a.bottom})
        yield _flags("palm_optimizer", {"lr": tidy(a.peak * a.leave**0.5), "lr_warmup_steps": a.leave})


def _flags(name: str, options: Config) -> Config:
    return {"optimizer.type": name.removesuffix("_optimizer")} | {
        f"optimizer.{name}.{key}": value for key, value in options.items()
    }
