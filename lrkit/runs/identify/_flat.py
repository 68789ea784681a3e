"""Curves that do not fall: a constant, a warm-up to a level, and a warm-up whose top is not in the log."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...schedules._base import LearningRateSchedule
from ...schedules.constant import ConstantLR
from ...schedules.piecewise_cosine import PiecewiseCosineLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.warm_up import WarmUpLR
from ..numbers import bits, count_bits, nicest
from ._candidate import Candidate, Hints, Open, checked
from ._rise import Rise, rises
from ._rows import Rows, Split, thinned

MOST_TOPS = 250
"""So many places of a top that is not seen are tried: the roundest."""


def constant(rows: Rows) -> Iterator[Candidate]:
    """One rate. It has no alignment."""
    low, high = float(rows.low.max()), float(rows.high.min())
    if low <= high and high > 0:
        rate = nicest(max(low, 0.0), high)
        schedule = ConstantLR(rate)
        worst = checked(rows, schedule, 0)
        if worst is not None:
            opened = {"max_lr": (low, high), "learning_rate": (low, high), "offset": None, "warmup_steps": None}
            yield Candidate("constant", schedule, 0, bits(rate), rows.size - 1, worst, opened)


def warm_ups(rows: Rows, split: Split, hints: Hints) -> Iterator[Candidate]:
    """A rise to a level, or as far as the log goes."""
    if split.after < rows.size or not split.first or not rows.whole:
        return
    if split.after - split.first >= 2:
        for rise in rises(thinned(rows.part(slice(0, split.first)), 100), hints):
            yield from _to_level(rows, split, rise, hints)
    else:
        for rise in rises(thinned(rows, 100), hints):
            if not rise.cosine:
                yield from _unfinished(rows, rise, hints)


def _to_level(rows: Rows, split: Split, rise: Rise, hints: Hints) -> Iterator[Candidate]:
    top = rows.part(slice(split.first, None))
    low, high = float(top.low.max()), float(top.high.min())
    rate = nicest(low, high)
    first, last = float(rows.x[split.first - 1]), float(rows.x[split.first])
    grid = np.unique(np.round(np.linspace(first, last + 1, int(min(last - first + 2, 4000)))))
    grid = grid[grid > rise.origin]
    peaks = rise.peaks(grid)
    ats = grid[(peaks.low <= high) & (low <= peaks.high)]
    exact = grid[(peaks.low <= rate) & (rate <= peaks.high)]
    for offset, later in _conventions(rise, hints):
        lag = int(rise.origin) + offset + later if rise.from_zero else 0
        moved = offset - lag + later
        for at in sorted(exact, key=lambda at: count_bits(at + moved))[:4]:
            warmup = int(at) + moved
            if warmup < 1:
                continue
            start = 0.0 if rise.from_zero else first_rate(rise, offset, float(at), rate)
            schedule = risen(rate, warmup, start, later, rise.cosine)
            worst = checked(rows, schedule, offset, skips=lag)
            if worst is None:
                continue
            cost = bits(rate) + count_bits(warmup) + bits(start) + 2 * later + hints.offset_bits(offset) + 4 * bool(lag)
            opened = {
                "max_lr": (low, high),
                "warmup_steps": (float(ats[0]) + moved, float(ats[-1]) + moved),
                "offset": (float(offset), float(offset)),
                "decay_steps": None,
                "stable_steps": None,
            }
            known = 0 if rows.precise and rise.from_zero else 1  # that a line meets 0 at a whole step is a row's worth
            spare = split.first - known - (not rise.from_zero) - 2 * rise.cosine
            skips = np.full(rows.size, lag) if lag else None
            yield Candidate("warm-up to a level", schedule, offset, cost, spare, worst, opened, skips=skips)
            break


def _unfinished(rows: Rows, rise: Rise, hints: Hints) -> Iterator[Candidate]:
    """A warm-up whose top was not reached: the shortest numbers that give the line."""
    last = float(rows.x[-1])
    for offset, later in _conventions(rise, hints):
        lag = int(rise.origin) + offset + later if rise.from_zero else 0
        moved = offset - lag + later
        found: list[tuple[float, LearningRateSchedule]] = []
        for at, rate, start in _tops(rise, rows, offset, last, moved):
            warmup = int(at) + moved
            if warmup >= 1:
                cost = bits(rate) + count_bits(warmup) + 2 * later + (bits(start) if start else 0.0)
                found.append((cost, risen(rate, warmup, start, later, rise.cosine)))
        for cost, schedule in sorted(found, key=lambda pair: pair[0])[:12]:
            worst = checked(rows, schedule, offset, skips=lag)
            if worst is not None:
                opened: Open = {"max_lr": None, "warmup_steps": None, "stable_steps": None, "decay_steps": None}
                skips = np.full(rows.size, lag) if lag else None
                total = cost + hints.offset_bits(offset) + 4 * bool(lag)
                spare = rows.size - 2 - (not rise.from_zero)
                yield Candidate("warm-up, its top not seen", schedule, offset, total, spare, worst, opened, skips=skips)
                break


def _tops(rise: Rise, rows: Rows, offset: int, last: float, moved: int) -> Iterator[tuple[float, float, float]]:
    """Where the top may be, how high it is then, and the first rate: only nice ones."""
    steps = np.arange(np.ceil(last), np.ceil(last) + 2000)
    round_ones = np.concatenate([np.array([1, 2, 3, 4, 5, 6, 8]) * 10.0**k for k in range(9)]) - moved
    grid = np.unique(np.concatenate([steps, round_ones[round_ones > last], last * np.array([2.0, 4.0, 5.0, 10.0])]))
    grid = np.array(sorted(grid.tolist(), key=lambda at: count_bits(at + moved))[:MOST_TOPS])
    peaks = rise.peaks(grid)
    for at, low, high in zip(grid, *peaks, strict=True):
        if 0 < low <= high and at == round(at):
            rate = nicest(low, high)
            start = 0.0 if rise.from_zero else first_rate(rise, offset, float(at), rate)
            yield float(at), rate, start


def _conventions(rise: Rise, hints: Hints) -> list[tuple[int, bool]]:
    if not rise.from_zero:
        return [(-int(rise.origin), False)] if hints.steps or -int(rise.origin) in hints.offsets else []
    found = [(-int(rise.origin), False), (-int(rise.origin) - 1, True)]
    if not hints.steps:
        return [(offset, later) for offset, later in found if offset in hints.offsets and not later]
    skipped = [(hints.offsets[0], later) for offset, later in found if offset < -1]
    return [(offset, later) for offset, later in found if -1 <= offset <= 1] + skipped[:1]


def risen(rate: float, warmup: int, start: float, later: bool, cosine: bool) -> LearningRateSchedule:
    """A warm-up and the level after it."""
    if cosine:
        return PiecewiseCosineLR((0, warmup), (start, rate))
    if later:
        return WarmUpLR(rate, warmup).shift(-1)
    return PiecewiseLinearLR((0, warmup), (start, rate)) if start else WarmUpLR(rate, warmup)


def first_rate(rise: Rise, offset: int, at: float, top: float) -> float:
    """The first rate of a rise that reaches a top at a position: a number, or a part of the top, what is shorter."""
    b = (rise.rows.x + offset) / (at + offset)
    b = 0.5 - 0.5 * np.cos(np.pi * b) if rise.cosine else b
    early = b < 1
    low = float(((rise.rows.low - top * b)[early] / (1 - b[early])).max())
    high = float(((rise.rows.high - top * b)[early] / (1 - b[early])).min())
    middle, reach = (low + high) / 2, max((high - low) / 2, 1e-12 * top)
    low, high = max(middle - reach, 0.0), max(middle + reach, 0.0)
    own, part = nicest(low, high), nicest(low / top, high / top)
    return own if bits(own) <= bits(part) else float(f"{part * top:.15g}")
