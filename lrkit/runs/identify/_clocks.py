"""A log that counts epochs of a schedule that counts updates: how many updates are in an epoch, read off the curve.

Where a warm-up or a decay begins or ends is a whole number of updates. In epochs of `n` updates it need not be whole,
but `n` times it is. A position that is known to 1e-8 is rarely whole by chance after so few multiplications; how rarely
is computed, and a number that chance would explain is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ._candidate import Candidate, Hints, checked
from ._one_cycle import fitting_starts
from ._regions import regions
from ._rows import Rows, split_at_top
from ._shapes import COSINE, LINEAR

MOST = 20_000
"""The most updates in an epoch that are looked for."""
LEAST_ROWS = 6
CHANCE = 0.02
"""A number of updates is taken if so few smaller or equal ones, or fewer, are expected to fit by chance."""


def updates_in_one(knots: Sequence[tuple[float, float]], most: int = MOST) -> int | None:
    """The fewest updates in one unit of a log's clock with which all knots can be whole, or None if chance explains it.

    `knots` has for each knot the lowest and the highest position that it may have.
    """
    low, high = (np.array(ends, float)[:, None] for ends in zip(*knots, strict=True)) if knots else (None, None)
    if low is None or high is None:
        return None
    counts = np.arange(1, most + 1)
    fits = (np.floor(counts * high) >= np.ceil(counts * low)).all(axis=0)
    by_chance = np.cumsum(np.minimum(counts * (high - low), 1.0).prod(axis=0))
    found = np.flatnonzero(fits & (by_chance <= CHANCE))
    return int(counts[found[0]]) if found.size else None


def offsets(updates: int) -> tuple[int, ...]:
    """Which update of its epoch a row may be of, as what is added to ``updates * epoch``, the likeliest first.

    The first or the last, or the one after it, in epochs that are counted from 0 or from 1.
    """
    return tuple(dict.fromkeys((0, updates - 1, -updates, -1, updates)))


def in_updates(rows: Rows, hints: Hints, explain: Callable[[Rows, Hints], Sequence[Candidate]]) -> list[Candidate]:
    """The schedules of updates that rows of epochs agree with: the knots of a fit between the rows say how long they are."""
    split = split_at_top(rows)
    if split is None or split.after >= rows.size or rows.size < LEAST_ROWS:
        return []
    known = [hints.epoch_steps] if hints.epoch_steps else []
    counts = known or [n for knots in _knots(rows) if (n := updates_in_one(knots))]
    found: list[Candidate] = []
    for count in counts[:1]:
        for offset in offsets(count):
            x = count * rows.x + offset
            if x[0] < 0:
                continue
            moved = Rows(x, rows.rates, rows.half, rows.exact)
            for one in explain(moved, Hints((0,), hints.totals)):
                total = one.offset + offset
                if (worst := checked(rows, one.schedule, total, float(count))) is not None:
                    more = 2 * len(found) + 6.0
                    found.append(replace(one, offset=total, scale=float(count), worst=worst, cost=one.cost + more))
    return found


def _knots(rows: Rows) -> Iterator[list[tuple[float, float]]]:
    """The start and the end of each decay that agrees with the rows, whole or not."""
    real = replace(rows, real=True)
    split = split_at_top(rows)
    for shape in (COSINE, LINEAR) if split else ():
        for region in regions(real, split, shape, {}):
            start = fitting_starts(region.decay, float(region.start[0]))
            yield [tuple(start), (float(region.ends.low.min()), float(region.ends.high.max()))]  # type: ignore[list-item]
