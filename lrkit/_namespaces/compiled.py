"""The namespace that records: it turns a formula, called once, into a Python function of the step.

A formula evaluated directly looks up fields, calls functions of the namespace and computes with constants, at every
step. Called with a `Symbol` instead, it writes down the operations that depend on the step; the rest is folded into
constants. The operations and their order stay the formula's own, so the rates are the scalar namespace's bit for bit.
"""

from __future__ import annotations

import ast
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import scalar


class Symbol:
    """A value that depends on the step: its operators record themselves."""

    def __init__(self, recorder: Recorder, name: str) -> None:
        self.recorder = recorder
        self.name = name

    def __bool__(self) -> bool:
        raise TypeError("a formula branches on its fields only, never on the step: use xp.where or xp.piecewise")

    __float__ = __int__ = __index__ = __iter__ = __bool__

    __hash__ = None  # type: ignore[assignment]  # `step in {30, 60}` is a branch on the step too

    def __neg__(self) -> Symbol:
        return self.recorder.assign(ast.UnaryOp(ast.USub(), self.recorder.node(self)))

    def __abs__(self) -> Symbol:
        return self.recorder.assign(ast.Call(ast.Name("abs", ast.Load()), [self.recorder.node(self)], []))


def _operator(operator: ast.operator, swapped: bool) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        left, right = (other, self) if swapped else (self, other)
        return self.recorder.assign(ast.BinOp(self.recorder.node(left), operator, self.recorder.node(right)))

    return method


def _comparison(operator: ast.cmpop) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        return self.recorder.assign(ast.Compare(self.recorder.node(self), [operator], [self.recorder.node(other)]))

    return method


for _name, _node in {
    "add": ast.Add(), "sub": ast.Sub(), "mul": ast.Mult(), "truediv": ast.Div(),
    "floordiv": ast.FloorDiv(), "mod": ast.Mod(), "pow": ast.Pow(),
}.items():  # fmt: skip
    setattr(Symbol, f"__{_name}__", _operator(_node, swapped=False))
    setattr(Symbol, f"__r{_name}__", _operator(_node, swapped=True))
for _name, _test in {
    "lt": ast.Lt(), "le": ast.LtE(), "gt": ast.Gt(), "ge": ast.GtE(), "eq": ast.Eq(), "ne": ast.NotEq(),
}.items():  # fmt: skip
    setattr(Symbol, f"__{_name}__", _comparison(_test))


class Recorder:
    """The namespace: each function of the step becomes one statement of the function being written."""

    def __init__(self) -> None:
        self._body: list[ast.stmt] = []
        self._names = 0
        self._tables: dict[str, Any] = {
            name: getattr(math, name) for name in ("floor", "ceil", "sqrt", "exp", "log", "cos", "sin", "tanh")
        } | {"bisect_left": bisect_left, "bisect_right": bisect_right}

    def function(self, formula: Callable[[Any, Any], Any], otherwise: Callable[[Any], float]) -> Callable[[Any], float]:
        """`formula(step, xp)` as a function of the step that returns a finite `float`.

        Where it would raise, or return anything else, it returns what `otherwise` does.
        """
        rate = formula(Symbol(self, "step"), self)
        # An integer becomes a float. A complex number cannot be compared.
        self.assign(ast.BinOp(ast.Constant(1.0), ast.Mult(), self.node(rate)), "result")
        least, result, most = ast.Constant(-math.inf), ast.Name("result", ast.Load()), ast.Constant(math.inf)
        is_finite = ast.Compare(least, [ast.Lt(), ast.Lt()], [result, most])
        self._body.append(ast.If(is_finite, [ast.Return(result)], []))
        anything = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
        call = ast.Call(ast.Name("otherwise", ast.Load()), [ast.Name("step", ast.Load())], [])
        arguments = ast.arguments([], [ast.arg("step")], None, [], [], None, [])
        body: list[ast.stmt] = [ast.Try(self._body, [anything], [], []), ast.Return(call)]
        definition = ast.FunctionDef("rate", arguments, body, [])
        module = ast.fix_missing_locations(ast.Module([definition], []))
        scope = dict(self._tables) | {"otherwise": otherwise}
        exec(compile(module, "<schedule>", "exec"), scope)
        function: Callable[[Any], float] = scope["rate"]
        return function

    def node(self, value: Any) -> ast.expr:
        """The expression that stands for a recorded value or a constant."""
        if isinstance(value, Symbol):
            return ast.Name(value.name, ast.Load())
        if isinstance(value, (int, float)):
            return ast.Constant(value)
        raise TypeError(f"cannot record a {type(value).__name__}")

    def assign(self, expression: ast.expr, name: str | None = None) -> Symbol:
        if name is None:
            name = self._new_name()
        self._body.append(ast.Assign([ast.Name(name, ast.Store())], expression))
        return Symbol(self, name)

    def _new_name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def _call(self, name: str, *arguments: Any) -> Any:
        if not any(isinstance(argument, Symbol) for argument in arguments):
            return self._tables[name](*arguments)
        return self.assign(ast.Call(ast.Name(name, ast.Load()), [self.node(a) for a in arguments], []))

    def __getattr__(self, name: str) -> Any:
        if name in self._tables:
            return lambda x: self._call(name, x)
        raise AttributeError(scalar.unknown(name))

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        if not isinstance(condition, Symbol):
            return x if condition else y
        return self.assign(ast.IfExp(self.node(condition), self.node(x), self.node(y)))

    def minimum(self, x: Any, y: Any) -> Any:
        return self._choose(x, ast.Lt(), y)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._choose(x, ast.Gt(), y)

    def _choose(self, x: Any, better: ast.cmpop, y: Any) -> Symbol:
        return self.assign(ast.IfExp(ast.Compare(self.node(x), [better], [self.node(y)]), self.node(x), self.node(y)))

    def floor_divide(self, x: Any, y: Any) -> Any:
        return x // y

    def pow(self, x: Any, y: Any) -> Any:
        return x**y if isinstance(x, Symbol) or isinstance(y, Symbol) else scalar.pow(x, y)

    def _table(self, values: Any) -> ast.expr:
        name = self._new_name()
        self._tables[name] = np.ascontiguousarray(values).data  # compact, and its elements are Python numbers
        return ast.Name(name, ast.Load())

    def take(self, table: Any, index: Any) -> Any:
        position = ast.Call(ast.Name("floor", ast.Load()), [self.node(index)], [])
        return self.assign(ast.Subscript(self._table(table), position, ast.Load()))

    def searchsorted(self, points: Any, x: Any, /, *, side: str = "left") -> Any:
        bisect = ast.Name("bisect_right" if side == "right" else "bisect_left", ast.Load())
        return self.assign(ast.Call(bisect, [self._table(points), self.node(x)], []))

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """A tree of ``if step < milestone``, so that a step meets about log2 of the milestones."""
        result = self._new_name()

        def write(low: int, high: int) -> list[ast.stmt]:
            outer, self._body = self._body, []
            if high - low == 1:
                self.assign(self.node(parts[low](step)), result)
            else:
                middle = (low + high) // 2
                test = ast.Compare(self.node(step), [ast.Lt()], [self.node(milestones[middle - 1])])
                self._body.append(ast.If(test, write(low, middle), write(middle, high)))
            written, self._body = self._body, outer
            return written

        self._body += write(0, len(parts))
        return Symbol(self, result)
