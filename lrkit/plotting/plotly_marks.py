"""Marked points in figures of plotly's: a spot on the curve, and what it is beside it, where there is room for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from .._types import Floats
from ..chart import Curve
from .plotly_grid import LINE, Panel, axis_name
from .plotly_style import literal, text_width
from .style import Theme

SPOT = 9
ASIDE, UP = 7, (13, 26)
"""How far a text is from its spot, in pixels: to the side, and above or below it."""


class Box(NamedTuple):
    """A rectangle, in pixels from the lower left corner of the panel."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )


def draw_marks(fig: go.Figure, panel: Panel, colours: list[Any], theme: Theme) -> None:
    """The marks of a panel; where texts would overlap, only the hover says what a spot is."""
    chart, marks = panel.chart, panel.chart.marks
    if not marks:
        return
    k = panel.number
    axes = {"xaxis": axis_name("x", k), "yaxis": axis_name("y", k)} if k else {}
    low, high = chart.y_edges
    x = [float(chart.at(chart.curves[mark.curve], mark.step)) for mark in marks]
    y = [min(max(mark.rate, low), high) for mark in marks]
    fig.add_scatter(
        x=x, y=y, text=[literal(mark.text) for mark in marks], mode="markers", name="mark", showlegend=False,
        cliponaxis=False, hovertemplate="%{text}<extra></extra>",
        marker={
            "color": [colours[mark.curve] for mark in marks], "size": SPOT,
            "line": {"color": theme.background, "width": 1.5},
        }, **axes,
    )  # fmt: skip
    start, end = chart.x_edges
    # A part of the axis is taken, as the two edges are.
    spots = [
        ((at - start) / (end - start) * panel.width, float(_height(panel, rate))) for at, rate in zip(x, y, strict=True)
    ]
    dots = [Box(a - SPOT / 2, b - SPOT / 2, a + SPOT / 2, b + SPOT / 2) for a, b in spots]
    curves = [_heights(panel, curve) for curve in chart.curves]
    texts: list[tuple[Box, float]] = []
    for mark, at, rate, spot in zip(marks, x, y, spots, strict=True):
        box = _place(panel, spot, text_width(mark.text), dots, texts, curves)
        if box is None:
            continue
        texts.append((box, spot[1]))
        side = (box.left >= spot[0]) - (box.right <= spot[0])
        fig.add_annotation(
            name="mark", text=literal(mark.text), x=at, y=math.log10(rate) if chart.yscale == "log" else rate,
            xref=axis_name("x", k), yref=axis_name("y", k), showarrow=False, xanchor=("center", "left", "right")[side],
            yanchor="middle", xshift=ASIDE * side, yshift=(box.bottom + box.top) / 2 - spot[1],
            borderpad=1, bgcolor=theme.background,
        )  # fmt: skip


def _height(panel: Panel, rates: Any) -> Any:
    """How high rates are in the panel, in pixels."""
    # Halved, so that the difference does not overflow.
    bend: Callable[[Any], Any] = np.log10 if panel.chart.yscale == "log" else lambda rates: np.asarray(rates) / 2
    low, high = bend(panel.chart.y_edges)
    return (bend(np.clip(rates, *panel.chart.y_edges)) - low) / (high - low) * panel.height


def _place(
    panel: Panel, spot: tuple[float, float], width: float, dots: list[Box], texts: list[tuple[Box, float]],
    curves: list[Floats],
) -> Box | None:  # fmt: skip
    """The place for a text of this width beside its spot that hides the least of the curves; None if there is none."""
    found: list[tuple[int, int, Box]] = []
    for k, (up, side) in enumerate(product((0, *(sign * far for far in UP for sign in (1, -1))), (1, -1, 0))):
        left = spot[0] + ASIDE * side - width * (0.5, 0, 1)[side]
        middle = spot[1] + up
        box = Box(left, middle - LINE / 2 - 2, left + width, middle + LINE / 2 + 2)
        inside = box.left >= 2 and box.right <= panel.width - 2 and box.bottom >= 2 and box.top <= panel.height - 2
        own = all(_away(box, spot) <= _away(box, (dot.left + SPOT / 2, dot.bottom + SPOT / 2)) for dot in dots)
        if inside and own and not any(box.meets(dot) for dot in dots) and _in_order(box, spot[1], texts):
            columns = slice(int(left), int(left + width) + 1)
            hidden = sum(
                int(((heights[columns] > box.bottom) & (heights[columns] < box.top)).sum()) for heights in curves
            )
            found.append((hidden, k, box))
    return min(found)[2] if found else None


def _away(box: Box, spot: tuple[float, float]) -> float:
    """How far a spot is from the nearest point of the box."""
    x, y = spot
    return math.hypot(max(box.left - x, 0, x - box.right), max(box.bottom - y, 0, y - box.top))


def _heights(panel: Panel, curve: Curve) -> Floats:
    """How high a curve is in each column of pixels; NaN where there is nothing of it."""
    chart, (start, end) = panel.chart, panel.chart.x_edges
    columns = start + (end - start) * np.arange(int(panel.width) + 1) / panel.width
    rates = np.interp(columns, chart.at(curve, curve.steps), chart.shown(curve), left=np.nan, right=np.nan)
    heights: Floats = _height(panel, rates)
    return heights


def _in_order(box: Box, height: float, texts: list[tuple[Box, float]]) -> bool:
    """Whether a text is beside the others, or above those with lower spots: they stay apart in a higher panel."""
    return all(
        box.left >= other.right
        or other.left >= box.right
        or (box.bottom >= other.top and height >= spot)
        or (box.top <= other.bottom and height <= spot)
        for other, spot in texts
    )
