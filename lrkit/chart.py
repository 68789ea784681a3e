"""A picture as data: `Curve` and `Chart` hold every number and every decision; a renderer only draws them."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from ._params import count, shorten
from .schedules._base import LearningRateSchedule
from .schedules.join import JoinLR
from .schedules.table import TableLR

GRID_POINTS = 1000
"""Evenly spread points of a long curve; knots, jumps, extremes and ends come on top."""
MOST_POINTS = 2000
FEW_STEPS = 30
LONGEST_LABEL = 60
DEEPEST = 1e-6
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
    """Everything that a renderer needs to know."""

    curves: tuple[Curve, ...]
    total: int
    steps_per_epoch: int | None
    yscale: Literal["linear", "log"]
    title: str

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
            notes.append(f"drawn from {drawn:,} of {self.total:,} steps ({how})")
        return "; ".join(notes)

    @property
    def few(self) -> bool:
        """Whether the steps are so few that each gets a mark."""
        return self.total <= FEW_STEPS

    @property
    def x_label(self) -> str:
        """What the horizontal axis counts."""
        return "step" if self.steps_per_epoch is None else "epoch"

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
    if yscale == "log" and not any((curve.rates > 0).any() for curve in curves):
        raise ValueError("plot: yscale='log' needs a rate above 0, and there is none")
    if title is None:
        title = curves[0].label if len(curves) == 1 else ""
    title = "\n".join(map(one_line, str(title).split("\n")))
    scale: Literal["linear", "log"] = "log" if yscale == "log" else "linear"
    return Chart(curves, total, steps_per_epoch, scale, title)


def make_curve(schedule: LearningRateSchedule, label: str, total: int) -> Curve:
    """The curve of steps 0 to ``total - 1``."""
    steps, thinned = sample_steps(schedule, total)
    rates = _rates(schedule, steps)
    return Curve(label, steps, rates, thinned, tuple(_phases(schedule, 0, total)), _describe(label, steps, rates))


# Sampling -------------------------------------------------------------------------------------------------------


def sample_steps(schedule: LearningRateSchedule, total: int) -> tuple[Floats, bool]:
    """Positions from 0 to ``total - 1`` at which the drawn line is the curve, and whether they had to be thinned.

    They are every step of a short run; of a long one an even grid, the steps around each knot, and the highest and
    lowest step wherever the curve turns. If there are too many knots for that, they are the first, last, highest and
    lowest step of each of many stretches.
    """
    knots = schedule.knots(total)
    if knots.size <= MOST_POINTS:
        steps = _around(schedule, knots, total)
        steps = np.union1d(steps, _turns(schedule, steps))
        if steps.size <= MOST_POINTS:
            return steps, False
    return _thin(schedule, knots, total), True


def _rates(schedule: LearningRateSchedule, steps: Floats) -> Floats:
    """The rates at these steps, all of them finite."""
    rates = schedule.to_array(steps)
    if not np.isfinite(rates).all():
        bad = int(np.flatnonzero(~np.isfinite(rates))[0])
        raise ValueError(f"plot: {type(schedule).__name__}: cannot draw the rate {rates[bad]} at step {steps[bad]:.0f}")
    return rates


def _around(schedule: LearningRateSchedule, knots: Floats, total: int) -> Floats:
    """An even grid, the whole steps on and beside each knot, and both sides of each jump."""
    grid = np.linspace(0, total - 1, min(total, GRID_POINTS)).round()
    near = [np.floor(knots) - 1, np.floor(knots), np.ceil(knots), np.ceil(knots) + 1]
    steps = np.unique(np.concatenate([grid, *near, *_jumps(schedule, knots)]))
    return steps[(steps >= 0) & (steps <= total - 1)]


def _jumps(schedule: LearningRateSchedule, knots: Floats) -> Iterator[Floats]:
    """Each knot where the curve jumps, and the float right before or after it, on the jump's far side."""
    here = _rates(schedule, knots) / 2  # halved, so that no difference overflows
    for toward, quarter in ((0, -0.25), (np.inf, 0.25)):
        beside = np.nextafter(knots, toward)
        there = _rates(schedule, beside) / 2
        leap = np.abs(there - here)
        climb = np.abs(_rates(schedule, np.maximum(knots + quarter, 0)) / 2 - here)
        jumps = (leap > 1e-12 * np.maximum(np.abs(here), np.abs(there))) & (leap > 1e-3 * climb)
        yield np.concatenate([knots[jumps], beside[jumps]])


