"""The page of the designer, put together: one HTML file, or one module and its style for others to show."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from .._recipes import recipes
from ..budget import Budget
from ..javascript.build import bundle, own_module
from .link import State
from .presets import PRESETS

BETWEEN = "\0"
"""What stands between the style and the script."""
DIGITS = "".join(base64.b85encode(bytes([0, 0, 0, k])).decode()[-1] for k in range(85))
"""The digits of base 85, four bytes in five of which are a tenth shorter than three in four of base 64."""


def page(state: State, own: Sequence[Any] = ()) -> str:
    """The whole page, which needs no other file: it begins with a state, unless its address has another.

    The script and the style are packed, as most of the page is their text: deflated bytes, in numbers of five digits,
    which a browser unpacks itself.
    """
    shown = {"text": state.text, "budget": state.budget, "ghosts": list(state.ghosts)}
    view = {"log": state.log, "unit": state.unit}
    options = shown | {"view": view, "known": known(state.budget), "url": True}
    start = f"mount(document.getElementById('designer'), {_script(options)});"
    packed = zlib.compress(f"{style()}{BETWEEN}{_body(own)}\n{start}".encode(), 9)
    parts = {
        "digits": DIGITS,
        "packed": base64.b85encode(packed, pad=True).decode(),
        "size": str(len(packed)),
        "expression": html.escape(state.text),
    }
    form = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], form)


def unpacked(text: str) -> tuple[str, str]:
    """The style and the script of a page, as it unpacks them itself."""
    packed, size = re.findall(r'^const (?:packed|size) = "?([^"\n]+?)"?;$', text, re.MULTILINE)
    style_text, _, script = zlib.decompress(base64.b85decode(packed)[: int(size)]).decode().partition(BETWEEN)
    return style_text, script


def module(own: Sequence[Any] = ()) -> str:
    """The designer as the text of one ES module, which exports `mount` and needs no other."""
    return f"{_body(own)}\nexport {{ mount }};\n"


@cache
def style() -> str:
    """The rules of the designer, all of them below its own class."""
    text = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    lines = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return re.sub(r";\s*(?=\})|\s*([{;,])\s*|(?<=:) ", lambda found: found[1] or "", lines)


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
    """The app, the core and what the page knows, without an export: it has `mount`."""
    app = Path(str(files(__package__).joinpath("app.js")))
    text = bundle(app, exports=["designer"], own=own_module(*own)).strip()
    head = text.removesuffix("export { designer };")
    return f"{head}const mount = (element, options) => designer(element, {_script(data())}, options);"


def data() -> dict[str, Any]:
    """What the page knows besides formulas: its presets."""
    shapes = [{"name": name, "text": text, "lengths": lengths} for name, (text, lengths) in PRESETS.items()]
    published = [
        {"name": name, "title": one.title, "recipe": 1, "text": one.form[0], "lengths": dict(one.lengths)}
        | {"steps": one.steps, "unit": one.unit}
        for name, one in recipes().items()
    ]
    return {"presets": published + shapes}


def _script(value: Any) -> str:
    """A value as a script may hold it, in which no tag ends."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
