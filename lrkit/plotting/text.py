"""Charts in a terminal: in braille dots, or in plain ASCII where it cannot show them."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._params import as_kind, count, shorten
from .._types import Floats
from ..chart import Chart, Curve, Panels
from ..chart.chart import left_out
from .printed import Printed
from .style import Theme
from .ticks import count_text, linear_ticks, log_ticks, ticks_beside, unit_ticks

if TYPE_CHECKING:
    from pathlib import Path

# The bit of each dot of a braille cell, by row and column.
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
GUTTER = 10
LEAST_WIDTH = 24
PLAIN = "\x1b[0m"
"""What switches a terminal back to its own colour."""


def draw(chart: Chart, _theme: Theme, **options: Any) -> str:
    """The chart as lines of text, in the terminal's own colours; the options are those of `sketch`."""
    return Printed(sketch(chart, **options))


def draw_panels(panels: Panels, _theme: Theme, **options: Any) -> str:
    """The charts one below the other, and their notes once."""
    style = Letters(**options)
    lines = [line for chart in panels.charts for line in (*_sketched(chart, style), "")]
    notes = _told(panels.charts, [curve for chart in panels.charts for curve in chart.curves])
    return Printed(style.page([*lines, *notes] if notes else lines[:-1]))


def write(text: str, path: Path, _form: str, _title: str, _alt: str) -> None:
    """A drawn chart as a text file."""
    path.write_text(f"{text}\n", encoding="utf-8")


@dataclass(frozen=True)
class Letters:
    """The size of a sketch and the letters that it is drawn in, as `sketch` takes them."""

    width: int = 80
    height: int | None = None
    ascii_only: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", max(count("plot", "width", self.width), LEAST_WIDTH))
        if self.height is not None:
            object.__setattr__(self, "height", count("plot", "height", self.height))
        if as_kind(self.ascii_only, bool) is None:
            raise TypeError(f"plot: ascii_only must be True or False, got {shorten(self.ascii_only)}")

    @property
    def columns(self) -> int:
        """The width of a panel."""
        return self.width - GUTTER - 2

    def page(self, lines: list[str]) -> str:
        """The lines as a text, each cut off at the width."""
        return "\n".join(_cut(line, self.width, self.ascii_only).rstrip() for line in lines)


def sketch(chart: Chart, width: int = 80, height: int | None = None, *, ascii_only: bool = False) -> str:
    """The chart as lines of text, none longer than `width`: a panel for each curve, on common scales.

    `width` is at least 24 however narrow the terminal. `height` is that of a panel in lines, by default 10 for one
    curve and 6 for several.
    """
    style = Letters(width, height, ascii_only)
    notes = _told([chart], chart.curves)
    return style.page(
        [*_sketched(chart, style), *(line for note in notes for line in textwrap.wrap(note, style.width))]
    )


def _sketched(chart: Chart, style: Letters) -> list[str]:
    """The title, a panel for each curve, or fan of curves, with its name and its marks, and the horizontal axis."""
    rows = style.height or (10 if len(chart.bundles) == 1 else 6)
    axis, corner, base, spot, draw = (
        ("|", "+", "-", "o", _ascii) if style.ascii_only else ("┤", "└", "─", "●", _braille)
    )
    scale = _scale(chart, rows)
    lines = [chart.title] if chart.title else []
    for bundle in chart.bundles:
        marks = [mark for mark in chart.marks if mark.curve in bundle]
        name = _name(chart, bundle)
        lines += [name] if name != chart.title else []
        panel = [[*row] for row in draw(chart, [chart.curves[k] for k in bundle], style.columns, rows)]
        for mark in marks:
            column = round(
                float(chart.at(chart.curves[mark.curve], mark.step)) / (chart.last or 1) * (style.columns - 1)
            )
            panel[rows - 1 - _line_of(chart, mark.rate, rows)][column] = spot
        lines += [f"{label:>{GUTTER}} {axis}{''.join(row)}" for label, row in zip(scale, panel, strict=True)]
        lines += [f"{'':{GUTTER}} {spot} {mark.text}" for mark in marks]
    return [*lines, f"{'':{GUTTER}} {corner}{base * style.columns}", *_tick_lines(chart, style.columns)]


def _name(chart: Chart, bundle: tuple[int, ...]) -> str:
    """The name of a panel: of a fan those of its highest and lowest curve."""
    low, high = chart.curves[bundle[0]].label, chart.curves[bundle[-1]].label
    return low if len(bundle) == 1 else f"{high} … {low}, {len(bundle)} curves"


def _told(charts: Sequence[Chart], curves: Sequence[Curve]) -> list[str]:
    """What the sketches do not show, each note once."""
    notes = [*(chart.clipped for chart in charts), left_out(curves), *(chart.endless for chart in charts)]
    return [note for note in dict.fromkeys(notes) if note]


def _cut(text: str, width: int, ascii_only: bool) -> str:
    """The text on one line of at most `width` columns of a terminal, some letters being two columns wide."""
    text = text.replace("\n", " ")
    if ascii_only:
        text = text.replace("→", "->").replace("−", "-").replace("…", "...").encode("ascii", "replace").decode()
    columns = np.cumsum([1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text])
    return text[: int(np.searchsorted(columns, width, side="right"))]


