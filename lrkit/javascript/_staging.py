"""A formula in two stages: what is free of the step is computed once, and a function of the step is returned.

Nothing is reassociated, so the bits stay. A branch on fields is decided in the first stage. What a formula computes
only in one branch of a conditional expression is left there, unless it is plain arithmetic.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

from . import _library as library
from ._expressions import ARROW, CALL, Written
from ._statements import Lines, Statements, bound_names, bound_once, indented, is_docstring

BRANCHES = (ast.IfExp, ast.Lambda)


class Staged(Statements):
    """Writes a function whose last parameters are `step` and `xp` as one of the others that returns one of the step."""

    step = "step"

    def staged(self, statements: Sequence[ast.stmt]) -> Lines:
        """The statements of both stages."""
        statements = [one for one in statements if not is_docstring(one)]
        self._dynamic = self._after(statements)
        bound = bound_names(statements)
        self._once = bound_once(statements, self.source.parameters)
        several = sorted(set(bound) - self._once - self._dynamic - set(self.source.parameters))
        declared = [f"let {', '.join(map(library.local, several))};"] if several else []
        return [*declared, *self._stage(list(statements))]

    def _after(self, statements: Sequence[ast.stmt]) -> set[str]:
        """The names whose values depend on the step."""
        found, before = {self.step}, 0
        while len(found) != before:
            before = len(found)
            for node in (node for one in statements for node in ast.walk(one)):
                match node:
                    case ast.Assign(targets=targets, value=value) if _names(value) & found:
                        found |= {name for target in targets for name in _names(target)}
                    case ast.AugAssign(target=ast.Name(id=name), value=value) if _names(value) & found:
                        found.add(name)
                    case ast.For(target=target, iter=over) if _names(over) & found:
                        found |= _names(target)
                    case ast.FunctionDef(name=name, args=arguments, body=body):
                        inside = {one.arg for one in arguments.args}
                        if {name for one in body for name in _names(one)} & (found - inside):
                            found.add(name)
        return found

    def _stage(self, statements: list[ast.stmt]) -> Lines:
        first: Lines = []
        second: list[ast.stmt] = []
        for k, one in enumerate(statements):
            if isinstance(one, ast.If) and not second and not self._depends(one.test) and _returns(one.body):
                rest = [*one.orelse, *statements[k + 1 :]]
                lines = [f"if ({self.test(one.test)}) {{", *indented(self._stage(one.body)), "}"]
                return [*first, *lines, *self._stage(rest)]
            if self._depends(one) or any(isinstance(node, ast.Return) for node in _walk_statements(one)):
                second.append(one)
            else:
                first += self.statement(one)
        return [*first, *self._function(second)]

    def _function(self, statements: list[ast.stmt]) -> Lines:
        """The second stage, and before it the constants that it uses."""
        before, self._hoisted = self._hoisted, []
        self._in_second, self._within = True, 0
        once = self._once
        lines = self.body(statements)
        self._once, self._in_second = once, False
        hoisted, self._hoisted = self._hoisted, before
        step = library.local(self.step)
        if len(lines) == 1 and lines[0].startswith("return "):
            text = lines[0].removeprefix("return ").removesuffix(";")
            return [*hoisted, f"return {step} => {text};"]
        return [*hoisted, f"return {step} => {{", *indented(lines), "};"]

    def _depends(self, node: ast.AST) -> bool:
        return bool(_names(node) & self._dynamic)

    # What moves to the first stage --------------------------------------------------------------------------------

    def written(self, node: ast.expr) -> Written:
        if not self._in_second or not self._moves(node):
            before = self._within
            self._within += isinstance(node, (*BRANCHES, ast.ListComp, ast.GeneratorExp))
            found = super().written(node)
            self._within = before
            return found
        self._in_second = False
        text = self.text(node)
        self._in_second = True
        return self._hoist(text), CALL

    def test(self, node: ast.expr, level: int = ARROW) -> str:
        if not self._in_second or self._within or not self._moves(node):
            return super().test(node, level)
        self._in_second = False
        text = super().test(node)
        self._in_second = True
        return self._hoist(text)

    def inner(self, statements: Sequence[ast.stmt]) -> Lines:
        self._within += 1
        lines = super().inner(statements)
        self._within -= 1
        return lines

    def _moves(self, node: ast.expr) -> bool:
        """Whether an expression is worth a constant of the first stage, and can be one."""
        if self._folded(node) is not None or self._depends(node):
            return False
        if self._within:
            return isinstance(node, (ast.BinOp, ast.UnaryOp)) and self._is_arithmetic(node)
        plain = isinstance(node, (ast.Constant, ast.Name, ast.Lambda)) or self._is_own_field(node)
        return not plain and not (isinstance(node, ast.Attribute) and self._is_namespace(node.value))

    def _is_own_field(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and self._is_self(node.value)

    def _is_arithmetic(self, node: ast.AST) -> bool:
        """Whether nothing but operators, numbers and own fields stands in it: it cannot fail, and costs little."""
        if isinstance(node, (ast.BinOp, ast.UnaryOp)):
            return all(map(self._is_arithmetic, ast.iter_child_nodes(node)))
        return isinstance(node, (ast.operator, ast.unaryop, ast.Constant)) or self._is_own_field(node)

    def _hoist(self, text: str) -> str:
        for line in self._hoisted:
            name, _, value = line.removeprefix("const ").removesuffix(";").partition(" = ")
            if value == text:
                return name
        self._count += 1
        name = f"c{self._count}"
        self._hoisted.append(f"const {name} = {text};")
        return name

    def _namespace(self, node: ast.Call, name: str) -> Written:
        if name == "piecewise" and self._in_second and not self._within:
            step, milestones, parts = node.args
            if self._depends(milestones) or self._depends(parts):
                raise self.source.refuse(node, "milestones or parts that depend on the step")
            self._in_second = False
            text = f"{self.use('piecewise')}({self.text(milestones)}, {self.text(parts)})"
            self._in_second = True
            return f"{self._hoist(text)}({self.text(step)})", CALL
        return super()._namespace(node, name)

    def _call(self, node: ast.Call) -> Written:
        function = self._called(node)
        if function is None or not is_staged(function) or len(node.args) < 2:
            return super()._call(node)
        *others, step, _ = node.args
        factory = ast.Call(node.func, others, [])
        if any(map(self._depends, others)) or node.keywords:
            raise self.source.refuse(node, "arguments before the step that depend on it")
        before, self._in_second = self._in_second, False
        text = super()._call(factory)[0]
        self._in_second = before
        made = self._hoist(text) if self._in_second and not self._within else text
        return f"{made}({self.text(step)})", CALL

    def _called(self, node: ast.Call) -> Any:
        """The function or method of lrkit that is called."""
        if isinstance(node.func, ast.Attribute) and self._is_self(node.func.value):
            return inspect.getattr_static(self.source.owner, node.func.attr, None)
        found = self.source.stands_for(node.func)
        return found[0] if found and inspect.isfunction(found[0]) else None

    _in_second = False
    _within = 0
    _count = 0
    _hoisted: Lines = []  # noqa: RUF012  # replaced by `_function`, never changed
    _dynamic: set[str] = set()  # noqa: RUF012  # replaced by `staged`, never changed


def is_staged(function: object) -> bool:
    """Whether a function is of the kind ``formula(…, step, xp)``."""
    return inspect.isfunction(function) and list(inspect.signature(function).parameters)[-2:] == ["step", "xp"]


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | _bound_inside(node)


def _bound_inside(node: ast.AST) -> set[str]:
    return {one.name for one in ast.walk(node) if isinstance(one, ast.FunctionDef)}


def _walk_statements(node: ast.AST) -> list[ast.AST]:
    """The statements in a statement, but for those of functions."""
    if isinstance(node, (ast.FunctionDef, ast.Lambda)):
        return []
    return [node, *(inner for child in ast.iter_child_nodes(node) for inner in _walk_statements(child))]


def _returns(statements: Sequence[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], (ast.Return, ast.Raise))
