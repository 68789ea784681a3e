"""Charts with plotly: interactive, and without any request to the network."""

from __future__ import annotations

import math
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from .._types import Floats
from ..chart import Chart, Curve, Look, Panels
from ..chart.chart import COUNTS, names_of
from .plotly_grid import AXIS_NAME, LINE_WIDTH, NUMBERS, RIGHT, SMALL, UNIT, Grid, Panel, axis_name, make_grid
from .plotly_marks import draw_marks
from .plotly_names import draw_beside, margin_for, names_beside, names_in_legend
from .plotly_second import draw_second, left_margin
from .plotly_style import NOTE_SIZE, broken, literal, template
from .style import Theme, dash

ALONE = 3.4
"""The height of a chart that is alone, as that of `Panels.heights`."""
POINT = 5
PLOTLY_JS = "assets/plotly-basic.min.js"
"""The part of plotly.js that draws lines and points: a quarter of the whole, which plotly's own `write_html` takes."""
BENEATH = 3
"""How far an axis goes on below its lowest rate, in pixels, so that the line of a curve there is seen whole."""


def draw(chart: Chart, theme: Theme, **line_options: Any) -> go.Figure:
    """The chart as a figure of its own."""
    return _draw(Panels([[chart]], [ALONE]), theme, line_options)


def draw_panels(panels: Panels, theme: Theme) -> go.Figure:
    """The charts as one figure."""
    return _draw(panels, theme, {})


def write(fig: go.Figure, path: Path, _form: str, title: str, _alt: str) -> None:
    """A figure as one HTML file with everything in it; its text for readers who do not see it is in the figure."""
    # In a wide window the figure is higher than it need be.
    free, height = go.Figure(fig).update_layout(height=None), f"max({fig.layout.height}px, min(100vh, 56vw))"
    config = {"displaylogo": False, "responsive": True}
    html = free.to_html(include_plotlyjs=False, full_html=True, config=config, default_height=height)
    library = files(__package__).joinpath(PLOTLY_JS).read_text(encoding="utf-8")
    head = (
        f"<head><title>{escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>html,body{{height:100%;margin:0;background:{fig.layout.template.layout.paper_bgcolor}}}</style>"
    )
    body = (
        f'<body role="main" aria-label="{escape(fig.layout.meta["alt"])}">'
        f"<script>window.PlotlyConfig = {{MathJaxConfig: 'local'}};</script><script>{library}</script>"
    )
    html = html.replace("<html>", '<html lang="en">', 1).replace("<head>", head, 1).replace("<body>", body, 1)
    path.write_text(html, encoding="utf-8")


def _draw(picture: Panels, theme: Theme, line_options: dict[str, Any]) -> go.Figure:
    charts = picture.charts
    beside = names_beside(charts[0], ALONE * UNIT) if len(charts) == 1 else None
    legend = {} if beside else names_in_legend(charts)
    right = margin_for(beside) if beside else RIGHT
    grid = make_grid(picture, right, list(legend.values()))
    fig = go.Figure(layout={"template": template(theme), "meta": {"alt": picture.alt}})
    margin = {"l": left_margin(grid.panels), "r": right, "t": grid.above, "b": grid.below}
    fig.update_layout(height=round(grid.height), showlegend=bool(legend), margin=margin)
    for panel in grid.panels:
        chart = panel.chart
        lines = [_line(look, theme) | line_options.get("line", {}) for look in chart.looks]
        order = {k: place for place, k in enumerate(chart.apart)}
        for k, (name, curve, line) in enumerate(zip(names_of(chart.curves), chart.curves, lines, strict=True)):
            entry = legend.pop(name, None) if chart.named else None  # each name is in the legend once
            given = {key: value for key, value in line_options.items() if key != "line"}
            shown = {"name": broken(entry) if entry else literal(curve.label), "showlegend": bool(entry)}
            shown |= {"legendgroup": f"{name[1]} {name[0]}"} if len(charts) > 1 else {"legendrank": order.get(k, 0)}
            fig.add_scatter(**_trace(chart, curve), **_axes_of(panel), line=line, **shown | given)
        _set_axes(fig, panel, len(picture.rows[0]), shared=picture.shared, own=grid.own_rates)
        colours = [line_options.get("line_color", line["color"]) for line in lines]
        draw_marks(fig, panel, colours, theme)
        if beside:
            draw_beside(fig, panel, beside, colours)
    _add_words(fig, grid, theme)
    return fig


def _line(look: Look, theme: Theme) -> dict[str, Any]:
    dashes = ",".join(f"{LINE_WIDTH * n:g}px" for n in dash(look.dash)) or "solid"
    return {"width": LINE_WIDTH, "simplify": False, "color": theme.colour(look), "dash": dashes}


def _axes_of(panel: Panel) -> dict[str, str]:
    return {"xaxis": axis_name("x", panel.number), "yaxis": axis_name("y", panel.number)}


