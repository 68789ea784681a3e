"""Charts in a terminal: in braille dots, or in plain ASCII where it cannot show them."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np

from .._params import count
from ..chart import Chart, Curve, Panels
from .printed import Printed
from .style import Theme
from .ticks import linear_ticks, log_ticks

# The bit of each dot of a braille cell, by row and column.
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
GUTTER = 10
LEAST_WIDTH = 24


def draw(chart: Chart, _theme: Theme, **options: Any) -> str:
    """The chart as lines of text, in the terminal's own colours; the options are those of `sketch`."""
    return Printed(sketch(chart, **options))


def draw_panels(panels: Panels, _theme: Theme, **options: Any) -> str:
    """The charts one below the other."""
    return Printed("\n\n".join(sketch(chart, **options) for chart in panels.charts))


def write(text: str, path: Path, _form: str, _title: str, _alt: str) -> None:
    """A drawn chart as a text file."""
    path.write_text(f"{text}\n", encoding="utf-8")


def sketch(chart: Chart, width: int = 80, height: int | None = None, *, ascii_only: bool = False) -> str:
    """The chart as lines of text, none longer than `width`: a panel for each curve, on common scales.

    `width` is at least 24 however narrow the terminal. `height` is that of a panel in lines, by default 10 for one
    curve and 6 for several.
    """
    width = max(count("plot", "width", width), LEAST_WIDTH)
    rows = (10 if len(chart.curves) == 1 else 6) if height is None else count("plot", "height", height)
    columns = width - GUTTER - 2
    axis, corner, base, draw = ("|", "+", "-", _ascii) if ascii_only else ("┤", "└", "─", _braille)
    scale = _scale(chart, rows)
    lines = [chart.title] if chart.title else []
    for curve in chart.curves:
        lines += [curve.label] if curve.label != chart.title else []
        panel = draw(chart, curve, columns, rows)
        lines += [f"{label:>{GUTTER}} {axis}{row}" for label, row in zip(scale, panel, strict=True)]
    lines += [f"{'':{GUTTER}} {corner}{base * columns}", _ticks(chart, columns)]
    lines += [note for note in (chart.clipped, chart.endless) if note]
    return "\n".join(_cut(line, width, ascii_only).rstrip() for line in lines)


def _cut(text: str, width: int, ascii_only: bool) -> str:
    """The text on one line of at most `width` columns of a terminal, some letters being two columns wide."""
    text = text.replace("\n", " ")
    if ascii_only:
        text = text.replace("→", "->").encode("ascii", "replace").decode()
    columns = np.cumsum([1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text])
    return text[: int(np.searchsorted(columns, width, side="right"))]


def _scale(chart: Chart, rows: int) -> list[str]:
    """Round rates, each beside the line of a panel that shows it."""
    low, high = chart.bounds
    labels = [""] * rows
    if high == low:
        labels[rows // 2] = f"{low:.3g}"
        return labels
    most = max(3, (rows + 1) // 2)
    ticks = log_ticks(low, high, most) if chart.yscale == "log" else linear_ticks(low, high, most)
    for value in ticks:
        from_below = round(float(chart.heights(value)) * (4 * rows - 1)) // 4  # a line has four dots
        labels[rows - 1 - from_below] = f"{value:.4g}"
    return labels


def _ticks(chart: Chart, columns: int) -> str:
    """Round positions, as far as there is room."""
    last, per_cent = chart.last, "%" if chart.axis == "progress" else ""
    line = [" "] * columns
    widest = len(f"{last:,.0f}{per_cent}") + (1 if chart.whole else 3)
    for at in linear_ticks(0, last, max(2, columns // (widest + 3)), whole=chart.whole):
        text = f"{at:,.0f}" if chart.whole else f"{at:,.10g}{per_cent}"
        start = min(max(round((columns - 1) * at / (last or 1)) - (len(text) - 1) // 2, 0), columns - len(text))
        if set(line[max(start - 1, 0) : start + len(text) + 1]) == {" "}:
            line[start : start + len(text)] = text
    return f"{chart.x_label.removesuffix(' (%)'):>{GUTTER}}  {''.join(line)}"


def _pixels(chart: Chart, curve: Curve, columns: int, rows: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """The curve on a grid of dots, row 0 at the top: in each column from its lowest to its highest point."""
    at = np.asarray(chart.x(curve)) / (chart.last or 1) * (columns - 1)
    stop = round(float(at[-1])) + 1
    level = chart.heights(chart.shown(curve)) * (rows - 1)
    inside = np.interp(np.arange(stop), at, level)
    pixels = np.zeros((rows, columns), bool)
    column = np.concatenate([np.rint(at).astype(int), np.arange(stop)])
    height = np.concatenate([level, inside])
    for k in range(stop):
        here = height[column == k]
        if k:
            here = np.append(here, min(max(inside[k - 1], here.min() - 1), here.max() + 1))
        low, high = np.rint([here.min(), here.max()]).astype(int)
        pixels[rows - 1 - high : rows - low, k] = True
    return pixels


def _braille(chart: Chart, curve: Curve, columns: int, rows: int) -> list[str]:
    pixels = _pixels(chart, curve, 2 * columns, 4 * rows)
    cells = (pixels.reshape(rows, 4, columns, 2) * DOTS[:, None, :]).sum(axis=(1, 3))
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells]


def _ascii(chart: Chart, curve: Curve, columns: int, rows: int) -> list[str]:
    return ["".join("*" if dot else " " for dot in row) for row in _pixels(chart, curve, columns, rows)]
