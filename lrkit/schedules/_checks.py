"""Relations between fields that several schedules ask for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any


def require_below(schedule: Any, low: str = "min_lr", high: str = "max_lr") -> None:
    """Raise `ValueError` unless one field is below the other."""
    one, other = getattr(schedule, low), getattr(schedule, high)
    if not one < other:
        raise ValueError(f"{type(schedule).__name__}: {low} must be below {high}, got {one} and {other}")


def require_same_length(schedule: Any, one: str, other: str) -> None:
    """Raise `ValueError` unless two lists are equally long."""
    lengths = len(getattr(schedule, one)), len(getattr(schedule, other))
    if lengths[0] != lengths[1]:
        raise ValueError(
            f"{type(schedule).__name__}: {one} and {other} must have the same length, got {lengths[0]} and {lengths[1]}"
        )


def require_ascending(schedule: Any, name: str = "milestones") -> None:
    """Raise `ValueError` if an element of a list is below the one before it."""
    for k, (before, after) in enumerate(pairwise(getattr(schedule, name)), start=1):
        if after < before:
            least, got = (f"{v:g}" if isinstance(v, float) else str(v) for v in (before, after))
            raise ValueError(f"{type(schedule).__name__}: {name}[{k}] must be >= {least}, got {got}")
