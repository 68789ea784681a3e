"""The search for a decay: where it starts and ends, so that a top and a floor exist with which it meets every row.

Starts are tried, first on a grid and then nearer and nearer; for each, least squares say about where the end is. Golden
sections make that exact: each pair of rows excludes ends on one side only, so that the room that the rows leave has one
maximum. Top and floor then follow from the rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import NamedTuple

import numpy as np

from ..._types import Floats
from ._geometry import Bounds, Indices, Strip, edge, known_floor, least_squares, open_floor, peak, strip, top_of_floor
from ._rows import Rows
from ._shapes import LINEAR, Shape

FURTHEST = 100.0
"""The longest decay that is looked for, in lengths of what was logged of it."""
HOPELESS, HOPELESS_EXACT, HOPELESS_STEEP = 8.0, 1e6, 1e8
"""A shape is given up when the best least-squares fit misses by so many half units: rates that are known exactly tell
more than a fit can, and a curve that ends infinitely steep more still."""
GRID = 17
SAME = 1e-11
"""Starts that differ by so little are one."""
LEVELS, BEYOND = 3, 1e3
"""A shape that misses so many times more than is hopeless after some levels of ever finer starts is given up."""
AROUND = np.concatenate([-np.geomspace(0.7, 1e-7, 15), [0.0], np.geomspace(1e-7, 0.7, 15)])
"""Where ends are looked for around the one of least squares: differences of the logarithms of the lengths."""


@dataclass(frozen=True, eq=False)
class Decay:
    """Rows of a decay, the shape that is tried, and what the rows before it say of its top, given its start."""

    rows: Rows
    shape: Shape
    top: Callable[[Floats], Bounds]
    before: bool = True
    """Whether rows before the start are at the top; else they belong to the rise, and say nothing here."""
    whole_start: bool = True
    """Whether the start is a whole number, as the end is, where the rows' positions are."""

    @cached_property
    def falling(self) -> float:
        """The position of the last row that is above the last rate: the decay ends there, or later."""
        above = np.flatnonzero(self.rows.low > self.rows.high[-1])
        return float(self.rows.x[above[-1]]) if above.size else float(self.rows.x[0])

    @property
    def hopeless(self) -> float:
        """The misfit, in half units, from which on nothing is expected of the shape."""
        if not self.rows.exact:
            return HOPELESS
        return HOPELESS_STEEP if self.shape.steep else HOPELESS_EXACT

    def _curves(self, start: Floats, end: Floats) -> tuple[Floats, Floats, Floats]:
        """The factor at each row, and the rows' bounds: of rows that do not count, none."""
        u = (self.rows.x - start[:, None]) / (end - start)[:, None]
        z = self.shape.factor(np.clip(u, 0.0, 1.0))
        if self.before:
            return z, self.rows.low, self.rows.high
        return z, np.where(u >= 0, self.rows.low, -np.inf), np.where(u >= 0, self.rows.high, np.inf)

    def room(self, start: Floats, end: Floats, top: Bounds | None = None) -> Floats:
        """The room that is left for the floor, for each pair of start and end; the tops of the starts may be given."""
        return open_floor(*self._curves(start, end), top or self.top(start))

    def strip(self, start: Floats, end: Floats) -> Strip:
        """What is left of top and floor, for each pair of start and end."""
        return strip(*self._curves(start, end), self.top(start))

    def room_of_known_floor(
        self, start: Floats, end: Floats, ratio: Floats, top: Bounds | None = None
    ) -> tuple[Floats, Bounds]:
        """The room for the top, and the top, where the floor is a known part of it."""
        return known_floor(*self._curves(start, end), top or self.top(start), ratio)

    def tops_of_floor(self, start: Floats, end: Floats, floor: Floats) -> Bounds:
        """The tops that go with floors."""
        return top_of_floor(*self._curves(start, end), self.top(start), floor)

    def reach(self, start: Floats) -> Bounds:
        """The ends that are possible for each start."""
        least = np.maximum(self.falling - start, 1e-6 * (self.rows.x[-1] - start))
        least = np.maximum(least, 1e-9)
        return Bounds(start + least, start + FURTHEST * (self.rows.x[-1] - start))

    def _misfit(self, start: Floats, end: Floats, top: Bounds) -> Floats:
        z, low, _ = self._curves(start, end)
        weights = np.broadcast_to(self._weights, z.shape) * np.isfinite(low)
        misfit: Floats = least_squares(z, self.rows.rates, weights, top)[0]
        return misfit

    @cached_property
    def _weights(self) -> Floats:
        weights: Floats = (self.rows.half.min() / self.rows.half) ** 2
        return weights

    def near_end(self, start: Floats, shrink: float = 1e-7) -> tuple[Floats, Floats]:
        """For each start about the best end, by least squares, and the misfit there."""
        low, high = self.reach(start)
        top = self.top(start)
        last = np.clip(self.rows.x[-1], low, high)
        best, misfit = last, self._misfit(start, last, top)
        for a, b in ((last, high), (low, last)) if self.shape.steep or self.shape is LINEAR else ((low, high),):
            at, value = peak(
                lambda t, k: -self._misfit(start[k], start[k] + np.exp(t), top.of(k)),
                np.log(a - start),
                np.log(b - start),
                shrink,
            )
            at = start + np.exp(at)
            best, misfit = np.where(-value < misfit, at, best), np.minimum(misfit, -value)
        for whole in (np.floor(best), np.floor(best) + 1) if self.rows.whole else ():  # a corner is met exactly
            at = np.clip(whole, low, high)
            value = self._misfit(start, at, top)
            best, misfit = np.where(value < misfit, at, best), np.minimum(misfit, value)
        return best, misfit

    def best_end(self, start: Floats) -> tuple[Floats, Floats]:
        """For each start the end that leaves most room, and that room; a whole end if that does as well."""
        low, high = self.reach(start)
        near, _ = self.near_end(start)
        top = self.top(start)
        end, room = near, self.room(start, near, top)
        if self.rows.whole:
            for whole in (np.floor(near), np.floor(near) + 1):
                end, room = self._better(start, np.clip(whole, low, high), end, room, top)
            if self.rows.exact and room.max() >= 0:
                return end, room
        if np.all(room >= 0):
            return end, room
        t = np.log(near - start)[:, None] + AROUND
        t = np.clip(t, np.log(low - start)[:, None], np.log(high - start)[:, None])
        curve = np.arange(start.size)
        many = np.repeat(start, AROUND.size)
        tops = top.of(np.repeat(curve, AROUND.size))
        around = self.room(many, many + np.exp(t.ravel()), tops).reshape(t.shape)
        best = np.clip(around.argmax(axis=1), 1, AROUND.size - 2)
        at, value = peak(
            lambda t, k: self.room(start[k], start[k] + np.exp(t), top.of(k)),
            t[curve, best - 1],
            t[curve, best + 1],
            3e-3 if self.rows.whole else 1e-8,
        )
        at = start + np.exp(at)
        end, room = np.where(value > room, at, end), np.maximum(value, room)
        for whole in (np.floor(at), np.floor(at) + 1) if self.rows.whole else ():
            end, room = self._better(start, np.clip(whole, low, high), end, room, top)
        return end, room

    def _better(self, start: Floats, guess: Floats, end: Floats, room: Floats, top: Bounds) -> tuple[Floats, Floats]:
        """The guesses where they leave as much room, or enough."""
        new = self.room(start, guess, top)
        return np.where(new >= np.minimum(room, 0), guess, end), np.maximum(room, new)

    def ends(self, start: Floats, end: Floats) -> Bounds:
        """The first and the last end that fit, for each start, around one that does."""
        low, high = self.reach(start)
        top = self.top(start)
        room = lambda t, k: self.room(start[k], start[k] + t, top.of(k))  # noqa: E731
        at = end - start
        return Bounds(start + edge(room, at, low - start, 32), start + edge(room, at, high - start, 32))

    def end_of_known_floor(self, start: Floats, ratio: Floats) -> tuple[Floats, Floats]:
        """For each start the end that leaves most room where the floor is a known part of the top, and that room."""
        low, high = self.reach(start)
        top = self.top(start)
        at, most = peak(
            lambda t, k: self.room_of_known_floor(start[k], start[k] + np.exp(t), ratio[k], top.of(k))[0],
            np.log(low - start),
            np.log(high - start),
            0.1 / float((high - low).max() + 100),
        )
        end = start + np.exp(at)
        for whole in (np.floor(end), np.floor(end) + 1) if self.rows.whole else ():
            near = np.clip(whole, low, high)
            better = self.room_of_known_floor(start, near, ratio, top)[0]
            end, most = np.where(better >= np.minimum(most, 0), near, end), np.maximum(most, better)
        return end, most

    def ends_of_known_floor(self, start: Floats, ratio: Floats) -> tuple[Floats, Bounds]:
        """The room, and the first and the last end that fit, where the floor is a known part of the top."""
        end, most = self.end_of_known_floor(start, ratio)
        ends = Bounds(end.copy(), end.copy())
        fits = most >= 0
        if fits.any():
            start, end, ratio = start[fits], end[fits], ratio[fits]
            low, high = self.reach(start)
            top = self.top(start)

            def room(t: Floats, k: Indices) -> Floats:
                return self.room_of_known_floor(start[k], start[k] + np.exp(t), ratio[k], top.of(k))[0]

            at = np.log(end - start)
            ends.low[fits] = start + np.exp(edge(room, at, np.log(low - start), 34))
            ends.high[fits] = start + np.exp(edge(room, at, np.log(high - start), 34))
        return most, ends


