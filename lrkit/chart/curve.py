"""One curve as data: the rates of a schedule, or those that a log states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._types import Floats
from ..naming import describe, short_name
from ..schedules._base import LearningRateSchedule
from ..schedules.join import JoinLR
from .clock import SAME, Clock
from .sampling import MOST_POINTS, rates_at, sample_steps

if TYPE_CHECKING:
    from ..runs.log import LoggedSeries

FEW_ROWS = 60
"""The longest log that is drawn as points alone."""
GAP = 2.5
"""A distance between two rows that is a gap, in usual distances."""


class Phase(NamedTuple):
    """A named part of a curve: steps from `start` up to, not including, `stop`."""

    start: float
    stop: float
    name: str


@dataclass(frozen=True, eq=False)
class Curve:
    """The points of one curve: ``rates[i]`` is exactly ``schedule(steps[i])``, or the rate that a log has at that step.

    Where the curve jumps, `steps` holds the two neighbouring floats, so that the line between them is upright. A
    curve with too many knots is `thinned`: it has the first, last, highest and lowest step of each of many stretches.

    `total` is the number of steps of the run, or of rows of the log. They are counted in `unit`: steps, tokens or
    epochs. `clock` says where they are on the axis. Of a `logged` curve each point has a mark, and `gaps` are those
    before which the line is broken.
    """

    label: str
    schedule: LearningRateSchedule | None
    steps: Floats
    rates: Floats
    thinned: bool
    total: int
    unit: str = "step"
    clock: Clock = SAME
    gaps: tuple[int, ...] = ()
    logged: bool = False

    @property
    def joined(self) -> bool:
        """Whether a line is drawn through the points."""
        return not self.logged or self.steps.size > FEW_ROWS

    @property
    def last(self) -> float:
        """The last step, or the position of the last row."""
        return float(self.steps[-1])

    @property
    def alt(self) -> str:
        """What the curve does, in words."""
        # At the far side of a jump the curve may be higher than at any step.
        told = slice(None) if self.logged else self.steps % 1 == 0
        return describe(self.label, self.steps[told], self.rates[told], self.unit)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The parts of a join."""
        return tuple(_phases(self.schedule, 0, self.total))

    def broken(self, values: Any) -> Any:
        """The values of all points, with NaN in each gap, where renderers break a line."""
        return np.insert(np.asarray(values, float), self.gaps, np.nan, axis=0) if self.gaps else values


def make_curve(
    schedule: LearningRateSchedule, label: str, total: int, unit: str = "step", clock: Clock = SAME
) -> Curve:
    """The curve of steps 0 to ``total - 1``, on the clock of its axis."""
    steps, thinned = sample_steps(schedule, total, clock)
    return Curve(label, schedule, steps, rates_at(schedule, steps), thinned, total, unit, clock)


class LoggedRun(NamedTuple):
    """The rows of a log to draw: the position and the rate of each, in the order of the positions.

    `series` is where they were read, if they are those of one.
    """

    label: str
    positions: Floats
    rates: Floats
    unit: str = "step"
    series: LoggedSeries | None = None
    facts: Mapping[str, Any] = MappingProxyType({})

    @property
    def end(self) -> int:
        """Up to where there are rows."""
        return int(np.ceil(self.positions[-1])) + 1

    @property
    def whole_length(self) -> int:
        """The same: a log does not go on."""
        return self.end


def logged_curve(run: LoggedRun, total: int, clock: Clock = SAME) -> Curve:
    """The curve of the rows up to position ``total - 1``.

    Many rows are joined by a line, which is broken where the next row is much farther than usual.
    """
    at, rates = np.asarray(run.positions, float), np.asarray(run.rates, float)
    inside = np.isfinite(at) & np.isfinite(rates) & (at <= total - 1)
    at, rates = at[inside], rates[inside]
    if not at.size:
        raise ValueError(f"plot: {run.label}: there is no row up to {run.unit} {total - 1:,}")
    order = np.argsort(at, kind="stable")
    at, rates = at[order], rates[order]
    apart = np.diff(at)
    usual = float(np.median(apart[apart > 0])) if (apart > 0).any() else 1.0
    piece = np.concatenate([[0], np.cumsum(apart > GAP * usual)])
    kept = _thinned_rows(rates)
    gaps = tuple((np.flatnonzero(np.diff(piece[kept])) + 1).tolist()) if at.size > FEW_ROWS else ()
    return Curve(
        run.label, None, at[kept], rates[kept], kept.size < at.size, at.size, run.unit, clock, gaps, logged=True
    )


def _thinned_rows(rates: Floats) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Which rows are drawn: all, or of too many the first, last, highest and lowest of each of many stretches."""
    if rates.size <= MOST_POINTS:
        return np.arange(rates.size)
    edges = np.linspace(0, rates.size, MOST_POINTS // 4 + 1).astype(np.intp)
    stretches = list(zip(edges[:-1], edges[1:], strict=True))
    found = [(a, a + rates[a:b].argmin(), a + rates[a:b].argmax(), b - 1) for a, b in stretches]
    return np.unique(np.array(found, np.intp))


def _phases(schedule: LearningRateSchedule | None, start: int, stop: int) -> Iterator[Phase]:
    """The parts of a schedule that begins at step `start`, up to `stop`: of a join, and of a join in it."""
    if not isinstance(schedule, JoinLR):
        return
    edges = (start, *(start + milestone for milestone in schedule.milestones), stop)
    for part, first, after in zip(schedule.schedules, edges, edges[1:], strict=False):
        if first < min(after, stop):
            inner = list(_phases(part, first, min(after, stop)))
            yield from inner or [Phase(first, min(after, stop), short_name(part, numbers=False))]
