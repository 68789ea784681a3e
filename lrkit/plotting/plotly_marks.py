"""Marked points in figures of plotly's: a spot on the curve, and what it is beside it, where there is room for it."""

from __future__ import annotations

import math
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from .plotly_grid import LINE, Panel, axis_name
from .plotly_style import literal, text_width
from .style import Theme

SPOT = 9
ASIDE, UP = 7, (13, 26, 40, 60)
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
    spots = [((at - start) / (end - start) * panel.width, _height(panel, rate)) for at, rate in zip(x, y, strict=True)]
    dots = [Box(a - SPOT / 2, b - SPOT / 2, a + SPOT / 2, b + SPOT / 2) for a, b in spots]
    texts: list[tuple[Box, float]] = []
    for mark, at, rate, spot in zip(marks, x, y, spots, strict=True):
        box = _place(panel, spot, text_width(mark.text), dots, texts)
        if box is None:
            continue
        texts.append((box, spot[1]))
        right = box.left >= spot[0]
        fig.add_annotation(
            name="mark", text=literal(mark.text), x=at, y=math.log10(rate) if chart.yscale == "log" else rate,
            xref=axis_name("x", k), yref=axis_name("y", k), showarrow=False, xanchor="left" if right else "right",
            yanchor="middle", xshift=ASIDE if right else -ASIDE, yshift=(box.bottom + box.top) / 2 - spot[1],
            borderpad=1, bgcolor=theme.background,
        )  # fmt: skip


def _height(panel: Panel, rate: float) -> float:
    """How high a rate is in the panel, in pixels."""
    low, high = panel.chart.y_edges
    if panel.chart.yscale == "log":
        low, high, rate = math.log10(low), math.log10(high), math.log10(rate)
    return (rate / 2 - low / 2) / (high / 2 - low / 2) * panel.height


def _place(
    panel: Panel, spot: tuple[float, float], width: float, dots: list[Box], texts: list[tuple[Box, float]]
) -> Box | None:
    """The place for a text of this width beside its spot that hides the least of the curves; None if there is none."""
    found: list[tuple[int, int, Box]] = []
    for k, (up, side) in enumerate(product((0, *(sign * far for far in UP for sign in (1, -1))), (1, -1))):
        left = spot[0] + ASIDE if side > 0 else spot[0] - ASIDE - width
        box = Box(left, spot[1] + up - LINE / 2 - 2, left + width, spot[1] + up + LINE / 2 + 2)
        inside = box.left >= 2 and box.right <= panel.width - 2 and box.bottom >= 2 and box.top <= panel.height - 2
        if inside and not any(box.meets(other) for other in dots) and _in_order(box, spot[1], texts):
            found.append((_hidden(panel, box), k, box))
    return min(found)[2] if found else None


def _hidden(panel: Panel, box: Box) -> int:
    """How often a curve is behind the box."""
    chart, (start, end) = panel.chart, panel.chart.x_edges
    columns = np.linspace(box.left, box.right, 9) / panel.width * (end - start) + start
    hidden = 0
    for curve in chart.curves:
        at = np.asarray(chart.x(curve), float)
        seen = (columns >= at[0]) & (columns <= at[-1])
        rates = np.clip(np.interp(columns[seen], at, chart.shown(curve)), *chart.y_edges)
        heights = np.array([_height(panel, float(rate)) for rate in rates])
        hidden += int(((heights > box.bottom - 2) & (heights < box.top + 2)).sum())
    return hidden


def _in_order(box: Box, height: float, texts: list[tuple[Box, float]]) -> bool:
    """Whether a text is beside all others, or above those whose spots are lower: so they stay apart in a higher panel."""
    return all(
        box.left >= other.right
        or other.left >= box.right
        or (box.bottom >= other.top and height >= spot)
        or (box.top <= other.bottom and height <= spot)
        for other, spot in texts
    )
