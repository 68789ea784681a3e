"""The designer in the documentation: its scripts, for the page of its own and for the live curves of the catalogue.

Scripts that are opened from a file cannot import one another, so each is a plain one. The core, which has the formulas,
is one file for all pages; a browser fetches it once, on the first page that needs it.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from lrkit.designing.page import core, program, style

CORE, APP, LIVE = "lrkit-core.js", "lrkit-designer.js", "lrkit-live.js"
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
    texts = {
        CORE: f"const lrkitCore = {core()};\n",
        APP: _alone(program("app"), FOLLOW),
        LIVE: _alone(program("live"), "liveAll();"),
        SHEET: style(),
    }
    for name, text in texts.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")


def _alone(text: str, then: str) -> str:
    """A script whose names are its own."""
    return f"(() => {{\n{text}\n{then}\n}})();\n"


def live(call: str, what: str, inside: str) -> str:
    """What is shown in reStructuredText, in a place where scripts put a live curve for the picture."""
    attributes = f'data-text="{html.escape(call)}" data-what="{what}" data-designer="../designer.html"'
    return (
        f'.. raw:: html\n\n   <div class="lrkit-live" {attributes}>\n\n{inside}\n\n.. raw:: html\n\n   </div>'
    )


def add_scripts(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The scripts on the pages that need them, and on no other; none keeps a page from being shown."""
    body = context.get("body", "")
    if PLACE in body:
        app.add_css_file(SHEET)
    for mark, script in ((PLACE, APP), ('<div class="lrkit-live"', LIVE)):
        if mark in body:
            app.add_js_file(CORE, loading_method="defer")
            app.add_js_file(script, loading_method="defer")


def setup(app: Any) -> dict[str, bool]:
    """Sphinx's hook."""
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True}
