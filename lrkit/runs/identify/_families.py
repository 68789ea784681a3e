"""The families of schedules, tried in order on the rows of one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, product

import numpy as np

from ._candidate import Candidate, Hints
from ._endless import endless
from ._flat import constant, warm_ups
from ._levels import levels
from ._one_cycle import one_cycles
from ._powers import late_powers
from ._reading import candidates
from ._regions import MOST_ROWS, Tried, narrowed, regions
from ._rises import curved_rises
from ._rows import Rows, Split, split_at_top
from ._shapes import COSINE, LINEAR, RARE, SHAPES, Shape
from ._waves import waves

LEAST_RATES = 2
"""A line through so many different rates has one to spare, a cosine has none."""
MORE_ROWS = 300
"""So many rows are looked at where a curve that meets some misses others."""
SURE = 2
"""So many rows must be left over for an exact fit to end the search."""
SHALLOW = 0.5
"""In few digits all shapes are alike until the rate has fallen to this part of the top."""
DEAR = 90.0
"""An exact fit that costs more bits does not end the search: its numbers are nobody's."""


def explained(rows: Rows, hints: Hints, tried: Tried, shapes: Sequence[Shape] = SHAPES) -> list[Candidate]:
    """The schedules that agree with all rows, the one that costs least first."""
    found = _found(rows, _families(rows, hints, tried, shapes))
    if shapes is not SHAPES or (found and (rows.precise or rows.rates[-1] < SHALLOW * rows.top)):
        return found
    return sorted([*found, *explained(rows, hints, tried, RARE)], key=lambda candidate: candidate.cost)


def plainly_explained(rows: Rows, hints: Hints, *, late: bool = False) -> list[Candidate]:
    """The same, by lines and cosines only: what a piece of a run is tried with. The first that agrees will do.

    With `late`, updates may have been skipped before the piece.
    """
    split = split_at_top(rows)
    groups = chain([list(constant(rows))], _levels_and_decays(rows, split, hints, late=late) if split else ())
    return next((sorted(group, key=lambda one: one.cost) for group in groups if group), [])


def _found(rows: Rows, groups: Iterator[list[Candidate]]) -> list[Candidate]:
    found: list[Candidate] = []
    for group in groups:
        found += group
        if rows.exact and any(one.spare >= SURE and one.cost < DEAR for one in found):
            break
    return sorted(found, key=lambda candidate: candidate.cost)


def _levels_and_decays(rows: Rows, split: Split, hints: Hints, *, late: bool) -> Iterator[list[Candidate]]:
    if split.after == rows.size:
        yield list(warm_ups(rows, split, hints))
        return
    if split.first == 1:  # one row says nothing of how a rise counts
        hints = replace(hints, offsets=hints.offsets[:1], steps=False)
    rates = np.unique(rows.rates[split.first :]).size
    for shape in (LINEAR, COSINE) if rates > LEAST_RATES else (LINEAR,) if rates == LEAST_RATES else ():
        for region in regions(rows, split, shape, hints, {}, quick=True):
            yield list(candidates(rows, region, hints))
    yield [*(late_powers(rows) if late else ()), *endless(rows, hints)]
    yield list(levels(rows, hints))


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
        yield from _decays(rows, split, shape, hints, tried)
    if shapes is not RARE:
        yield list(endless(rows, hints))
    if shapes is SHAPES:
        yield list(one_cycles(rows, split, hints))


def _decays(rows: Rows, split: Split, shape: Shape, hints: Hints, tried: Tried) -> Iterator[list[Candidate]]:
    """The decays of one shape; where some of the rows are met and others are not, with more of them looked at.

    A single row at the top may also be the last of the rise: the top itself is between two rows then. Where rows are of
    epochs it need not be at a whole one, so that this would claim too much.
    """
    later = Split(split.after, split.after)
    single = split.after == split.first + 1 and later.after < rows.size - 1
    splits = [split, later] if single and not hints.epochs else [split]
    for most, place in product((MOST_ROWS, MORE_ROWS), splits):
        near, found = False, False
        for region in regions(rows, place, shape, hints, tried, most):
            nice = narrowed(region)
            group = [*candidates(rows, region, hints), *(candidates(rows, nice, hints) if nice else ())]
            near, found = True, found or bool(group)
            yield group
        if found or (place is splits[-1] and (not near or rows.size <= most)):
            return
