"""Charts with matplotlib."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, LogFormatterSciNotation, ScalarFormatter

from ..chart import Chart
from .labels import label_spots
from .style import THEMES, Theme, dash


def style(theme: Theme) -> AbstractContextManager[None]:
    """The look, as a context: a figure keeps it, and nothing else changes."""
    return mpl.rc_context(
        {
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
            "legend.frameon": False,
            "svg.hashsalt": "lrkit",
        }
    )


def draw(chart: Chart, ax: Axes | None = None, theme: str = "light", **line_options: Any) -> Axes:
    """The chart on `ax`, or on the only axes of a new pyplot figure."""
    look = THEMES[theme]
    with style(look):
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(layout="constrained")
        _draw_curves(chart, ax, look, line_options)
        _draw_axes(chart, ax, look)
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


def _draw_curves(chart: Chart, ax: Axes, look: Theme, line_options: dict[str, Any]) -> None:
    few = chart.total <= 30
    for k, curve in enumerate(chart.curves):
        options = {"color": look.colours[k % len(look.colours)], "label": curve.label, "solid_joinstyle": "round"}
        options |= {"dashes": dash(k)} if dash(k) else {}
        options |= {"marker": "o", "markersize": 4} if few else {}
        ax.plot(chart.x(curve), chart.shown(curve), **options | line_options)


def _draw_axes(chart: Chart, ax: Axes, look: Theme) -> None:
    ax.margins(x=0.02, y=0.05)
    ax.set_xlabel(chart.x_label)
    ax.set_ylabel("learning rate")
    ax.set_title(chart.title)
    if chart.yscale == "log":
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(LogFormatterSciNotation())
    else:
        powers = ScalarFormatter(useMathText=True)
        powers.set_powerlimits((-3, 4))
        ax.yaxis.set_major_formatter(powers)
    if chart.total > 10_000 and chart.steps_per_epoch is None:
        ax.xaxis.set_major_formatter(EngFormatter(sep=""))
    if chart.note:
        ax.annotate(
            chart.note, (1, 0), (0, -38), xycoords="axes fraction", textcoords="offset points",
            ha="right", va="top", fontsize=8, color=look.faint, annotation_clip=False,
        )  # fmt: skip
    if len(chart.curves) == 1:
        _draw_phases(chart, ax, look)
    elif spots := label_spots(chart):
        for k, ((x, y), curve) in enumerate(zip(spots, chart.curves, strict=True)):
            _draw_label(ax, x, y, curve.label, look.colours[k % len(look.colours)])
    else:
        ax.legend(loc="best", handlelength=3)


def _draw_label(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    """A name in ink, with a spot of the curve's colour in front: the colour alone is too faint for letters."""
    ax.annotate("●", (x, y), xycoords="axes fraction", color=colour, fontsize=8, va="bottom")
    ax.annotate(text, (x, y), (11, -1), xycoords="axes fraction", textcoords="offset points", fontsize=10, va="bottom")


def _draw_phases(chart: Chart, ax: Axes, look: Theme) -> None:
    scale = chart.steps_per_epoch or 1
    for phase in chart.curves[0].phases:
        if phase.start:
            ax.axvline(phase.start / scale, color=look.faint, linewidth=0.8, linestyle=(0, (1, 3)))
        if (phase.stop - phase.start) / chart.total > 0.014 * len(phase.name):
            middle = (phase.start + phase.stop) / 2 / scale
            ax.annotate(
                phase.name, (middle, 1), (0, 2), xycoords=("data", "axes fraction"), textcoords="offset points",
                ha="center", fontsize=8, color=look.faint,
            )  # fmt: skip
