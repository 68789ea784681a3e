"""Steps at which a curve may bend or jump, for the hook `_knots` of a schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ._formula import HasFormula

Array = np.ndarray[Any, Any]
MOST_MULTIPLES = 1_000_000
"""The most steps that `multiples` returns."""
GRID = 4096
"""How many places, beside the knots, are searched for a change of the chosen curve."""


def multiples(period: int, stop: int) -> Array:
    """The multiples of `period` below `stop`; of more than a million, at most a million, evenly spaced."""
    number = -(-stop // period)
    return period * np.arange(0, number, -(-number // MOST_MULTIPLES))


class Chosen(NamedTuple):
    """The rates at some steps, and for each the number of the curve that it comes from, of so many."""

    rates: Array
    numbers: Array
    curves: int


class Choice(HasFormula):
    """A curve that is at each step one of several others, its parts.

    Where a part is a choice itself, all are made in one evaluation: nests of them would else take its square.
    """

    def _candidates(self) -> Sequence[HasFormula]:
        raise NotImplementedError

    def _choose(self, first: Chosen, others: Sequence[Chosen]) -> Chosen:
        """One of the candidates at each step."""
        raise NotImplementedError

    def _knots(self, stop: int) -> Any:
        """The knots of the candidates, and the steps before and after each change of the one that is chosen."""
        knots = np.concatenate([curve.knots(stop) for curve in _curves_in(self)])
        return np.concatenate([knots, _changes(lambda step: _chosen(self, step).numbers, knots, stop)])


def lower(one: Chosen, other: Chosen) -> Chosen:
    return _either(one, other, one.rates > other.rates)


def higher(one: Chosen, other: Chosen) -> Chosen:
    return _either(one, other, ~(one.rates > other.rates))


def knots_and_turns(curve: HasFormula, above: float, stop: int) -> Array:
    """The knots of a curve, and the steps before and after each place where it rises above a rate, or falls to it."""
    knots = curve.knots(stop)
    return np.concatenate([knots, _changes(lambda step: np.asarray(curve(step) > above), knots, stop)])


def _either(one: Chosen, other: Chosen, takes_other: Array) -> Chosen:
    rates = np.where(takes_other, other.rates, one.rates)
    return Chosen(rates, np.where(takes_other, one.curves + other.numbers, one.numbers), one.curves + other.curves)


def _chosen(curve: HasFormula, step: Array) -> Chosen:
    if not isinstance(curve, Choice):
        return Chosen(np.asarray(curve(step)), np.zeros(step.shape, np.int64), 1)
    first, *others = [_chosen(candidate, step) for candidate in curve._candidates()]  # noqa: SLF001  # of its own kind
    return curve._choose(first, others)  # noqa: SLF001


def _curves_in(curve: HasFormula) -> Iterator[HasFormula]:
    """The curves that are chosen from in the end, none of which is a choice."""
    if not isinstance(curve, Choice):
        yield curve
        return
    for candidate in curve._candidates():  # noqa: SLF001  # of its own kind
        yield from _curves_in(candidate)


def _changes(number: Callable[[Array], Array], knots: Array, stop: int) -> Array:
    """The last step before each change of a number, and the first after it: found by halving, from a grid on."""
    edges = np.unique(np.concatenate([[0, stop], np.floor(knots), np.ceil(knots)])).astype(np.int64)
    grid = np.unique(np.concatenate([edges, np.linspace(0, stop, min(stop, GRID) + 1).astype(np.int64)]))
    found = number(grid)
    while True:
        before = np.flatnonzero(found[1:] != found[:-1])
        wide = before[grid[before + 1] - grid[before] > 1]
        if not wide.size:
            return np.concatenate([grid[before], grid[before + 1]])
        middle = (grid[wide] + grid[wide + 1]) // 2
        grid, found = np.insert(grid, wide + 1, middle), np.insert(found, wide + 1, number(middle))
