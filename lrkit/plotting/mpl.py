"""Charts with matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox, TransformedBbox

from .._params import counted, shorten
from ..chart import Chart, Panels
from .mpl_axes import (
    LEFT,
    NARROW,
    NOTE_SIZE,
    PLOT,
    PLOT_IF_NARROW,
    TITLE_SIZE,
    draw_axes,
    draw_note,
    draw_phases,
    size_of,
    space_below,
    space_of_note,
    title_pad,
)
from .mpl_marks import draw_marks
from .mpl_names import draw_gutter, draw_legend, gutter_names, gutter_without_names, legend_texts
from .mpl_style import EDGE, family, new_picture, style_axes
from .mpl_text import LEADING, wrapped
from .notebook import Panel, show_at_end
from .style import Theme, dash


def draw(chart: Chart, theme: Theme, ax: Axes | None = None, **line_options: Any) -> Axes:
    """The chart on `ax`, or on the only axes of a new picture, which a notebook shows."""
    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(f"plot: ax must be the Axes of a matplotlib figure, got {shorten(ax)}")
    if ax is not None:
        _draw_on(ax, chart, theme, line_options)
        show_at_end(ax.figure)
        return ax
    ax = new_picture(theme).add_subplot(axes_class=Panel)
    style_axes(ax, theme)
    width, (_, height) = _inner_width(ax.figure), size_of(ax.figure)
    lines = _draw_chart(ax, chart, theme, line_options, width=width, height=height)
    room = PLOT * (width + LEFT) + LEFT if chart.named else width + LEFT - 10
    note = wrapped(chart.note, room, NOTE_SIZE)
    if note:
        draw_note(ax, theme, note)
    if chart.named:
        _draw_names(ax.figure, [ax], [chart], [lines], theme, below=space_below(chart, ax, note))
    show_at_end(ax.figure)
    return ax


def draw_panels(panels: Panels, theme: Theme, figure: Figure | SubFigure | None = None, on: Any = None) -> list[Axes]:
    """The charts on a figure, by default a new one; the outer ones of a row or column name what the axes share."""
    if on is not None:
        return _draw_panels_on(panels, theme, on, figure)
    if figure is not None and not isinstance(figure, (Figure, SubFigure)):
        raise TypeError(f"plot: figure must be a matplotlib Figure or SubFigure, got {shorten(figure)}")
    columns, charts = len(panels.rows[0]), panels.charts
    legend = 0.5 if columns > 1 and any(chart.named for chart in charts) else 0
    numbered = 1 if panels.shared else len(panels.rows)
    below = 0.35 * numbered * any(chart.beside for chart in charts) + 0.2 * bool(panels.note)
    size = (8 if columns == 1 else 3.4 * columns, sum(panels.heights) * 1.15 + 0.6 + legend + below)
    where = figure or new_picture(theme, size)
    alike = columns > 1 and len({(chart.y_edges, chart.yscale, chart.y_label) for chart in charts}) == 1
    axes = where.subplots(
        len(panels.rows),
        columns,
        squeeze=False,
        height_ratios=panels.heights,
        subplot_kw={"axes_class": Panel} if figure is None else {},
    )
    for ax in axes.flat:
        style_axes(ax, theme)
    drawn: list[Axes] = list(axes.flat[: len(charts)])
    width = _inner_width(where) if columns == 1 else size_of(where)[0] / columns - LEFT
    high = size_of(where)[1] * min(panels.heights) / sum(panels.heights)
    lines = []
    for k, (ax, chart) in enumerate(zip(drawn, charts, strict=True)):
        lowest = not panels.shared or k + columns >= len(drawn)
        shown = chart if lowest else replace(chart, beside=None)
        lines.append(_draw_chart(ax, shown, theme, {}, width=width, height=high))
        ax.tick_params(labelbottom=lowest)
        if not lowest:
            ax.set_xlabel("")
        if k % columns:
            ax.set_ylabel("")
            ax.tick_params(labelleft=not alike)
            ax.yaxis.get_offset_text().set_visible(not alike)
    for ax in axes.flat[len(drawn) :]:
        ax.set_axis_off()
    _share_axes(drawn, columns, x=panels.shared, y=alike)
    note = wrapped(panels.note, _inner_width(where) + LEFT, NOTE_SIZE)
    named = [k for k, chart in enumerate(charts) if chart.named]
    outer = range(columns * (len(panels.rows) - 1) if panels.shared else 0, len(charts), columns)
    taken = sum(space_below(charts[k], drawn[k], "") for k in outer) + space_of_note(note)
    if not named or not _draw_names(
        where, [drawn[k] for k in named], [charts[k] for k in named], [lines[k] for k in named], theme,
        below=taken, note=note, columns=columns, rows=panels.heights,
    ):  # fmt: skip
        _draw_common_note(where, theme, note)
    where.align_ylabels(drawn[::columns])  # the others name nothing
    show_at_end(drawn[0].figure)
    return drawn


def _share_axes(drawn: list[Axes], columns: int, *, x: bool, y: bool) -> None:
    """Done once they have their limits: matplotlib tells each limit to all axes that share it."""
    for k, ax in enumerate(drawn):
        if x and k >= columns:
            ax.sharex(drawn[k % columns])
        if y and k:
            ax.sharey(drawn[0])


def _draw_panels_on(panels: Panels, theme: Theme, given: Any, figure: Any) -> list[Axes]:
    """The charts on the user's axes, one for each."""
    if figure is not None:
        raise TypeError("plot: ax and figure are two ways to say where; leave one of them out")
    if isinstance(given, Axes) or not isinstance(given, (list, tuple, np.ndarray)):
        axes = [given]
    else:
        axes = list(np.asarray(given, object).flat)
    wanted = counted(len(panels.charts), "panel")
    for one in axes:
        if not isinstance(one, Axes):
            raise TypeError(f"plot: ax must be the Axes of a matplotlib figure, one for each panel, got {shorten(one)}")
    if len(axes) != len(panels.charts):
        raise ValueError(f"plot: ax must have one Axes for each panel: there are {wanted}, and {len(axes)} in ax")
    for one, chart in zip(axes, panels.charts, strict=True):
        _draw_on(one, chart, theme, {})
        show_at_end(one.figure)
    return axes


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


