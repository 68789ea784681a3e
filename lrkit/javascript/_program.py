"""What is translated: the classes, and each function that they call, once."""

from __future__ import annotations

import ast
import inspect
from functools import cached_property
from types import FunctionType
from typing import Any

from .._params import Field, fields_of
from ..schedules._base import LearningRateSchedule
from ..schedules._knots import _changes
from ..schedules._registry import FUNCTIONS, is_own
from . import _library as library
from ._expressions import literal
from ._fields import field_text
from ._kinds import kind_of_field
from ._source import Source
from ._staging import Staged, is_staged
from ._statements import Lines, Statements, indented
from ._traced import Traced

HOOKS = ("formula", "_check", "_choice", "_knots", "_horizon")
ALGEBRA = ("__add__", "__radd__", "__mul__", "__rmul__", "__neg__", "__sub__", "__rsub__", "__truediv__", "__pow__")
COSTLY = (_changes,)
"""Functions that a quick look for knots leaves out."""
BASES = LearningRateSchedule.__mro__
NOT_FIELDS = ("size", "kind", "horizon")


class Program:
    """Collects the JavaScript of classes and functions, and what they need."""

    def __init__(self, *, own: bool = False) -> None:
        self._own = own  # whether lrkit's classes and functions are there already
        self.used: set[str] = set()
        self._functions: dict[tuple[Any, str], str] = {}
        self._names: set[str] = set()
        self._texts: dict[str, Lines] = {}
        self._classes: dict[type, str] = {}
        self._methods: dict[tuple[type, str], Lines] = {}
        self._data: dict[str, str] = {}
        self._fields: dict[str, str] = {}
        self.fields: set[str] = set()

    # What a function asks for -------------------------------------------------------------------------------------

    def use(self, name: str) -> str:
        found = name.removeprefix("new ")
        if found in library.RUNTIME:
            self.used.add(found)
        return name

    def field(self, name: str, field: Field) -> str:
        self._data[name] = f"const {name} = {self.use('field')}({field_text(field).removeprefix('field(')};"
        return name

    def schedule_class(self, cls: Any) -> str:
        if cls is LearningRateSchedule:
            return self.use("Schedule")
        if self._own and is_own(cls) and cls.kind:
            self._data[cls.__name__] = f'const {cls.__name__} = {self.use("classOf")}("{cls.__name__}");'
            return str(cls.__name__)
        if cls not in self._classes:
            self._classes[cls] = self._free_name(cls.__name__)
            self.fields |= set(fields_of(cls)) - set(NOT_FIELDS)
            for base in cls.__bases__:
                if base is not LearningRateSchedule:
                    self.schedule_class(base)
            for hook in HOOKS:
                if hook in vars(cls):
                    self.method(cls, hook)
            if "formula" in vars(cls):
                self.traced(cls, "formula")
        return self._classes[cls]

    def method(self, cls: Any, name: str) -> None:
        """Translate a method, where it is defined."""
        home = next((one for one in cls.__mro__ if name in vars(one)), None)
        if (
            home is None
            or (self._own and home in BASES)
            or (home, name) in self._methods
            or name in library.OWN_METHODS
        ):
            return
        self._methods[home, name] = []
        found = vars(home)[name]
        if isinstance(found, (cached_property, property)):
            function = found.func if isinstance(found, cached_property) else found.fget
            lines = self._function_lines(function, owner=home)
            kept = f"this._{name}"
            inside = indented(lines)
            if isinstance(found, cached_property):
                inside = indented([f"return ({kept} ??= (() => {{", *indented(lines), "})());"])
            self._methods[home, name] = [f"get {name}() {{", *inside, "}"]
        elif isinstance(found, FunctionType):
            head = "_rate()" if name == "formula" else f"{name}({self._parameters(found, method=True)})"
            self._methods[home, name] = _braced(head, self._function_lines(found, owner=home))

    def traced(self, cls: Any, name: str) -> str:
        """The name of a method that has the parameter `xp`, as it is called on a symbol of the step."""
        own = name if name == "formula" else f"{name}_xp"
        home = next(one for one in cls.__mro__ if name in vars(one))
        key = (home, f"{name}, traced")
        if key not in self._methods:
            self._methods[key] = []
            found = vars(home)[name]
            head = f"{own}({self._parameters(found, mode='traced', method=True)})"
            self._methods[key] = _braced(head, self._function_lines(found, owner=home, mode="traced"))
        return own

    def function(self, function: Any, mode: str) -> str:
        """The name of a function, which is translated when it is first asked for."""
        name: str = function.__name__
        if FUNCTIONS.get(name) is function:
            return self.catalogue(function)
        mode = "native" if mode == "generic" and "xp" in inspect.signature(function).parameters else mode
        if (function, mode) not in self._functions:
            name = self._functions[function, mode] = self._free_name(name)
            head = f"({self._parameters(function, mode=mode)}) =>"
            text = _arrow(head, self._function_lines(function, mode=mode))
            if function in COSTLY:
                text = [f"{self.use('unlessQuick')}({text[0]}", *text[1:-1], f"{text[-1]})"]
            text[-1] += ";"
            self._texts[name] = [f"const {name} = {text[0]}", *text[1:]]
        return self._functions[function, mode]

    def catalogue(self, function: Any) -> str:
        """The name of a function of the catalogue."""
        if self._own:
            name = str(function.__name__)
            self._data[name] = f'const {name} = {self.use("functionOf")}("{name}");'
            return name
        if (function, "generic") not in self._functions:
            own = function.__name__
            name = self._functions[function, "generic"] = self._free_name(own)
            self.fields |= set(fields_of(function)) - set(NOT_FIELDS)
            picture = (inspect.getdoc(function) or own).partition("\n")[0]
            declared = fields_of(function).values()
            fields = ", ".join(map(self.field_text, declared))
            plain = inspect.unwrap(function)
            parameters = ", ".join(map(library.local, inspect.signature(plain).parameters))
            body = self._function_lines(plain, kinds={one.name: kind_of_field(one) for one in declared})
            call = f"{self.use('expression')}({literal(own)}, {literal(picture)}, [{fields}], ({parameters}) =>"
            head = f"const {name} = {call}"
            self._texts[name] = _arrow(head, body, ");")
        return self._functions[function, "generic"]

    def refuses(self, function: Any) -> bool:
        """Whether a function raises errors of its own, whose messages show its arguments."""
        return any(isinstance(node, ast.Raise) for node in ast.walk(Source(function).tree))

    # How it is written --------------------------------------------------------------------------------------------

    def _free_name(self, name: str) -> str:
        while name in self._names or name in library.RUNTIME or name in library.WORDS:
            name += "_"
        self._names.add(name)
        return name

    def _parameters(self, function: Any, *, mode: str = "native", method: bool = False) -> str:
        texts = []
        parameters = list(inspect.signature(function).parameters.values())[1 if method else 0 :]
        drop = set() if mode == "traced" else {"xp", "step"} if is_staged(function) else {"xp"}
        for one in parameters:
            if one.name in drop:
                continue
            name = ("..." if one.kind is one.VAR_POSITIONAL else "") + library.local(one.name)
            default = "" if one.default is one.empty else f" = {literal(one.default)}"
            texts.append(name + default)
        if mode == "traced" and "xp" not in texts:
            texts.append("xp")
        return ", ".join(texts)

    def _function_lines(
        self, function: Any, *, owner: Any = None, mode: str = "generic", kinds: dict[str, str] | None = None
    ) -> Lines:
        source = Source(function, owner)
        native = mode == "native" or (mode == "generic" and "xp" in source.parameters)
        written_by = Traced if mode == "traced" else Staged if is_staged(source.function) else Statements
        writer = written_by(source, self, native)
        known = {"int": "int", "float": "number", "bool": "bool", "float | None": "number", "int | None": "int"}
        hints = source.function.__annotations__
        writer.kinds = {name: known.get(str(hints.get(name)), "") for name in source.parameters} | (kinds or {})
        if isinstance(writer, Staged):
            return writer.staged(source.tree.body)
        return writer.body(source.tree.body)

    def whole(self, cls: Any, fields: set[str]) -> Lines:
        """One class alone: raises where something in it has no translation."""
        self.fields = set(fields)
        self.schedule_class(cls)
        return self.lines()

    def lines(self) -> Lines:
        """All that was asked for: functions, the methods of the base, classes in the order of their bases."""
        of_base = [text for (home, _), text in self._methods.items() if home not in self._classes]
        methods = [line for text in of_base for line in indented(_with_comma(text))]
        out = [line for text in self._texts.values() for line in text]
        out += [f"{self.use('addMethods')}({{", *methods, "});"] if methods else []
        for cls in sorted(self._classes, key=lambda cls: len(cls.__mro__)):
            out += self._class(cls)
        declared = [f"const {name} = {text};" for text, name in self._fields.items()]
        return [*self._data.values(), *declared, *out]

    def _class(self, cls: Any) -> Lines:
        name = self._classes[cls]
        base = self.schedule_class(cls.__bases__[0])
        own = [text for (home, _), text in self._methods.items() if home is cls]
        out = [f"class {name} extends {base} {{", *(line for text in own for line in indented(text)), "}"]
        fields = ", ".join(map(self.field_text, fields_of(cls).values()))
        concrete = cls.kind or not is_own(cls)
        return [*out, f'{self.use("define")}({name}, "{cls.__name__}", [{fields}], "{cls.kind}");'] if concrete else out

    def field_text(self, field: Field) -> str:
        """A field, by a name of its own: many classes declare the same."""
        self.use("field")
        text = field_text(field)
        if text not in self._fields:
            self._fields[text] = self._free_name(f"f{len(self._fields)}")
        return self._fields[text]


def _braced(head: str, lines: Lines) -> Lines:
    """A method: in one line if it has one."""
    if len(lines) == 1:
        return [f"{head} {{ {lines[0]} }}"]
    return [f"{head} {{", *indented(lines), "}"]


def _arrow(head: str, lines: Lines, end: str = "") -> Lines:
    """A function: of one line if all it does is return."""
    if len(lines) == 1 and lines[0].startswith("return "):
        value = lines[0].removeprefix("return ").removesuffix(";")
        return [f"{head} {f'({value})' if value.startswith('{') else value}{end}"]
    return [f"{head} {{", *indented(lines), f"}}{end}"]


def _with_comma(lines: Lines) -> Lines:
    return [*lines[:-1], lines[-1] + ","]
