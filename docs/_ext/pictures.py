"""Pictures on pages: each in a light and a dark form, with a text that is made of what was drawn."""

from __future__ import annotations

import contextlib
import html
import itertools
import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import plotly.graph_objects as go
from docutils import nodes
from matplotlib.animation import Animation
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from plotly.basedatatypes import BaseFigure
from plotly.io import to_json

import lrkit.plotting
from lrkit.naming import describe
from lrkit.plotting import mpl as renderer
from lrkit.plotting.notebook import Picture
from lrkit.plotting.plotly import template
from lrkit.plotting.style import THEMES

COUNTER = itertools.count()
SCRIPT = "lrkit-plotly"
BUTTONS = {
    "minus": "M3 7h10v2H3z",
    "fast-backward": "M1 2h2v12H1zM9 2v12L3 8zM15 2v12L9 8z",
    "step-backward": "M3 2h2v12H3zM13 2v12L5 8z",
    "play fa-flip-horizontal": "M12 2v12L3 8z",
    "pause": "M3 2h4v12H3zM9 2h4v12H9z",
    "play": "M4 2l9 6-9 6z",
    "step-forward": "M11 2h2v12h-2zM3 2l8 6-8 6z",
    "fast-forward": "M13 2h2v12h-2zM7 2l6 6-6 6zM1 2l6 6-6 6z",
    "plus": "M3 7h4V3h2v4h4v2H9v4H7V9H3z",
}
"""The outlines on the buttons of an animation's player, by the names of the symbols that they replace."""

DRAWN: list[Figure] = []
"""What a block of the gallery has drawn with lrkit."""


def close() -> None:
    plt.close("all")
    DRAWN.clear()


@contextlib.contextmanager
def theme_of_plots(theme: str) -> Iterator[None]:
    """Within, the plotting functions draw for this theme unless they are told another."""
    functions = [f for f in vars(lrkit.plotting).values() if "theme" in (getattr(f, "__kwdefaults__", None) or {})]
    before = [f.__kwdefaults__["theme"] for f in functions]
    for f in functions:
        f.__kwdefaults__["theme"] = theme
    try:
        yield
    finally:
        for f, old in zip(functions, before, strict=True):
            f.__kwdefaults__["theme"] = old


def of_block(env: Any, value: Any, last: Any, space: dict[str, Any], alt: str | None) -> list[nodes.Node]:
    """The picture that a block's last line drew, in both forms."""
    if isinstance(value, BaseFigure):
        return [nodes.raw("", plotly_html(value), format="html")]
    figure = figure_of(value)
    if figure is None:
        return []
    close()
    images = []
    number = next(COUNTER)
    for theme in THEMES:
        with theme_of_plots(theme):
            figure = figure_of(eval(compile(last, "<page>", "eval"), space))
        name = f"_images/{env.docname.replace('/', '-')}-{number}-{theme}.svg"
        path = Path(env.app.outdir, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = alt or alt_of(figure)
        renderer.write(figure, path, "svg", text, text)
        width, height = (round(100 * inches) for inches in figure.get_size_inches())
        source = posixpath.relpath(name, posixpath.dirname(env.docname) or ".")
        size = f'width="{width}" height="{height}"'
        image = f'<img class="dark-light" src="{source}" alt="{html.escape(text)}" {size}>'
        images.append(f'<div class="picture only-{theme}"><a href="{source}">{image}</a></div>')
        close()
    return [nodes.raw("", "\n".join(images), format="html")]


def figure_of(value: Any) -> Figure | None:
    """The figure that a value of matplotlib's belongs to."""
    while isinstance(value, (list, tuple, np.ndarray)) and len(value):
        value = value[0]
    return value if isinstance(value, Figure) else value.figure if isinstance(value, (Axes, Text)) else None


def alt_of(figure: Any) -> str:
    """What a figure shows, in words, read from its lines."""
    words = []
    for axes in figure.axes:
        title = axes.get_title(loc="left") or axes.get_title()
        lines = [line for line in axes.lines if not line.get_label().startswith("_") and len(line.get_xdata())]
        said = [
            describe(str(line.get_label()), np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float))
            for line in lines
            if (np.asarray(line.get_xdata(), float) % 1 == 0).any()
        ]
        title = "" if len(lines) == 1 and title == lines[0].get_label() else title
        unit = axes.get_xlabel()
        said = [text.replace("at step", f"at {unit}") for text in said] if unit == "epoch" else said
        words += [" ".join(f"{title}{'.' if title else ''} {' '.join(said)}".split())]
    return " ".join(filter(None, words)) or "A picture"


def gallery_scraper(block: Any, block_vars: Any, gallery_conf: Any) -> str:
    """sphinx-gallery's scraper for matplotlib: each picture in a box, with a text that says what it shows."""
    from sphinx_gallery.scrapers import matplotlib_scraper

    while DRAWN:
        plt.figure(DRAWN.pop(0))  # matplotlib 3.11 takes it into pyplot's care, where the scraper looks
    texts = iter([alt_of(plt.figure(number)) for number in plt.get_fignums()])
    rst: str = matplotlib_scraper(block, block_vars, gallery_conf, bbox_inches="tight")
    rst = re.sub(r":alt: .*", lambda found: f":alt: {next(texts, found[0][6:])}", rst)
    box = '<div class="picture paper" tabindex="0" role="group" aria-label="Picture">'
    return f".. raw:: html\n\n    {box}\n\n{rst}\n\n.. raw:: html\n\n    </div>\n\n" if rst.strip() else rst


def plotly_html(figure: Any) -> str:
    """A figure of plotly's as part of a page, drawn by the page's own copy of plotly.js in the theme of the page."""
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


def hear_of_pictures() -> None:
    """What a notebook would show at the end of a cell, the gallery shows at the end of a block."""
    renderer.show_at_end = lambda figure: (
        DRAWN.append(figure) if isinstance(figure, Picture) and figure not in DRAWN else None
    )


def give_plotly_a_local_script() -> None:
    """sphinx-gallery shows a value's ``_repr_html_``; plotly's own would load its script from the network."""
    BaseFigure._repr_html_ = plotly_html


def keep_animations_local() -> None:
    """The player of matplotlib takes the symbols on its buttons from the network; here they are drawn."""
    player = Animation.to_jshtml

    def to_jshtml(self: Any, *args: Any, **kwargs: Any) -> str:
        page = re.sub(r"<link\b[^>]*>", "", player(self, *args, **kwargs))
        for name, outline in BUTTONS.items():
            drawing = f'<svg viewBox="0 0 16 16" aria-hidden="true"><path d="{outline}"/></svg>'
            page = page.replace(f'<i class="fa fa-{name}"></i>', drawing)
        text = html.escape(alt_of(self._fig))
        page = page.replace('<img id="', f'<img alt="{text}" id="').replace('action="#n" ', "")
        return page.replace('type="range"', 'type="range" aria-label="Frame"')

    Animation.to_jshtml = to_jshtml


def add_scripts(app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """The scripts for plotly on the pages that need them, and on no other."""
    if SCRIPT in context.get("body", ""):
        app.add_js_file("plotly.min.js")
        app.add_js_file("lrkit-plotly.js")
