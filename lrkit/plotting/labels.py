"""Where the names of the curves stand: beside them if there is room, else in a legend."""

from __future__ import annotations

import numpy as np

from ..chart import Chart

COLUMNS = 240
HEIGHT = 0.06
"""Height of a line of text, as a part of the height of the axes; `WIDTH` is that of a letter, of their width."""
WIDTH = 0.0125
GAP = 0.02


def label_spots(chart: Chart) -> list[tuple[float, float]] | None:
    """The lower left corner of each label, as parts of the axes' width and height; None if they do not fit.

    A label stands right above or below its own curve, clear of all others, where the nearest of them is farthest.
    """
    if not 1 < len(chart.curves) <= 4:
        return None
    columns = np.linspace(0, max(chart.total - 1, 1), COLUMNS)
    lines = [np.interp(columns, curve.steps, chart.heights(curve)) for curve in chart.curves]
    lines = [0.045 + 0.91 * line for line in lines]  # the axes leave a margin of that much
    taken: list[tuple[float, float, float]] = []
    for curve, line in zip(chart.curves, lines, strict=True):
        width = WIDTH * len(curve.label)
        others = [other for other in lines if other is not line]
        spots = []
        for first in range(6, COLUMNS - 6, 4):
            left, right = first / COLUMNS, first / COLUMNS + width
            if right > 0.98:
                break
            inside = slice(first, int(right * COLUMNS) + 2)
            for bottom in (line[inside].max() + GAP, line[inside].min() - GAP - HEIGHT):
                top = bottom + HEIGHT
                room = min(
                    np.maximum(other[inside] - top, bottom - other[inside]).min() for other in others
                )
                free = all(
                    right < l or left > r or top < b or bottom > b + HEIGHT for l, r, b in taken  # noqa: E741
                )
                if bottom > 0.02 and top < 0.99 and room > GAP and free:
                    slope = float(np.ptp(line[inside]))
                    spots.append((min(room, 0.25) - slope, left, bottom))
        if not spots:
            return None
        _, left, bottom = max(spots)
        taken.append((left, left + width, bottom))
    return [(left, bottom) for left, _, bottom in taken]
