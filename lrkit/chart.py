"""A picture as data: `Curve` and `Chart` hold every number and every decision; a renderer only draws them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Literal, cast

import numpy as np

from ._params import count
from .naming import Run, describe, name_schedules, one_line, short_name
from .sampling import Floats, rates_at, sample_steps
from .schedules._base import LearningRateSchedule
from .schedules._endless import is_endless
from .schedules.join import JoinLR
from .schedules.table import TableLR

FEW_STEPS = 30
"""Up to so many steps, each gets a mark."""
DEEPEST = 1e-6
"""How far below the peak a logarithmic axis follows a curve that falls to 0."""


Axis = Literal["step", "epoch", "progress"]
Scale = Literal["linear", "log"]
WAY_OUT = "x='progress' draws each from 0 to 100 % of its own run"


@dataclass(frozen=True)
class Phase:
    """A named part of a curve: steps from `start` up to, not including, `stop`."""

    start: float
    stop: float
    name: str


@dataclass(frozen=True, eq=False)
class Curve:
    """The points of one curve: ``rates[i]`` is exactly ``schedule(steps[i])``.

    Where the curve jumps, `steps` holds the two neighbouring floats, so that the line between them is upright. A
    curve with too many knots for that is `thinned`: steps may be missing between them, but none that stands out.

    Its run has `total` steps, tokens or epochs: its `unit`. On an axis of epochs or of progress, `scale` is the length
    of an epoch or of the whole run, else 1.
    """

    label: str
    steps: Floats
    rates: Floats
    thinned: bool
    phases: tuple[Phase, ...]
    alt: str
    total: int
    unit: str = "step"
    scale: float = 1
    endless: bool = False


@dataclass(frozen=True, eq=False)
class Chart:
    """Everything that a renderer needs to know.

    The horizontal axis counts what the curves count ("step", whichever unit they have), epochs, or per cent of each
    curve's own run ("progress"). `epoch_steps`, if given, is the length of an epoch for a second axis.
    """

    curves: tuple[Curve, ...]
    axis: Axis
    yscale: Scale
    title: str
    y_label: str = "learning rate"
    epoch_steps: int | None = None

    @property
    def total(self) -> int:
        """The length of the longest run."""
        return max(curve.total for curve in self.curves)

    @property
    def last(self) -> float:
        """Where the axis ends."""
        return float(max(self.at(curve, curve.total - 1) for curve in self.curves))

    @property
    def whole(self) -> bool:
        """Whether the axis counts what the curves count, one by one."""
        return self.axis != "progress" and all(curve.scale == 1 for curve in self.curves)

    @property
    def alt(self) -> str:
        """What the picture shows, in words: for readers who do not see it."""
        return " ".join(curve.alt for curve in self.curves)

    @property
    def clipped(self) -> str:
        """What a logarithmic axis does not show, in words, or nothing."""
        lowest = min(float(curve.rates.min()) for curve in self.curves)
        if self.yscale == "linear" or lowest > 0:
            return ""
        if any(((curve.rates > 0) & (curve.rates < self.floor)).any() for curve in self.curves):
            return f"rates below {self.floor:.3g} are drawn at the lower edge"
        return f"rates of 0{' and below' if lowest < 0 else ''} are drawn at the lower edge"

    @property
    def note(self) -> str:
        """What the reader of the picture should know, or nothing."""
        total, drawn = max((c.total, int((c.steps % 1 == 0).sum())) for c in self.curves)
        unit = self.curves[0].unit if len({curve.unit for curve in self.curves}) == 1 else "point"
        notes = [self.clipped] if self.clipped else []
        if drawn < total:
            thinned = any(curve.thinned for curve in self.curves)
            how = "the highest and lowest of each stretch" if thinned else "jumps, bends, peaks and ends are exact"
            notes.append(f"drawn from {drawn:,} of {total:,} {unit}s ({how})")
        return "; ".join(notes)

    @property
    def endless(self) -> str:
        """Which curves go on in cycles past the last step, in words, or nothing."""
        names = [curve.label for curve in self.curves if curve.endless]
        if not names or len(names) == len(self.curves):
            return "repeats without end" if names else ""
        return f"{', '.join(names)}: repeats without end"

    @property
    def few(self) -> bool:
        """Whether the steps are so few that each gets a mark."""
        return self.total <= FEW_STEPS

    @property
    def x_label(self) -> str:
        """What the horizontal axis counts."""
        return {"step": self.curves[0].unit, "epoch": "epoch", "progress": "progress (%)"}[self.axis]

    def at(self, curve: Curve, step: Any) -> Any:
        """Where a step of a curve, or each of many, is on the axis."""
        return 100 * (step / curve.scale) if self.axis == "progress" else step / curve.scale

    def x(self, curve: Curve) -> Any:
        """The curve's positions on the axis: whole steps as integers, parts of epochs and of runs as floats."""
        if not self.whole:
            return self.at(curve, curve.steps)
        whole = curve.steps.astype(np.int64)
        return whole if (whole == curve.steps).all() else curve.steps

    @property
    def floor(self) -> float:
        """The lower edge of a logarithmic axis.

        A curve that falls to 0 passes through every power of ten on its way. Six of them below the peak are shown, or
        fewer where the rates are not as low.
        """
        lowest = min(float(curve.rates[curve.rates > 0].min()) for curve in self.curves if (curve.rates > 0).any())
        if min(float(curve.rates.min()) for curve in self.curves) <= 0:
            lowest = max(lowest / 2, DEEPEST * max(float(curve.rates.max()) for curve in self.curves))
        return max(lowest, sys.float_info.min)

    def shown(self, curve: Curve) -> Floats:
        """The curve's rates as they are drawn: on a logarithmic axis, none below the lower edge."""
        return curve.rates if self.yscale == "linear" else np.maximum(curve.rates, self.floor)

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and highest rate drawn."""
        shown = [self.shown(curve) for curve in self.curves]
        return float(min(rates.min() for rates in shown)), float(max(rates.max() for rates in shown))

    def heights(self, curve: Curve) -> Floats:
        """The curve's rates between 0 (the lowest of the chart) and 1 (the highest), on the chart's scale."""
        return self._scaled(self.shown(curve))

    def height_of(self, rate: float) -> float:
        """One rate on the same scale."""
        return float(self._scaled(rate))

    def _scaled(self, rates: Any) -> Floats:
        # Halved, a range as wide as the floats' own is still one of them.
        bend: Callable[[Any], Any] = np.log10 if self.yscale == "log" else lambda rates: np.asarray(rates) / 2
        low, high = bend(self.bounds)
        if high == low:
            return np.full(np.shape(rates), 0.5)
        return np.asarray((bend(rates) - low) / (high - low))


def make_chart(
    schedules: Sequence[Any],
    *,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    x: str = "step",
    steps_per_epoch: int | None = None,
    yscale: str = "linear",
    title: str | None = None,
    y_label: str = "learning rate",
) -> Chart:
    """The chart of `lrkit.plot`, whose parameters these are."""
    steps = None if steps is None else count("plot", "steps", steps)
    runs = name_schedules(schedules, labels, steps)
    return chart_of(
        runs, steps=steps, x=x, steps_per_epoch=steps_per_epoch, yscale=yscale, title=title, y_label=y_label
    )


def chart_of(
    runs: Sequence[Run],
    *,
    steps: int | None = None,
    x: str = "step",
    steps_per_epoch: int | None = None,
    yscale: str = "linear",
    title: str | None = None,
    y_label: str = "learning rate",
) -> Chart:
    """The chart of runs; the rest are parameters of `lrkit.plot`."""
    if x not in ("step", "epoch", "progress"):
        raise ValueError(f"plot: x must be 'step', 'epoch' or 'progress', got {x!r}")
    if yscale not in ("linear", "log"):
        raise ValueError(f"plot: yscale must be 'linear' or 'log', got {yscale!r}")
    axis = cast("Axis", x)
    if steps_per_epoch is not None:
        steps_per_epoch = count("plot", "steps_per_epoch", steps_per_epoch)
    if steps is not None:
        steps = count("plot", "steps", steps)
    check_units(runs, axis, steps_per_epoch)
    in_epoch = {"step": steps_per_epoch if axis == "epoch" and steps_per_epoch else 1}
    scales: list[float] = [in_epoch.get(run.unit, 1) for run in runs]
    totals = _lengths(runs, scales, steps, axis)
    if axis == "progress":
        scales = [max(total - 1, 1) for total in totals]
    curves = tuple(
        make_curve(run.schedule, run.label, total, run.unit, each)
        for run, total, each in zip(runs, totals, scales, strict=True)
    )
    if yscale == "log" and not any((curve.rates > 0).any() for curve in curves):
        raise ValueError("plot: yscale='log' needs a rate above 0, and there is none")
    if title is None:
        title = curves[0].label if len(curves) == 1 else ""
    title = "\n".join(map(one_line, str(title).split("\n")))
    beside = steps_per_epoch if axis == "step" else None
    return Chart(curves, axis, cast("Scale", yscale), title, one_line(str(y_label)), beside)


def check_units(runs: Sequence[Run], axis: str, steps_per_epoch: int | None) -> None:
    """Raise `ValueError` if the axis cannot count what the runs count."""
    named = {run.unit: run.label for run in reversed(runs)}
    told = [f"{label} counts {unit}s" for unit, label in reversed(named.items())]
    if axis == "epoch" and "token" in named:
        raise ValueError(f"plot: x='epoch' counts steps in epochs, but {named['token']} counts tokens: {WAY_OUT}")
    if axis == "epoch" and "step" in named and steps_per_epoch is None:
        raise ValueError("plot: x='epoch' needs steps_per_epoch")
    if axis == "step" and len(named) > 1:
        epochs = "" if "token" in named else "; x='epoch' with steps_per_epoch counts both in epochs"
        raise ValueError(f"plot: {' and '.join(told)}, which have no axis in common: {WAY_OUT}{epochs}")
    if steps_per_epoch is not None and axis == "step" and "step" not in named:
        raise ValueError(f"plot: steps_per_epoch is for what counts steps, but {told[0]}; leave it out")
    if steps_per_epoch is not None and axis == "progress":
        raise ValueError("plot: x='progress' counts no epochs; leave steps_per_epoch out")


def _lengths(runs: Sequence[Run], scales: Sequence[float], steps: int | None, axis: str) -> list[int]:
    """How many steps of each run are drawn.

    A run whose length is known ends there, and a list with its last rate. A schedule has no end: beside others it is
    drawn as far as the longest of them, and on an axis of progress until nothing new happens.
    """
    ends = [run.length or (run.schedule.horizon if isinstance(run.schedule, TableLR) else None) for run in runs]
    if steps is not None:
        kept = [axis == "progress" or (axis == "epoch" and run.unit == "epoch") for run in runs]
        return [end if end and keep else steps for end, keep in zip(ends, kept, strict=True)]
    own = [end or run.schedule.horizon + 1 for run, end in zip(runs, ends, strict=True)]
    if axis == "progress":
        return own
    longest = max(Fraction(length) / Fraction(scale) for length, scale in zip(own, scales, strict=True))
    return [end or ceil(longest * Fraction(scale)) for end, scale in zip(ends, scales, strict=True)]


def make_curve(schedule: LearningRateSchedule, label: str, total: int, unit: str = "step", scale: float = 1) -> Curve:
    """The curve of steps 0 to ``total - 1``, with the scale of its axis."""
    steps, thinned = sample_steps(schedule, total)
    rates = rates_at(schedule, steps)
    phases = tuple(_phases(schedule, 0, total))
    alt = describe(label, steps, rates, unit)
    return Curve(label, steps, rates, thinned, phases, alt, total, unit, scale, is_endless(schedule))


def _phases(schedule: LearningRateSchedule, start: int, stop: int) -> Iterator[Phase]:
    """The parts of a schedule that begins at step `start`, up to `stop`: of a join, and of a join in it."""
    if not isinstance(schedule, JoinLR):
        return
    edges = (start, *(start + milestone for milestone in schedule.milestones), stop)
    for part, first, after in zip(schedule.schedules, edges, edges[1:], strict=False):
        if first < min(after, stop):
            inner = list(_phases(part, first, min(after, stop)))
            yield from inner or [Phase(first, min(after, stop), short_name(part, numbers=False))]