def _trace(chart: Chart, curve: Curve) -> dict[str, Any]:
    """The points of a curve, and what the hover says of them."""
    moved = bool((chart.shown(curve) != curve.rates).any())  # to the lower edge of a logarithmic axis
    beside, where = _beside(chart, curve)
    true_rate = "customdata[0]" if beside else "customdata"
    rate = true_rate if moved else "y"
    alone = "<extra></extra>" if len(chart.curves) == 1 else ""
    points: dict[str, Any] = {
        "x": curve.broken(chart.x(curve)),
        "y": curve.broken(chart.shown(curve)),
        "mode": "markers" if not curve.joined else "lines+markers" if chart.few or curve.logged else "lines",
        "marker": {"size": POINT},
        "hovertemplate": f"%{{{rate}:.6~g}} (%{{{rate}:.4~e}}){beside}{alone}",
    }
    if beside:
        points["customdata"] = curve.broken(np.stack([curve.rates, where], axis=1))
    elif moved:
        points["customdata"] = curve.broken(curve.rates)
    return points


def _beside(chart: Chart, curve: Curve) -> tuple[str, Floats]:
    """What the hover shows beside position and rate: a template and its numbers, of the second axis or its own unit."""
    unit, where = curve.unit, curve.steps
    if chart.beside:
        unit, where = chart.beside.unit, chart.beside.clock.at(chart.at(curve, curve.steps))
    elif unit == chart.axis:
        return "", where
    return f", {unit} %{{customdata[1]:,.{0 if unit in COUNTS else 3}f}}", where


def _set_axes(fig: go.Figure, panel: Panel, columns: int, *, shared: bool, own: bool) -> None:
    """The axes of a panel: numbers and names only where no other panel has them; equal axes move together."""
    chart, k = panel.chart, panel.number
    low, high = chart.y_edges
    x: dict[str, Any] = {
        "domain": [panel.left, panel.right], "anchor": axis_name("y", k), "range": chart.x_edges,
        "title": {"text": "" if panel.second or not panel.named else chart.x_label, "standoff": 4},
        "automargin": "height",
        "showticklabels": panel.numbered, "ticks": "outside" if panel.numbered else "",
        "showline": chart.yscale == "log" or not low <= 0 <= high,
        "hoverformat": ",.0f" if chart.whole else ",.3f", **_counts(chart, 3 if columns > 1 else 6),
    }  # fmt: skip
    y: dict[str, Any] = {
        "domain": [panel.bottom, panel.top], "anchor": axis_name("x", k), "showticklabels": panel.first == k,
        "nticks": max(3, int(panel.height / 45)),
    }  # fmt: skip
    y |= {"tickfont": {"size": SMALL}, "exponentformat": "e"} if own else {}
    if chart.yscale == "log":
        bottom, top = math.log10(low), math.log10(high)
        y |= {"type": "log", "range": [bottom - BENEATH * (top - bottom) / panel.height, top]}
        y |= {"nticks": min(y["nticks"], int(top - bottom) + 1)} if top - bottom > 1.4 else {}
    else:
        y |= {"range": [low or -BENEATH * high / panel.height, high]}
    x |= {"matches": "x"} if shared and k else {}
    y |= {"matches": axis_name("y", panel.first)} if panel.first != k else {}
    fig.update_layout({f"xaxis{k + 1 if k else ''}": x, f"yaxis{k + 1 if k else ''}": y})
    if panel.second:
        draw_second(fig, panel)


def _counts(chart: Chart, most: int) -> dict[str, Any]:
    """How many numbers there are on the horizontal axis, and how steps and tokens are written: 500, 2k, 3M.

    From 1B on plotly writes them, as the letters of d3, whose formats the others are, are G and T.
    """
    if not chart.whole:
        return {"nticks": most}
    if chart.few and chart.last <= chart.total:  # of few updates there may be many tokens
        return {"dtick": max(1, math.ceil(chart.last / (most if most < 6 else 10)))}
    if chart.last >= 1e9:
        return {"nticks": most, "exponentformat": "B"}
    formats = [{"dtickrange": [None, 0.9], "value": ",~f"}, {"dtickrange": [0.9, None], "value": "~s"}]
    return {"nticks": most, "tickformatstops": formats}


def _add_words(fig: go.Figure, grid: Grid, theme: Theme) -> None:
    """The title, the heading of each panel, and the note."""
    faint = {"color": theme.faint}
    text: dict[str, Any] = {
        "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False,
        "borderpad": 0,
    }  # fmt: skip
    # Plotly sets the first of several lines higher than a single one.
    fig.update_layout(title={"text": broken(grid.title), "pad": {"t": 28 if len(grid.title) > 1 else 14}})
    if grid.subtitle:
        fig.add_annotation(text, name="subtitle", text=literal(grid.subtitle), x=0, y=1, yshift=grid.head, font=faint)
    for panel in grid.panels:
        heading = {"name": "heading", "text": broken(panel.heading), "font": {} if grid.subtitle else faint}
        fig.add_annotation(text, **heading, x=panel.left, y=panel.top, yshift=2)
    note = {"text": broken(grid.note), "font": {"size": NOTE_SIZE, **faint}}
    if grid.named_below:
        fig.update_layout(legend_title={**note, "side": "top"})
    elif grid.note:
        fig.add_annotation(text | {"yanchor": "top"}, **note, name="note", x=0, y=0, yshift=-(NUMBERS + AXIS_NAME))
