"""Pictures of several panels: `plot_diff`, `plot_groups`, `plot_grid`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._params import as_kind, count, shorten
from .._recipes import length_of, unit_of
from .._types import DiffOptions, GridOptions, GroupsOptions
from ..chart import Chart, Curve, chart_of, check_units, make_chart, make_curve
from ..interop._reading import read_one
from ..naming import Run, name_schedules
from ..schedules.arithmetic import ScaleLR, SumLR
from ..schedules.constant import ConstantLR
from .style import check_backend, check_theme

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
    x: str = "step",
    steps_per_epoch: int | None = None,
    yscale: str = "linear",
    title: str = "",
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
) -> Any:
    """Two schedules, and below them how far the second is above the first.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `plot` draws
        The schedules, which have one curve each.
    steps, labels, x, steps_per_epoch, yscale, theme, backend
        As for `plot`; `yscale` is that of the upper panel. The lower ends with the shorter of the two, and with
        ``x="progress"`` compares what both do in the same part of their runs.
    title : str
        By default none.
    figure : matplotlib.figure.Figure or SubFigure, optional
        Where to draw, with matplotlib. By default a new figure, which no list of pyplot's has.

    Returns
    -------
    list of matplotlib.axes.Axes, plotly.graph_objects.Figure or str
        By backend.

    Raises
    ------
    TypeError, ValueError
        As `plot`.

    Examples
    --------
    >>> import lrkit
    >>> a, b = lrkit.WarmUpLR(0.1, 50), lrkit.LogWarmUpLR(0.1, 50)
    >>> print(lrkit.plot_diff(a, b, steps=100, backend="text"))  # doctest: +ELLIPSIS
    warm up
           0.1 ┤...
    """
    runs = name_schedules([a, b], labels)
    if len(runs) != 2:
        raise ValueError(f"plot_diff: a and b must have one curve each, got {len(runs)}")
    options: dict[str, Any] = {
        "steps": steps,
        "x": x,
        "steps_per_epoch": steps_per_epoch,
        "yscale": yscale,
        "title": title,
    }
    return draw_diff(runs, theme=theme, backend=backend, figure=figure, **options)


def draw_diff(
    runs: Sequence[Run],
    *,
    title: str = "",
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
    **options: Any,
) -> Any:
    """The picture of `plot_diff`, whose options these are, of two runs."""
    charts = diff_charts(runs, title=title, **options)
    return _draw([[chart] for chart in charts], theme, backend, figure, heights=[3.0, 1.6])


def diff_charts(runs: Sequence[Run], *, title: str = "", **options: Any) -> tuple[Chart, Chart]:
    """Both curves, and how far they are apart."""
    above = chart_of(runs, title=title, **options)
    name = f"{runs[1].label} − {runs[0].label}"
    y_label = name if len(name) <= LONGEST_AXIS_NAME else "difference"
    gap = _gap(name, runs, above.curves)
    return above, replace(above, curves=(gap,), yscale="linear", title="", y_label=y_label)


def _gap(name: str, runs: Sequence[Run], curves: Sequence[Curve]) -> Curve:
    """The second less the first where they are at the same place on the axis, up to where one of them ends."""
    one, other = curves
    slower = other.scale / one.scale
    first = runs[0].schedule if slower == 1 else runs[0].schedule.stretch(slower)
    total = min(other.total, int((one.total - 1) * slower) + 1)
    return make_curve(SumLR((runs[1].schedule, ScaleLR(first, -1.0))), name, total, other.unit, other.scale)


@overload
def plot_groups(
    groups: Any, *, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[GroupsOptions]
) -> list[Axes]: ...
@overload
def plot_groups(groups: Any, *, backend: Literal["plotly"], **options: Unpack[GroupsOptions]) -> Figure: ...
@overload
def plot_groups(groups: Any, *, backend: Literal["text"], **options: Unpack[GroupsOptions]) -> str: ...
def plot_groups(
    groups: Any,
    *,
    steps: int | None = None,
    x: str = "step",
    steps_per_epoch: int | None = None,
    yscale: str = "linear",
    title: str = "",
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
) -> Any:
    """Several hyper-parameters of several groups on one time axis: a panel for each hyper-parameter.

    Parameters
    ----------
    groups : dict or list
        For each group, by name or in order, a dict of hyper-parameter to schedule, as `to_torch` takes it: ``{"body":
        {"lr": a, "weight_decay": 0.1}, "head": {"lr": b}}``. A number is constant, and each of a tuple (``betas``) has
        a panel. Groups that are alike in a panel share a curve.
    steps, x, steps_per_epoch, title, theme, backend
        As for `plot`.
    yscale : {"linear", "log"}
        The scale of the learning rate's panel; the others are linear.
    figure : matplotlib.figure.Figure or SubFigure, optional
        As for `plot_diff`.

    Returns
    -------
    list of matplotlib.axes.Axes, plotly.graph_objects.Figure or str
        By backend.

    Raises
    ------
    TypeError, ValueError
        If `groups` is neither, a group has no hyper-parameter, or something in it cannot be drawn.

    Examples
    --------
    >>> import lrkit
    >>> rates = {"lr": lrkit.WarmUpLR(0.1, 50), "weight_decay": lrkit.linear(0.1, 0.0, 100)}
    >>> len(lrkit.plot_groups([rates, {"lr": 0.05}]))
    2
    """
    named = groups if isinstance(groups, Mapping) else _numbered(groups)
    panels: dict[str, dict[Run, list[str]]] = {}
    for name, group in named.items():
        if not isinstance(group, Mapping) or not group:
            raise TypeError(
                f"plot_groups: {name} must be a dict of hyper-parameter to schedule or number, got {shorten(group)}"
            )
        for key, run in _flat(f"plot_groups: {name}", group, steps):
            panels.setdefault(key, {}).setdefault(run, []).append(str(name))
    if not panels:
        raise TypeError("plot_groups: nothing to draw: give at least one group")
    runs = [run._replace(label=f"{names[0]}, {key}") for key, runs in panels.items() for run, names in runs.items()]
    units = [run.unit for run in runs if run.unit] or ["step"]
    check_units([run for run in runs if run.unit], x, steps_per_epoch)
    longest = {unit: max(_length(run) for run in runs if run.unit in ("", unit)) for unit in units}
    charts = []
    for k, (key, curves) in enumerate(panels.items()):
        labels = [", ".join(names) for names in curves.values()]
        y_label = "learning rate" if key == "lr" else key.replace("_", " ")
        if len(curves) == 1 and sum(map(len, curves.values())) < len(named):  # one curve has no label
            y_label += f" ({labels[0]})"
        drawn = [
            Run(label, run.schedule, unit := run.unit or units[0], run.length or steps or longest[unit])
            for label, run in zip(labels, curves, strict=True)
        ]
        options: dict[str, Any] = {"steps": steps, "x": x, "steps_per_epoch": steps_per_epoch, "y_label": y_label}
        options |= {"yscale": yscale if key == "lr" else "linear", "title": title if k == 0 else ""}
        charts.append([chart_of(drawn, **options)])
    return _draw(charts, theme, backend, figure, heights=[2.0] * len(charts))


def _length(run: Run) -> int:
    return run.length or run.schedule.horizon + 1


def _numbered(groups: Any) -> dict[str, Any]:
    if not isinstance(groups, (list, tuple)):
        raise TypeError(f"plot_groups: groups must be a dict or a list of dicts, got {shorten(groups)}")
    return {f"group {k}": group for k, group in enumerate(groups)}


def _flat(owner: str, group: Mapping[str, Any], steps: int | None) -> list[tuple[str, Run]]:
    """Each hyper-parameter and its run, those of a tuple one by one; a number counts nothing."""
    found = []
    for key, value in group.items():
        several = [(f"{key}[{k}]", part) for k, part in enumerate(value)] if isinstance(value, tuple) else []
        for name, item in several or [(key, value)]:
            number = as_kind(item, float)
            if number is not None:
                found.append((name, Run("", ConstantLR(number), "")))
                continue
            one = read_one(item, steps, f"{owner}, {name}: cannot draw")
            found.append((name, Run("", one, unit_of(item), length_of(item))))
    return found


@overload
def plot_grid(
    schedules: Mapping[str, Any], *, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[GridOptions]
) -> list[Axes]: ...
@overload
def plot_grid(
    schedules: Mapping[str, Any], *, backend: Literal["plotly"], **options: Unpack[GridOptions]
) -> Figure: ...
@overload
def plot_grid(schedules: Mapping[str, Any], *, backend: Literal["text"], **options: Unpack[GridOptions]) -> str: ...
def plot_grid(
    schedules: Mapping[str, Any],
    *,
    columns: int = 3,
    steps: int | None = None,
    x: str = "step",
    steps_per_epoch: int | None = None,
    yscale: str = "linear",
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
) -> Any:
    """Small multiples: a panel for each schedule, titled by its label.

    Parameters
    ----------
    schedules : dict
        Label to anything that `plot` draws.
    columns : int
        How many panels there are in a row, at least 1. Default: 3.
    steps : int, optional
        The length of the run, common to all panels. By default each is as long as its schedule.
    x, steps_per_epoch, yscale, theme, backend
        As for `plot`. Panels that share an axis must count the same.
    figure : matplotlib.figure.Figure or SubFigure, optional
        As for `plot_diff`.

    Returns
    -------
    list of matplotlib.axes.Axes, plotly.graph_objects.Figure or str
        By backend.

    Raises
    ------
    TypeError, ValueError
        If `schedules` is not a dict, or something in it cannot be drawn.

    Examples
    --------
    >>> import lrkit
    >>> panels = lrkit.plot_grid({"warm-up": lrkit.WarmUpLR(0.1, 50), "cosine": lrkit.CosineDecayLR(0, 0.1, 100)})
    >>> [ax.get_title(loc="left") for ax in panels]
    ['warm-up', 'cosine']
    """
    if not isinstance(schedules, Mapping) or not schedules:
        raise TypeError(f"plot_grid: schedules must be a dict of label to schedule, got {shorten(schedules)}")
    width = min(count("plot_grid", "columns", columns), len(schedules))
    shared = steps is not None or x == "progress"
    if shared:
        check_units([Run(str(label), ConstantLR(0.0), unit_of(value)) for label, value in schedules.items()], x, None)
    options: dict[str, Any] = {"steps": steps, "x": x, "steps_per_epoch": steps_per_epoch, "yscale": yscale}
    charts = [make_chart([{label: value}], **options) for label, value in schedules.items()]
    rows = [charts[k : k + width] for k in range(0, len(charts), width)]
    return _draw(rows, theme, backend, figure, heights=[2.0] * len(rows), shared=shared)


def _draw(
    charts: list[list[Chart]], theme: str, backend: str, figure: Any, heights: list[float], *, shared: bool = True
) -> Any:
    """Charts in rows and columns, by whichever backend; the columns may share their horizontal axes."""
    check_theme(theme)
    check_backend(backend)
    if figure is not None and backend != "matplotlib":
        raise TypeError(f"plot: figure is for the backend 'matplotlib', not for {backend!r}; leave it out")
    if backend == "matplotlib":
        from . import mpl

        width = 8 if len(charts[0]) == 1 else 3.4 * len(charts[0])
        return mpl.draw_grid(charts, theme, heights, (width, sum(heights) * 1.15 + 0.6), figure, shared=shared)
    if backend == "plotly":
        from . import plotly

        return plotly.grid(charts, theme, heights, shared=shared)
    from . import text

    return "\n\n".join(text.sketch(chart) for row in charts for chart in row)
