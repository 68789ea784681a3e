"""The renderers: `draw` and `save` pass a picture to one of them. A new renderer is a module, and is named here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .._params import choice
from ..chart import Chart, Panels
from .style import THEMES, Theme

if TYPE_CHECKING:
    from pathlib import Path

FORMS = {"png": "matplotlib", "svg": "matplotlib", "pdf": "matplotlib", "html": "plotly", "text": "text"}
"""The renderer that writes each form of file."""
BACKENDS = ("matplotlib", "plotly", "text")


class Renderer(Protocol):
    """A module that draws a `Chart` or a `Panels` with a `Theme`, and writes what it has drawn as a file."""

    def draw(self, chart: Chart, theme: Theme, /, *_: Any, **options: Any) -> Any:
        """The chart, as an object of the renderer's library."""

    def draw_panels(self, panels: Panels, theme: Theme, /, *_: Any, **options: Any) -> Any:
        """The panels, as an object of the renderer's library."""

    def write(self, drawn: Any, path: Path, form: str, title: str, alt: str, /) -> None:
        """What was drawn, as a file with a title and a text for readers who do not see it."""


def renderer(backend: str) -> Renderer:
    """The renderer of this name, imported when it is needed."""
    choice("plot", "backend", backend, BACKENDS)
    if backend == "matplotlib":
        from . import mpl

        return mpl
    if backend == "plotly":
        from . import plotly

        return plotly
    from . import text

    return text


def draw(picture: Chart | Panels, theme: str, backend: str, **options: Any) -> Any:
    """The picture, drawn by a backend. `ax` and `figure` say where; only matplotlib takes them."""
    choice("plot", "theme", theme, THEMES)
    for place in ("ax", "figure"):
        if options.get(place) is None:
            options.pop(place, None)
        elif backend != "matplotlib":
            raise TypeError(f"plot: {place} is for the backend 'matplotlib', not for {backend!r}; leave it out")
    library = renderer(backend)
    if isinstance(picture, Chart):
        return library.draw(picture, THEMES[theme], **options)
    if "ax" in options:  # one for each panel
        options["on"] = options.pop("ax")
    return library.draw_panels(picture, THEMES[theme], **options)


def save(
    picture: Chart | Panels, path: Path, form: str, theme: str = "light", title: str = "", alt: str = "", **options: Any
) -> None:
    """The picture as a file of one of `FORMS`; the same picture gives the same bytes."""
    drawn = draw(picture, theme, FORMS[form], **options)
    title = title or picture.title or "Learning rate"
    renderer(FORMS[form]).write(drawn, path, form, title, alt or picture.alt)
