"""The search for a decay's start: on a grid first, and then nearer and nearer to where it fits best."""

from __future__ import annotations

from itertools import count
from typing import NamedTuple

import numpy as np

from ..._types import Floats
from ._decay import Decay

FITTING, MET, ALIKE = 0.9, 1e-3, 1.2
"""Printed rates that are missed by so little, as a root of a mean square, may fit; where starts beside one another miss
them so nearly alike, no start between them does much better. What is missed by next to nothing is met: no start is
closer."""
GRID, NEAR = 17, 1e-3
SAME, NEAREST = 1e-11, 0.03
"""Starts that differ by so little are one, and those that move a rate by so much of half a unit."""
LEVELS, BEYOND = 3, 1e3
"""A shape that misses so many times more than is hopeless after some levels of ever finer starts is given up."""


class Starts(NamedTuple):
    """Starts with which a decay fits best, with their ends, the room there, and the least misfit in half units."""

    start: Floats
    end: Floats
    room: Floats
    misfit: float


def starts(decay: Decay, low: float, high: float, *, closest: bool = False) -> Starts:
    """The starts of an interval with which a decay fits best; the room is below 0 where none fits.

    Of printed rates the first that fit will do, unless the `closest` are wanted.
    """
    whole = decay.rows.whole and decay.whole_start
    least, most = low, high
    about: tuple[float, float] | None = None
    for level in count():
        grid = _grid(least, most, whole)
        same = max(SAME * max(abs(most), 1.0), _nearest(decay) * (float(decay.rows.x[-1]) - least))
        final = (whole and most - least < GRID) or most - least <= same or grid.size == 1
        apart = (most - least) / max(grid.size - 1, 1) / (float(decay.rows.x[-1]) - least)
        shrink = decay.fine if final and whole else max(float(np.clip(apart / 50, 1e-12, 1e-3)), decay.fine / 1e4)
        ends, misfit = decay.near_end(grid, shrink, about)
        missed = decay.missed(misfit, grid)
        best = int(misfit.argmin())
        near = slice(max(best - 1, 0), best + 2)
        if final or (level >= LEVELS and missed[best] > BEYOND * decay.hopeless):
            break
        if not decay.rows.exact and level:
            enough = MET if closest else FITTING
            if level % 2 and misfit[best] < (enough * decay.rows.half.min()) ** 2:
                found = _kept(decay, grid, misfit, missed)
                if found.room.max() >= 0 or found.room.max() + np.ptp(found.room) < 0:
                    return found  # else the best start is between these, which are too much alike to hide one that fits
            if missed[best] > decay.hopeless and misfit[near].max() < ALIKE * misfit[best]:
                break
        least, most = float(grid[near][0]), float(grid[near][-1])
        reach = max(float(np.ptp(ends[near])), NEAR * (float(ends[best]) - least))
        about = float(ends[near].min()) - reach, float(ends[near].max()) + reach
    if missed[best] > decay.hopeless:
        return Starts(grid[:1], grid[:1] + 1, np.array([-1.0]), float(missed[best]))
    return _kept(decay, grid, misfit, missed)


def _kept(decay: Decay, grid: Floats, misfit: Floats, missed: Floats) -> Starts:
    """The best of some starts."""
    keep = np.sort(np.argsort(misfit)[:5])
    return Starts(grid[keep], *decay.best_end(grid[keep]), float(missed.min()))


def _grid(low: float, high: float, whole: bool) -> Floats:
    if whole:
        low, high = np.ceil(low), np.floor(high)
        if high - low < GRID:
            return np.arange(low, high + 1)
        return np.unique(np.round(np.linspace(low, high, GRID)))
    return np.linspace(low, high, GRID)


def _nearest(decay: Decay) -> float:
    """Starts that differ by such a part of the decay's length move no rate by what can be told."""
    return 0.0 if decay.shape.steep else float(NEAREST * decay.rows.half.min() / decay.rows.top)
