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
from .._types import Floats
from ..chart import Chart, Panels
from .mpl_style import Powers, family, new_picture, style_axes, style_axis
from .name_places import name_places
from .notebook import Panel, show_at_end
from .style import Theme, dash

NAME_SIZE = 10
EPOCHS_BELOW = 46
"""How far below the steps a second axis counts epochs, in points."""
SWATCH = 11
"""The width of the spot of colour in front of a name, in points."""


def draw(chart: Chart, theme: Theme, ax: Axes | None = None, **line_options: Any) -> Axes:
    """The chart on `ax`, or on the only axes of a new picture, which a notebook shows."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"plot: ax must be the Axes of a matplotlib figure, got {shorten(ax)}")
    if ax is None:
        ax = new_picture(theme).add_subplot(axes_class=Panel)
        style_axes(ax, theme)
    _draw_chart(ax, chart, theme, line_options, note=chart.note)
    show_at_end(ax.figure)
    return ax


def draw_panels(panels: Panels, theme: Theme, figure: Figure | SubFigure | None = None) -> list[Axes]:
    """The charts on a figure, by default a new one; the lowest of a column names the horizontal axis."""
    if figure is not None and not isinstance(figure, (Figure, SubFigure)):
        raise TypeError(f"plot: figure must be a matplotlib Figure or SubFigure, got {shorten(figure)}")
    columns = len(panels.rows[0])
    size = (8 if columns == 1 else 3.4 * columns, sum(panels.heights) * 1.15 + 0.6)
    axes = (figure or new_picture(theme, size)).subplots(
        len(panels.rows),
        columns,
        squeeze=False,
        sharex="col" if panels.shared else False,
        height_ratios=panels.heights,
        subplot_kw={"axes_class": Panel} if figure is None else {},
    )
    for ax in axes.flat:
        style_axes(ax, theme)
    drawn: list[Axes] = list(axes.flat[: len(panels.charts)])
    for k, (ax, chart) in enumerate(zip(drawn, panels.charts, strict=True)):
        lowest = not panels.shared or k + columns >= len(drawn)
        note = chart.note if k == len(drawn) - 1 else chart.clipped
        _draw_chart(ax, chart if lowest else replace(chart, epoch_steps=None), theme, {}, note=note)
        ax.tick_params(labelbottom=lowest)
        if not lowest:
            ax.set_xlabel("")
        if k % columns:
            ax.set_ylabel("")
    for ax in axes.flat[len(drawn) :]:
        ax.set_axis_off()
    drawn[0].figure.align_ylabels(drawn)
    show_at_end(drawn[0].figure)
    return drawn


def write(drawn: Figure | Axes | list[Axes], path: Path, form: str, title: str, alt: str) -> None:
    """A figure, or that of the axes, as PNG, SVG or PDF, with nothing of when or where it was written."""
    first = drawn[0] if isinstance(drawn, list) else drawn
    figure = cast("Figure", first if isinstance(first, Figure) else first.figure)
    told: dict[str, Any] = {
        "png": {"Title": title, "Description": alt},
        "svg": {"Title": alt, "Date": None},
        "pdf": {"Title": title, "Subject": alt, "CreationDate": None},
    }
    # The salt of an SVG's identifiers is a setting that is read while it is written: there is no other way to give it.
    with mpl.rc_context({"svg.hashsalt": "lrkit"}) if form == "svg" else nullcontext():
        figure.savefig(path, format=form, dpi=160, facecolor=figure.get_facecolor(), metadata=told[form])


def _draw_chart(ax: Axes, chart: Chart, theme: Theme, line_options: dict[str, Any], *, note: str) -> None:
    before = list(ax.lines)
    lines = _draw_curves(chart, ax, theme, line_options)
    _draw_axes(chart, ax, theme, note)
    if len(lines) == 1:
        _draw_phases(chart, ax, theme)
    else:
        _draw_names(ax, theme, lines, before, [curve.label for curve in chart.curves])


def _draw_curves(chart: Chart, ax: Axes, theme: Theme, line_options: dict[str, Any]) -> list[Line2D]:
    given = normalize_kwargs(line_options, Line2D)
    lines = []
    for curve, look in zip(chart.curves, chart.looks, strict=True):
        options: dict[str, Any] = {"color": theme.colours[look.colour], "label": curve.label}
        options |= {"linewidth": 2, "solid_joinstyle": "round"}
        options |= {"dashes": dash(look.dash)} if dash(look.dash) and "linestyle" not in given else {}
        options |= {"marker": "o", "markersize": 4} if chart.few else {}
        try:
            lines += ax.plot(chart.x(curve), chart.shown(curve), **options | given)
        except AttributeError as error:  # matplotlib's for an option that lines do not have
            raise TypeError(f"plot: {error}") from None
    return lines


def _draw_axes(chart: Chart, ax: Axes, theme: Theme, note: str) -> None:
    ax.margins(x=0.02, y=0.05)
    ax.set_xlabel(chart.x_label)
    ax.set_ylabel(chart.y_label, parse_math=False)
    if chart.title:
        ax.set_title(
            _wrapped(ax, chart.title, 7), loc="left", y=1.0, pad=14,  # fixed, so that matplotlib need not search for it
            fontsize=12, fontweight="bold", fontfamily=family(), color=theme.ink, parse_math=False,
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
        to_epoch_and_back = (lambda step: step / length), (lambda epoch: epoch * length)
        epochs = ax.secondary_xaxis("bottom", functions=to_epoch_and_back)
        epochs.spines["bottom"].set_position(("outward", EPOCHS_BELOW))
        epochs.set_xlabel("epoch")
        style_axis(epochs, epochs.xaxis, theme)
        epochs.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
        lowest = epochs.get_tightbbox  # its label's place is known only once it is drawn
    if note:
        right_edge_below_x_label: Any = (ax.transAxes, lowest)
        ax.annotate(
            _wrapped(ax, note, 4), (1, 0), (0, -3), xycoords=right_edge_below_x_label,
            textcoords="offset points", ha="right", va="top", fontsize=8, fontfamily=family(), color=theme.faint,
            annotation_clip=False,
        )  # fmt: skip


def _size(ax: Axes) -> tuple[float, float]:
    """The width and height of the axes, in points."""
    points = 72 / ax.figure.dpi
    return ax.bbox.width * points, ax.bbox.height * points


def _wrapped(ax: Axes, text: str, letter: float) -> str:
    """The text in lines about as wide as the axes; `letter` is the width of a letter in points."""
    columns = max(20, int(_size(ax)[0] / letter))
    lines = text.splitlines() if len(text) <= columns else text.replace("; ", "\n").splitlines()
    return "\n".join(textwrap.fill(line, columns, break_on_hyphens=False) for line in lines)


def _draw_names(ax: Axes, theme: Theme, lines: list[Line2D], before: list[Line2D], names: list[str]) -> None:
    """The names beside their curves if there is room, else in a legend."""
    width, height = _size(ax)
    widths = [(SWATCH + _text_width(name)) / width for name in names]
    places = [_in_axes(ax, line) for line in lines]
    in_the_way = [_in_axes(ax, line) for line in before if line.get_transform() == ax.transData]
    spots = name_places(places, widths, 1.2 * NAME_SIZE / height, in_the_way)
    if spots:
        for spot, line, name in zip(spots, lines, names, strict=True):
            _draw_name(ax, theme, spot, name, line.get_color())
        return
    # An underscore in front would hide a name from the legend, and dollar signs would set it as mathematics.
    shown = [line for line in before if not str(line.get_label()).startswith("_")]
    texts = [str(line.get_label()) for line in shown] + [str(k) for k in range(len(names))]
    legend = ax.legend(
        [*shown, *lines], texts, loc="best", handlelength=3, prop={"family": family()}, labelcolor=theme.ink,
        facecolor=theme.background, edgecolor="none", framealpha=0.8, fancybox=False,
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
    """The points of a line, as parts of the axes' width and height."""
    ax.get_xlim(), ax.get_ylim()  # the transform is right only after these are computed
    points = np.asarray(line.get_xydata())
    x, y = (ax.transData + ax.transAxes.inverted()).transform(points).T
    return x, y


def _draw_name(ax: Axes, theme: Theme, spot: tuple[float, float], text: str, colour: Any) -> None:
    """A name in ink after a spot of the curve's colour, which is too faint for letters."""
    ax.annotate("●", spot, xycoords="axes fraction", color=colour, fontsize=8, fontfamily=family(), va="bottom")
    ax.annotate(
        text, spot, (SWATCH, -1), xycoords="axes fraction", textcoords="offset points", fontsize=NAME_SIZE,
        va="bottom", color=theme.ink, fontfamily=family(), parse_math=False,
    )  # fmt: skip


def _draw_phases(chart: Chart, ax: Axes, theme: Theme) -> None:
    (curve,) = chart.curves
    letter = 7 / _size(ax)[0]
    for phase in curve.phases:
        if phase.start:
            ax.axvline(chart.at(curve, phase.start), color=theme.faint, linewidth=0.8, linestyle=(0, (1, 3)))
        if (phase.stop - phase.start) / curve.total > letter * len(phase.name):
            middle = chart.at(curve, (phase.start + phase.stop) / 2)
            ax.annotate(
                phase.name, (middle, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", fontsize=8, color=theme.faint, fontfamily=family(), parse_math=False,
            )  # fmt: skip
