"""The forms in which a picture stands on a page: light and dark, wide and narrow, and small in the gallery.

Each form is drawn anew by the code of the page, with other defaults: nothing is shrunk or recoloured.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import lrkit
import lrkit.plotting
from lrkit.plotting.style import THEMES

NARROW = 3.6
"""The width of a picture on a telephone, in inches of 100 pixels: what 390 pixels leave between the margins."""
LOWER = 0.72
"""How high a narrow picture is, as a part of the wide one's height."""
SMALL = (3.2, 2.0)
"""The size of a small picture in the gallery, in inches of 100 pixels."""
PANELS = 6
"""The panels that a small picture has room for."""


@dataclass(frozen=True)
class Look:
    """A form of a picture."""

    theme: str
    size: str = "wide"

    @property
    def name(self) -> str:
        """Its part in the names of files."""
        return self.theme if self.size == "wide" else f"{self.size}-{self.theme}"

    @contextlib.contextmanager
    def drawing(self) -> Iterator[None]:
        """Within, what is drawn is drawn for this look unless the code asks for another."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(_theme(self.theme))
            if self.size != "wide":
                stack.enter_context(_narrow())
            yield

    def finish(self, figure: Figure) -> None:
        """What is left to do once a figure is drawn."""
        if self.size == "small":
            _without_words(figure)


@contextlib.contextmanager
def _theme(name: str) -> Iterator[None]:
    functions = [f for f in vars(lrkit.plotting).values() if "theme" in (getattr(f, "__kwdefaults__", None) or {})]
    defaults = [patch.dict(f.__kwdefaults__, theme=name) for f in functions]
    with contextlib.ExitStack() as stack:
        stack.enter_context(mpl.rc_context(_settings(name)))
        for change in defaults:
            stack.enter_context(change)
        yield


def _settings(name: str) -> dict[str, Any]:
    """What matplotlib's own figures need on a dark page; on a light one they are as the reader would get them."""
    theme = THEMES[name]
    ink = ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor", "legend.labelcolor")
    faint = ("axes.edgecolor", "xtick.color", "ytick.color")
    settings = dict.fromkeys(ink, theme.ink) | dict.fromkeys(faint, theme.faint)
    settings |= dict.fromkeys(("figure.facecolor", "axes.facecolor"), theme.background)
    return settings | {"grid.color": theme.grid, "axes.prop_cycle": mpl.cycler(color=theme.colours)}


@contextlib.contextmanager
def _narrow() -> Iterator[None]:
    """New figures are no wider than a telephone, and panels stand below each other."""
    init, grid = Figure.__init__, lrkit.plotting.plot_grid

    def narrow(self: Figure, figsize: Any = None, *arguments: Any, **options: Any) -> None:
        width, height = figsize or mpl.rcParams["figure.figsize"]
        init(self, (NARROW, LOWER * height) if width > NARROW else (width, height), *arguments, **options)

    def in_few_columns(schedules: Any, *, columns: int = 3, **options: Any) -> Any:
        return grid(schedules, columns=min(columns, 1 if len(schedules) <= PANELS else 2), **options)

    with (
        patch.object(Figure, "__init__", narrow),
        patch.object(lrkit, "plot_grid", in_few_columns),
        patch.object(lrkit.plotting, "plot_grid", in_few_columns),
    ):
        yield


def _without_words(figure: Figure) -> None:
    """The curves alone, in lines that can be seen at the size of a thumb."""
    figure.set_size_inches(SMALL)
    for words in [*figure.texts, *figure.legends]:
        words.remove()
    figure.suptitle("")
    _in_few_panels(figure)
    for axes in figure.axes:
        axes.set(title="", xlabel="", ylabel="")
        axes.set_title("", loc="left")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_tick_params(which="both", length=0, labelbottom=False, labelleft=False)
            axis.get_offset_text().set_visible(False)
        for words in [*axes.texts, *filter(None, [axes.get_legend()]), *axes.child_axes]:
            words.remove()
        for line in axes.lines:
            _show_or_hide(line)


def _show_or_hide(line: Line2D) -> None:
    is_guide = line.get_linewidth() < 1 and str(line.get_label()).startswith("_")
    line.set(visible=not is_guide, linewidth=max(2.4, line.get_linewidth()))


def _in_few_panels(figure: Figure) -> None:
    """At most six panels, closer together."""
    panels = [axes for axes in figure.axes if axes.axison and axes.get_subplotspec()]
    for axes in panels[PANELS:]:
        axes.set(visible=False, in_layout=False)  # the others keep sharing their ticks with it
    panels = panels[:PANELS]
    if len(panels) > 2:
        columns = 2 if len(panels) == 4 else 3
        places = figure.add_gridspec(-(-len(panels) // columns), columns)
        for place, axes in zip(places, panels, strict=False):
            axes.set_subplotspec(place)


ON_PAGES = tuple(Look(theme, size) for theme in THEMES for size in ("wide", "narrow"))
IN_GALLERY = tuple(Look(theme, "small") for theme in THEMES)
