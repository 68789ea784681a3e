"""From schedules that agree with the rows to an answer: which is first, whether it is certain, what stays open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..log import LoggedSeries
from ..match import Exactness, Match
from ._candidate import Candidate, Open, merged
from ._rows import Rows

RIVAL = 18.0
"""Another family makes an answer uncertain if it costs at most so many bits more."""
SPARE = 2
MOST = 8


def matches(series: LoggedSeries, rows: Rows, candidates: Sequence[Candidate]) -> list[Match]:
    """The answers for a series, the likeliest first: of each family and convention the cheapest."""
    ranked = sorted(candidates, key=lambda candidate: (candidate.rows or (0, 0), candidate.cost))
    if not ranked:
        return []
    cheapest: dict[object, Candidate] = {}
    for candidate in ranked:
        cheapest.setdefault((candidate.family, candidate.offset, candidate.rows), candidate)
    kept = list(cheapest.values())
    best = kept[0]
    rivals = {other.family for other in ranked if other.cost <= best.cost + RIVAL and other.rows == best.rows}
    certain = rivals == {best.family} and best.spare >= SPARE and best.kind != "segment"
    found = []
    for k, candidate in enumerate(kept[:MOST]):
        opened = candidate.open
        for other in ranked:
            if other.family == candidate.family and other.cost <= candidate.cost + RIVAL:
                opened = merged(opened, other.open)
        found.append(_match(series, rows, candidate, opened, certain=certain and k == 0))
    return found


def _match(series: LoggedSeries, rows: Rows, candidate: Candidate, opened: Open, *, certain: bool) -> Match:
    exactness: Exactness = "exact" if rows.exact else "to the printed digits"
    skips = np.zeros(rows.size, np.int64) if candidate.skips is None else candidate.skips.astype(np.int64)
    return Match(
        schedule=candidate.schedule,
        series=series,
        offset=candidate.offset,
        scale=candidate.scale,
        skips=skips,
        rows=candidate.rows or (0, rows.size),
        exactness=exactness,
        open=opened,
        certain=certain,
        kind=candidate.kind,
    )
