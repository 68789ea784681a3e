"""A formula as the source of a plain Python function of the step, which needs nothing but `math`."""

from __future__ import annotations

import ast
import math
import textwrap
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from .._namespaces.compiled import Recorder, Symbol
from ..schedules._base import LearningRateSchedule
from ._code import WIDTH
from ._tidy import Neutral, in_letters, inlined, returned

LONGEST_LIST = 64
"""How many numbers a list in the code may have."""
MOST_LINES = 60
"""How long the function may be."""
EXPRESSIONS = (80, 60, 40, 20, 0)
"""How long an expression may grow before it gets a name: the first with which all lines are short."""


def function_lines(schedule: LearningRateSchedule, name: str) -> list[str] | None:
    """The lines of a function that returns a schedule's rate at a step, bit for bit; None if it would be too long."""
    writer = _Writer()
    try:
        lines = writer.written(schedule, name)
    except (TypeError, ValueError, AttributeError, NotImplementedError, OverflowError):  # cannot be recorded
        return None
    return lines if 0 < len(lines) <= MOST_LINES else None


class _Writer(Recorder):
    """The recorder, with the names of the standard library and lists in place of tables."""

    def __init__(self) -> None:
        super().__init__()
        self._lists: dict[str, list[float]] = {}

    def written(self, schedule: LearningRateSchedule, name: str) -> list[str]:
        rate = schedule.formula(Symbol(self, "step"), self)
        result = self.node(rate) if isinstance(rate, Symbol) else ast.Constant(float(rate))
        lines: list[str] = next(filter(_fit, (self._lines(name, result, longest) for longest in EXPRESSIONS)), [])
        if not lines:
            return []
        text = "\n".join(lines)
        needed = ["import math"] if "math." in text else []
        needed += ["from bisect import bisect_right"] if "bisect_right(" in text else []
        lists = [line for key, values in self._lists.items() if key in text for line in _list_lines(key, values)]
        return [*needed, *([""] if needed else []), *lists, *(["", ""] if lists else []), *lines]

    def _lines(self, name: str, result: ast.expr, longest: int) -> list[str]:
        body = inlined(deepcopy([*self._body, ast.Return(result)]), longest)
        function = ast.FunctionDef(name, ast.arguments([], [ast.arg("step")], None, [], [], None, []), body, [])
        function.body = in_letters(returned(Neutral().visit(function).body))
        return ast.unparse(ast.fix_missing_locations(function)).splitlines()

    def minimum(self, x: Any, y: Any) -> Any:
        return self._bound("min", x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._bound("max", x, y)

    def _bound(self, name: str, x: Any, y: Any) -> Any:
        if not isinstance(x, Symbol) and not isinstance(y, Symbol):
            return {"min": min, "max": max}[name](x, y)
        return self.assign(ast.Call(ast.Name(name, ast.Load()), [self.node(x), self.node(y)], []))

    def _call(self, name: str, *arguments: Any) -> Any:
        if not any(isinstance(argument, Symbol) for argument in arguments):
            return super()._call(name, *arguments)
        function = ast.Attribute(ast.Name("math", ast.Load()), name, ast.Load())
        return self.assign(ast.Call(function, [self.node(argument) for argument in arguments], []))

    def node(self, value: Any) -> ast.expr:
        if type(value) is float and abs(value) == math.pi:
            pi = ast.Attribute(ast.Name("math", ast.Load()), "pi", ast.Load())
            return pi if value > 0 else ast.UnaryOp(ast.USub(), pi)
        return super().node(value)

    def take(self, table: Any, index: Any) -> Any:
        numbers = set(np.asarray(table).tolist())
        if len(numbers) == 1:
            return numbers.pop()
        return self.assign(ast.Subscript(self._table(table), self.node(index), ast.Load()))

    def _table(self, values: Any) -> ast.expr:
        numbers = np.asarray(values).tolist()
        if len(numbers) > LONGEST_LIST:
            raise ValueError("too many numbers for a list in the code")
        for name, known in self._lists.items():
            if known == numbers:
                return ast.Name(name, ast.Load())
        name = f"LIST_{len(self._lists) + 1}"
        self._lists[name] = numbers
        return ast.Name(name, ast.Load())


def _fit(lines: list[str]) -> bool:
    return max(map(len, lines)) <= WIDTH


def _list_lines(name: str, values: Sequence[float]) -> list[str]:
    text = f"{name} = [{', '.join(map(repr, values))}]"
    if len(text) <= WIDTH:
        return [text]
    inside = textwrap.wrap(", ".join(map(repr, values)), WIDTH - 4)
    return [f"{name} = [", *(f"    {line}" for line in inside), "]"]
