"""Marked points of curves, and the texts beside them, clear of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform

from ..chart import Chart
from .mpl_style import family, root_of
from .mpl_text import LEADING, text_width
from .style import Theme

SIZE = 9
AWAY = 7
"""From a point to its text, in points."""
DOT = 5
"""The width of a point, in points."""
APART = 5
"""The least width between two texts, in points: the widths of texts are known to a letter's part only."""
SIDES = ((1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1), (1, 0), (-1, 0))
"""Where a text may be: right and above, right and below, ..."""


class Texts(Artist):
    """Places the texts of marks when they are about to be drawn: within the axes, and off the lines where it can be."""

    def __init__(self, points: Line2D, texts: Sequence[Text], lines: Sequence[Line2D]) -> None:
        super().__init__()
        self.set_clip_on(False)
        self.set_in_layout(False)
        self._points, self._texts, self._lines = points, texts, lines

    def draw(self, renderer: Any) -> None:
        """The texts draw themselves after this."""
        self._place()

    def _place(self) -> None:
        axes: Any = self.axes
        axes.get_xlim(), axes.get_ylim()  # the transform is right only after these are computed
        point = root_of(axes).dpi / 72
        inside = Bbox(axes.bbox.get_points())
        curves = [_pixels(line) for line in self._lines]
        taken: list[Bbox] = []
        dots = _pixels(self._points)
        for (x, y), text in zip(dots, self._texts, strict=True):
            wide, tall = text_width(text.get_text(), SIZE) * point, LEADING * SIZE * point
            best: tuple[tuple[int, int], Bbox] | None = None
            for right, up in SIDES:
                left = x + right * AWAY * point - (wide if right < 0 else wide / 2 if right == 0 else 0)
                low = y + up * AWAY * point - (tall if up < 0 else tall / 2 if up == 0 else 0)
                box = Bbox.from_bounds(left, low, wide, tall)
                within = box.x0 >= inside.x0 and box.x1 <= inside.x1 and box.y0 >= inside.y0 and box.y1 <= inside.y1
                if not within or any(box.overlaps(other) for other in taken):
                    continue
                hidden = box.padded(DOT * point / 2).count_contains(dots)
                crossed = hidden, sum(_count_inside(box, curve) for curve in curves)
                if best is None or crossed < best[0]:
                    best = crossed, box
            text.set_visible(best is not None)
            if best:
                taken.append(best[1].padded(APART * point, 0))
                text.set_position((best[1].x0, best[1].y0 + 0.25 * tall))


def draw_marks(chart: Chart, ax: Axes, theme: Theme, lines: Sequence[Line2D]) -> None:
    """A dot on each marked point, and what it is; a text for which there is no room is left out."""
    if not chart.marks:
        return
    where = [(chart.at(chart.curves[mark.curve], mark.step), mark.rate) for mark in chart.marks]
    low = chart.y_edges[0]
    x, y = [at for at, _ in where], [max(rate, low) for _, rate in where]
    look: dict[str, Any] = {"marker": "o", "linestyle": "", "color": theme.ink, "markersize": DOT}
    points = Line2D(x, y, **look, label="_marks", zorder=3)
    ax.add_line(points)  # `plot` would choose the ranges of the axes again
    points.set(clip_on=False)
    # Where there are several curves, a text says nothing of which of them is meant; the dot is on its line.
    texts = [Text(0, 0, mark.text, fontsize=SIZE, color=theme.ink, fontfamily=family(), parse_math=False)
             for mark in chart.marks]  # fmt: skip
    ax.add_artist(Texts(points, texts, lines))
    for text in texts:
        ax.add_artist(text)
        # They are within the axes, whose place is known only after the layout.
        text.set(transform=IdentityTransform(), clip_on=False, in_layout=False)


def _pixels(line: Line2D) -> Any:
    """The points of a line, in pixels."""
    return line.get_transform().transform(np.asarray(line.get_xydata()))


def _count_inside(box: Bbox, points: Any) -> int:
    """How many points of a line, and points between them, are in the box."""
    between = np.concatenate([points[:-1] + part * np.diff(points, axis=0) for part in (0, 0.25, 0.5, 0.75)])
    x, y = between.T
    return int(((x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)).sum())
