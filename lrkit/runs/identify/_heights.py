"""The two heights of a curve of a known shape, its top and its floor: which numbers meet the rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..._types import Floats
from ..numbers import bits, count_bits, nicest
from ._geometry import Bounds, known_floor, strip
from ._rows import Rows

Interval = tuple[float, float]
RATIOS = (0.0, 0.1, 0.01, 0.05, 0.001, 0.2, 0.5, 0.02, 1e-4, 0.25)
"""Parts of the top that floors often are."""


def any_top(curves: int) -> Bounds:
    """The bounds of tops of which nothing is known."""
    return Bounds(np.full(curves, -np.inf), np.full(curves, np.inf))


class Heights(NamedTuple):
    """A top and a floor, what they cost, and what the rows leave open of both."""

    top: float
    floor: float
    bits: float
    tops: Interval
    floors: Interval


def heights(z: Floats, rows: Rows) -> Heights | None:
    """The nicest top and floor with which ``floor + (top - floor) * z`` meets the rows, or None."""
    free = strip(z[None], rows.low, rows.high, any_top(1))
    if free.room[0] < 0:
        return None
    tops = (float(free.top.low[0]), float(free.top.high[0]))
    floors = (float(free.floor.low[0]), float(free.floor.high[0]))
    ratios = np.array(RATIOS)
    room, known = known_floor(
        np.broadcast_to(z, (ratios.size, z.size)), rows.low, rows.high, any_top(ratios.size), ratios
    )
    found = [
        (bits(top), top, top * ratio)
        for ratio, fits, low, high in zip(RATIOS, room, *known, strict=True)
        if fits >= 0 and (top := nicest(low, high)) is not None
    ]
    found = [(cost + (4.0 if floor else 0.0), top, floor) for cost, top, floor in found]
    floor = nicest(*floors)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = ((edge - floor * (1 - z)) / z for edge in (rows.low, rows.high))
    seen = z > 1e-9
    least, most = float(low[seen].max()), float(high[seen].min())
    if least <= most:
        found.append((bits(nicest(least, most)) + bits(floor) + 4.0, nicest(least, most), floor))
    if not found:
        return None
    cost, top, floor = min(found)
    return Heights(top, floor, cost, tops, floors)


def whole_between(low: float, high: float, most: int = 3000) -> Floats:
    """The whole numbers above one number and up to another: all of them, or evenly spread if there are many."""
    first, last = np.floor(low) + 1, np.floor(high)
    if last - first < most:
        return np.arange(max(first, 1), last + 1)
    return np.unique(np.round(np.linspace(max(first, 1), last, most)))


def roundest_of(numbers: Floats, most: int) -> Floats:
    """The first and the last of some whole numbers, and the roundest: in order."""
    if numbers.size <= most:
        return numbers
    some = sorted(numbers.tolist(), key=count_bits)[: most - 2]
    return np.unique([numbers[0], *some, numbers[-1]])
