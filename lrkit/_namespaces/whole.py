"""Integer arrays of JAX and torch whose arithmetic cannot overflow.

JAX counts to 2**31 - 1 by default, torch to 2**63 - 1. Beyond that, an operator wraps around silently, and a Python
integer that is too large is refused even in a comparison. A `Whole` knows a lower and an upper bound of its numbers.
Where the result of an operation is sure to fit, it is an integer, and exact; elsewhere the operation is computed in
floating point.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_jax_namespace

Operator = Callable[[Any, Any], Any]


def bare(value: Any) -> Any:
    """The array of the library itself."""
    return value.bare if isinstance(value, Value) else value


def bare_real(value: Any) -> Any:
    """The array of the library itself, in floating point."""
    return bare(value.as_real() if isinstance(value, Whole) else value)


def bounds(value: Any) -> tuple[int, int]:
    """The lowest and the highest value that an integer or a `Whole` may have."""
    return (value.low, value.high) if isinstance(value, Whole) else (value, value)


class Library:
    """The library of an array: what its integers hold, and how its operators take a value."""

    def __init__(self, array: Any) -> None:
        self.xp = array_namespace(array)
        self.is_jax = is_jax_namespace(self.xp)
        self.integers = self.xp.asarray(0).dtype if self.is_jax else self.xp.int64
        limits = self.xp.iinfo(self.integers)
        self.least, self.most = int(limits.min), int(limits.max)

    def holds(self, *values: int) -> bool:
        """Whether the library's integers hold these."""
        return all(self.least <= value <= self.most for value in values)

    def real(self, array: Any) -> Any:
        """A floating-point array as a formula sees it."""
        return Real(self, array) if self.is_jax else array

    def beside_real(self, value: Any) -> Any:
        """A value as the library's operators take it beside a floating-point array."""
        return float(value) if type(value) is int and not self.holds(value) else bare(value)


class Value:
    """An array that depends on the step. The library's own functions take it for the `bare` array in it."""

    __slots__ = ("bare", "library")
    __array_ufunc__ = None  # NumPy's numbers leave operators to this class
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, library: Library, array: Any) -> None:
        self.library, self.bare = library, array

    def __getattr__(self, name: str) -> Any:
        if name in Value.__slots__:
            raise AttributeError(name)
        return getattr(self.bare, name)

    def __jax_array__(self) -> Any:
        return self.bare

    @classmethod
    def __torch_function__(cls, function: Any, _: Any, arguments: Any = (), options: Any = None) -> Any:
        return function(*map(bare, arguments), **{name: bare(value) for name, value in (options or {}).items()})

    def __bool__(self) -> bool:
        return bool(self.bare)

    def __float__(self) -> float:
        return float(self.bare)

    def __int__(self) -> int:
        return int(self.bare)

    def __getitem__(self, index: Any) -> Any:
        return self.bare[index]

    def __len__(self) -> int:
        return len(self.bare)


def _both_ways(cls: type, name: str, operation: Callable[[Any, Any], Any]) -> None:
    """Give a class an operator, in which its objects may stand on either side."""
    setattr(cls, f"__{name}__", operation)
    setattr(cls, f"__r{name}__", lambda self, other: operation(other, self))


ARITHMETIC: dict[str, Operator] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "truediv": operator.truediv,
    "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow,
}  # fmt: skip
COMPARISONS: dict[str, Operator] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


class Real(Value):
    """A floating-point array of JAX. JAX itself refuses a Python integer beyond its integers beside such an array."""

    __slots__ = ()

    def __neg__(self) -> Any:
        return self.library.real(-self.bare)

    def __abs__(self) -> Any:
        return self.library.real(abs(self.bare))


def _on_reals(operation: Operator) -> Operator:
    def apply(left: Any, right: Any) -> Any:
        library = left.library if isinstance(left, Value) else right.library
        return library.real(operation(library.beside_real(left), library.beside_real(right)))

    return apply


def _compare_real(operation: Operator) -> Operator:
    return lambda left, right: operation(left.bare, left.library.beside_real(right))


class Whole(Value):
    """An array of integers between `low` and `high`."""

    __slots__ = ("high", "low")

    def __init__(self, library: Library, array: Any, low: int, high: int) -> None:
        super().__init__(library, array)
        self.low, self.high = low, high

    def __neg__(self) -> Any:
        return DIFFERENCE(0, self)

    def __abs__(self) -> Any:
        if not self.library.holds(-self.low):
            return abs(self.as_real())
        return Whole(self.library, abs(self.bare), max(self.low, -self.high, 0), max(-self.low, self.high))

    def as_real(self) -> Any:
        """The same numbers in floating point."""
        return self.library.real(self.bare * 1.0)


