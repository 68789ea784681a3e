"""Two schedules compared, step by step over a run and past its end."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .._types import Rates
from ..schedules._base import LearningRateSchedule
from ._report import past_the_end
from ._result import Difference, Side

BLOCK = 65_536
"""How many steps are evaluated at a time."""
FEW = 4096
"""How many steps past the end are looked at, beside the knots."""
Pair = tuple[LearningRateSchedule, LearningRateSchedule]


def compare(
    pair: Pair, names: tuple[str, str], total: int, tolerance: float, unit: str, labels: tuple[str, str]
) -> Difference:
    """How the two differ over `total` steps, where rates count as equal within `tolerance` times the higher peak."""
    extremes = [_extremes(schedule, total) for schedule in pair]
    allowed = tolerance * max(abs(rate) for low_and_high in extremes for rate in low_and_high)
    a, b = (
        _side(name, schedule, total, top, allowed)
        for name, schedule, (_, top) in zip(names, pair, extremes, strict=True)
    )
    first, differing, gap, gap_at = None, 0, 0.0, 0
    for (start, one), (_, other) in zip(*(_blocks(schedule, total) for schedule in pair), strict=True):
        apart = other - one
        parted = np.flatnonzero(np.abs(apart) > allowed)
        if parted.size:
            first = start + int(parted[0]) if first is None else first
            differing += parted.size
        if abs(apart[k := int(np.abs(apart).argmax())]) > abs(gap):
            gap, gap_at = float(apart[k]), start + k
    beyond = _beyond(pair, total)
    conventions = {
        "first value": abs(a.first_value - b.first_value) > allowed,
        "peak": abs(a.peak - b.peak) > allowed or (a.peak_first_at, a.peak_steps) != (b.peak_first_at, b.peak_steps),
        "last value": abs(a.last_value - b.last_value) > allowed,
        "past the end": bool((np.abs(pair[0](beyond) - pair[1](beyond)) > allowed).any()),
    }
    return Difference(a, b, total, tolerance, first, differing, gap, gap_at, conventions, pair, unit, labels)


def _side(name: str, schedule: LearningRateSchedule, total: int, top: float, allowed: float) -> Side:
    first, uses, sums = None, 0, []
    for start, rates in _blocks(schedule, total):
        at = np.flatnonzero(rates >= top - allowed)
        first = start + int(at[0]) if first is None and at.size else first
        uses += at.size
        sums.append(float(rates.sum()))
    last, beyond = schedule(total - 1), _beyond((schedule,), total)
    words = past_the_end(beyond, schedule(beyond), last, allowed)
    return Side(name, schedule(0), top, first or 0, uses, last, words, math.fsum(sums))


def _blocks(schedule: LearningRateSchedule, total: int) -> Iterator[tuple[int, Rates]]:
    """The rates of a run, a block of steps at a time, and the first step of each."""
    for start in range(0, total, BLOCK):
        yield start, schedule(np.arange(start, min(start + BLOCK, total)))


def _extremes(schedule: LearningRateSchedule, total: int) -> tuple[float, float]:
    """The lowest and the highest rate of a run."""
    ends = [(float(rates.min()), float(rates.max())) for _, rates in _blocks(schedule, total)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _beyond(schedules: tuple[LearningRateSchedule, ...], total: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Steps past the end: as many as the run has, or if these are too many, some of them and those at the knots."""
    stop = 2 * total
    knots = [schedule.knots(stop) for schedule in schedules]
    near = [edge(own) for own in knots for edge in (np.floor, np.ceil)]
    steps = np.concatenate([np.linspace(total, stop, min(total, FEW) + 1).round(), *near]).astype(np.int64)
    return np.unique(steps[steps >= total])
