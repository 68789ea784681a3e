"""Schedules that tests of pictures draw."""

from __future__ import annotations

import pytest

from lrkit import ConstantLR, CosineDecayLR, LearningRateSchedule, PiecewiseConstantLR, TableLR, WarmUpLR

COSINE = CosineDecayLR(0, 0.1, 100)
RAMP = WarmUpLR(0.1, 100)
STAIRS = PiecewiseConstantLR([30, 60, 90], [0.1, 0.05, 0.01])
LONG = CosineDecayLR(0, 0.1, 999_995).warmup(5)
CURVES = {
    "cosine": COSINE,
    "stairs": STAIRS,
    "restarts": COSINE.repeat(100, 3),
    "a million": LONG,
    "negative": -COSINE,
    "zero": ConstantLR(0),
    "table": TableLR([0.1, 0.3, 0.2]),
    "huge": ConstantLR(0.1).then(ConstantLR(0.05), 2**52).hold(2**53),
}
EVERY_CURVE = pytest.mark.parametrize("schedule", CURVES.values(), ids=CURVES)
"""Parametrizes a test by the `schedule` to draw."""


def last_step(schedule: LearningRateSchedule) -> int:
    """Where a picture ends: at the horizon, and of a list at its last rate."""
    return schedule.horizon - isinstance(schedule, TableLR)
