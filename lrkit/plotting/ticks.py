"""Round numbers along an axis that is drawn in letters."""

from __future__ import annotations

import math

NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


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


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten from `low` to `high`, at most `most`; if there are fewer than two, round numbers between them.

    Examples
    --------
    >>> log_ticks(1e-6, 0.1, 4)
    [1e-05, 0.001, 0.1]
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last <= first:
        return [tick for tick in linear_ticks(low, high, most) if tick > 0] or [low]
    every = math.ceil((last - first + 1) / most)
    return [float(f"1e{power}") for power in range(last, first - 1, -every)][::-1]


def _over(value: float, nice: float, power: int) -> float:
    """``value / (nice * 10**power)``, by halves of the power, as the whole may be beyond the floats."""
    half = power // 2
    return value / nice / 10.0**half / 10.0 ** (power - half)
