"""Reading a schedule's `repr` back, without `eval`."""

from __future__ import annotations

import ast
import operator
import warnings
from difflib import get_close_matches
from typing import Any

from .._params import shorten
from ._base import LearningRateSchedule
from ._registry import FUNCTIONS, classes

METHODS = ("then", "warmup", "clip", "shift", "stretch", "repeat", "hold", "minimum", "maximum")
"""The methods of a schedule that make another."""
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: operator.pow,
}  # fmt: skip
MAX_TEXT = 2**20
"""Longest expression that is read, in characters."""
MAX_BRACKETS = 250
"""How deep brackets may nest: two for each schedule, and some to spare."""


def parse(text: str) -> LearningRateSchedule:
    """The schedule that an expression names: a `repr` read back, or one written by hand.

    The expression is made of the names of registered schedules and of the functions of the catalogue, called with
    positional or keyword arguments, of numbers, texts, ``True``, ``False``, ``None``, lists and tuples, and of the
    algebra: ``+ - * / **`` with a schedule on one side, and the methods `then`, `warmup`, `clip`, `shift`, `stretch`,
    `repeat`, `hold`, `minimum` and `maximum`. Nothing else is allowed and nothing is evaluated.

    Parameters
    ----------
    text : str
        The expression, at most 1 Mi characters.

    Returns
    -------
    LearningRateSchedule

    Raises
    ------
    TypeError
        If `text` is not a str.
    ValueError
        If the expression is anything else. The message says what and at which column.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.parse("JoinLR([WarmUpLR(0.1, 500), CosineDecayLR(0, 0.1, 9500)], [500])")
    >>> schedule(250), schedule(5250)
    (0.05, 0.05)
    >>> lrkit.parse(repr(schedule)) == schedule
    True
    >>> lrkit.parse("CosineDecayLR(0, 0.1, 9500).warmup(500)") == schedule
    True
    >>> lrkit.parse("WarmUpLR(0.1, 0)")
    Traceback (most recent call last):
    ...
    ValueError: parse: column 1: WarmUpLR: warmup_steps must be an integer >= 1, got 0
    """
    if not isinstance(text, str):
        raise TypeError(f"parse: text must be str, got {type(text).__name__}")
    if len(text) > MAX_TEXT:
        raise ValueError(f"parse: the expression has {len(text)} characters, at most {MAX_TEXT} are read")
    if _bracket_depth(text) > MAX_BRACKETS:
        raise ValueError(f"parse: brackets nest more than {MAX_BRACKETS} deep")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the text's own: an invalid escape, say
            tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"parse: column {error.offset}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise ValueError(f"parse: {type(error).__name__}: {error}") from None
    try:
        schedule = _value(tree.body)
    except RecursionError:
        raise ValueError("parse: the expression is nested too deeply") from None
    if not isinstance(schedule, LearningRateSchedule):
        raise _error(tree.body, f"expected a schedule, got {shorten(schedule)}")
    return schedule


def _bracket_depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


def _error(node: ast.expr, message: str) -> ValueError:
    return ValueError(f"parse: column {node.col_offset + 1}: {message}")


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_value(item) for item in items]
        case ast.Call(func=ast.Name(id=name), args=positional, keywords=keywords):
            return _schedule(node, name, positional, keywords)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="lrkit"), attr=name), args=positional, keywords=keywords):
            return _schedule(node, name, positional, keywords)
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=positional, keywords=keywords):
            return _method(node, _value(inner), name, positional, keywords)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in OPERATORS:
            return _operated(node, _value(left), OPERATORS[type(operation)], _value(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _operated(node, _value(operand), operator.mul, -1.0)
        case _:
            raise _error(node, f"only schedules, numbers, True, False, None and lists may stand here{_hint(node)}")


def _hint(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) if name in _makers():
            return f": {name} is called with its parameters, {name}(...)"
        case ast.Name(id=name):
            return f", not the name {shorten(name)}"
        case _:
            return ""


def _method(call: ast.expr, schedule: Any, name: str, positional: list[ast.expr], keywords: list[ast.keyword]) -> Any:
    if not isinstance(schedule, LearningRateSchedule):
        raise _error(call, f"{shorten(schedule)} has no methods")
    if name not in METHODS:
        raise _error(call, f"{shorten(name)} is not a method that makes a schedule: there are {', '.join(METHODS)}")
    return _called(call, getattr(schedule, name), name, positional, keywords)


def _operated(node: ast.expr, left: Any, operation: Any, right: Any) -> Any:
    if not any(isinstance(side, tuple(classes().values())) for side in (left, right)):
        raise _error(node, "an operator needs a schedule on one side: write the number itself")
    try:
        return operation(left, right)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise _error(node, str(error)) from None


def _makers() -> dict[str, Any]:
    """What may be called, by name: the classes, and the functions of the catalogue."""
    return classes() | FUNCTIONS


def _schedule(call: ast.Call, name: str, positional: list[ast.expr], keywords: list[ast.keyword]) -> Any:
    make = _makers().get(name)
    if make is None:
        near = get_close_matches(name.replace("_", "").lower(), [known.lower() for known in _makers()], 1)
        hint = next((f"; did you mean {known}?" for known in _makers() if known.lower() in near), "")
        raise _error(call, f"{shorten(name)} is not a schedule{hint or '; `lrkit list` names them all'}")
    return _called(call, make, name, positional, keywords)


def _called(call: ast.expr, make: Any, name: str, positional: list[ast.expr], keywords: list[ast.keyword]) -> Any:
    arguments = [_value(item) for item in positional]
    named = {}
    for keyword in keywords:
        if keyword.arg is None or keyword.arg in named:
            raise _error(call, f"{name}: an argument is given twice or with **")
        named[keyword.arg] = _value(keyword.value)
    try:
        return make(*arguments, **named)
    except (TypeError, ValueError, OverflowError) as error:
        raise _error(call, str(error).replace(".__init__()", "")) from None
