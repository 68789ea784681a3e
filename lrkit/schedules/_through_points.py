"""A curve through given points: what `PiecewiseLinearLR` and `PiecewiseCosineLR` have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

Blend = Callable[[Any], Any]
"""The share of a piece's change that is made, as a function of the share of its time that has passed."""


def require_finite_changes(schedule: Any) -> None:
    """Raise `ValueError` if the difference of two neighbouring rates is too large for a float."""
    for k, (before, after) in enumerate(pairwise(schedule.learning_rates), start=1):
        if not math.isfinite(after - before):
            place = f"{type(schedule).__name__}: learning_rates[{k}]"
            raise ValueError(f"{place} is too far from the one before: {before:g} and {after:g}")


def through_points(schedule: Any, blend: Blend, step: Any, xp: Any) -> Any:
    """The curve through the points of a schedule at `step`: level before the first and after the last."""
    milestones = [int(m) if m.is_integer() else m for m in schedule.milestones]  # an integer step stays an integer
    points = list(zip(milestones, schedule.learning_rates, strict=True))
    pieces = (_piece(*ends, blend) for ends in pairwise([points[0], *points, points[-1]]))
    return xp.piecewise(step, milestones, list(pieces))


def _piece(left: tuple[float, float], right: tuple[float, float], blend: Blend) -> Callable[[Any], Any]:
    (start, before), (stop, after) = left, right
    if start == stop:  # no two points to go between: before the first, at a jump, or after the last
        return lambda _: after
    return lambda t: before + (after - before) * blend((t - start) / (stop - start))
