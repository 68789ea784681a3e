"""The look of pictures with matplotlib.

It is set on each picture. Settings of matplotlib are not changed: they are the user's, and all threads share them.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from matplotlib.ticker import Locator, ScalarFormatter

from .notebook import Picture
from .style import Theme
from .ticks import SUPERSCRIPTS, log_ticks

EDGE = 0.1
"""The empty margin around a picture, in inches."""

class Powers(ScalarFormatter):
    """Plain numbers at the ticks, and their power of ten above; without mathematical text, which is slow to set."""

    def __init__(self) -> None:
        super().__init__(useOffset=False, useMathText=False)
        self.set_powerlimits((-3, 4))

    def get_offset(self) -> str:
        """The factor of all numbers, such as ``×10⁻³``, or nothing."""
        _, exponent, power = super().get_offset().partition("1e")
        return f"×10{power.translate(SUPERSCRIPTS)}" if exponent else ""


class PowersOfTen(Locator):
    """Ticks of a logarithmic axis: three to seven, powers of ten if there are as many."""

    def __call__(self) -> Any:
        """The ticks of the axis as it is."""
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """The ticks between two rates."""
        low, high = sorted((vmin, vmax))
        return log_ticks(low, high, 7) if low > 0 else []


def family() -> list[str]:
    """The user's fonts, and after them one that has arrows, dots and superscripts."""
    return [*mpl.rcParams["font.family"], "DejaVu Sans"]


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
