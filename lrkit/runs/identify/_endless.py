"""Decays without an end: exponentials and powers of the time.

Each is a line of something. So the rows' bounds are bounds of lines, and all lines between them are known by the
steepest and the flattest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ._candidate import Candidate, Hints
from ._exponentials import exponentials
from ._powers import powers_of_the_step, powers_with_a_start
from ._rows import Rows, at_top

LEAST_ROWS = 4


def endless(rows: Rows, hints: Hints) -> Iterator[Candidate]:
    """The decays without an end that meet the rows, after a warm-up where they rise first."""
    tops = at_top(rows)
    top, last = int(tops[0]), int(tops[-1])
    held = last - top >= (1 if rows.precise else 2)
    ways = [(top, top, False)] + ([(top, last + 1, True)] if held else [])
    ways += [(first, first, False) for first in (last, last + 1) if first > top and not held]
    for rise, first, level in ways:  # a row at the top may still be on the way up, or of a level
        before, fall = rows.part(slice(0, rise)), rows.part(slice(first, None))
        if fall.size < LEAST_ROWS or fall.low.min() <= 0 or np.any(np.minimum.accumulate(fall.high) < fall.low):
            return
        found = [*powers_of_the_step(rows, before, fall, hints, level=level)]
        if not level:
            found += exponentials(rows, before, fall, hints)
        if not before.size and not level:
            found += powers_with_a_start(rows, hints)
        # One row above the next says nothing of a rise.
        yield from (replace(one, spare=0) if before.size == 1 and not top else one for one in found)
        if found:
            return
