"""The axes of a chart with matplotlib: ranges, ticks, titles, the note, and the names of phases."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter
from matplotlib.transforms import ScaledTranslation

from ..chart import Chart
from .mpl_style import Powers, PowersOfTen, family, style_axis
from .mpl_text import LEADING, wrapped
from .style import Theme
from .ticks import count_text, power_text

TICK = 7
"""From an axis to the numbers at its ticks, in points."""
TITLE_SIZE, NOTE_SIZE = 12, 8
LEFT = 62
"""What names and numbers of the vertical axis take at most, in points."""


def size_of(ax: Any) -> tuple[float, float]:
    """The width and height of axes or a figure, in points."""
    points = 72 / ax.get_figure(root=True).dpi
    return ax.bbox.width * points, ax.bbox.height * points


def draw_axes(chart: Chart, ax: Axes, theme: Theme, *, width: float, beside: bool) -> None:
    """The ranges, ticks and names of both axes, and the title in lines of at most `width` points.

    If the axes had data `beside` the chart, they still show it.
    """
    ax.set_xlabel(chart.x_label)
    ax.set_ylabel(chart.y_label, parse_math=False)
    if chart.yscale == "log":
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(PowersOfTen())
        ax.yaxis.set_major_formatter(FuncFormatter(_power))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.yaxis.set_tick_params(labelfontfamily=family())
    else:
        ax.yaxis.set_major_formatter(Powers())
        # Left of the names of the phases, and in letters that have superscripts.
        ax.yaxis.get_offset_text().set(horizontalalignment="right", fontfamily=family())
    _set_ranges(chart, ax, beside=beside)
    counts: Any = MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=chart.whole)
    ax.xaxis.set_major_locator(counts if chart.last else FixedLocator([0]))
    ax.xaxis.set_major_formatter(FuncFormatter(_count))
    if chart.title:
        # Above the power of ten and the names of phases; fixed, so that matplotlib need not search for a place.
        ax.set_title(
            wrapped(chart.title, width, TITLE_SIZE, "bold"), loc="left", y=1.0, pad=8 + _points("ytick.labelsize"),
            fontsize=TITLE_SIZE, fontweight="bold", fontfamily=family(), color=theme.ink, parse_math=False,
        )  # fmt: skip
    if chart.epoch_steps:
        _add_epochs(ax, theme, chart.epoch_steps)


def draw_note(ax: Axes, theme: Theme, note: str, width: float) -> None:
    """A note under the names of the axes, in lines of at most `width` points."""
    lowest: Any = ax.child_axes[-1].get_tightbbox if ax.child_axes else ax.xaxis.label
    right_edge_below_x_label: Any = (ax.transAxes, lowest)
    ax.annotate(
        wrapped(note, width, NOTE_SIZE), (1, 0), (0, -3), xycoords=right_edge_below_x_label,
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


def space_below(chart: Chart, note: str) -> float:
    """What the numbers and names below the axes take, and the note, in points."""
    row = TICK + LEADING * _points("xtick.labelsize")
    name = row if chart.epoch_steps else 4 + LEADING * _points("axes.labelsize")
    return row + name + (NOTE_SIZE * LEADING * (1 + note.count("\n")) + 3 if note else 0)


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


def _add_epochs(ax: Axes, theme: Theme, length: int) -> None:
    """A second axis right below the first. Each is named left of its numbers, so that neither needs a line more."""
    row = TICK + LEADING * _points("xtick.labelsize")
    epochs = ax.secondary_xaxis("bottom", functions=(partial(_divided, length), partial(_times, length)))
    epochs.spines["bottom"].set_position(("outward", row))
    epochs.set_xlabel("epoch")
    style_axis(epochs, epochs.xaxis, theme)
    epochs.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    epochs.xaxis.set_major_formatter(FuncFormatter(_count))
    for k, axis in enumerate((ax.xaxis, epochs.xaxis)):
        below: Any = ScaledTranslation(-8 / 72, -(k * row + TICK) / 72, ax.figure.dpi_scale_trans)
        axis.set_label_coords(0, 0, transform=ax.transAxes + below)
        axis.label.set(horizontalalignment="right", verticalalignment="top")


def _points(setting: str) -> float:
    """The size of letters that a setting of matplotlib names, in points."""
    return float(FontProperties(size=mpl.rcParams[setting]).get_size_in_points())


def _divided(length: int, step: Any) -> Any:
    return step / length


def _times(length: int, epoch: Any) -> Any:
    return epoch * length


def _count(count: float, _place: int | None = None) -> str:
    return count_text(count)


def _power(rate: float, _place: int | None = None) -> str:
    return power_text(rate)
