"""The data of a comparison and its picture: `Difference`, and `Side` for each of the two schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Unpack, overload

from .._types import DiffOptions
from ..chart import Panels
from ..chart.axis_options import AxisOptions
from ..chart.inputs import name_schedules
from ..plotting.diff import diff_panels
from ..plotting.renderers import draw
from ..schedules._base import LearningRateSchedule
from ._report import report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Side:
    """What one of the two schedules does: the four conventions in which frameworks differ, and the sum of its rates."""

    name: str
    first_value: float
    peak: float
    peak_first_at: int
    peak_steps: int
    last_value: float
    past_the_end: str
    sum: float


@dataclass(frozen=True, eq=False)
class Difference:
    """How two schedules differ over a run: data, a short report when printed, a picture by `plot`.

    Attributes
    ----------
    a, b : Side
        What each does: `name`, `first_value`, `peak` (with `peak_first_at`, the first step that uses it, and
        `peak_steps`, how many do), `last_value` (the rate of the last update, at step ``steps - 1``), `past_the_end`
        in words, and `sum`, of all rates of the run.
    steps : int
        The length of the run.
    tolerance : float
        The largest difference of two rates that count as equal, as a part of the higher peak.
    first_step : int or None
        The first step that differs; None if none does.
    differing_steps : int
        How many steps of the run differ.
    largest_gap : float
        ``b - a`` where its size is largest.
    largest_gap_at : int
        The step with the largest gap.
    conventions : dict
        Whether they differ in "first value", "peak" (its height, or when it is used), "last value" and "past the end".
    unit : {"step", "epoch", "token"}
        What both count: recipes may count epochs or tokens.
    labels : (str, str)
        What the printed report calls them.
    """

    a: Side
    b: Side
    steps: int
    tolerance: float
    first_step: int | None
    differing_steps: int
    largest_gap: float
    largest_gap_at: int
    conventions: dict[str, bool]
    schedules: tuple[LearningRateSchedule, LearningRateSchedule]
    unit: str = "step"
    labels: tuple[str, str] = ("a", "b")

    @property
    def same(self) -> bool:
        """Whether the two are equal, in the run and past its end."""
        return self.first_step is None and not any(self.conventions.values())

    def to_dict(self) -> dict[str, Any]:
        """Everything but the schedules, as plain numbers, texts and dicts: JSON can hold it."""
        left_out = ("schedules", "labels")
        return {name: value for name, value in asdict(self).items() if name not in left_out} | {"same": self.same}

    def __str__(self) -> str:
        return "\n".join(report(self))

    def __repr__(self) -> str:
        parted = "never" if self.first_step is None else f"first at {self.unit} {self.first_step}"
        return (
            f"<Difference over {self.steps} {self.unit}s: {parted}, at {self.differing_steps} of them, "
            f"by at most {abs(self.largest_gap):.6g}>"
        )

    @overload
    def plot(self, *, backend: Literal["matplotlib"] = "matplotlib", **options: Unpack[DiffOptions]) -> list[Axes]: ...
    @overload
    def plot(self, *, backend: Literal["plotly"], **options: Unpack[DiffOptions]) -> Figure: ...
    @overload
    def plot(self, *, backend: Literal["text"], **options: Unpack[DiffOptions]) -> str: ...
    def plot(self, *, theme: str = "light", backend: str = "matplotlib", figure: Any = None, **options: Any) -> Any:
        """Both curves, and below them ``b - a``: `lrkit.plot_diff`, with the same options."""
        return draw(panels_of(self, **options), theme, backend, figure=figure)


def panels_of(found: Difference, labels: Sequence[str] | None = None, title: str = "", **options: Any) -> Panels:
    """Both curves and how far they are apart, by default to a quarter of the run past its end."""
    runs = name_schedules(found.schedules, labels or [found.a.name, found.b.name])
    axis_options = AxisOptions(**{"steps": found.steps + found.steps // 4 + 1} | options)
    return diff_panels([run._replace(unit=found.unit) for run in runs], axis_options, title)
