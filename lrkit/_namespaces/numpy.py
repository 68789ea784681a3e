"""The namespace of NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def is_ordered(step: np.ndarray[Any, Any]) -> bool:
    """Whether a one-dimensional array never decreases (an array with a NaN does)."""
    return step.size < 2 or bool(step[0] <= step[-1] and (step[1:] >= step[:-1]).all())


class NumPy:
    """NumPy's functions under their standard names. `ordered` is an array already known never to decrease."""

    minimum, maximum, where = np.minimum, np.maximum, np.where
    floor, ceil, sqrt, exp, log = np.floor, np.ceil, np.sqrt, np.exp, np.log
    cos, sin, tanh, pow, floor_divide = np.cos, np.sin, np.tanh, np.power, np.floor_divide
    searchsorted = staticmethod(np.searchsorted)

    def __init__(self, ordered: np.ndarray[Any, Any] | None = None) -> None:
        self._ordered = ordered

    def take(self, table: Any, index: Any) -> Any:
        return np.asarray(table)[index.astype(np.intp, copy=False)]

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """Each part on its own slice of an ordered array, on its own selection of any other."""
        out = np.empty(step.shape)
        if step is self._ordered or (step.ndim == 1 and is_ordered(step)):
            edges = [0, *np.searchsorted(step, milestones), step.size]
            pieces: Any = [slice(start, stop) for start, stop in zip(edges, edges[1:], strict=False)]
        else:
            index = np.searchsorted(milestones, step, side="right")
            pieces = [index == k for k in range(len(parts))]
        for piece, part in zip(pieces, parts, strict=True):
            inside = step[piece]
            if inside.size:
                out[piece] = part(inside)
        return out
