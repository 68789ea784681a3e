"""The look of pictures with matplotlib.

It is set on each picture. Settings of matplotlib are not changed: they are the user's, and all threads share them.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl

from .notebook import Picture
from .style import Theme

EDGE = 0.1
"""The empty margin around a picture, in inches."""


def family() -> list[str]:
    """The user's fonts, and after them one that has arrows, dots and superscripts."""
    return [*mpl.rcParams["font.family"], "DejaVu Sans"]


def root_of(part: Any) -> Any:
    """The figure that something is on; of a subfigure, the figure that it is on."""
    return part.figure.figure


def new_picture(theme: Theme, size: tuple[float, float] = (8, 4.5)) -> Picture:
    """An empty picture."""
    picture = Picture(figsize=size, dpi=100, facecolor=theme.background, layout="constrained")
    engine: Any = picture.get_layout_engine()
    engine.set(w_pad=EDGE, h_pad=EDGE)
    return picture


def style_axes(ax: Any, theme: Theme) -> None:
    """The look of axes that lrkit made."""
    ax.set_facecolor("none")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(False, which="both")
    ax.grid(True, axis="y", color=theme.grid, linewidth=0.8)
    style_axis(ax, ax.xaxis, theme)
    style_axis(ax, ax.yaxis, theme)


def style_axis(ax: Any, axis: Any, theme: Theme) -> None:
    """The look of one axis: its line, ticks, numbers and name."""
    ax.spines[:].set_color(theme.faint)
    axis.set_tick_params(which="both", color=theme.faint, labelcolor=theme.ink)
    axis.label.set(color=theme.ink, fontfamily=family())
    axis.get_offset_text().set_color(theme.ink)
