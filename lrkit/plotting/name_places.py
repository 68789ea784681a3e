"""Places for the names of curves beside the curves themselves, if there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .._types import Floats

COLUMNS = 240
GAP = 0.02
"""Between a name and its own curve. All lengths here are parts of the axes' width and height."""
ROOM = 0.06
"""The least gap between a name and any other curve."""
FAR = 0.12
"""The largest gap between the mark in front of a name and its curve."""
MOST_NAMES = 4


class Box(NamedTuple):
    """A rectangle, in parts of the axes' width and height."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        apart = self.right < other.left or other.right < self.left or self.top < other.bottom or other.top < self.bottom
        return not apart


def name_places(
    lines: Sequence[tuple[Floats, Floats]],
    widths: Sequence[float],
    height: float,
    others: Sequence[tuple[Floats, Floats]] = (),
) -> list[tuple[float, float]] | None:
    """The lower left corner of each line's name; None if they do not all fit.

    A name is placed right above or below its own line and clear of all others, preferably where the others are far
    away and its own line is flat.

    Parameters
    ----------
    lines : list of pair of array
        The x, in order, and the y of each line.
    widths, height : list of float, float
        The width of each name, and the height that they have in common.
    others : list of pair of array
        Lines without a name, which the names must not touch either.
    """
    if not 1 < len(lines) <= MOST_NAMES:
        return None
    bands = [_band(x, y) for x, y in (*lines, *others)]
    taken: list[Box] = []
    for k, width in enumerate(widths):
        beside = [band for j, band in enumerate(bands) if j != k]
        scored = [
            (_score(box, bands[k], beside), box)
            for box in _boxes(bands[k], width, height)
            if not any(box.overlaps(other) for other in taken)
            and _room(box, beside) >= ROOM
            and _gap_at_mark(box, bands[k]) <= FAR
        ]
        if not scored:
            return None
        taken.append(max(scored)[1])
    return [(box.left, box.bottom) for box in taken]


def _band(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The lowest and highest point of a line in each column; infinity and minus infinity where there is none."""
    between = np.linspace(x[0], x[-1], 8 * COLUMNS)
    at, heights = np.concatenate([x, between]), np.concatenate([y, np.interp(between, x, y)])
    inside = (at >= 0) & (at <= 1)
    columns = np.minimum((at[inside] * COLUMNS).astype(int), COLUMNS - 1)
    low, high = np.full(COLUMNS, np.inf), np.full(COLUMNS, -np.inf)
    np.minimum.at(low, columns, heights[inside])
    np.maximum.at(high, columns, heights[inside])
    # A jump on the edge of two columns is in both: each reaches up to where the next begins.
    met = np.isfinite(low[1:]) & np.isfinite(low[:-1])
    bottom, top = np.minimum(low[:-1], high[1:]), np.maximum(high[:-1], low[1:])
    low[:-1], high[:-1] = np.where(met, bottom, low[:-1]), np.where(met, top, high[:-1])
    return low, high


def _boxes(own: tuple[Floats, Floats], width: float, height: float) -> list[Box]:
    """The places right above and below a line, within the axes."""
    boxes = []
    for first in range(6, COLUMNS - 6, 2):
        left = first / COLUMNS
        low, high = (edge[_columns(left, left + width)] for edge in own)
        if left + width > 0.98 or not np.isfinite(low).all():
            continue
        above, below = float(high.max()) + GAP, float(low.min()) - GAP - height
        boxes += [Box(left, bottom, left + width, bottom + height) for bottom in (above, below)]
    return [box for box in boxes if box.bottom > GAP and box.top < 1 - GAP / 2]


def _columns(left: float, right: float) -> slice:
    return slice(int(left * COLUMNS), int(right * COLUMNS) + 1)


def _room(box: Box, bands: Sequence[tuple[Floats, Floats]]) -> float:
    """The height of the gap between a box and the nearest line above or below it; negative if one goes through."""
    span = _columns(max(box.left - GAP, 0), box.right + GAP)
    return min(float(np.maximum(low[span] - box.top, box.bottom - high[span]).min()) for low, high in bands)


def _gap_at_mark(box: Box, own: tuple[Floats, Floats]) -> float:
    """The height of the gap between the mark in front of a name and the name's line."""
    low, high = (edge[int(box.left * COLUMNS)] for edge in own)
    return float(max(low - box.top, box.bottom - high))


def _score(box: Box, own: tuple[Floats, Floats], beside: Sequence[tuple[Floats, Floats]]) -> float:
    """High where other lines are far, its own line is near, and that line is flat along the name."""
    low, high = (edge[_columns(box.left, box.right)] for edge in own)
    return min(_room(box, beside), 0.2) - _gap_at_mark(box, own) - 0.5 * float(high.max() - low.min())
