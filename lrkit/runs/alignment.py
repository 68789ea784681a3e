"""A schedule laid over the rows of a log: in which convention, behind which skipped updates, and how far off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .._params import as_kind
from .._types import Floats
from ..schedules._base import LearningRateSchedule
from .lag import Lags, growth, lag_path, lags_within
from .log import LoggedSeries
from .precision import Precision

MOST_LAGS = 1000
MOST_ENTRIES = 4_000_000
"""How many pairs of a row and a lag are tried at most."""
FIRST_LAG = 16
"""The most updates that are skipped before the first row: mixed precision halves its loss scale of 2**16 each time."""
LONGEST_EPOCH = 100_000
"""The most steps of an epoch over which rates are averaged."""


class Clock(NamedTuple):
    """How the rows of a log are read: on which of its clocks, with how many steps in a unit, at which offset."""

    unit: str
    offset: int = 0
    scale: float = 1.0
    factor: float = 1.0
    """What the plan is multiplied by: of a log of multipliers, 1 over its peak."""

    def steps(self, series: LoggedSeries) -> Floats:
        """The step of the schedule whose rate each row has."""
        return self.scale * np.asarray(series.clocks[self.unit], np.float64) + self.offset


@dataclass(frozen=True, eq=False)
class Alignment:
    """A schedule over a log: row `i` is compared with ``schedule(steps[i])``.

    `lags` are the skipped updates before each row, which are subtracted from `steps` already. `residuals` are the
    logged rates less the planned ones, in halves of a unit of the last printed place. `alike` are the clocks that
    agree as well as `clock`.
    """

    schedule: LearningRateSchedule
    series: LoggedSeries
    clock: Clock
    precision: Precision
    steps: Floats
    lags: Lags
    planned: Floats
    residuals: Floats
    alike: tuple[Clock, ...] = ()

    @property
    def departing(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which rows are farther from the plan than they are rounded."""
        return ~(np.abs(self.residuals) <= 1)

    @property
    def agrees(self) -> bool:
        """Whether every row has the planned rate, as precisely as it is printed."""
        return not self.departing.any()

    @property
    def skips(self) -> list[tuple[int, int]]:
        """The rows at which the lag grows, each with the lag from there on."""
        return growth(self.lags)


def align(
    schedule: LearningRateSchedule, series: LoggedSeries, facts: Mapping[str, Any], unit: str = "step"
) -> Alignment:
    """The schedule over the rows, in the convention and behind the skipped updates with which they agree.

    `unit` is what the schedule counts. Where nothing agrees, it is the convention in which the most rows do.
    """
    clocks = list(clocks_of(schedule, series, facts, unit))
    readings = series.precisions
    found = [laid_over(schedule, series, clock, precision, facts) for precision in readings for clock in clocks]
    for precision in readings:
        agreeing = [one for one in found if one.precision is precision and one.agrees]
        if agreeing:
            return _with_alike(agreeing)
    behind = [one for one in (_behind(one) for one in found if one.clock.scale == 1) if one is not None]
    if behind:
        return min(behind, key=lambda one: len(one.skips))
    first = [one for one in found if one.precision is readings[0]]
    return min(first, key=lambda one: int(one.departing.sum()))


def _with_alike(agreeing: Sequence[Alignment]) -> Alignment:
    one = agreeing[0]
    return Alignment(**vars(one) | {"alike": tuple(other.clock for other in agreeing[1:])})


def clocks_of(
    schedule: LearningRateSchedule, series: LoggedSeries, facts: Mapping[str, Any], unit: str
) -> Iterator[Clock]:
    """The clocks that a log may be read on, the likeliest first."""
    factors = [1.0]
    if series.parameter == "multiplier" and (peak := _peak(schedule)) > 0:
        factors.append(1 / peak)
    units = sorted(series.clocks, key=lambda own: own != unit)
    for factor in factors:
        for own in units:
            yield from (Clock(own, offset, 1.0, factor) for offset in series.offsets)
        if unit == "step" and "epoch" in series.clocks and (length := epoch_steps(facts)):
            # An epoch is counted from 0 or from 1, and its rate is that of its first or of its last update.
            for offset in (0, length - 1, -1, -length):
                yield Clock("epoch", offset, float(length), factor)


def epoch_steps(facts: Mapping[str, Any]) -> int | None:
    """The number of updates in an epoch, if the log states it."""
    length = as_kind(facts.get("epoch_steps"), int)
    return length if length is not None and length > 1 else None


def _peak(schedule: LearningRateSchedule) -> float:
    steps = np.arange(min(schedule.horizon + 1, 100_000))
    return float(schedule.to_array(np.unique(np.concatenate([steps, schedule.knots(schedule.horizon + 1)]))).max())


def laid_over(
    schedule: LearningRateSchedule,
    series: LoggedSeries,
    clock: Clock,
    precision: Precision,
    facts: Mapping[str, Any],
    lags: Lags | None = None,
) -> Alignment:
    """The schedule over the rows on a clock that is given; of steps before the first, step 0."""
    behind = np.zeros(series.rates.size, np.int64) if lags is None else lags
    steps = clock.steps(series) - behind
    length = epoch_steps(facts) or 1
    planned = clock.factor * rates_at(schedule, steps, length if series.averaged and clock.scale != 1 else 1)
    residuals = (series.rates - planned) / precision.half_units
    if (steps < 0).any():  # no such convention
        residuals = np.where(steps < 0, np.inf, residuals)
    return Alignment(schedule, series, clock, precision, steps, behind, planned, residuals)


def rates_at(schedule: LearningRateSchedule, steps: Floats, averaged: int = 1) -> Floats:
    """The rates at the steps, or the means of so many rates from each on."""
    at = np.maximum(steps, 0)
    if averaged == 1 or averaged > LONGEST_EPOCH:
        return np.asarray(schedule.to_array(at), np.float64)
    return np.array([float(schedule.to_array(np.arange(start, start + averaged)).mean()) for start in at])


def _behind(one: Alignment) -> Alignment | None:
    """The same with a lag that grows in the log, by skipped updates, if all rows agree so."""
    steps = one.clock.steps(one.series)
    rows = steps.size
    if not rows or one.series.averaged or (steps % 1).any():
        return None
    lags = np.arange(lags_within(steps, min(MOST_LAGS, MOST_ENTRIES // rows)))
    at = steps[:, None] - lags
    planned = one.clock.factor * rates_at(one.schedule, at.ravel()).reshape(at.shape)
    near = np.abs(one.series.rates[:, None] - planned) <= one.precision.half_units[:, None]
    near &= at >= 0
    near[0, FIRST_LAG + 1 :] = False
    path = lag_path(near)
    if path is None or len(set(path.tolist())) == 1 or len(growth(path)) > max(4, rows // 6):
        return None  # a lag that never grows is another offset
    return laid_over(one.schedule, one.series, one.clock, one.precision, {}, path)
