"""Where the ticks of axes are, and what is written at them, with matplotlib."""

from __future__ import annotations

from typing import Any

from matplotlib.ticker import FuncFormatter, Locator, ScalarFormatter

from .mpl_style import root_of
from .mpl_text import points, text_width
from .ticks import SUPERSCRIPTS, count_text, linear_ticks, log_ticks, power_text


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
        axis: Any = self.axis
        return self.tick_values(*axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """The ticks between two rates."""
        low, high = sorted((vmin, vmax))
        return log_ticks(low, high, 7) if low > 0 else []


class Counts(Locator):
    """Ticks of a horizontal axis: round numbers, as many as there is room for what is written at them, at most nine."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole

    def __call__(self) -> Any:
        """The ticks of the axis as it is."""
        axis: Any = self.axis
        return self.tick_values(*axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """The ticks between two positions."""
        axis: Any = self.axis
        length = axis.axes.bbox.width * 72 / root_of(axis).dpi
        low, high = sorted((vmin, vmax))
        size = points("xtick.labelsize")
        for most in range(9, 1, -1):
            ticks = linear_ticks(low, high, most, whole=self._whole)
            widest = max(text_width(count_text(tick), size) for tick in ticks)
            apart = (ticks[-1] - ticks[0]) / (len(ticks) - 1) / (high - low) * length if len(ticks) > 1 else length
            if widest + size <= apart:
                break
        return ticks


def count_texts() -> FuncFormatter:
    """Counts at the ticks, as `count_text` writes them."""
    return FuncFormatter(_count)


def power_texts() -> FuncFormatter:
    """Rates at the ticks of a logarithmic axis, as `power_text` writes them."""
    return FuncFormatter(_power)


def _count(count: float, _place: int | None = None) -> str:
    return count_text(count)


def _power(rate: float, _place: int | None = None) -> str:
    return power_text(rate)
