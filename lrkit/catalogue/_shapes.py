"""What the entries are made with: a curve between 0 and 1 put between two rates."""

from __future__ import annotations

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ScaleLR


def between(low: float, high: float, wave: LearningRateSchedule) -> LearningRateSchedule:
    """A wave between 0 and 1 as one between two rates."""
    scaled = ScaleLR(wave, high - low) if high - low != 1 else wave
    return OffsetLR(scaled, low) if low else scaled


def require_order(owner: str, low: str, low_value: float, high: str, high_value: float) -> None:
    """Raise `ValueError` unless the one is at most the other."""
    if not low_value <= high_value:
        raise ValueError(f"{owner}: {low} must be at most {high}, got {low_value} and {high_value}")
