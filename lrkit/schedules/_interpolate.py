"""A curve through given points: what `PiecewiseLinearLR` and `PiecewiseCosineLR` have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ._checks import require_ascending, require_same_length

Blend = Callable[[Any], Any]
"""The share of a piece's change that is made, as a function of the share of its time that has passed."""


def check_points(schedule: Any) -> None:
    """Raise `ValueError` if the milestones and rates of a schedule are not points from left to right."""
    require_same_length(schedule, "milestones", "learning_rates")
    require_ascending(schedule)
    for k, (before, after) in enumerate(pairwise(schedule.learning_rates), start=1):
        if not math.isfinite(after - before):
            owner = type(schedule).__name__
            raise ValueError(f"{owner}: learning_rates[{k}] is too far from the one before: {before:g} and {after:g}")


def through_points(schedule: Any, blend: Blend, step: Any, xp: Any) -> Any:
    """The curve through the points of a schedule at `step`: level before the first and after the last."""
    milestones = [int(m) if m.is_integer() else m for m in schedule.milestones]  # an integer step stays an integer
    points = list(zip(milestones, schedule.learning_rates, strict=True))
    parts = [_level(points[0][1]), *(_piece(*ends, blend) for ends in pairwise(points)), _level(points[-1][1])]
    return xp.piecewise(step, milestones, parts)


def _level(rate: float) -> Callable[[Any], Any]:
    return lambda _: rate


def _piece(left: tuple[float, float], right: tuple[float, float], blend: Blend) -> Callable[[Any], Any]:
    (start, before), (stop, after) = left, right
    if start == stop:  # a jump
        return _level(after)
    return lambda t: before + (after - before) * blend((t - start) / (stop - start))
