"""Hyper-parameters of groups, a panel for each: `plot_groups`."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._configured import Configured
from .._params import as_kind, shorten
from .._types import Counted, GroupsOptions, Marked, Scale
from ..chart import Chart, LoggedRun, Panels, chart_of
from ..chart.axis_options import AxisOptions
from ..chart.inputs import Run, is_collection, name_schedules, one_line, only_run
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from .renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

    from ..budget import Budget

Curves = dict[Hashable, tuple[Run | LoggedRun, list[str]]]
"""The curves of a panel, each with the names of the groups that have it. Equal schedules are one; a log is its own."""


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
    """Several hyper-parameters of several groups on one time axis: a panel for each hyper-parameter.

    Parameters
    ----------
    groups : dict, list, Configured, optimizer or scheduler
        For each group, by name or in order, a dict of hyper-parameter to schedule, as `to_torch` takes it: ``{"body":
        {"lr": a, "weight_decay": 0.1}, "head": {"lr": b}}``. A schedule may be anything that `plot` draws; a number is
        a constant, and each item of a tuple (``betas``) has a panel. Anything in the place of a dict is the group's
        rate. Groups with the same values share a curve. Of an optimizer, and of a scheduler with its optimizer: the
        rates, what else the scheduler moves, and what else differs between the groups. Of a config: its groups by name,
        with momentum and weight decay, each as long as the run that the config says.
    steps, x, budget, steps_per_epoch, marks, dashes, title, theme, backend
        As for `plot`.
    yscale, ylim
        As for `plot`, of the learning rate's panel; the others are linear, from 0.
    figure, ax
        As for `plot_diff`.

    Returns
    -------
    list of matplotlib.axes.Axes, plotly.graph_objects.Figure or str
        By backend.

    Examples
    --------
    >>> import lrkit
    >>> rates = {"lr": lrkit.WarmUpLR(0.1, 50), "weight_decay": lrkit.linear(0.1, 0.0, 100)}
    >>> len(lrkit.plot_groups([rates, {"lr": 0.05}]))
    2
    """
    options = AxisOptions(steps, x, steps_per_epoch, yscale, ylim, marks, dashes, budget)
    groups = _groups(groups, options.steps)
    panels = _panels(groups, options)
    every = [(f"{names[0]}, {key}", run) for key, curves in panels.items() for run, names in curves.values()]
    counting = [(label, run.unit) for label, run in every if run.unit]
    options.check_units(counting)
    units = ["step"] if budget is not None else [*dict.fromkeys(unit for _, unit in counting)] or ["step"]
    longest = {
        unit: max(run.whole_length for _, run in every if run.unit in ("", unit)) for unit in units if budget is None
    }
    charts: list[Chart] = []
    for key, curves in panels.items():
        drawn: list[Run | LoggedRun] = []
        for run, names in curves.values():
            named = run._replace(label=", ".join(names), unit=run.unit or units[0])
            if isinstance(named, Run) and budget is None:
                named = named._replace(length=named.length or options.steps or longest[named.unit])
            drawn.append(named)
        y_label = "learning rate" if key == "lr" else key.replace("_", " ")
        if len(drawn) == 1 and sum(len(names) for _, names in curves.values()) < len(groups):  # one curve has no label
            y_label += f" ({drawn[0].label})"
        seen = options if key == "lr" else replace(options, yscale="linear", ylim=(None, None))
        charts.append(chart_of(drawn, seen, title="" if charts else title, y_label=y_label))
    return draw(Panels([[chart] for chart in charts], [2.0] * len(charts)), theme, backend, figure=figure, ax=ax)


def _groups(given: Any, steps: int | None) -> Mapping[str, Any]:
    """What was given, group by group."""
    if isinstance(given, Configured):
        return _of_config(given)
    if isinstance(given, Mapping):
        return _with_configs(given)
    if is_collection(given) or (isinstance(given, list) and any(isinstance(group, Mapping) for group in given)):
        return _with_configs({f"group {k}": group for k, group in enumerate(given)})
    from ..interop._groups import groups_of  # optimizers are not needed for schedules

    found = groups_of(given, steps, "plot_groups: cannot draw")
    if found is not None:
        return found
    return {run.label: {"lr": run} for run in name_schedules([given], None, steps, "plot_groups: cannot draw")}


def _of_config(config: Configured) -> dict[str, dict[str, Run]]:
    """The groups of a config, each curve as long as its run."""
    return {
        name: {key: Run("", schedule, "step", config.length) for key, schedule in group.items()}
        for name, group in config.groups.items()
    }


def _with_configs(groups: Mapping[str, Any]) -> dict[str, Any]:
    """The groups, of which one may be a config with groups of its own."""
    found: dict[str, Any] = {}
    for name, group in groups.items():
        inner = _of_config(group) if isinstance(group, Configured) else None
        if inner is None or len(inner) == 1:
            found[name] = group if inner is None else next(iter(inner.values()))
        else:
            found |= {f"{name}, {own}": rates for own, rates in inner.items()}
    return found


def _panels(groups: Mapping[str, Any], options: AxisOptions) -> dict[str, Curves]:
    """The curves of each hyper-parameter."""
    panels: dict[str, Curves] = {}
    for name, group in groups.items():
        if isinstance(group, Mapping) and not group:
            raise TypeError(
                f"plot_groups: {name} must be a dict of hyper-parameter to schedule or number, got {shorten(group)}"
            )
        for key, value in _single_values(group if isinstance(group, Mapping) else {"lr": group}):
            run = options.on_axis(_run_of(f"{name}, {key}", value, options.steps))
            same = run if isinstance(run, Run) else id(run.series)
            panels.setdefault(str(key), {}).setdefault(same, (run, []))[1].append(one_line(str(name)))
    if not panels:
        raise TypeError("plot_groups: nothing to draw: give at least one group")
    return panels


def _single_values(group: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each hyper-parameter and its value; of a tuple, each item."""
    for key, value in group.items():
        if isinstance(value, tuple) and value and not isinstance(value, (Run, LoggedRun)):
            yield from ((f"{key}[{k}]", item) for k, item in enumerate(value))
        else:
            yield key, value


def _run_of(name: str, value: Any, steps: int | None) -> Run | LoggedRun:
    """The run of a value, without a label; a number has no unit."""
    number = as_kind(value, float)
    if number is not None:
        if not math.isfinite(number):
            raise ValueError(f"plot_groups: {name} must be finite, got {shorten(value)}")
        return Run("", ConstantLR(number), "")
    if isinstance(value, LearningRateSchedule):  # its name, which takes longest to find, is that of its groups
        return Run("", value)
    run = value if isinstance(value, (Run, LoggedRun)) else only_run(name, value, steps, "plot_groups")
    return run._replace(label="")
