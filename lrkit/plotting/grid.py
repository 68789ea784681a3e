"""Small multiples: `plot_grid`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._params import count, shorten
from .._recipes import unit_of
from .._types import Axis, GridOptions, Scale
from ..chart import Panels, chart_of
from ..chart.axis_options import AxisOptions
from ..chart.inputs import name_schedules
from .renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure


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
    x: Axis = "step",
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
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
    options = AxisOptions(steps, x, steps_per_epoch, yscale)
    shared = steps is not None or x == "progress"
    if shared:
        options.check_units([(str(label), unit_of(given)) for label, given in schedules.items()])
    charts = [chart_of(name_schedules([{label: given}], None, steps), options) for label, given in schedules.items()]
    rows = [charts[k : k + width] for k in range(0, len(charts), width)]
    return draw(Panels(rows, [2.0] * len(rows), shared), theme, backend, figure=figure)
