"""What the axes of a chart count, and how far each curve is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isfinite
from typing import Any

import numpy as np

from .._params import as_kind, count, shorten
from .._types import Axis, Scale
from .curve import LoggedRun
from .inputs import Run
from .marks import asked_marks

Limits = tuple[float | None, float | None]
"""The lower and upper end of an axis; None leaves an end to the chart."""
WAY_OUT = "x='progress' draws each from 0 to 100 % of its own run"


@dataclass(frozen=True)
class AxisOptions:
    """The options that `lrkit.plot` and the pictures of several panels have in common, checked."""

    steps: int | None = None
    x: Axis = "step"
    steps_per_epoch: int | None = None
    yscale: Scale = "linear"
    ylim: Limits = (None, None)
    marks: Any = ()
    dashes: bool = False

    def __post_init__(self) -> None:
        for name in ("steps", "steps_per_epoch"):
            if (given := getattr(self, name)) is not None:
                object.__setattr__(self, name, count("plot", name, given))
        if self.x not in ("step", "epoch", "progress"):
            raise ValueError(f"plot: x must be 'step', 'epoch' or 'progress', got {self.x!r}")
        if self.yscale not in ("linear", "log"):
            raise ValueError(f"plot: yscale must be 'linear' or 'log', got {self.yscale!r}")
        object.__setattr__(self, "ylim", _limits(self.ylim, self.yscale))
        object.__setattr__(self, "marks", asked_marks(self.marks))
        if as_kind(self.dashes, bool) is None:
            raise TypeError(f"plot: dashes must be True or False, got {shorten(self.dashes)}")

    def check_units(self, units: Sequence[tuple[str, str]]) -> None:
        """Raise `ValueError` if the horizontal axis cannot count what the curves count; each gives label and unit."""
        named = {unit: label for label, unit in reversed(units)}
        told = [f"{label} counts {unit}s" for unit, label in reversed(named.items())]
        if self.x == "epoch" and "token" in named:
            raise ValueError(f"plot: x='epoch' counts steps in epochs, but {named['token']} counts tokens: {WAY_OUT}")
        if self.x == "epoch" and "step" in named and self.steps_per_epoch is None:
            raise ValueError("plot: x='epoch' needs steps_per_epoch")
        if self.x == "step" and len(named) > 1:
            epochs = "" if "token" in named else "; x='epoch' with steps_per_epoch counts both in epochs"
            raise ValueError(f"plot: {' and '.join(told)}, which have no axis in common: {WAY_OUT}{epochs}")
        if self.steps_per_epoch is not None and self.x == "step" and "step" not in named:
            raise ValueError(f"plot: steps_per_epoch is for what counts steps, but {told[0]}; leave it out")
        if self.steps_per_epoch is not None and self.x == "progress":
            raise ValueError("plot: x='progress' counts no epochs; leave steps_per_epoch out")

    def lengths(self, runs: Sequence[Run | LoggedRun]) -> list[int]:
        """How many steps of each run are drawn.

        A recipe and a list have a length of their own. A schedule has none: it is drawn as far as the longest curve,
        and on an axis of progress until nothing new happens.
        """
        if self.steps is not None:
            own = [self.x == "progress" or (self.x == "epoch" and run.unit == "epoch") for run in runs]
            return [run.end or self.steps if keeps else self.steps for run, keeps in zip(runs, own, strict=True)]
        if self.x == "progress":
            return [run.whole_length for run in runs]
        longest = max(Fraction(run.whole_length) / self.unit_length(run) for run in runs)
        return [run.end or ceil(longest * self.unit_length(run)) for run in runs]

    def unit_length(self, run: Run | LoggedRun) -> int:
        """The steps in one unit of the axis: on an axis of epochs, those of an epoch; else one."""
        return (self.steps_per_epoch or 1) if self.x == "epoch" and run.unit == "step" else 1

    def scale(self, run: Run | LoggedRun, length: int) -> float:
        """By what steps are divided on the axis: `unit_length`, or on an axis of progress the length of the run."""
        return max(length - 1, 1) if self.x == "progress" else self.unit_length(run)


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
