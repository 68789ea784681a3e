"""Charts in a terminal: braille dots, or plain ASCII where the terminal has no more."""

from __future__ import annotations

import numpy as np

from ..chart import Chart, Curve

# The bit of each dot of a braille cell, by row and column.
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
GUTTER = 10


def sketch(chart: Chart, width: int = 80, height: int | None = None, *, ascii_only: bool = False) -> str:
    """The chart as lines of text, none longer than `width`: a panel for each curve, on common scales.

    `height` is that of a panel in lines, by default 10 for one curve and 6 for several.
    """
    if width < 40:
        width = 40
    rows = height or (10 if len(chart.curves) == 1 else 6)
    columns = width - GUTTER - 2
    axis, corner = ("|", "+") if ascii_only else ("┤", "└")
    lines = [chart.title[:width]] if chart.title else []
    for curve in chart.curves:
        if curve.label != chart.title:
            lines.append(_plain(curve.label[: width - GUTTER], ascii_only))
        panel = _ascii(chart, curve, columns, rows) if ascii_only else _braille(chart, curve, columns, rows)
        labels = _scale(chart, rows)
        lines += [f"{label:>{GUTTER}} {axis}{row}" for label, row in zip(labels, panel, strict=True)]
    lines.append(" " * GUTTER + f" {corner}" + ("-" if ascii_only else "─") * columns)
    lines.append(_ticks(chart, columns))
    return "\n".join(_plain(line, ascii_only).rstrip() for line in lines)


def _plain(text: str, ascii_only: bool) -> str:
    return text.replace("→", "->").encode("ascii", "replace").decode() if ascii_only else text


def _scale(chart: Chart, rows: int) -> list[str]:
    """The rate at the top, middle and bottom line of a panel."""
    low = min(float(curve.rates.min()) for curve in chart.curves)
    high = max(float(curve.rates.max()) for curve in chart.curves)
    labels = [""] * rows
    if high == low:
        labels[rows // 2] = f"{low:.3g}"
        return labels
    if chart.yscale == "log":
        low = chart.floor if low <= 0 else low
    middle = (low * high) ** 0.5 if chart.yscale == "log" else (low + high) / 2
    for row, value in ((0, high), ((rows - 1) // 2, middle), (rows - 1, low)):
        labels[row] = f"{value:.3g}"
    return labels


def _ticks(chart: Chart, columns: int) -> str:
    last = chart.total - 1
    scale = chart.steps_per_epoch
    texts = [f"{value / scale:,.4g}" if scale else f"{value:,}" for value in (0, last // 2, last)]
    room = columns - sum(map(len, texts))
    line = texts[0] + " " * (room // 2) + texts[1] + " " * (room - room // 2) + texts[2]
    return " " * (GUTTER - len(chart.x_label)) + chart.x_label + "  " + line


def _pixels(chart: Chart, curve: Curve, columns: int, rows: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """The curve on a grid of dots, row 0 at the top: in each column from its lowest to its highest point."""
    at = curve.steps / max(chart.total - 1, 1) * (columns - 1)
    level = chart.heights(curve) * (rows - 1)
    inside = np.interp(np.arange(columns), at, level)
    pixels = np.zeros((rows, columns), bool)
    column = np.concatenate([np.rint(at).astype(int), np.arange(columns)])
    height = np.concatenate([level, inside])
    for k in range(columns):
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
