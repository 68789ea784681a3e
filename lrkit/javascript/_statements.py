"""Python statements as lines of JavaScript."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Sequence

from . import _library as library
from ._expressions import Expressions

INDENT = "  "
Lines = list[str]


def indented(lines: Lines) -> Lines:
    """The lines of a block."""
    return [INDENT + line for line in lines]


class Statements(Expressions):
    """Writes the statements of one function."""

    def body(self, statements: Sequence[ast.stmt]) -> Lines:
        """The statements of the whole function: names that are bound more than once are declared first."""
        bound = Counter(bound_names(statements))
        parameters = set(self.source.parameters)
        self._once = bound_once(statements, parameters)
        several = [name for name in bound if name not in self._once and name not in parameters | _of_loops(statements)]
        declared = [f"let {', '.join(map(library.local, several))};"] if several else []
        return declared + self.block(statements)

    def block(self, statements: Sequence[ast.stmt]) -> Lines:
        return [line for statement in statements for line in self.statement(statement)]

    def inner(self, statements: Sequence[ast.stmt]) -> Lines:
        """The statements of a branch or a loop."""
        return self.block(statements)

    def statement(self, node: ast.stmt) -> Lines:  # noqa: C901, PLR0912  # a table of constructs
        match node:
            case ast.Return(value=None):
                return ["return;"]
            case ast.Return(value=ast.expr() as value):
                return [f"return {self.text(value)};"]
            case ast.Assign(targets=[target], value=value):
                return [self._assigned(target, value)]
            case ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value):
                return [self._assigned(target, value)]
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                return [self._assigned(target, ast.BinOp(ast.Name(target.id, ast.Load()), op, value))]
            case ast.If(test=test, body=body, orelse=other):
                head, inside = f"if ({self.test(test)})", self.inner(body)
                if len(inside) == 1 and not other and isinstance(body[0], (ast.Return, ast.Raise, ast.Expr)):
                    return [f"{head} {inside[0]}"]
                lines = [f"{head} {{", *indented(inside), "}"]
                return lines if not other else [*lines[:-1], "} else {", *indented(self.inner(other)), "}"]
            case ast.For(target=target, iter=over, body=body, orelse=[]):
                head = f"for (const {self.target(target).strip('()')} of {self.text(over)}) {{"
                return [head, *indented(self.inner(body)), "}"]
            case ast.While(test=test, body=body, orelse=[]):
                return [f"while ({self.test(test)}) {{", *indented(self.inner(body)), "}"]
            case ast.Raise(exc=ast.Call(func=ast.Name(id=kind), args=[message])):
                more = "" if kind == "ValueError" else f', "{kind}"'
                return [f"throw new {self.use('PyError')}({self.text(message)}{more});"]
            case ast.Try(body=body, handlers=[ast.ExceptHandler(type=ast.Name(id=kind), name=None, body=other)]):
                caught = f'if (error.type !== "{kind}") throw error;'
                lines = ["try {", *indented(self.inner(body)), "} catch (error) {"]
                return [*lines, *indented([caught, *self.inner(other)]), "}"]
            case ast.FunctionDef(name=name, args=arguments, body=body):
                return self._inner(name, arguments, body)
            case ast.Expr(value=ast.Constant()) | ast.ImportFrom() | ast.Import() | ast.Pass():
                return []
            case ast.Expr(value=value):
                return [f"{self.text(value)};"]
            case ast.Break() | ast.Continue():
                return [f"{type(node).__name__.lower()};"]
        raise self.source.refuse(node)

    def _assigned(self, target: ast.expr, value: ast.expr) -> str:
        text = self.text(value)
        if isinstance(target, ast.Name):
            declared = "const " if target.id in self._once else ""
            self.kinds[target.id] = self.kind(value) if declared else ""
            return f"{declared}{library.local(target.id)} = {text};"
        names = bound_names([target])
        pattern = self.target(target).removeprefix("(").removesuffix(")")
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, item in zip(target.elts, value.elts, strict=False):
                if isinstance(one, ast.Name):
                    self.kinds[one.id] = self.kind(item) if one.id in self._once else ""
        if all(name in self._once for name in names):
            return f"const {pattern} = {text};"
        return f"{pattern} = {text};"

    def _inner(self, name: str, arguments: ast.arguments, body: Sequence[ast.stmt]) -> Lines:
        """A function inside the function."""
        self.functions.add(name)
        head = f"const {library.local(name)} = ({self.pattern(arguments)}) => "
        match [one for one in body if not is_docstring(one)]:
            case [ast.Return(value=ast.expr() as value)]:
                return [f"{head}{self.text(value)};"]
        once = self._once
        lines = self.body(body)
        self._once = once
        return [f"{head}{{", *indented(lines), "};"]

    _once: set[str] = set()  # noqa: RUF012  # replaced by `body`, never changed


def is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def bound_names(statements: Sequence[ast.AST]) -> list[str]:
    """The names that statements bind, each time, but for those of functions and comprehensions inside."""
    found: list[str] = []
    for one in statements:
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            found.append(one.id)
        elif not isinstance(one, (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.GeneratorExp)):
            found += bound_names(list(ast.iter_child_nodes(one)))
    return found


def bound_once(statements: Sequence[ast.stmt], parameters: Collection[str]) -> set[str]:
    """The names that the statements bind themselves, not in a block, and never again."""
    bound = Counter([*bound_names(statements), *parameters])
    assigned = [bound_names([one]) for one in statements if isinstance(one, (ast.Assign, ast.AnnAssign))]
    return {name for names in assigned if all(bound[name] == 1 for name in names) for name in names}


def _of_loops(statements: Sequence[ast.stmt]) -> set[str]:
    """The names that a loop binds."""
    loops = [node for one in statements for node in ast.walk(one) if isinstance(node, ast.For)]
    return {name for loop in loops for name in bound_names([loop.target])}
