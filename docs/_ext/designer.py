"""The designer in the documentation: its scripts, for the page of its own and for the live curves of the catalogue.

Scripts that are opened from a file cannot import one another, so each is a plain one. The core, which has the formulas,
is one file for all pages; a browser fetches it once, on the first page that needs it.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from lrkit.designing import page
from lrkit.javascript.build import ROOM, bundle

CORE_FILE, APP_FILE, LIVE_FILE = "lrkit-core.js", "lrkit-designer.js", "lrkit-live.js"
SHEET = "lrkit-designer.css"
PLACE = '<div class="designer-place"'
"""What a page has where the designer is shown: `data-text` and `data-budget` are what it begins with."""
FOLLOW = """
const place = document.querySelector(".designer-place");
const root = document.documentElement;
const follow = () => { place.dataset.theme = root.dataset.theme === "dark" ? "dark" : "light"; };
new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
follow();
place.replaceChildren();
designer(place, DATA, { text: place.dataset.text, budget: place.dataset.budget, url: true });
"""
"""The page of the designer is as light as the theme is, which has a switch of its own."""


IMPORT = re.compile(r'^import \{ ([^}]*) \} from "\.\./javascript/(\w+\.js)";$', re.MULTILINE)

EXPORT = re.compile(r"export ?\{[^}]*\};\s*$")


def write(folder: Path) -> None:
    """The scripts and the style, as files that a page loads."""
    folder.mkdir(parents=True, exist_ok=True)
    rooms = Path(page.__file__).parent
    taken: dict[str, str] = {}
    for file in sorted(rooms.glob("*.js")):
        for names, home in IMPORT.findall(file.read_text(encoding="utf-8")):
            taken |= {name.strip(): home for name in names.split(",")}
    core = bundle(*(ROOM / home for home in dict.fromkeys(taken.values())), exports=list(taken))
    with tempfile.TemporaryDirectory() as temporary:
        app, stubs = Path(temporary, "designing"), Path(temporary, "javascript")
        shutil.copytree(rooms, app, ignore=lambda _, names: [name for name in names if not name.endswith(".js")])
        stubs.mkdir()
        for home in set(taken.values()):
            own = [f"export const {name} = lrkitCore.{name};" for name, one in taken.items() if one == home]
            stubs.joinpath(home).write_text("\n".join(own) + "\n", encoding="utf-8")
        designer, live = (
            bundle(app / f"{name}.js", exports=[then]) for name, then in (("app", "designer"), ("live", "liveAll"))
        )
    texts = {
        CORE_FILE: f"const lrkitCore = (() => {{\n{EXPORT.sub('', core)}\nreturn {{ {', '.join(taken)} }};\n}})();\n",
        APP_FILE: _alone(f"const DATA = {json.dumps(page.data())};\n{designer}", FOLLOW),
        LIVE_FILE: _alone(live, "liveAll();"),
        SHEET: page.style(),
    }
    for name, text in texts.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")


def _alone(text: str, then: str) -> str:
    """A script whose names are its own."""
    return f"(() => {{\n{EXPORT.sub('', text)}\n{then}\n}})();\n"


def live(call: str, what: str, inside: str) -> str:
    """What is shown in reStructuredText, in a place where scripts put a live curve for the picture."""
    attributes = f'data-text="{html.escape(call)}" data-what="{what}" data-designer="../designer.html"'
    return f'.. raw:: html\n\n   <div class="lrkit-live" {attributes}>\n\n{inside}\n\n.. raw:: html\n\n   </div>'


def add_scripts(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The scripts on the pages that need them, and on no other; none keeps a page from being shown."""
    body = context.get("body", "")
    if PLACE in body:
        app.add_css_file(SHEET)
    for mark, script in ((PLACE, APP_FILE), ('<div class="lrkit-live"', LIVE_FILE)):
        if mark in body:
            app.add_js_file(CORE_FILE, loading_method="defer")
            app.add_js_file(script, loading_method="defer")


def setup(app: Any) -> dict[str, bool]:
    """Sphinx's hook."""
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True}
