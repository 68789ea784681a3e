"""Numbers in an expression: their arithmetic, which is exact for counts, and their names."""

from __future__ import annotations

import ast
import keyword
import math
import operator
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .._params import as_kind, shorten

if TYPE_CHECKING:
    from fractions import Fraction

MAX_BITS = 4096
"""How long the numerator or denominator of an exact result may grow."""
OPERATORS: dict[type[ast.AST], Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
"""The operators of an expression. Those of numbers are all but the power, which may take long."""


def is_number(value: Any) -> bool:
    """Whether a value of an expression is an int or a float; a bool is neither."""
    return type(value) in (int, float)


def calculate(operation: type[ast.AST], *numbers: Any) -> Any:
    """``+ - * /`` of numbers as Python computes it; `ValueError` if the result exceeds the largest float."""
    if operation is ast.Pow:
        raise ValueError("numbers are added, subtracted, multiplied and divided; write any other number itself")
    try:
        result = OPERATORS[operation](*numbers)
    except ZeroDivisionError:
        raise ValueError(f"{shorten(numbers[0])} divided by 0") from None
    except OverflowError:
        result = math.inf
    if not abs(result) <= sys.float_info.max:
        raise ValueError("the result is too large for a float")
    return result


def whole(node: ast.expr, value: Any, names: Mapping[str, Any]) -> Any:
    """`value`, computed from `node`; as an integer if the exact result is a whole number.

    Exact means that decimal fractions are taken as they are written: 0.57 * 10000 is 5700, while floats give less.
    """
    if type(value) is not float or not math.isfinite(value):
        return value
    exact = _exact(node, names)
    return int(exact) if exact is not None and exact.denominator == 1 else value


def _exact(node: ast.expr, names: Mapping[str, Any]) -> Fraction | None:
    """The result of an expression without rounding, or None if it has more than `MAX_BITS` bits."""
    from fractions import Fraction  # a count that is written as an integer needs none

    match node:
        case ast.BinOp(left=left, op=operation, right=right):
            parts = [_exact(left, names), _exact(right, names)]
        case ast.UnaryOp(op=operation, operand=operand):
            parts = [_exact(operand, names)]
        case ast.Name(id=name):
            return Fraction(repr(names[name]))
        case ast.Constant(value=value):
            return Fraction(repr(value))
        case _:
            return None
    if None in parts:
        return None
    result: Fraction = OPERATORS[type(operation)](*parts)
    return result if max(result.numerator.bit_length(), result.denominator.bit_length()) <= MAX_BITS else None


def checked_names(owner: str, names: Mapping[str, Any] | None, is_taken: Callable[[str], bool]) -> dict[str, Any]:
    """The numbers that an expression may use by name, as Python numbers; `is_taken` knows the names of schedules."""
    if names is None:
        return {}
    if not isinstance(names, Mapping):
        raise TypeError(f"{owner}: names must be a dict of name to number, got {shorten(names)}")
    found: dict[str, Any] = {}
    for name, value in names.items():
        if not isinstance(name, str):
            raise TypeError(f"{owner}: names must be a dict of name to number, got the name {shorten(name)}")
        taken = name.isidentifier() and is_taken(name)
        if not name.isidentifier() or keyword.iskeyword(name) or taken:
            why = "a schedule has it" if taken else "it is no identifier"
            raise ValueError(f"{owner}: names: {shorten(name)} cannot be a number's name: {why}")
        integer, number = as_kind(value, int), as_kind(value, float)
        if number is None or not math.isfinite(number):
            error = TypeError if number is None else ValueError
            raise error(f"{owner}: names[{name!r}] must be a finite number, got {shorten(value)}")
        found[name] = number if integer is None else integer
    return found
