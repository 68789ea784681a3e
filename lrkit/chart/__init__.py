"""A picture as data: `Curve`, `Chart` and `Panels` hold all numbers and decisions; a renderer only draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .axis_options import AxisOptions as AxisOptions
from .axis_options import Beside as Beside
from .chart import COLOURS as COLOURS
from .chart import Chart as Chart
from .chart import End as End
from .chart import Look as Look
from .clock import Clock
from .curve import Curve as Curve
from .curve import LoggedRun as LoggedRun
from .curve import Phase as Phase
from .curve import logged_curve as logged_curve
from .curve import make_curve as make_curve
from .inputs import Run, name_schedules, one_line
from .marks import Mark as Mark
from .marks import marks_of
from .panels import Panels as Panels
from .spread import spread as spread


def make_chart(
    schedules: Sequence[Any],
    *,
    labels: Sequence[str] | None = None,
    title: str | None = None,
    **axis_options: Any,
) -> Chart:
    """The chart of `lrkit.plot`, whose parameters these are; the others are those of `AxisOptions`."""
    options = AxisOptions(**axis_options)
    runs = name_schedules(schedules, labels, options.steps)
    return chart_of(runs, options, title=title)


def chart_of(
    runs: Sequence[Run | LoggedRun],
    options: AxisOptions,
    *,
    title: str | None = None,
    y_label: str = "learning rate",
) -> Chart:
    """The chart of some runs; the title of a single curve is its label, if none is given."""
    runs = [options.on_axis(run) for run in runs]
    options.check_units([(run.label, run.unit) for run in runs])
    lengths = options.lengths(runs)
    curves = tuple(_curve(run, length, options.clock(run, length)) for run, length in zip(runs, lengths, strict=True))
    if options.yscale == "log" and not any((curve.rates > 0).any() for curve in curves):
        raise ValueError("plot: yscale='log' needs a rate above 0, and there is none")
    if title is None:
        title = curves[0].label if len(curves) == 1 else ""
    title = "\n".join(map(one_line, str(title).split("\n")))
    axis = options.axis_of(runs)
    return Chart(
        curves, axis, options.yscale, title, one_line(str(y_label)), options.beside, options.ylim,
        marks_of(curves, options.marks, axis, options.place), options.dashes,
    )  # fmt: skip


def _curve(run: Run | LoggedRun, length: int, clock: Clock) -> Curve:
    if isinstance(run, LoggedRun):
        return logged_curve(run, length, clock)
    return make_curve(run.schedule, run.label, length, run.unit, clock)
