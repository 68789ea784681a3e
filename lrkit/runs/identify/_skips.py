"""Skipped updates: a schedule stands still while the log's clock goes on, so its curve is cut, and the rest is late.

Whoever searches for a curve without cuts finds none. Here the cuts are found first. The rise is a line: the clock is
read off it. Of the fall some piece is free of cuts: what explains it is followed to both sides, row by row, along the
lag that changes least often. How much the lag grew between the rise and the fall cannot be seen in either: it is tried.
Each proposal is verified by the search of all rows on the clock without the lag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ..._types import Floats
from ..lag import Lags, growth, lag_path, lags_within
from ._candidate import Candidate, clock
from ._rows import Rows, at_top

Explain = Callable[[Rows], Sequence[Candidate]]
"""The search for a curve without cuts, the likeliest candidate first."""
MOST_LAGS = 32
LEAST_ROWS, LEAST_RISE = 5, 3
BETWEEN = 12
"""By how much the lag may have grown between the last row of the rise and the first at the top."""


def lags(rows: Rows, explain: Explain) -> Iterator[Lags]:
    """Lags of the rows behind the clock of the log, that never fall: those that grow least at the top come first.

    If the rows rise from 0, a lag is that behind a clock whose 0 is the start of the rise; else the first row has none.
    """
    first = int(at_top(rows)[0])
    fall = _fall(rows.part(slice(first, None)), explain)
    if first and (fall is None or fall[1] > fall[0]):  # the row at the top is still on the way up
        later = _fall(rows.part(slice(first + 1, None)), explain)
        first, fall = (first, fall) if later is None else (first + 1, later)
    if fall is None:
        return
    rise = _rise(rows.part(slice(0, first)))
    for more in range(BETWEEN + 1) if first >= LEAST_RISE else (0,):  # fewer rows say nothing of a lag
        lag = np.concatenate([rise, fall + (more + (rise[-1] if first else 0))])
        if lag[-1] > lag[0] and len(growth(lag - lag[0])) <= _most_changes(rows):
            yield lag


def _most_changes(rows: Rows) -> int:
    return max(4, rows.size // 6)


def _rise(rows: Rows) -> Lags:
    """The lag of each row of a line from 0; none, where the rows are too few or no such line."""
    none = np.zeros(rows.size, np.int64)
    if rows.size < LEAST_RISE:
        return none
    apart = max(rows.size // 8, 1)
    slope = float(np.median((rows.rates[apart:] - rows.rates[:-apart]) / (rows.x[apart:] - rows.x[:-apart])))
    if slope <= 0:
        return none
    for _ in range(2):  # then with the slope of a line from 0 on the clock that was read
        lag = np.maximum.accumulate(np.rint(rows.x - rows.rates / slope).astype(np.int64))
        if lag[0] < 0 or lag[0] >= rows.x[0]:
            return none
        slope = float(np.median(rows.rates / (rows.x - lag)))
    fits = (rows.low / (rows.x - lag)).max() <= (rows.high / (rows.x - lag)).min()
    return lag if fits else none


def _fall(rows: Rows, explain: Explain) -> Lags | None:
    """The lag of each row behind the first, from what explains a piece; None where no piece explains the rest."""
    best: Lags | None = None
    most = lags_within(rows.x, MOST_LAGS)
    behind = np.arange(1 - most, most)
    for piece in _pieces(rows):
        candidates = explain(rows.part(piece))
        if not candidates:
            continue
        close = np.abs(_at(candidates[0], rows, behind) - rows.rates[:, None]) <= rows.half[:, None]
        path = lag_path(close)
        if path is None or len(growth(path - path[0])) > _most_changes(rows):
            continue
        if best is None or len(growth(path - path[0])) < len(growth(best)):
            best = path - path[0]
        if len(growth(best)) <= 1:
            break
    return best


def _at(candidate: Candidate, rows: Rows, behind: Lags) -> Floats:
    """The rate at each row and lag; where all positions are whole, each is computed once."""
    positions = clock(rows.x[:, None] - behind, candidate.offset, candidate.scale)
    low, high = float(positions.min()), float(positions.max())
    if not rows.whole or high - low > positions.size:
        return np.asarray(candidate.schedule(positions), float)
    return np.asarray(candidate.schedule(np.arange(low, high + 1)), float)[(positions - low).astype(np.int64)]


def _pieces(rows: Rows) -> Iterator[slice]:
    """Pieces that may be free of cuts: halves, quarters and eighths, of each length the smoothest first."""
    slopes = np.diff(rows.rates) / np.diff(rows.x)
    rough = np.abs(np.diff(slopes, 2))
    for parts in (1, 2, 4, 8):
        length = rows.size // parts
        if length < LEAST_ROWS:
            return
        starts = range(0, rows.size - length + 1, max(length // 2, 1))
        pieces = [slice(start, start + length) for start in starts]
        pieces.sort(key=lambda piece: float(rough[piece.start : max(piece.stop - 3, piece.start + 1)].max(initial=0)))
        yield from pieces[:3]