def _turns(schedule: LearningRateSchedule, steps: Floats) -> Floats:
    """The highest whole step near each top of the sampled curve, ends included, and the lowest near each bottom."""
    rates = _rates(schedule, steps) / 2
    into, out = np.diff(rates, prepend=rates[:1]), np.diff(rates, append=rates[-1:])
    steep = np.maximum(np.abs(into), np.abs(out)) > 1e-9 * np.abs(rates).max()  # else it is rounding
    steep[[rates.argmax(), rates.argmin()]] = True
    found = []
    for sign in (1, -1):
        at = np.flatnonzero((sign * into >= 0) & (sign * out <= 0) & steep)
        found.append(_zoom(schedule, sign, steps[np.maximum(at - 1, 0)], steps[np.minimum(at + 1, steps.size - 1)]))
    return np.concatenate(found)


def _zoom(schedule: LearningRateSchedule, sign: int, low: Floats, high: Floats) -> Floats:
    """The whole step with the highest ``sign * rate`` from each `low` to `high`: closer until every step is seen."""
    rows = np.arange(low.size)
    while True:
        near = np.linspace(low, high, 33, axis=1).round()
        best = (sign * _rates(schedule, near.ravel()).reshape(near.shape)).argmax(axis=1)
        if (high - low <= 32).all():
            return np.asarray(near[rows, best])
        low, high = near[rows, np.maximum(best - 1, 0)], near[rows, np.minimum(best + 1, 32)]


