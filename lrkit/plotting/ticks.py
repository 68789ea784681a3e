"""Round numbers along an axis, and what is written at them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from ..chart import Chart
from ..chart.chart import COUNTS
from ..chart.clock import SAME
from ..naming import count_text as count_text

SUPERSCRIPTS = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
HOURS = (1, 2, 3, 6, 12, 24, 48, 72, 120, 240, 480, 720, 1200, 2400)
"""What hours are counted in, up to a hundred days."""
MOST_TICKS = 9


class Ticks(NamedTuple):
    """Where on the first axis the ticks of the second are, and what is written there."""

    places: list[float]
    texts: list[str]
    values: list[float]


def linear_ticks(low: float, high: float, most: int, *, whole: bool = False) -> list[float]:
    """The multiples of a round number (1, 2, 2.5 or 5 times a power of ten) from `low` to `high`: at most `most`.

    Examples
    --------
    >>> linear_ticks(0, 99, 6, whole=True)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    >>> linear_ticks(0.0123, 0.0871, 4)
    [0.02, 0.04, 0.06, 0.08]
    """
    span = high / 2 - low / 2  # halved, so that it does not overflow
    if not span > 0:
        return [low]
    power = math.floor(math.log10(span)) - 2
    while True:
        for nice in NICE:
            if whole and (power < 0 or (power == 0 and nice == 2.5)):
                continue
            first, last = math.ceil(_over(low, nice, power) - 1e-9), math.floor(_over(high, nice, power) + 1e-9)
            if last - first < most:
                ticks = [float(f"{k * nice!r}e{power}") for k in range(first, last + 1)]
                return [tick for tick in ticks if low - span * 1e-8 <= tick <= high + span * 1e-8] or [low]
        power += 1


def unit_ticks(low: float, high: float, most: int, unit: str, *, whole: bool = False) -> list[float]:
    """Round positions on a horizontal axis: of hours, days and parts of a day; of another unit, `linear_ticks`.

    Examples
    --------
    >>> unit_ticks(0, 60, 6, "hour")
    [0.0, 12.0, 24.0, 36.0, 48.0, 60.0]
    >>> unit_ticks(0, 3.1e11, 5, "token")
    [0.0, 100000000000.0, 200000000000.0, 300000000000.0]
    """
    if unit == "hour" and high - low >= 3:
        for every in HOURS:
            first, last = math.ceil(low / every - 1e-9), math.floor(high / every + 1e-9)
            if last - first < most:
                return [float(every * k) for k in range(first, last + 1)]
    return linear_ticks(low, high, most, whole=whole)


def ticks_beside(chart: Chart, low: float, high: float, fits: Callable[[list[float], list[str]], bool]) -> Ticks:
    """The ticks of the second axis between two places of the first: as many as fit, at most nine.

    `fits` says whether texts at these places have room.
    """
    unit, clock = chart.beside or ("", SAME)
    start, end = float(clock.at(low)), float(clock.at(high))
    whole = unit in COUNTS or end - start >= 2
    for most in range(MOST_TICKS, 1, -1):
        values = unit_ticks(start, end, most, unit, whole=whole and unit != "hour")
        ticks = Ticks([float(clock.back(value)) for value in values], [count_text(value) for value in values], values)
        if fits(ticks.places, ticks.texts):
            break
    return ticks


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten from `low` to `high`, at most `most`; if there are fewer than two, round numbers between them.

    Examples
    --------
    >>> log_ticks(1e-6, 0.1, 4)
    [1e-05, 0.001, 0.1]
    >>> log_ticks(0.04, 0.6, 4)
    [0.05, 0.1, 0.2, 0.5]
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last > first:
        every = math.ceil((last - first + 1) / most)
        return [float(f"1e{power}") for power in range(last, first - 1, -every)][::-1]
    steps = [float(f"{k}e{power}") for power in range(first - 1, last + 1) for k in (1, 2, 5)]
    inside = [tick for tick in steps if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
    if 2 <= len(inside) <= most:
        return inside
    return [tick for tick in linear_ticks(low, high, most) if tick > 0] or [low]


def power_text(rate: float) -> str:
    """A rate at a tick of a logarithmic axis, with its power of ten.

    Examples
    --------
    >>> [power_text(rate) for rate in (1e-4, 0.002, 1, 30)]
    ['10⁻⁴', '2×10⁻³', '1', '3×10¹']
    """
    digits, _, power = f"{rate:.6e}".partition("e")
    factor = f"{float(digits):.6g}"
    if int(power) == 0:
        return factor
    ten = f"10{str(int(power)).translate(SUPERSCRIPTS)}"
    return ten if factor == "1" else f"{factor}×{ten}"


def _over(value: float, nice: float, power: int) -> float:
    """``value / (nice * 10**power)``, by halves of the power, as the whole may be beyond the floats."""
    half = power // 2
    return value / nice / 10.0**half / 10.0 ** (power - half)
