"""A formula written out as the source of a function in MindSpore's operations.

MindSpore's graph mode does not run Python, it reads it: the text of a function of tensors. So the formula is recorded,
as for Python numbers, but each name of the namespace becomes one of MindSpore's operations.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._namespaces.compiled import Recorder, Symbol

INT32 = 2**31
OPERATIONS = (
    "f32", "position", "before", "gather", "where", "minimum", "maximum", "pow",
    "floor", "ceil", "sqrt", "exp", "log", "cos", "sin", "tanh",
)  # fmt: skip
"""The names that a written function is given: the first four by the adapter, the rest by ``mindspore.ops``."""


class Writer(Recorder):
    """The namespace that writes. Integer steps stay integers until the formula divides; all else is float32.

    A derivative by the step is not asked for, so a part of a piecewise curve is only kept from steps far outside its
    interval, for which it might look up a rate that is not there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.arrays: dict[str, np.ndarray[Any, Any]] = {}

    def source(self, formula: Callable[[Any, Any], Any]) -> str:
        """`formula(step, xp)` as the text of ``make``, which takes operations and arrays, and returns the function."""
        rate = formula(Symbol(self, "step"), self)
        if isinstance(rate, Symbol):
            result = self._operation("f32", rate)
        else:  # a constant, in the shape of the step
            step: Any = Symbol(self, "step")
            result = self.node(0.0 * step + rate)
        self._body.append(ast.Return(result))
        rate_function = ast.FunctionDef("rate", _arguments(["step"]), self._body, [])
        returned = ast.Return(ast.Name("rate", ast.Load()))
        make = ast.FunctionDef("make", _arguments([*OPERATIONS, *self.arrays]), [rate_function, returned], [])
        return ast.unparse(ast.fix_missing_locations(ast.Module([make], []))) + "\n"

    def node(self, value: Any) -> ast.expr:
        if isinstance(value, (bool, Symbol)):
            return super().node(value)
        if isinstance(value, (int, np.integer)) and abs(int(value)) < INT32:
            return ast.Constant(int(value))
        if isinstance(value, (int, float, np.number)):
            return ast.Constant(float(value))
        return super().node(value)  # which refuses it

    def _operation(self, name: str, *arguments: Any) -> ast.expr:
        nodes = [a if isinstance(a, ast.expr) else self.node(a) for a in arguments]
        return ast.Call(ast.Name(name, ast.Load()), nodes, [])

    def _float(self, value: Any) -> ast.expr:
        return self._operation("f32", value) if isinstance(value, Symbol) else self.node(float(value))

    def _call(self, name: str, *arguments: Any) -> Any:
        if not any(isinstance(argument, Symbol) for argument in arguments):
            return super()._call(name, *arguments)
        return self.assign(self._operation(name, *map(self._float, arguments)))

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        if not isinstance(condition, Symbol):
            return x if condition else y
        return self.assign(self._operation("where", condition, x, y))

    def minimum(self, x: Any, y: Any) -> Any:
        return self._bound("minimum", min, x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        return self._bound("maximum", max, x, y)

    def _bound(self, name: str, of_numbers: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
        if isinstance(x, Symbol) or isinstance(y, Symbol):
            return self.assign(self._operation(name, x, y))
        return of_numbers(x, y)

    def pow(self, x: Any, y: Any) -> Any:
        if isinstance(x, Symbol) or isinstance(y, Symbol):
            return self.assign(self._operation("pow", self._float(x), self._float(y)))
        return x**y

    def _array(self, values: Any, dtype: Any) -> ast.expr:
        name = f"array{len(self.arrays) + 1}"
        self.arrays[name] = np.asarray(values, dtype)
        return ast.Name(name, ast.Load())

    def take(self, table: Any, index: Any) -> Any:
        return self.assign(self._operation("gather", self._array(table, np.float32), index))

    def searchsorted(self, points: Any, x: Any, /, *, side: str = "left") -> Any:
        if side != "right":
            raise NotImplementedError("searchsorted from the left")
        ends = np.asarray(points, np.float64)
        whole = np.ceil(ends)  # an integer is past a point if it is past the next integer
        integers = self._array(whole[whole < INT32], np.int32)
        return self.assign(self._operation("position", integers, self._array(ends, np.float32), x))

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        """Every part everywhere, then a choice."""
        chosen = parts[-1](self._within(step, milestones[-1], math.inf))
        edges = [-math.inf, *milestones]
        for low, high, part in reversed(list(zip(edges, milestones, parts, strict=False))):
            chosen = self.where(self._before(step, high), part(self._within(step, low, high)), chosen)
        return chosen

    def _before(self, step: Any, milestone: float) -> Any:
        """Whether `step` is before a milestone, of which float32 may not keep the fraction."""
        whole = math.ceil(milestone)
        return step < whole if whole == milestone else self.assign(self._operation("before", step, whole, milestone))

    def _within(self, step: Any, low: float, high: float) -> Any:
        """`step`, no more than a step outside an interval; ends that no int32 reaches are left out."""
        if -INT32 < low < INT32:
            step = self.maximum(step, math.floor(low))
        return self.minimum(step, math.ceil(high)) if high < INT32 else step


def _arguments(names: Sequence[str]) -> ast.arguments:
    return ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
