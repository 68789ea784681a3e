"""What is known of a value before the program runs: a number that it is, or its kind."""

from __future__ import annotations

import ast
import dataclasses
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._params import Field, fields_of
from ._source import Source

if TYPE_CHECKING:
    from ._program import Program

FOLDED: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
NUMBERS = frozenset({"int", "float", "number", "bool"})
SCALARS = NUMBERS | {"str"}


class Kinds:
    """Answers for the expressions of one function. `kinds` are those of its local names, as far as they are known."""

    def __init__(self, source: Source, program: Program, native: bool) -> None:
        self.source = source
        self.program = program
        self.native = native
        self.kinds: dict[str, str] = {}
        self.functions: set[str] = set()  # local names that are functions

    def _result_is_bool(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Compare):
            return True
        plain = isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn))
        return plain or all(map(self._is_scalar, (node.left, *node.comparators)))

    def _folded(self, node: ast.expr) -> int | float | None:
        """The number that an expression of constants is."""
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return value
            case ast.UnaryOp(op=ast.USub() as op, operand=operand):
                parts = [self._folded(operand)]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in FOLDED:
                parts = [self._folded(left), self._folded(right)]
            case ast.Name() | ast.Attribute():
                found = self.source.stands_for(node)
                return found[0] if found and type(found[0]) in (int, float) else None
            case _:
                return None
        return None if None in parts else FOLDED[type(op)](*parts)

    def _own_fields(self) -> dict[str, Field]:
        """The fields of the class whose method this is."""
        return fields_of(self.source.owner) if dataclasses.is_dataclass(self.source.owner) else {}

    def _is_self(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self.source.owner is not None and node.id == self.source.parameters[0]

    def _is_scalar(self, node: ast.expr) -> bool:
        return self.native or self.kind(node) in SCALARS

    def kind(self, node: ast.expr) -> str:  # noqa: C901  # a table of constructs
        """``int``, ``float``, ``number`` (either), ``bool``, or an empty text for anything else."""
        if (number := self._folded(node)) is not None:
            return type(number).__name__
        match node:
            case ast.Constant(value=bool() | str() as value):
                return type(value).__name__
            case ast.Name(id=name):
                return self.kinds.get(name, "")
            case ast.Attribute(value=owner, attr=name):
                if self._is_self(owner):
                    return kind_of_field(self._own_fields().get(name))
                return "int" if name in ("size", "horizon") else ""
            case ast.UnaryOp(op=ast.Not()):
                return "bool"
            case ast.UnaryOp(operand=operand):
                return self.kind(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return _of_arithmetic(op, {self.kind(left), self.kind(right)})
            case ast.Compare():
                return "bool" if self._result_is_bool(node) else ""
            case ast.BoolOp(values=values):
                return _joint({self.kind(value) for value in values})
            case ast.IfExp(body=body, orelse=other):
                return _joint({self.kind(body), self.kind(other)})
            case ast.Call(func=func, args=args):
                return self._kind_of_call(func, args)
        return ""

    def _kind_of_call(self, func: ast.expr, args: list[ast.expr]) -> str:
        found = self.source.stands_for(func)
        path = found[1] if found else ""
        if path in ("builtins.len", "builtins.int", "math.ceil", "math.floor"):
            return "int"
        if path == "builtins.float" or (path.startswith("math.") and path != "math.isfinite"):
            return "float"
        if path in ("builtins.isinstance", "builtins.any", "builtins.all", "math.isfinite"):
            return "bool"
        if path == "builtins.abs":
            return self.kind(args[0])
        if path in ("builtins.max", "builtins.min") and len(args) > 1:
            return _joint({self.kind(one) for one in args})
        if isinstance(func, ast.Attribute) and func.attr in ("is_integer", "any", "all"):
            return "bool"
        return ""


def kind_of_field(field: Field | None) -> str:
    """The kind of a declared value."""
    if field is None or field.many or field.is_schedule:
        return ""
    kind: str = field.kind.__name__
    return kind


def _joint(kinds: set[str]) -> str:
    """The kind of a value that has one of several."""
    if len(kinds) == 1:
        return kinds.pop()
    return "number" if kinds <= NUMBERS else ""


def _of_arithmetic(op: ast.operator, kinds: set[str]) -> str:
    if not kinds <= NUMBERS:
        return ""
    if "float" in kinds or isinstance(op, ast.Div):
        return "float"
    return "number" if "number" in kinds or isinstance(op, ast.Pow) else "int"
