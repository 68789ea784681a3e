"""Charts with plotly: interactive, and silent on the network."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from ..chart import Chart
from .style import THEMES, dash


def template(theme: str) -> go.layout.Template:
    """The look, which travels inside every figure; so does the removal of the button that uploads the chart."""
    look = THEMES[theme]
    axis = {"gridcolor": look.grid, "linecolor": look.faint, "ticks": "outside", "tickcolor": look.faint}
    return go.layout.Template(
        layout={
            "colorway": look.colours,
            "paper_bgcolor": look.background,
            "plot_bgcolor": look.background,
            "font": {"color": look.ink, "family": "system-ui, sans-serif", "size": 14},
            "title": {"x": 0, "xref": "paper", "xanchor": "left", "font": {"size": 17}},
            "xaxis": {**axis, "showgrid": False, "showline": True, "zeroline": False, "separatethousands": True},
            "yaxis": {**axis, "showline": False, "zeroline": False, "exponentformat": "power"},
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
            "hovermode": "x unified",
            "margin": {"l": 80, "r": 24, "t": 72, "b": 72},
            "modebar": {"remove": ["sendChartToCloud", "select2d", "lasso2d"]},
        }
    )


def figure(chart: Chart, theme: str = "light", **line_options: Any) -> go.Figure:
    """The chart as a figure of its own."""
    title = "<br>".join(escape(line, quote=False) for line in chart.title.splitlines())
    fig = go.Figure(layout={"template": template(theme), "meta": {"alt": chart.alt}, "title": {"text": title}})
    log = chart.yscale == "log"
    line_options = dict(line_options)
    given_line = line_options.pop("line", {})
    for k, curve in enumerate(chart.curves):
        line = {"width": 2.5, "simplify": False, "dash": ",".join(f"{2.5 * n:g}px" for n in dash(k)) or "solid"}
        hover = "%{customdata:.6g} (%{customdata:.4~e})" if log else "%{y:.6g} (%{y:.4~e})"
        options: dict[str, Any] = {
            "name": escape(curve.label, quote=False),  # plotly reads HTML
            "mode": "lines+markers" if chart.total <= 30 else "lines",
            "line": line | given_line,
            "hovertemplate": hover,
        }
        options |= {"customdata": curve.rates} if log else {}
        fig.add_scatter(x=chart.x(curve), y=chart.shown(curve), **options | line_options)
    fig.update_xaxes(title_text=chart.x_label, hoverformat=",.0f" if chart.x_label == "step" else ",.3f")
    fig.update_yaxes(title_text="learning rate")
    fig.update_layout(showlegend=len(chart.curves) > 1)
    if log:
        fig.update_yaxes(type="log", dtick=1)
    if chart.note:
        fig.add_annotation(
            text=chart.note.replace("; ", "<br>"), showarrow=False, xref="paper", yref="paper", x=1, y=0, yshift=-54,
            xanchor="right", yanchor="top", font={"size": 11, "color": THEMES[theme].faint},
        )  # fmt: skip
    return fig


def save(chart: Chart, path: Path, theme: str = "light") -> None:
    """The chart as one HTML file with everything in it."""
    fig = figure(chart, theme)
    html = fig.to_html(include_plotlyjs=True, full_html=True, config={"displaylogo": False, "responsive": True})
    look = THEMES[theme]
    style = f"<style>html,body{{height:100%;margin:0;background:{look.background}}}</style>"
    head = f'<head><title>{escape(chart.title or "Learning rate")}</title>{style}'
    described = f'<body role="main" aria-label="{escape(chart.alt)}">'
    html = html.replace("<html>", '<html lang="en">', 1).replace("<head>", head, 1).replace("<body>", described, 1)
    path.write_text(html, encoding="utf-8")

