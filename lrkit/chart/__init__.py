"""A picture as data: `Curve`, `Chart` and `Panels` hold all numbers and decisions; a renderer only draws them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._types import Axis, Floats, Scale
from ..naming import describe, short_name
from ..schedules._base import LearningRateSchedule
from ..schedules._endless import is_endless
from ..schedules.join import JoinLR
from .axis_options import AxisOptions
from .inputs import Run, name_schedules, one_line
from .sampling import rates_at, sample_steps

FEW_STEPS = 30
"""The longest run in which each step gets a mark."""
DEEPEST = 1e-6
"""The lowest rate on a logarithmic axis, as a part of the peak, where a curve falls to 0."""


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
    curve with too many knots is `thinned`: it has the first, last, highest and lowest step of each of many stretches.

    `total` is the length of the run, counted in its `unit`: steps, tokens or epochs. `scale` is the length of an epoch
    on an axis of epochs, that of the whole run on an axis of progress, else 1.
    """

    label: str
    schedule: LearningRateSchedule
    steps: Floats
    rates: Floats
    thinned: bool
    total: int
    unit: str = "step"
    scale: float = 1

    @property
    def alt(self) -> str:
        """What the curve does, in words."""
        return describe(self.label, self.steps, self.rates, self.unit)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The parts of a join."""
        return tuple(_phases(self.schedule, 0, self.total))


def make_curve(schedule: LearningRateSchedule, label: str, total: int, unit: str = "step", scale: float = 1) -> Curve:
    """The curve of steps 0 to ``total - 1``, with the scale of its axis."""
    steps, thinned = sample_steps(schedule, total)
    return Curve(label, schedule, steps, rates_at(schedule, steps), thinned, total, unit, scale)


def _phases(schedule: LearningRateSchedule, start: int, stop: int) -> Iterator[Phase]:
    """The parts of a schedule that begins at step `start`, up to `stop`: of a join, and of a join in it."""
    if not isinstance(schedule, JoinLR):
        return
    edges = (start, *(start + milestone for milestone in schedule.milestones), stop)
    for part, first, after in zip(schedule.schedules, edges, edges[1:], strict=False):
        if first < min(after, stop):
            inner = list(_phases(part, first, min(after, stop)))
            yield from inner or [Phase(first, min(after, stop), short_name(part, numbers=False))]


@dataclass(frozen=True, eq=False)
class Chart:
    """What a renderer draws on one pair of axes.

    The horizontal axis counts what the curves count ("step", whichever unit they have), epochs, or per cent of each
    curve's own run ("progress"). `epoch_steps`, if given, is the length of an epoch for a second axis.
    """

    curves: tuple[Curve, ...]
    axis: Axis
    yscale: Scale
    title: str
    y_label: str = "learning rate"
    epoch_steps: int | None = None

    # Words

    @property
    def alt(self) -> str:
        """What the picture shows, in words, for readers who do not see it."""
        return " ".join(curve.alt for curve in self.curves)

    @property
    def x_label(self) -> str:
        """What the horizontal axis counts."""
        return {"step": self.curves[0].unit, "epoch": "epoch", "progress": "progress (%)"}[self.axis]

    @property
    def note(self) -> str:
        """What the picture does not show: rates below the lower edge, and steps that are left out."""
        total, drawn = max((c.total, int((c.steps % 1 == 0).sum())) for c in self.curves)
        unit = self.curves[0].unit if len({curve.unit for curve in self.curves}) == 1 else "point"
        notes = [self.clipped] if self.clipped else []
        if drawn < total:
            thinned = any(curve.thinned for curve in self.curves)
            how = "the highest and lowest of each stretch" if thinned else "jumps, bends, peaks and ends are exact"
            notes.append(f"drawn from {drawn:,} of {total:,} {unit}s ({how})")
        return "; ".join(notes)

    @property
    def clipped(self) -> str:
        """Which rates a logarithmic axis does not show, in words."""
        lowest = min(float(curve.rates.min()) for curve in self.curves)
        if self.yscale == "linear" or lowest > 0:
            return ""
        if any(((curve.rates > 0) & (curve.rates < self.floor)).any() for curve in self.curves):
            return f"rates below {self.floor:.3g} are drawn at the lower edge"
        return f"rates of 0{' and below' if lowest < 0 else ''} are drawn at the lower edge"

    @property
    def endless(self) -> str:
        """Which curves repeat past the last step, in words."""
        names = [curve.label for curve in self.curves if is_endless(curve.schedule)]
        if not names or len(names) == len(self.curves):
            return "repeats without end" if names else ""
        return f"{', '.join(names)}: repeats without end"

    # The horizontal axis

    @property
    def total(self) -> int:
        """The length of the longest run."""
        return max(curve.total for curve in self.curves)

    @property
    def few(self) -> bool:
        """Whether each step gets a mark."""
        return self.total <= FEW_STEPS

    @property
    def last(self) -> float:
        """Where the axis ends."""
        return float(max(self.at(curve, curve.total - 1) for curve in self.curves))

    @property
    def whole(self) -> bool:
        """Whether the axis counts what the curves count, one by one."""
        return self.axis != "progress" and all(curve.scale == 1 for curve in self.curves)

    def at(self, curve: Curve, step: Any) -> Any:
        """Where a step of a curve, or each of many, is on the axis."""
        return 100 * (step / curve.scale) if self.axis == "progress" else step / curve.scale

    def x(self, curve: Curve) -> Any:
        """The curve's positions on the axis: whole steps as integers, parts of epochs and of runs as floats."""
        if not self.whole:
            return self.at(curve, curve.steps)
        whole = curve.steps.astype(np.int64)
        return whole if (whole == curve.steps).all() else curve.steps

    # The vertical axis

    @property
    def floor(self) -> float:
        """The lower edge of a logarithmic axis.

        A curve that falls to 0 passes through every power of ten. Those down to a millionth of the peak are shown, or
        fewer if no rate is as low.
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

    def heights(self, rates: Any) -> Floats:
        """Where rates are drawn on the vertical axis: the chart's lowest rate at 0, its highest at 1."""
        # Halved, so that the difference does not overflow.
        bend: Callable[[Any], Any] = np.log10 if self.yscale == "log" else lambda rates: np.asarray(rates) / 2
        low, high = bend(self.bounds)
        if high == low:
            return np.full(np.shape(rates), 0.5)
        return np.asarray((bend(rates) - low) / (high - low))


