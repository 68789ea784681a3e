"""Where a rise, a level and a decay can be, together: all starts and ends of the decay with which the rows agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ..._types import Floats
from ..numbers import count_bits, nicest, roundest
from ._candidate import Hints
from ._decay import Decay
from ._geometry import Bounds, edge, peak
from ._refusal import least_miss, refuses, sure_fall
from ._rise import Rise, rises
from ._rows import Rows, Split, thinned
from ._shapes import Shape
from ._starts import starts

MOST_STARTS = 16
MOST_ROWS = 48
CLOSE = 1e-4
"""The last start that fits is found up to so much of the way that is searched, or as closely as rates are printed."""
NICE_PARTS = (0.1, 0.0, 0.01, 0.05, 0.001, 0.2, 0.5, 0.02)
Join = Literal["at the top", "a step later", "level"]
"""Whether the decay starts where the rise ends, a step later (a warm-up by (t + 1) / W), or after a level."""


@dataclass(frozen=True, eq=False)
class Region:
    """A shape of decay that fits: some of its possible starts, and for each the ends that are possible."""

    rise: Rise
    join: Join
    decay: Decay
    start: Floats
    """Some of the starts that fit, the first and the last among them."""
    end: Floats
    """An end that fits, for each start."""
    ends: Bounds
    wide: Region | None = None
    """The region that this is a part of, for what is left open."""

    @cached_property
    def peaks(self) -> tuple[Floats, Bounds]:
        """The positions at which the top may be reached before a level, and the tops that the rise allows there."""
        rows = self.rise.rows
        least, most = rows.x[-1], self.decay.rows.x[0] + 1
        grid: Floats = np.unique(
            np.round(np.linspace(np.floor(least), np.ceil(most), int(min(most - least + 2, 2000))))
        )
        return grid, self.rise.peaks(grid)


Tried = dict[str, float]
"""The least misfit of each family that was tried, in half units of the last printed place."""


def regions(
    rows: Rows, split: Split, shape: Shape, hints: Hints, tried: Tried, most: int = MOST_ROWS, *, quick: bool = False
) -> Iterator[Region]:
    """Each way in which the rows are a rise, perhaps a level, and a decay of this shape: the simplest first.

    `most` rows are looked at. If `quick`, a region is not followed to its ends.
    """
    first, falling = split.first, float(rows.x[split.after])
    after = thinned(rows.part(slice(first, None)), most)
    fall = sure_fall(rows, split.after)
    if refuses(fall, missed := least_miss(fall, shape)):
        tried[shape.name] = min(missed, tried.get(shape.name, np.inf))
        return
    level: tuple[Region | None, float] | None = None  # the same for all rises
    possible = None
    for rise in rises(thinned(rows.part(slice(0, first)), most), hints):
        ways: Iterable[tuple[Join, Decay, float]] = (
            _after_a_rise(rows, split, rise, shape, after, later=hints.steps)
            if first
            else [("level", Decay(after, shape, _any), -float(hints.unit))]
        )
        for join, decay, least in ways:
            if join == "level":
                level = level or _region(rise, join, decay, least, falling, quick=quick)
                region, missed = level
                region = region and replace(region, rise=rise)
            else:
                region, missed = _region(rise, join, decay, least, falling, quick=quick)
            tried[shape.name] = min(missed, tried.get(shape.name, np.inf))
            if region:
                possible = True
                yield region
            if possible is None and first:  # where no top will do, no rise and no level gives one
                free = starts(Decay(after, shape, _any, before=False), float(rows.x[first - 1]), falling)
                possible = free.room.max() >= 0 or (rows.exact and free.misfit <= decay.hopeless)
            if possible is False:
                return


def _after_a_rise(
    rows: Rows, split: Split, rise: Rise, shape: Shape, after: Rows, *, later: bool
) -> Iterator[tuple[Join, Decay, float]]:
    """Each way in which a decay follows a rise, and from where on it may start."""
    last = float(rows.x[split.first - 1])
    yield "at the top", Decay(after, shape, rise.peaks, before=False), last
    if rise.from_zero and not rise.cosine and rows.whole and later:
        yield "a step later", Decay(after, shape, lambda at: rise.peaks(at - 1), before=False), last + 1
    if split.after - split.first >= 2:
        top = rows.part(slice(split.first, split.after))
        low, high = float(top.low.max()), float(top.high.min())
        held = Decay(after, shape, lambda at: Bounds(np.full(at.size, low), np.full(at.size, high)))
        yield "level", held, last


def _any(at: Floats) -> Bounds:
    return Bounds(np.full(at.size, -np.inf), np.full(at.size, np.inf))


def _region(
    rise: Rise, join: Join, decay: Decay, low: float, high: float, *, quick: bool = False
) -> tuple[Region | None, float]:
    grid, end, room, missed = starts(decay, low, high, closest=quick)
    fits = room >= 0
    if not fits.any():
        return None, missed
    best = int(room.argmax())
    if decay.rows.whole and decay.whole_start and not quick:
        grid = _spread(decay, float(grid[best]), low, high)
        end, room = decay.best_end(grid)
        fits = room >= 0
        if not fits.any():
            return None, missed
    grid, end = grid[fits], end[fits]
    return Region(rise, join, decay, grid, end, decay.ends(grid, end)), missed


def _spread(decay: Decay, good: float, low: float, high: float) -> Floats:
    """Some of the whole starts that fit: the first, the last, and the roundest between."""
    first, last = _last_fit(decay, good, np.ceil(low)), _last_fit(decay, good, np.floor(high))
    if last - first < MOST_STARTS:
        return np.arange(first, last + 1)
    some = np.unique(np.round(np.linspace(first, last, MOST_STARTS // 2)))
    round_ones = sorted(np.unique(np.round(np.linspace(first, last, 4000))), key=count_bits)[: MOST_STARTS // 2]
    return np.unique(np.concatenate([some, round_ones, [good]]))


def _last_fit(decay: Decay, good: float, bad: float) -> float:
    """The last whole start on the way to a bad one with which the decay still fits."""
    close = min(CLOSE, float(decay.rows.half.max()) / decay.rows.top)
    enough = max(1.0, close * abs(bad - good)) if not decay.rows.exact else 1.0
    while abs(bad - good) > enough:
        grid = np.unique(np.round(np.linspace(good, bad, 14)))
        grid = grid if good < bad else grid[::-1]
        fits = _fitting(decay, grid)
        k = int(np.argmin(fits)) if not fits.all() else grid.size
        if k == grid.size:
            return float(bad)
        if k == 0:
            return good
        good, bad = float(grid[k - 1]), float(grid[k])
    if abs(bad - good) > 1:
        return good
    return bad if _fitting(decay, np.array([bad]))[0] else good


def _fitting(decay: Decay, grid: Floats) -> np.ndarray:
    return decay.best_end(grid)[1] >= 0


def narrowed(region: Region) -> Region | None:
    """The part of a region whose top has the fewest digits; None where the top is known from other rows."""
    decay = region.decay
    if region.rise.rows.size or region.start.size == region.start[-1] - region.start[0] + 1:  # all are there
        return None
    strip = decay.strip(region.start, region.end)
    fits = strip.room >= 0
    if not fits.any():
        return None
    top = nicest(float(strip.top.low[fits].min()), float(strip.top.high[fits].max()))
    near = 1e-13 * top
    fixed = replace(decay, top=lambda at: Bounds(np.full(at.size, top - near), np.full(at.size, top + near)))
    low, high = float(region.start[0]), float(region.start[-1])
    found, _ = _region(region.rise, region.join, fixed, low, high)
    if not found:
        return None
    parts = float(strip.floor.low[fits].min()) / top, float(strip.floor.high[fits].max()) / top
    more = [start for ratio in NICE_PARTS if parts[0] <= ratio <= parts[1] for start in _of_ratio(found, ratio)]
    start = np.unique(np.concatenate([found.start, more]))
    end, room = fixed.best_end(start)
    start, end = start[room >= 0], end[room >= 0]
    return replace(found, start=start, end=end, ends=fixed.ends(start, end), wide=region)


def _of_ratio(region: Region, ratio: float) -> list[float]:
    """The roundest whole starts with which the floor is a given part of the top."""
    decay = region.decay
    if not decay.rows.whole:
        return []

    def room(start: Floats, _: Any) -> Floats:
        return decay.end_of_known_floor(start, np.full(start.size, ratio))[1]

    low, high = region.start[:1], region.start[-1:]
    best, most = peak(room, low, high, 1e-6)
    if most[0] < 0:
        return []
    first, last = edge(room, best, low, 24)[0], edge(room, best, high, 24)[0]
    return [float(n) for n in roundest(int(np.ceil(first)), int(np.floor(last)), 3)]
