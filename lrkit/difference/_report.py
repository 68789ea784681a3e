"""The words of a comparison: the printed report, and what a schedule does past the end of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .._types import Rates
from ..catalogue._recognition import text_of
from ..catalogue._simplified import simplified

if TYPE_CHECKING:
    from ._result import Difference, Side

LONGEST_LINE = 110
FINE = 1e-12
"""A tolerance that only leaves out differences of rounding, and is not told."""


def report(found: Difference) -> Iterator[str]:
    """The lines of the printed report."""
    a, b = found.a, found.b
    for name, schedule in zip(found.labels, found.schedules, strict=True):
        yield f"{name}: {shortened(min(text_of(schedule), text_of(simplified(schedule)), key=len))}"
    if found.first_step is None:
        within = "" if found.tolerance <= FINE else f", to {found.tolerance:g} of the peak"
        yield f"equal at all {found.steps:,} {found.unit}s{within}"
    else:
        parted = f"first at {found.unit} {found.first_step:,}"
        yield f"differ at {found.differing_steps:,} of {found.steps:,} {found.unit}s, {parted}"
    rows = [
        ("", *found.labels),
        ("first value", _number(a.first_value), _number(b.first_value)),
        ("peak", *(f"{_number(s.peak)} at {_uses_in_words(s)}" for s in (a, b))),
        ("last value", _number(a.last_value), _number(b.last_value)),
        ("past the end", a.past_the_end, b.past_the_end),
    ]
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    for row in rows:
        mark = "differs" if found.conventions.get(row[0]) else ""
        yield "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=True)), mark]).rstrip()
    share = f" ({(b.sum / a.sum - 1):+.3%})" if a.sum else ""
    yield f"sum of rates: {a.sum:.6g} and {b.sum:.6g}{share}"
    if found.first_step is not None:
        gap = " - ".join(reversed(found.labels))
        yield f"largest gap: {gap} = {found.largest_gap:.4g} at {found.unit} {found.largest_gap_at:,}"


def shortened(text: str) -> str:
    """The text, as far as it fits in a line."""
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 3] + "..."


def _uses_in_words(side: Side) -> str:
    more = f", {side.peak_steps:,} times" if side.peak_steps > 1 else ""
    return f"{side.peak_first_at:,}{more}"


def past_the_end(steps: np.ndarray[Any, Any], rates: Rates, last: float, allowed: float) -> str:
    """What the rates of these steps, which begin after a `last` rate, do in words."""
    low, high = int(rates.argmin()), int(rates.argmax())
    if rates[high] - rates[low] <= allowed:
        return f"holds {_number(rates[0])}"
    if rates[low] < -allowed <= rates[0]:
        return f"falls below 0, to {_number(rates[low])} at {steps[low]}"
    if rates[high] - last > allowed:
        sunk = rates[high] - rates[-1] > (rates[high] - rates[low]) / 2
        then = f", then falls to {_number(rates[-1])}" if sunk else ""
        return f"rises to {_number(rates[high])} at {steps[high]}{then}"
    return f"falls to {_number(rates[low])} at {steps[low]}"


def _number(value: float) -> str:
    return f"{value:.4g}"
