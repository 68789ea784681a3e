"""Charts with matplotlib."""

from __future__ import annotations

import textwrap
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from matplotlib.ticker import EngFormatter, FixedLocator, LogFormatterSciNotation, MaxNLocator, ScalarFormatter
from matplotlib.transforms import ScaledTranslation

from .._params import shorten
from ..chart import Chart
from ..sampling import Floats
from .labels import label_spots
from .style import THEMES, Theme, dash

SUPERSCRIPTS = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NAME_SIZE = 10
EPOCHS_BELOW = 46
"""How far below the steps a second axis counts epochs, in points."""
SWATCH = 11
"""Room for the spot of colour in front of a name; like all sizes here, in points."""


class Powers(ScalarFormatter):
    """Plain numbers at the ticks and their power of ten above them, all without mathematics, which is slow to set."""

    def __init__(self) -> None:
        super().__init__(useOffset=False, useMathText=False)
        self.set_powerlimits((-3, 4))

    def get_offset(self) -> str:
        """What all numbers are to be multiplied by: ``×10⁻³``, or nothing."""
        _, exponent, power = super().get_offset().partition("1e")
        return f"×10{power.translate(SUPERSCRIPTS)}" if exponent else ""


def style(theme: Theme) -> AbstractContextManager[None]:
    """The look, as a context: a figure keeps it, and nothing else changes."""
    return mpl.rc_context(
        {
            "font.family": [*mpl.rcParams["font.family"], "DejaVu Sans"],  # which has arrows, dots and superscripts
            "figure.figsize": (8, 4.5),
            "figure.dpi": 100,
            "figure.facecolor": theme.background,
            "savefig.facecolor": theme.background,
            "axes.facecolor": "none",
            "axes.edgecolor": theme.faint,
            "axes.labelcolor": theme.ink,
            "axes.titlelocation": "left",
            "axes.titlesize": 12,
            "axes.titleweight": "bold",
            "axes.titlecolor": theme.ink,
            "axes.titlepad": 14,
            "axes.titley": 1.0,  # a fixed place is found at once
            "axes.grid": True,
            "axes.grid.axis": "y",
            "axes.axisbelow": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "grid.color": theme.grid,
            "grid.linewidth": 0.8,
            "lines.linewidth": 2,
            "text.color": theme.ink,
            "xtick.color": theme.faint,
            "ytick.color": theme.faint,
            "xtick.labelcolor": theme.ink,
            "ytick.labelcolor": theme.ink,
            "legend.facecolor": theme.background,
            "legend.edgecolor": "none",
            "legend.framealpha": 0.8,
            "legend.fancybox": False,
            "svg.hashsalt": "lrkit",
        }
    )


