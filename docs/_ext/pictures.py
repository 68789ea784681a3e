"""Pictures on pages: each light and dark, wide and narrow, with a text that is made of what was drawn."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from looks import ON_PAGES, THEMES, Look
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from lrkit.naming import describe
from lrkit.plotting import mpl as renderer
from lrkit.plotting.notebook import Picture

TELEPHONE = "(max-width: 600px)"
"""Where a page takes the narrow form."""
DRAWN: list[Figure] = []
"""What a block has drawn with lrkit, whatever becomes of it."""


def close() -> None:
    plt.close("all")
    DRAWN.clear()


def hear_of_pictures() -> None:
    """What a notebook would show at the end of a cell is noted here."""
    renderer.show_at_end = lambda figure: (
        DRAWN.append(figure) if isinstance(figure, Picture) and figure not in DRAWN else None
    )


def drawn_in(look: Look, draw: Callable[[], list[Figure]]) -> list[Figure]:
    """The figures that `draw` makes, in a look."""
    close()
    with look.drawing():
        figures = draw()
        for figure in figures:
            look.finish(figure)
    close()
    return figures


def in_all_looks(draw: Callable[[], list[Figure]], stem: str, folder: Path, up: str, alt: str | None) -> list[str]:
    """HTML of each figure that `draw` makes; the files are written into `folder`, which a page finds at `up`."""
    forms: dict[str, list[tuple[str, Figure]]] = {look.name: [] for look in ON_PAGES}
    folder.mkdir(parents=True, exist_ok=True)
    for look in ON_PAGES:
        for k, figure in enumerate(drawn_in(look, draw)):
            file = f"{stem}{f'-{k}' if k else ''}-{look.name}.svg"
            save(figure, folder / file, look, alt)
            forms[look.name].append((f"{up}{file}", figure))
    columns = zip(*(forms[look.name] for look in ON_PAGES), strict=True)
    return [_html(dict(zip(ON_PAGES, column, strict=True)), alt) for column in columns]


def save(figure: Figure, path: Path, look: Look, alt: str | None = None) -> None:
    text = alt or alt_of(figure)
    with look.drawing():
        renderer.write(figure, path, "svg", text, text)


def _html(forms: dict[Look, tuple[str, Figure]], alt: str | None) -> str:
    """One picture of which the page shows the form that suits it."""
    text = html.escape(alt or alt_of(forms[Look("light")][1]))
    shown = []
    for theme in THEMES:
        (wide, large), (narrow, small) = forms[Look(theme)], forms[Look(theme, "narrow")]
        shown.append(
            f'<div class="picture only-{theme}"><picture>'
            f'<source media="{TELEPHONE}" srcset="{narrow}" {_size(small)}>'
            f'<img class="dark-light" src="{wide}" alt="{text}" {_size(large)} loading="lazy">'
            f"</picture></div>"
        )
    return "\n".join(shown)


def _size(figure: Figure) -> str:
    width, height = (round(100 * inches) for inches in figure.get_size_inches())
    return f'width="{width}" height="{height}"'


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
    return " ".join(" ".join(filter(None, words)).split()) or "A picture"
