"""Configs of Megatron-LM that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from .._megatron_curves import TAILS
from ._anatomy import anatomy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Flags of each lr_decay_style, in iterations."""
    a = anatomy(schedule)
    known: Config = {"lr": a.peak}
    if a.rise:
        known |= {"lr_warmup_iters": a.rise} | ({"lr_warmup_init": a.first} if a.first else {})
    if not a.falls:
        yield _flags(known, "constant", a.rise + 1)
        return
    low = {"min_lr": a.low} if a.low else {}
    for style in ("linear", "cosine"):
        yield _flags(known | low, style, a.bottom)
    for tail in TAILS:
        yield _flags(known | low | {"lr_wsd_decay_iters": a.fall, "lr_wsd_decay_style": tail}, "WSD", a.bottom)
    for knot in schedule.knots(schedule.horizon + 1)[-1:]:  # the jump to min_lr
        least = {"min_lr": schedule(2 * schedule.horizon)}
        yield _flags(known | least, "inverse-square-root", max(1, int(knot) - 1))


def _flags(known: Config, style: str, total: int) -> Config:
    return known | {"lr_decay_style": style, "lr_decay_iters": total, "train_iters": total}
