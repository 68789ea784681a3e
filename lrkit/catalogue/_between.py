"""What several functions share: a curve between 0 and 1 put between two rates, its inverse, and a check of order."""

from __future__ import annotations

from collections.abc import Iterator

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ScaleLR
from ._short_numbers import shortest_near

BETWEEN = (ScaleLR, OffsetLR)
"""The classes that `between` may return, beside that of the wave itself."""


def between(low: float, high: float, wave: LearningRateSchedule) -> LearningRateSchedule:
    """A wave between 0 and 1 as one between two rates."""
    scaled = ScaleLR(wave, high - low) if high - low != 1 else wave
    return OffsetLR(scaled, low) if low else scaled


def taken_apart(schedule: LearningRateSchedule) -> Iterator[tuple[float, float, LearningRateSchedule]]:
    """The inverse of `between`: each low rate, high rate and wave that it may have been called with."""
    yield 0.0, 1.0, schedule
    match schedule:
        case ScaleLR(wave, high):
            yield 0.0, high, wave
        case OffsetLR(inner, low):
            for _, span, wave in taken_apart(inner):
                if (top := shortest_near(low + span, lambda high, span=span: high - low == span)) is not None:  # type: ignore[misc]
                    yield low, top, wave


def require_order(owner: str, low: str, low_value: float, high: str, high_value: float) -> None:
    """Raise `ValueError` unless the one is at most the other."""
    if not low_value <= high_value:
        raise ValueError(f"{owner}: {low} must be at most {high}, got {low_value} and {high_value}")
