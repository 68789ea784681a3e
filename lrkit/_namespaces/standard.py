"""The namespace of any other library's arrays, traced or not, by way of the array API standard."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from array_api_compat import device, is_torch_namespace

from . import scalar
from .scalar import are_numbers
from .whole import Library, Whole, bare, bare_real, bounds


class Standard(Library):
    """The functions of the library that an array belongs to, such as its `cos` and `floor`."""

    def __init__(self, array: Any) -> None:
        super().__init__(array)
        self._mixes = self.is_jax or is_torch_namespace(self.xp)
        # A traced array has no device of its own: its constants are placed by the compiler.
        self._place = {} if self.is_jax else {"device": device(array)}
        self._dtype: Any = None

    def __getattr__(self, name: str) -> Any:
        if name not in ("sqrt", "exp", "log", "cos", "sin", "tanh"):
            raise AttributeError(scalar.unknown(name))
        return partial(self._function, name)

    def admit(self, step: Any, owner: str) -> Any:
        """`step` as a formula gets it: integers stay integers where the library lets them meet Python floats.

        Integers are widened to the library's widest; an unsigned one beyond it is replaced by the largest. Floats of 16
        bits and less are widened to 32 bits, since they hold neither a count of steps nor a rate.
        """
        xp = self.xp
        if xp.isdtype(step.dtype, ("bool", "complex floating")):
            raise TypeError(f"{owner}: a step must be a real number, got an array of {step.dtype}")
        if xp.isdtype(step.dtype, "real floating"):
            step = step if xp.finfo(step.dtype).bits >= 32 else xp.astype(step, xp.float32)
            self._dtype = step.dtype
            return self.real(step)
        if not self._mixes:
            self._dtype = xp.float64
            return xp.astype(step, xp.float64)
        most = min(int(xp.iinfo(step.dtype).max), self.most)
        whole = xp.astype(step, self.integers)
        if xp.isdtype(step.dtype, "unsigned integer"):
            whole = xp.where(whole < 0, self.most, whole)  # it had wrapped around
        return Whole(self, whole, 0, most)

    def rate(self, rate: Any, step: Any) -> Any:
        """The result of a formula as an array of the library in the shape of `step`; it may be a constant."""
        return rate + 0.0 * bare(step) if are_numbers(rate) else bare_real(rate)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        if isinstance(condition, (bool, np.bool_)):
            return x if condition else y
        if any(isinstance(v, Whole) for v in (x, y)) and all(isinstance(v, Whole) or type(v) is int for v in (x, y)):
            numbers = [*bounds(x), *bounds(y)]
            if self.holds(*numbers):
                return Whole(self, self.xp.where(condition, bare(x), bare(y)), min(numbers), max(numbers))
        if are_numbers(x, y) and (self._dtype is not None or not self._mixes):  # in the precision of the step
            x, y = (self.xp.asarray(float(value), dtype=self._dtype, **self._place) for value in (x, y))
        x, y = self.beside_real(bare_real(x)), self.beside_real(bare_real(y))
        return self.real(self.xp.where(bare(condition), x, y))

    def minimum(self, x: Any, y: Any) -> Any:
        return self._extreme(min, x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._extreme(max, x, y)

    def _extreme(self, best: Any, x: Any, y: Any) -> Any:
        """The lower or higher of two, by comparison: the library's own function may refuse a Python number."""
        if are_numbers(x, y):
            return best(y, x)
        is_best = operator.lt if best is min else operator.gt
        if isinstance(y, Whole) and not isinstance(x, Whole):
            x, y = y, x
        if isinstance(x, Whole) and (isinstance(y, Whole) or type(y) is int):
            low, high = bounds(y)
            if x.high <= low if best is min else x.low >= high:
                return x
            chosen = self.where(is_best(x, y), x, y)
            if isinstance(chosen, Whole):
                chosen.low, chosen.high = best(x.low, low), best(x.high, high)
            return chosen
        return self.where(bare(is_best(x, y)), x, y)

    def floor(self, x: Any) -> Any:
        return x if isinstance(x, Whole) else self._function("floor", x)

    def ceil(self, x: Any) -> Any:
        return x if isinstance(x, Whole) else self._function("ceil", x)

    def _function(self, name: str, x: Any) -> Any:
        if are_numbers(x):
            return getattr(scalar, name)(x)
        return self.real(getattr(self.xp, name)(bare_real(x)))

    def floor_divide(self, x: Any, y: Any) -> Any:
        """The quotient has the derivative 0. torch has no derivative for it, so `x` is detached."""
        return (x.detach() if not isinstance(x, Whole) and hasattr(x, "detach") else x) // y

    def pow(self, x: Any, y: Any) -> Any:
        return scalar.pow(x, y) if are_numbers(x, y) else x**y

    def searchsorted(self, points: Any, x: Any, /, *, side: str = "left") -> Any:
        if are_numbers(x):
            return scalar.searchsorted(points, x, side=side)  # type: ignore[arg-type]
        array = bare(x)
        if isinstance(x, Whole):  # points between integers are rounded to those that compare in the same way
            whole = (np.ceil if side == "right" else np.floor)(np.asarray(points, np.float64)).tolist()
            points = [max(int(p), x.low - 1, self.least) for p in whole if p <= x.high]
        flat = self.xp.reshape(array, (-1,))
        index = self.xp.searchsorted(self._constant(points, array.dtype), flat, side=side)
        index = self.xp.reshape(index, array.shape)
        if not self._mixes:
            return self.xp.astype(index, self._dtype)
        return Whole(self, self.xp.astype(index, self.integers), 0, len(points))

    def take(self, table: Any, index: Any) -> Any:
        if are_numbers(index):
            return scalar.take(table, index)
        array = bare(index)
        flat = self.xp.astype(self.xp.reshape(array, (-1,)), self.integers)
        taken = self.xp.take(self._constant(np.asarray(table, np.float64), self._dtype), flat, axis=0)
        return self.real(self.xp.reshape(taken, array.shape))

    def _constant(self, values: Any, dtype: Any) -> Any:
        return self.xp.asarray(np.asarray(values).tolist(), dtype=dtype, **self._place)

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """Every part that may be reached is evaluated at all steps; then `where` chooses.

        A step of another part is replaced by the middle of the part's own interval. An edge would do for the rates,
        but a curve may be infinitely steep there, and automatic differentiation turns 0 · infinity into NaN.
        """
        if are_numbers(step):
            return scalar.piecewise(step, milestones, parts)
        low, high = (step.low, step.high) if isinstance(step, Whole) else (0, milestones[-1] + 2)
        first, last = sum(m <= low for m in milestones), sum(m <= high for m in milestones)
        edges = [low, *milestones[first:last], high + 1]
        chosen = None
        for k in reversed(range(len(edges) - 1)):
            start, stop = edges[k], edges[k + 1]
            if start == stop:
                continue
            rate = self.rate(parts[first + k](self._only(step, start, stop, chosen is None)), step)
            chosen = rate if chosen is None else self.xp.where(bare(step < stop), rate, chosen)
        return self.real(chosen)

    def _only(self, step: Any, start: float, stop: float, is_last: bool) -> Any:
        """`step` where it lies in the interval, elsewhere the middle of the interval."""
        inside = step >= start if is_last else (step >= start) & (step < stop)
        if isinstance(step, Whole):
            low, high = math.ceil(start), math.ceil(stop) - 1
            return Whole(self, self.xp.where(inside, step.bare, (low + high) // 2), low, high)
        return self.real(self.xp.where(bare(inside), bare(step), (start + stop) / 2))
