"""The rows of a log as the search sees them: positions, and for each rate the lowest and the highest that it may be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..._types import Floats
from ..log import LoggedSeries
from ..precision import Precision


@dataclass(frozen=True, eq=False)
class Rows:
    """Positions that rise, rates, and how far each rate may be from the true one."""

    x: Floats
    rates: Floats
    half: Floats
    exact: bool
    """Whether the rates are known to the last bits of a computation, so that a fit is no coincidence."""

    @cached_property
    def low(self) -> Floats:
        return self.rates - self.half

    @cached_property
    def high(self) -> Floats:
        return self.rates + self.half

    @property
    def size(self) -> int:
        return self.x.size

    @cached_property
    def whole(self) -> bool:
        """Whether all positions are whole, and so those where a curve begins and ends."""
        return bool(np.all(self.x == np.round(self.x)))

    @cached_property
    def top(self) -> float:
        return float(np.abs(self.rates).max())

    @cached_property
    def precise(self) -> bool:
        """Whether a fit is no coincidence, be it that float32 has rounded the rates."""
        return self.exact or bool(self.half.max() <= PRECISE * self.top)

    def part(self, which: slice | np.ndarray) -> Rows:
        return Rows(self.x[which], self.rates[which], self.half[which], self.exact)

    @property
    def reversed(self) -> Rows:
        """The rows as they are seen backwards, where a rise falls."""
        return Rows(-self.x[::-1], self.rates[::-1], self.half[::-1], self.exact)

    def worst(self, rates: Floats) -> float:
        """The largest distance of these rates from the rows, in half units of the last printed place."""
        return float(np.max(np.abs(rates - self.rates) / self.half))


def rows_of(series: LoggedSeries, clock: str, precision: Precision) -> Rows:
    """The rows of a series on one of its clocks, in order; of rows at one position the last."""
    x = np.asarray(series.clocks[clock], float)
    rates, half = np.asarray(series.rates, float), np.maximum(np.asarray(precision.half_units, float), LEAST)
    good = np.isfinite(x) & np.isfinite(rates)
    x, rates, half = x[good], rates[good], half[good]
    if precision.form != "float64" and np.any(rates > 0):  # as near to 0 as the least rate that is printed
        half = np.where(rates == 0, np.maximum(half, half[rates > 0].min()), half)
    _, last = np.unique(x[::-1], return_index=True)
    keep = x.size - 1 - last
    return Rows(x[keep], rates[keep], half[keep], precision.form == "float64")


PRECISE = 1e-6
LEAST = 1e-300
"""Where all rates are 0, none is known to be more precise than this."""
APART = 1e-2
"""Neighbours among printed rates touch; rows that share less than this part of half a unit are not at one rate."""


@dataclass(frozen=True, eq=False)
class Split:
    """Where the rates climb to the top and fall from it: rows before `first`, rows from `after` on."""

    first: int
    after: int


def at_top(rows: Rows) -> np.ndarray:
    """The numbers of the rows that may be at the highest rate."""
    return np.flatnonzero(rows.high > rows.low.max() + APART * rows.half)


def split_at_top(rows: Rows) -> Split | None:
    """The split of a curve that rises to one top and falls from there, or None if it rises again."""
    top = at_top(rows)
    first, after = int(top[0]), int(top[-1]) + 1
    low, high = rows.low, rows.high
    if first and np.any(np.maximum.accumulate(low[:first]) > high[:first]):
        return None
    if after < rows.size and np.any(np.minimum.accumulate(high[after:]) < low[after:]):
        return None
    return Split(first, after) if np.all(high[first:after] >= low[first:after].max()) else None


def thinned(rows: Rows, most: int) -> Rows:
    """Some of the rows, evenly spread, but closer together at both ends."""
    if rows.size <= most:
        return rows
    even = np.linspace(0, rows.size - 1, most - most // 4)
    dense = np.geomspace(1, rows.size - 1, most // 8)
    keep = np.unique(np.concatenate([even, dense, rows.size - 1 - dense]).round().astype(int))
    return rows.part(keep)
