"""Numbers that people write: the one of the fewest digits in an interval, and what a number costs in bits."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from ..catalogue._short_numbers import digits

BITS_PER_DIGIT = math.log2(10)


def nicest(low: float, high: float) -> float:
    """The decimal of the fewest digits between two numbers; of several the one nearest to their middle."""
    if low <= 0 <= high:
        return 0.0
    middle = Decimal(low + (high - low) / 2)
    for length in range(1, 17):
        context = Context(prec=length)
        contexts = [context, *(Context(prec=length, rounding=way) for way in (ROUND_CEILING, ROUND_FLOOR))]
        candidates = [one.create_decimal(middle) for one in contexts]
        for candidate in candidates:
            if low <= float(candidate) <= high:
                return float(candidate)
    return low + (high - low) / 2


def bits(number: float) -> float:
    """What a number costs: its digits, but not more than 40 bits."""
    return 0.0 if number == 0 else min(BITS_PER_DIGIT * digits(float(number)) + 1, 40.0)


def count_bits(number: float) -> float:
    """What a whole number costs: its digits without the zeros at the end, but not more than the number itself holds."""
    number = abs(int(number))
    if not number:
        return 0.0
    return min(BITS_PER_DIGIT * len(str(number).rstrip("0")), math.log2(number)) + 1


def roundest(low: int, high: int, most: int) -> list[int]:
    """The roundest whole numbers of an interval, the roundest first; all of them, if there are few."""
    if high - low < most:
        return sorted(range(low, high + 1), key=count_bits)
    found: dict[int, None] = {}
    for exponent in range(len(str(abs(high))), -1, -1):
        for unit in (10**exponent, 5 * 10**exponent // 10, 2 * 10**exponent // 10):
            if unit and len(found) < most:
                first = -(-low // unit) * unit
                found |= dict.fromkeys(range(first, min(high, first + most * unit) + 1, unit))
    return sorted(found, key=count_bits)[:most]