def _thin(schedule: LearningRateSchedule, knots: Floats, total: int) -> Floats:
    """The first, last, highest and lowest step of each of many stretches.

    Every step is looked at up to 4 million; of more, 8192 of each stretch and those around its knots.
    """
    edges = np.linspace(0, total, min(total, MOST_POINTS // 4) + 1).astype(np.int64)
    kept = []
    for start, stop in pairwise(edges):
        seen = np.linspace(start, stop - 1, min(stop - start, 8192)).round()
        if seen.size < stop - start:
            inside = knots[slice(*knots.searchsorted((start, stop)))]
            near = np.concatenate([np.ceil(inside) - 1, np.floor(inside), np.ceil(inside)])
            seen = np.union1d(seen, near[(near >= start) & (near < stop)])
        rates = _rates(schedule, seen)
        kept += [seen[0], seen[rates.argmin()], seen[rates.argmax()], seen[-1]]
    return np.unique(kept)


# Words ----------------------------------------------------------------------------------------------------------


def name_schedules(given: Sequence[Any], labels: Sequence[str] | None) -> list[tuple[str, LearningRateSchedule]]:
    """Label and schedule of each thing to draw."""
    flat: list[tuple[str, LearningRateSchedule]] = []
    for item in given:
        pairs = item.items() if isinstance(item, Mapping) else [("", item)]
        flat += [(one_line(str(label)), as_schedule(value)) for label, value in pairs]
    if not flat:
        raise TypeError("plot: nothing to draw: give at least one schedule")
    schedules = [schedule for _, schedule in flat]
    if labels is None:
        names = _told_apart([label or short_name(schedule) for label, schedule in flat], schedules)
    elif isinstance(labels, (list, tuple, np.ndarray)) and len(labels) == len(flat):
        names = [one_line(str(label)) for label in labels]
    else:
        raise ValueError(f"plot: labels must be a list of {len(flat)} texts, got {shorten(labels)}")
    return list(zip(names, schedules, strict=True))


def one_line(text: str) -> str:
    """The text without the characters that are none: tabs, line breaks, what switches a terminal's colours."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)


def as_schedule(value: Any) -> LearningRateSchedule:
    """A schedule as it is; a list, tuple or array of rates as a `TableLR`."""
    if isinstance(value, LearningRateSchedule):
        return value
    if isinstance(value, (list, tuple)) and any(isinstance(item, LearningRateSchedule) for item in value):
        raise TypeError("plot: give schedules one by one, plot(a, b), or as a dict of label to schedule, not as a list")
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim):
        return TableLR(value)  # type: ignore[arg-type]
    raise TypeError(
        f"plot: cannot draw {shorten(value)}: give a schedule, a list or array of rates, or a dict of label to those"
    )


def short_name(schedule: LearningRateSchedule) -> str:
    """A schedule in a few words: ``warm up → cosine decay``."""
    parts = list(schedule.parts())
    words = schedule.kind.replace("_", " ") or type(schedule).__name__
    if isinstance(schedule, JoinLR):
        return " → ".join(map(short_name, parts))
    if not parts:
        return words
    numbers = [f"{name}={_number(v)}" for name, v in schedule.parameters().items() if isinstance(v, (int, float))]
    names = [f"({short_name(part)})" if isinstance(part, JoinLR) else short_name(part) for part in parts]
    return words + (f"({', '.join(numbers)})" if numbers else "") + f" of {', '.join(names)}"


def _told_apart(labels: list[str], schedules: list[LearningRateSchedule]) -> list[str]:
    """The labels; those that occur twice with the numbers in which their schedules differ, or else counted."""
    groups = {label: [k for k, other in enumerate(labels) if other == label] for label in labels}
    told = list(labels)
    for label, group in groups.items():
        if len(group) > 1:
            for k, text in zip(group, _differences([schedules[k] for k in group]), strict=True):
                told[k] = f"{label} ({text})"
    return told


def _differences(schedules: list[LearningRateSchedule]) -> list[str]:
    """What tells each schedule from the others: the numbers that differ, or if that does not do, 1, 2, 3."""
    numbers = [list(_numbers(schedule)) for schedule in schedules]
    if len({tuple(name for name, _ in own) for own in numbers}) == 1:
        differ = [k for k, column in enumerate(zip(*numbers, strict=True)) if len(set(column)) > 1]
        texts = [", ".join(f"{name}={value}" for name, value in (own[k] for k in differ)) for own in numbers]
        if len(set(texts)) == len(texts) and max(map(len, texts)) <= LONGEST_LABEL:
            return texts
    return [str(k + 1) for k in range(len(schedules))]


def _numbers(schedule: LearningRateSchedule) -> Iterator[tuple[str, str]]:
    """The names and values of the numbers in a schedule and its parts, in order; those of tables are too many."""
    for name, value in schedule.parameters().items():
        if not isinstance(value, (tuple, LearningRateSchedule, np.ndarray)):
            yield name, _number(value)
        elif isinstance(value, tuple) and not any(isinstance(item, LearningRateSchedule) for item in value):
            yield name, f"[{', '.join(map(_number, value))}]"
    for part in schedule.parts():
        yield from _numbers(part)


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _phases(schedule: LearningRateSchedule, start: int, stop: int) -> Iterator[Phase]:
    """The parts of a schedule that begins at step `start`, up to `stop`: of a join, and of a join in it."""
    if not isinstance(schedule, JoinLR):
        return
    edges = (start, *(start + milestone for milestone in schedule.milestones), stop)
    for part, first, after in zip(schedule.schedules, edges, edges[1:], strict=False):
        if first < min(after, stop):
            inner = list(_phases(part, first, min(after, stop)))
            yield from inner or [Phase(first, min(after, stop), short_name(part))]


def _describe(label: str, steps: Floats, rates: Floats) -> str:
    whole = steps % 1 == 0  # a jump's far side may be higher than any step is
    steps, rates = steps[whole], rates[whole]
    top, bottom = int(rates.argmax()), int(rates.argmin())
    words = f"{label}: starts at {rates[0]:.6g}"
    if 0 < top < rates.size - 1:
        words += f", peaks at {rates[top]:.6g} at step {steps[top]:,.0f}"
    if rates[bottom] < min(rates[0], rates[-1]):
        words += f", is lowest with {rates[bottom]:.6g} at step {steps[bottom]:,.0f}"
    return f"{words}, ends at {rates[-1]:.6g} at step {steps[-1]:,.0f}."
