"""Pictures of schedules: `plot`, and one renderer each for matplotlib, plotly, the terminal and inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, overload

from .._types import Counted, Ends, Marked, Scale, ThemeName
from ..chart import make_chart
from .renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

    from ..budget import Budget
    from .diff import plot_diff as plot_diff
    from .grid import plot_grid as plot_grid
    from .groups import plot_groups as plot_groups

__all__ = ["plot", "plot_diff", "plot_grid", "plot_groups"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """The pictures of several panels, loaded when one is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{name.removeprefix('plot_')}"), name)


@overload
def plot(
    *schedules: Any,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    x: Counted = "step",
    budget: Budget | None = None,
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    ylim: Ends | None = None,
    marks: Marked = (),
    dashes: bool = False,
    title: str | None = None,
    theme: ThemeName = "light",
    backend: Literal["matplotlib"] = "matplotlib",
    ax: Axes | None = None,
    **line_options: Any,
) -> Axes: ...
@overload
def plot(
    *schedules: Any,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    x: Counted = "step",
    budget: Budget | None = None,
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    ylim: Ends | None = None,
    marks: Marked = (),
    dashes: bool = False,
    title: str | None = None,
    theme: ThemeName = "light",
    backend: Literal["plotly"],
    **line_options: Any,
) -> Figure: ...
@overload
def plot(
    *schedules: Any,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    x: Counted = "step",
    budget: Budget | None = None,
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    ylim: Ends | None = None,
    marks: Marked = (),
    dashes: bool = False,
    title: str | None = None,
    theme: ThemeName = "light",
    backend: Literal["text"],
    width: int = 80,
    height: int | None = None,
    ascii_only: bool = False,
) -> str: ...
def plot(
    *schedules: Any,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    x: Counted = "step",
    budget: Budget | None = None,
    steps_per_epoch: int | None = None,
    yscale: Scale = "linear",
    ylim: Ends | None = None,
    marks: Marked = (),
    dashes: bool = False,
    title: str | None = None,
    theme: str = "light",
    backend: str = "matplotlib",
    ax: Any = None,
    **line_options: Any,
) -> Any:
    """Draw schedules, exactly: peaks, bends, jumps and ends are among the points however long the run is.

    Nothing is shown, stepped or changed: the picture is returned.

    Parameters
    ----------
    *schedules : LearningRateSchedule, list, array, scheduler, optimizer, callable, log or dict
        What to draw. A list or array of numbers holds the rate of each step; a list of anything else is drawn one by
        one, and a dict maps labels to things. A scheduler of this package, torch, transformers or timm, or a schedule
        of Keras or MindSpore, is read, not stepped; where that cannot be exact, and for any other function of the step,
        give `steps`: its rates are then recorded. An optimizer has the curves of its scheduler, or the rates of its
        groups. A recipe is drawn in its own unit and for its own length; a list ends with its last rate. A log (what
        `read_log` returns, a series of it, or the ``pathlib.Path`` of its file) is drawn as points.
    steps : int, optional
        The length of the run, in steps: steps 0 to ``steps - 1`` are drawn. By default the whole `budget`, so that a
        curve that ends early or late is seen as such; without one, up to the step after which nothing new happens, or
        as far as the longest curve goes.
    labels : list of str, optional
        One for each curve, shown as they are: nothing in them is read as markup or mathematics. By default a name, and
        the numbers in which a curve differs from another of the same name.
    x : {"step", "epoch", "sample", "token", "hour", "progress"} or two of them
        What the horizontal axis counts, and of two, what a second axis below it counts: ``x=("token", "step")``. All
        but "progress" need a `budget` that knows them, or curves that count them themselves; for "epoch"
        `steps_per_epoch` is enough. A place on the axis is what was done before that step: 0 at the first.
        Without a budget "step" is what the curves count, which must be the same for all: steps, or the tokens or epochs
        of recipes. "progress": per cent of each curve's own run. For recipes and lists that is their own length, for
        others `steps`, or the length of the budget.
        If one unit is given and it is "step", a second axis counts epochs where they are known, or tokens in a run of
        one epoch; ``x=("step",)`` leaves it out.
    budget : Budget, optional
        The run that the schedules are for. It relates updates to epochs, samples, tokens and hours, exactly, also where
        the batch size grows. Schedules in steps, recipes in tokens or epochs, and logs share an axis through it.
    steps_per_epoch : int, optional
        Steps in an epoch, at least 1: the small case of a budget. Beside one it must be equal to its ``epoch``.
    yscale : {"linear", "log"}
        The scale of the rates. On "log", rates of 0 and below are drawn at the lower edge, and a note says so.
    ylim : (float, float), optional
        The lower and upper end of the vertical axis; None at an end leaves it to the picture. By default from 0, or the
        lowest rate below it; with ``yscale="log"`` three powers of ten below the peak.
    marks : list, dict or Findings
        Points to mark: "first" (the first update), "peak", "end", or a step; or a dict of label to step, such as
        ``{"resume": 6000}`` or ``{"resume": budget.epochs(3)}``. The text beside a point says where it is in the unit
        of the axis. Without a budget steps are counted as each curve counts them. The findings of
        ``lint(schedule)`` are taken as they are, and marked on the curve of that schedule alone; those past the end are
        left out. Default: none.
    dashes : bool
        Whether each curve has another dash, for print without colours. By default only curves beyond the eighth have
        one, when the colours repeat.
    title : str, optional
        By default the label if there is one curve, else nothing.
    theme : {"light", "dark"}
        The background to draw for.
    backend : {"matplotlib", "plotly", "text"}
        What draws.
    ax : matplotlib.axes.Axes, optional
        Where to draw, with matplotlib; the rest of the figure is not changed. By default a new figure, which pyplot
        does not know: a notebook shows it at the end of the cell, and a script can save it. For a window, give axes
        that pyplot made, and call its `show`.
    **line_options
        Passed on to every line: ``Axes.plot`` or ``plotly.graph_objects.Scatter``. For the backend "text": `width`
        and `height`, of the whole and of a panel, in characters, and `ascii_only`.

    Returns
    -------
    matplotlib.axes.Axes, plotly.graph_objects.Figure or str
        By backend. Save the first with ``ax.figure.savefig("lr.png")``, the second with ``write_html``.

    Raises
    ------
    TypeError, ValueError
        If there is nothing to draw, something cannot be drawn, the curves have no axis in common (tokens beside
        steps, without a budget), the budget does not know what an axis counts, or an option is not one of those above.

    Notes
    -----
    At most about 2000 points are drawn; a caption says so where not every peak can be among them. There are eight
    colours, told apart by readers with colour-vision deficiencies. Nine or more curves that are one schedule times a
    constant, and rise or fall from the first to the last, as those of `layer_decay`, have one colour from pale to
    strong, and only the lowest and the highest are named. Of a log, up to 60 rows are points alone; more are
    joined by a line, which is broken where rows are missing.

    Examples
    --------
    >>> import lrkit
    >>> print(lrkit.plot(lrkit.WarmUpLR(0.1, 50), steps=100, backend="text", width=50, height=4))
    warm up
           0.1 ┤               ⣀⡤⠴⠚⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
          0.05 ┤         ⢀⣀⡤⠖⠚⠉⠁
               ┤    ⢀⣀⡤⠖⠚⠉
             0 ┤⣀⡤⠖⠚⠉
               └──────────────────────────────────────
          step  0      20      40     60      80
    """
    chart = make_chart(
        schedules, labels=labels, title=title, steps=steps, x=x, budget=budget, steps_per_epoch=steps_per_epoch,
        yscale=yscale, ylim=ylim, marks=marks, dashes=dashes,
    )  # fmt: skip
    return draw(chart, theme, backend, ax=ax, **line_options)
