"""One-cycle: a rise that starts above 0 and ends where a part of the run is over, which need not be at a whole step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..._types import Floats
from ...catalogue.one_cycle import one_cycle
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, Open, checked
from ._decay import Decay
from ._flat import first_rate
from ._geometry import Bounds, Indices, edge, peak
from ._opened import may_rise_again
from ._refusal import least_miss, refuses
from ._rise import Rise, rises
from ._rows import Rows, Split, thinned
from ._shapes import COSINE, LINEAR, Shape
from ._starts import starts

TOTALS = 8
SOME_ROWS, MORE_ROWS = 48, 300
"""So many rows are looked at on either side of the top, and more where a curve that meets some misses others."""
CLOSE = 1e-6
"""... and a top is looked for up to such a part of the way from one row to the next."""
TRIED, NEAR = 20, 0.02
"""So many places of the top are tried first: a rise that misses rows by this part of the top at all of them is none."""


def one_cycles(rows: Rows, split: Split, hints: Hints) -> Iterator[Candidate]:
    """The one-cycles that agree with rows on both sides of the top."""
    before = thinned(rows.part(slice(0, split.first)), SOME_ROWS)
    if split.first < 3 or not rows.whole or rises(before, hints)[0].from_zero:
        return
    for most in (SOME_ROWS, MORE_ROWS):
        near, found = False, []
        for one in _cycles(rows, split, most, hints):
            near = True
            found += one.candidates(rows, hints)
        yield from found
        if found or not near or rows.size <= most:
            return


def _cycles(rows: Rows, split: Split, most: int, hints: Hints) -> Iterator[_Cycle]:
    before, after = (thinned(rows.part(side), most) for side in (slice(0, split.first), slice(split.first, None)))
    low, high = float(before.x[-1]), float(rows.x[split.after])
    for shape in (COSINE, LINEAR):
        if refuses(before, least_miss(before.reversed, shape)):
            continue
        for offset in hints.offsets:
            rise = Rise(before, -float(offset), from_zero=False, cosine=shape is COSINE)
            if rise.strip(np.linspace(low, high, TRIED)).room.max() < -NEAR * rows.top:
                continue
            decay = Decay(after, shape, rise.peaks, before=False, whole_start=False)
            start, end, room, misfit = starts(decay, low, high)
            if room.max() < 0 and misfit <= decay.hopeless:  # what fits best by squares need not be what fits
                start, _ = peak(_room_of(decay), np.array([low]), np.array([high]), CLOSE)
                end, room = decay.best_end(start)
            if room.max() >= 0:
                best = int(room.argmax())
                yield _Cycle(shape, rise, decay, offset, float(start[best]), float(end[best]))


def _room_of(decay: Decay) -> Callable[[Floats, Indices], Floats]:
    return lambda start, _: decay.best_end(start)[1]


@dataclass(frozen=True, eq=False)
class _Cycle:
    """A rise and a decay that meet, with a start and an end of the decay that fit."""

    shape: Shape
    rise: Rise
    decay: Decay
    offset: int
    start: float
    end: float

    def candidates(self, rows: Rows, hints: Hints) -> list[Candidate]:
        """The cheapest one-cycle that meets all rows, if one does."""
        low, high = self._ends()
        first, last = int(np.ceil(low - 1e-6)) + self.offset + 1, int(np.floor(high + 1e-6)) + self.offset + 1
        totals = [*roundest(first, last, TOTALS), *hints.totals, round(self.end) + self.offset + 1]
        possible = np.array(sorted({total for total in totals if first <= total <= last and total > 1}), float)
        found = []
        for total, part, at in self._parts(possible):
            strip = self.decay.strip(np.array([at]), np.array([total - 1.0 - self.offset]))
            if not 0 < strip.top.low[0] <= strip.top.high[0]:
                continue
            top = nicest(float(strip.top.low[0]), float(strip.top.high[0]))
            floor = nicest(max(float(strip.floor.low[0]), 0.0), max(float(strip.floor.high[0]), 0.0))
            cost = bits(top) + bits(part) + 4 + hints.offset_bits(self.offset)
            cost += 0.0 if total in hints.totals else count_bits(total)
            found.append((cost, total, part, top, first_rate(self.rise, self.offset, at, top), floor))
        for cost, total, part, top, start_lr, end_lr in sorted(found):
            for start, end in product((None, start_lr), (None, end_lr)):
                try:
                    schedule = one_cycle(top, total, part, self.shape.name, start_lr=start, end_lr=end)
                except ValueError:
                    continue
                if (worst := checked(rows, schedule, self.offset)) is not None:
                    more = sum(bits(rate) for rate in (start, end) if rate is not None)
                    opened: Open = {
                        "max_lr": None,
                        "total_steps": (float(first), float(last)),
                        "offset": (float(self.offset), float(self.offset)),
                    }
                    family = "one-cycle" if self.shape is COSINE else "linear"
                    past = int(np.sum(rows.x + self.offset > total - 1))
                    alone = end_lr > 0 and past == 1 and may_rise_again(self.decay, np.array([self.start]))
                    spare = 0 if alone else np.unique(rows.rates).size - 6
                    return [Candidate(family, schedule, self.offset, cost + more, spare, worst, opened)]
        return []

    def _ends(self) -> tuple[float, float]:
        """The first and the last end, over about all starts that fit."""
        start = np.array([self.start, *fitting_starts(self.decay, self.start)])
        end, room = self.decay.best_end(start)
        ends = self.decay.ends(start[room >= 0], end[room >= 0])
        return float(ends.low.min(initial=self.end)), float(ends.high.max(initial=self.end))

    def _parts(self, totals: Floats) -> Iterator[tuple[int, float, float]]:
        """For each number of updates the nicest part of them that the rise may take, and where its top is then."""
        if not totals.size:
            return
        ends = totals - 1 - self.offset
        reach = fitting_starts(self.decay, self.start)
        low, high = (np.full(totals.size, float(bound)) for bound in reach)

        def room(at: Floats, which: Indices) -> Floats:
            return self.decay.room(at, ends[which])

        best, most = peak(room, low, high, 1e-9)
        first, last = edge(room, best, low, 40), edge(room, best, high, 40)
        for k in np.flatnonzero(most >= 0):
            total = int(totals[k])
            part = nicest(*(float(at[k] + self.offset + 1) / total for at in (first, last)))
            if 0 < part <= 1:
                yield total, part, part * total - 1 - self.offset


def fitting_starts(decay: Decay, start: float) -> Bounds:
    """About the first and the last start, of all real ones, that fit, around one that does."""
    far = np.geomspace(1e-9, 1.0, 28) * max(decay.rows.x[-1] - start, 1.0)
    found = []
    for side in (-1, 1):
        fits = decay.best_end(start + side * far)[1] >= 0
        count = int(fits.argmin()) if not fits.all() else far.size
        found.append(start + side * (far[count] if count < far.size else far[-1]))
    return Bounds(np.asarray(found[0]), np.asarray(found[1]))
