"""Skipped updates: how far a schedule is behind the clock of a log, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

Lags = np.ndarray[tuple[int], np.dtype[np.int64]]
Fits = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def lag_path(fits: Fits) -> Lags | None:
    """The lag of each row: of all that never fall, the one that grows at the fewest rows; None if there is none.

    ``fits[i, k]`` says whether row `i` agrees with the schedule at a lag of `k`. Where paths have as many changes, each
    change comes as late as it can, and to the smallest lag.

    Found by dynamic programming, row by row: ``changes[i, k]`` is the least number of changes of a path that ends in
    row `i` at lag `k`. That takes as many operations as `fits` has entries.
    """
    rows, lags = fits.shape
    if not rows or not lags:
        return np.zeros(rows, np.int64) if not rows else None
    never = np.int32(rows + 1)
    changes = np.full((rows, lags), never, np.int32)
    changes[0, fits[0]] = 0
    from_below = np.full(lags, never, np.int32)
    for row in range(1, rows):
        before, here = changes[row - 1], changes[row]
        np.minimum.accumulate(before[:-1], out=from_below[1:])
        from_below[1:] += 1
        np.minimum(before, from_below, out=here, where=fits[row])
        np.minimum(here, never, out=here)
    if changes[-1].min() == never:
        return None
    path = np.empty(rows, np.int64)
    path[-1] = changes[-1].argmin()
    for row in range(rows - 1, 0, -1):
        lag = int(path[row])
        smaller = np.flatnonzero(changes[row - 1, :lag] == changes[row, lag] - 1)
        path[row - 1] = smaller[0] if smaller.size else lag
    return path


def growth(path: Lags) -> list[tuple[int, int]]:
    """The rows at which a lag grows, each with the lag from there on; row 0 is among them if it lags already."""
    grown = np.flatnonzero(np.diff(path, prepend=0))
    return [(int(row), int(path[row])) for row in grown]


def lags_within(steps: np.ndarray[Any, Any], most: int) -> int:
    """How many lags are tried, 0 among them: up to a twentieth of the steps that the rows span, and up to `most`."""
    return 1 + min(max(1, int(steps.max() - steps.min()) // 20), most) if steps.size else 1
