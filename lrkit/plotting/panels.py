"""Pictures of several panels: `plot_diff`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..chart import Chart, make_chart
from ..naming import name_schedules
from ..schedules.arithmetic import ScaleLR, SumLR

LONGEST_AXIS_NAME = 24


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
    above = make_chart([{first: one, second: other}], steps=steps, yscale=yscale, title=title)
    name = f"{second} − {first}"
    gap = {name: SumLR((other, ScaleLR(one, -1.0)))}
    y_label = name if len(name) <= LONGEST_AXIS_NAME else "difference"
    below = make_chart([gap], steps=above.total, title="", y_label=y_label)
    return draw_panels([[above], [below]], theme, backend, heights=[3.0, 1.6])


def draw_panels(charts: list[list[Chart]], theme: str, backend: str, heights: list[float]) -> Any:
    """Charts in rows and columns, by whichever backend: a column shares its horizontal axis."""
    if theme not in ("light", "dark"):
        raise ValueError(f"plot: theme must be 'light' or 'dark', got {theme!r}")
    if backend == "matplotlib":
        from . import mpl

        width = 8 if len(charts[0]) == 1 else 3.4 * len(charts[0])
        return mpl.draw_grid(charts, theme, heights, (width, sum(heights) * 1.15 + 0.6))
    if backend == "plotly":
        from . import plotly

        return plotly.grid(charts, theme, heights)
    if backend == "text":
        from . import text

        return "\n\n".join(text.sketch(chart) for row in charts for chart in row)
    raise ValueError(f"plot: backend must be 'matplotlib', 'plotly' or 'text', got {backend!r}")
