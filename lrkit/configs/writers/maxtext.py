"""Configs of MaxText that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ..maxtext import KEYS
from ._anatomy import anatomy, tidy
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A line, a cosine, and then 0, before which it has not come to its end."""
    a = anatomy(schedule)
    total, rest = a.bottom, a.bottom - a.rise
    if rest < 1:
        return
    done = 0.5 * (1 + math.cos(math.pi * (rest - 1) / rest))
    last = tidy((a.share(schedule(total - 1)) - done) / (1 - done), 1.0) if rest > 1 else 0.0
    # A share whose product with the total is cut to the warm-up: its middle is safe from rounding.
    share = (a.rise + 0.5) / total if a.rise else 0.0
    options = {"learning_rate": a.peak, "warmup_steps_fraction": share, KEYS[0]: total}
    yield options | {KEYS[1]: max(0.0, last), "steps": total}
