"""Why a log is not what was planned: the usual causes, each found from the rows and told in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

from .._params import as_kind
from .._types import Floats
from ..schedules._base import LearningRateSchedule
from ..schedules.join import JoinLR
from .alignment import Alignment, Clock, epoch_steps, rates_at
from .numbers import nicest, roundest

Kind = Literal["peak", "factor", "clock", "epochs", "horizon", "offset"]
MOST = 4096
"""The largest number of processes, of batches in an update, and of steps in an epoch that are tried."""
FARTHEST = 2000
"""The largest offset that is tried."""
GRID = 20_001
MOST_LENGTHS = 4000
PROBES = 5
HALVINGS = 60


class Cause(NamedTuple):
    """A cause that explains every row: its kind, its number, and the sentence that says it."""

    kind: Kind
    number: float
    text: str


Warp = Callable[[Any, Any], Any]
"""The step of the plan that has the rate of a row, by the row's own step and the number that is tried."""


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows to explain: the step of each in the log's convention, its rate, and how precisely it is known."""

    schedule: LearningRateSchedule
    steps: Floats
    rates: Floats
    half_units: Floats
    unit: str
    factor: float = 1.0

    def planned(self, steps: Floats) -> Floats:
        """The plan's rates, in the unit of the log."""
        return np.asarray(self.factor * rates_at(self.schedule, steps.ravel())).reshape(steps.shape)

    def explained_by(self, steps: Floats, rows: Any = slice(None)) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether rows have the plan's rates at these steps; the last axis is that of the rows."""
        near = np.abs(self.rates[rows] - self.planned(steps)) <= self.half_units[rows]
        return np.asarray(near & (steps >= 0))

    def fitting(self, numbers: Floats, warp: Warp) -> list[float]:
        """The numbers with which every row is explained. A few rows that differ are tried first, for all numbers."""
        for row in self.probes:
            at = warp(self.steps[row], numbers)
            numbers = numbers[self.explained_by(at, row)]
        return [float(number) for number in numbers if self.explained_by(warp(self.steps, number)).all()]

    @cached_property
    def probes(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Some rows whose rates differ, in order: where the rate of the next or the last row is another."""
        apart = np.abs(np.diff(self.rates)) > self.half_units[1:] + self.half_units[:-1]
        rows = np.unique(np.concatenate([np.flatnonzero(apart), np.flatnonzero(apart) + 1]))
        return rows[np.unique(np.linspace(0, rows.size - 1, PROBES).round().astype(np.intp))] if rows.size else rows


def causes(found: Alignment, facts: Mapping[str, Any]) -> tuple[Cause, ...]:
    """What explains every row of a log that departs from its plan: none, one, or several that the rows leave open."""
    if found.series.averaged or found.series.rates.size < 3:
        return ()
    told: list[Cause] = []
    for offset in found.series.offsets:
        steps = np.asarray(found.series.clocks[found.clock.unit], np.float64) + offset
        rows = Rows(
            found.schedule, steps, found.series.rates, found.precision.half_units, found.clock.unit, found.clock.factor
        )
        if rows.probes.size < 2 or (steps < 0).any():
            continue
        told += [cause for cause in _of_rows(rows, facts) if cause.kind not in {known.kind for known in told}]
    return tuple(told)


def _of_rows(rows: Rows, facts: Mapping[str, Any]) -> Iterator[Cause]:
    """Of one offset, each kind once; where all of a plan is stretched by a whole number, its clock says more."""
    for find in (_peak, _factor, _clock, _epochs, _horizon, _offset):
        if (cause := find(rows, facts)) is not None:
            yield cause


def _factor(rows: Rows, _facts: Mapping[str, Any]) -> Cause | None:
    """One number that all rates are the plan's times."""
    planned = rows.planned(rows.steps)
    seen = np.abs(planned) > 1e-9 * np.abs(planned).max()
    if not seen.any() or (np.abs(rows.rates[~seen]) > rows.half_units[~seen]).any():
        return None
    ends = np.sort([(rows.rates + sign * rows.half_units)[seen] / planned[seen] for sign in (-1, 1)], axis=0)
    low, high = float(ends[0].max()), float(ends[1].min())
    if not low <= high or low <= 1 <= high or high <= 0:
        return None
    if (times := _whole_in(low, high)) and times > 1:
        return Cause(
            "factor", times, f"every rate is {times:,} times the plan's, as when it is multiplied by the number of "
            f"processes or batches, {times:,}",
        )  # fmt: skip
    if (parts := _whole_in(1 / high, 1 / max(low, 1e-300))) and parts > 1:
        return Cause(
            "factor", 1 / parts, f"every rate is the plan's divided by {parts:,}, as when it is divided among so many "
            "processes or batches",
        )  # fmt: skip
    middle = nicest(low, high)
    return Cause("factor", middle, f"every rate is {middle:g} times the plan's")


def _clock(rows: Rows, _facts: Mapping[str, Any]) -> Cause | None:
    """A schedule that is stepped several times for each update, or once for several."""
    numbers = np.arange(2.0, MOST + 1)
    if rows.unit != "epoch" and (found := rows.fitting(numbers, lambda steps, times: steps * times)):
        times = int(found[0])
        processes = f"as when each of {times:,} processes steps it"
        return Cause(
            "clock", times, f"the schedule runs {times:,} times too fast, {processes}: the row at {rows.unit} x has "
            f"the plan's rate of step {times:,}x",
        )  # fmt: skip
    if found := rows.fitting(numbers, lambda steps, times: steps / times):
        times = int(found[0])
        return Cause(
            "clock", 1 / times, f"the schedule runs {times:,} times too slowly: the row at {rows.unit} x has the "
            f"plan's rate of step x/{times:,}, as when the log counts batches, {times:,} to an update",
        )  # fmt: skip
    return None


def _epochs(rows: Rows, facts: Mapping[str, Any]) -> Cause | None:
    """A schedule that was planned in steps and is stepped once an epoch; or the other way round."""
    stated = epoch_steps(facts)
    numbers = np.arange(2.0, MOST + 1)
    found = rows.fitting(numbers, lambda steps, length: np.floor(steps / length))
    if not found and stated and stated > MOST:
        found = rows.fitting(np.array([float(stated)]), lambda steps, length: np.floor(steps / length))
    if found:
        length = int(next((n for n in found if n == stated), found[0]))
        return Cause(
            "epochs", length, f"the schedule is stepped once an epoch of {length:,} steps: the row at {rows.unit} x "
            f"has the plan's rate of step floor(x/{length:,})",
        )  # fmt: skip
    return None


def epoch_clock(found: Alignment) -> Clock | None:
    """How the rows of a log that counts epochs are read if its plan counts steps: by the length of an epoch.

    An epoch is counted from 0 or from 1, and its rate is that of its first or of its last update.
    """
    epochs = np.asarray(found.series.clocks["epoch"], np.float64) if "epoch" in found.series.clocks else np.array([])
    rows = Rows(found.schedule, epochs, found.series.rates, found.precision.half_units, "epoch", found.clock.factor)
    if not epochs.size or rows.probes.size < 3:
        return None
    for from_one, last in ((0, 0), (0, 1), (1, 0), (1, 1)):
        lengths = rows.fitting(
            np.arange(2.0, MOST + 1), lambda x, length, a=from_one, b=last: (x - a + b) * length - b  # type: ignore[misc]
        )  # fmt: skip
        if len(lengths) == 1:
            length = int(lengths[0])
            return Clock("epoch", (last - from_one) * length - last, float(length), found.clock.factor)
    return None


def _horizon(rows: Rows, facts: Mapping[str, Any]) -> Cause | None:
    """The plan's shape with another number of steps: all of it, or what comes after one of its milestones."""
    total = rows.schedule.horizon
    for start in (0, *_milestones(rows.schedule)):
        if start >= total:
            continue

        def stretched(steps: Any, length: Any, start: int = start) -> Any:
            return np.where(steps < start, steps, start + (steps - start) * (total - start) / (length - start))

        lengths = _candidate_lengths(rows, start, total)
        if found := [length for length in rows.fitting(lengths, stretched) if length != total]:
            return _another_length(found, rows, start, total, facts)
    return None


def _another_length(found: list[float], rows: Rows, start: int, total: int, facts: Mapping[str, Any]) -> Cause:
    stated = as_kind(facts.get("total"), float)
    length = int(stated) if stated in found else roundest(int(found[0]), int(found[-1]), 1)[0]
    length = length if length in found else int(found[0])
    between = f" ({int(found[0]):,} to {int(found[-1]):,} agree)" if len(found) > 1 else ""
    kept = f", its first {start:,} as planned" if start else ""
    known = ", which is the number that the log states" if stated == length else ""
    text = f"the log was written with {length:,} steps in place of the plan's {total:,}{between}{kept}{known}"
    return Cause("horizon", length, text)


def _candidate_lengths(rows: Rows, start: int, total: int) -> Floats:
    """The whole lengths with which the plan would have the rate of a row: of the row that leaves the fewest."""
    probes = rows.probes[rows.steps[rows.probes] > start]
    best = np.array([])
    for row, ends in zip(probes, _stretches(rows, probes, start, total), strict=True):
        # Step p of the plan is at the row if (p - start) / (total - start) = (step - start) / (length - start).
        with np.errstate(divide="ignore"):
            longest, shortest = (rows.steps[row] - start) * (total - start) / (ends - start).T
        first, last = np.ceil(shortest - 1e-6), np.floor(longest + 1e-6)
        if ends.size and (last - first < MOST_LENGTHS).all():
            lengths = np.unique(np.concatenate([np.arange(a, b + 1) for a, b in zip(first, last, strict=True)]))
            if lengths.size and not 0 < best.size <= lengths.size:
                best = start + lengths[lengths > 0]
    return best


def _stretches(rows: Rows, probes: Any, start: int, total: int) -> Iterator[Floats]:
    """For each of some rows, the first and last step of each stretch in which the plan has the row's rate."""
    grid = np.unique(np.linspace(start, total, min(total - start, GRID - 1) + 1))
    low, high = (rows.rates + sign * rows.half_units for sign in (-1, 1))
    edges = np.concatenate([low[probes], high[probes]])
    above = rows.planned(grid) > edges[:, None]
    which, cells = np.nonzero(above[:, 1:] != above[:, :-1])
    a, b = grid[cells], grid[cells + 1]
    for _ in range(HALVINGS):
        middle = (a + b) / 2
        as_at_a = (rows.planned(middle) > edges[which]) == above[which, cells]
        a, b = np.where(as_at_a, middle, a), np.where(as_at_a, b, middle)
    for k, row in enumerate(probes):
        ends = np.sort(np.concatenate([grid[[0, -1]], a[which % len(probes) == k]]))
        middles = rows.planned((ends[1:] + ends[:-1]) / 2)
        inside = np.flatnonzero((middles >= low[row]) & (middles <= high[row]))
        yield np.stack([ends[inside], ends[inside + 1]], axis=1)


def _offset(rows: Rows, _facts: Mapping[str, Any]) -> Cause | None:
    """The plan's curve some steps earlier or later."""
    numbers = np.arange(1.0, FARTHEST + 1)
    for sign, word in ((-1, "later"), (1, "earlier")):
        if found := rows.fitting(sign * numbers, lambda steps, offset: steps + offset):
            by = int(abs(found[0]))
            text = f"the whole curve is {by:,} step{'s' * (by > 1)} {word} than planned"
            if sign < 0:
                text += f": {by:,} update{'s' * (by > 1)} skipped before the first row, or another first step"
            return Cause("offset", sign * by, text)
    return None


def _peak(rows: Rows, _facts: Mapping[str, Any]) -> Cause | None:
    """One step more or less on one side of a milestone: the peak is reached a step early, or used twice."""
    for milestone in _milestones(rows.schedule):
        before = rows.steps < milestone
        if not before.any() or before.all():
            continue
        for offset, told in ((1, "is reached a step early"), (-1, "is reached a step late")):
            steps = np.where(before, rows.steps + offset, rows.steps)
            if rows.explained_by(steps).all():
                where = "a step ahead of" if offset > 0 else "a step behind"
                text = f"the steps before {milestone:,} are {where} the plan, the others as planned: the peak {told}"
                return Cause("peak", milestone, text)
            steps = np.where(before, rows.steps, rows.steps + offset)
            if rows.explained_by(steps).all():
                where = "a step ahead of" if offset > 0 else "a step behind"
                text = f"the steps from {milestone:,} on are {where} the plan, those before as planned"
                return Cause("peak", milestone, text)
    return None


def _milestones(schedule: LearningRateSchedule) -> list[int]:
    """The steps at which the parts of a schedule begin, those of parts within parts too."""
    found: set[int] = set()
    waiting = [(schedule, 0)]
    while waiting and len(found) < 20:
        one, start = waiting.pop()
        if isinstance(one, JoinLR):
            found |= {start + milestone for milestone in one.milestones}
            waiting += list(zip(one.schedules, (start, *(start + m for m in one.milestones)), strict=True))
    return sorted(found)


def _whole_in(low: float, high: float) -> int | None:
    """The whole number between two numbers, if there is only one that is not surely too large."""
    first, last = int(np.ceil(low - 1e-9 * abs(low))), int(np.floor(min(high * (1 + 1e-9), 1e9)))
    return first if first == last and first >= 1 else None
