"""The source of a function as a tree, and what the free names in it stand for."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from typing import Any


class UntranslatableError(Exception):
    """A construct that has no translation. The message names it, its function and its line."""


class Source:
    """One function: its tree, its parameters, and the objects that its free names stand for."""

    def __init__(self, function: Any, owner: type | None = None) -> None:
        self.function = inspect.unwrap(function)
        self.owner = owner
        try:
            text = textwrap.dedent(inspect.getsource(self.function))
        except (OSError, TypeError):
            raise UntranslatableError(f"{self.place}: there is no source") from None
        found = ast.parse(text).body[0]
        if not isinstance(found, ast.FunctionDef):
            raise UntranslatableError(f"{self.place}: only functions written with def are translated")
        self.tree = found

    @property
    def place(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def refuse(self, node: ast.AST, what: str = "") -> UntranslatableError:
        line = getattr(node, "lineno", 1) + self.function.__code__.co_firstlineno - 1
        text = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else type(node).__name__
        return UntranslatableError(f"{self.place}, line {line}: {what or type(node).__name__}: {text[:80]}")

    @cached_property
    def parameters(self) -> list[str]:
        arguments = self.tree.args
        return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]

    @cached_property
    def locals(self) -> frozenset[str]:
        """Every name that the function or one inside it binds, but for those that it imports."""
        names = {
            node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        names |= {node.arg for node in ast.walk(self.tree) if isinstance(node, ast.arg)}
        return frozenset(names | {node.name for node in self._inside() if isinstance(node, ast.FunctionDef)})

    def _inside(self) -> Iterator[ast.AST]:
        return (node for statement in self.tree.body for node in ast.walk(statement))

    @cached_property
    def _known(self) -> dict[str, Any]:
        """What global, enclosing and imported names stand for."""
        free = zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True)
        known = {**vars(builtins), **self.function.__globals__}
        for name, cell in free:
            try:
                known[name] = cell.cell_contents
            except ValueError:
                continue
        for node in self._inside():
            if isinstance(node, ast.ImportFrom):
                package = self.function.__module__.rpartition(".")[0]
                module = import_module("." * node.level + (node.module or ""), package if node.level else None)
                known |= {one.asname or one.name: getattr(module, one.name) for one in node.names}
            elif isinstance(node, ast.Import):
                known |= {one.asname or one.name: import_module(one.name) for one in node.names if "." not in one.name}
        return known

    def stands_for(self, node: ast.expr) -> tuple[Any, str] | None:
        """The object that a free name, or an attribute of a module, stands for, and its path; None for a local."""
        match node:
            case ast.Name(id=name) if name not in self.locals and name in self._known:
                thing = self._known[name]
                return thing, thing.__name__ if inspect.ismodule(thing) else _path(thing)
            case ast.Attribute(value=inner, attr=name):
                found = self.stands_for(inner)
                if (
                    found
                    and (inspect.ismodule(found[0]) or found[1].startswith(("numpy.", "sys.")))
                    and hasattr(found[0], name)
                ):
                    return getattr(found[0], name), f"{found[1]}.{name}"
        return None


def _path(thing: Any) -> str:
    return f"{getattr(thing, '__module__', None)}.{getattr(thing, '__qualname__', None)}"
