"""A curve through given points: what `PiecewiseLinearLR` and `PiecewiseCosineLR` have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

Blend = Callable[[Any], Any]
"""How far a piece has come, from 0 to 1, as a function of how much of its time has passed."""


def check_points(owner: str, milestones: Sequence[float], rates: Sequence[float]) -> None:
    """Raise `ValueError` if these are not the points of a curve, from left to right."""
    if len(milestones) != len(rates):
        raise ValueError(
            f"{owner}: milestones and learning_rates must have the same length, got {len(milestones)} and {len(rates)}"
        )
    for k, (before, after) in enumerate(pairwise(milestones), start=1):
        if after < before:
            raise ValueError(f"{owner}: milestones[{k}] must be >= {before:g}, got {after:g}")
    for k, (before, after) in enumerate(pairwise(rates), start=1):
        if not math.isfinite(after - before):
            raise ValueError(f"{owner}: learning_rates[{k}] is too far from the one before: {before:g} and {after:g}")


def through(points: Sequence[tuple[float, float]], blend: Blend, step: Any, xp: Any) -> Any:
    """The curve through the points at `step`: level before the first and after the last."""
    points = [(int(at) if float(at).is_integer() else at, rate) for at, rate in points]  # integers meet integers
    parts = [_level(points[0][1]), *(_piece(*ends, blend) for ends in pairwise(points)), _level(points[-1][1])]
    return xp.piecewise(step, [milestone for milestone, _ in points], parts)


def _level(rate: float) -> Callable[[Any], Any]:
    return lambda _: rate


def _piece(left: tuple[float, float], right: tuple[float, float], blend: Blend) -> Callable[[Any], Any]:
    (start, before), (stop, after) = left, right
    if start == stop:  # a jump: nothing lies between
        return _level(after)
    return lambda t: before + (after - before) * blend((t - start) / (stop - start))
