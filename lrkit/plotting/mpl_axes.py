"""The axes of a chart with matplotlib: ranges, ticks, titles, the note, and the names of phases."""

from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import Bbox, ScaledTranslation

from ..chart import Beside, Chart
from .mpl_style import family, root_of, style_axis
from .mpl_text import LEADING, points, wrapped
from .mpl_ticks import Counts, CountsBeside, Powers, PowersOfTen, count_texts, power_texts
from .style import Theme

PLOT = 0.6
"""The part of a picture's width, and of its height below the title, that is left to the plot."""
PLOT_IF_NARROW = 0.5
"""The part of the height where the picture is narrow: there names need more lines."""
NARROW = 360
"""A picture narrower than this, in points, has the name of the horizontal axis left of the numbers, in their line."""
OFFSET = 6
"""From the vertical axis to the power of ten above it, in points."""
TICK = 7
"""From an axis to the numbers at its ticks, in points."""
TITLE_SIZE, NOTE_SIZE = 12, 8
LONGEST = 8
"""The longest name beside the numbers, in letters."""
LEFT = 54
"""What names and numbers of the vertical axis take at most, in points."""


def size_of(ax: Any) -> tuple[float, float]:
    """The width and height of axes or a figure, in points."""
    point = 72 / root_of(ax).dpi
    return ax.bbox.width * point, ax.bbox.height * point


def draw_axes(chart: Chart, ax: Axes, theme: Theme, *, width: float, height: float, beside: bool) -> None:
    """The ranges, ticks and names of both axes, and the title in lines of at most `width` points.

    `height` is that of the picture's part for these axes. If they had data `beside` the chart, they still show it.
    """
    ax.set_xlabel(chart.x_label)
    ax.set_ylabel(wrapped(chart.y_label, PLOT * height, points("axes.labelsize"), most=2), parse_math=False)
    if chart.yscale == "log":
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(PowersOfTen())
        ax.yaxis.set_major_formatter(power_texts())
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_tick_params(labelfontfamily=family())
    else:
        ax.yaxis.set_major_formatter(Powers())
        # Left of the names of the phases, and in letters that have superscripts.
        ax.yaxis.get_offset_text().set(horizontalalignment="right", fontfamily=family())
        ax.yaxis.OFFSETTEXTPAD = OFFSET  # a number at the upper end is half above it
    _set_ranges(chart, ax, beside=beside)
    ax.xaxis.set_major_locator(Counts(chart.axis, whole=chart.whole) if chart.last else FixedLocator([0]))
    ax.xaxis.set_major_formatter(count_texts())
    if chart.title:
        # Above the power of ten and the names of phases; fixed, so that matplotlib need not search for a place.
        ax.set_title(
            wrapped(chart.title, width, TITLE_SIZE, "bold", most=max(1, int(height / 80))), loc="left", y=1.0,
            pad=title_pad(),
            fontsize=TITLE_SIZE, fontweight="bold", fontfamily=family(), color=theme.ink, parse_math=False,
        )  # fmt: skip
    row = TICK + LEADING * points("xtick.labelsize")
    if chart.beside:
        _add_second(ax, theme, chart, chart.beside, row)
    if _beside_numbers(chart, ax):
        _name_beside_numbers(ax, ax.xaxis, TICK)


def title_pad() -> float:
    """From the axes to the title, in points: room for the power of ten and the names of phases."""
    return OFFSET + 2 + LEADING * points("ytick.labelsize")


def draw_note(ax: Axes, theme: Theme, note: str) -> None:
    """A note, in lines, under the names of the axes."""
    lowest: Any = ax.child_axes[-1].get_tightbbox if ax.child_axes else ax.xaxis.label
    right_edge_below_x_label: Any = (ax.transAxes, lowest)
    ax.annotate(
        note, (1, 0), (0, -3), xycoords=right_edge_below_x_label,
        textcoords="offset points", ha="right", va="top", fontsize=NOTE_SIZE, fontfamily=family(), color=theme.faint,
        annotation_clip=False,
    )  # fmt: skip


def draw_phases(chart: Chart, ax: Axes, theme: Theme, width: float) -> None:
    """The names of a single curve's phases above them, and lines between them, on axes of this width in points."""
    if len(chart.curves) != 1:
        return
    (curve,) = chart.curves
    for phase in curve.phases:
        if phase.start:
            ax.axvline(chart.at(curve, phase.start), color=theme.faint, linewidth=0.8, linestyle=(0, (1, 3)))
    for phase in chart.phases(6 / width):
        middle = chart.at(curve, (phase.start + phase.stop) / 2)
        ax.annotate(
            phase.name, (middle, 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="center", fontsize=NOTE_SIZE, color=theme.faint, fontfamily=family(), parse_math=False,
        )  # fmt: skip


def space_below(chart: Chart, ax: Axes, note: str) -> float:
    """What the numbers and names below the axes take, and the note, in points."""
    row = TICK + LEADING * points("xtick.labelsize")
    name = 0 if _beside_numbers(chart, ax) else 4 + LEADING * points("axes.labelsize")
    return row + (row if chart.beside else name) + space_of_note(note)


def space_of_note(note: str) -> float:
    """What the note takes, in points."""
    return NOTE_SIZE * LEADING * (1 + note.count("\n")) + 3 if note else 0


def _beside_numbers(chart: Chart, ax: Axes) -> bool:
    """Whether the name of the horizontal axis is left of the numbers: it needs no line of its own there."""
    narrow = size_of(root_of(ax))[0] < NARROW
    return bool(chart.beside) or (narrow and len(chart.x_label) < LONGEST)


class Space(Artist):
    """The space of a text that a layout would not count: it makes no room for names of axes at their sides."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self.set_clip_on(False)
        self._text = text

    def get_tightbbox(self, renderer: Any = None) -> Bbox:
        """Where the text is."""
        return self._text.get_window_extent(renderer)


def _name_beside_numbers(ax: Axes, axis: Any, below: float) -> None:
    figure: Any = root_of(ax)
    offset: Any = ScaledTranslation(-8 / 72, -below / 72, figure.dpi_scale_trans)
    axis.set_label_coords(0, 0, transform=ax.transAxes + offset)
    axis.label.set(horizontalalignment="right", verticalalignment="top")
    ax.add_artist(Space(axis.label))


def _set_ranges(chart: Chart, ax: Axes, *, beside: bool) -> None:
    (left, right), (low, high) = chart.x_edges, chart.y_edges
    if beside:
        others_x, others_y = ax.get_xlim(), ax.get_ylim()
        left, right = min(left, *others_x), max(right, *others_x)
        low, high = min(low, *others_y), max(high, *others_y)
    # What is drawn on the axes afterwards may widen them, but does not move the baseline.
    ax.update_datalim([(0, chart.bounds[0])])
    for line in ax.lines:
        line.sticky_edges.y.append(low)
    ax.margins(x=0.02, y=0.05)
    ax.set_xlim(left, right, auto=True)
    ax.set_ylim(low, high, auto=True)


def _add_second(ax: Axes, theme: Theme, chart: Chart, beside: Beside, below: float) -> None:
    """A second axis, so many points below the first."""
    second = ax.secondary_xaxis("bottom", functions=(beside.clock.at, beside.clock.back))
    second.spines["bottom"].set_position(("outward", below))
    second.set_xlabel(beside.unit)
    style_axis(second, second.xaxis, theme)
    second.xaxis.set_major_locator(CountsBeside(chart) if chart.last else FixedLocator([0]))
    second.xaxis.set_major_formatter(count_texts())
    _name_beside_numbers(ax, second.xaxis, below + TICK)
