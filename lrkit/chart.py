"""A picture as data: `Curve` and `Chart` hold every number and every decision; a renderer only draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ._params import count, shorten
from .schedules._base import LearningRateSchedule
from .schedules.join import JoinLR
from .schedules.table import TableLR

GRID_POINTS = 1000
"""Evenly spread points of a long curve; knots, jumps, extremes and ends come on top."""
MOST_POINTS = 2000
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Phase:
    """A named part of a curve: steps from `start` up to, not including, `stop`."""

    start: float
    stop: float
    name: str


@dataclass(frozen=True, eq=False)
class Curve:
    """The points of one curve: ``rates[i]`` is exactly ``schedule(steps[i])``.

    Where the curve jumps, `steps` holds the two neighbouring floats, so that the line between them is upright.
    """

    label: str
    steps: Floats
    rates: Floats
    phases: tuple[Phase, ...]
    alt: str


@dataclass(frozen=True, eq=False)
class Chart:
    """Everything that a renderer needs to know."""

    curves: tuple[Curve, ...]
    total: int
    steps_per_epoch: int | None
    yscale: Literal["linear", "log"]
    title: str
    note: str

    @property
    def alt(self) -> str:
        """What the picture shows, in words: for readers who do not see it."""
        return " ".join(curve.alt for curve in self.curves)

    @property
    def x_label(self) -> str:
        return "step" if self.steps_per_epoch is None else "epoch"

    def x(self, curve: Curve) -> Any:
        """The curve's positions on the axis: whole steps as integers, epochs as floats."""
        if self.steps_per_epoch is not None:
            return curve.steps / self.steps_per_epoch
        whole = curve.steps.astype(np.int64)
        return whole if (whole == curve.steps).all() else curve.steps

    @property
    def floor(self) -> float:
        """On a logarithmic axis: where rates that are not above 0 are drawn."""
        return min(float(curve.rates[curve.rates > 0].min()) for curve in self.curves if (curve.rates > 0).any()) / 2

    def shown(self, curve: Curve) -> Floats:
        """The curve's rates as they are drawn: on a logarithmic axis, none below the lower edge."""
        return curve.rates if self.yscale == "linear" else np.maximum(curve.rates, self.floor)

    def heights(self, curve: Curve) -> Floats:
        """The curve's rates between 0 (the lowest of the chart) and 1 (the highest), on the chart's scale."""
        bend: Callable[[Any], Any] = np.log10 if self.yscale == "log" else np.asarray
        low = min(bend(self.shown(c)).min() for c in self.curves)
        high = max(bend(self.shown(c)).max() for c in self.curves)
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
) -> Chart:
    """The chart of `lrkit.plot`, whose parameters these are."""
    if x not in ("step", "epoch"):
        raise ValueError(f"plot: x must be 'step' or 'epoch', got {x!r}")
    if yscale not in ("linear", "log"):
        raise ValueError(f"plot: yscale must be 'linear' or 'log', got {yscale!r}")
    if (x == "epoch") != (steps_per_epoch is not None):
        raise ValueError("plot: x='epoch' and steps_per_epoch go together")
    if steps_per_epoch is not None:
        steps_per_epoch = count("plot", "steps_per_epoch", steps_per_epoch)
    named = name_schedules(schedules, labels)
    total = count("plot", "steps", steps) if steps is not None else 1 + max(s.horizon for _, s in named)
    curves = tuple(make_curve(schedule, label, total) for label, schedule in named)
    notes = []
    if yscale == "log":
        if not any((curve.rates > 0).any() for curve in curves):
            raise ValueError("plot: yscale='log' needs a rate above 0, and there is none")
        if any((curve.rates <= 0).any() for curve in curves):
            notes.append("rates of 0 are drawn at the lower edge")
    if (drawn := max(curve.steps.size for curve in curves)) < total:
        notes.append(f"drawn from {drawn:,} of {total:,} steps; jumps, bends, peaks and ends are exact")
    if title is None:
        title = curves[0].label if len(curves) == 1 else ""
    scale: Literal["linear", "log"] = "log" if yscale == "log" else "linear"
    return Chart(curves, total, steps_per_epoch, scale, title, "; ".join(notes))


def make_curve(schedule: LearningRateSchedule, label: str, total: int) -> Curve:
    """The curve of steps 0 to ``total - 1``."""
    steps = sample_steps(schedule, total)
    rates = schedule.to_array(steps)
    return Curve(label, steps, rates, tuple(_phases(schedule, total)), _describe(label, steps, rates))


# Sampling -------------------------------------------------------------------------------------------------------


def sample_steps(schedule: LearningRateSchedule, total: int) -> Floats:
    """Positions from 0 to ``total - 1`` at which the drawn line is the curve.

    They are every step of a short run; of a long one an even grid, the steps around each knot, and the highest and
    lowest point. If there are too many knots for that, they are the first, last, highest and lowest step of each of
    many stretches.
    """
    knots = schedule.knots(total)
    if 6 * knots.size > GRID_POINTS:
        return _decimate(schedule, total)
    grid = np.unique(np.linspace(0, total - 1, min(total, GRID_POINTS)).round())
    around = np.concatenate([np.floor(knots) - 1, np.floor(knots), np.ceil(knots), np.ceil(knots) + 1])
    steps = np.union1d(np.concatenate([grid, *_jumps(schedule, knots)]), around)
    steps = steps[(steps >= 0) & (steps <= total - 1)]
    rates = schedule.to_array(steps)
    extremes = [_zoom(schedule, steps, int(pick(rates)), pick) for pick in (np.argmax, np.argmin)]
    return np.union1d(steps, np.concatenate(extremes))


