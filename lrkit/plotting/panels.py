"""Pictures of several panels: `plot_diff`, `plot_groups`, `plot_grid`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._params import as_kind, count, shorten
from .._types import DiffOptions, GridOptions, GroupsOptions
from ..chart import Chart, make_chart
from ..interop._reading import read_one
from ..naming import name_schedules
from ..schedules._base import LearningRateSchedule
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
    yscale: str = "linear",
    title: str = "",
    theme: str = "light",
    backend: str = "matplotlib",
) -> Any:
    """Two schedules, and below them how far the second is above the first.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `plot` draws
        The schedules, which have one curve each.
    steps, labels, yscale, theme, backend
        As for `plot`; `yscale` is that of the upper panel.
    title : str
        By default none.

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
    named = name_schedules([a, b], labels)
    if len(named) != 2:
        raise ValueError(f"plot_diff: a and b must have one curve each, got {len(named)}")
    (first, one), (second, other) = named
    above = make_chart([one, other], labels=[first, second], steps=steps, yscale=yscale, title=title)
    name = f"{second} − {first}"
    gap = {name: SumLR((other, ScaleLR(one, -1.0)))}
    y_label = name if len(name) <= LONGEST_AXIS_NAME else "difference"
    below = make_chart([gap], steps=above.total, title="", y_label=y_label)
    return _draw([[above], [below]], theme, backend, heights=[3.0, 1.6])


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
    panels: dict[str, dict[LearningRateSchedule, list[str]]] = {}
    for name, group in named.items():
        if not isinstance(group, Mapping) or not group:
            raise TypeError(
                f"plot_groups: {name} must be a dict of hyper-parameter to schedule or number, got {shorten(group)}"
            )
        for key, schedule in _flat(f"plot_groups: {name}", group, steps):
            panels.setdefault(key, {}).setdefault(schedule, []).append(str(name))
    if not panels:
        raise TypeError("plot_groups: nothing to draw: give at least one group")
    longest = max(schedule.horizon for curves in panels.values() for schedule in curves)
    options: dict[str, Any] = {"steps": 1 + longest if steps is None else steps, "x": x}
    options["steps_per_epoch"] = steps_per_epoch
    charts = []
    for k, (key, curves) in enumerate(panels.items()):
        labels = [", ".join(names) for names in curves.values()]
        y_label = "learning rate" if key == "lr" else key.replace("_", " ")
        if len(curves) == 1 and sum(map(len, curves.values())) < len(named):  # one curve has no label
            y_label += f" ({labels[0]})"
        scale = yscale if key == "lr" else "linear"
        shown = title if k == 0 else ""
        charts.append([make_chart(list(curves), labels=labels, yscale=scale, title=shown, y_label=y_label, **options)])
    return _draw(charts, theme, backend, heights=[2.0] * len(charts))


def _numbered(groups: Any) -> dict[str, Any]:
    if not isinstance(groups, (list, tuple)):
        raise TypeError(f"plot_groups: groups must be a dict or a list of dicts, got {shorten(groups)}")
    return {f"group {k}": group for k, group in enumerate(groups)}


def _flat(owner: str, group: Mapping[str, Any], steps: int | None) -> list[tuple[str, LearningRateSchedule]]:
    """Each hyper-parameter and its schedule; those of a tuple one by one."""
    found = []
    for key, value in group.items():
        several = [(f"{key}[{k}]", part) for k, part in enumerate(value)] if isinstance(value, tuple) else []
        for name, item in several or [(key, value)]:
            number = as_kind(item, float)
            one = ConstantLR(number) if number is not None else read_one(item, steps, f"{owner}, {name}: cannot draw")
            found.append((name, one))
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
    yscale: str = "linear",
    theme: str = "light",
    backend: str = "matplotlib",
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
    yscale, theme, backend
        As for `plot`.

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
    charts = [make_chart([{label: value}], steps=steps, yscale=yscale) for label, value in schedules.items()]
    rows = [charts[k : k + width] for k in range(0, len(charts), width)]
    return _draw(rows, theme, backend, heights=[2.0] * len(rows), shared=steps is not None)


def _draw(charts: list[list[Chart]], theme: str, backend: str, heights: list[float], *, shared: bool = True) -> Any:
    """Charts in rows and columns, by whichever backend; the columns may share their horizontal axes."""
    check_theme(theme)
    check_backend(backend)
    if backend == "matplotlib":
        from . import mpl

        width = 8 if len(charts[0]) == 1 else 3.4 * len(charts[0])
        return mpl.draw_grid(charts, theme, heights, (width, sum(heights) * 1.15 + 0.6), shared=shared)
    if backend == "plotly":
        from . import plotly

        return plotly.grid(charts, theme, heights, shared=shared)
    from . import text

    return "\n\n".join(text.sketch(chart) for row in charts for chart in row)