def _integer(value: Any) -> Any:
    """An integer or a `Whole` as it is, or None for anything else."""
    if isinstance(value, Whole) or type(value) is int:
        return value
    return int(value) if isinstance(value, np.integer) else None


def _floating(value: Any) -> Any:
    return value.as_real() if isinstance(value, Whole) else float(value)


def _on_wholes(operation: Operator, result_bounds: Callable[[Any, Any], tuple[int, int] | None]) -> Operator:
    """The operation in integers if its operands are integers and the result is sure to fit; else in floating point."""

    def apply(left: Any, right: Any) -> Any:
        library = left.library if isinstance(left, Whole) else right.library
        one, other = _integer(left), _integer(right)
        if one is None or other is None:
            return library.real(operation(bare(left), bare(right)))
        limits = result_bounds(one, other)
        constants = [c for c in (one, other) if type(c) is int]
        if limits is None or not library.holds(*limits, *constants):
            return operation(_floating(one), _floating(other))
        return Whole(library, operation(bare(one), bare(other)), *limits)

    return apply


def _corners(operation: Operator) -> Callable[[Any, Any], tuple[int, int]]:
    """The bounds of an operation that is monotonic in each operand."""

    def result_bounds(left: Any, right: Any) -> tuple[int, int]:
        results = [operation(a, b) for a in bounds(left) for b in bounds(right)]
        return min(results), max(results)

    return result_bounds


def _quotient_bounds(left: Any, right: Any) -> tuple[int, int] | None:
    if bounds(right)[0] > 0:
        return _corners(operator.floordiv)(left, right)
    most = max(map(abs, bounds(left)))
    return -most, most


def _remainder_bounds(left: Any, right: Any) -> tuple[int, int] | None:
    low, high = bounds(right)
    return (min(low + 1, 0), max(high - 1, 0)) if low > 0 or high < 0 else None


def _power_bounds(left: Any, right: Any) -> tuple[int, int] | None:
    base, exponent = max(map(abs, bounds(left))), bounds(right)[1]
    if bounds(right)[0] < 0 or exponent * math.log2(base + 1) > 64:
        return None  # not whole, or too large
    most = base**exponent
    return (0 if bounds(left)[0] >= 0 else -most), max(most, 1)


def _floor_divide(left: Any, right: Any) -> Any:
    if type(right) is int and not left.library.holds(right) and -right <= left.low and left.high < right:
        quotient = left.library.xp.where(left.bare < 0, -1, 0)
        return Whole(left.library, quotient, *_corners(operator.floordiv)(left, right))
    return QUOTIENT(left, right)


def _remainder(left: Any, right: Any) -> Any:
    if type(right) is int and left.low >= 0 and left.high < right:
        return left
    return REMAINDER(left, right)


DIFFERENCE = _on_wholes(operator.sub, _corners(operator.sub))
QUOTIENT = _on_wholes(operator.floordiv, _quotient_bounds)
REMAINDER = _on_wholes(operator.mod, _remainder_bounds)


def _compare_whole(operation: Operator, rounded: Callable[[float], int]) -> Operator:
    """An exact comparison: a fraction is rounded to the integer that compares in the same way."""

    def apply(left: Whole, right: Any) -> Any:
        if isinstance(right, Whole):
            return operation(left.bare, right.bare)
        if not (isinstance(right, (int, float, np.integer)) and -math.inf < right < math.inf):
            return operation(bare_real(left), bare(right))
        whole = rounded(float(right)) if isinstance(right, float) else int(right)
        if operation in (operator.eq, operator.ne) and whole != right:
            whole = left.library.most + 1
        if left.library.holds(whole):
            return operation(left.bare, whole)
        # The library's integers do not reach that far: every element compares as 0 does.
        return left.bare == left.bare if operation(0, whole) else left.bare != left.bare

    return apply


for _name, _operation in ARITHMETIC.items():
    _both_ways(Real, _name, _on_reals(_operation))
for _name, _operation in COMPARISONS.items():
    setattr(Real, f"__{_name}__", _compare_real(_operation))
    _rounded = math.ceil if _name in ("lt", "ge") else math.floor
    setattr(Whole, f"__{_name}__", _compare_whole(_operation, _rounded))
_both_ways(Whole, "add", _on_wholes(operator.add, _corners(operator.add)))
_both_ways(Whole, "sub", DIFFERENCE)
_both_ways(Whole, "mul", _on_wholes(operator.mul, _corners(operator.mul)))
_both_ways(Whole, "truediv", _on_reals(operator.truediv))
_both_ways(Whole, "floordiv", _floor_divide)
_both_ways(Whole, "mod", _remainder)
_both_ways(Whole, "pow", _on_wholes(operator.pow, _power_bounds))