def _jumps(schedule: LearningRateSchedule, knots: Floats) -> Iterator[Floats]:
    """Each knot where the curve jumps, and the float right before or after it, on the jump's far side."""
    here = schedule.to_array(knots)
    far = 1e-9 * np.abs(here).max(initial=0)
    for direction in (0, np.inf):
        beside = np.nextafter(knots, direction)
        jumps = np.abs(schedule.to_array(beside) - here) > far
        yield np.concatenate([knots[jumps], beside[jumps]])


def _zoom(schedule: LearningRateSchedule, steps: Floats, at: int, pick: Callable[[Any], Any]) -> Floats:
    """The whole step with the highest (lowest) rate near ``steps[at]``: look closer until every step is seen."""
    low, high = steps[max(at - 1, 0)], steps[min(at + 1, steps.size - 1)]
    while True:
        near = np.unique(np.linspace(low, high, 65).round())
        best = int(pick(schedule.to_array(near)))
        if high - low <= 64:
            return near[best : best + 1]
        low, high = near[max(best - 1, 0)], near[min(best + 1, near.size - 1)]


def _decimate(schedule: LearningRateSchedule, total: int) -> Floats:
    """The first, last, highest and lowest step of each of many stretches, all steps seen up to 4 million."""
    stretches = min(total, MOST_POINTS // 4)
    edges = np.linspace(0, total, stretches + 1).astype(np.int64)
    kept = []
    for start, stop in zip(edges, edges[1:], strict=False):
        seen = np.unique(np.linspace(start, stop - 1, min(stop - start, 8192)).round())
        rates = schedule.to_array(seen)
        kept += [seen[0], seen[rates.argmin()], seen[rates.argmax()], seen[-1]]
    return np.unique(kept)


# Words ----------------------------------------------------------------------------------------------------------


def name_schedules(given: Sequence[Any], labels: Sequence[str] | None) -> list[tuple[str, LearningRateSchedule]]:
    """Label and schedule of each thing to draw."""
    if not given:
        raise TypeError("plot: nothing to draw: give at least one schedule")
    flat: list[tuple[str | None, LearningRateSchedule]] = []
    for item in given:
        if isinstance(item, Mapping):
            flat += [(str(label), as_schedule(value)) for label, value in item.items()]
        else:
            flat.append((None, as_schedule(item)))
    if labels is not None:
        if isinstance(labels, str) or len(labels) != len(flat):
            raise ValueError(f"plot: labels must be a list of {len(flat)} texts, got {shorten(labels)}")
        return [(str(label), schedule) for label, (_, schedule) in zip(labels, flat, strict=True)]
    found = [label or short_name(schedule) for label, schedule in flat]
    twice = {label for label, times in Counter(found).items() if times > 1}
    return [
        (_tell_apart(label, schedule, flat) if label in twice else label, schedule)
        for label, (_, schedule) in zip(found, flat, strict=True)
    ]


def as_schedule(value: Any) -> LearningRateSchedule:
    """A schedule as it is; a list, tuple or array of rates as a `TableLR`."""
    if isinstance(value, LearningRateSchedule):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return TableLR(value)  # type: ignore[arg-type]
    raise TypeError(
        f"plot: cannot draw {shorten(value)}: give a schedule, a list or array of rates, or a dict of label to those"
    )


def short_name(schedule: LearningRateSchedule) -> str:
    """A schedule in a few words: ``warm up → cosine decay``."""
    parts = [short_name(part) for part in schedule.parts()]
    words = schedule.kind.replace("_", " ") or type(schedule).__name__
    if isinstance(schedule, JoinLR):
        return " → ".join(parts)
    if not parts:
        return words
    numbers = [f"{v:g}" for v in schedule.parameters().values() if isinstance(v, (int, float))]
    return f"{' '.join([words, *numbers])} of {', '.join(parts)}"


def _tell_apart(label: str, schedule: LearningRateSchedule, all_named: Sequence[tuple[Any, LearningRateSchedule]]) -> str:
    """The label with the fields in which schedules of the same kind differ."""
    same = [other.parameters() for _, other in all_named if type(other) is type(schedule)]
    own = schedule.parameters()
    differing = [name for name in own if any(repr(other[name]) != repr(own[name]) for other in same)]
    fields = ", ".join(f"{name}={shorten(own[name], 40)}" for name in differing)
    return f"{label} ({fields})" if fields else label


def _phases(schedule: LearningRateSchedule, total: int) -> Iterator[Phase]:
    if isinstance(schedule, JoinLR):
        edges = (0, *schedule.milestones, total)
        for part, start, stop in zip(schedule.schedules, edges, edges[1:], strict=False):
            if start < min(stop, total):
                yield Phase(start, min(stop, total), short_name(part))


def _describe(label: str, steps: Floats, rates: Floats) -> str:
    top = int(rates.argmax())
    peak = f", peaks at {rates[top]:.6g} at step {steps[top]:,.0f}" if 0 < top < rates.size - 1 else ""
    return f"{label}: starts at {rates[0]:.6g}{peak}, ends at {rates[-1]:.6g} at step {steps[-1]:,.0f}."
