"""Where the panels of a figure of plotly's are, in pixels.

A figure has one form for all widths. Its height is fixed, and room is reserved as a page of `PAGE` pixels needs it: on
a wider page only the panels grow.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..chart import Chart, Panels
from .plotly_style import NOTE_SIZE, SIZE, TITLE_SIZE, fitted, text_width, wrapped

PAGE = 390
"""The width of a telephone."""
LINE_WIDTH = 2.5
LEFT, RIGHT = 62, 16
"""The margin for the numbers of the vertical axis, which grows if they are wider, and that on the right."""
UNIT = 95
"""The height of a panel for each 1 of `Panels.heights`."""
TITLE_LINE, LINE, NOTE_LINE = 1.3 * TITLE_SIZE, 1.3 * SIZE, 1.3 * NOTE_SIZE
HEADING_LINES = 4
LEGEND_KEY = 48
"""The width of an entry of a legend without its name."""
MOST_OFF = 0.35
"""The part of their height that panels give up at most for a long legend. On a wide page it is short, and they grow."""
NUMBERS, AXIS_NAME, SECOND = 22, 20, 18
"""The heights of the numbers below a panel, and below them of the axis' name, or of the numbers of a second axis."""
BETWEEN = 14
"""The height between a panel without numbers and the heading of the next."""
NUMBERS_BESIDE, SMALL = 40, 10
"""The width of the numbers of a panel that has others on its left, and their size."""


@dataclass(frozen=True)
class Panel:
    """A chart and its place: edges as parts of the area of all panels, sizes in pixels on a telephone."""

    chart: Chart
    number: int
    left: float
    right: float
    bottom: float
    top: float
    width: float
    height: float
    heading: list[str]
    numbered: bool
    """Whether the horizontal axis has numbers: where it is not that of the panel below."""
    named: bool
    """Whether it has a name too: where the panel below counts something else, or there is none."""
    second: bool
    """Whether numbers of a second axis are below those of the first; on a telephone columns have no room for them."""
    first: int
    """The number of the panel whose vertical axis this one repeats: its own, or that of the first in the row."""


@dataclass(frozen=True)
class Grid:
    """The panels, what stands above and below them, and the margins."""

    panels: list[Panel]
    title: list[str]
    subtitle: str
    note: list[str]
    named_below: bool
    own_rates: bool
    """Whether panels of a row have vertical axes of their own."""
    head: float
    above: float
    below: float
    height: float


def make_grid(picture: Panels, right: float = RIGHT, names: list[list[str]] | None = None) -> Grid:
    """The grid of a picture, with a margin on the right, and room for a legend of the names below, each in lines."""
    note = wrapped(picture.note.replace("; ", "\n").replace(" (", "\n("), PAGE - LEFT - RIGHT, NOTE_SIZE)
    legend = legend_height(names or [], note)
    unit = UNIT * (1 - min(MOST_OFF, legend / 1500))
    columns, charts = len(picture.rows[0]), picture.charts
    titled = any(chart.title for chart in charts[1:])
    alike = [len({(chart.y_edges, chart.yscale) for chart in row}) == 1 for row in picture.rows]
    gap = 0.0 if columns == 1 else 20.0 if all(alike) else NUMBERS_BESIDE
    area = PAGE - LEFT - right
    width = (area - gap * (columns - 1)) / columns
    words = [chart.title if titled else chart.y_label for chart in charts]
    headings = [fitted(text, width, HEADING_LINES) for text in words]

    second = columns == 1 and any(chart.beside for chart in charts)
    counts = len({chart.x_label for chart in charts})
    tops, bottoms, at = [], [], 0.0
    for r, height in enumerate(picture.heights):
        beside = headings[r * columns : (r + 1) * columns]
        at += LINE * max(map(len, beside)) + 8
        tops.append(at)
        at += unit * height
        bottoms.append(at)
        if r + 1 < len(picture.rows):
            at += BETWEEN if picture.shared else NUMBERS + (0 if counts == 1 and not second else AXIS_NAME)
    head, all_panels = tops[0], bottoms[-1] - tops[0]

    panels = []
    for k, chart in enumerate(charts):
        r, c = divmod(k, columns)
        left = c * (width + gap) / area
        up, down = (1 - (edge - head) / all_panels for edge in (tops[r], bottoms[r]))
        first, lowest = r * columns if alike[r] else k, k + columns >= len(charts)
        panels.append(
            Panel(
                chart, k, left, left + width / area, max(down, 0.0), up, width, unit * picture.heights[r],
                headings[k], lowest or not picture.shared, lowest or counts > 1,
                columns == 1 and chart.beside is not None and (lowest or not picture.shared), first,
            )
        )  # fmt: skip
    title = wrapped("" if titled else charts[0].title, area + right - 20, TITLE_SIZE)
    subtitle = charts[0].y_label if titled else ""
    above = 12 + TITLE_LINE * len(title) + LINE * bool(subtitle) + head
    below = NUMBERS + AXIS_NAME + (0 if names else NOTE_LINE * len(note)) + 8
    return Grid(
        panels,
        title,
        subtitle,
        note,
        bool(names),
        not all(alike),
        head,
        above,
        below,
        above + all_panels + below + legend,
    )


def legend_height(names: list[list[str]], note: list[str]) -> float:
    """The height of a legend of these names and a note above them, each in lines, on a telephone."""
    if not names:
        return 0
    entries = [LEGEND_KEY + max(map(text_width, lines)) for lines in names]
    columns = len(names) if sum(entries) < PAGE else max(1, int(PAGE // max(entries)))
    rows = [names[k : k + columns] for k in range(0, len(names), columns)]
    return 12 + NOTE_LINE * len(note) + sum(4 + LINE * max(map(len, row)) for row in rows)


def axis_name(letter: str, k: int) -> str:
    """Plotly's short name of an axis of panel `k`: x, x2, x3, ..."""
    return letter if k == 0 else f"{letter}{k + 1}"
