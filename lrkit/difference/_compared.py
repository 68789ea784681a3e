"""What two results of `diff` share: they print as a report, are plain data, and draw themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._types import DiffOptions
from ..chart import Panels
from ..plotting.card import card_of_comparison
from ..plotting.renderers import draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure


class Compared(ABC):
    """A comparison: a report when printed, data as a dict, a picture by `plot`."""

    @property
    @abstractmethod
    def same(self) -> bool:
        """Whether the two agree."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, str]:
        """What a picture calls the two."""

    @abstractmethod
    def lines(self) -> Iterator[str]:
        """The lines of the report."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Everything but the schedules, as plain numbers, texts, lists and dicts: JSON can hold it."""

    @abstractmethod
    def panels(self, **options: Any) -> Panels:
        """The picture as data; the options are those of `lrkit.plot_diff`, without the backend's."""

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return card_of_comparison(str(self), self.panels().charts[0])

    @overload
    def plot(self, *, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[DiffOptions]) -> list[Axes]: ...
    @overload
    def plot(self, *, backend: Literal["plotly"], **options: Unpack[DiffOptions]) -> Figure: ...
    @overload
    def plot(self, *, backend: Literal["text"], **options: Unpack[DiffOptions]) -> str: ...
    def plot(
        self, *, theme: str = "light", backend: str = "matplotlib", figure: Any = None, ax: Any = None, **options: Any
    ) -> Any:
        """Both curves, and below them how far they are apart: `lrkit.plot_diff`, with the same options."""
        return draw(self.panels(**options), theme, backend, figure=figure, ax=ax)
