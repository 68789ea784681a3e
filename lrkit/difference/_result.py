"""The data of a comparison and its picture: `Difference`, and `Side` for each of the two schedules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, final

from ..chart import Panels
from ..chart.axis_options import AxisOptions
from ..chart.inputs import name_schedules
from ..plotting.diff import diff_panels
from ..schedules._base import LearningRateSchedule
from ._compared import Compared
from ._report import report


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


@final
@dataclass(frozen=True, eq=False)
class Difference(Compared):
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
        left_out = ("schedules", "labels")
        return {name: value for name, value in asdict(self).items() if name not in left_out} | {"same": self.same}

    def lines(self) -> Iterator[str]:
        return report(self)

    @property
    def names(self) -> tuple[str, str]:
        return self.labels if self.labels != ("a", "b") else (self.a.name, self.b.name)

    def __repr__(self) -> str:
        parted = "never" if self.first_step is None else f"first at {self.unit} {self.first_step}"
        return (
            f"<Difference over {self.steps} {self.unit}s: {parted}, at {self.differing_steps} of them, "
            f"by at most {abs(self.largest_gap):.6g}>"
        )

    def panels(self, labels: Sequence[str] | None = None, title: str = "", **options: Any) -> Panels:
        """By default to a quarter of the run past its end."""
        runs = name_schedules(self.schedules, labels or [self.a.name, self.b.name])
        axis_options = AxisOptions(**{"steps": self.steps + self.steps // 4 + 1} | options)
        return diff_panels([run._replace(unit=self.unit) for run in runs], axis_options, title)
