"""A curve that begins, turns and ends between the rows of a log, as one that counts updates does where rows are epochs.

Where the rates are printed in few digits, they do not say how many updates are in an epoch. Then the curve is read on
the clock of the log, with milestones that are not whole. It is looked for on a clock so fine that they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..numbers import nicest
from ._candidate import Candidate, Hints, Open
from ._clocks import cosine_rise, line_knot
from ._reading import candidates
from ._regions import MOST_ROWS, Tried, regions
from ._rows import Rows, Split, split_at_top
from ._shapes import COSINE, LINEAR

Interval = tuple[float, float]
LEAST_COSINE, LEAST_FALL, SURE = 5, 3, 3
"""The rows of half a cosine and of a fall, at least; and of a rise that is seen to be a line."""
FINEST, COARSEST = 9, 5
"""Places after the point of a position, at most and at least."""
NARROWER = (1.0, 0.3, 0.1, 0.03, 0.0)
"""A start is first looked for in all of its interval, where it may have few digits, then nearer to the middle."""
STEPS = ("warmup_steps", "stable_steps", "decay_steps", "total_steps")


def between_rows(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The rises and decays, in lines and half cosines, that meet the rows with any milestones: the cheapest first.

    The last row of the rise may be the highest row.
    """
    split = split_at_top(rows)
    if split is None or rows.exact or not rows.whole or rows.size - split.after < LEAST_FALL:
        return []
    for first in dict.fromkeys((split.first, split.after)) if split.first else (0,):
        for zero in _zeros(rows.part(slice(0, first))):
            for start in dict.fromkeys(_nicest_of(*zero)):
                if found := list(_from(rows, Split(first, split.after), start, zero, hints, tried)):
                    return sorted(found, key=lambda candidate: candidate.cost)
    return []


def _zeros(rise: Rows) -> Iterator[Interval]:
    """Where a rise may start: at its first row if that is 0, in a line from 0, or as half a cosine."""
    if not rise.size:
        yield 0.0, 0.0
        yield -1.0, -1.0
    elif rise.rates[0] == 0:
        yield float(rise.x[0]), float(rise.x[0])
    elif rise.size > 1:
        yield from ((-high, -low) for low, high in line_knot(rise.reversed))
        yield from cosine_rise(rise)[:1] if rise.size >= LEAST_COSINE else ()


def _nicest_of(low: float, high: float) -> Iterator[float]:
    middle, reach = (low + high) / 2, (high - low) / 2
    yield from (nicest(middle - part * reach, middle + part * reach) for part in NARROWER)


def _from(rows: Rows, split: Split, start: float, zero: Interval, hints: Hints, tried: Tried) -> Iterator[Candidate]:
    unit = 10 ** int(np.clip(np.ceil(np.log10(rows.top / rows.half.max())), COARSEST, FINEST))
    fine = replace(rows, x=np.rint(unit * rows.x))
    own = Hints((-round(start * unit),), steps=False, epochs=True, unit=unit)
    slack = (zero[1] - zero[0]) + float(np.diff(rows.x).max()) * 10 / unit
    for shape in (LINEAR, COSINE):
        for region in regions(fine, split, shape, own, tried, MOST_ROWS):
            for one in candidates(fine, region, own):
                sure = not split.first or split.first >= SURE or rows.rates[0] == 0
                spare = one.spare - 1 if sure else 0
                open_ = _opened(one.open, unit, slack, zero, seen=split.first > 0)
                yield replace(one, scale=1.0, spare=spare, open=open_)


def _opened(opened: Open, unit: int, slack: float, zero: Interval, *, seen: bool) -> Open:
    """The intervals in units of the clock, wider by how far it is open where the rise starts.

    The top is between two rows. So it is not seen.
    """
    found = dict(opened)
    for name in STEPS:
        if (steps := found.get(name)) is not None:
            found[name] = (max(steps[0] / unit - slack, 0.0), steps[1] / unit + slack)
    return found | {"max_lr": None, "offset": (-zero[1], -zero[0]) if seen else None}
