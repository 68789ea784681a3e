"""Relations between fields that several schedules ask for."""

from __future__ import annotations

from typing import Any


def require_below(schedule: Any, low: str = "min_lr", high: str = "max_lr") -> None:
    """Raise `ValueError` unless one field is below the other."""
    one, other = getattr(schedule, low), getattr(schedule, high)
    if not one < other:
        raise ValueError(f"{type(schedule).__name__}: {low} must be below {high}, got {one} and {other}")
