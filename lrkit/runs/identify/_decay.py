"""The search for a decay's end: for given starts, so that a top and a floor exist with which it meets every row.

Least squares say about where the end is. Golden sections make that exact: each pair of rows excludes ends on one side
only, so that the room that the rows leave has one maximum. Top and floor then follow from the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..._types import Floats
from ._geometry import (
    Bounds,
    Indices,
    Strip,
    edge,
    known_floor,
    least_squares,
    open_floor,
    peak,
    strip,
    top_of_floor,
    valley,
)
from ._rows import Rows
from ._shapes import LINEAR, Shape

FURTHEST = 100.0
"""The longest decay that is looked for, in lengths of what was logged of it."""
HOPELESS, HOPELESS_EXACT, HOPELESS_STEEP = 1.25, 1e6, 1e8
"""A shape is given up when the best least-squares fit misses by so many half units, as the root of a mean square: where
all rows are within one that is at most 1. Rates that are known exactly tell more than the search for a fit can, and a
curve that ends infinitely steep more still."""
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
        if not self.rows.exact:  # an end that is known less closely than the rates misses them by more
            return HOPELESS + 4 * self.fine * self.rows.top / float(self.rows.half.min())
        return HOPELESS_STEEP if self.shape.steep else HOPELESS_EXACT

    @cached_property
    def fine(self) -> float:
        """How closely an end is looked for by least squares: not closer than rates that are so precise can tell."""
        return float(np.clip(0.1 * self.rows.half.min() / self.rows.top, 1e-8, 1e-3))

    def missed(self, misfit: Floats, start: Floats) -> Floats:
        """A misfit in half units, less what it may be because a top that is known in part was held."""
        top = self.top(start)
        open_ = np.where(np.isfinite(top.low) & np.isfinite(top.high), np.maximum(top.high - top.low, 0), 0)
        left: Floats = np.maximum((np.sqrt(misfit) - open_) / self.rows.half.min(), 0)
        return left

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
        x = self.rows.x
        span = np.maximum(x[-1] - start, 1e-6 * (x[-1] - x[0]))  # a decay may start at the last row
        least = np.maximum(np.maximum(self.falling - start, 1e-6 * span), 1e-9)
        return Bounds(start + least, start + FURTHEST * span)

    def _misfit(self, start: Floats, end: Floats, top: Bounds) -> Floats:
        u = (self.rows.x - start[:, None]) / (end - start)[:, None]
        z = self.shape.factor(np.clip(u, 0.0, 1.0))
        weights = np.broadcast_to(self._weights, z.shape) if self.before else self._weights * (u >= 0)
        misfit: Floats = least_squares(z, self.rows.rates, weights, top)[0]
        return misfit

    @cached_property
    def _weights(self) -> Floats:
        weights: Floats = (self.rows.half.min() / self.rows.half) ** 2
        return weights

    def near_end(
        self, start: Floats, shrink: float = 1e-7, about: tuple[float, float] | None = None
    ) -> tuple[Floats, Floats]:
        """For each start about the best end, by least squares, and the misfit there.

        Where it is `about` may be known: an end that is found at the border of it is looked for everywhere.
        """
        ends, top = self.reach(start), self.top(start)
        if about is None or self.shape.steep:
            return self._least(start, top, ends, shrink)
        low, high = (np.clip(end, *ends) for end in about)
        way = np.log((ends.high - start) / (ends.low - start)) / np.log((high - start) / (low - start))
        best, misfit = self._least(start, top, Bounds(low, high), float(np.clip(shrink * way.min(), shrink, 0.3)))
        border = 0.05 * (high - low)
        lost = ((best < low + border) & (low > ends.low)) | ((best > high - border) & (high < ends.high))
        if lost.any():
            some = np.flatnonzero(lost)
            best[some], misfit[some] = self._least(start[some], top.of(some), ends.of(some), shrink)
        return best, misfit

    def _least(self, start: Floats, top: Bounds, ends: Bounds, shrink: float) -> tuple[Floats, Floats]:
        """The ends of least misfit between two, and the misfit."""
        last = np.clip(self.rows.x[-1], *ends)
        best, misfit = last, self._misfit(start, last, top)
        for a, b in ((last, ends.high), (ends.low, last)) if self.shape.steep or self.shape is LINEAR else (ends,):
            at, value = valley(
                lambda t, k: self._misfit(start[k], start[k] + np.exp(t), top.of(k)),
                np.log(a - start),
                np.log(b - start),
                shrink,
            )
            at = start + np.exp(at)
            best, misfit = np.where(value < misfit, at, best), np.minimum(misfit, value)
        for whole in (np.floor(best), np.floor(best) + 1) if self.rows.whole else ():  # a corner is met exactly
            at = np.clip(whole, *ends)
            value = self._misfit(start, at, top)
            best, misfit = np.where(value < misfit, at, best), np.minimum(misfit, value)
        return np.array(best), misfit

    def best_end(self, start: Floats) -> tuple[Floats, Floats]:
        """For each start the end that leaves most room, and that room; a whole end if that does as well."""
        low, high = self.reach(start)
        near, misfit = self.near_end(start, self.fine)
        top = self.top(start)
        end, room = near.copy(), self.room(start, near, top)
        if self.rows.whole:
            for whole in (np.floor(near), np.floor(near) + 1):
                end, room = self._better(start, np.clip(whole, low, high), end, room, top)
            if self.rows.exact and room.max() >= 0:
                return end, room
        open_ = (room < 0) & (self.missed(misfit, start) <= self.hopeless)
        if open_.any():
            some = np.flatnonzero(open_)
            end[some], room[some] = self._roomiest(
                start[some], near[some], end[some], room[some], Bounds(low[some], high[some]), top.of(some)
            )
        return end, room

    def _roomiest(
        self, start: Floats, near: Floats, end: Floats, room: Floats, ends: Bounds, top: Bounds
    ) -> tuple[Floats, Floats]:
        """The ends that leave most room, around those of least squares; or those that are known, with their room."""
        low, high = ends
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
