"""Which steps of a long curve are drawn, so that the line through them is the curve."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from .._namespaces.numpy import distinct
from .._types import Floats
from ..schedules._base import LearningRateSchedule
from .clock import SAME, Clock

ALL_POINTS = 1500
"""The longest run of which every step is drawn."""
GRID_POINTS = 1000
"""Evenly spread points of a long curve; those at knots, jumps, extremes and ends are added."""
MOST_POINTS = 2000
STRETCHES = 16
"""How many stretches of a curve with many knots are looked at in one evaluation: each takes time for every part."""


def sample_steps(schedule: LearningRateSchedule, total: int, clock: Clock = SAME) -> tuple[Floats, bool]:
    """Positions from 0 to ``total - 1`` between which straight lines show the curve, and whether they are thinned.

    Of a short run they are every step; of a long one a grid that is even on the axis, the steps around each knot, and
    the highest and lowest step wherever the curve turns. If there are too many knots for that, they are the first,
    last, highest and lowest step of each of many stretches.
    """
    knots = schedule.knots(total)
    if knots.size <= MOST_POINTS:
        steps = _around(schedule, knots, total, clock)
        if total > ALL_POINTS:
            steps = distinct(np.concatenate([steps, _turns(schedule, steps)]))
        if steps.size <= MOST_POINTS:
            return steps, False
    return _thin(schedule, knots, total), True


def rates_at(schedule: LearningRateSchedule, steps: Floats) -> Floats:
    """The rates at these steps, all of them finite."""
    rates = schedule.to_array(steps)
    if not np.isfinite(rates).all():
        bad = int(np.flatnonzero(~np.isfinite(rates))[0])
        raise ValueError(f"plot: {type(schedule).__name__}: cannot draw the rate {rates[bad]} at step {steps[bad]:.0f}")
    return rates


def _around(schedule: LearningRateSchedule, knots: Floats, total: int, clock: Clock) -> Floats:
    """A grid, the whole steps on and beside each knot, and both sides of each jump."""
    if total <= ALL_POINTS:
        grid = np.arange(float(total))
    else:
        grid = clock.back(np.linspace(0, clock.at(total - 1), GRID_POINTS)).round()
    near = [np.floor(knots) - 1, np.floor(knots), np.ceil(knots), np.ceil(knots) + 1]
    steps = distinct(np.concatenate([grid, *near, *_jumps(schedule, knots)]))
    return steps[(steps >= 0) & (steps <= total - 1)]


def _jumps(schedule: LearningRateSchedule, knots: Floats) -> Iterator[Floats]:
    """Each knot where the curve jumps, and the float right before or after it, on the jump's far side."""
    before, after = np.nextafter(knots, 0), np.nextafter(knots, np.inf)
    beside = np.stack([np.maximum(knots - 0.25, 0), before, knots, after, knots + 0.25])
    # Halved, so that no difference overflows.
    early, left, here, right, late = rates_at(schedule, beside.T.ravel()).reshape(-1, 5).T / 2
    for position, there, farther in ((before, left, early), (after, right, late)):
        leap, climb = np.abs(there - here), np.abs(farther - here)
        jumps = (leap > 1e-12 * np.maximum(np.abs(here), np.abs(there))) & (leap > 1e-3 * climb)
        yield np.concatenate([knots[jumps], position[jumps]])


def _turns(schedule: LearningRateSchedule, steps: Floats) -> Floats:
    """The highest whole step near each top of the sampled curve, ends included, and the lowest near each bottom."""
    rates = rates_at(schedule, steps) / 2
    into, out = np.diff(rates, prepend=rates[:1]), np.diff(rates, append=rates[-1:])
    steep = np.maximum(np.abs(into), np.abs(out)) > 1e-9 * np.abs(rates).max()  # a smaller step is rounding
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
        best = (sign * rates_at(schedule, near.ravel()).reshape(near.shape)).argmax(axis=1)
        if (high - low <= 32).all():
            return np.asarray(near[rows, best])
        low, high = near[rows, np.maximum(best - 1, 0)], near[rows, np.minimum(best + 1, 32)]


def _thin(schedule: LearningRateSchedule, knots: Floats, total: int) -> Floats:
    """The first, last, highest and lowest step of each of many stretches.

    Every step is looked at up to 4 million; of more, 8192 of each stretch and those around its knots.
    """
    edges = np.linspace(0, total, min(total, MOST_POINTS // 4) + 1).astype(np.int64)
    kept: list[Floats] = []
    for first in range(0, edges.size - 1, STRETCHES):
        stretches = [_looked_at(knots, *ends) for ends in pairwise(edges[first : first + STRETCHES + 1])]
        rates = rates_at(schedule, np.concatenate(stretches))
        for steps, found in zip(stretches, np.split(rates, np.cumsum([s.size for s in stretches[:-1]])), strict=True):
            kept.append(steps[np.array([0, found.argmin(), found.argmax(), -1])])
    return np.unique(np.concatenate(kept))


def _looked_at(knots: Floats, start: int, stop: int) -> Floats:
    steps = np.linspace(start, stop - 1, min(stop - start, 8192)).round()
    if steps.size == stop - start:
        return steps
    inside = knots[slice(*knots.searchsorted((start, stop)))]
    near = np.concatenate([np.ceil(inside) - 1, np.floor(inside), np.ceil(inside)])
    return np.union1d(steps, near[(near >= start) & (near < stop)])
