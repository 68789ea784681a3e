"""Two schedules and their difference: `plot_diff`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._types import Axis, DiffOptions, Scale
from ..chart import Curve, Panels, chart_of, make_curve
from ..chart.axis_options import AxisOptions
from ..chart.inputs import Run, name_schedules
from ..schedules.arithmetic import ScaleLR, SumLR
from .renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

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
    x: Axis = "step",
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    title: str = "",
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
) -> Any:
    """Two schedules, and below them the second less the first.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `plot` draws
        The schedules, which have one curve each.
    steps, labels, x, steps_per_epoch, yscale, theme, backend
        As for `plot`; `yscale` is that of the upper panel. The lower panel ends with the shorter run; with
        ``x="progress"`` it compares the same parts of both runs.
    title : str
        By default none.
    figure : matplotlib.figure.Figure or SubFigure, optional
        Where to draw, with matplotlib. By default a new figure, which pyplot does not know.

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
    options = AxisOptions(steps, x, steps_per_epoch, yscale)
    runs = name_schedules([a, b], labels, options.steps)
    if len(runs) != 2:
        raise ValueError(f"plot_diff: a and b must have one curve each, got {len(runs)}")
    return draw(diff_panels(runs, options, title), theme, backend, figure=figure)


def diff_panels(runs: Sequence[Run], options: AxisOptions, title: str = "") -> Panels:
    """Both curves, and below them the second less the first."""
    above = chart_of(runs, options, title=title)
    name = f"{runs[1].label} − {runs[0].label}"
    y_label = name if len(name) <= LONGEST_AXIS_NAME else "difference"
    gap = _gap(name, *above.curves)
    below = replace(above, curves=(gap,), yscale="linear", title="", y_label=y_label, ylim=(None, None), marks=())
    return Panels([[above], [below]], heights=[3.0, 1.6])


def _gap(name: str, one: Curve, other: Curve) -> Curve:
    """The second less the first where they are at the same place on the axis, up to where one of them ends."""
    slower = other.scale / one.scale
    if one.schedule is None or other.schedule is None:
        raise TypeError("plot_diff: a and b must be schedules")
    first = one.schedule if slower == 1 else one.schedule.stretch(slower)
    total = min(other.total, int((one.total - 1) * slower) + 1)
    return make_curve(SumLR((other.schedule, ScaleLR(first, -1.0))), name, total, other.unit, other.scale)
