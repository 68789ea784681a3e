"""Curves that are one schedule times a constant, as the layers of a network have them: a fan, drawn in one hue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .curve import Curve
from .sampling import rates_at

FEWEST = 9
"""So many curves make a fan; of fewer, each has a colour and a name of its own."""
SAME = 1e-9
"""Rates that differ by less, in parts of the peak, are equal."""


def fans_of(curves: Sequence[Curve]) -> tuple[tuple[int, ...], ...]:
    """The numbers of the curves in each fan, from its lowest curve to its highest.

    They stand next to one another, and rise or fall from the first to the last, so that the two outermost name all.
    """
    return tuple(_fans(curves)) if len(curves) >= FEWEST else ()


def _fans(curves: Sequence[Curve]) -> Iterator[tuple[int, ...]]:
    start = 0
    while start < len(curves):
        factors = [1.0]
        for curve in curves[start + 1 :]:
            factor = _factor(curves[start], curve)
            if factor is None or (factors[-1] - factors[0]) * (factor - factors[-1]) < 0:
                break
            factors.append(factor)
        stop = start + len(factors)
        if len(factors) >= FEWEST and factors[-1] != 1:
            numbers = range(start, stop)
            yield tuple(numbers if factors[-1] > 1 else reversed(numbers))
        start = stop


def _factor(one: Curve, other: Curve) -> float | None:
    """How many times as high the other curve is at every point; None if it is another curve."""
    if one.schedule is None or other.schedule is None or (one.unit, one.last) != (other.unit, other.last):
        return None
    at = int(np.abs(one.rates).argmax())
    peak = float(one.rates[at])
    rates = rates_at(other.schedule, one.steps)
    factor = float(rates[at]) / peak if peak else 0.0
    if not 0 < factor < np.inf or (np.abs(rates - factor * one.rates) > SAME * abs(float(rates[at]))).any():
        return None
    return 1.0 if abs(factor - 1) <= SAME else factor
