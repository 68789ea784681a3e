"""The second horizontal axis of a panel in figures of plotly's: a row of numbers below those of the first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from .plotly_grid import RIGHT, SECOND, Panel, axis_name
from .plotly_style import text_width
from .ticks import ticks_beside

GAP = 10
"""The least distance between two numbers, in pixels."""
ASIDE = 8
"""From the left end of an axis to its name, in pixels."""
TICK = 6
"""The length of a tick of the first axis and a pixel: it moves that axis's numbers down, which the second has not."""
DOWN = 9
"""From the edge of a panel to the name of its first axis, in pixels: beside its numbers, and below the lowest rate."""
FIRST_NUMBER = 1000
"""The number of the second axis of the first panel: plotly lets axes have any numbers."""


def left_margin(panels: Sequence[Panel]) -> float:
    """The least margin on the left: it holds the names of two axes."""
    names = [name for panel in panels if panel.second for name in _names(panel)]
    return max([RIGHT, *(text_width(name) + ASIDE + 4 for name in names)])


def draw_second(fig: go.Figure, panel: Panel) -> None:
    """The second axis, which moves with the first; both have their names left of their numbers."""
    chart, k = panel.chart, panel.number
    if chart.beside is None:
        return
    start, end = chart.x_edges

    def fits(places: Sequence[float], texts: Sequence[str]) -> bool:
        middles = [(at - start) / (end - start) * panel.width for at in places]
        halves = [text_width(text) / 2 for text in texts]
        return all(b - other - a - one >= GAP for (a, one), (b, other) in pairwise(zip(middles, halves, strict=True)))

    found = ticks_beside(chart, start, end, fits)
    number = FIRST_NUMBER + k
    axis: dict[str, Any] = {
        "overlaying": axis_name("x", k), "matches": axis_name("x", k), "anchor": axis_name("y", k), "side": "bottom",
        "domain": [panel.left, panel.right], "tickmode": "array", "tickvals": found.places, "ticktext": found.texts,
        "ticks": "", "ticklabelstandoff": SECOND + TICK, "showgrid": False, "zeroline": False, "automargin": "height",
    }  # fmt: skip
    fig.update_layout({f"xaxis{number}": axis})
    # Plotly draws an axis only if something is drawn on it.
    fig.add_scatter(
        x=[start], y=[None], xaxis=f"x{number}", yaxis=axis_name("y", k), name="second axis", showlegend=False,
        hoverinfo="skip",
    )  # fmt: skip
    for row, name in enumerate(_names(panel)):
        fig.add_annotation(
            name="axis", text=name, xref="paper", x=panel.left, xanchor="right", xshift=-ASIDE, yref="paper",
            y=panel.bottom, yanchor="top", yshift=-DOWN - row * SECOND, showarrow=False, borderpad=0,
        )  # fmt: skip


def _names(panel: Panel) -> tuple[str, ...]:
    """The names of both axes."""
    return (panel.chart.x_label, panel.chart.beside.unit) if panel.chart.beside else ()
