"""Charts with plotly: interactive, and without any request to the network."""

from __future__ import annotations

import textwrap
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go

from .._types import Floats
from ..chart import Chart, Curve, Panels
from .style import Theme, dash

TITLE_COLUMNS, CAPTION_COLUMNS = 38, 60
"""How many letters fit on a line on a phone."""


def template(theme: Theme) -> go.layout.Template:
    """The look, which is part of every figure, and without the button that uploads the chart."""
    axis = {"gridcolor": theme.grid, "linecolor": theme.faint, "ticks": "outside", "tickcolor": theme.faint}
    above = {"xref": "container", "x": 0, "xanchor": "left", "yref": "container", "y": 1, "yanchor": "top"}
    below = {"xref": "container", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
    return go.layout.Template(
        layout={
            "colorway": theme.colours,
            "paper_bgcolor": theme.background,
            "plot_bgcolor": theme.background,
            "font": {"color": theme.ink, "family": "system-ui, sans-serif", "size": 14},
            "title": {**above, "font": {"size": 17}, "pad": {"l": 16, "t": 30}},
            "xaxis": {**axis, "showgrid": False, "showline": True, "zeroline": False, "separatethousands": True},
            "yaxis": {**axis, "showline": False, "zeroline": False, "exponentformat": "power", "automargin": True},
            "legend": {**below, "orientation": "h"},
            "hovermode": "x unified",
            "hoverlabel": {"font": {"size": 12}},
            "margin": {"l": 64, "r": 16, "b": 16},
            "modebar": {"remove": ["sendChartToCloud", "select2d", "lasso2d"]},
        }
    )


def draw(chart: Chart, theme: Theme, **line_options: Any) -> go.Figure:
    """The chart as a figure of its own."""
    fig = go.Figure(layout={"template": template(theme), "meta": {"alt": chart.alt}})
    title = _lines(chart.title, TITLE_COLUMNS)
    fig.update_layout(title_text="<br>".join(title), showlegend=len(chart.curves) > 1)
    fig.update_layout(
        title_pad_t=20 + 12 * len(title), margin_t=48 + 23 * len(title)
    )  # plotly makes no room for more lines
    _add_curves(fig, chart, line_options)
    note = _lines(chart.note.replace("; ", "\n").replace(" (", "\n("), CAPTION_COLUMNS)
    caption = [f'<span style="font-size:11px">{line}</span>' for line in note]
    fig.update_xaxes(title_text="<br>".join([chart.x_label, *caption]), title_standoff=8, automargin=True)
    fig.update_xaxes(hoverformat=",.0f" if chart.whole else ",.3f")
    if not chart.few:
        fig.update_xaxes(range=[-0.02 * chart.last, 1.02 * chart.last])
    elif chart.whole:
        fig.update_xaxes(dtick=1 + chart.total // 10)
    fig.update_yaxes(title_text=_literal(chart.y_label), title_standoff=12)
    if chart.yscale == "log":
        fig.update_yaxes(type="log", dtick=1)
    return fig


def draw_panels(panels: Panels, theme: Theme) -> go.Figure:
    """The charts as one figure."""
    from plotly.subplots import make_subplots

    rows, columns = len(panels.rows), len(panels.rows[0])
    fig = make_subplots(
        rows, columns, shared_xaxes=panels.shared, row_heights=panels.heights, vertical_spacing=0.22 / rows,
        subplot_titles=[_literal(chart.title) for chart in panels.charts],
    )  # fmt: skip
    fig.update_layout(template=template(theme), meta={"alt": panels.alt})
    for k, chart in enumerate(panels.charts):
        r, c = k // columns + 1, k % columns + 1
        alone = draw(chart, theme)
        for trace in alone.data:
            fig.add_trace(trace.update(legendgroup=f"{r}.{c}"), r, c)
        y_axis = alone.layout.yaxis.to_plotly_json() | {"domain": None}
        fig.update_yaxes({name: value for name, value in y_axis.items() if value is not None}, row=r, col=c)
        x_axis = {"hoverformat": alone.layout.xaxis.hoverformat}
        if r == rows or not panels.shared:
            x_axis |= {"title_text": chart.x_label}
        fig.update_xaxes(x_axis, row=r, col=c)
    fig.update_layout(showlegend=True, margin_t=56, height=120 + 110 * sum(panels.heights))
    return fig


def write(fig: go.Figure, path: Path, _form: str, title: str, _alt: str) -> None:
    """A figure as one HTML file with everything in it; its text for readers who do not see it is in the figure."""
    html = fig.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False, "responsive": True})
    head = (
        f"<head><title>{escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>html,body{{height:100%;margin:0;background:{fig.layout.template.layout.paper_bgcolor}}}</style>"
    )
    body = f'<body role="main" aria-label="{escape(fig.layout.meta["alt"])}">'
    html = html.replace("<html>", '<html lang="en">', 1).replace("<head>", head, 1).replace("<body>", body, 1)
    path.write_text(html, encoding="utf-8")


def _add_curves(fig: go.Figure, chart: Chart, line_options: dict[str, Any]) -> None:
    given = {name: value for name, value in line_options.items() if name != "line"}
    colours = fig.layout.template.layout.colorway
    for curve, look in zip(chart.curves, chart.looks, strict=True):
        dashes = ",".join(f"{2.5 * n:g}px" for n in dash(look.dash)) or "solid"
        line = {"width": 2.5, "simplify": False, "dash": dashes, "color": colours[look.colour]}
        moved = bool((chart.shown(curve) != curve.rates).any())  # to the lower edge of a logarithmic axis
        beside, where = _beside(chart, curve)
        true_rate = "customdata[0]" if beside else "customdata"
        rate = true_rate if moved else "y"
        alone = "<extra></extra>" if len(chart.curves) == 1 else ""
        options: dict[str, Any] = {
            "name": _literal(curve.label),
            "mode": "lines+markers" if chart.few else "lines",
            "line": line | line_options.get("line", {}),
            "hovertemplate": f"%{{{rate}:.6~g}} (%{{{rate}:.4~e}}){beside}{alone}",
        }
        options |= {"customdata": curve.rates} if moved else {}
        if beside:
            options["customdata"] = np.stack([curve.rates, where], axis=1)
        fig.add_scatter(x=chart.x(curve), y=chart.shown(curve), **options | given)


def _beside(chart: Chart, curve: Curve) -> tuple[str, Floats]:
    """What the hover shows beside position and rate, as a template and its numbers: epochs, or the curve's own step."""
    if chart.epoch_steps:
        return ", epoch %{customdata[1]:,.3f}", curve.steps / chart.epoch_steps
    return f", {curve.unit} %{{customdata[1]:,.0f}}" if chart.axis == "progress" else "", curve.steps


def _lines(text: str, columns: int) -> list[str]:
    """The text in lines of at most so many letters."""
    return [_literal(part) for line in text.splitlines() for part in textwrap.wrap(line, columns)]


def _literal(text: str) -> str:
    """The text with escapes for what plotly would read as HTML, as a template or as mathematics."""
    return escape(text, quote=False).replace("%{", "&#37;{").replace("$", "&#36;")
