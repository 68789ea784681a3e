"""`parse`: a schedule's `repr`, or an expression written by hand, read without `eval`."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeGuard, get_args, get_type_hints

from .._params import fields_of, shorten
from ._base import LearningRateSchedule
from ._parse_numbers import OPERATORS, calculate, checked_names, is_number, whole
from ._parse_text import Source
from ._registry import FUNCTIONS, class_named, classes
from ._suggestions import suggest

METHODS = ("then", "warmup", "clip", "shift", "stretch", "repeat", "hold", "every", "minimum", "maximum")
"""The methods of a schedule that make another."""
ALLOWED = "only schedules, numbers, True, False, None and lists may stand here"


def parse(text: str, names: Mapping[str, float] | None = None) -> LearningRateSchedule:
    """The schedule that an expression names: a `repr` read back, or one written by hand.

    The expression is made of the names of registered schedules and of the functions of the catalogue, called with
    positional or keyword arguments, of numbers, texts, ``True``, ``False``, ``None``, lists and tuples, and of the
    algebra: ``+ - * / **`` with a schedule on one side, and the methods `then`, `warmup`, `clip`, `shift`, `stretch`,
    `repeat`, `hold`, `every`, `minimum` and `maximum`. A number may be arithmetic of numbers, ``+ - * /`` and brackets.
    Nothing else is allowed and nothing is evaluated.

    Parameters
    ----------
    text : str
        The expression: at most 64 Mi characters, of which 4 Mi with 256 Ki commas stand outside of lists of 100 or more
        numbers. That is enough for a table of three million rates, and for a join of 50,000 schedules.
    names : dict of str to float, optional
        Numbers that the expression may use by name: finite, and none with the name of a schedule.

    Returns
    -------
    LearningRateSchedule

    Raises
    ------
    TypeError
        If `text` is not a str, or `names` is not a dict of str to number.
    ValueError
        If the expression is anything else. The message says what and at which column, of several lines in which.

    Notes
    -----
    Arithmetic is Python's, but that of a count, such as ``decay_steps``, is exact: ``1e4``, ``90000 / 9`` and
    ``0.57 * 10000`` are whole numbers there, and one that is not whole is refused. A result is at most the largest
    float, and there is no power of two numbers, so that no expression takes long.

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
    >>> lrkit.parse("CosineDecayLR(0, 0.1 * 256 / 512, 90 * epoch)", names={"epoch": 391})
    CosineDecayLR(min_lr=0.0, max_lr=0.05, decay_steps=35190)
    >>> lrkit.parse("WarmUpLR(0.1, 0)")
    Traceback (most recent call last):
    ...
    ValueError: parse: column 1: WarmUpLR: warmup_steps must be an integer >= 1, got 0
    """
    reader = _Reader("parse", text, names)
    schedule = reader.value()
    if not isinstance(schedule, LearningRateSchedule):
        raise reader.source.error(reader.tree, f"expected a schedule, got {shorten(schedule)}")
    return schedule


def parse_number(text: str, names: Mapping[str, float] | None = None) -> Any:
    """The number that a text such as ``90 * epoch`` writes: an int if it is whole."""
    reader = _Reader("number", text, names, allowed="only numbers may stand here")
    number = reader.value()
    if not is_number(number):
        raise reader.source.error(reader.tree, f"expected a number, got {shorten(number)}")
    return whole(reader.tree, number, reader.names)


def makers() -> dict[str, Any]:
    """What an expression may call, by name: the registered classes, and the functions of the catalogue."""
    from .. import catalogue as catalogue  # which enters its functions

    return classes() | FUNCTIONS


def maker(name: str) -> Any | None:
    """What an expression may call by a name, or None; no more is loaded than what finds it."""
    return FUNCTIONS.get(name) or class_named(name) or makers().get(name)


def is_maker(name: str) -> bool:
    """Whether an expression may call something by a name."""
    return maker(name) is not None


class _Reader:
    """Evaluates the tree of one text."""

    def __init__(self, owner: str, text: str, names: Mapping[str, float] | None, allowed: str = ALLOWED) -> None:
        self._allowed = allowed
        self.source = Source(owner, text)
        self.names = checked_names(owner, names, is_maker)
        self._maker = cache(maker)
        self.tree = self.source.tree()

    def value(self) -> Any:
        """The value of the whole text."""
        try:
            return self._value(self.tree)
        except RecursionError:
            raise self.source.too_deep() from None

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.Name(id=name) if name in self.names:
                return self.names[name]
            case ast.List() if (numbers := self.source.long_list(node)) is not None:
                return numbers
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [item.value if is_plain(item) else self._value(item) for item in items]
            case ast.Call(func=ast.Name(id=name)):
                return self._made(node, name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="lrkit"), attr=name)):
                return self._made(node, name)
            case ast.Call(func=ast.Attribute(value=inner, attr=name)):
                return self._method(node, self._value(inner), name)
            case ast.BinOp(left=left, op=operation, right=right) if type(operation) in OPERATORS:
                return self._operated(node, type(operation), self._value(left), self._value(right))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as operation, operand=operand):
                return self._operated(node, type(operation), self._value(operand))
            case _:
                raise self.source.error(node, f"{self._allowed}{self._hint(node)}")

    def _hint(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name) if is_maker(name):
                return f": {name} is called with its parameters, {call_of(name)}"
            case ast.Name(id="epoch"):
                return ", and 'epoch' has no number: give names={'epoch': steps_per_epoch}"
            case ast.Name(id=name):
                given = f"; the numbers with names are {', '.join(self.names)}" if self.names else ""
                return f", not the name {shorten(name)}{given}"
            case _:
                return ""

    def _operated(self, node: ast.expr, operation: type[ast.AST], *operands: Any) -> Any:
        try:
            if all(map(is_number, operands)):
                return calculate(operation, *operands)
            if any(isinstance(value, LearningRateSchedule) for value in operands):
                return OPERATORS[operation](*operands)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self.source.error(node, str(error)) from None
        wrong = next(value for value in operands if not is_number(value))
        raise self.source.error(node, f"an operator needs numbers and schedules, got {shorten(wrong)}")

    def _method(self, call: ast.Call, schedule: Any, name: str) -> Any:
        if not isinstance(schedule, LearningRateSchedule):
            raise self.source.error(call, f"{shorten(schedule)} has no methods")
        if name not in METHODS:
            there = ", ".join(METHODS)
            raise self.source.error(call, f"{shorten(name)} is not a method that makes a schedule: there are {there}")
        return self._called(call, getattr(schedule, name), name)

    def _made(self, call: ast.Call, name: str) -> Any:
        make = self._maker(name)
        if make is None:
            near = suggest(name)
            hint = f"did you mean {near}?" if near else "`lrkit list` names them all"
            raise self.source.error(call, f"{shorten(name)} is not a schedule; {hint}")
        return self._called(call, make, name)

    def _called(self, call: ast.Call, make: Any, name: str) -> Any:
        parameters = parameters_of(make)
        nodes: dict[str, ast.expr] = {}
        for keyword in call.keywords:
            if keyword.arg is None or keyword.arg in nodes:
                raise self.source.error(call, f"{name}: an argument is given twice or with **")
            if parameters and keyword.arg not in parameters and None not in parameters:
                there = ", ".join(filter(None, parameters))
                raise self.source.error(
                    call, f"{name} got an unexpected keyword argument {shorten(keyword.arg)}; it has {there}"
                )
            nodes[keyword.arg] = keyword.value
        counts = list(parameters.values()) + [False] * len(call.args)
        positional = [self._argument(node, is_count) for node, is_count in zip(call.args, counts, strict=False)]
        named = {key: self._argument(node, parameters.get(key, False)) for key, node in nodes.items()}
        try:
            return make(*positional, **named)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.source.error(call, str(error).replace(".__init__()", "")) from None

    def _argument(self, node: ast.expr, is_count: bool) -> Any:
        value = self._value(node)
        if not is_count:
            return value
        if isinstance(node, (ast.List, ast.Tuple)):
            items = node.elts if len(node.elts) == len(value) else map(ast.Constant, value)  # of a long list
            return [whole(item, one, self.names) for item, one in zip(items, value, strict=True)]
        return whole(node, value, self.names)


def is_plain(node: ast.expr) -> TypeGuard[ast.Constant]:
    """Whether a node is an integer or a float, as nearly all are in a long list."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def parameters_of(make: Any) -> dict[str | None, bool]:
    """The parameters of a function or class, and whether each is a count; None stands for ``*others``."""
    if inspect.ismethod(make):
        return _of_method(make.__func__)
    return {name: field.kind is int for name, field in fields_of(make).items()}


@cache
def _of_method(method: Any) -> dict[str | None, bool]:
    hints = get_type_hints(method)
    found: dict[str | None, bool] = {}
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        hint = hints.get(parameter.name)
        found[None if parameter.kind is parameter.VAR_POSITIONAL else parameter.name] = int in (hint, *get_args(hint))
    return found


def call_of(name: str) -> str:
    """How a function or class is called: ``CosineDecayLR(min_lr, max_lr, decay_steps)``."""
    return f"{name}({', '.join(filter(None, parameters_of(maker(name))))})"
