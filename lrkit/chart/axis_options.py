"""What the axes of a chart count, and how far each curve is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._params import as_kind, choice, count, shorten
from .._types import Counted, Scale
from .clock import SAME, ByBudget, Clock, Even, turned
from .curve import LoggedRun
from .inputs import Run
from .marks import asked_marks
from .things import is_budget

if TYPE_CHECKING:
    from ..budget import Budget

Limits = tuple[float | None, float | None]
"""The lower and upper end of an axis; None leaves an end to the chart."""
WAY_OUT = "x='progress' draws each from 0 to 100 % of its own run"
AXES = ("step", "epoch", "sample", "token", "hour", "progress")
DOMAIN = "'step', 'epoch', 'sample', 'token', 'hour' or 'progress', or two of them"


class Beside(NamedTuple):
    """What a second axis counts, and how it follows from the first."""

    unit: str
    clock: Clock


@dataclass(frozen=True)
class AxisOptions:
    """The options that `lrkit.plot` and the pictures of several panels have in common, checked.

    `x` may name two axes; of the option, once it is checked, the first is left, and `second` is the other. None leaves
    it to the picture, and "" is none.
    """

    steps: int | None = None
    x: Counted = "step"
    steps_per_epoch: int | None = None
    yscale: Scale = "linear"
    ylim: Limits = (None, None)
    marks: Any = ()
    dashes: bool = False
    budget: Budget | None = None
    second: str | None = None

    def __post_init__(self) -> None:
        for name in ("steps", "steps_per_epoch"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, count("plot", name, given))
        if self.second is None:
            first, second = _axes(self.x)
            object.__setattr__(self, "x", first)
            object.__setattr__(self, "second", second)
        choice("plot", "yscale", self.yscale, ("linear", "log"))
        object.__setattr__(self, "ylim", _limits(self.ylim, self.yscale))
        object.__setattr__(self, "marks", asked_marks(self.marks))
        if as_kind(self.dashes, bool) is None:
            raise TypeError(f"plot: dashes must be True or False, got {shorten(self.dashes)}")
        if self.budget is not None:
            self._check_budget(self.budget)

    def _check_budget(self, budget: Any) -> None:
        """Raise an error if the budget is none, or does not know what an axis counts or how long an epoch is."""
        if not is_budget(budget):
            raise TypeError(f"plot: budget must be a lrkit.Budget, got {shorten(budget)}")
        for unit in (self.x, self.second):
            if unit not in ("progress", "", None):
                self._ask(str(unit), f"x={unit!r}")
        if self.steps_per_epoch is not None:
            self._ask("epoch", "steps_per_epoch")
            if (length := turned(budget, 1.0, "epoch", "step")) != self.steps_per_epoch:
                raise ValueError(
                    f"plot: steps_per_epoch={self.steps_per_epoch} contradicts budget, in which an epoch has "
                    f"{length:,.10g} updates; leave it out"
                )

    def _ask(self, unit: str, reason: str) -> None:
        """Raise an error that gives the reason if the budget does not know a unit."""
        try:
            self._turned(1.0, "step", unit)
        except ValueError as error:
            raise ValueError(f"plot: {reason}: {error}") from None

    def check_units(self, units: Sequence[tuple[str, str]]) -> None:
        """Raise `ValueError` if the horizontal axis cannot count what the curves count; each gives label and unit."""
        named = {unit: label for label, unit in reversed(units)}
        if self.x == "progress":
            if self.steps_per_epoch is not None:
                raise ValueError("plot: x='progress' counts no epochs; leave steps_per_epoch out")
            return
        if self.budget is not None:
            for unit, label in named.items():
                self._ask(unit, f"{label} counts {unit}s")
            return
        self._check_without_budget(named)

    def _check_without_budget(self, named: Mapping[str, str]) -> None:
        """Raise `ValueError` if the axis cannot count all units, each of which has the label of a curve."""
        told = [f"{label} counts {unit}s" for unit, label in reversed([*named.items()])]
        if self.x == "epoch" and (other := next((unit for unit in named if unit not in ("step", "epoch")), None)):
            raise ValueError(
                f"plot: x='epoch' counts steps in epochs, but {named[other]} counts {other}s: {WAY_OUT}; a budget "
                "relates them"
            )
        if self.x == "epoch" and "step" in named and self.steps_per_epoch is None:
            raise ValueError("plot: x='epoch' needs steps_per_epoch or a budget")
        if self.x not in ("step", "epoch") and [*named] != [self.x]:
            raise ValueError(f"plot: x={self.x!r} needs a budget, which says how many {self.x}s are in an update")
        if self.x == "step" and len(named) > 1:
            epochs = "; x='epoch' with steps_per_epoch counts both in epochs" if set(named) == {"step", "epoch"} else ""
            raise ValueError(
                f"plot: {' and '.join(told)}, which have no axis in common: {WAY_OUT}{epochs}; a budget relates them"
            )
        if self.steps_per_epoch is not None and self.x == "step" and "step" not in named:
            raise ValueError(f"plot: steps_per_epoch is for what counts steps, but {told[0]}; leave it out")
        if self.second and not (self.steps_per_epoch and {self.x, self.second} == {"step", "epoch"}):
            raise ValueError(f"plot: x={(self.x, self.second)!r} needs a budget, which relates the two axes")

    def lengths(self, runs: Sequence[Run | LoggedRun]) -> list[int]:
        """How many steps of each run are drawn.

        A recipe and a list have a length of their own. A schedule has none: it is drawn as far as the budget goes, or
        the longest curve, and on an axis of progress until nothing new happens.
        """
        if self.budget is not None:
            keeps = self.steps is None or self.x == "progress"
            return [(keeps and run.end) or self.length_by_budget(run.unit) for run in runs]
        if self.steps is not None:
            own = [self.x == "progress" or (self.x == "epoch" and run.unit == "epoch") for run in runs]
            return [run.end or self.steps if keeps else self.steps for run, keeps in zip(runs, own, strict=True)]
        if self.x == "progress":
            return [run.whole_length for run in runs]
        longest: dict[int, int] = {}  # by the steps in a unit of the axis
        for run in runs:
            length = self.unit_length(run)
            longest[length] = max(longest.get(length, 0), run.whole_length)
        return [
            run.end or max(-(-steps * self.unit_length(run) // length) for length, steps in longest.items())
            for run in runs
        ]

    def length_by_budget(self, unit: str) -> int:
        """The length of the budget, or the one that is asked for, in a unit."""
        assert self.budget is not None
        return max(1, ceil(round(self._turned(self.steps or self.budget.total, "step", unit), 6)))

    def unit_length(self, run: Run | LoggedRun) -> int:
        """The steps in one unit of the axis: on an axis of epochs, those of an epoch; else one."""
        return (self.steps_per_epoch or 1) if self.x == "epoch" and run.unit == "step" else 1

    def axis_of(self, runs: Sequence[Run | LoggedRun]) -> str:
        """What the axis counts: without a budget, steps stand for whatever the runs count."""
        return runs[0].unit if self.x == "step" and self.budget is None else str(self.x)

    def clock(self, run: Run | LoggedRun, length: int) -> Clock:
        """Where the positions of a run of this length are on the axis."""
        if self.x == "progress":
            return Even(max(length - 1, 1), 100)
        if self.budget is not None:
            return SAME if run.unit == self.x else ByBudget(self.budget, run.unit, str(self.x))
        return Even(self.unit_length(run))

    def place(self, unit: str, step: float) -> float:
        """Where a step that the user names is, in the unit of a curve."""
        return step if self.budget is None else self._turned(step, "step", unit)

    def on_axis(self, run: Run | LoggedRun) -> Run | LoggedRun:
        """The run; of a log that states its positions in the unit of the axis, with those."""
        asked = self.x != "step" or self.budget is not None  # else steps stand for whatever the runs count
        if asked and isinstance(run, LoggedRun) and run.series is not None and self.x in run.series.clocks:
            return run._replace(unit=str(self.x), positions=run.series.clocks[str(self.x)])
        return run

    @property
    def beside(self) -> Beside | None:
        """The second axis: the one that is asked for, else epochs or tokens beside steps, where they are known."""
        length = self.steps_per_epoch
        if self.budget is None:
            if length is None or self.second == "":
                return None
            if self.x == "step":
                return Beside("epoch", Even(length))
            return Beside("step", Even(1, length)) if self.second == "step" else None
        unit = self.second if self.second is not None else self._usual(self.budget) if self.x == "step" else ""
        return Beside(unit, ByBudget(self.budget, str(self.x), unit)) if unit else None

    def _usual(self, budget: Budget) -> str:
        """What is told beside steps: epochs where there are several, or tokens."""
        if knows(budget, "epoch") and turned(budget, budget.total - 1, "step", "epoch") >= 1:
            return "epoch"
        return "token" if knows(budget, "token") else ""

    def _turned(self, value: float, unit: str, other: str) -> float:
        assert self.budget is not None
        return value if unit == other else float(turned(self.budget, value, unit, other))


def knows(budget: Budget, unit: str) -> bool:
    """Whether a budget can count a unit."""
    try:
        turned(budget, 1.0, "step", unit)
    except ValueError:
        return False
    return True


def _axes(given: Any) -> tuple[str, str | None]:
    """The first axis and the second: "" if only one is named in a tuple, None if that is left to the picture."""
    named = [given] if isinstance(given, str) else given
    if not isinstance(named, (list, tuple)) or not all(isinstance(one, str) for one in named):
        raise TypeError(f"plot: x must be {DOMAIN}, got {shorten(given)}")
    if not 1 <= len(named) <= 2 or any(one not in AXES for one in named):
        raise ValueError(f"plot: x must be {DOMAIN}, got {shorten(given)}")
    if isinstance(given, str):
        return given, None
    if len(named) == 2 and (named[0] == named[1] or "progress" in named):
        raise ValueError(f"plot: x must be two different units, 'progress' not among them, got {shorten(given)}")
    return named[0], named[1] if len(named) == 2 else ""


def _limits(given: Any, yscale: Scale) -> Limits:
    """The ends of the vertical axis that are asked for, checked."""
    domain = "plot: ylim must be a pair of numbers (low, high), None leaving an end to the chart"
    if given is None:
        return None, None
    if not isinstance(given, (list, tuple, np.ndarray)) or len(given) != 2:
        raise TypeError(f"{domain}, got {shorten(given)}")
    low, high = (None if end is None else as_kind(end, float) for end in given)
    if any(end is None and asked is not None for end, asked in zip((low, high), given, strict=True)):
        raise TypeError(f"{domain}, got {shorten(given)}")
    if not all(end is None or isfinite(end) for end in (low, high)):
        raise ValueError(f"{domain}, got {shorten(given)}")
    if low is not None and high is not None and not low < high:
        raise ValueError(f"plot: ylim must have low < high, got {shorten(given)}")
    if yscale == "log" and any(end is not None and end <= 0 for end in (low, high)):
        raise ValueError(f"plot: ylim must be above 0 with yscale='log', got {shorten(given)}")
    return low, high