def _scale(chart: Chart, rows: int) -> list[str]:
    """Round rates, each beside the line of a panel that shows it."""
    low, high = chart.bounds
    labels = [""] * rows
    most = max(3, (rows + 1) // 2)
    for value in log_ticks(low, high, most) if chart.yscale == "log" else linear_ticks(low, high, most):
        labels[rows - 1 - _line_of(chart, value, rows)] = f"{value:.4g}"
    return labels


def _line_of(chart: Chart, rate: float, rows: int) -> int:
    """The line of a panel that shows a rate, counted from below; each has four dots."""
    return round(float(chart.heights(rate)) * (4 * rows - 1)) // 4


def _tick_lines(chart: Chart, columns: int) -> list[str]:
    """Round positions, as far as there is room, and below them those of the second axis."""
    last, per_cent = chart.last, "%" if chart.axis == "progress" else ""
    for most in range(columns // 4 + 2, 1, -1):
        places = unit_ticks(0, last, most, chart.axis, whole=chart.whole)
        texts = [f"{count_text(at)}{per_cent}" for at in places]
        if sum(len(text) + 4 for text in texts) <= columns:
            break
    lines = [_tick_line(chart.x_label.removesuffix(" (%)"), places, texts, last, columns)]
    if chart.beside:
        found = ticks_beside(chart, 0, last, lambda _, texts: sum(len(text) + 4 for text in texts) <= columns)
        lines.append(_tick_line(chart.beside.unit, found.places, found.texts, last, columns))
    return lines


def _tick_line(name: str, places: Sequence[float], texts: Sequence[str], last: float, columns: int) -> str:
    """A line of numbers, each at its place; one that would touch another is left out."""
    line = [" "] * columns
    for at, text in zip(places, texts, strict=True):
        start = min(max(round((columns - 1) * at / (last or 1)) - (len(text) - 1) // 2, 0), columns - len(text))
        if set(line[max(start - 1, 0) : start + len(text) + 1]) == {" "}:
            line[start : start + len(text)] = text
    return f"{name:>{GUTTER}}  {''.join(line)}".rstrip()


Dots = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def _pixels(chart: Chart, curves: Sequence[Curve], columns: int, rows: int) -> Dots:
    """The curves on a grid of dots, row 0 at the top."""
    pixels = np.zeros((rows, columns), bool)
    for curve in curves:
        _draw_curve(pixels, chart, curve)
    return pixels


def _draw_curve(pixels: Dots, chart: Chart, curve: Curve) -> None:
    """Set the dots of a curve: a line, or where a log has few rows, its points."""
    rows, columns = pixels.shape
    at = np.asarray(chart.at(curve, curve.steps), float) / (chart.last or 1) * (columns - 1)
    level = chart.heights(chart.shown(curve)) * (rows - 1)
    if not curve.joined:
        pixels[rows - 1 - np.rint(level).astype(int), np.rint(at).astype(int)] = True
        return
    for piece in np.split(np.arange(at.size), curve.gaps):
        _draw_line(pixels, at[piece], level[piece])


def _draw_line(pixels: Dots, at: Floats, level: Floats) -> None:
    """Set the dots of a line: in each column from its lowest to its highest point."""
    top = len(pixels) - 1
    first, stop = round(float(at[0])), round(float(at[-1])) + 1
    inside = np.interp(np.arange(first, stop), at, level)
    column = np.concatenate([np.rint(at).astype(int), np.arange(first, stop)])
    height = np.concatenate([level, inside])
    for k in range(first, stop):
        here = height[column == k]
        if k > first:
            here = np.append(here, min(max(inside[k - 1 - first], here.min() - 1), here.max() + 1))
        low, high = np.rint([here.min(), here.max()]).astype(int)
        pixels[top - high : top + 1 - low, k] = True


def _braille(chart: Chart, curves: Sequence[Curve], columns: int, rows: int) -> list[str]:
    pixels = _pixels(chart, curves, 2 * columns, 4 * rows)
    cells = (pixels.reshape(rows, 4, columns, 2) * DOTS[:, None, :]).sum(axis=(1, 3))
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells]


def _ascii(chart: Chart, curves: Sequence[Curve], columns: int, rows: int) -> list[str]:
    return ["".join("*" if dot else " " for dot in row) for row in _pixels(chart, curves, columns, rows)]


def overlaid(
    chart: Chart, width: int, height: int, *, ascii_only: bool = False, tints: tuple[str, str] = ("", "")
) -> str:
    """The chart in one panel of `height` lines: the last curve over the others, which are dots.

    `tints` are what switches a terminal to the colour of each and back: of the others, and of the last.
    """
    columns = max(width, LEAST_WIDTH) - GUTTER - 2
    axis, corner, base, dot, drawn = ("|", "+", "-", ".", _ascii) if ascii_only else ("┤", "└", "─", "·", _braille)
    *under, top = (drawn(chart, [curve], columns, height) for curve in chart.curves)
    lines = []
    for row, label in enumerate(_scale(chart, height)):
        cells = []
        for column, letter in enumerate(top[row]):
            below = any(panel[row][column] != " " for panel in under)
            tint, shown = (tints[1], letter) if letter != " " else (tints[0], dot) if below else ("", " ")
            cells.append(f"{tint}{shown}{PLAIN if tint else ''}")
        lines.append(f"{label:>{GUTTER}} {axis}{''.join(cells)}".rstrip())
    return "\n".join([*lines, f"{'':{GUTTER}} {corner}{base * columns}", *_tick_lines(chart, columns)])