def _draw_on(ax: Axes, chart: Chart, theme: Theme, line_options: dict[str, Any]) -> None:
    """The chart on the user's axes, which keep their size and their look."""
    others = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    width, height = size_of(ax)
    lines = _draw_chart(ax, chart, theme, line_options, width=width, height=height)
    if chart.note:
        draw_note(ax, theme, wrapped(chart.note, width, NOTE_SIZE))
    if not chart.named:
        return
    room = 0 if others else _margin(ax) - gutter_without_names(lines)
    found = gutter_names([chart.curves[end.curve].label for end in chart.ends], room, height)
    if found and found.whole:
        draw_gutter(ax, theme, chart, lines, found)
        return
    names = [chart.curves[k].label for k in chart.told]
    texts = legend_texts(names, 0.94 * width, 0.94 * height - 13 * len(others), wide=False)
    draw_legend(ax, theme, [lines[k] for k in chart.told], texts, others, loc="best", framealpha=0.8)


def _draw_chart(
    ax: Axes, chart: Chart, theme: Theme, line_options: dict[str, Any], *, width: float, height: float
) -> list[Line2D]:
    beside = ax.has_data()
    lines = _draw_curves(chart, ax, theme, line_options)
    draw_axes(chart, ax, theme, width=width, height=height, beside=beside)
    draw_phases(chart, ax, theme, width)
    draw_marks(chart, ax, theme, lines)
    return lines


def _draw_curves(chart: Chart, ax: Axes, theme: Theme, line_options: dict[str, Any]) -> list[Line2D]:
    given = normalize_kwargs(line_options, Line2D)
    # A little beyond the axes, so that a line along an edge is drawn in its full width.
    beyond = TransformedBbox(Bbox([[-0.01, -0.01], [1.01, 1.01]]), ax.transAxes)
    lines = []
    for curve, look in zip(chart.curves, chart.looks, strict=True):
        options: dict[str, Any] = {"color": theme.colour(look), "label": curve.label}
        options |= {"linewidth": 2, "solid_joinstyle": "round"}
        options |= {"dashes": dash(look.dash)} if dash(look.dash) and "linestyle" not in given else {}
        options |= {"marker": "o", "markersize": 4} if chart.few or curve.logged else {}
        if curve.logged:
            options |= {"markersize": 2.5, "linewidth": 1} if curve.joined else {"linestyle": "none"}
        try:
            lines += ax.plot(curve.broken(chart.x(curve)), curve.broken(chart.shown(curve)), **options | given)
        except AttributeError as error:  # matplotlib's for an option that lines do not have
            raise TypeError(f"plot: {error}") from None
        lines[-1].set_clip_path(None)
        lines[-1].set_clip_box(beyond)
    return lines