def draw(chart: Chart, ax: Axes | None = None, theme: str = "light", **line_options: Any) -> Axes:
    """The chart on `ax`, or on the only axes of a new pyplot figure."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"plot: ax must be the Axes of a matplotlib figure, got {shorten(ax)}")
    with style(THEMES[theme]):
        if ax is not None:
            return _draw_on(ax, chart, THEMES[theme], line_options)
        import matplotlib.pyplot as plt

        figure, ax = plt.subplots(layout="constrained")
        try:
            return _draw_on(ax, chart, THEMES[theme], line_options)
        except BaseException:
            plt.close(figure)
            raise


def draw_grid(
    charts: list[list[Chart]], theme: str, heights: list[float], size: tuple[float, float], *, shared: bool
) -> list[Axes]:
    """The charts in rows and columns on a new pyplot figure; the columns may share their horizontal axes."""
    import matplotlib.pyplot as plt

    with style(THEMES[theme]):
        figure, axes = plt.subplots(
            len(charts),
            len(charts[0]),
            squeeze=False,
            sharex="col" if shared else "none",
            height_ratios=heights,
            figsize=size,
            layout="constrained",
        )
        try:
            drawn = [
                _draw_panel(ax, chart, theme, lowest=not shared or k >= below, last=chart is charts[-1][-1])
                for row, row_of_axes, below in zip(charts, axes, [*map(len, charts[1:]), 0], strict=True)
                for k, (ax, chart) in enumerate(zip(row_of_axes, row, strict=False))
            ]
            for ax in axes[:, 1:].flat:
                ax.set_ylabel("")
            for ax in axes.flat[len(drawn) :]:
                ax.set_axis_off()
            figure.align_ylabels()
        except BaseException:
            plt.close(figure)
            raise
        return drawn


def _draw_panel(ax: Axes, chart: Chart, theme: str, *, lowest: bool, last: bool) -> Axes:
    """One of several panels: the lowest names the horizontal axis, and the last has the note for all."""
    look = THEMES[theme]
    _draw_on(ax, chart if lowest else replace(chart, epoch_steps=None), look, {}, noted=last)
    ax.tick_params(labelbottom=lowest)
    if not lowest:
        ax.set_xlabel("")
    return ax


def save(chart: Chart, path: Path, form: str, theme: str = "light") -> None:
    """The chart as a PNG, SVG or PDF file, without pyplot; the same chart gives the same bytes."""
    metadata = {
        "png": {"Title": chart.title or "Learning rate", "Description": chart.alt},
        "svg": {"Title": chart.alt, "Date": None},
        "pdf": {"Title": chart.title or "Learning rate", "Subject": chart.alt, "CreationDate": None},
    }[form]
    with style(THEMES[theme]):  # the salt of SVG identifiers is read when the file is written
        figure = Figure(layout="constrained")
        draw(chart, figure.subplots(), theme)
        figure.savefig(path, format=form, dpi=160, metadata=cast("dict[str, str]", metadata))


def _draw_on(ax: Axes, chart: Chart, look: Theme, line_options: dict[str, Any], *, noted: bool = True) -> Axes:
    before = list(ax.lines)
    lines = _draw_curves(chart, ax, look, line_options)
    _draw_axes(chart, ax, look, chart.note if noted else chart.clipped)
    if len(lines) == 1:
        _draw_phases(chart, ax, look)
    else:
        _draw_names(ax, lines, before, [curve.label for curve in chart.curves])
    return ax


def _draw_curves(chart: Chart, ax: Axes, look: Theme, line_options: dict[str, Any]) -> list[Line2D]:
    given = normalize_kwargs(line_options, Line2D)
    lines = []
    for k, curve in enumerate(chart.curves):
        options: dict[str, Any] = {"color": look.colours[k % len(look.colours)], "label": curve.label}
        options |= {"solid_joinstyle": "round"}
        options |= {"dashes": dash(k)} if dash(k) and "linestyle" not in given else {}
        options |= {"marker": "o", "markersize": 4} if chart.few else {}
        try:
            lines += ax.plot(chart.x(curve), chart.shown(curve), **options | given)
        except AttributeError as error:  # matplotlib's for an option that lines do not have
            raise TypeError(f"plot: {error}") from None
    return lines


def _draw_axes(chart: Chart, ax: Axes, look: Theme, note: str) -> None:
    ax.margins(x=0.02, y=0.05)
    ax.set_xlabel(chart.x_label)
    ax.set_ylabel(chart.y_label, parse_math=False)
    if chart.title:
        ax.set_title(_wrapped(ax, chart.title, 7), parse_math=False)
    if chart.yscale == "log":
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(LogFormatterSciNotation())
    else:
        ax.yaxis.set_major_formatter(Powers())
        ax.yaxis.get_offset_text().set_horizontalalignment("right")  # left of the names of the phases
    if chart.steps_per_epoch is None:
        whole = MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True) if chart.total > 1 else FixedLocator([0])
        ax.xaxis.set_major_locator(whole)
        if chart.total > 10_000:
            ax.xaxis.set_major_formatter(EngFormatter(sep=""))
    lowest = ax.xaxis
    if length := chart.epoch_steps:
        figure = cast("Figure", ax.get_figure(root=True))
        below = ax.transAxes + ScaledTranslation(0, -EPOCHS_BELOW / 72, figure.dpi_scale_trans)
        epochs = ax.secondary_xaxis(0, functions=_scaling(length), transform=below)
        epochs.set_xlabel("epoch")
        epochs.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
        lowest = epochs.xaxis
    if note:
        right_edge_below_x_label: Any = (ax.transAxes, lowest.label)
        ax.annotate(
            _wrapped(ax, note, 4), (1, 0), (0, -3), xycoords=right_edge_below_x_label,
            textcoords="offset points", ha="right", va="top", fontsize=8, color=look.faint, annotation_clip=False,
        )  # fmt: skip


def _scaling(length: int) -> tuple[Any, Any]:
    """Steps to epochs, and back."""
    return (lambda step: step / length), (lambda epoch: epoch * length)


def _size(ax: Axes) -> tuple[float, float]:
    """The width and height of the axes, in points."""
    points = 72 / cast("Figure", ax.get_figure(root=True)).dpi
    return ax.bbox.width * points, ax.bbox.height * points


def _wrapped(ax: Axes, text: str, letter: float) -> str:
    """The text in lines about as wide as the axes, a letter being so many points wide; broken at semicolons first."""
    columns = max(20, int(_size(ax)[0] / letter))
    lines = text.splitlines() if len(text) <= columns else text.replace("; ", "\n").splitlines()
    return "\n".join(textwrap.fill(line, columns, break_on_hyphens=False) for line in lines)


def _draw_names(ax: Axes, lines: list[Line2D], before: list[Line2D], names: list[str]) -> None:
    """The names beside their curves if there is room, else in a legend."""
    width, height = _size(ax)
    widths = [(SWATCH + _text_width(name)) / width for name in names]
    places = [_in_axes(ax, line) for line in lines]
    in_the_way = [_in_axes(ax, line) for line in before if line.get_transform() == ax.transData]
    spots = label_spots(places, widths, 1.2 * NAME_SIZE / height, in_the_way)
    if spots:
        for spot, line, name in zip(spots, lines, names, strict=True):
            _draw_name(ax, spot, name, line.get_color())
        return
    # An underscore in front would hide a name from the legend, and dollar signs would set it as mathematics.
    shown = [line for line in before if not str(line.get_label()).startswith("_")]
    texts = [str(line.get_label()) for line in shown] + [str(k) for k in range(len(names))]
    legend = ax.legend([*shown, *lines], texts, loc="best", handlelength=3)
    columns = max(20, int(width / 9))
    for entry, name in zip(legend.get_texts()[len(shown) :], names, strict=True):
        entry.set_text(textwrap.fill(name, columns))
        entry.set_parse_math(False)


def _text_width(text: str) -> float:
    width, _, _ = text_to_path.get_text_width_height_descent(text, FontProperties(size=NAME_SIZE), ismath=False)
    return float(width)


def _in_axes(ax: Axes, line: Line2D) -> tuple[Floats, Floats]:
    """The points of a line as parts of the axes' width and height."""
    ax.get_xlim(), ax.get_ylim()  # settles the limits
    points = np.asarray(line.get_xydata())
    x, y = (ax.transData + ax.transAxes.inverted()).transform(points).T
    return x, y


def _draw_name(ax: Axes, spot: tuple[float, float], text: str, colour: Any) -> None:
    """A name in ink, with a spot of the curve's colour in front: the colour alone is too faint for letters."""
    ax.annotate("●", spot, xycoords="axes fraction", color=colour, fontsize=8, va="bottom")
    ax.annotate(
        text, spot, (SWATCH, -1), xycoords="axes fraction", textcoords="offset points", fontsize=NAME_SIZE,
        va="bottom", parse_math=False,
    )  # fmt: skip


def _draw_phases(chart: Chart, ax: Axes, look: Theme) -> None:
    scale = chart.steps_per_epoch or 1
    letter = 7 / _size(ax)[0]
    for phase in chart.curves[0].phases:
        if phase.start:
            ax.axvline(phase.start / scale, color=look.faint, linewidth=0.8, linestyle=(0, (1, 3)))
        if (phase.stop - phase.start) / chart.total > letter * len(phase.name):
            middle = (phase.start + phase.stop) / 2 / scale
            ax.annotate(
                phase.name, (middle, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", fontsize=8, color=look.faint, parse_math=False,
            )  # fmt: skip
