"""The names of curves in figures of plotly's: at the right of the curves, or in a legend below all panels.

At the right they stand in a margin of a fixed width, which a telephone must have room for: each at the end of its
curve, or, where many curves end together, one below the other. Longer names, and those of several panels, are in the
legend: it takes a part of the height instead, which every page has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from ..chart import Chart, spread
from ..chart.chart import Name, names_of
from .plotly_grid import LEGEND_KEY, LINE, LINE_WIDTH, PAGE, Panel
from .plotly_style import broken, fitted, text_width, wrapped

LEADER, SWATCH, ROOM, LESS_ROOM = 20, 14, 72, 58
"""The width between a panel and the names at its right, and the most that a name may have: less of it where the numbers
on the left are wide, so that a telephone has 60 % for the panel."""
MOST_LINES, FARTHEST = 2, 3
"""The lines that a name may have, and how many lines it may be above or below the end of its curve."""


Beside = dict[int, list[str]]
"""The name of each curve that has one, in lines, by the curve's number."""


def names_beside(chart: Chart, height: float) -> Beside | None:
    """The names in lines, as they fit at the right of the curves; None if they do not fit, or there is one curve."""
    # From there on plotly writes a number with its power of ten: 2.5×10⁻⁴
    wide = chart.yscale == "linear" and not 2e-3 <= max(map(abs, chart.y_edges)) < 1e4
    labels = {k: chart.curves[k].label for k in chart.told}
    names = {k: wrapped(label, LESS_ROOM if wide else ROOM) or [" "] for k, label in labels.items()}
    whole = all(" ".join(names[k]).split() == label.split() for k, label in labels.items())
    lines = [len(name) for name in names.values()]
    fits = whole and max(lines) <= MOST_LINES and LINE * sum(lines) <= height
    if len(names) == 1 or not fits:
        return None
    # A leader shows no dash.
    return names if _places(chart, names, height) or not any(look.dash for look in chart.looks) else None


def margin_for(names: Beside) -> float:
    """The width of the margin that the names need."""
    return LEADER + max(text_width(line) for lines in names.values() for line in lines) + 6


def names_in_legend(charts: Sequence[Chart]) -> dict[Name, list[str]]:
    """The names that the charts need, each once, in lines: the more there are, the fewer lines each may have."""
    if sum(len(chart.curves) for chart in charts) == 1:
        return {}
    names = dict.fromkeys(name for chart in charts if chart.named for name in _told(chart))
    most = next(lines for many, lines in ((4, 3), (10, 2), (math.inf, 1)) if len(names) <= many)
    return {name: fitted(name[0], PAGE - LEGEND_KEY - 8, most) for name in names}


def _told(chart: Chart) -> list[Name]:
    names = [*names_of(chart.curves)]
    return [names[k] for k in chart.told]


def draw_beside(fig: go.Figure, panel: Panel, names: Beside, colours: list[Any]) -> None:
    """The names beside the panel, each joined to the end of its curve, or after a swatch."""
    chart, edge = panel.chart, panel.chart.x_edges[1]
    look: dict[str, Any] = {
        "name": "name", "showarrow": True, "arrowhead": 0, "xanchor": "left", "align": "left", "borderpad": 2
    }  # fmt: skip
    places = _places(chart, names, panel.height)
    for end, place in zip(chart.ends, places or [], strict=bool(places)):
        rate = float(chart.shown(chart.curves[end.curve])[-1])
        rate = min(max(rate, chart.y_edges[0]), chart.y_edges[1])
        line = {"color": colours[end.curve], "width": 1}
        fig.add_shape(name="leader", type="line", x0=end.x, x1=edge, y0=rate, y1=rate, line=line, layer="below")
        fig.add_annotation(
            look, text=broken(names[end.curve]), x=edge, y=math.log10(rate) if chart.yscale == "log" else rate,
            ax=LEADER, ay=end.height * panel.height - place, arrowwidth=1, arrowcolor=colours[end.curve],
        )  # fmt: skip
    below = 0.0
    for k in () if places else chart.apart:
        tall = LINE * len(names[k])
        fig.add_annotation(
            look, text=broken(names[k]), xref="paper", x=1, xshift=LEADER - SWATCH, ax=SWATCH, ay=0,
            yref="paper", y=1, yshift=-below - tall / 2, arrowwidth=LINE_WIDTH, arrowcolor=colours[k],
        )  # fmt: skip
        below += tall


def _places(chart: Chart, names: Beside, height: float) -> list[float] | None:
    """How high the middle of each name is above the lower edge of its panel, in pixels, the highest name first.

    None if one would be far from the end of its curve: lines that fan out say nothing.
    """
    wanted = [end.height * height for end in chart.ends]
    places = spread(wanted, [LINE * len(names[end.curve]) for end in chart.ends], -LINE, height + LINE)
    near = places is not None and max(abs(a - b) for a, b in zip(places, wanted, strict=True)) <= FARTHEST * LINE
    return places if near else None
