"""A log that counts epochs of a schedule that counts updates: how many updates are in an epoch, read off the curve.

Where a warm-up or a decay begins or ends is a whole number of updates. In epochs of `n` updates it need not be whole,
but `n` times it is. A position that is known to 1e-8 is rarely whole by chance after so few multiplications; how rarely
is computed, and a number that chance would explain is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...catalogue.one_cycle import one_cycle
from ..numbers import bits, count_bits, nicest
from ._candidate import Candidate, Hints, Open, checked
from ._exponentials import SHORT
from ._heights import heights
from ._lines import line_between
from ._rows import Rows, split_at_top

Explain = Callable[[Rows, Hints], Sequence[Candidate]]
GOLDEN = (5**0.5 - 1) / 2
MOST = 20_000
"""The most updates in an epoch that are looked for."""
LEAST_ROWS = 5
LEAST_SQUARES = 2
"""Where a curve is within half a unit of all rows, that of least squares is within so many."""
CHANCE = 0.02
"""A number of updates is taken if so few smaller or equal ones, or fewer, are expected to fit by chance."""


def updates_in_one(knots: Sequence[tuple[float, float]], most: int = MOST) -> int | None:
    """The fewest updates in one unit of a log's clock with which all knots can be whole, or None if chance explains it.

    `knots` has for each knot the lowest and the highest position that it may have.
    """
    low, high = (np.array(ends, float)[:, None] for ends in zip(*knots, strict=True)) if knots else (None, None)
    if low is None or high is None:
        return None
    counts = np.arange(1, most + 1)
    fits = (np.floor(counts * high) >= np.ceil(counts * low)).all(axis=0)
    by_chance = np.cumsum(np.minimum(counts * (high - low), 1.0).prod(axis=0))
    found = np.flatnonzero(fits & (by_chance <= CHANCE))
    return int(counts[found[0]]) if found.size else None


def offsets(updates: int) -> tuple[int, ...]:
    """Which update of its epoch a row may be of, as what is added to ``updates * epoch``, the likeliest first.

    The first or the last, or the one after it, in epochs that are counted from 0 or from 1.
    """
    return tuple(dict.fromkeys((0, updates - 1, -updates, -1, updates)))


def in_updates(rows: Rows, hints: Hints, explain: Explain) -> list[Candidate]:
    """The schedules of updates that agree with rows at epochs: the cheapest first.

    The fall says at which positions it may start and end. With the number of updates that makes both whole the rows are
    searched again, as rows of updates, for each update of its epoch that a row may be of.
    """
    split = split_at_top(rows)
    if split is None:
        return []
    rise = cosine_rise(rows.part(slice(0, split.first)))[:1] if split.first >= LEAST_ROWS else []
    fall = _falling(rows, split.after)
    if fall.size < LEAST_ROWS and not rise:
        return []
    found: list[Candidate] = []
    for knots in (cosine_knots(fall), line_knot(fall)) if fall.size >= LEAST_ROWS else ([],):
        # A top need not be at a whole update, so the end is asked first.
        ends = [*knots[1:], *rise]
        updates = hints.epoch_steps or updates_in_one(ends) or updates_in_one([*knots, *rise])
        if not (knots or rise) or updates is None or updates == 1:
            continue
        inside = replace(rows, x=updates * rows.x)
        possible = tuple(offset for offset in offsets(updates) if inside.x[0] + offset >= 0)
        own = Hints(possible, hints.totals, steps=False, epochs=True)
        some = list(explain(inside, own))
        if len(knots) > 1:
            start, end = (updates * (low + high) / 2 for low, high in knots)
            some += [
                one for offset in possible for one in _one_cycles(inside, start, end, offset, own, risen=bool(rise))
            ]
        found += [replace(one, scale=float(updates), cost=one.cost + 4 + count_bits(updates)) for one in some]
    return sorted(found, key=lambda candidate: candidate.cost)


def _falling(rows: Rows, after: int) -> Rows:
    """The rows that certainly are between the start and the end of a fall."""
    fall = rows.part(slice(after, None))
    ended = np.flatnonzero(fall.low <= fall.high.min())
    return fall.part(slice(0, int(ended[0]))) if ended.size > 1 else fall


def cosine_knots(rows: Rows) -> list[tuple[float, float]]:
    """Where a half cosine starts and ends on which the rows lie; nothing if there is none.

    For a given length the curve is a sum of a constant, a cosine and a sine: so the length alone is searched.
    """
    x, weights = rows.x - rows.x.mean(), 1 / rows.half

    def solved(speed: float) -> tuple[Any, float]:
        parts = np.stack([np.ones_like(x), np.cos(speed * x), np.sin(speed * x)], axis=1)
        found = np.linalg.lstsq(parts * weights[:, None], rows.rates * weights, rcond=None)[0]
        return found, float((((parts @ found - rows.rates) * weights) ** 2).sum())

    span = float(np.ptp(rows.x))
    grid = np.pi / (span * np.geomspace(1.0, 20.0, 60))
    best = int(np.argmin([solved(speed)[1] for speed in grid]))
    low, high = grid[min(best + 1, grid.size - 1)], grid[max(best - 1, 0)]
    for _ in range(80):
        a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, b) if solved(a)[1] < solved(b)[1] else (a, high)
    speed = (low + high) / 2
    for _ in range(6):  # a golden section stops at half of the digits
        (base, even, odd), _missed = solved(speed)
        bent = x * (odd * np.cos(speed * x) - even * np.sin(speed * x))
        slopes = np.stack([np.ones_like(x), np.cos(speed * x), np.sin(speed * x), bent], axis=1)
        curve = base + even * np.cos(speed * x) + odd * np.sin(speed * x)
        more = np.linalg.lstsq(slopes * weights[:, None], (rows.rates - curve) * weights, rcond=None)[0]
        speed += float(more[3])
    (base, even, odd), _missed = solved(speed)
    curve = base + even * np.cos(speed * x) + odd * np.sin(speed * x)
    if rows.worst(curve) > LEAST_SQUARES:
        return []
    angle = float(np.arctan2(odd, even))
    size = even**2 + odd**2
    moves = (
        np.linalg.pinv(slopes * weights[:, None]) * weights * rows.half
    )  # of each number, for a half unit in each row
    turned = (even * moves[2] - odd * moves[1]) / size
    found = []
    for end in (0.0, np.pi):
        at = (angle + end) / speed
        reach = float(np.abs(turned / speed - at * moves[3] / speed).sum())
        found.append((float(at - reach + rows.x.mean()), float(at + reach + rows.x.mean())))
    return found


def cosine_rise(rows: Rows) -> list[tuple[float, float]]:
    """Where half a cosine on which the rows rise starts, and where it is at its top; nothing if there is none."""
    return [(-high, -low) for low, high in reversed(cosine_knots(rows.reversed))]


def line_knot(rows: Rows) -> list[tuple[float, float]]:
    """Where a line through the rows is 0: its end, if it has no floor."""
    centre = rows.x.mean()
    line = line_between(rows.x - centre, rows.low, rows.high)
    if line is None or line.slopes[1] >= 0:
        return []
    roots = [
        centre - height / slope
        for slope in line.slopes
        for height in line.at(rows.low, rows.high, rows.x - centre, slope)
    ]
    return [(min(roots), max(roots))]


def _one_cycles(rows: Rows, start: float, end: float, offset: int, hints: Hints, *, risen: bool) -> list[Candidate]:
    """A one-cycle, of which the rise may be missing: its top is after a part of the run that has few digits."""
    total = round(end) + offset + 1
    part = nicest((start + offset + 0.5) / total, (start + offset + 1.5) / total)
    top = part * total - 1
    if bits(part) > SHORT or not 0 < top < total - 1:
        return []
    fall = rows.part(rows.x + offset >= top)
    u = np.clip((fall.x + offset - top) / (total - 1 - top), 0, 1)
    if (found := heights(0.5 + 0.5 * np.cos(np.pi * u), fall)) is None:
        return []
    for end_lr in (None, found.floor):
        schedule = one_cycle(found.top, total, part, end_lr=end_lr)
        if (worst := checked(rows, schedule, offset)) is not None:
            cost = found.bits + bits(part) + hints.offset_bits(offset) + count_bits(total)
            open_: Open = {"max_lr": found.tops, "min_lr": found.floors, "start_lr": None}
            family = "one-cycle" if risen else "cosine"
            return [Candidate(family, schedule, offset, cost, rows.size - 5, worst, open_)]
    return []
