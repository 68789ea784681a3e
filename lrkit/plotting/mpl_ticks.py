"""Where the ticks of axes are, and what is written at them, with matplotlib."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, Locator, ScalarFormatter

from ..chart import Chart
from ..chart.clock import SAME
from .mpl_style import root_of
from .mpl_text import points, text_width
from .ticks import MOST_TICKS, SUPERSCRIPTS, count_text, log_ticks, power_text, ticks_beside, unit_ticks


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

    def __init__(self, unit: str, *, whole: bool) -> None:
        self._unit, self._whole = unit, whole

    def __call__(self) -> Any:
        """The ticks of the axis as it is."""
        axis: Any = self.axis
        return self.tick_values(*axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """The ticks between two positions."""
        length = _length(self.axis)
        low, high = sorted((vmin, vmax))
        size = points("xtick.labelsize")
        for most in range(MOST_TICKS, 1, -1):
            ticks = unit_ticks(low, high, most, self._unit, whole=self._whole)
            widest = max(text_width(count_text(tick), size) for tick in ticks)
            apart = (ticks[-1] - ticks[0]) / (len(ticks) - 1) / (high - low) * length if len(ticks) > 1 else length
            if widest + size <= apart:
                break
        return ticks


class CountsBeside(Locator):
    """Ticks of a second axis, which need not be evenly apart: as many as there is room for, at most nine."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def __call__(self) -> Any:
        """The ticks of the axis as it is."""
        axis: Any = self.axis
        return self.tick_values(*axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """The ticks between two positions, which are those of the second axis."""
        clock = self._chart.beside.clock if self._chart.beside else SAME
        low, high = sorted(map(float, clock.back(np.array([vmin, vmax]))))
        point, size = _length(self.axis) / (high - low), points("xtick.labelsize")

        def fits(places: list[float], texts: list[str]) -> bool:
            widths = [text_width(text, size) for text in texts]
            ends = [(at * point - wide / 2, at * point + wide / 2) for at, wide in zip(places, widths, strict=True)]
            return all(right + size <= left for (_, right), (left, _) in pairwise(ends))

        return ticks_beside(self._chart, low, high, fits).values


def _length(axis: Any) -> float:
    """The length of a horizontal axis, in points."""
    return float(axis.axes.bbox.width * 72 / root_of(axis).dpi)


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
