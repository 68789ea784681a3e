"""A log that counts epochs of a schedule that counts updates: how many updates are in an epoch, read off the curve.

Where a warm-up or a decay begins or ends is a whole number of updates. In epochs of `n` updates it need not be whole,
but `n` times it is. A position that is known to 1e-8 is rarely whole by chance after so few multiplications; how rarely
is computed, and a number that chance would explain is not taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST = 20_000
"""The most updates in an epoch that are looked for."""
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
