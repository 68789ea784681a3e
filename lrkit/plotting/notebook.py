"""Figures of matplotlib that pyplot does not know, and how a notebook shows each of them once."""

from __future__ import annotations

import sys
from importlib import import_module
from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Bundle = tuple[dict[str, Any], dict[str, Any]]
"""A value in each MIME type, and the metadata of each."""


class Picture(Figure):
    """A figure that pyplot does not know: it is freed when nothing refers to it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        FigureCanvasAgg(self)  # registers itself with the figure

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """A PNG, unless the notebook knows how to show figures, as after `%matplotlib inline`."""
        _show_up_to(self)
        shell = _notebook()
        if shell and any(Figure in one.type_printers for one in shell.display_formatter.formatters.values()):
            return {}, {}
        png = BytesIO()
        self.savefig(png, format="png")
        return {"image/png": png.getvalue()}, {}


class Panel(Axes):
    """Axes of a picture: a notebook shows the picture."""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        picture: Any = self.figure
        shell = _notebook()
        if not shell:
            found: Bundle = picture._repr_mimebundle_(include, exclude)
            return found
        forms, told = shell.display_formatter.format(picture, include, exclude)
        return {kind: form for kind, form in forms.items() if kind != "text/plain"}, told


_waiting: list[Picture] = []
"""Pictures of this cell that the notebook has not shown yet."""


def show_at_end(figure: Any) -> None:
    """Show a picture at the end of the notebook's cell if it is not shown earlier; leave other figures alone."""
    shell = _notebook()
    if shell and isinstance(figure, Picture) and figure not in _waiting:
        _waiting.append(figure)
        shell.events.register("post_execute", _show_all)


def _notebook() -> Any:
    """The IPython shell, if there is one and it shows images."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if shell and "image/png" in shell.display_formatter.active_types else None


def _show_all() -> None:
    shell = _notebook()
    if shell:
        shell.events.unregister("post_execute", _show_all)
    if _waiting:
        _show([*_waiting])


def _show_up_to(picture: Picture) -> None:
    """Show the pictures that were drawn before this one, which the notebook is about to show."""
    if picture in _waiting:
        before = _waiting[: _waiting.index(picture)]
        _waiting.remove(picture)
        _show(before)


def _show(pictures: list[Picture]) -> None:
    display = import_module("IPython.display").display
    for picture in pictures:
        _waiting.remove(picture)
        display(picture)
