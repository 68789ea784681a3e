"""Steps at which a curve may bend or jump, for the hook `_knots` of a schedule."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._formula import HasFormula

Steps = np.ndarray[Any, Any]
MOST_MULTIPLES = 1_000_000
"""The most steps that `multiples` returns."""
MOST_EDGES = 2**16
"""Of curves with more knots, changes are looked for among so many of the first and of the last."""


def multiples(period: int, stop: int) -> Steps:
    """The multiples of `period` below `stop`; of more than a million, at most a million, evenly spaced."""
    number = -(-stop // period)
    return period * np.arange(0, number, -(-number // MOST_MULTIPLES))


def knots_of_choice(curve: HasFormula, stop: int) -> Steps:
    """The knots of the curves that a curve follows, and the steps around each change from one of them to another.

    Curves in it that are choices themselves are made in the same evaluation: the time grows with their number.
    """
    knots = _knots_inside(curve, stop)
    return np.concatenate([knots, _changes(curve, knots, stop)])


def _knots_inside(curve: HasFormula, stop: int) -> Steps:
    curves = curve._choice()  # noqa: SLF001  # a hook of schedules, as `_knots` is
    if not curves:
        return curve.knots(stop)
    return np.concatenate([_knots_inside(inner, stop) for _, inner in curves])


def _followed(curve: HasFormula, step: Steps) -> tuple[Steps, Steps, int]:
    """The rates at some steps, for each the number of the curve that it is of, and how many curves there are."""
    curves = curve._choice()  # noqa: SLF001
    if not curves:
        return curve(step), 0 * step, 1
    rates, numbers, count = _followed(curves[0][1], step)
    for from_below, bound in curves[1:]:
        others, theirs, more = _followed(bound, step)
        beyond = others > rates if from_below else others < rates
        rates = np.where(beyond, others, rates)
        numbers, count = np.where(beyond, theirs + count, numbers), count + more
    return rates, numbers, count


def _changes(curve: HasFormula, knots: Steps, stop: int) -> Steps:
    """The last step before each change of the followed curve, and the first after it, found by halving."""
    edges = np.unique(np.concatenate([[0, stop], np.floor(knots), np.ceil(knots)]))
    more = np.linspace(0, stop, min(stop, 4096) + 1)
    if edges.size > 2 * MOST_EDGES:
        edges, more = edges[:MOST_EDGES], edges[-MOST_EDGES:]
    grid = np.unique(np.concatenate([edges, more]).astype(np.int64))
    numbers = _followed(curve, grid)[1]
    turns = np.flatnonzero(numbers[1:] != numbers[:-1])
    low, high, before, after = grid[turns], grid[turns + 1], numbers[turns], numbers[turns + 1]
    while (high - low > 1).any():
        middle = (low + high) // 2
        between = _followed(curve, middle)[1]
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        before, after = np.concatenate([before, between]), np.concatenate([between, after])
        kept = np.flatnonzero(before != after)
        low, high, before, after = low[kept], high[kept], before[kept], after[kept]
    return np.concatenate([low, high])
