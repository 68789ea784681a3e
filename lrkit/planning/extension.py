"""How a run goes on: `Extension`, the old curve, the new one, and the jump between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, final, overload

from ..catalogue._recognition import text_of
from ..catalogue._simplified import simplified
from ..chart import AxisOptions, Chart, Mark, chart_of
from ..chart.inputs import Run
from ..naming import position_text
from ..plotting.card import card_of_comparison
from ..plotting.renderers import draw
from ..schedules._base import LearningRateSchedule

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure


class Jump(NamedTuple):
    """The rate of a step by the old schedule, that by the new one, and how many times as high that is.

    The ratio is None if the old rate is 0 and the new one is not.
    """

    old: float
    new: float
    ratio: float | None

    def __str__(self) -> str:
        times = "" if self.ratio is None else f", × {self.ratio:.3g}"
        return f"{self.old:.3g} → {self.new:.3g}{times}"


@final
@dataclass(frozen=True)
class Extension:
    """How a run goes on from a step: data, a short report when printed, a picture by `plot`.

    Attributes
    ----------
    schedule : LearningRateSchedule
        The new schedule of the whole run: up to step `at` it is the old one, bit for bit.
    old : LearningRateSchedule
        The schedule that the run had.
    at : int
        How many updates are done: the first step of the new part.
    to : int
        The new length of the run.
    how : str
        The way: "rescale", "hold", "rewarm", "cooldown", "restart" or "to_zero".
    jump : Jump
        At step `at`: `old`, the rate that the old schedule has there; `new`, that of the new one; `ratio`, the second
        by the first: 1 if nothing jumps.
    steps : int
        The length of the old run.
    unit : {"step", "epoch", "token"}
        What the clock counts: recipes may count epochs or tokens.
    """

    schedule: LearningRateSchedule
    old: LearningRateSchedule
    at: int
    to: int
    how: str
    jump: Jump
    steps: int
    unit: str = "step"

    def lines(self) -> Iterator[str]:
        """The lines of the report."""
        yield f"old: {_written(self.old)}"
        yield f"new: {_written(self.schedule)}"
        yield f"at {position_text(self.at)}: {self.jump}"
        last = self.schedule(self.to - 1)
        yield f"last of {position_text(self.to)} {self.unit}s: {last:.3g}"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain numbers and texts, the schedules as their `repr`: JSON can hold it."""
        plain = {name: getattr(self, name) for name in ("at", "to", "how", "steps", "unit")}
        return {"schedule": repr(self.schedule), "old": repr(self.old), "jump": self.jump._asdict()} | plain

    def chart(self, *, labels: Sequence[str] | None = None, title: str = "", **options: Any) -> Chart:
        """The picture as data; the options are those of `lrkit.plot`, without the backend's."""
        new, old = labels or (self.how.replace("_", " "), "old")
        runs = [Run(new, self.schedule, self.unit, self.to), Run(old, self.old, self.unit, self.steps)]
        asked = AxisOptions(**({"dashes": True} | options))
        chart = chart_of(runs, asked, title=title)
        mark = Mark(0, float(self.at), self.jump.new, f"at {position_text(self.at)}: {self.jump}")
        inside = self.at < chart.curves[0].last
        return replace(chart, marks=(*chart.marks, mark)) if inside else chart

    @overload
    def plot(self, *, backend: Literal["matplotlib"] = "matplotlib", ax: Any = None, **options: Any) -> Axes: ...
    @overload
    def plot(self, *, backend: Literal["plotly"], **options: Any) -> Figure: ...
    @overload
    def plot(self, *, backend: Literal["text"], **options: Any) -> str: ...
    def plot(self, *, theme: str = "light", backend: str = "matplotlib", ax: Any = None, **options: Any) -> Any:
        """The new curve as a full line, the old one dashed, and the jump marked; options as for `lrkit.plot`."""
        of_chart = {"labels", "title", *(one.name for one in fields(AxisOptions))}
        chart = self.chart(**{name: value for name, value in options.items() if name in of_chart})
        of_lines = {name: value for name, value in options.items() if name not in of_chart}
        return draw(chart, theme, backend, ax=ax, **of_lines)

    def _repr_html_(self) -> str:
        return card_of_comparison(str(self), self.chart())


def _written(schedule: LearningRateSchedule) -> str:
    return min(text_of(schedule), text_of(simplified(schedule)), key=len)
