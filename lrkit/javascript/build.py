"""Writes ``generated.js``, and puts modules together."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from pathlib import Path

from ..catalogue import FUNCTIONS
from ..schedules._base import LearningRateSchedule
from ..schedules._parse import METHODS, _of_method
from ..schedules._registry import sorted_kinds
from ._expressions import literal
from ._library import ROOM, RUNTIME
from ._program import ALGEBRA, Program

IMPORT = re.compile(r'^import \{ ([^}]*) \} from "([^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
EXPORTED = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)
GENERATED = ROOM / "generated.js"


def generated() -> str:
    """The text of ``generated.js``: lrkit's own classes and functions."""
    program = Program()
    own = [cls for cls in sorted_kinds().values() if cls.__module__.startswith("lrkit.")]
    functions = [FUNCTIONS[name] for name in sorted(FUNCTIONS)]
    return _text(program, own, functions)


def _text(program, own, functions) -> str:
    from .._params import fields_of
    for cls in own:
        program.fields |= set(fields_of(cls)) - {"size"}
    for cls in own:
        program.schedule_class(cls)
    for name in (*ALGEBRA, *METHODS, "_knots", "_horizon"):
        program.method(LearningRateSchedule, name)
    for function in functions:
        program.catalogue(function)
    lines = program.lines()
    program.used |= {"addMethods"}
    imports = []
    for module in ("python", "schedule"):
        names = sorted(name for name in program.used if RUNTIME[name] == module)
        if names:
            imports.append(f'import {{ {", ".join(names)} }} from "./{module}.js";')
    head = "// Made by docs/generate.py from the formulas and functions of lrkit. Not to be edited."
    return "\n".join([head, *imports, "", *lines, *_methods(), ""])


def _methods() -> list[str]:
    """The parameters of the methods that make another schedule, as the parser reads them."""
    lines = []
    for name in METHODS:
        method = getattr(LearningRateSchedule, name)
        texts = []
        for one in list(inspect.signature(method).parameters.values())[1:]:
            is_rest = one.kind is one.VAR_POSITIONAL
            facts = {"integer": _of_method(method)[None if is_rest else one.name]}
            facts |= {"rest": True} if is_rest else {"required": one.default is one.empty}
            texts.append(f'{{ name: "{one.name}", {", ".join(f"{key}: {literal(fact)}" for key, fact in facts.items())} }}')
        lines.append(f"  {name}: [{', '.join(texts)}],")
    return ["export const METHODS = {", *lines, "};"]


def bundle(*modules: Path, exports: Sequence[str] = ()) -> str:
    """Modules and all that they import as one text, without ``import`` and ``export``; `exports` are exported at its end.

    A module is a function that is called at once, so that the names in it are its own.
    """
    order: list[Path] = []
    for module in modules:
        _with_imports(module.resolve(), order, ())
    texts = [_wrapped(path, order) for path in order]
    if exports:
        homes = {name: path for path in order for name in EXPORT.findall(path.read_text(encoding="utf-8"))}
        texts += [f"const {{ {name} }} = module{order.index(homes[name])};" for name in exports]
        texts.append(f"export {{ {', '.join(exports)} }};")
    return "\n".join(texts) + "\n"


def _with_imports(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    """Append the modules that a module imports to `order`, and then the module."""
    if path in above:
        raise ValueError(f"bundle: {path.name} imports itself, by way of {above[-1].name}")
    if path not in order:
        for _, file in IMPORT.findall(path.read_text(encoding="utf-8")):
            _with_imports((path.parent / file).resolve(), order, (*above, path))
        order.append(path)


def _wrapped(path: Path, order: list[Path]) -> str:
    text = path.read_text(encoding="utf-8")
    names = EXPORT.findall(text)
    text = IMPORT.sub(
        lambda found: f"const {{ {found[1]} }} = module{order.index((path.parent / found[2]).resolve())};", text
    )
    text = EXPORTED.sub("", text)
    left = re.search(r"^(import|export)\b.*", text, re.MULTILINE)
    if left:
        raise ValueError(f"bundle: {path.name}: cannot read {left[0]!r}")
    return f"const module{order.index(path)} = (() => {{\n{text}return {{ {', '.join(names)} }};\n}})();"
