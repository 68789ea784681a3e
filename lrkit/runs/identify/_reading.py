"""The geometry of a rise and a decay read as the numbers that somebody wrote, and what is left open of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..._types import Floats
from ...catalogue.one_cycle import one_cycle
from ...catalogue.warmup_stable_decay import warmup_stable_decay
from ...schedules._base import LearningRateSchedule
from ...schedules.constant import ConstantLR
from ...schedules.piecewise_cosine import PiecewiseCosineLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.warm_up import WarmUpLR
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, checked
from ._flat import first_rate
from ._geometry import Bounds
from ._opened import left_open, may_rise_again
from ._regions import Region
from ._rows import Rows
from ._shapes import COSINE, LINEAR, Shape

RATIOS = {0.0: 0.0, 0.1: 3.0, 0.01: 4.0, 0.05: 5.0, 0.001: 5.0, 0.2: 5.0, 0.5: 5.0, 0.02: 6.0, 1e-4: 6.0, 0.25: 7.0}
"""Floors as parts of the top, and what they cost."""
ENDS, PICKS = 6, 60
LEAST_BETWEEN = 2
"""A decay has at least so many rows between its start and its end; else it may as well be a step."""


@dataclass(frozen=True)
class Numbers:
    """A rise, a level and a decay in numbers, on the schedule's clock."""

    shape: Shape
    top: float
    floor: float
    warmup: int
    later: bool
    """Whether the warm-up counts t + 1."""
    start: int
    end: int
    start_lr: float = 0.0
    cosine: bool = False
    part: float | None = None
    """The part of a one-cycle that rises, where the decay is read as its second part, and the rise is not seen."""

    def in_units(self, unit: int) -> LearningRateSchedule:
        """The schedule on a clock of which so many positions are one: its milestones need not be whole there."""
        warmup, start, end = self.warmup / unit, self.start / unit, self.end / unit
        rise, decay = (
            PiecewiseCosineLR if cosine else PiecewiseLinearLR for cosine in (self.cosine, self.shape is COSINE)
        )
        if self.start == self.warmup and rise is decay:
            return decay((0.0, start, end), (self.start_lr, self.top, self.floor))
        fall = decay((start, end), (self.top, self.floor))
        return fall.minimum(rise((0.0, warmup), (self.start_lr, self.top))) if warmup > 0 else fall

    def schedule(self) -> LearningRateSchedule:  # noqa: C901  a case for each way of writing it
        shape, top, warmup, length = self.shape, self.top, self.warmup, self.end - self.start
        if self.part is not None:
            usual = abs(self.floor - top / 25e4) <= 1e-9 * top
            return one_cycle(top, self.end + 1, self.part, shape.name, end_lr=None if usual else self.floor)
        decay = shape.decay(top, self.floor, length)
        if self.later and warmup > 1:
            return WarmUpLR(top, warmup).shift(-1).then(decay, self.start)
        if warmup <= 0 or self.later:
            held = self.start
            if held <= 0:
                return decay
            if shape.word:
                return warmup_stable_decay(top, 0, held, length, self.floor, shape=shape.word)
            return ConstantLR(top).then(decay, held)
        if self.cosine and self.start == warmup and shape.name == "cosine":
            return PiecewiseCosineLR((0, warmup, self.end), (self.start_lr, top, self.floor))
        if self.cosine:
            return PiecewiseCosineLR((0, warmup), (self.start_lr, top)).then(decay, self.start)
        if self.start == warmup and not self.start_lr:
            return WarmUpLR(top, warmup).then(decay, warmup)
        if self.start == warmup:
            return decay.warmup(warmup, self.start_lr)
        if shape.word and not self.start_lr:
            return warmup_stable_decay(top, warmup, self.start - warmup, length, self.floor, shape=shape.word)
        return ConstantLR(top).warmup(warmup, self.start_lr).then(decay, self.start)


@dataclass(frozen=True, eq=False)
class _Picks:
    """Choices of start, end and floor, with the tops that each allows."""

    start: Floats
    end: Floats
    ratio: Floats
    """The floor as a part of the top, or NaN where `floor` is given."""
    floor: Floats
    top: Bounds


