"""Charts with matplotlib."""

from __future__ import annotations

import textwrap
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path
from matplotlib.ticker import EngFormatter, FixedLocator, LogFormatterSciNotation, MaxNLocator

from .._params import shorten
from ..chart import Chart
from ..sampling import Floats
from .dress import Powers, dress, dress_axis, family, new_picture
from .labels import label_spots
from .notebook import Panel, Picture, present
from .style import THEMES, Theme, dash

NAME_SIZE = 10
EPOCHS_BELOW = 46
"""How far below the steps a second axis counts epochs, in points."""
SWATCH = 11
"""Room for the spot of colour in front of a name; like all sizes here, in points."""


def draw(chart: Chart, ax: Axes | None = None, theme: str = "light", **line_options: Any) -> Axes:
    """The chart on `ax`, or on the only axes of a new picture, which a notebook shows."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"plot: ax must be the Axes of a matplotlib figure, got {shorten(ax)}")
    look = THEMES[theme]
    if ax is None:
        ax = new_picture(look).add_subplot(axes_class=Panel)
        dress(ax, look)
    return _presented(_draw_on(ax, chart, look, line_options))


def _presented(ax: Axes) -> Axes:
    if isinstance(ax.figure, Picture):
        present(ax.figure)
    return ax


def draw_grid(
    charts: list[list[Chart]],
    theme: str,
    heights: list[float],
    size: tuple[float, float],
    figure: Figure | SubFigure | None = None,
    *,
    shared: bool,
) -> list[Axes]:
    """The charts in rows and columns on a figure, by default a new one; the columns may share their horizontal axes."""
    look = THEMES[theme]
    if figure is not None and not isinstance(figure, (Figure, SubFigure)):
        raise TypeError(f"plot: figure must be a matplotlib Figure or SubFigure, got {shorten(figure)}")
    axes = (figure or new_picture(look, size)).subplots(
        len(charts),
        len(charts[0]),
        squeeze=False,
        sharex="col" if shared else False,
        height_ratios=heights,
        subplot_kw={"axes_class": Panel} if figure is None else {},
    )
    for ax in axes.flat:
        dress(ax, look)
    drawn = [
        _draw_panel(ax, chart, look, lowest=not shared or k >= below, last=chart is charts[-1][-1])
        for row, row_of_axes, below in zip(charts, axes, [*map(len, charts[1:]), 0], strict=True)
        for k, (ax, chart) in enumerate(zip(row_of_axes, row, strict=False))
    ]
    for ax in axes[:, 1:].flat:
        ax.set_ylabel("")
    for ax in axes.flat[len(drawn) :]:
        ax.set_axis_off()
    drawn[0].figure.align_ylabels(drawn)
    _presented(drawn[0])
    return drawn


def _draw_panel(ax: Axes, chart: Chart, look: Theme, *, lowest: bool, last: bool) -> Axes:
    """One of several panels: the lowest names the horizontal axis, and the last has the note for all."""
    _draw_on(ax, chart if lowest else replace(chart, epoch_steps=None), look, {}, noted=last)
    ax.tick_params(labelbottom=lowest)
    if not lowest:
        ax.set_xlabel("")
    return ax


def save(chart: Chart, path: Path, form: str, theme: str = "light") -> None:
    """The chart as a PNG, SVG or PDF file, without a notebook's help; the same chart gives the same bytes."""
    figure = draw(chart, theme=theme).figure
    write(cast("Figure", figure), path, form, chart.title or "Learning rate", chart.alt)


def write(figure: Figure, path: Path, form: str, title: str, alt: str) -> None:
    """A figure as a file that holds its title and alt text, and nothing of when or where it was written."""
    told: dict[str, Any] = {
        "png": {"Title": title, "Description": alt},
        "svg": {"Title": alt, "Date": None},
        "pdf": {"Title": title, "Subject": alt, "CreationDate": None},
    }
    # The salt of an SVG's identifiers is a setting that is read while it is written: there is no other way to give it.
    with mpl.rc_context({"svg.hashsalt": "lrkit"}) if form == "svg" else nullcontext():
        figure.savefig(path, format=form, dpi=160, facecolor=figure.get_facecolor(), metadata=told[form])


def _draw_on(ax: Axes, chart: Chart, look: Theme, line_options: dict[str, Any], *, noted: bool = True) -> Axes:
    before = list(ax.lines)
    lines = _draw_curves(chart, ax, look, line_options)
    _draw_axes(chart, ax, look, chart.note if noted else chart.clipped)
    if len(lines) == 1:
        _draw_phases(chart, ax, look)
    else:
        _draw_names(ax, look, lines, before, [curve.label for curve in chart.curves])
    return ax


