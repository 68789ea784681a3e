"""A picture as data: `Curve` and `Chart` hold every number and every decision; a renderer only draws them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ._params import count
from ._recipes import Recipe
from .naming import describe, name_schedules, one_line, short_name
from .sampling import Floats, rates_at, sample_steps
from .schedules._base import LearningRateSchedule
from .schedules.join import JoinLR
from .schedules.table import TableLR

FEW_STEPS = 30
"""Up to so many steps, each gets a mark."""
DEEPEST = 1e-6
"""How far below the peak a logarithmic axis follows a curve that falls to 0."""


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
    """

    label: str
    steps: Floats
    rates: Floats
    thinned: bool
    phases: tuple[Phase, ...]
    alt: str


@dataclass(frozen=True, eq=False)
class Chart:
    """Everything that a renderer needs to know.

    A step may be a token or an epoch of a recipe: its `unit`. The horizontal axis counts epochs of `steps_per_epoch`,
    or steps; then `epoch_steps`, if given, is the length of an epoch for a second axis.
    """

    curves: tuple[Curve, ...]
    total: int
    steps_per_epoch: int | None
    yscale: Literal["linear", "log"]
    title: str
    y_label: str = "learning rate"
    epoch_steps: int | None = None
    unit: str = "step"

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
        drawn = max(int((curve.steps % 1 == 0).sum()) for curve in self.curves)
        notes = [self.clipped] if self.clipped else []
        if drawn < self.total:
            thinned = any(curve.thinned for curve in self.curves)
            how = "the highest and lowest of each stretch" if thinned else "jumps, bends, peaks and ends are exact"
            notes.append(f"drawn from {drawn:,} of {self.total:,} {self.unit}s ({how})")
        return "; ".join(notes)

    @property
    def few(self) -> bool:
        """Whether the steps are so few that each gets a mark."""
        return self.total <= FEW_STEPS

    @property
    def x_label(self) -> str:
        """What the horizontal axis counts."""
        return self.unit if self.steps_per_epoch is None else "epoch"

    def x(self, curve: Curve) -> Any:
        """The curve's positions on the axis: whole steps as integers, epochs as floats."""
        if self.steps_per_epoch is not None:
            return curve.steps / self.steps_per_epoch
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
        # Halved, a range as wide as the floats' own is still one of them.
        bend: Callable[[Any], Any] = np.log10 if self.yscale == "log" else lambda rates: np.asarray(rates) / 2
        low, high = bend(self.bounds)
        if high == low:
            return np.full(curve.rates.shape, 0.5)
        return np.asarray((bend(self.shown(curve)) - low) / (high - low))


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
    if x not in ("step", "epoch"):
        raise ValueError(f"plot: x must be 'step' or 'epoch', got {x!r}")
    if yscale not in ("linear", "log"):
        raise ValueError(f"plot: yscale must be 'linear' or 'log', got {yscale!r}")
    if x == "epoch" and steps_per_epoch is None:
        raise ValueError("plot: x='epoch' needs steps_per_epoch")
    if steps_per_epoch is not None:
        steps_per_epoch = count("plot", "steps_per_epoch", steps_per_epoch)
    recipes = _recipes(schedules)
    if steps is not None:
        steps = count("plot", "steps", steps)
    elif recipes:
        steps = max(recipe.steps for recipe in recipes)
    units = {recipe.unit for recipe in recipes}
    unit = units.pop() if len(units) == 1 else "step"
    named = name_schedules(schedules, labels, steps)
    total = steps or max(s.horizon + (not isinstance(s, TableLR)) for _, s in named)  # a table ends with its last rate
    curves = tuple(make_curve(schedule, label, total, unit) for label, schedule in named)
    if yscale == "log" and not any((curve.rates > 0).any() for curve in curves):
        raise ValueError("plot: yscale='log' needs a rate above 0, and there is none")
    if title is None:
        title = curves[0].label if len(curves) == 1 else ""
    title = "\n".join(map(one_line, str(title).split("\n")))
    scale: Literal["linear", "log"] = "log" if yscale == "log" else "linear"
    scaled, beside = (steps_per_epoch, None) if x == "epoch" else (None, steps_per_epoch)
    return Chart(curves, total, scaled, scale, title, one_line(str(y_label)), beside, unit)


def _recipes(given: Sequence[Any]) -> list[Recipe]:
    """The recipes, if there are only such."""
    flat = [value for item in given for value in (item.values() if isinstance(item, Mapping) else [item])]
    return flat if all(isinstance(value, Recipe) for value in flat) else []


def make_curve(schedule: LearningRateSchedule, label: str, total: int, unit: str = "step") -> Curve:
    """The curve of steps 0 to ``total - 1``."""
    steps, thinned = sample_steps(schedule, total)
    rates = rates_at(schedule, steps)
    return Curve(label, steps, rates, thinned, tuple(_phases(schedule, 0, total)), describe(label, steps, rates, unit))


def _phases(schedule: LearningRateSchedule, start: int, stop: int) -> Iterator[Phase]:
    """The parts of a schedule that begins at step `start`, up to `stop`: of a join, and of a join in it."""
    if not isinstance(schedule, JoinLR):
        return
    edges = (start, *(start + milestone for milestone in schedule.milestones), stop)
    for part, first, after in zip(schedule.schedules, edges, edges[1:], strict=False):
        if first < min(after, stop):
            inner = list(_phases(part, first, min(after, stop)))
            yield from inner or [Phase(first, min(after, stop), short_name(part))]
