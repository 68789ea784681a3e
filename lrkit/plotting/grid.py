"""Small multiples: `plot_grid`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._params import as_kind, count, shorten
from .._types import Counted, GridOptions, Marked, Scale
from ..chart import LoggedRun, Panels, chart_of
from ..chart.axis_options import AxisOptions
from ..chart.inputs import Run, name_things
from .renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

    from ..budget import Budget


@overload
def plot_grid(
    *schedules: Any, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[GridOptions]
) -> list[Axes]: ...
@overload
def plot_grid(*schedules: Any, backend: Literal["plotly"], **options: Unpack[GridOptions]) -> Figure: ...
@overload
def plot_grid(*schedules: Any, backend: Literal["text"], **options: Unpack[GridOptions]) -> str: ...
def plot_grid(
    *schedules: Any,
    columns: int = 3,
    sharey: bool = True,
    steps: int | None = None,
    x: Counted = "step",
    budget: Budget | None = None,
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    ylim: Any = None,
    marks: Marked = (),
    dashes: bool = False,
    theme: str = "light",
    backend: str = "matplotlib",
    figure: Any = None,
    ax: Any = None,
) -> Any:
    """Small multiples: a panel for each schedule, titled by its label.

    Parameters
    ----------
    *schedules : anything that `plot` draws
        A panel for each thing, also for each in a list or dict. The title is the label in a dict, else a name. A thing
        with several groups has a curve for each in its panel.
    columns : int
        How many panels there are in a row, at least 1. Default: 3.
    sharey : bool
        Whether all panels show the same range of rates. Default: True.
    steps : int, optional
        The length of the run, common to all panels. By default that of the longest, where all count the same.
    x, budget, steps_per_epoch, yscale, ylim, marks, dashes, theme, backend
        As for `plot`. With `steps`, all panels must count the same. A second axis is drawn below the lowest panels;
        with plotly, where panels are side by side, only the hover tells what it counts.
    figure, ax
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
    options = AxisOptions(steps, x, steps_per_epoch, yscale, ylim, marks, dashes, budget)
    read = name_things(schedules, None, options.steps, "plot_grid: cannot draw")
    things = [(name, [options.on_axis(run) for run in own]) for name, own in read]
    width = min(count("plot_grid", "columns", columns), len(things))
    runs = [run for _, own in things for run in own]
    alike = budget is not None or (options.x == "step" and len({run.unit for run in runs}) == 1)
    shared = steps is not None or options.x == "progress" or alike
    if shared:
        options.check_units([(run.label, run.unit) for run in runs])
    lengths = iter(options.lengths(runs) if shared and options.x != "progress" else [])
    charts = [
        chart_of([_as_long(run, next(lengths, None)) for run in own], options, title=name or None)
        for name, own in things
    ]
    rows = [charts[k : k + width] for k in range(0, len(charts), width)]
    if as_kind(sharey, bool) is None:
        raise TypeError(f"plot_grid: sharey must be True or False, got {shorten(sharey)}")
    return draw(Panels(rows, [2.0] * len(rows), shared, sharey), theme, backend, figure=figure, ax=ax)


def _as_long(run: Run | LoggedRun, length: int | None) -> Run | LoggedRun:
    """The run, drawn as far as the others; a log ends where it ends."""
    return run._replace(length=length) if isinstance(run, Run) and length else run