def candidates(rows: Rows, region: Region, hints: Hints) -> Iterator[Candidate]:
    """The schedules that a region holds, one for each convention that is possible."""
    if not region.decay.rows.whole:
        return
    for offset, later in _conventions(region, hints):
        picks = _picks(region, offset, hints)
        found = sorted(_choices(region, picks, offset, later, hints), key=lambda choice: choice[0])
        for cost, numbers, lag in found[:PICKS]:
            unit = hints.unit
            schedule = numbers.schedule() if unit == 1 else numbers.in_units(unit)
            worst = checked(rows, schedule, offset / unit, 1 / unit, lag / unit)
            if worst is not None:
                spare = _spare(rows, region, numbers, numbers.start - offset + lag, numbers.end - offset + lag)
                if spare is None:
                    continue
                skips = np.full(rows.size, lag) if lag else None
                opened = left_open(region, offset, later)
                family = "one-cycle" if region.rise.cosine and numbers.shape is COSINE else numbers.shape.name
                yield Candidate(
                    family,
                    schedule,
                    offset if unit == 1 else offset / unit,
                    cost,
                    spare,
                    worst,
                    opened,
                    1 / unit,
                    skips,
                )
                break


def _conventions(region: Region, hints: Hints) -> list[tuple[int, bool]]:
    rise = region.rise
    if not rise.rows.size:
        return [(offset, False) for offset in hints.offsets]
    if not rise.from_zero:
        return [(-int(rise.origin), False)] if hints.steps or -int(rise.origin) in hints.offsets else []
    found = []
    if region.join != "a step later":
        found.append((-int(rise.origin), False))
    if region.join != "at the top":
        found.append((-int(rise.origin) - 1, True))
    if not hints.steps:
        return [(offset, later) for offset, later in found if offset in hints.offsets and not later]
    skipped = [(hints.offsets[0], later) for offset, later in found if offset < -1]
    return [(offset, later) for offset, later in found if -1 <= offset <= 1] + skipped


