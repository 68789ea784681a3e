"""Where a rise, a level and a decay can be, together: all starts and ends of the decay with which the rows agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..._types import Floats
from ._decay import Decay, starts
from ._geometry import Bounds
from ._numbers import count_bits
from ._rise import Rise, rises
from ._rows import Rows, Split
from ._shapes import Shape

MOST_STARTS = 24
MOST_ROWS = 48

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


def thinned(rows: Rows, most: int) -> Rows:
    """Some of the rows, evenly spread, but closer together at both ends."""
    if rows.size <= most:
        return rows
    even = np.linspace(0, rows.size - 1, most - most // 4)
    dense = np.geomspace(1, rows.size - 1, most // 8)
    keep = np.unique(np.concatenate([even, dense, rows.size - 1 - dense]).round().astype(int))
    return rows.part(keep)


def regions(rows: Rows, split: Split, shape: Shape, most: int = MOST_ROWS) -> Iterator[Region]:
    """Each way in which the rows are a rise, perhaps a level, and a decay of this shape: the simplest first."""
    before, x = split.first, rows.x
    after = rows.part(slice(before, None))
    falling = float(x[split.after])
    for rise in rises(thinned(rows.part(slice(0, before)), most)):
        if before:
            last = float(x[before - 1])
            direct = thinned(after, most)
            least = last if rows.whole else last + 1e-9
            tops: tuple[tuple[Join, Decay, float, float], ...] = (
                ("at the top", Decay(direct, shape, rise.peaks, before=False), least, falling),
            )
            if rise.from_zero and not rise.cosine and rows.whole:
                later = Decay(direct, shape, lambda at, rise=rise: rise.peaks(at - 1), before=False)  # type: ignore[misc]
                tops += (("a step later", later, least + 1, falling),)
        else:
            tops = ()
        if split.after - before >= 2 or not before:
            top = rows.part(slice(before, split.after))
            low, high = float(top.low.max()), float(top.high.min())
            level = Decay(thinned(after, most), shape, lambda at: Bounds(np.full(at.size, -np.inf), np.full(at.size, np.inf)))
            if before:
                level = Decay(
                    level.rows, shape, lambda at, low=low, high=high: Bounds(np.full(at.size, low), np.full(at.size, high))  # type: ignore[misc]
                )
            first = float(x[before - 1]) if before else -1.0
            tops += (("level", level, first, falling),)
        for join, decay, low_start, high_start in tops:
            if region := _region(rise, join, decay, low_start, high_start):
                yield region


def _region(rise: Rise, join: Join, decay: Decay, low: float, high: float) -> Region | None:
    grid, end, room = starts(decay, low, high)
    fits = room >= 0
    if not fits.any():
        return None
    best = int(room.argmax())
    if decay.rows.whole:
        grid = _spread(decay, float(grid[best]), low, high)
        end, room = decay.best_end(grid)
        fits = room >= 0
        if not fits.any():
            return None
    grid, end = grid[fits], end[fits]
    return Region(rise, join, decay, grid, end, decay.ends(grid, end))


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
    while abs(bad - good) > 1:
        grid = np.unique(np.round(np.linspace(good, bad, 10)))
        grid = grid if good < bad else grid[::-1]
        fits = _fitting(decay, grid)
        k = int(np.argmin(fits)) if not fits.all() else grid.size
        if k == grid.size:
            return float(bad)
        if k == 0:
            return good
        good, bad = float(grid[k - 1]), float(grid[k])
    return bad if _fitting(decay, np.array([bad]))[0] else good


def _fitting(decay: Decay, grid: Floats) -> np.ndarray:
    return decay.best_end(grid)[1] >= 0