def _draw_names(
    where: Any,
    axes: Sequence[Axes],
    charts: Sequence[Chart],
    lines: Sequence[Sequence[Line2D]],
    theme: Theme,
    *,
    below: float,
    note: str = "",
    columns: int = 1,
    rows: Sequence[float] = (1,),
) -> bool:
    """The names of each chart beside it, if they fit, or else of all in a legend, below the note: then True.

    `below` is the height of what is below the axes without a legend, in points.
    """
    width, height = size_of(where)
    every = [ax.get_title(loc="left") for ax in where.axes]
    drawn = [max(every[k : k + columns], key=lambda title: (title != "", title.count("\n")))
             for k in range(0, len(every), columns)]  # fmt: skip
    titles = sum(TITLE_SIZE * LEADING * (1 + title.count("\n")) + title_pad() if title else 0 for title in drawn)
    untitled = title_pad() * (len(rows) - sum(map(bool, drawn)))
    free = height - titles
    taken = 2 * 72 * EDGE + untitled + below
    named: dict[Any, tuple[str, Line2D]] = {}
    for chart, own in zip(charts, lines, strict=True):
        looks = chart.looks
        for k in chart.told:
            label = chart.curves[k].label
            named.setdefault((label, looks[k]), (label, own[k]))
    room = (1 - (PLOT if width >= NARROW else PLOT_IF_NARROW)) * free - taken - 72 * EDGE
    texts = legend_texts([name for name, _ in named.values()], width - 20, room, wide=True)
    if columns == 1:
        ordered = [[chart.curves[end.curve].label for end in chart.ends] for chart in charts]
        lowest = min(rows) / sum(rows) * (free - taken)
        before = max(gutter_without_names(own) for own in lines)
        gutter = (1 - PLOT) * width - LEFT - 2 * 72 * EDGE - before
        found = [fits for names in ordered if (fits := gutter_names(names, gutter, lowest))]
        if len(found) == len(charts) and (all(fits.whole for fits in found) or not texts.whole):
            for ax, chart, own, fits in zip(axes, charts, lines, found, strict=True):
                draw_gutter(ax, theme, chart, own, fits)
            return False
    shown, margin = [line for _, line in named.values()], 72 * EDGE / texts.size
    legend = draw_legend(where, theme, shown, texts, loc="outside lower left", borderaxespad=margin)
    legend.set_title(note or None, {"size": NOTE_SIZE, "family": family()})
    legend.get_title().set_color(theme.faint)
    return bool(note)


def _draw_common_note(where: Figure | SubFigure, theme: Theme, note: str) -> None:
    """The note of all charts, at the lower edge."""
    if note:
        where.supxlabel(note, x=0.99, ha="right", fontsize=NOTE_SIZE, fontfamily=family(), color=theme.faint)


def _margin(ax: Axes) -> float:
    """The empty space right of the user's axes, in points; 0 where a layout would move them, or other axes may be."""
    figure: Any = ax.figure
    root = figure.figure if isinstance(figure, SubFigure) else figure
    beside = any(other is not ax and other.bbox.x1 > ax.bbox.x1 + 1 for other in root.axes)
    if beside or root.get_layout_engine() is not None or isinstance(figure, SubFigure):
        return 0
    return float((figure.bbox.x1 - ax.bbox.x1) * 72 / figure.dpi) - 4


def _inner_width(where: Any) -> float:
    """What the names and numbers of a vertical axis leave of a picture's width, in points."""
    width, _ = size_of(where)
    return max(width - LEFT - 2 * 72 * EDGE, 60)
