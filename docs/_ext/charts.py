"""Charts of plotly's on pages: drawn by the page's own copy of plotly.js, in the theme of the page."""

from __future__ import annotations

import html
import json
from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure
from plotly.io import to_json

from lrkit.plotting.plotly import template
from lrkit.plotting.style import THEMES

SCRIPT = "lrkit-plotly"


def plotly_html(figure: Any) -> str:
    """A figure of plotly's as part of a page."""
    alt = (figure.layout.meta or {}).get("alt") or figure.layout.title.text or "An interactive chart"
    content = json.loads(to_json(figure))
    themes = {
        name: json.loads(to_json(go.Figure(layout={"template": template(look)})))["layout"]
        for name, look in THEMES.items()
    }
    content |= {"themes": {name: layout["template"] for name, layout in themes.items()}}
    height = figure.layout.height or 450
    data = json.dumps(content).replace("</", "<\\/")
    return (
        f'<div class="{SCRIPT}" role="group" aria-label="{html.escape(str(alt))}">'
        f'<div class="{SCRIPT}-drawing" style="height:{height}px"></div>'
        f'<script type="application/json">{data}</script></div>'
    )


def give_plotly_a_local_script() -> None:
    """sphinx-gallery shows a value's ``_repr_html_``; plotly's own would load its script from the network."""
    BaseFigure._repr_html_ = plotly_html


def add_scripts(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The scripts for plotly on the pages that need them, and on no other."""
    if SCRIPT in context.get("body", ""):
        app.add_js_file("plotly.min.js")
        app.add_js_file("lrkit-plotly.js")
