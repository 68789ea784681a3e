"""Writes ``generated.js``, and puts modules together."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .._params import fields_of
from ..catalogue import FUNCTIONS
from ..schedules._base import LearningRateSchedule
from ..schedules._mindspore_style import MindSporeStyle
from ..schedules._parse import METHODS, _of_method
from ..schedules._registry import is_own, sorted_kinds
from ._expressions import literal
from ._library import ROOM, RUNTIME
from ._program import ALGEBRA, NOT_FIELDS, Program
from ._short import shortened
from ._source import UntranslatableError
from ._still import still_lines

IMPORT = re.compile(r'^import \{ ([^}]*) \} from "([^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
EXPORTED = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)
GENERATED = ROOM / "generated.js"


def generated() -> str:
    """The text of ``generated.js``: lrkit's own classes and functions."""
    program = Program()
    own = [cls for cls in sorted_kinds().values() if is_own(cls)]
    for cls in own:
        program.fields |= set(fields_of(cls)) - set(NOT_FIELDS)
    for cls in own:
        program.schedule_class(cls)
    for name in (*ALGEBRA, *METHODS, "_knots", "_horizon"):
        program.method(LearningRateSchedule, name)
    for name in sorted(FUNCTIONS):
        program.catalogue(FUNCTIONS[name])
    head = "// Made by docs/generate.py from the formulas and functions of lrkit. Not to be edited."
    lines = program.lines()
    return "\n".join([head, *_imports(program.used), "", *lines, *_methods(), ""])


def _imports(used: set[str]) -> list[str]:
    names = {module: sorted(name for name in used if RUNTIME[name] == module) for module in ("python", "schedule")}
    return [f'import {{ {", ".join(found)} }} from "./{module}.js";' for module, found in names.items() if found]


def own_module(*things: LearningRateSchedule | type[LearningRateSchedule]) -> str:
    """The module of the classes that schedules are made of and that are not lrkit's, for `bundle`; else an empty text.

    A class whose source has no translation is entered with the given schedules of it, as still curves.

    Raises
    ------
    ValueError
        If a class has an ``__init__`` of its own: its schedules cannot be written as text.
    """
    schedules = [part for thing in things if not isinstance(thing, type) for part in _all_parts(thing)]
    classes = [thing for thing in things if isinstance(thing, type)] + [type(part) for part in schedules]
    own = [cls for cls in dict.fromkeys(classes) if not is_own(cls)]
    for cls in own:
        if issubclass(cls, MindSporeStyle):
            why = "its schedules cannot be written as text; declare its fields"
            raise ValueError(f"{cls.__name__}: a class with an __init__ of its own cannot be designed: {why}")
    program = Program(own=True)
    program.fields |= {name for cls in [*own, *sorted_kinds().values()] for name in fields_of(cls)} - set(NOT_FIELDS)
    lines: list[str] = []
    for cls in own:
        try:
            Program(own=True).whole(cls, program.fields)
        except UntranslatableError:
            lines += still_lines(program, cls, [part for part in schedules if type(part) is cls])
        else:
            program.schedule_class(cls)
    text = [*program.lines(), *lines]
    return "\n".join([*_imports(program.used), "", *text, ""]) if own else ""


def _all_parts(schedule: LearningRateSchedule) -> list[LearningRateSchedule]:
    return [schedule, *(inner for part in schedule.parts() for inner in _all_parts(part))]


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
            texts.append(literal({"name": one.name} | facts))
        lines.append(f"  {name}: [{', '.join(texts)}],")
    return ["export const METHODS = {", *lines, "};"]


def bundle(*modules: Path, exports: Sequence[str] = (), own: str = "", short: bool = True) -> str:
    """Modules and all that they import as one text, without ``import`` lines; `exports` are exported at its end.

    A module is a function that is called at once, so that the names in it are its own. `own` is the text of one more,
    as `own_module` makes it. With `short`, comments and spaces are left out, and variables have short names.
    """
    order: list[Path] = []
    for module in modules:
        _with_imports(module.resolve(), order, ())
    found = [(path, path.read_text(encoding="utf-8")) for path in order]
    homes = {(path, name): k for path, text in found for k, name in enumerate(EXPORT.findall(text))}
    if own:
        found.insert(order.index(GENERATED) + 1, (ROOM / "own.js", own))
    texts = [_wrapped(path, text, order, homes, short) for path, text in found]
    if exports:
        last = {name: (order.index(path), k) for (path, name), k in homes.items()}
        texts += [f"const {name} = ${last[name][0]}[{last[name][1]}];" for name in exports]
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


def _wrapped(path: Path, text: str, order: list[Path], homes: Mapping[tuple[Path, str], int], short: bool) -> str:
    """A module as a function that returns what it exports, in a list."""

    def imported(found: re.Match[str]) -> str:
        home = (path.parent / found[2]).resolve()
        names = [name.strip() for name in found[1].split(",") if name.strip()]
        for name in names:
            if (home, name) not in homes:
                raise ValueError(f"bundle: {path.name}: {home.name} exports no {name!r}")
        return f"const {', '.join(f'{name} = ${order.index(home)}[{homes[home, name]}]' for name in names)};"

    names = EXPORT.findall(text)
    text = EXPORTED.sub("", IMPORT.sub(imported, text))
    left = re.search(r"^(import|export)\b.*", text, re.MULTILINE)
    if left:
        raise ValueError(f"bundle: {path.name}: cannot read {left[0]!r}")
    head = f"const ${order.index(path)} = " if path in order else ""
    body = f"{text}return [{', '.join(names)}];\n"
    return f"{head}(() => {{\n{shortened(body) if short else body}}})();"
