"""The namespace of any other library's arrays, traced or not, by way of the array API standard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, is_jax_namespace, is_torch_namespace


class Standard:
    """The functions of an array's own library: `cos`, `floor` and so on are looked up there."""

    def __init__(self, array: Any) -> None:
        self._xp = array_namespace(array)
        self._is_jax = is_jax_namespace(self._xp)
        self._mixes = self._is_jax or is_torch_namespace(self._xp)
        self._dtype = array.dtype if self._xp.isdtype(array.dtype, "real floating") else None
        # A traced array has no device of its own: its constants are placed by the compiler.
        self._place = {} if self._is_jax else {"device": device(array)}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._xp, name)

    def admit(self, step: Any, owner: str) -> Any:
        """`step` ready for a formula: integers stay exact where the library lets them meet Python floats."""
        xp = self._xp
        if xp.isdtype(step.dtype, ("bool", "complex floating")):
            raise TypeError(f"{owner}: a step must be a real number, got an array of {step.dtype}")
        if self._mixes and xp.isdtype(step.dtype, "unsigned integer"):  # `-step` would wrap around
            return xp.astype(step, xp.asarray(0, **self._place).dtype)
        if self._mixes or xp.isdtype(step.dtype, "real floating"):
            return step
        return xp.astype(step, xp.float64)

    def spread(self, rate: Any, step: Any) -> Any:
        """`rate` in the shape of `step`, also where the formula is a constant."""
        return rate + 0.0 * step if isinstance(rate, (int, float)) else rate

    def minimum(self, x: Any, y: Any) -> Any:
        return self.where(x < y, x, y)  # the library's own may refuse a Python number

    def maximum(self, x: Any, y: Any) -> Any:
        return self.where(x > y, x, y)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        if isinstance(condition, bool):
            return x if condition else y
        return self._xp.where(condition, x, y)

    def floor_divide(self, x: Any, y: Any) -> Any:
        """The quotient does not depend on `x` to first order: torch, which has no derivative for it, is told so."""
        return (x.detach() if hasattr(x, "detach") else x) // y

    def pow(self, x: Any, y: Any) -> Any:
        return x**y

    def searchsorted(self, points: Any, x: Any, /, *, side: str) -> Any:
        flat = self._xp.reshape(x, (-1,))
        if self._xp.isdtype(x.dtype, "integral"):  # an integer is past a point if it is past the next integer
            points = [p for p in np.ceil(points).tolist() if p <= self._xp.iinfo(x.dtype).max]
        index = self._xp.searchsorted(self._constant(points, x.dtype), flat, side=side)
        return self._xp.reshape(index, x.shape)

    def take(self, table: Any, index: Any) -> Any:
        flat = self._xp.astype(self._xp.reshape(index, (-1,)), self._xp.int32 if self._is_jax else self._xp.int64)
        return self._xp.reshape(self._xp.take(self._constant(table, self._dtype), flat, axis=0), index.shape)

    def _constant(self, values: Any, dtype: Any) -> Any:
        return self._xp.asarray(np.asarray(values).tolist(), dtype=dtype, **self._place)

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """Every part everywhere, then a choice: a part gets a harmless step of its own interval for the others' steps.

        That step is the middle of the interval. An edge would do for the rates, but a curve may be infinitely steep
        there, and automatic differentiation turns 0 · infinity into NaN.
        """
        edges = [0, *milestones, milestones[-1] + 2]
        rates = []
        for low, high, part in zip(edges, edges[1:], parts, strict=False):
            inside = (step >= low) & ((step < high) | (high == edges[-1]))
            rates.append(self.spread(part(self._xp.where(inside, step, self._middle(low, high, step))), step))
        chosen = rates[-1]
        for milestone, rate in zip(reversed(milestones), reversed(rates[:-1]), strict=True):
            chosen = self._xp.where(step < milestone, rate, chosen)
        return chosen

    def _middle(self, low: float, high: float, step: Any) -> float:
        return (low + high) / 2 if self._xp.isdtype(step.dtype, "real floating") else int(low + high) // 2
