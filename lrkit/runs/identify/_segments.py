"""Several experiments in one log: the rows cut where their course changes most, and each piece explained by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ._candidate import Candidate
from ._rows import Rows

Explain = Callable[[Rows], Sequence[Candidate]]
FEWEST, CUTS, PIECES = 3, 4, 3
"""The rows of a piece, the places where a cut is tried, and the pieces that a log is cut into at most."""


def segments(rows: Rows, explain: Explain, pieces: int = PIECES, first: int = 0) -> list[Candidate]:
    """A schedule for each piece, if few explain all rows; or else for the last piece, if it is most of them."""
    best: list[Candidate] = []
    for cut in _cuts(rows):
        rest = rows.part(slice(cut, None))
        right = _one(explain(rest), first + cut, first + rows.size)
        left = _one(explain(rows.part(slice(0, cut))), first, first + cut) if right or pieces > 2 else []
        if left and not right:
            right = segments(rest, explain, pieces - 1, first + cut)
        if left and right:
            return [*left, *right]
        if right and rest.size > rows.size / 2:
            best = best or right
    return best


def _one(candidates: Sequence[Candidate], first: int, after: int) -> list[Candidate]:
    """The likeliest, if the piece has a row to spare: one that has none would agree with any rows."""
    told = [one for one in candidates if one.spare > 0]
    return [replace(told[0], kind="segment", rows=(first, after))] if told else []


def _cuts(rows: Rows) -> list[int]:
    """The rows at which a piece most likely begins: where the slope changes most, or the rate jumps."""
    if rows.size < 2 * FEWEST:
        return []
    slope = np.diff(rows.rates) / np.diff(rows.x)
    scale = np.abs(slope).max() or 1.0
    change = np.zeros(rows.size)
    change[1:-1] = np.abs(np.diff(slope)) / scale
    jump = np.zeros(rows.size)
    jump[1:] = np.abs(np.diff(rows.rates)) / rows.top
    score = np.maximum(change, np.roll(change, 1)) + jump
    allowed = np.arange(FEWEST, rows.size - FEWEST + 1)
    return [int(k) for k in allowed[np.argsort(-score[allowed], kind="stable")][:CUTS]]