class Starts(NamedTuple):
    """Starts with which a decay fits best, with their ends, the room there, and the least misfit in half units."""

    start: Floats
    end: Floats
    room: Floats
    misfit: float


def starts(decay: Decay, low: float, high: float) -> Starts:
    """The starts of an interval with which a decay fits best; the room is below 0 where none fits."""
    whole = decay.rows.whole and decay.whole_start
    least, most = low, high
    for level in count():
        grid = _grid(least, most, whole)
        final = (whole and most - least < GRID) or most - least <= SAME * max(abs(most), 1.0) or grid.size == 1
        apart = (most - least) / max(grid.size - 1, 1) / (float(decay.rows.x[-1]) - least)
        misfit = decay.near_end(grid, 1e-8 if final and whole else float(np.clip(apart / 50, 1e-12, 1e-4)))[1]
        best = int(misfit.argmin())
        if final or (level >= LEVELS and _half_units(decay, misfit) > BEYOND * decay.hopeless):
            break
        least, most = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    missed = _half_units(decay, misfit)
    if missed > decay.hopeless:
        return Starts(grid[:1], grid[:1] + 1, np.array([-1.0]), missed)
    keep = np.sort(np.argsort(misfit)[:5])
    return Starts(grid[keep], *decay.best_end(grid[keep]), missed)


def _half_units(decay: Decay, misfit: Floats) -> float:
    return math.sqrt(misfit.min()) / float(decay.rows.half.min())


def _grid(low: float, high: float, whole: bool) -> Floats:
    if whole:
        low, high = np.ceil(low), np.floor(high)
        if high - low < GRID:
            return np.arange(low, high + 1)
        return np.unique(np.round(np.linspace(low, high, GRID)))
    return np.linspace(low, high, GRID)
