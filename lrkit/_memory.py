"""Where arrays lie: at the start of a cache line, one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import numpy as np

Array = np.ndarray[Any, Any]
T = TypeVar("T")

ALIGNMENT = 64
CHUNK = 2**18
"""Bytes that are worked on at a time: a few arrays of this size stay in a core's cache together."""
SMALL = CHUNK // 4
"""Arrays of fewer bytes are worked on together: a call of NumPy costs more than their numbers."""


def aligned(shape: tuple[int, ...], dtype: Any, value: float | Array = 0.0) -> Array:
    """An array that starts at a cache line: worth some percent of the time that NumPy takes to go through it."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64))
    raw = np.empty(size * dtype.itemsize + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    made: Array = raw[start : start + size * dtype.itemsize].view(dtype).reshape(shape)
    made[...] = value
    return made


def joined(arrays: Sequence[Array]) -> Array | None:
    """The one flat array that some arrays make up, if they lie next to each other in order; else None."""
    base, dtype, end = arrays[0].base, arrays[0].dtype, arrays[0].ctypes.data
    if not isinstance(base, np.ndarray) or not base.flags.c_contiguous or base.dtype != np.uint8:
        return None
    begin = end - base.ctypes.data
    for array in arrays:
        if array.base is not base or array.dtype != dtype or array.ctypes.data != end or not array.flags.c_contiguous:
            return None
        end += array.nbytes
    flat: Array = base[begin : end - base.ctypes.data].view(dtype)
    return flat


class Spares(Generic[T]):
    """Memory to work in, kept for the next call: a system takes longer to give it than many a call to use it.

    One is lent to one borrower at a time, in whichever thread, so there are as many as were ever in use at once.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._free: list[T] = []

    @contextmanager
    def lent(self) -> Iterator[T]:
        """One for the length of a `with` block; what an earlier borrower left in it is undefined."""
        try:
            one = self._free.pop()
        except IndexError:
            one = self._make()
        try:
            yield one
        finally:
            self._free.append(one)
