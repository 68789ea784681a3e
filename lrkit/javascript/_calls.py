"""Python's calls as JavaScript: of the library, of functions that are translated too, of classes and methods."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

from .._params import fields_of
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS as CATALOGUE
from . import _library as library
from ._expressions import ARROW, CALL, LESS, OR, Expressions, Written


class Calls(Expressions):
    """Writes the expressions of one function, with its calls."""

    def arguments(self, call: ast.Call, names: Sequence[str], dropped: Sequence[str] = ()) -> list[str]:
        """The arguments in the order of the parameters `names`."""
        given = [node for name, node in zip((*names, *call.args), call.args, strict=False) if name not in dropped]
        texts = [self._argument(node) for node in given]
        named = {one.arg: one.value for one in call.keywords}
        if None in named or not set(named) <= set(names):
            raise self.source.refuse(call, "keyword argument")
        if named:
            last = max(names.index(str(name)) for name in named)
            left = [name for name in names[len(call.args) : last + 1] if name not in dropped]
            texts += [self.text(named[name]) if name in named else "undefined" for name in left]
        return texts

    def _call(self, node: ast.Call) -> Written:  # noqa: C901  # a table of calls
        match node.func:
            case ast.Attribute(value=ast.Name(id="xp"), attr=name) if self.native:
                return self._namespace(node, name)
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"), args=[]), attr=name):
                return f"super.{name}({', '.join(map(self._argument, node.args))})", CALL
            case ast.Attribute(value=ast.Name(id="object"), attr="__setattr__"):
                owner, name, value = map(self.text, node.args)
                return f"{owner}[`$${{{name}}}`] = {value}", ARROW
            case ast.Name(id="isinstance"):
                return self._is_instance(*node.args), LESS
            case ast.Name(id="max" | "min" as name) if self.source.stands_for(node.func):
                return self._extreme(node, "largest" if name == "max" else "smallest"), CALL
            case ast.Name(id="any" | "all") if isinstance(node.args[0], ast.GeneratorExp):
                return f"{self.text(node.args[0])}.{'some' if node.func.id == 'any' else 'every'}(Boolean)", CALL
            case ast.Name(id="tuple" | "list") if node.args and isinstance(node.args[0], ast.GeneratorExp):
                return self.written(node.args[0])
        found = self.source.stands_for(node.func)
        if found is None:
            return self._of_object(node)
        thing, path = found
        if path in library.FUNCTIONS:
            keep = [one for one in node.args if not self._is_dtype(one)]
            texts = [self._argument(one) for one in keep]
            texts += [self.text(one.value) for one in node.keywords if one.arg not in ("strict", "dtype")]
            name = library.FUNCTIONS[path]
            if name == "asKind" and isinstance(kind := node.args[1], ast.Name):
                texts[1] = f'"{kind.id}"'
            return f"{self.use(name)}({', '.join(texts)})", CALL
        if isinstance(thing, type) and issubclass(thing, LearningRateSchedule):
            texts = self.arguments(node, list(fields_of(thing)))
            return f"new {self.program.schedule_class(thing)}({', '.join(texts)})", CALL
        if inspect.isfunction(thing):
            return self._of_function(node, thing), CALL
        raise self.source.refuse(node, "unknown function")

    def _is_dtype(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in library.DTYPES

    def _of_function(self, node: ast.Call, function: Any) -> str:
        name = self.program.function(function, "native" if self.native else "generic")
        names = list(inspect.signature(function).parameters)
        texts = self.arguments(node, names, dropped=("xp",) if self.native else ())
        if not self.native and function.__name__ not in CATALOGUE and self.program.refuses(function):
            exact = [self.kind(one) == "float" for one in node.args]  # so that a message writes 1.0, not 1
            marked = zip(texts, exact, strict=True)
            texts = [f"new {self.use('Float')}({text})" if is_float else text for text, is_float in marked]
        return f"{name}({', '.join(texts)})"

    def _namespace(self, node: ast.Call, name: str) -> Written:
        texts = [self.text(one) for one in node.args]
        if name == "where":
            test, one, other = node.args
            return f"{self.test(test, OR)} ? {self.text(one, OR)} : {self.text(other)}", ARROW
        if name == "searchsorted":
            side = [one.value for one in node.keywords if one.arg == "side"]
            right = bool(side) and isinstance(side[0], ast.Constant) and side[0].value == "right"
            return f"{self.use('bisectRight' if right else 'bisectLeft')}({', '.join(texts)})", CALL
        if name == "piecewise":
            step, milestones, parts = texts
            return f"{self.use('piecewise')}({milestones}, {parts})({step})", CALL
        if name not in library.NAMESPACE:
            raise self.source.refuse(node, "xp has no such function")
        return f"{self.use(library.NAMESPACE[name])}({', '.join(texts)})", CALL

    def _is_instance(self, thing: ast.expr, kind: ast.expr) -> str:
        found = self.source.stands_for(kind)
        text = self.text(thing, LESS)
        if found and found[0] is LearningRateSchedule:
            return f"{text} instanceof {self.use('Schedule')}"
        if found and isinstance(found[0], type) and issubclass(found[0], LearningRateSchedule):
            return f"{text} instanceof {self.program.schedule_class(found[0])}"
        names = {"int": "isInteger", "float": "isFloat", "list": "Array.isArray", "tuple": "Array.isArray"}
        if isinstance(kind, ast.Name) and kind.id in names:
            return f"{self.use(names[kind.id])}({text})"
        raise self.source.refuse(kind, "isinstance of")

    def _extreme(self, node: ast.Call, name: str) -> str:
        """`max` and `min`: of their arguments, or of a list."""
        default = [self.text(one.value) for one in node.keywords if one.arg == "default"]
        if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            return f"{self.use(name)}({', '.join([self.text(node.args[0]), *default])})"
        return f"{self.use(name)}([{', '.join(map(self._argument, node.args))}])"

    def _of_object(self, node: ast.Call) -> Written:
        """A call of a local function, or of a method."""
        if not isinstance(node.func, ast.Attribute):
            texts = [self._argument(one) for one in node.args]
            callee = self.text(node.func, CALL)
            direct = self.native or (isinstance(node.func, ast.Name) and node.func.id in self.functions)
            if direct:
                return f"{callee}({', '.join(texts)})", CALL
            return f"{self.use('call')}({', '.join([callee, *texts])})", CALL
        owner, name = node.func.value, node.func.attr
        if name == "formula" and self.native:
            return f"{self.text(owner, CALL)}.at({self.text(node.args[0])})", CALL
        if self._is_self(owner) and name != "parts" and not hasattr(LearningRateSchedule, name):
            method = inspect.getattr_static(self.source.owner, name)
            self.program.method(self.source.owner, name)
            names = list(inspect.signature(method).parameters)[1:]
            texts = self.arguments(node, names, dropped=("xp",) if self.native else ())
            return f"this.{name}({', '.join(texts)})", CALL
        if name == "parts":
            return f"{self.text(owner, CALL)}.children()", CALL
        if name == "knots":
            return f"{self.text(owner, CALL)}.knotsBefore({self.text(node.args[0])})", CALL
        if inspect.isfunction(method := getattr(LearningRateSchedule, name, None)):
            self.program.method(LearningRateSchedule, name)
            texts = self.arguments(node, list(inspect.signature(method).parameters)[1:])
            return f"{self.text(owner, CALL)}.{name}({', '.join(texts)})", CALL
        return self._of_value(node, owner, name)

    def _of_value(self, node: ast.Call, owner: ast.expr, name: str) -> Written:
        """A method of an array, a list, a dict or a number."""
        texts = [self._argument(one) for one in node.args if not self._is_dtype(one)]
        if name == "setflags":
            return self.text(owner), CALL
        if name == "get":
            return f"{self.use('lookUp')}({', '.join([self.text(owner), *texts])})", CALL
        if name == "insert":
            return f"{self.text(owner, CALL)}.splice({texts[0]}, 0, {texts[1]})", CALL
        if name == "coerce_one":
            return f"{self.use('coerceOne')}({', '.join([texts[0], self.text(owner), *texts[1:]])})", CALL
        if name in library.SAME_METHODS:
            return f"{self.text(owner, CALL)}.{library.SAME_METHODS[name]}({', '.join(texts)})", CALL
        if name in library.METHODS:
            return f"{self.use(library.METHODS[name])}({self.text(owner)})", CALL
        raise self.source.refuse(node, "unknown method")
