"""How parameters lie in memory, and how a compiled rule is run over them: large ones in chunks, small ones together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._memory import CHUNK, SMALL, aligned, joined
from ..tracing.in_place import Program
from ._rule import Array

ALL = slice(None)


def picked(items: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    """The items at some places, in ascending order: quick where the places follow one another."""
    first, last = places[0], places[-1]
    if last - first + 1 == len(places):
        return items[first : last + 1]
    return [items[k] for k in places]


class Workspace:
    """Scratch arrays, shared by all parameters of an optimizer."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[Any, str], Array] = {}
        self._others: dict[int, Workspace] = {}

    def of_thread(self, k: int) -> Workspace:
        """The workspace of a step's k-th thread: this one of the first."""
        return self._others.setdefault(k, Workspace()) if k else self

    def flat(self, dtype: Any, size: int, name: str) -> Array:
        """A flat array to write in: one for each name, as large as the largest that was asked for."""
        found = self._arrays.get((dtype, name))
        if found is None or found.size < size:
            found = self._arrays[dtype, name] = aligned((size,), dtype)
        return found[:size]

    def like(self, array: Array, name: str) -> Array:
        """An array to write in, of the shape and type of another."""
        return self.flat(array.dtype, array.size, name).reshape(array.shape)


class LargeTensor:
    """A large tensor, updated chunk by chunk where it lies."""

    def __init__(self, position: int, array: Array) -> None:
        self.positions = [position]
        self.dtype, self.size = array.dtype, array.size
        self.states: dict[str, Array] = {}
        self._array = array
        self._flat = array.reshape(-1) if array.flags.c_contiguous else None

    @property
    def divisible(self) -> bool:
        """Whether several spans of it can be run at the same time."""
        return self._flat is not None

    def views(self, name: str) -> Iterator[Array]:
        """The state of each parameter, in its shape."""
        yield self.states[name].reshape(self._array.shape)

    def run(
        self, program: Program, numbers: Sequence[Array], gradients: Sequence[Any], work: Workspace, span: slice = ALL
    ) -> None:
        w = self._array.reshape(-1) if self._flat is None else self._flat  # a copy, if it does not lie in one piece
        g = gradients[self.positions[0]].reshape(-1)
        start, stop, _ = span.indices(self.size)
        ready = g.dtype == self.dtype and g.flags.c_contiguous
        length = max(stop - start, 1) if program.whole and ready else CHUNK // self.dtype.itemsize
        scratch = [work.flat(self.dtype, length, f"scratch{k}") for k in range(program.scratch)]
        for begin in range(start, stop, length):
            part = slice(begin, min(begin + length, stop))
            chunk, gradient = w[part], g[part]
            if chunk.size < length:
                scratch = [array[: chunk.size] for array in scratch]
            if not ready:  # its squares might not fit its own type
                cast = work.flat(self.dtype, length, "gradient")[: chunk.size]
                np.copyto(cast, gradient, casting="same_kind")
                gradient = cast
            program.run(chunk, gradient, *(state[part] for state in self.states.values()), *numbers, *scratch)
        if self._flat is None:
            self._array[...] = w.reshape(self._array.shape)


class Bucket:
    """Small tensors, updated together: where they lie, if side by side, else copied into a chunk and back."""

    divisible = False

    def __init__(self, positions: list[int], arrays: Sequence[Array]) -> None:
        self.positions = positions
        self._arrays = [arrays[k] for k in positions]
        self._joined = joined(self._arrays)
        self._flats = [array.reshape(-1) for array in self._arrays]
        self._ends = np.cumsum([array.size for array in self._arrays]).tolist()
        self.dtype, self.size = self._arrays[0].dtype, self._ends[-1]
        self.states: dict[str, Array] = {}

    def views(self, name: str) -> Iterator[Array]:
        """The state of each parameter, in its shape."""
        for part, array in zip(np.split(self.states[name], self._ends[:-1]), self._arrays, strict=True):
            yield part.reshape(array.shape)

    def run(
        self, program: Program, numbers: Sequence[Array], gradients: Sequence[Any], work: Workspace, span: slice = ALL
    ) -> None:
        w = self._joined
        if w is None:
            w = np.concatenate(self._flats, out=work.flat(self.dtype, self.size, "weight"))
        g = work.flat(self.dtype, self.size, "gradient")
        np.concatenate(picked(gradients, self.positions), axis=None, out=g, casting="same_kind")
        scratch = [work.flat(self.dtype, self.size, f"scratch{k}") for k in range(program.scratch)]
        program.run(w, g, *self.states.values(), *numbers, *scratch)
        if self._joined is None:
            for flat, part in zip(self._flats, np.split(w, self._ends[:-1]), strict=True):
                flat[...] = part


def chunks_of(arrays: Sequence[Array]) -> Iterator[LargeTensor | Bucket]:
    """Large tensors, and those in scattered memory, alone; small ones together, up to a chunk of one dtype."""
    waiting: dict[Any, list[int]] = {}
    filled: dict[Any, int] = {}
    for k, array in enumerate(arrays):
        if array.nbytes >= SMALL or not array.flags.c_contiguous:
            yield LargeTensor(k, array)
            continue
        key = array.dtype
        if filled.get(key, 0) + array.nbytes > CHUNK:
            yield Bucket(waiting.pop(key), arrays)
            filled[key] = 0
        waiting.setdefault(key, []).append(k)
        filled[key] = filled.get(key, 0) + array.nbytes
    for positions in waiting.values():
        yield Bucket(positions, arrays)
