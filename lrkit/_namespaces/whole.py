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
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .standard import Standard

Operator = Callable[[Any, Any], Any]


def bare(value: Any) -> Any:
    """The array of the library itself."""
    return value.array if isinstance(value, (Whole, Real)) else value


class Value:
    """A value that depends on the step. To the library's own functions it is the array that it holds."""

    __slots__ = ("array", "xp")
    __array_ufunc__ = None  # so that NumPy's numbers leave operators to us
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, xp: Standard, array: Any) -> None:
        self.xp, self.array = xp, array

    @property
    def bare(self) -> Any:
        """The array of the library itself."""
        return self.array

    def __getattr__(self, name: str) -> Any:
        if name in Value.__slots__:
            raise AttributeError(name)
        return getattr(self.array, name)

    def __jax_array__(self) -> Any:
        return self.array

    @classmethod
    def __torch_function__(cls, function: Any, _: Any, arguments: Any = (), options: Any = None) -> Any:
        return function(*map(bare, arguments), **{name: bare(value) for name, value in (options or {}).items()})

    def __bool__(self) -> bool:
        return bool(self.array)

    def __float__(self) -> float:
        return float(self.array)

    def __int__(self) -> int:
        return int(self.array)

    def __getitem__(self, index: Any) -> Any:
        return self.array[index]

    def __len__(self) -> int:
        return len(self.array)


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
        return self.xp.real(-self.array)

    def __abs__(self) -> Any:
        return self.xp.real(abs(self.array))


def _on_reals(operation: Operator) -> Operator:
    def apply(left: Any, right: Any) -> Any:
        xp = left.xp if isinstance(left, Real) else right.xp
        return xp.real(operation(xp.beside_real(left), xp.beside_real(right)))

    return apply


def _compare_real(operation: Operator) -> Operator:
    return lambda left, right: operation(left.array, left.xp.beside_real(right))


class Whole(Value):
    """An array of integers between `low` and `high`."""

    __slots__ = ("high", "low")

    def __init__(self, xp: Standard, array: Any, low: int, high: int) -> None:
        super().__init__(xp, array)
        self.low, self.high = low, high

    def __neg__(self) -> Any:
        return DIFFERENCE(0, self)

    def __abs__(self) -> Any:
        if not self.xp.holds(-self.low):
            return abs(self.as_real())
        return Whole(self.xp, abs(self.array), max(self.low, -self.high, 0), max(-self.low, self.high))

    def as_real(self) -> Any:
        """The same numbers in floating point."""
        return self.xp.real(self.array * 1.0)


def _bounds(value: Any) -> tuple[int, int]:
    return (value.low, value.high) if isinstance(value, Whole) else (value, value)


def _integer(value: Any) -> Any:
    """An integer or a `Whole` as it is, or None for anything else."""
    if isinstance(value, Whole) or type(value) is int:
        return value
    return int(value) if isinstance(value, np.integer) else None


def _floating(value: Any) -> Any:
    return value.as_real() if isinstance(value, Whole) else float(value) if type(value) is int else value


def _on_wholes(operation: Operator, result_bounds: Callable[[Any, Any], tuple[int, int] | None]) -> Operator:
    """The operation in integers if its operands are integers and the result is sure to fit; else in floating point."""

    def apply(left: Any, right: Any) -> Any:
        xp = left.xp if isinstance(left, Whole) else right.xp
        one, other = _integer(left), _integer(right)
        if one is None or other is None:
            return xp.real(operation(bare(left), bare(right)))
        bounds = result_bounds(one, other)
        constants = [c for c in (one, other) if type(c) is int]
        if bounds is None or not xp.holds(*bounds, *constants):
            return operation(_floating(one), _floating(other))
        return Whole(xp, operation(bare(one), bare(other)), *bounds)

    return apply


def _corners(operation: Operator) -> Callable[[Any, Any], tuple[int, int]]:
    """The bounds of an operation that is monotonic in each operand."""

    def bounds(left: Any, right: Any) -> tuple[int, int]:
        results = [operation(a, b) for a in _bounds(left) for b in _bounds(right)]
        return min(results), max(results)

    return bounds


def _quotient_bounds(left: Any, right: Any) -> tuple[int, int] | None:
    if _bounds(right)[0] > 0:
        return _corners(operator.floordiv)(left, right)
    most = max(map(abs, _bounds(left)))
    return -most, most


def _remainder_bounds(left: Any, right: Any) -> tuple[int, int] | None:
    low, high = _bounds(right)
    return (min(low + 1, 0), max(high - 1, 0)) if low > 0 or high < 0 else None


def _power_bounds(left: Any, right: Any) -> tuple[int, int] | None:
    base, exponent = max(map(abs, _bounds(left))), _bounds(right)[1]
    if _bounds(right)[0] < 0 or exponent * math.log2(base + 1) > 64:
        return None  # not whole, or too large
    most = base**exponent
    return (0 if _bounds(left)[0] >= 0 else -most), max(most, 1)


def _divide(left: Any, right: Any) -> Any:
    xp = left.xp if isinstance(left, Whole) else right.xp
    left, right = (x if isinstance(x, Whole) else xp.beside_real(x) for x in (left, right))
    return xp.real(operator.truediv(bare(left), bare(right)))


def _floor_divide(left: Any, right: Any) -> Any:
    if type(right) is int and not left.xp.holds(right) and -right <= left.low and left.high < right:
        return Whole(left.xp, left.xp.choose(left.array < 0, -1, 0), *_corners(operator.floordiv)(left, right))
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
            return operation(left.array, right.array)
        if not (isinstance(right, (int, float, np.integer)) and -math.inf < right < math.inf):
            return operation(bare(left.as_real()), bare(right))
        whole = rounded(float(right)) if isinstance(right, float) else int(right)
        if operation in (operator.eq, operator.ne) and whole != right:
            whole = left.xp.most + 1
        if left.xp.holds(whole):
            return operation(left.array, whole)
        return left.array == left.array if operation(0, whole) else left.array != left.array

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
_both_ways(Whole, "truediv", _divide)
_both_ways(Whole, "floordiv", _floor_divide)
_both_ways(Whole, "mod", _remainder)
_both_ways(Whole, "pow", _on_wholes(operator.pow, _power_bounds))
