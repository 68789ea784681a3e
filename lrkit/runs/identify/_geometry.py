"""What rows within tolerances say about a curve ``floor + (top - floor) * g``: how well it can fit, and which numbers fit.

All functions take many curves at once: arrays of a row for each curve, and a column for each row of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..._types import Floats

GOLDEN = (5**0.5 - 1) / 2
NOTHING = -1e4
"""The logarithm of a rate that is 0."""


class Bounds(NamedTuple):
    """The lowest and the highest of each of several curves."""

    low: Floats
    high: Floats


def peak(value: Callable[[Floats], Floats], low: Floats, high: Floats, rounds: int) -> tuple[Floats, Floats]:
    """Where a function of one maximum is greatest, and how great: golden sections, in many intervals at once."""
    a, b = np.array(low, float), np.array(high, float)
    c, d = b - GOLDEN * (b - a), a + GOLDEN * (b - a)
    at_c, at_d = value(c), value(d)
    for _ in range(rounds):
        left = at_c > at_d
        a, b = np.where(left, a, c), np.where(left, d, b)
        new = np.where(left, b - GOLDEN * (b - a), a + GOLDEN * (b - a))
        at_new = value(new)
        c, d = np.where(left, new, d), np.where(left, c, new)
        at_c, at_d = np.where(left, at_new, at_d), np.where(left, at_c, at_new)
    return np.where(at_c > at_d, c, d), np.maximum(at_c, at_d)


def edge(value: Callable[[Floats], Floats], good: Floats, bad: Floats, rounds: int) -> Floats:
    """The last point on the way from a good one to a bad one at which a function is at least 0."""
    good, bad = np.array(good, float), np.array(bad, float)
    fine = value(bad) >= 0
    good = np.where(fine, bad, good)
    for _ in range(rounds):
        middle = (good + bad) / 2
        fits = value(middle) >= 0
        good, bad = np.where(fits, middle, good), np.where(fits, bad, middle)
    return good


def logs(rates: Floats) -> Floats:
    """The logarithms of rates, of those that are not above 0 a very low number."""
    return np.log(np.maximum(rates, 1e-300), where=rates > 0, out=np.full(np.shape(rates), NOTHING))


def known_floor(z: Floats, low: Floats, high: Floats, top: Bounds, ratio: Floats) -> tuple[Floats, Bounds]:
    """The room that rows leave for the top of a curve, if its floor is a known part of it, and that top's bounds.

    `ratio` has one entry for each curve; `low` and `high` one for each row. Room below 0 is what is missing.
    """
    factor = logs(ratio[:, None] + (1 - ratio[:, None]) * z)
    least = np.maximum((np.where(low > 0, logs(low), 2 * NOTHING) - factor).max(axis=1), logs(top.low))
    most = np.minimum((logs(high) - factor).min(axis=1), logs(top.high))
    return most - least, Bounds(np.exp(np.clip(least, -700, 700)), np.exp(np.clip(most, -700, 700)))


class Strip(NamedTuple):
    """The lines ``floor + drop * z`` that stay between the rows' bounds, and what their tops and floors may be."""

    room: Floats
    drop: Bounds
    top: Bounds
    floor: Bounds


def _between(drop: Floats, z: Floats, low: Floats, high: Floats, top: Bounds) -> Bounds:
    """The floors that are possible for a drop: a floor is at least 0, and floor + drop within the bounds of the top."""
    fall = drop[:, None] * z
    least = np.maximum(np.maximum((low - fall).max(axis=1), top.low - drop), 0.0)
    return Bounds(least, np.minimum((high - fall).min(axis=1), top.high - drop))


def _widest(z: Floats, low: Floats, high: Floats, top: Bounds) -> Bounds:
    """Bounds of the drop from the two rows that are furthest apart, the bounds of the top among them."""
    curve = np.arange(z.shape[0])
    i, j = z.argmax(axis=1), z.argmin(axis=1)
    bounded = np.isfinite(top.high) & (top.low > -np.inf)
    upper = np.where(bounded, 1.0, z[curve, i])
    across = np.maximum(upper - z[curve, j], 1e-12)
    low, high = np.broadcast_to(low, z.shape), np.broadcast_to(high, z.shape)
    least = np.where(bounded, top.low, low[curve, i]) - high[curve, j]
    most = np.where(bounded, top.high, high[curve, i]) - low[curve, j]
    middle, reach = (least + most) / 2 / across, np.abs(most - least) / across
    return Bounds(np.maximum(middle - reach, 0.0), np.maximum(middle + reach, 1e-9 * np.abs(middle) + 1e-300))


def open_floor(z: Floats, low: Floats, high: Floats, top: Bounds, rounds: int = 14) -> Floats:
    """The room that rows leave for a curve whose top and floor are both free."""
    bracket = _widest(z, low, high, top)

    def room(drop: Floats) -> Floats:
        floors = _between(drop, z, low, high, top)
        return floors.high - floors.low

    return peak(room, *bracket, rounds)[1]


def strip(z: Floats, low: Floats, high: Floats, top: Bounds) -> Strip:
    """Everything that rows leave open of top and floor."""
    bracket = _widest(z, low, high, top)

    def room(drop: Floats) -> Floats:
        floors = _between(drop, z, low, high, top)
        return floors.high - floors.low

    best, most = peak(room, *bracket, 60)
    least, greatest = edge(room, best, bracket.low, 50), edge(room, best, bracket.high, 50)
    at_least, at_most = _between(least, z, low, high, top), _between(greatest, z, low, high, top)
    tops = Bounds(at_least.low + least, at_most.high + greatest)
    return Strip(most, Bounds(least, greatest), tops, Bounds(at_most.low, at_least.high))


def least_squares(z: Floats, rates: Floats, weights: Floats, top: Bounds) -> tuple[Floats, Floats]:
    """The mean square of what is left when top and floor are fitted, and the drop; a known top is held."""
    known = np.isfinite(top.high) & np.isfinite(top.low)
    held = np.where(known, (np.where(known, top.low, 0) + np.where(known, top.high, 0)) / 2, 0)
    total = weights.sum(axis=1)
    fall = 1 - z
    mean_fall = np.where(known, 0, (weights * fall).sum(axis=1) / total)
    mean = np.where(known, held, (weights * rates).sum(axis=1) / total)
    fall, rest = fall - mean_fall[:, None], mean[:, None] - rates
    drop = (weights * fall * rest).sum(axis=1) / np.maximum((weights * fall * fall).sum(axis=1), 1e-300)
    most = mean / np.maximum(1 - mean_fall, 1e-12)  # the floor is not below 0
    drop = np.clip(drop, 0, most)
    left = rest - drop[:, None] * fall
    return (weights * left * left).sum(axis=1) / total, drop


def top_of_floor(z: Floats, low: Floats, high: Floats, top: Bounds, floor: Floats) -> Bounds:
    """The tops that are possible with a floor that is known."""
    above = np.maximum(z, 1e-9)
    at_floor = floor[:, None]
    least = np.where(z > 1e-9, (low - at_floor) / above, -np.inf).max(axis=1) + floor
    most = np.where(z > 1e-9, (high - at_floor) / above, np.inf).min(axis=1) + floor
    return Bounds(np.maximum(least, top.low), np.minimum(most, top.high))
