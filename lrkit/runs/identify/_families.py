"""The families of schedules, tried in order on the rows of one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ._candidate import Candidate, Hints
from ._endless import endless
from ._flat import constant, warm_ups
from ._levels import levels
from ._one_cycle import one_cycles
from ._reading import candidates
from ._regions import Tried, narrowed, regions
from ._rises import curved_rises
from ._rows import Rows, split_at_top
from ._shapes import COSINE, LINEAR, RARE, SHAPES, Shape
from ._waves import waves

SURE = 2
"""So many rows must be left over for an exact fit to end the search."""
DEAR = 90.0
"""An exact fit that costs more bits does not end the search: its numbers are nobody's."""


def explained(rows: Rows, hints: Hints, tried: Tried, shapes: Sequence[Shape] = SHAPES) -> list[Candidate]:
    """The schedules that agree with all rows, the one that costs least first."""
    found: list[Candidate] = []
    for group in _families(rows, hints, tried, shapes):
        found += group
        if rows.exact and any(one.spare >= SURE and one.cost < DEAR for one in found):
            break
    if not found and shapes is SHAPES:
        return explained(rows, hints, tried, RARE)
    return sorted(found, key=lambda candidate: candidate.cost)


def plainly_explained(rows: Rows, hints: Hints) -> list[Candidate]:
    """The same, by lines and cosines only: what a piece of a run is tried with."""
    return explained(rows, hints, {}, (LINEAR, COSINE))


def _families(rows: Rows, hints: Hints, tried: Tried, shapes: Sequence[Shape]) -> Iterator[list[Candidate]]:
    if found := list(constant(rows)):
        yield found
        return
    split = split_at_top(rows)
    if split and split.after == rows.size:
        yield list(warm_ups(rows, split, hints)) or list(curved_rises(rows, hints))
        return
    yield list(levels(rows, hints))
    if not split:
        yield list(waves(rows, hints)) if shapes is SHAPES else []
        return
    for shape in shapes if np.unique(rows.rates[split.after :]).size > 1 else ():
        for region in regions(rows, split, shape, tried):
            nice = narrowed(region)
            yield [*candidates(rows, region, hints), *(candidates(rows, nice, hints) if nice else ())]
    yield list(endless(rows, hints))
    if shapes is not SHAPES:
        return
    yield list(one_cycles(rows, split, hints))
