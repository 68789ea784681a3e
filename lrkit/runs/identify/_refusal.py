"""Which shapes the rows of a fall refuse, wherever it starts and ends: a test that costs little, before a search.

Rows that certainly lie between the start and the end of a decay see no corner. There every shape but a few is one
curve of the position, times a drop, above a floor: ``(end - x) ** p`` of a polynomial, the cosine and the sine of one
speed. So a single number is searched, and least squares give the other two. What the best of them misses, every decay
of this shape misses.
"""

from __future__ import annotations

import numpy as np

from ..._types import Floats
from ._geometry import peak
from ._rows import Rows, thinned
from ._shapes import Shape

SOME_ROWS, LEAST_ROWS = 160, 5
FURTHEST, NEAREST, PLACES = 2000.0, 1e-12, 64
"""How far away a start or an end is looked for, in lengths of the fall, and at how many places first."""
MISSED, MISSED_EXACT = 1.1, 1e6
"""From how many half units on a shape is refused: where no row is missed by more than one, the root of the mean square
is not above one either. Exact rates tell more than the search finds."""


def sure_fall(rows: Rows, after: int) -> Rows:
    """Some of the rows between a start and an end, for a decay that starts at the row `after` the top or before."""
    above = np.flatnonzero(rows.low > rows.high[-1])
    last = int(above[-1]) + 1 if above.size else after
    return thinned(rows.part(slice(after, max(last, after))), SOME_ROWS)


def least_miss(fall: Rows, shape: Shape) -> float:
    """The half units by which every decay of a shape misses the rows of a fall, at least: the root of a mean square."""
    if fall.size < LEAST_ROWS or shape.curves is None:
        return 0.0
    x = (fall.x - fall.x[0]) / (fall.x[-1] - fall.x[0])
    weights = 1 / fall.half
    rates = fall.rates - fall.rates.mean()

    def missed(far: Floats) -> Floats:
        return _left(shape.curves(x, far[:, None]), rates, weights)  # type: ignore[misc]

    places = np.log(np.geomspace(NEAREST, FURTHEST, PLACES))
    at = int(missed(np.exp(places)).argmin())
    low, high = places[max(at - 1, 0)], places[min(at + 1, PLACES - 1)]
    _, best = peak(lambda t, _: -missed(np.exp(t)), np.array([low]), np.array([high]), 1e-9)
    return float(np.sqrt(max(-best[0], 0.0)))


def refuses(fall: Rows, missed: float) -> bool:
    """Whether so large a miss refuses a shape."""
    return missed > (MISSED_EXACT if fall.exact else MISSED)


def _left(parts: tuple[Floats, ...], rates: Floats, weights: Floats) -> Floats:
    """The mean square of what is left of weighted rates when multiples of some curves and a constant are taken out."""
    left = (weights * rates)[None]
    taken: list[Floats] = []
    for part in (np.ones((1, rates.size)), *parts):
        own = weights * part
        for other in taken:
            own = own - (own * other).sum(axis=1, keepdims=True) * other
        own = own / np.sqrt(np.maximum((own * own).sum(axis=1, keepdims=True), 1e-300))
        left = left - (left * own).sum(axis=1, keepdims=True) * own
        taken.append(own)
    mean: Floats = (left * left).mean(axis=1)
    return mean
