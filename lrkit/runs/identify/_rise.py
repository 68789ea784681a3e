"""The rise before a decay: what the rows before the top say of the top, given where it is reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..._types import Floats
from ._candidate import Hints
from ._geometry import Bounds, Strip, known_floor, strip
from ._rows import Rows

CONVENTIONS = (0, 1, -1, -2)
"""Where a warm-up is 0, by convention: the row's own step, the one before, the one after; t + 1."""
SKIPPED = range(2, 25)
"""... and where it is 0 if updates were skipped from the start."""


@dataclass(frozen=True, eq=False)
class Rise:
    """A line or half a cosine from a start at `origin`: from 0, or from a rate that is to be found."""

    rows: Rows
    origin: float
    from_zero: bool = True
    cosine: bool = False

    def _part(self, at: Floats) -> Floats:
        b = np.clip((self.rows.x - self.origin) / np.maximum(at - self.origin, 1e-12)[:, None], 0.0, 1.0)
        return 0.5 - 0.5 * np.cos(np.pi * b) if self.cosine else b

    def strip(self, at: Floats) -> Strip:
        """What the rows leave open of the top and of the rate at the start, if the top is reached there."""
        free = Bounds(np.full(at.size, -np.inf), np.full(at.size, np.inf))
        return strip(self._part(at), self.rows.low, self.rows.high, free)

    def peaks(self, at: Floats) -> Bounds:
        """The tops that are possible if the top is reached there; none where low is above high."""
        at = np.asarray(at, float)
        if not self.rows.size or self.rows.x[-1] <= self.origin:  # a row at the start is 0 for any top
            return Bounds(np.full(at.size, -np.inf), np.full(at.size, np.inf))
        if self.from_zero:
            free = Bounds(np.zeros(at.size), np.full(at.size, np.inf))
            return known_floor(self._part(at), self.rows.low, self.rows.high, free, np.zeros(at.size))[1]
        found = self.strip(at)
        fits, middle = found.room >= 0, (found.top.low + found.top.high) / 2
        apart = np.abs(found.room)
        return Bounds(np.where(fits, found.top.low, middle + apart), np.where(fits, found.top.high, middle - apart))

    @cached_property
    def fits(self) -> bool:
        """Whether the rows lie on it at all."""
        if self.origin >= self.rows.x[-1]:
            return self.origin == self.rows.x[-1] and self.from_zero and bool(self.rows.low[-1] <= 0)
        bounds = self.peaks(np.array([self.rows.x[-1] + 1.0]))
        return bool(bounds.low[0] <= bounds.high[0])


def rises(rows: Rows, hints: Hints) -> list[Rise]:
    """The rises that the rows before the top may be: the simplest kind that fits, from each origin that is possible.

    A clock that does not count updates, as one of samples, has none but the log's own conventions.
    """
    if not rows.size:
        return [Rise(rows, 0.0)]
    own = [-offset for offset in hints.offsets]
    for origins in (CONVENTIONS, [k for k in SKIPPED if k <= rows.x[0]]) if hints.steps else (own,):
        if found := [rise for k in origins if (rise := Rise(rows, float(k))).fits]:
            return found
    lines = [Rise(rows, float(k), from_zero=False) for k in ((0, 1, -1) if hints.steps else own)]
    return [line for line in lines if line.fits] or [replace(line, cosine=True) for line in lines]


def from_zero(before: Rows, hints: Hints) -> Iterator[tuple[int, Rise | None]]:
    """Each convention that is possible, with the line of the rise from 0 where rows are before the top."""
    if not before.size:
        yield from ((offset, None) for offset in hints.offsets)
    else:
        yield from ((-int(rise.origin), rise) for rise in rises(before, hints) if rise.from_zero)
