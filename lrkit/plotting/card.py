"""A schedule in a notebook: a table of its parameters beside a small inline SVG. Imports neither plotting library."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from .._params import fields_of, shorten
from ..catalogue._recognition import named, text_of
from ..chart import Chart, make_chart
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS

WIDTH, HEIGHT, MARGIN = 240, 72, 4
LONGEST_CELL = 160


def sparkline(chart: Chart) -> str:
    """The first curve as an SVG element, in the colour of the text around it."""
    curve = chart.curves[0]
    x = MARGIN + (WIDTH - 2 * MARGIN) * curve.steps / max(curve.total - 1, 1)
    y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * chart.heights(chart.shown(curve))
    path = "M" + "L".join(dict.fromkeys(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)))
    return (
        f'<svg role="img" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(chart.alt)}</title>"
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/></svg>'
    )


def html(schedule: Any) -> str:
    """The notebook's view of a schedule: a table of its parameters, by the catalogue's name if it has one."""
    chart = make_chart([schedule])
    if call := named(schedule):
        name, fields = call.name, fields_of(FUNCTIONS[call.name])
        given = {key: call.arguments.get(key, field.default) for key, field in fields.items()}
        shown = {key: value for key, value in given.items() if value is not None}
    else:
        name, shown = type(schedule).__name__, schedule.parameters()
        fields = fields_of(type(schedule)) if shown else {}
    rows = "".join(
        f'<tr><th style="text-align:left">{escape(key)}</th>'
        f'<td style="text-align:left">{escape(_cell(value, fields[key].unit_text))}</td></tr>'
        for key, value in shown.items()
    )
    return (
        f"<div><strong>{escape(name)}</strong>"
        f'<div style="display:flex;gap:1em;align-items:center"><table>{rows}</table>{sparkline(chart)}</div></div>'
    )


def _cell(value: Any, unit: str) -> str:
    items = value if isinstance(value, tuple) else (value,)
    if any(isinstance(item, LearningRateSchedule) for item in items):
        text = text_of(value)
        return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 3] + "..."
    shown = value.tolist() if isinstance(value, np.ndarray) else [*value] if isinstance(value, tuple) else value
    return f"{shorten(shown, LONGEST_CELL)}{'' if value is None else unit}"
