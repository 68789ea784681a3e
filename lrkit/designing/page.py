"""The page of the designer, put together: one HTML file, or one module and its style for others to show."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from .._recipes import recipes
from ..budget import Budget
from ..javascript.build import own_module
from ..schedules._registry import KINDS
from .link import State
from .presets import PRESETS

APP, CORE = "lrkit.designing", "lrkit.javascript"
FORMULAS = ("python", "generated")
"""The modules of the core whose functions a rate may call."""
TOP = re.compile(r"(?:export )?(?:function|const|class) (\w+)")
BESIDE, BELOW = "./", "../javascript/"
IMPORT = re.compile(r'import (?:\{ (?P<names>[^}]+) \} from )?"(?P<path>\./|\.\./javascript/)(?P<file>\w+)\.js";')


def page(state: State, own: Sequence[Any] = ()) -> str:
    """The whole page, which needs no other file: it begins with a state, unless its address has another.

    The module is packed, as nine tenths of the page are its text: browsers unpack deflated bytes themselves.
    """
    shown = {"text": state.text, "budget": state.budget, "ghosts": list(state.ghosts)}
    view = {"log": state.log, "unit": state.unit}
    options = shown | {"view": view, "known": known(state.budget), "url": True}
    start = f"mount(document.getElementById('designer'), {_script(options)});"
    packed = zlib.compress(f"{_body(own)}\n{start}".encode(), 9)
    parts = {
        "style": style(),
        "module": base64.b64encode(packed).decode(),
        "expression": html.escape(state.text),
    }
    form = files(APP).joinpath("page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], form)


def module(own: Sequence[Any] = ()) -> str:
    """The designer as the text of one ES module, which exports `mount` and needs no other."""
    return f"{_body(own)}\nexport {{ mount }};\n"


@cache
def style() -> str:
    """The rules of the designer, all of them below its own class."""
    text = files(APP).joinpath("page.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def known(text: str) -> dict[str, dict[str, Any]]:
    """What Python counts of a budget: its length, and how much of each unit an update is; by the budget's text."""
    if not text:
        return {}
    budget = Budget.parse(text)
    counted: dict[str, Any] = {"total": budget.total, "size": budget.batch_size, "sample": budget.batch_size}
    if budget.has_epochs:
        counted["epoch"] = budget.epoch
    if budget.sequence:
        counted["token"] = budget.batch_size * budget.sequence
    if budget.given.updates_per_second:
        counted["hour"] = 1 / (3600 * budget.given.updates_per_second)
    return {text: counted}


def _body(own: Sequence[Any]) -> str:
    """The core in a scope of its own, what the app takes from it, and the app."""
    app = _modules(APP, ["app"])
    imports = [found for lines in app.values() for found in _imports(lines, BELOW)]
    taken = ", ".join(sorted({name.strip() for found in imports for name in found["names"].split(",")}))
    core = _modules(CORE, sorted({found["file"] for found in imports}))
    core["own"] = ["(() => {", *own_module(*own).splitlines(), "})();"] if own else []
    inner, outer = ("\n".join(map(_plain, modules.values())) for modules in (core, app))
    presets = f"const DATA = {_script(data())};"
    scope = ", ".join(found[1] for name in FORMULAS for line in core[name] if (found := TOP.match(line)))
    within = f"{{ {taken}, SCOPE: {{ {scope} }} }}"
    return f"const {{ {taken}, SCOPE }} = (() => {{\n{inner}\nreturn {within};\n}})();\n{presets}\n{outer}"


def _modules(package: str, roots: list[str]) -> dict[str, list[str]]:
    """Modules and those that they import from their own folder, each after those it needs."""
    done: dict[str, list[str]] = {}
    begun: set[str] = {"data"}

    def visit(file: str) -> None:
        if file in begun:
            return
        begun.add(file)
        lines = files(package).joinpath(f"{file}.js").read_text(encoding="utf-8").splitlines()
        for found in _imports(lines, BESIDE):
            visit(found["file"])
        done[file] = lines

    for root in roots:
        visit(root)
    return done


def _imports(lines: list[str], path: str) -> Iterator[re.Match[str]]:
    for line in lines:
        if line.startswith("import "):
            found = IMPORT.fullmatch(line)
            if found is None:
                raise ValueError(f"a module of the designer must import names in one line, got {line!r}")
            if found["path"] == path:
                yield found


def _plain(lines: list[str]) -> str:
    """The lines without imports, exports, comments that stand alone and indentation: no text reaches over lines."""
    kept = []
    for line in map(str.strip, lines):
        if line and not line.startswith(("import ", "//")):
            if line.count("`") % 2:
                raise ValueError(f"a text in a module of the designer must end in its line, got {line!r}")
            kept.append(line.removeprefix("export "))
    return "\n".join(kept)


def data() -> dict[str, Any]:
    """What the page knows besides formulas: presets, and the kinds of JSON."""
    shapes = [{"name": name, "text": text, "lengths": lengths} for name, (text, lengths) in PRESETS.items()]
    published = [
        {"name": name, "title": one.title, "recipe": 1, "text": one.form[0], "lengths": dict(one.lengths)}
        | {"steps": one.steps, "unit": one.unit}
        for name, one in recipes().items()
    ]
    own = {cls.__name__: kind for kind, cls in KINDS.items() if cls.__module__.startswith("lrkit.")}
    return {"presets": published + shapes, "kinds": dict(sorted(own.items()))}


def _script(value: Any) -> str:
    """A value as a script may hold it, in which no tag ends."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
