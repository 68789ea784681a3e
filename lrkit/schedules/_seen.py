"""How a schedule is seen: `plot`, and the card of a notebook. The pictures are loaded when one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from .._types import Axis, Scale, ThemeName

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure


class Seen:
    """The pictures of a schedule."""

    @overload
    def plot(
        self,
        *,
        steps: int | None = None,
        labels: Sequence[str] | None = None,
        x: Axis = "step",
        steps_per_epoch: int | None = None,
        yscale: Scale = "linear",
        title: str | None = None,
        theme: ThemeName = "light",
        backend: Literal["matplotlib"] = "matplotlib",
        ax: Axes | None = None,
        **line_options: Any,
    ) -> Axes: ...
    @overload
    def plot(
        self,
        *,
        steps: int | None = None,
        labels: Sequence[str] | None = None,
        x: Axis = "step",
        steps_per_epoch: int | None = None,
        yscale: Scale = "linear",
        title: str | None = None,
        theme: ThemeName = "light",
        backend: Literal["plotly"],
        **line_options: Any,
    ) -> Figure: ...
    @overload
    def plot(
        self,
        *,
        steps: int | None = None,
        labels: Sequence[str] | None = None,
        x: Axis = "step",
        steps_per_epoch: int | None = None,
        yscale: Scale = "linear",
        title: str | None = None,
        theme: ThemeName = "light",
        backend: Literal["text"],
        width: int = 80,
        height: int | None = None,
        ascii_only: bool = False,
    ) -> str: ...
    def plot(self, **options: Any) -> Any:
        """Draw the curve: `lrkit.plot` of this one schedule, with the same options."""
        from ..plotting import plot

        return plot(self, **options)

    def _repr_html_(self) -> str:
        from ..plotting.svg import html

        return html(self)