def _picks(region: Region, offset: int, hints: Hints) -> _Picks:
    decay, starts = region.decay, region.start
    few = starts[:: max(1, starts.size // 8)]
    few = np.unique(np.concatenate([few, [-offset]])) if -offset in starts else few
    start, ratio = (a.ravel() for a in np.meshgrid(few, np.array(list(RATIOS)), indexing="ij"))
    room, ends = decay.ends_of_known_floor(start, ratio)
    chosen: list[tuple[float, float, float]] = []
    for s, r, fits, low, high in zip(start, ratio, room >= 0, *ends, strict=True):
        if fits:
            chosen += [(s, e, r) for e in _whole_ends(low, high, offset, hints)]
    for s, low, high in zip(starts, *region.ends, strict=True):
        chosen += [(s, e, np.nan) for e in _whole_ends(low, high, offset, hints)]
    if not chosen:
        none: Floats = np.array([])
        return _Picks(none, none, none, none, Bounds(none, none))
    start, end, ratio = np.array(chosen).T
    floor = np.full(start.size, np.nan)
    low, high = np.empty(start.size), np.empty(start.size)
    known = np.isfinite(ratio)
    if known.any():
        low[known], high[known] = decay.room_of_known_floor(start[known], end[known], ratio[known])[1]
    if not known.all():
        strip = decay.strip(start[~known], end[~known])
        floor[~known] = [nicest(max(a, 0.0), max(b, 0.0)) for a, b in zip(*strip.floor, strict=True)]
        low[~known], high[~known] = decay.tops_of_floor(start[~known], end[~known], floor[~known])
    return _Picks(start, end, ratio, floor, Bounds(low, high))


def _whole_ends(low: float, high: float, offset: int, hints: Hints) -> list[int]:
    margin = 1e-9 * abs(high) + 1e-6
    first, last = int(np.ceil(low - margin)), int(np.floor(high + margin))
    found = [end - offset for end in roundest(first + offset, last + offset, ENDS)]
    found += [total - offset for total in hints.totals if first <= total - offset <= last]
    return list(dict.fromkeys([*found, *([first, last] if last > first else [])]))


def _choices(  # noqa: C901  a case for each number that may be left open
    region: Region, picks: _Picks, offset: int, later: bool, hints: Hints
) -> Iterator[tuple[float, Numbers, int]]:
    rise, shape = region.rise, region.decay.shape
    seen = rise.rows.size > 0
    lag = int(rise.origin) + offset + later if seen and rise.from_zero else 0
    for start, end, ratio, floor, low, high in zip(
        picks.start, picks.end, picks.ratio, picks.floor, *picks.top, strict=True
    ):
        if not 0 < low <= high * (1 + 1e-15):
            continue
        top = nicest(low, high)
        bottom = top * ratio if np.isfinite(ratio) else floor
        if not 0 <= bottom < top:
            continue
        bottom = float(f"{bottom:.15g}")
        first, last = int(start) + offset - lag, int(end) + offset - lag
        if first < 0 or last <= first:
            continue
        cost = bits(top) + shape.bits + hints.offset_bits(offset) + 4 * bool(lag)
        cost += RATIOS[float(ratio)] if np.isfinite(ratio) else bits(bottom) + 3
        for warmup, start_lr in _warmups(region, offset, later, float(start), top):
            if first < warmup:
                continue
            numbers = Numbers(shape, top, bottom, warmup, later, first, last, start_lr, cosine=rise.cosine and seen)
            whole = 0.0 if last in hints.totals else min(count_bits(last), count_bits(last - first))
            begin = 0.0 if not first else 2 + count_bits(first)
            held = 0.0
            if seen:
                begin = count_bits(warmup) + 2 * later + bits(start_lr)
                if first != warmup:
                    held = 2 + min(count_bits(first), count_bits(first - warmup))
            elif first:
                begin += 6
            yield cost + whole + begin + held, numbers, lag
            part = _part(numbers) if not seen and hints.unit == 1 else None
            if part is not None:
                total = 0.0 if last + 1 in hints.totals else count_bits(last + 1)
                yield cost + bits(part) + total + 2, replace(numbers, part=part), lag


def _part(numbers: Numbers) -> float | None:
    """The part of a one-cycle that rises before the decay, if it is a number of two digits; its floor is very low."""
    if numbers.shape not in (COSINE, LINEAR) or not 0 < numbers.floor < numbers.top / 500 or not numbers.start:
        return None
    part = round((numbers.start + 1) / (numbers.end + 1), 2)
    return part if 0 < part < 1 and float(part * (numbers.end + 1)) - 1 == numbers.start else None


def _warmups(region: Region, offset: int, later: bool, start: float, top: float) -> Iterator[tuple[int, float]]:
    """The warm-ups that go with a start and a top: their length, and their first rate."""
    rise = region.rise
    if not rise.rows.size:
        yield (0, 0.0) if region.decay.rows.x[0] <= start else (int(start) + offset, 0.0)
        return
    if region.join == "level":
        grid, peaks = region.peaks
        fits = (peaks.low <= top) & (top <= peaks.high)
        ats = grid[fits]
    else:
        ats = np.array([start - (region.join == "a step later")])
    lag = int(rise.origin) + offset + later if rise.from_zero else 0
    for at in sorted(ats, key=lambda at: count_bits(at + offset - lag + later))[:3]:
        warmup = int(at) + offset - lag + later
        if warmup <= 0:
            continue
        yield warmup, 0.0 if rise.from_zero else first_rate(rise, offset, float(at), top)


def _spare(rows: Rows, region: Region, numbers: Numbers, start: float, end: float) -> int | None:
    """How many rows more there are than numbers that were chosen; None if the decay is not seen to be one."""
    risen = region.rise.rows.size
    if numbers.later and risen < 2:
        return 0  # one row of a rise does not say that it counts from 1, or starts at 0
    if risen == 1 and rows.rates[0] == 0:  # of the way up nothing is seen, of a line and a power no start of the fall
        apart = (region.start[-1] - region.start[0]) / max(region.start[-1] - rows.x[0], 1)
        if numbers.shape is LINEAR or numbers.shape.power is not None or apart * rows.top > rows.half.max():
            return 0
    if risen == 1 and rows.rates[0] >= rows.rates[1]:
        return 0  # nor does one above the next say that there is a rise
    between = np.unique(rows.rates[(rows.x > start) & (rows.x < end)]).size  # rows of one rate are one
    alone = numbers.floor and numbers.start_lr and np.sum(rows.x > end) == 1
    if alone and may_rise_again(region.decay, region.start):
        return 0
    if between < LEAST_BETWEEN:
        return None
    seen = int(rows.x[-1] >= end) + int(rows.x[0] <= start or region.rise.rows.size > 0)
    level = region.join == "level" and numbers.start > 0
    return between + seen - 2 - (numbers.floor > 0) - level - (numbers.shape.name != "linear")
