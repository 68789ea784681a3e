"""Of all numbers that give the same result, the one of the fewest digits: that which a person will have written."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Context, Decimal
from typing import Any

SPREAD = 4
"""How many floats a rounded inverse may be away from the number that was rounded."""
FEW = 3
"""How many decimals of each length are tried."""


def shortest_near(guess: float, fits: Callable[[float], bool]) -> float | None:
    """The number of the fewest digits, at most a few floats away from a guess, that fits."""
    return shortest_between(guess, guess, fits)


def reciprocal(number: float) -> float | None:
    """The number of the fewest digits whose reciprocal is this."""
    return shortest_near(1 / number, lambda x: 1 / x == number) if number else None


def shortest_between(low: float, high: float, fits: Callable[[float], bool]) -> float | None:
    """The number of the fewest digits that fits, between two others or a few floats outside, but not past 0.

    If they are far from each other, not all numbers between them are tried.
    """
    if math.isnan(low) or math.isnan(high):
        return None
    for number in _candidates(*_widened(low, high)):
        try:
            if fits(number):
                return number
        except ArithmeticError:
            continue
    return None


def _widened(low: float, high: float) -> tuple[float, float]:
    """The two, a few floats further apart, but finite and not past 0."""
    largest, least = sys.float_info.max, math.ulp(0.0)
    floor, ceiling = (least if low > 0 else -largest), (-least if high < 0 else largest)
    for _ in range(SPREAD):
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    return min(max(low, floor), largest), max(min(high, ceiling), -largest)


def _candidates(low: float, high: float) -> Iterator[float]:
    """The decimals of up to 15 digits, a few of each length, then floats: the nearest ones, and one in the middle."""
    if low <= 0 <= high:
        yield 0.0
    for length in range(1, 16):
        context = Context(prec=length, rounding=ROUND_CEILING)
        number = context.create_decimal(Decimal(low))
        for _ in range(FEW):
            if (candidate := float(number)) > high:
                break
            yield candidate
            number = context.next_plus(number)
    floats = [low + (high - low) / 2]
    for _ in range(2 * SPREAD + 1):
        floats.append(low)
        low = math.nextafter(low, math.inf)
    yield from sorted((number for number in floats if number <= high), key=digits)


def plain(number: float) -> float:
    """The number, or that of 15 digits if rounding explains the difference: 0.3 for 0.30000000000000004."""
    short = float(f"{number:.15g}")
    return short if abs(short - number) <= 2 * math.ulp(number) else number


def digits(value: Any) -> int:
    """How many digits are written for a value, zeros at its ends aside; at least 1. A word counts as 3."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return len(f"{value!r}".lower().partition("e")[0].replace(".", "").lstrip("-").strip("0")) or 1
    return 3 if isinstance(value, str) else 1
