"""Rates that stay at levels: equal stairs, steps at milestones, and what a metric gives.

Rows are of one level as long as one rate meets them all. Where a level begins is known only to lie after one row and
not after the next. With one quotient, and milestones that are multiples of one number or round, it is a formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...catalogue.multi_step import multi_step
from ...catalogue.step_decay import step_decay
from ...schedules._base import LearningRateSchedule
from ...schedules.constant import ConstantLR
from ...schedules.piecewise_constant import PiecewiseConstantLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.warm_up import WarmUpLR
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, Open, checked
from ._flat import first_rate
from ._rise import Rise, rises
from ._rows import Rows

Interval = tuple[float, float]
FEW_ROWS, LEAST_RISE = 3, 3
LEAST_JUMP = 8
"""The half units between two levels, at least: a slow curve in few digits has levels too."""
"""There are at least so many rows for each level."""


@dataclass(frozen=True)
class Level:
    """Rows of one rate: which rates meet them, and the positions of the first and the last."""

    rates: Interval
    first: float
    last: float
    rows: int
    half: float


def levels(rows: Rows, hints: Hints) -> Iterator[Candidate]:
    """The candidates for rows at levels, perhaps after a rise in a line."""
    top = int(np.flatnonzero(rows.high >= rows.low.max())[0])
    found = _levels(rows.part(slice(top, None)))
    if found and found[0].rows == 1 and top >= LEAST_RISE:
        yield from _after_an_unseen_top(rows, top, found[1:], hints)
    if len(found) < 2 or not _are_levels(rows, found):
        return
    for offset, warmups, line in _warmups(rows.part(slice(0, top)), found, hints):
        yield from _candidates(rows, found, warmups, line, offset, hints)
        return


def _are_levels(rows: Rows, found: list[Level]) -> bool:
    """Whether the rates are steps down, most of them seen for long, and no curve that is seen at few positions."""
    if len(found) * FEW_ROWS > rows.size or any(
        a.rates[1] - b.rates[0] < LEAST_JUMP * a.half for a, b in _pairs(found)
    ):
        return False
    single = sum(level.rows == 1 for level in found)
    covered = sum(level.last - level.first for level in found)
    return single * 3 <= max(len(found), 3) and 2 * covered >= found[-1].last - found[0].first


def _after_an_unseen_top(rows: Rows, top: int, found: list[Level], hints: Hints) -> Iterator[Candidate]:
    """A rise up to its last row, and levels below: the top that it was going to is not seen."""
    if not found or not _are_levels(rows, found):
        return
    rise = rows.part(slice(0, top + 1))
    for line in rises(rise, hints):
        if line.cosine:
            continue
        offset = -int(line.origin)
        mark = (float(rows.x[top]) + offset + 1, found[0].first + offset)
        end = roundest(int(mark[0]), int(mark[1]), 8)[0]
        tops = line.peaks(np.array([end - offset], float))
        if not 0 < tops.low[0] <= tops.high[0]:
            continue
        rate = nicest(float(tops.low[0]), float(tops.high[0]))
        start = 0.0 if line.from_zero else first_rate(line, offset, float(end - offset), rate)
        schedule: LearningRateSchedule = PiecewiseLinearLR((0, end), (start, rate))
        marks = [mark, *((a.last + offset + 1.0, b.first + offset) for a, b in _pairs(found))]
        chosen = [end, *(roundest(int(low), int(high), 8)[0] for low, high in marks[1:])]
        for level, milestone in zip(found, chosen, strict=True):
            schedule = schedule.then(ConstantLR(nicest(*level.rates)), milestone)
        worst = checked(rows, schedule, offset)
        if worst is not None:
            cost = bits(rate) + bits(start) + sum(map(count_bits, chosen)) + hints.offset_bits(offset) + 4
            open_: Open = {f"milestones[{k}]": one for k, one in enumerate(marks)}
            open_ |= {"max_lr": None, "warmup_steps": None}
            yield Candidate("stairs", schedule, offset, cost, rows.size - 3 - 2 * len(found), worst, open_)
            return


def _pairs(found: list[Level]) -> list[tuple[Level, Level]]:
    return list(zip(found[:-1], found[1:], strict=True))


def _levels(rows: Rows) -> list[Level]:
    found: list[Level] = []
    begin, low, high = 0, rows.low[0], rows.high[0]
    for k in range(1, rows.size + 1):
        if k < rows.size and max(low, rows.low[k]) <= min(high, rows.high[k]):
            low, high = max(low, rows.low[k]), min(high, rows.high[k])
            continue
        found.append(
            Level(
                (float(low), float(high)),
                float(rows.x[begin]),
                float(rows.x[k - 1]),
                k - begin,
                float(rows.half[begin]),
            )
        )
        if len(found) * FEW_ROWS > rows.size:
            break
        if k < rows.size:
            begin, low, high = k, rows.low[k], rows.high[k]
    return found


def _warmups(rise: Rows, found: list[Level], hints: Hints) -> Iterator[tuple[int, Interval | None, Rise | None]]:
    """The conventions that are possible, each with the lengths of the warm-up that the rows before the top allow."""
    if not rise.size:
        yield from ((offset, None, None) for offset in hints.offsets)
        return
    for line in rises(rise, hints):
        if line.cosine:
            continue
        at = np.arange(rise.x[-1], found[0].first + 1)
        tops = line.peaks(at)
        fits = at[(tops.low <= found[0].rates[1]) & (tops.high >= found[0].rates[0]) & (tops.low <= tops.high)]
        if fits.size:
            offset = -int(line.origin)
            yield offset, (float(fits[0]) + offset, float(fits[-1]) + offset), line


def _candidates(
    rows: Rows, found: list[Level], warmups: Interval | None, line: Rise | None, offset: int, hints: Hints
) -> Iterator[Candidate]:
    marks = [(before.last + offset + 1.0, after.first + offset) for before, after in _pairs(found)]
    quotient = _quotient(found)
    top = nicest(*found[0].rates)
    opened: Open = {"max_lr": found[0].rates}
    opened |= {f"milestones[{k}]": mark for k, mark in enumerate(marks)}
    opened |= {"offset": None} if warmups is None else {"warmup_steps": warmups}
    cost = bits(top) + hints.offset_bits(offset)
    rise: LearningRateSchedule | None = None
    if warmups is not None and line is not None:
        warmup = roundest(int(warmups[0]), int(warmups[1]), 8)[0]
        start = 0.0 if line.from_zero else first_rate(line, offset, float(warmup - offset), top)
        rise = PiecewiseLinearLR((0, warmup), (start, top)) if start else WarmUpLR(top, warmup)
        cost += count_bits(warmup) + bits(start) + 1
    spare = rows.size - 2 * len(found)

    def candidate(schedule: LearningRateSchedule, more: float, open_: Open, kind: str) -> Candidate | None:
        if rise is not None:
            schedule = schedule.minimum(rise)
        worst = checked(rows, schedule, offset)
        if worst is None:
            return None
        return Candidate("stairs", schedule, offset, cost + more, spare, worst, open_, kind=kind)  # type: ignore[arg-type]

    tried: list[Candidate | None] = []
    if quotient is not None:
        gamma = nicest(*quotient)
        opened = opened | {"gamma": quotient}
        if (period := _period(marks)) and len(marks) > 1:
            steps = roundest(int(np.ceil(period[0])), int(np.floor(period[1])), 8)[0]
            stairs: Open = {name: value for name, value in opened.items() if not name.startswith("milestones")}
            stairs |= {"decay_steps": period}
            tried.append(candidate(step_decay(top, gamma, steps), bits(gamma) + count_bits(steps), stairs, "schedule"))
        chosen = [roundest(int(low), int(high), 8)[0] for low, high in marks]
        kind = "schedule" if all(_is_round(mark) for mark in chosen) else "steps"
        more = bits(gamma) + sum(map(count_bits, chosen)) + 2
        tried.append(candidate(multi_step(top, chosen, gamma), more, opened, kind))
    if not any(tried):
        chosen = [roundest(int(low), int(high), 8)[0] for low, high in marks]
        rates = [nicest(*level.rates) for level in found]
        end = max(int(found[-1].last) + offset + 1, chosen[-1] + 1)
        more = sum(map(bits, rates[1:])) + sum(map(count_bits, chosen)) + 4
        tried.append(candidate(PiecewiseConstantLR([*chosen, end], rates), more, opened, "steps"))
    yield from (one for one in tried if one is not None)


def _quotient(found: list[Level]) -> Interval | None:
    """The quotients that all neighbours can have."""
    low = max(after.rates[0] / before.rates[1] for before, after in _pairs(found))
    high = min(after.rates[1] / before.rates[0] for before, after in _pairs(found))
    top = found[0].rates
    for k, level in enumerate(found[1:], start=1):
        low = max(low, (level.rates[0] / top[1]) ** (1 / k) if level.rates[0] > 0 else 0.0)
        high = min(high, (level.rates[1] / top[0]) ** (1 / k))
    return (low, high) if 0 < low <= high else None


def _period(marks: list[Interval]) -> Interval | None:
    """The whole numbers of which the milestones can be the first multiples."""
    low = max(np.ceil(low / j) for j, (low, _) in enumerate(marks, start=1))
    high = min(np.floor(high / j) for j, (_, high) in enumerate(marks, start=1))
    return (float(low), float(high)) if 1 <= low <= high else None


def _is_round(number: int) -> bool:
    return len(str(number).rstrip("0")) <= 2 and number % 5 == 0