@dataclass(frozen=True, eq=False)
class Panels:
    """Charts in rows and columns, with the heights of the rows; the last row may be shorter than the others.

    With `shared`, the charts of a column have one horizontal axis.
    """

    rows: list[list[Chart]]
    heights: list[float]
    shared: bool = True

    @property
    def charts(self) -> list[Chart]:
        """All charts, row by row."""
        return [chart for row in self.rows for chart in row]

    @property
    def title(self) -> str:
        """The title of the first chart."""
        return self.rows[0][0].title

    @property
    def alt(self) -> str:
        """What the charts show, in words."""
        return " ".join(chart.alt for chart in self.charts)


def make_chart(
    schedules: Sequence[Any],
    *,
    labels: Sequence[str] | None = None,
    title: str | None = None,
    **axis_options: Any,
) -> Chart:
    """The chart of `lrkit.plot`, whose parameters these are; the others are those of `AxisOptions`."""
    options = AxisOptions(**axis_options)
    runs = name_schedules(schedules, labels, options.steps)
    return chart_of(runs, options, title=title)


def chart_of(
    runs: Sequence[Run], options: AxisOptions, *, title: str | None = None, y_label: str = "learning rate"
) -> Chart:
    """The chart of some runs; the title of a single curve is its label, if none is given."""
    options.check_units([(run.label, run.unit) for run in runs])
    curves = tuple(
        make_curve(run.schedule, run.label, length, run.unit, options.scale(run, length))
        for run, length in zip(runs, options.lengths(runs), strict=True)
    )
    if options.yscale == "log" and not any((curve.rates > 0).any() for curve in curves):
        raise ValueError("plot: yscale='log' needs a rate above 0, and there is none")
    if title is None:
        title = curves[0].label if len(curves) == 1 else ""
    title = "\n".join(map(one_line, str(title).split("\n")))
    beside = options.steps_per_epoch if options.x == "step" else None
    return Chart(curves, options.x, options.yscale, title, one_line(str(y_label)), beside)
