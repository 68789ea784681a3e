"""What rows within tolerances say of a curve ``floor + (top - floor) * g``: how well it fits, and which numbers fit.

All functions take many curves at once: arrays of a row for each curve, and a column for each row of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..._types import Floats

POINTS = 10
"""So many points of an interval are looked at in each round."""
Indices = np.ndarray[Any, np.dtype[Any]]
MOST_CUTS, MOST_TANGENTS, NEAR = 12, 40, 0.003
MOST_VALLEYS, SHORT, TIGHT = 30, 1.0, 0.01
PARTS = np.array([0.2, 0.4, 0.6, 0.8])
NOTHING = -1e4
"""The logarithm of a rate that is 0."""


class Bounds(NamedTuple):
    """The lowest and the highest of each of several curves."""

    low: Floats
    high: Floats

    def of(self, curves: Indices) -> Bounds:
        """Those of some of the curves."""
        return Bounds(self.low[curves], self.high[curves])


def peak(value: Callable[[Floats, Indices], Floats], low: Floats, high: Floats, shrink: float) -> tuple[Floats, Floats]:
    """Where a function of one maximum is greatest, and how great, in many intervals at once.

    `value` takes points and the numbers of their intervals. Each round keeps the neighbourhood of the best
    of some points, until an interval is `shrink` of what it was.
    """
    a, b = np.array(low, float), np.array(high, float)
    best, most = a, np.full(a.size, -np.inf)
    part = np.linspace(0.0, 1.0, POINTS)
    which, rows = np.repeat(np.arange(a.size), POINTS), np.arange(a.size)
    for _ in range(max(int(np.ceil(np.log(shrink) / np.log(2 / (POINTS - 1)))), 1)):
        points = a[:, None] + (b - a)[:, None] * part
        values = value(points.ravel(), which).reshape(points.shape)
        k = values.argmax(axis=1)
        better = values[rows, k] > most
        best, most = np.where(better, points[rows, k], best), np.maximum(most, values[rows, k])
        a, b = points[rows, np.maximum(k - 1, 0)], points[rows, np.minimum(k + 1, POINTS - 1)]
    return best, most


def valley(
    value: Callable[[Floats, Indices], Floats], low: Floats, high: Floats, shrink: float
) -> tuple[Floats, Floats]:
    """Where a smooth function of one minimum is least, and how low, in many intervals at once; else as `peak`.

    An interval is looked at in equal parts until it is short; then around the vertex of the parabola through the best
    point and its neighbours, as long as that makes it shorter faster.
    """
    a, b = np.array(low, float), np.array(high, float)
    enough, rows = shrink * (b - a), np.arange(a.size)
    at = a[:, None] + (b - a)[:, None] * np.linspace(0.0, 1.0, POINTS)
    points, values = at[:, :0], at[:, :0]
    for _ in range(MOST_VALLEYS):
        seen = value(at.ravel(), np.repeat(rows, at.shape[1])).reshape(at.shape)
        points, values = np.concatenate([points, at], axis=1), np.concatenate([values, seen], axis=1)
        k = values.argmin(axis=1)
        best = points[rows, k][:, None]
        i = np.where(points < best, points, -np.inf).argmax(axis=1)  # at a border the first, which is that point
        right = np.where(points > best, points, np.inf)
        j = right.argmin(axis=1)
        j = np.where(np.isfinite(right[rows, j]), j, k)
        near = np.stack([i, k, j], axis=1)
        points, values = points[rows[:, None], near], values[rows[:, None], near]
        width = points[:, 2] - points[:, 0]
        if np.all(width <= enough):
            break
        at = _nearer(points, values, width, (width < SHORT) & (width < 0.35 * (b - a)))
        a, b = points[:, 0], points[:, 2]
    return points[:, 1], values[:, 1]


def _nearer(known: Floats, found: Floats, width: Floats, smooth: Indices) -> Floats:
    """Four points between three known ones: around the vertex of their parabola, or in equal parts."""
    a, m, b = known.T
    left, right = (m - a) * (found[:, 1] - found[:, 2]), (m - b) * (found[:, 1] - found[:, 0])
    with np.errstate(all="ignore"):
        vertex = m - ((m - a) * left - (m - b) * right) / (2 * (left - right))
    wide = np.where(m - a > b - m, a + m, m + b) / 2
    smooth = smooth & (a < m) & (m < b) & (a < vertex) & (vertex < b)
    around = np.stack([vertex - TIGHT * width, vertex, vertex + TIGHT * width, wide], axis=1)
    at = np.where(smooth[:, None], around, a[:, None] + width[:, None] * PARTS)
    inside: Floats = np.minimum(np.maximum(at, a[:, None]), b[:, None])
    return inside


def edge(value: Callable[[Floats, Indices], Floats], good: Floats, bad: Floats, rounds: int) -> Floats:
    """The last point on the way from a good one to a bad one at which a function is at least 0, in many intervals.

    `value` takes points and the numbers of their intervals. An interval is cut at places nearer and nearer to the good
    end, then at quarters and around where the lines through its ends, and through the two bad points beyond, are 0;
    until it is half to the `rounds` of what it was.
    """
    good, way = np.array(good, float), np.asarray(bad, float) - good
    curve = np.arange(good.size)
    low, high, beyond = np.zeros(good.size), np.ones(good.size), np.ones(good.size)  # parts of the way
    at_low, at_high, at_beyond = np.zeros(good.size), np.full(good.size, -1.0), np.full(good.size, -1.0)
    cuts = np.broadcast_to(0.25 ** np.arange(rounds // 2, -1, -1), (good.size, rounds // 2 + 1))
    for _ in range(MOST_CUTS):
        values = value((good[:, None] + way[:, None] * cuts).ravel(), np.repeat(curve, cuts.shape[1]))
        cuts = np.column_stack([low, cuts, high, beyond])
        values = np.column_stack([at_low, values.reshape(good.size, -1), at_high, at_beyond])
        fails = values < 0
        fails[:, 0], fails[:, -1] = False, True
        k = fails.argmax(axis=1)
        low, high, beyond = cuts[curve, k - 1], cuts[curve, k], cuts[curve, np.minimum(k + 1, cuts.shape[1] - 1)]
        at_low, at_high = values[curve, k - 1], values[curve, k]
        at_beyond = values[curve, np.minimum(k + 1, cuts.shape[1] - 1)]
        if np.all(high - low <= 0.5**rounds):
            break
        with np.errstate(all="ignore"):  # a guess that is no number is not taken
            chord = low + (high - low) * at_low / (at_low - at_high)
            tangent = high + (beyond - high) * at_high / (at_high - at_beyond)
        guesses = [chord, *(tangent + near * (high - low) for near in (-NEAR, 0.0, NEAR))]
        middle = (low + high) / 2
        guesses = [np.where((guess > low) & (guess < high), guess, middle) for guess in guesses]
        quarters = [low + (high - low) * part for part in (0.25, 0.5, 0.75)]
        cuts = np.sort(np.column_stack([*guesses, *quarters]), axis=1)
    return good + way * low


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


class _Lines(NamedTuple):
    """Rows with bounds of ``floor + drop * z``, the bounds of floor (z = 0) and top (z = 1) among them."""

    z: Floats
    low: Floats
    high: Floats


def _lines(z: Floats, low: Floats, high: Floats, top: Bounds) -> _Lines:
    count = z.shape[0]
    ends = np.broadcast_to(np.array([0.0, 1.0]), (count, 2))
    least, most = (np.broadcast_to(np.asarray(bound).reshape(-1, 1), (count, 1)) for bound in top)
    lows = np.concatenate([np.broadcast_to(low, z.shape), np.zeros((count, 1)), least], axis=1)
    highs = np.concatenate([np.broadcast_to(high, z.shape), np.full((count, 1), np.inf), most], axis=1)
    return _Lines(np.concatenate([z, ends], axis=1), lows, highs)


class _Slice(NamedTuple):
    """The floors that are possible for a drop, and how fast their room grows with the drop."""

    floor: Bounds
    room: Floats
    slope: Floats


def _at(lines: _Lines, drop: Floats) -> _Slice:
    fall = drop[:, None] * lines.z
    over, under = lines.high - fall, lines.low - fall
    curve = np.arange(drop.size)
    i, j = over.argmin(axis=1), under.argmax(axis=1)
    floor = Bounds(under[curve, j], over[curve, i])
    return _Slice(floor, floor.high - floor.low, lines.z[curve, j] - lines.z[curve, i])


def _bracket(lines: _Lines) -> Bounds:
    """Bounds of the drop, from the two rows that are furthest apart."""
    curve = np.arange(lines.z.shape[0])
    given = np.isfinite(lines.low) & np.isfinite(lines.high)
    i = np.where(given, lines.z, -1).argmax(axis=1)
    j = np.where(given, lines.z, 2).argmin(axis=1)
    across = np.maximum(lines.z[curve, i] - lines.z[curve, j], 1e-12)
    least, most = lines.low[curve, i] - lines.high[curve, j], lines.high[curve, i] - lines.low[curve, j]
    middle, reach = (least + most) / 2 / across, np.abs(most - least) / across
    return Bounds(np.maximum(middle - 2 * reach, 0.0), np.maximum(middle + 2 * reach, 0.0))


def _roomiest(lines: _Lines, bracket: Bounds, rounds: int) -> tuple[Floats, Floats]:
    """The drop that leaves most room for the floor, and that room.

    The room is concave in the drop, so its tangents at two drops meet nearer to the best one than either.
    """
    a, b = bracket
    at_a, at_b = _at(lines, a), _at(lines, b)
    best, room = np.where(at_a.room > at_b.room, a, b), np.maximum(at_a.room, at_b.room)
    room_a, slope_a, room_b, slope_b = at_a.room, at_a.slope, at_b.room, at_b.slope
    for _ in range(rounds):
        across = np.maximum(slope_a - slope_b, 1e-300)
        new = np.clip((room_b - room_a + slope_a * a - slope_b * b) / across, a, b)
        if not np.any((a < new) & (new < b)):
            break
        at_new = _at(lines, new)
        best, room = np.where(at_new.room > room, new, best), np.maximum(room, at_new.room)
        left = at_new.slope >= 0
        a, b = np.where(left, new, a), np.where(left, b, new)
        room_a, slope_a = np.where(left, at_new.room, room_a), np.where(left, at_new.slope, slope_a)
        room_b, slope_b = np.where(left, room_b, at_new.room), np.where(left, slope_b, at_new.slope)
    return best, room


def _last_drops(lines: _Lines, best: Floats, room: Floats, bracket: Bounds) -> Bounds:
    """The least and the greatest drop that leave room.

    The room is concave in the drop: from outside, the tangent leads to the edge in a few steps, and never past it.
    """
    both = _Lines(*(np.concatenate([part, part]) for part in lines))
    inside, at = np.concatenate([best, best]), np.concatenate(bracket)
    some = np.concatenate([room, room]) >= 0
    for _ in range(MOST_TANGENTS):
        here = _at(both, at)
        new = np.where(here.slope == 0, inside, at - here.room / here.slope)
        new = np.clip(new, np.minimum(at, inside), np.maximum(at, inside))
        outside = some & (here.room < 0) & (new != at)
        if not outside.any():
            break
        at = np.where(outside, new, at)
    at = np.where(some, at, inside)
    return Bounds(at[: best.size], at[best.size :])


def open_floor(z: Floats, low: Floats, high: Floats, top: Bounds) -> Floats:
    """The room that rows leave for a curve whose top and floor are both free."""
    lines = _lines(z, low, high, top)
    return _roomiest(lines, _bracket(lines), 6)[1]


def strip(z: Floats, low: Floats, high: Floats, top: Bounds) -> Strip:
    """Everything that rows leave open of top and floor."""
    lines = _lines(z, low, high, top)
    bracket = _bracket(lines)
    best, room = _roomiest(lines, bracket, 12)
    least, most = _last_drops(lines, best, room, bracket)
    at_least, at_most = _at(lines, least).floor, _at(lines, most).floor
    tops = Bounds(at_least.low + least, at_most.high + most)
    return Strip(room, Bounds(least, most), tops, Bounds(np.maximum(at_most.low, 0), np.maximum(at_least.high, 0)))


def least_squares(z: Floats, rates: Floats, weights: Floats, top: Bounds) -> tuple[Floats, Floats]:
    """The weighted mean square of what is left when top and floor are fitted, and the drop; a known top is held."""
    known = np.isfinite(top.high) & np.isfinite(top.low)
    held = np.where(known, (np.where(known, top.low, 0) + np.where(known, top.high, 0)) / 2, 0)
    total = np.maximum(weights.sum(axis=1), 1e-300)
    fall = 1 - z
    mean_fall = np.where(known, 0, np.einsum("ij,ij->i", weights, fall) / total)
    mean = np.where(known, held, weights @ rates / total)
    fall, rest = fall - mean_fall[:, None], mean[:, None] - rates
    own = weights * fall
    drop = np.einsum("ij,ij->i", own, rest) / np.maximum(np.einsum("ij,ij->i", own, fall), 1e-300)
    most = mean / np.maximum(1 - mean_fall, 1e-12)  # the floor is not below 0
    drop = np.clip(drop, 0, most)
    left = rest - drop[:, None] * fall
    count = (weights > 0).sum(axis=1)
    missed = np.einsum("ij,ij,ij->i", weights, left, left) / np.maximum(count, 1)
    return np.where(count > 0, missed, np.inf), drop


def top_of_floor(z: Floats, low: Floats, high: Floats, top: Bounds, floor: Floats) -> Bounds:
    """The tops that are possible with a floor that is known."""
    above = np.maximum(z, 1e-9)
    at_floor = floor[:, None]
    least = np.where(z > 1e-9, (low - at_floor) / above, -np.inf).max(axis=1) + floor
    most = np.where(z > 1e-9, (high - at_floor) / above, np.inf).min(axis=1) + floor
    return Bounds(np.maximum(least, top.low), np.minimum(most, top.high))
