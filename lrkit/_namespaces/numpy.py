"""The namespace of NumPy arrays."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def is_ordered(step: np.ndarray[Any, Any]) -> bool:
    """Whether a one-dimensional array never decreases (an array with a NaN does)."""
    return step.size < 2 or bool(step[0] <= step[-1] and (step[1:] >= step[:-1]).all())


SMALL = 2.0**-42
ROW = 256
"""Length of a row in `cos`: a block of 65 536 angles is a square of them."""


def cos(x: Any) -> Any:
    """``np.cos``, and faster where the angles are evenly spaced, as those of a curve are.

    The angles are laid out in rows of 256, each ``first of its row + place in the row + rest``. The cosine of that sum
    takes a sine and a cosine per row and per place; the rest, the roundings of the angles, is so small that it may
    simply be added to the sine's argument. Written as a correction to the row's own cosine, the result is within one
    unit in the last place of 1. Where the rest is not small, the angles are not evenly spaced.
    """
    x = np.asarray(x, np.float64)
    rows = x.size // ROW
    whole = rows * ROW
    if rows < ROW // 4:
        return np.cos(x)
    body = x[:whole].reshape(rows, ROW)
    first = body[:, :1]
    place = np.arange(ROW) * ((x[whole - 1] - x[0]) / (whole - 1))
    out = np.empty_like(x)
    rest = out[:whole].reshape(rows, ROW)
    np.subtract(body, first + place, out=rest)
    if not (max(-rest.min(), rest.max()) < SMALL and abs(place[-1]) < 0.25):  # so written, a NaN counts as uneven
        return np.cos(x)
    sine, cosine = np.sin(first), np.cos(first)
    rest += np.sin(place)
    rest *= -sine
    rest -= cosine * (2 * np.sin(place / 2) ** 2)
    rest += cosine
    np.cos(x[whole:], out=out[whole:])
    return out


class NumPy:
    """NumPy's functions under their standard names. `ordered` is an array already known never to decrease."""

    minimum: Any = np.minimum
    maximum: Any = np.maximum
    where: Any = staticmethod(np.where)
    floor: Any = np.floor
    ceil: Any = np.ceil
    floor_divide: Any = np.floor_divide
    sqrt: Any = np.sqrt
    exp: Any = np.exp
    log: Any = np.log
    cos: Any = staticmethod(cos)
    sin: Any = np.sin
    tanh: Any = np.tanh
    pow: Any = np.power
    searchsorted: Any = staticmethod(np.searchsorted)

    def __init__(self, ordered: np.ndarray[Any, Any] | None = None) -> None:
        self._ordered = ordered

    def take(self, table: Any, index: Any) -> Any:
        return np.asarray(table)[index.astype(np.intp, copy=False)]

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """Each part on its own slice of an ordered array, on its own selection of any other."""
        if step is not self._ordered and not is_ordered(step):
            return self._by_selection(step, np.searchsorted(milestones, step, side="right"), parts)
        low, high = bisect_right(milestones, step[0]), bisect_right(milestones, step[-1])
        if low == high:
            return parts[low](step)
        out = np.empty(step.shape)
        edges = [0, *np.searchsorted(step, milestones[low:high]), step.size]
        for part, start, stop in zip(parts[low:], edges, edges[1:], strict=False):
            if start < stop:
                out[start:stop] = part(step[start:stop])
        return out

    def _by_selection(self, step: Any, index: Any, parts: Sequence[Callable[[Any], Any]]) -> Any:
        out = np.empty(step.shape)
        for k in np.unique(index):
            chosen = index == k
            out[chosen] = parts[k](step[chosen])
        return out
