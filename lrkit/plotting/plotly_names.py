"""The names of curves in figures of plotly's: at the ends of the curves, or in a legend below all panels.

At the ends they stand in a margin of a fixed width, which a telephone must have room for. Longer names, and those of
several panels, are in the legend: it takes a part of the height instead, which every page has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ..chart import Chart, spread
from ..chart.chart import Name, names_of
from .plotly_grid import LEGEND_KEY, LINE, PAGE, Panel
from .plotly_style import broken, shortened, text_width, wrapped

LEADER, ROOM = 20, 74
"""The width between a panel and the names at its right, and the most that a name may have."""
MOST_LINES = 2


def names_at_ends(chart: Chart, height: float) -> list[list[str]] | None:
    """The names in lines, as they fit at the ends of the curves; None if they do not fit, or there is one curve."""
    names = [wrapped(curve.label, ROOM) or [" "] for curve in chart.curves]
    whole = [" ".join(lines).split() == curve.label.split() for lines, curve in zip(names, chart.curves, strict=True)]
    if len(names) == 1 or not all(whole) or max(map(len, names)) > MOST_LINES or _places(chart, names, height) is None:
        return None
    return names


def margin_for(names: list[list[str]]) -> float:
    """The width of the margin that the names need."""
    return LEADER + max(text_width(line) for lines in names for line in lines) + 6


def names_in_legend(charts: Sequence[Chart]) -> dict[Name, list[str]]:
    """The names that the charts need, each once, in lines: the more there are, the fewer lines each may have."""
    names = dict.fromkeys(name for chart in charts if chart.named for name in names_of(chart.curves))
    most = next(lines for many, lines in ((4, 3), (10, 2), (math.inf, 1)) if len(names) <= many)
    return {name: _in_lines(name[0], most) for name in names}


def _in_lines(label: str, most: int) -> list[str]:
    """The label in at most so many lines, as wide as a legend on a telephone."""
    width = PAGE - LEGEND_KEY - 8
    lines = wrapped(label, width) or [" "]
    part = 1.0
    while len(lines) > most:  # a line may end before it is full
        lines = wrapped(shortened(label, part * most * width), width)
        part -= 0.05
    return lines


def draw_at_ends(fig: go.Figure, panel: Panel, names: list[list[str]], colours: list[Any]) -> None:
    """The names beside the panel, each with a line to the end of its curve."""
    chart, edge = panel.chart, panel.chart.x_edges[1]
    for end, place in zip(chart.ends, _places(chart, names, panel.height) or [], strict=True):
        rate = float(chart.shown(chart.curves[end.curve])[-1])
        rate = min(max(rate, chart.y_edges[0]), chart.y_edges[1])
        line = {"color": colours[end.curve], "width": 1}
        fig.add_shape(name="leader", type="line", x0=end.x, x1=edge, y0=rate, y1=rate, line=line, layer="below")
        fig.add_annotation(
            name="name", x=edge, y=math.log10(rate) if chart.yscale == "log" else rate, text=broken(names[end.curve]),
            ax=LEADER, ay=end.height * panel.height - place, xanchor="left", align="left", borderpad=2,
            showarrow=True, arrowhead=0, arrowwidth=1, arrowcolor=colours[end.curve],
        )  # fmt: skip


def _places(chart: Chart, names: list[list[str]], height: float) -> list[float] | None:
    """How high the middle of each name is above the lower edge of its panel, in pixels, the highest name first."""
    tall = [LINE * len(names[end.curve]) for end in chart.ends]
    return spread([end.height * height for end in chart.ends], tall, -LINE, height + LINE)
