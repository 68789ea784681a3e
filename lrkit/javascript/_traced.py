"""A formula as JavaScript that is called once, on a symbol of the step: what a text to paste is printed from.

As in Python, `xp` is a namespace. It has the operators too, which JavaScript does not let an object define.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from ._expressions import ARROW, CALL, Written, literal
from ._statements import Statements

OPERATIONS = {
    "add": "add",
    "plus": "add",
    "sub": "sub",
    "mul": "mul",
    "times": "mul",
    "div": "div",
    "neg": "neg",
    "raised": "pow",
    "floorDivided": "floordiv",
    "remainder": "mod",
    "lt": "lt",
    "le": "le",
    "gt": "gt",
    "ge": "ge",
    "eq": "eq",
    "ne": "ne",
    "absolute": "abs",
    "floor": "floor",
    "ceil": "ceil",
    "log": "log",
    "Math.sqrt": "sqrt",
    "Math.exp": "exp",
    "Math.cos": "cos",
    "Math.sin": "sin",
    "Math.tanh": "tanh",
    "truth": "truth",
}
"""What is one of `xp`'s functions, by its name where all values are numbers."""


class Traced(Statements):
    """Writes a function that has the parameter `xp`, every operation being one of `xp`'s functions."""

    def use(self, name: str) -> str:
        return f"xp.{OPERATIONS[name]}" if name in OPERATIONS else super().use(name)

    def written(self, node: ast.expr) -> Written:
        number = self._folded(node)
        if isinstance(number, float) and number.is_integer():  # a plain number may be an int of Python
            return f"new {self.use('Float')}({literal(number)})", CALL
        match node:
            case ast.IfExp(test=test, body=body, orelse=other) if self.kind(test) != "bool":
                return f"xp.either({self.text(test)}, () => {self.text(body)}, () => {self.text(other)})", CALL
        return super().written(node)

    def _is_scalar(self, node: ast.expr) -> bool:
        return False

    def _is_namespace(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == "xp"

    def _attribute(self, node: ast.Attribute) -> Written:
        return (f"xp.{node.attr}", CALL) if self._is_namespace(node.value) else super()._attribute(node)

    def _call(self, node: ast.Call) -> Written:
        match node.func:
            case ast.Attribute(value=owner, attr=name) if self._is_namespace(owner):
                given = [*node.args, *(one.value for one in node.keywords)]
                name = "floordiv" if name == "floor_divide" else name
                return f"xp.{name}({', '.join(map(self._argument, given))})", CALL
            case ast.Attribute(value=owner, attr="formula"):
                return f"{self.text(owner, CALL)}.formula({', '.join(map(self._argument, node.args))})", CALL
            case ast.Attribute(value=owner, attr=name) if self._is_self(owner) and self._has_xp(name):
                method = inspect.getattr_static(self.source.owner, name)
                texts = self.arguments(node, list(inspect.signature(method).parameters)[1:])
                return f"this.{self.program.traced(self.source.owner, name)}({', '.join(texts)})", CALL
            case ast.Attribute(value=owner, attr="is_integer"):
                return f"Number.isInteger({self.use('plain')}({self.text(owner)}))", CALL
            case ast.Name() if self.source.stands_for(node.func) is None:
                return f"{self.text(node.func, CALL)}({', '.join(map(self._argument, node.args))})", CALL
        return super()._call(node)

    def _has_xp(self, name: str) -> bool:
        method = inspect.getattr_static(self.source.owner, name, None)
        return inspect.isfunction(method) and "xp" in inspect.signature(method).parameters

    def _of_function(self, node: ast.Call, function: Any) -> str:
        parameters = list(inspect.signature(function).parameters)
        texts = self.arguments(node, parameters)
        more = [] if "xp" in parameters else ["xp"]
        return f"{self.program.function(function, 'traced')}({', '.join([*texts, *more])})"

    def test(self, node: ast.expr, level: int = ARROW) -> str:
        """A test of fields; one of the step has no answer yet, which `xp.truth` says."""
        match node:
            case _ if self.kind(node) == "bool" and (not isinstance(node, ast.Compare) or self._result_is_bool(node)):
                return self.text(node, level)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"!{self.test(operand, CALL)}"
            case ast.BoolOp(op=op, values=values):
                own, sign = (3, " && ") if isinstance(op, ast.And) else (2, " || ")
                text = sign.join(self.test(value, own + 1) for value in values)
                return f"({text})" if own < level else text
        return f"xp.truth({self.text(node)})"
