"""A schedule in a notebook: a table of its parameters beside a small inline SVG. Imports neither plotting library."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from .._params import fields_of, shorten
from ..chart import Chart, make_chart

WIDTH, HEIGHT, MARGIN = 240, 72, 4


def sparkline(chart: Chart) -> str:
    """The first curve as an SVG element, in the colour of the text around it."""
    curve = chart.curves[0]
    x = MARGIN + (WIDTH - 2 * MARGIN) * curve.steps / max(curve.total - 1, 1)
    y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * chart.heights(curve)
    path = "M" + "L".join(dict.fromkeys(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)))
    return (
        f'<svg role="img" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(chart.alt)}</title>"
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>'
    )


def html(schedule: Any) -> str:
    """The notebook's view of a schedule."""
    chart = make_chart([schedule])
    fields = fields_of(type(schedule)) if schedule.parameters() else {}
    rows = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(_cell(value, fields[name].unit_text))}</td></tr>'
        for name, value in schedule.parameters().items()
    )
    return (
        f"<div><strong>{escape(type(schedule).__name__)}</strong>"
        f'<div style="display:flex;gap:1em;align-items:center"><table>{rows}</table>{sparkline(chart)}</div></div>'
    )


def _cell(value: Any, unit: str) -> str:
    shown = value.tolist() if isinstance(value, np.ndarray) else [*value] if isinstance(value, tuple) else value
    return f"{shorten(shown, 160)}{'' if value is None else unit}"
