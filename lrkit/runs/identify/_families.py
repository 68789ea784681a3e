"""The families of schedules, tried in order on the rows of one run."""

from __future__ import annotations

from collections.abc import Iterator

from ._candidate import Candidate, Hints
from ._flat import constant, warm_ups
from ._reading import candidates
from ._regions import Tried, regions
from ._rows import Rows, split_at_top
from ._shapes import SHAPES

SURE = 2
"""So many rows must be left over for an exact fit to end the search."""


def explained(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules that agree with all rows, the one that costs least first."""
    found: list[Candidate] = []
    for candidate in _all(rows, hints, tried):
        found.append(candidate)
        if rows.exact and candidate.spare >= SURE and candidate.cost < 90:
            break
    return sorted(found, key=lambda candidate: candidate.cost)


def _all(rows: Rows, hints: Hints, tried: Tried) -> Iterator[Candidate]:
    if found := list(constant(rows)):
        yield from found
        return
    split = split_at_top(rows)
    if split is None:
        return
    if split.after == rows.size:
        yield from warm_ups(rows, split, hints)
        return
    for shape in SHAPES:
        for region in regions(rows, split, shape, tried):
            # All conventions of a region are answers of one kind: the cheapest ends the search, not the first.
            yield from sorted(candidates(rows, region, hints), key=lambda candidate: candidate.cost)
