"""The designer in the documentation: its scripts, for the page of its own and for the live curves of the catalogue.

Scripts that are opened from a file cannot import one another, so each is a plain one. The core, which has the formulas,
is one file for all pages; a browser fetches it once, on the first page that needs it.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from lrkit.designing.page import APP, BELOW, CORE, FORMULAS, TOP, _imports, _modules, _plain, _script, data, style

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
mount(place, { text: place.dataset.text, budget: place.dataset.budget, url: true });
"""
"""The page of the designer is as light as the theme is, which has a switch of its own."""


def write(folder: Path) -> None:
    """The scripts and the style, as files that a page loads."""
    folder.mkdir(parents=True, exist_ok=True)
    app, live = _modules(APP, ["app"]), _modules(APP, ["live"])
    imports = [found for lines in (app | live).values() for found in _imports(lines, BELOW)]
    taken = ", ".join(sorted({name.strip() for found in imports for name in found["names"].split(",")}))
    core = _modules(CORE, sorted({found["file"] for found in imports}))
    scope = ", ".join(found[1] for name in FORMULAS for line in core[name] if (found := TOP.match(line)))
    made = f"{{ {taken}, SCOPE: {{ {scope} }} }}"
    known = f"const {{ {taken}, SCOPE }} = lrkitCore;\n"
    texts = {
        CORE_FILE: f"const lrkitCore = (() => {{\n{_together(core)}\nreturn {made};\n}})();\n",
        APP_FILE: _alone(f"{known}const DATA = {_script(data())};\n{_together(app)}", FOLLOW),
        LIVE_FILE: _alone(f"{known}{_together(live)}", "liveAll();"),
        SHEET: style(),
    }
    for name, text in texts.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")


def _together(modules: dict[str, list[str]]) -> str:
    return "\n".join(map(_plain, modules.values()))


def _alone(text: str, then: str) -> str:
    """A script whose names are its own."""
    return f"(() => {{\n{text}\n{then}\n}})();\n"


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
