"""One-cycle: a rise that starts above 0 and ends where a part of the run is over, which need not be at a whole step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...catalogue.one_cycle import one_cycle
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, checked
from ._decay import Decay, starts
from ._flat import first_rate
from ._geometry import Bounds
from ._refusal import least_miss, refuses
from ._rise import Rise, rises
from ._rows import Rows, Split, thinned
from ._shapes import COSINE, LINEAR

TOTALS = 8
TRIED, NEAR = 20, 0.02
"""So many places of the top are tried first: a rise that misses rows by this part of the top at all of them is none."""
NAMES = {"cosine": COSINE, "linear": LINEAR}


def one_cycles(rows: Rows, split: Split, hints: Hints) -> Iterator[Candidate]:
    """The one-cycles that agree with rows on both sides of the top."""
    if split.first < 3 or not rows.whole:
        return
    before, after = thinned(rows.part(slice(0, split.first)), 48), thinned(rows.part(slice(split.first, None)), 48)
    if rises(before, hints)[0].from_zero:
        return
    for name, shape in NAMES.items():
        if refuses(before, least_miss(before.reversed, shape)):
            continue
        for offset in hints.offsets:
            rise = Rise(before, -float(offset), from_zero=False, cosine=shape is COSINE)
            tops = np.linspace(before.x[-1], rows.x[split.after], TRIED)
            if rise.strip(tops).room.max() < -NEAR * rows.top:
                continue
            decay = Decay(after, shape, rise.peaks, before=False, whole_start=False)
            start, end, room, _ = starts(decay, float(before.x[-1]), float(rows.x[split.after]))
            if room.max() < 0:
                continue
            best = int(room.argmax())
            yield from _read(rows, rise, decay, float(start[best]), float(end[best]), offset, hints, name)


def _read(
    rows: Rows, rise: Rise, decay: Decay, start: float, end: float, offset: int, hints: Hints, name: str
) -> Iterator[Candidate]:
    near = fitting_starts(decay, start)
    ends = decay.ends(np.array([start]), np.array([end]))
    first, last = int(np.ceil(ends.low[0] - 1e-6)), int(np.floor(ends.high[0] + 1e-6))
    found = []
    for total in [*roundest(first + offset + 1, last + offset + 1, TOTALS), *hints.totals]:
        if not first <= total - offset - 1 <= last or total < 2:
            continue
        part = nicest(float(near.low + offset + 1) / total, float(near.high + offset + 1) / total)
        at = np.array([part * total - 1 - offset])
        strip = decay.strip(at, np.array([total - 1.0 - offset]))
        low, high = float(strip.top.low[0]), float(strip.top.high[0])
        if not (0 < part <= 1 and 0 < low <= high):
            continue
        top = nicest(low, high)
        start_lr = first_rate(rise, offset, float(at[0]), top)
        end_lr = nicest(max(float(strip.floor.low[0]), 0.0), max(float(strip.floor.high[0]), 0.0))
        cost = bits(top) + bits(part) + 4 + hints.offset_bits(offset)
        cost += 0.0 if total in hints.totals else count_bits(total)
        found.append((cost, total, part, top, start_lr, end_lr))
    for cost, total, part, top, start_lr, end_lr in sorted(found):
        usual = abs(start_lr - top / 25) <= 1e-9 * top
        start_at = None if usual else start_lr
        for last_lr in (None, end_lr):
            try:
                schedule = one_cycle(top, total, part, name, start_lr=start_at, end_lr=last_lr)
            except ValueError:
                continue
            worst = checked(rows, schedule, offset)
            if worst is None:
                continue
            more = (0.0 if usual else bits(start_lr)) + (0.0 if last_lr is None else bits(end_lr))
            opened = {
                "max_lr": None,
                "total_steps": (float(first + offset + 1), float(last + offset + 1)),
                "offset": (float(offset), float(offset)),
            }
            family = "one-cycle" if name == "cosine" else "linear"
            alone = end_lr > 0 and np.sum(rows.x + offset > total - 1) == 1  # at the end, or in a second wave
            spare = 0 if alone else rows.size - 6
            yield Candidate(family, schedule, offset, cost + more, spare, worst, opened)
            return


def fitting_starts(decay: Decay, start: float) -> Bounds:
    """About the first and the last start, of all real ones, that fit, around one that does."""
    far = np.geomspace(1e-9, 1.0, 28) * max(decay.rows.x[-1] - start, 1.0)
    found = []
    for side in (-1, 1):
        fits = decay.best_end(start + side * far)[1] >= 0
        count = int(fits.argmin()) if not fits.all() else far.size
        found.append(start + side * (far[count - 1] if count else 1e-9 * max(abs(start), 1.0)))
    return Bounds(np.asarray(found[0]), np.asarray(found[1]))
