"""How many growing cycles start within 2**53 steps, by integers alone, and cases in which that is hard to tell.

Cycle k starts at P (m**k - 1) / (m - 1). A float m is an integer over a power of 2, so m - 1 is exact; the power is
computed twice, with every product rounded down and up. Where the two do not agree, more bits are taken.
"""

from __future__ import annotations

import math
import random

END, MOST = 2**53, 100_000


def starts_within(period: int, multiplier: float, cycle: int, bits: int = 400) -> bool:
    """Whether a cycle, counted from 0, starts at step 2**53 or before."""
    top, bottom = multiplier.as_integer_ratio()
    shift = bottom.bit_length() - 1  # the multiplier is top / 2**shift
    unit = 1 << bits
    less = more = unit
    low = high = (top << bits) >> shift
    assert low << shift == top << bits
    left = cycle
    while left:
        if left & 1:
            less, more = less * low >> bits, -(-more * high >> bits)
        left >>= 1
        low, high = low * low >> bits, -(-high * high >> bits)
        if max(less, low if left else 0) > unit * END * top:  # far beyond, and its square would be longer still
            return False
    reach = END * (top - bottom) << bits
    found = [period * (power - unit) << shift <= reach for power in (less, more)]
    return found[0] if found[0] == found[1] else starts_within(period, multiplier, cycle, 4 * bits)


def number_within(period: int, multiplier: float) -> int:
    """How many cycles start at step 2**53 or before; `MOST` + 1 if there are more than `MOST`."""
    low, high = 0, MOST + 1  # cycle `low` starts within, `high` does not or is not asked for
    while high - low > 1:
        middle = (low + high) // 2
        if starts_within(period, multiplier, middle):
            low = middle
        else:
            high = middle
    return low + 1


def cases(seed: int, number: int) -> list[tuple[int, float]]:
    """Periods and multipliers: random ones, extreme ones, and neighbours between which a cycle begins not to fit."""
    rng = random.Random(seed)
    periods = [1, 2, 3, 1000, 2**52, 2**53 - 1, 2**53]
    multipliers = [1 + 2**-52, 1 + 1e-9, 1.1, 1.5, 2.0, 3.0, float(2**52 - 1), float(2**53), 1e44, 1e308]
    found = [(period, multiplier) for period in periods for multiplier in multipliers]
    found += [(2**k, float(2**j - 1)) for k, j in ((0, 53), (10, 43), (51, 2), (52, 1)) if j > 1]  # P (1 + m) is 2**53
    while len(found) < number:
        period = math.floor(2 ** rng.uniform(0, 53))
        found.append((period, 1 + 10 ** rng.uniform(-15, 2)))
        cycle = rng.choice([MOST, MOST - 1, MOST + 1, rng.randint(2, MOST)])
        low, high = 1 + 2**-52, 1e17
        if not starts_within(period, low, cycle):
            continue
        while math.nextafter(low, high) < high:
            middle = max(low + (high - low) / 2, math.nextafter(low, high))
            low, high = (middle, high) if starts_within(period, middle, cycle) else (low, middle)
        found += [(period, low), (period, high)]
    return found
