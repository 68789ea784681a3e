"""Steps at which a curve may bend or jump, for the hook `_knots` of a schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ._formula import HasFormula

Steps = np.ndarray[Any, Any]
MOST_MULTIPLES = 1_000_000
"""The most steps that `multiples` returns."""
MOST_EDGES = 2**16
"""Of curves with more knots, crossings are looked for among so many of the first and of the last."""


def multiples(period: int, stop: int) -> Steps:
    """The multiples of `period` below `stop`; of more than a million, at most a million, evenly spaced."""
    number = -(-stop // period)
    return period * np.arange(0, number, -(-number // MOST_MULTIPLES))


def knots_and_crossings(curves: Sequence[HasFormula], stop: int) -> Steps:
    """The knots of curves, and the steps before and after each crossing of two of them."""
    knots = np.concatenate([curve.knots(stop) for curve in curves])
    return np.concatenate([knots, *(_crossings(*pair, knots, stop) for pair in combinations(curves, 2))])


def _crossings(one: HasFormula, other: HasFormula, knots: Steps, stop: int) -> Steps:
    """The last step before each crossing of two curves, and the first after it, found by bisection."""

    def above(step: Steps) -> Steps:
        return np.asarray(one(step) > other(step))

    edges = np.unique(np.concatenate([[0, stop], np.floor(knots), np.ceil(knots)])).astype(np.int64)
    if edges.size > 2 * MOST_EDGES:
        early, late = edges[:MOST_EDGES], edges[-MOST_EDGES:]
        return np.concatenate([_turns(above, early), _turns(above, late)])
    grid = np.linspace(0, stop, min(stop, 4096) + 1).astype(np.int64)
    return _turns(above, np.unique(np.concatenate([edges, grid])))


def _turns(above: Callable[[Steps], Steps], grid: Steps) -> Steps:
    """The last step before each change of side and the first after it, where two neighbours of a grid differ."""
    side = above(grid)
    turns = np.flatnonzero(side[1:] != side[:-1])
    low, high, before = grid[turns], grid[turns + 1], side[turns]
    while (high - low > 1).any():
        middle = (low + high) // 2
        same = above(middle) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.concatenate([low, high])
