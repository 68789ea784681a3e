"""Python as plain data: the literals that names are given, without running anything."""

from __future__ import annotations

import ast
from typing import Any

from .._params import LARGEST_COUNT
from ._plain import DIGITS, TOO_MANY_DIGITS, Unread

LONGEST = 2**20
MAKER = "get_config"
MAKERS = ("dict", "Namespace", "ConfigDict", "argparse.Namespace")
"""Calls whose keywords are read as a mapping."""


def read_literals(text: str) -> dict[str, Any]:
    """The names of a file that are given literals; any statement that could change one is refused by its line.

    A value that is no literal is `Unread`: an error only where a system needs it. Imports, texts and functions are
    passed over. A text that is nothing but one call, ``learn.fit_one_cycle(n_epoch=5, lr_max=1e-3)``, is the mapping of
    its keywords under the function's name.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a Python file of {len(text):,} characters is too long: at most {LONGEST:,} are read")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        said = TOO_MANY_DIGITS if DIGITS in error.msg else error.msg
        raise ValueError(f"line {error.lineno}: {said}") from None
    except (RecursionError, MemoryError):
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"it is no Python that can be read: {error}") from None
    found: dict[str, Any] = {}
    match tree.body:
        case [ast.Expr(ast.Call(func, _, keywords))] if ast.unparse(func) not in MAKERS and keywords:
            name = ast.unparse(func).rpartition(".")[2]
            return {name: {str(word.arg): _literal(word.value, found) for word in keywords if word.arg}}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == MAKER:
            return _made(statement, found)
        _enter(statement, found)
    return found


def _made(function: ast.FunctionDef, outer: dict[str, Any]) -> dict[str, Any]:
    """What ``get_config`` of big_vision's and scenic's files gives its result: ``config.lr = 0.001``."""
    found = dict(outer)
    for statement in function.body:
        match statement:
            case ast.Return(ast.Name(name)) if isinstance(made := found.get(name), dict):
                return made
            case ast.Assign([ast.Attribute() as target], value):
                _set(target, value, found)
            case ast.Assign([ast.Name(name)], ast.Call(func, [], [])) if ast.unparse(func).endswith("ConfigDict"):
                found[name] = {}
            case _:
                _enter(statement, found)
    raise ValueError(f"line {function.lineno}: {MAKER} returns no config that is made in it")


def _set(target: ast.Attribute, value: ast.expr, found: dict[str, Any]) -> None:
    """``config.input.batch_size = 1024``: mappings that are not there yet are made."""
    *outer, last = ast.unparse(target).split(".")
    place: Any = found
    for name in outer[:50]:
        place = place.setdefault(name, {}) if isinstance(place, dict) else None
    if not isinstance(place, dict):
        raise ValueError(f"line {target.lineno}: {ast.unparse(target)[:60]!r} lies within what is no mapping")
    place[last] = _literal(value, found)


def _enter(statement: ast.stmt, found: dict[str, Any]) -> None:
    match statement:
        case ast.Assign(targets, value):
            for target in targets:
                _assign(target, value, found)
        case ast.AnnAssign(target, _, value):
            if value is not None:
                _assign(target, value, found)
        case ast.Expr(ast.Call() as value) if (made := _literal(value, found)) and isinstance(made, dict):
            found.update(made)  # Namespace(lr=0.1), as argparse prints it
        case ast.Expr(ast.Dict() as value) if isinstance(made := _literal(value, found), dict):
            found.update(made)
        case ast.Expr(ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Pass():
            pass
        case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
            found[statement.name] = Unread(f"{statement.name}, which is defined", f"line {statement.lineno}")
        case _:
            raise ValueError(
                f"line {statement.lineno}: {ast.unparse(statement).splitlines()[0][:60]!r} is no literal: "
                "a Python file is read as `name = literal`, and never run"
            )


def _assign(target: ast.expr, value: ast.expr, found: dict[str, Any]) -> None:
    match target:
        case ast.Name(name):
            found[name] = _literal(value, found)
        case ast.Tuple(names) | ast.List(names):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            if len(values) != len(names):
                raise ValueError(f"line {target.lineno}: {ast.unparse(target)[:60]!r} is given no list of literals")
            for inner, item in zip(names, values, strict=True):
                _assign(inner, item, found)
        case _:
            raise ValueError(
                f"line {target.lineno}: {ast.unparse(target)[:60]!r} is no name: a Python file is read as "
                "`name = literal`, and never run"
            )


def _literal(node: ast.expr, found: dict[str, Any], depth: int = 0) -> Any:  # a table
    if depth > 100:
        raise ValueError(f"line {node.lineno}: values lie in one another more than 100 deep")

    def inner(item: ast.expr) -> Any:
        return _literal(item, found, depth + 1)

    match node:
        case ast.Constant(value) if value is None or isinstance(value, (bool, int, float, str)):
            return value
        case ast.List(items) | ast.Tuple(items):
            return [inner(item) for item in items]
        case ast.Dict(keys, values) if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value): inner(item) for key, item in zip(keys, values, strict=True)}  # type: ignore[union-attr]
        case ast.Call(func, [], keywords) if ast.unparse(func) in MAKERS and all(word.arg for word in keywords):
            return {str(word.arg): inner(word.value) for word in keywords}
        case ast.Name(name) if name in found:
            return found[name]
        case ast.UnaryOp(ast.USub() | ast.UAdd() as sign, operand) if _is_number(value := inner(operand)):
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left, operator, right) if _is_number(a := inner(left)) and _is_number(b := inner(right)):
            value = _computed(a, operator, b)
            return Unread(ast.unparse(node), f"line {node.lineno}") if value is None else value
    return Unread(ast.unparse(node), f"line {node.lineno}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _computed(a: Any, operator: ast.operator, b: Any) -> Any:
    """A product such as ``5 * 8``; None if it is no operation on numbers of a reasonable size."""
    if max(abs(a), abs(b)) > LARGEST_COUNT:
        return None
    try:
        match operator:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
            case ast.Div():
                return a / b
            case ast.FloorDiv():
                return a // b
            case ast.Pow() if abs(b) <= 64:
                return a**b
    except (ArithmeticError, ValueError):
        pass
    return None
