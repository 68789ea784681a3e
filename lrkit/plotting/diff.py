"""Two schedules and their difference: `plot_diff`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

import numpy as np

from .._types import Counted, DiffOptions, Marked, Scale
from ..chart import Curve, LoggedRun, Panels, chart_of, make_curve
from ..chart.axis_options import AxisOptions
from ..chart.clock import Even
from ..chart.inputs import Run, name_schedules, only_run
from ..runs.alignment import Alignment, align
from ..schedules.arithmetic import ScaleLR, SumLR
from .renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

    from ..budget import Budget

LONGEST_AXIS_NAME = 24


@overload
def plot_diff(
    a: Any, b: Any, *, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[DiffOptions]
) -> list[Axes]: ...
@overload
def plot_diff(a: Any, b: Any, *, backend: Literal["plotly"], **options: Unpack[DiffOptions]) -> Figure: ...
@overload
def plot_diff(a: Any, b: Any, *, backend: Literal["text"], **options: Unpack[DiffOptions]) -> str: ...
def plot_diff(
    a: Any,
    b: Any,
    *,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    x: Counted = "step",
    budget: Budget | None = None,
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    ylim: Any = None,
    marks: Marked = (),
    dashes: bool = False,
    title: str = "",
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
    ax: Any = None,
) -> Any:
    """Two schedules, and below them the second less the first.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `plot` draws
        The schedules, which have one curve each. If one of them is a log, it is drawn as points over the other, the
        plan, in the convention of the log in which most rows agree; below is how far it is from the plan, 0 within its
        rounding.
    steps, labels, x, budget, steps_per_epoch, yscale, ylim, marks, dashes, theme, backend
        As for `plot`; `yscale`, `ylim` and `marks` are those of the upper panel. The lower panel ends with the shorter
        run; with ``x="progress"`` it compares the same parts of both runs.
    title : str
        By default none.
    figure : matplotlib.figure.Figure or SubFigure, optional
        Where to draw, with matplotlib. By default a new figure, which pyplot does not know.
    ax : list of matplotlib.axes.Axes, optional
        In place of `figure`, axes to draw on: one for each panel, in rows from the top.

    Returns
    -------
    list of matplotlib.axes.Axes, plotly.graph_objects.Figure or str
        By backend.

    Examples
    --------
    >>> import lrkit
    >>> a, b = lrkit.WarmUpLR(0.1, 50), lrkit.LogWarmUpLR(0.1, 50)
    >>> print(lrkit.plot_diff(a, b, steps=100, backend="text"))  # doctest: +ELLIPSIS
    warm up
           0.1 ┤...
    """
    options = AxisOptions(steps, x, steps_per_epoch, yscale, ylim, marks, dashes, budget)
    for name, given in (("a", a), ("b", b)):
        only_run(name, given, options.steps, "plot_diff")
    runs = name_schedules([a, b], labels, options.steps, "plot_diff: cannot draw")
    return draw(diff_panels(runs, options, title), theme, backend, figure=figure, ax=ax)


def diff_panels(runs: Sequence[Run | LoggedRun], options: AxisOptions, title: str = "") -> Panels:
    """Both curves, and below them the second less the first; of a plan and a log, the log less the plan."""
    plans = [run for run in runs if isinstance(run, Run)]
    for log in runs:
        if isinstance(log, LoggedRun) and log.series is not None and plans:
            found = align(plans[0].schedule, log.series, log.facts, plans[0].unit)
            return log_panels(plans[0], log, found, options, title)
    if len(plans) < len(runs):
        raise TypeError("plot_diff: a and b are both logs: give a plan in the place of one of them")
    above = chart_of(runs, options, title=title)
    name = f"{runs[1].label} − {runs[0].label}"
    gap = _gap(name, *above.curves)
    below = replace(
        above, curves=(gap,), yscale="linear", title="", y_label=_axis_name(name), ylim=(None, None), marks=()
    )
    return Panels([[above], [below]], heights=[3.0, 1.6])


def log_panels(plan: Run, log: LoggedRun, found: Alignment, options: AxisOptions, title: str = "") -> Panels:
    """The plan as a line and the log as points, and below how far the log is from the plan beyond its rounding."""
    steps = found.steps + found.lags
    planned = options.length_by_budget(plan.unit) if options.budget else plan.schedule.horizon + 1
    length = plan.length or max(planned, math.ceil(steps.max()) + 1)
    rates = found.series.rates / found.clock.factor
    logged = log._replace(positions=steps, rates=rates, unit=plan.unit, series=None)
    above = chart_of([plan._replace(length=length), logged], options, title=title)
    gap = np.where(found.departing, rates - found.planned / found.clock.factor, 0.0)
    name = f"{log.label} − {plan.label}"
    row = LoggedRun(name, steps, gap, plan.unit)
    # Where nothing departs, the axis has a scale on which a departure would be seen.
    room = None if gap.any() else float(np.abs(above.bounds).max()) / 100
    plain = replace(options, yscale="linear", ylim=(None if room is None else -room, room), marks=())
    return Panels([[above], [chart_of([row], plain, title="", y_label=_axis_name(name))]], heights=[3.0, 1.6])


def _axis_name(name: str) -> str:
    return name if len(name) <= LONGEST_AXIS_NAME else "difference"


def _gap(name: str, one: Curve, other: Curve) -> Curve:
    """The second less the first where they are at the same place on the axis, up to where one of them ends."""
    assert one.schedule is not None  # of a `Run`, which a checker cannot know
    assert other.schedule is not None
    if isinstance(one.clock, Even) and isinstance(other.clock, Even):
        slower = other.clock.length / one.clock.length
        first = one.schedule if slower == 1 else one.schedule.stretch(slower)
        total = min(other.total, int((one.total - 1) * slower) + 1)
        return make_curve(SumLR((other.schedule, ScaleLR(first, -1.0))), name, total, other.unit, other.clock)
    if one.clock == other.clock:
        gap = SumLR((other.schedule, ScaleLR(one.schedule, -1.0)))
        return make_curve(gap, name, min(one.total, other.total), other.unit, other.clock)
    return _gap_on_clocks(name, one, other)


def _gap_on_clocks(name: str, one: Curve, other: Curve) -> Curve:
    """The same of curves that count different units, at the points of both and the whole steps around them."""
    assert one.schedule is not None
    assert other.schedule is not None
    there = other.clock.back(one.clock.at(one.steps))
    last = min(other.last, float(there[-1]))
    steps = np.unique(np.concatenate([other.steps, np.floor(there), np.ceil(there)]))
    steps = steps[steps <= last]
    here = np.clip(one.clock.back(other.clock.at(steps)), 0, one.last)
    gap = other.schedule(steps) - one.schedule(here)
    return Curve(name, None, steps, gap, one.thinned or other.thinned, int(last) + 1, other.unit, other.clock)