def _draw_curves(chart: Chart, ax: Axes, look: Theme, line_options: dict[str, Any]) -> list[Line2D]:
    given = normalize_kwargs(line_options, Line2D)
    lines = []
    for k, curve in enumerate(chart.curves):
        options: dict[str, Any] = {"color": look.colours[k % len(look.colours)], "label": curve.label}
        options |= {"linewidth": 2, "solid_joinstyle": "round"}
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
        ax.set_title(
            _wrapped(ax, chart.title, 7), loc="left", y=1.0, pad=14,  # a fixed place is found at once
            fontsize=12, fontweight="bold", fontfamily=family(), color=look.ink, parse_math=False,
        )  # fmt: skip
    if chart.yscale == "log":
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(LogFormatterSciNotation())
    else:
        ax.yaxis.set_major_formatter(Powers())
        # Left of the names of the phases, and in letters that have superscripts.
        ax.yaxis.get_offset_text().set(horizontalalignment="right", fontfamily=family())
    if chart.whole:
        whole = MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True) if chart.total > 1 else FixedLocator([0])
        ax.xaxis.set_major_locator(whole)
        if chart.total > 10_000:
            ax.xaxis.set_major_formatter(EngFormatter(sep=""))
    lowest: Any = ax.xaxis.label
    if length := chart.epoch_steps:
        epochs = ax.secondary_xaxis("bottom", functions=_scaling(length))
        epochs.spines["bottom"].set_position(("outward", EPOCHS_BELOW))
        epochs.set_xlabel("epoch")
        dress_axis(epochs, epochs.xaxis, look)
        epochs.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
        lowest = epochs.get_tightbbox  # its label's place is known only once it is drawn
    if note:
        right_edge_below_x_label: Any = (ax.transAxes, lowest)
        ax.annotate(
            _wrapped(ax, note, 4), (1, 0), (0, -3), xycoords=right_edge_below_x_label,
            textcoords="offset points", ha="right", va="top", fontsize=8, fontfamily=family(), color=look.faint,
            annotation_clip=False,
        )  # fmt: skip


def _scaling(length: int) -> tuple[Any, Any]:
    """Steps to epochs, and back."""
    return (lambda step: step / length), (lambda epoch: epoch * length)


def _size(ax: Axes) -> tuple[float, float]:
    """The width and height of the axes, in points."""
    points = 72 / ax.figure.dpi
    return ax.bbox.width * points, ax.bbox.height * points


def _wrapped(ax: Axes, text: str, letter: float) -> str:
    """The text in lines about as wide as the axes, a letter being so many points wide; broken at semicolons first."""
    columns = max(20, int(_size(ax)[0] / letter))
    lines = text.splitlines() if len(text) <= columns else text.replace("; ", "\n").splitlines()
    return "\n".join(textwrap.fill(line, columns, break_on_hyphens=False) for line in lines)


def _draw_names(ax: Axes, look: Theme, lines: list[Line2D], before: list[Line2D], names: list[str]) -> None:
    """The names beside their curves if there is room, else in a legend."""
    width, height = _size(ax)
    widths = [(SWATCH + _text_width(name)) / width for name in names]
    places = [_in_axes(ax, line) for line in lines]
    in_the_way = [_in_axes(ax, line) for line in before if line.get_transform() == ax.transData]
    spots = label_spots(places, widths, 1.2 * NAME_SIZE / height, in_the_way)
    if spots:
        for spot, line, name in zip(spots, lines, names, strict=True):
            _draw_name(ax, look, spot, name, line.get_color())
        return
    # An underscore in front would hide a name from the legend, and dollar signs would set it as mathematics.
    shown = [line for line in before if not str(line.get_label()).startswith("_")]
    texts = [str(line.get_label()) for line in shown] + [str(k) for k in range(len(names))]
    legend = ax.legend(
        [*shown, *lines], texts, loc="best", handlelength=3, prop={"family": family()}, labelcolor=look.ink,
        facecolor=look.background, edgecolor="none", framealpha=0.8, fancybox=False,
    )  # fmt: skip
    columns = max(20, int(width / 9))
    for entry, name in zip(legend.get_texts()[len(shown) :], names, strict=True):
        entry.set_text(textwrap.fill(name, columns))
        entry.set_parse_math(False)


def _text_width(text: str) -> float:
    width, _, _ = text_to_path.get_text_width_height_descent(
        text, FontProperties(family=family(), size=NAME_SIZE), ismath=False
    )
    return float(width)


def _in_axes(ax: Axes, line: Line2D) -> tuple[Floats, Floats]:
    """The points of a line as parts of the axes' width and height."""
    ax.get_xlim(), ax.get_ylim()  # settles the limits
    points = np.asarray(line.get_xydata())
    x, y = (ax.transData + ax.transAxes.inverted()).transform(points).T
    return x, y


def _draw_name(ax: Axes, look: Theme, spot: tuple[float, float], text: str, colour: Any) -> None:
    """A name in ink, with a spot of the curve's colour in front: the colour alone is too faint for letters."""
    ax.annotate("●", spot, xycoords="axes fraction", color=colour, fontsize=8, fontfamily=family(), va="bottom")
    ax.annotate(
        text, spot, (SWATCH, -1), xycoords="axes fraction", textcoords="offset points", fontsize=NAME_SIZE,
        va="bottom", color=look.ink, fontfamily=family(), parse_math=False,
    )  # fmt: skip


def _draw_phases(chart: Chart, ax: Axes, look: Theme) -> None:
    (curve,) = chart.curves
    letter = 7 / _size(ax)[0]
    for phase in curve.phases:
        if phase.start:
            ax.axvline(chart.at(curve, phase.start), color=look.faint, linewidth=0.8, linestyle=(0, (1, 3)))
        if (phase.stop - phase.start) / curve.total > letter * len(phase.name):
            middle = chart.at(curve, (phase.start + phase.stop) / 2)
            ax.annotate(
                phase.name, (middle, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", fontsize=8, color=look.faint, fontfamily=family(), parse_math=False,
            )  # fmt: skip
