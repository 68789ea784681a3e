"""Curves that rise again: warm restarts, triangles, a cosine that goes up after its end.

Between two rows the curve turns or jumps. The `j`-th turn is at a known multiple of the period, so each bounds it from
both sides, and few whole periods are left. Each of them is a line in the two heights, which is solved exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..._types import Floats
from ...catalogue.cosine_restarts import cosine_restarts
from ...catalogue.cosine_wave import cosine_wave
from ...catalogue.cyclic import cyclic
from ...schedules._base import LearningRateSchedule
from ...schedules.clock import RepeatLR, StretchLR
from ...schedules.cosine_decay import CosineDecayLR
from ...schedules.warm_up import WarmUpLR
from ..lag import Lags
from ..numbers import count_bits
from ._candidate import Candidate, Hints, Open, checked
from ._geometry import open_floor
from ._heights import any_top, heights, roundest_of, whole_between
from ._rows import Rows, thinned

MULTIPLIERS = (1.0, 2.0, 1.5, 3.0)
SOME_ROWS, MOST_PERIODS = 120, 40


@dataclass(frozen=True)
class Wave:
    """A wave: its height at a time for a period, where its `j`-th turn is in periods, and its schedule."""

    family: str
    word: str
    height: Callable[[Floats, Floats], Floats]
    turn: Callable[[int], float]
    schedule: Callable[[float, float, int], LearningRateSchedule]
    bits: float
    rises_first: bool = False
    jumps: bool = False


def half_cosine(u: Floats) -> Floats:
    return 0.5 + 0.5 * np.cos(np.pi * u)


def _restarts(multiplier: float) -> Wave:
    def started(cycle: Floats | int) -> Floats:
        return cycle * 1.0 if multiplier == 1 else (multiplier ** (cycle * 1.0) - 1) / (multiplier - 1)  # type: ignore[return-value]

    def height(t: Floats, period: Floats) -> Floats:
        done = t / period
        cycle = (
            np.floor(done)
            if multiplier == 1
            else np.floor(np.log1p(done * (multiplier - 1)) / np.log(multiplier) + 1e-12)
        )
        return half_cosine((done - started(cycle)) / multiplier**cycle)

    return Wave(
        "cosine restarts",
        "period_steps",
        height,
        lambda j: float(started(j)),
        lambda low, high, period: cosine_restarts(low, high, period, multiplier=multiplier),
        2.0 + 2.0 * (multiplier != 1) + 4.0 * (multiplier not in (1, 2)),
        jumps=True,
    )


WAVES = (
    *map(_restarts, MULTIPLIERS),
    Wave(
        "triangles", "up_steps", lambda t, up: 1 - np.abs(t / up % 2 - 1), float,
        cyclic, 3.0, rises_first=True,
    ),
    Wave(
        "cosine wave", "decay_steps", lambda t, half: half_cosine(t / half), float,
        cosine_wave, 3.0,
    ),
)  # fmt: skip


def waves(rows: Rows, hints: Hints) -> Iterator[Candidate]:
    """Each wave that meets the rows, the likeliest first."""
    jumps, turns, rises_first, any_found = _jumps(rows), _turns(rows), _rises_first(rows), False
    for wave in WAVES:
        places = jumps if wave.jumps else turns
        if not places or (not wave.jumps and wave.rises_first != rises_first):
            continue
        for offset in hints.offsets:
            if found := _wave(rows, wave, places, offset, hints):
                yield found
                any_found = True
                break
    if jumps and not any_found:
        yield from _hard_restarts(rows, jumps, hints)


def _jumps(rows: Rows) -> list[tuple[float, float]]:
    """Between which two positions the rate jumps up: it rises there, and falls before and after."""
    up = np.flatnonzero(rows.low[1:] > rows.high[:-1]) + 1
    fell = np.flatnonzero(rows.high[1:] < rows.low[:-1]) + 1
    first = fell[0] if fell.size else rows.size
    up = up[up > first]
    if np.any(np.diff(up) == 1):
        return []
    return [(float(rows.x[k - 1]), float(rows.x[k])) for k in up]


def _ways(rows: Rows) -> Lags:
    """Whether the rate certainly rises (1) or falls (-1) from each row to the next."""
    return np.where(rows.low[1:] > rows.high[:-1], 1, np.where(rows.high[1:] < rows.low[:-1], -1, 0))


def _turns(rows: Rows) -> list[tuple[float, float]]:
    """Between which two positions the curve turns from rising to falling, or back."""
    ways = _ways(rows)
    known = np.flatnonzero(ways)
    turned = np.flatnonzero(np.diff(ways[known]))
    return [(float(rows.x[known[k]]), float(rows.x[known[k + 1] + 1])) for k in turned]


def _rises_first(rows: Rows) -> bool:
    ways = _ways(rows)
    return bool(ways.any()) and bool(ways[np.flatnonzero(ways)[0]] > 0)


def _wave(rows: Rows, wave: Wave, places: list[tuple[float, float]], offset: int, hints: Hints) -> Candidate | None:
    t = rows.x + offset
    if t[0] < 0:
        return None
    low = max((before + offset) / wave.turn(j) for j, (before, _) in enumerate(places, start=1))
    high = min((after + offset) / wave.turn(j) for j, (_, after) in enumerate(places, start=1))
    periods = whole_between(low if wave.jumps else low - 1, high)
    if not periods.size:
        return None
    few = thinned(rows, SOME_ROWS)
    room = open_floor(wave.height(few.x + offset, periods[:, None]), few.low, few.high, any_top(periods.size))
    more = thinned(rows, 4 * SOME_ROWS)
    fitting = [
        (float(period), found)
        for period in roundest_of(periods[room >= 0], MOST_PERIODS)
        if (found := heights(wave.height(more.x + offset, period), more)) is not None
    ]
    costs = [found.bits + count_bits(period) for period, found in fitting]
    for k in np.argsort(costs):
        period, found = fitting[k]
        schedule = wave.schedule(found.floor, found.top, int(period))
        if (worst := checked(rows, schedule, offset)) is not None:
            open_: Open = {
                "max_lr": (min(f.tops[0] for _, f in fitting), max(f.tops[1] for _, f in fitting)),
                "min_lr": (min(f.floors[0] for _, f in fitting), max(f.floors[1] for _, f in fitting)),
                wave.word: (min(fitting)[0], max(fitting)[0]),
            }
            cost = costs[k] + wave.bits + hints.offset_bits(offset)
            return Candidate(wave.family, schedule, offset, cost, rows.size - 4, worst, open_)
    return None


def _hard_restarts(rows: Rows, jumps: list[tuple[float, float]], hints: Hints) -> Iterator[Candidate]:
    """Transformers' cosine with hard restarts: after a warm-up, some whole number of cosines up to the end of the run.

    The length of a cosine need not be whole.
    """
    top = int(np.flatnonzero(rows.high >= rows.low[: np.searchsorted(rows.x, jumps[0][1])].max())[0])
    before = rows.part(slice(0, top))
    if before.size and np.any(np.diff(before.rates) < 0):
        return
    for offset in hints.offsets:
        t = rows.x + offset
        if t[0] < 0:
            continue
        starts = whole_between(float(t[top - 1]) if top else -1.0, float(t[min(top + 1, rows.size - 1)]), 60)
        starts = starts if top else np.union1d([0.0], starts)
        best: list[Candidate] = []
        for start in starts:
            low = max((a + offset - start) / j for j, (a, _) in enumerate(jumps, start=1))
            high = min((b + offset - start) / j for j, (_, b) in enumerate(jumps, start=1))
            for cycles in range(len(jumps) + 1, len(jumps) + 3):
                ends = whole_between(low * cycles, high * cycles, 1500)
                if ends.size and (found := _to_an_end(rows, float(start), cycles, ends, offset, hints)):
                    best.append(found)
        if best:
            yield min(best, key=lambda found: found.cost)
            return


def _to_an_end(rows: Rows, start: float, cycles: int, lengths: Floats, offset: int, hints: Hints) -> Candidate | None:
    def height(few: Rows, length: Floats) -> Floats:
        t = few.x + offset
        done = np.clip((t - start) / length, 0.0, 1.0)
        wave = np.where(done < 1, half_cosine(cycles * done % 1.0), 0.0)
        return np.where(t < start, t / max(start, 1.0), wave)

    few = thinned(rows, SOME_ROWS)
    room = open_floor(height(few, lengths[:, None]), few.low, few.high, any_top(lengths.size))
    for length in sorted(lengths[room >= 0], key=lambda n: min(count_bits(n), count_bits(n + start))):
        found = heights(height(rows, length), rows)
        if found is None or found.floor:
            continue
        wave: LearningRateSchedule = StretchLR(
            RepeatLR(CosineDecayLR(0.0, found.top, int(length)), int(length), cycles), 1 / cycles
        )
        schedule = WarmUpLR(found.top, int(start)).then(wave, int(start)) if start else wave
        if (worst := checked(rows, schedule, offset)) is not None:
            fits = lengths[room >= 0]
            open_: Open = {
                "max_lr": found.tops,
                "warmup_steps": (start, start),
                "decay_steps": (float(fits.min()), float(fits.max())),
            }
            cost = (
                found.bits
                + count_bits(start)
                + min(count_bits(length), count_bits(length + start))
                + 4.0
                + 2.0 * cycles
            )
            cost += hints.offset_bits(offset)
            return Candidate("hard restarts", schedule, offset, cost, rows.size - 5, worst, open_)
    return None
