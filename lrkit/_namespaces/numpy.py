"""The namespace of NumPy arrays."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from . import scalar
from .scalar import are_numbers


def is_ordered(step: np.ndarray[Any, Any]) -> bool:
    """Whether a one-dimensional array never decreases (an array with a NaN does)."""
    return step.size < 2 or bool(step[0] <= step[-1] and (step[1:] >= step[:-1]).all())


def distinct(values: Any) -> np.ndarray[Any, Any]:
    """``np.unique`` of numbers among which is no NaN; in NumPy 2 the first call of that imports ``numpy.ma``."""
    ordered = np.sort(values, axis=None)
    keep = np.ones(ordered.shape, bool)
    np.not_equal(ordered[1:], ordered[:-1], out=keep[1:])
    return np.asarray(ordered[keep])


class TooLargeError(ArithmeticError):
    """An intermediate integer of a formula is beyond 64 bits."""


LARGEST = 2**63 - 1
ARITHMETIC = (np.add, np.subtract, np.multiply, np.true_divide)


class CheckedIntegers(np.ndarray[Any, Any]):
    """Integers whose arithmetic raises `TooLargeError` where NumPy's might wrap around.

    `peak` is an upper bound of their absolute values.
    """

    peak: int = LARGEST

    def __array_finalize__(self, source: Any) -> None:
        self.peak = getattr(source, "peak", LARGEST)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **options: Any) -> Any:
        operands = [x.view(np.ndarray) if isinstance(x, CheckedIntegers) else x for x in inputs]
        if out:
            options["out"] = tuple(x.view(np.ndarray) if isinstance(x, CheckedIntegers) else x for x in out)
        if ufunc in ARITHMETIC and method == "__call__" and not out and any(isinstance(x, float) for x in inputs):
            # NumPy's own result, but in one piece and in place: NumPy would convert the integers in small pieces.
            floats = [x.astype(np.float64) if isinstance(x, np.ndarray) else x for x in operands]
            return ufunc(*floats, out=next(x for x in floats if isinstance(x, np.ndarray)), **options)
        peak = 0 if any(isinstance(x, float) for x in inputs) else _peak(ufunc, inputs)
        return checked(getattr(ufunc, method)(*operands, **options), peak)


def checked(array: Any, peak: Any) -> Any:
    """Integers as `CheckedIntegers`; anything else as it is."""
    if getattr(array, "dtype", None) != np.int64:
        return array
    integers = np.asarray(array).view(CheckedIntegers)
    integers.peak = int(peak)
    return integers


def _peak(ufunc: Any, operands: Sequence[Any]) -> int:
    """An upper bound of the absolute result of an operation on integers."""
    peaks = [_size(operand) for operand in operands]
    if None in peaks:
        return LARGEST  # a float is among them, so the result is no integer
    peak: int = max(peaks)
    if ufunc in (np.add, np.subtract):
        peak = sum(peaks)
    elif ufunc in (np.multiply, np.square):
        peak = peaks[0] * peaks[-1]
    elif ufunc is np.power:
        if np.min(operands[1]) < 0 or peaks[1] * math.log2(peaks[0] + 1) > 64:
            raise TooLargeError
        peak = max(peaks[0] ** peaks[1], 1)
    if peak > LARGEST:
        raise TooLargeError
    return peak


def _size(operand: Any) -> Any:
    if isinstance(operand, CheckedIntegers):
        return operand.peak
    if isinstance(operand, (int, np.integer)):
        return abs(int(operand))
    array = np.asarray(operand)
    return int(np.abs(array).max()) if array.dtype.kind in "iu" and array.size else None


def of_numbers(name: str, from_numpy: Any) -> Any:
    """NumPy's function for arrays, and the scalar namespace's for numbers."""
    from_scalar = getattr(scalar, name)

    def function(*arguments: Any) -> Any:
        return (from_scalar if are_numbers(*arguments) else from_numpy)(*arguments)

    return staticmethod(function)


def _minimum(x: Any, y: Any) -> Any:
    is_below = isinstance(x, CheckedIntegers) and type(y) is int and x.peak <= y
    return x if is_below else np.minimum(x, y)


def _where(condition: Any, x: Any, y: Any) -> Any:
    chosen = np.where(condition, x, y)
    return checked(chosen, max(-chosen.min(), chosen.max())) if chosen.dtype == np.int64 else chosen


def _searchsorted(points: Any, x: Any, /, *, side: Literal["left", "right"] = "left") -> Any:
    if are_numbers(x):
        return scalar.searchsorted(points, x, side=side)
    return checked(np.searchsorted(points, x, side=side), len(points))


class NumPy:
    """NumPy's functions under their standard names. `ordered` is an array that is known never to decrease."""

    minimum = of_numbers("minimum", _minimum)
    maximum = of_numbers("maximum", np.maximum)
    where = of_numbers("where", _where)
    floor = of_numbers("floor", np.floor)
    ceil = of_numbers("ceil", np.ceil)
    floor_divide = of_numbers("floor_divide", np.floor_divide)
    sqrt = of_numbers("sqrt", np.sqrt)
    exp = of_numbers("exp", np.exp)
    log = of_numbers("log", np.log)
    cos = of_numbers("cos", np.cos)
    sin = of_numbers("sin", np.sin)
    tanh = of_numbers("tanh", np.tanh)
    pow = of_numbers("pow", np.power)
    searchsorted = staticmethod(_searchsorted)

    def __init__(self, ordered: np.ndarray[Any, Any] | None = None) -> None:
        self._ordered = ordered

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(scalar.unknown(name))

    def take(self, table: Any, index: Any) -> Any:
        if are_numbers(index):
            return scalar.take(table, index)
        return np.asarray(table, np.float64)[np.asarray(index).astype(np.intp, copy=False)]

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """Each part at its own steps: a slice of an ordered array, a selection of any other."""
        if are_numbers(step):
            return scalar.piecewise(step, milestones, parts)
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
