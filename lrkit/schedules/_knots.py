"""Steps at which a curve may bend or jump, for the hook `_knots` of a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ._formula import HasFormula

MOST_MULTIPLES = 1_000_000
"""The most steps that `multiples` returns."""


def multiples(period: int, stop: int) -> np.ndarray[Any, Any]:
    """The multiples of `period` below `stop`; of more than a million, at most a million, evenly spaced."""
    number = -(-stop // period)
    return period * np.arange(0, number, -(-number // MOST_MULTIPLES))


def knots_and_crossings(curves: Sequence[HasFormula], stop: int) -> np.ndarray[Any, Any]:
    """The knots of curves, and the steps before and after each crossing of two of them."""
    knots = np.concatenate([curve.knots(stop) for curve in curves])
    return np.concatenate([knots, *(_crossings(*pair, knots, stop) for pair in combinations(curves, 2))])


def _crossings(one: HasFormula, other: HasFormula, knots: np.ndarray[Any, Any], stop: int) -> np.ndarray[Any, Any]:
    """The last step before each crossing of two curves, and the first after it, found by bisection."""

    def above(step: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.asarray(one(step) > other(step))

    edges = np.unique(np.concatenate([[0, stop], np.floor(knots), np.ceil(knots)])).astype(np.int64)
    grid = np.unique(np.concatenate([edges, np.linspace(0, stop, min(stop, 4096) + 1).astype(np.int64)]))
    side = above(grid)
    turns = np.flatnonzero(side[1:] != side[:-1])
    low, high, before = grid[turns], grid[turns + 1], side[turns]
    while (high - low > 1).any():
        middle = (low + high) // 2
        same = above(middle) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.concatenate([low, high])
