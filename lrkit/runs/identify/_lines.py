"""Lines between bounds: what rows within tolerances are, once their rates are turned into something that is a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._types import Floats
from ._geometry import edge, peak

Interval = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """The lines ``a + b * z`` between bounds: their slopes, and the middle one's height at 0."""

    slopes: Interval
    slope: float
    height: float

    def at(self, low: Floats, high: Floats, z: Floats, slope: float) -> Interval:
        """The heights at 0 that are possible with a slope."""
        return float((low - slope * z).max()), float((high - slope * z).min())


def line_between(z: Floats, low: Floats, high: Floats) -> Line | None:
    """The lines that stay between bounds, or None if there are none."""
    centre = z.mean()
    w = z - centre
    span = float(np.ptp(z))
    if span <= 0:
        return None
    guess = float((high[-1] + low[-1] - high[0] - low[0]) / 2 / (z[-1] - z[0]))
    reach = float((high - low).max()) * 4 / span + 1e-3 * abs(guess)

    def room(slope: Floats, _: Any) -> Floats:
        rest = slope[:, None] * w
        between: Floats = (high - rest).min(axis=1) - (low - rest).max(axis=1)
        return between

    best, most = peak(room, np.array([guess - reach]), np.array([guess + reach]), 1e-15)
    if most[0] < 0:
        return None
    ends = edge(room, best, np.array([guess - reach]), 60), edge(room, best, np.array([guess + reach]), 60)
    slope = float(best[0])
    height = float((high - slope * w).min() + (low - slope * w).max()) / 2 - slope * float(centre)
    return Line((float(ends[0][0]), float(ends[1][0])), slope, height)
