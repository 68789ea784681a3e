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
from ...schedules.piecewise_constant import PiecewiseConstantLR
from ...schedules.warm_up import WarmUpLR
from ._candidate import Candidate, Hints, Open, checked
from ._numbers import bits, count_bits, nicest, roundest
from ._rise import rises
from ._rows import Rows

Interval = tuple[float, float]
FEW_ROWS = 3
"""There are at least so many rows for each level."""


@dataclass(frozen=True)
class Level:
    """Rows of one rate: which rates meet them, and the positions of the first and the last."""

    rates: Interval
    first: float
    last: float
    rows: int


def levels(rows: Rows, hints: Hints) -> Iterator[Candidate]:
    """The candidates for rows at levels, perhaps after a rise in a line."""
    top = int(np.flatnonzero(rows.high >= rows.low.max())[0])
    rise, flat = rows.part(slice(0, top)), rows.part(slice(top, None))
    found = _levels(flat)
    if len(found) < 2 or len(found) * FEW_ROWS > rows.size or any(a.rates[0] <= b.rates[1] for a, b in _pairs(found)):
        return
    for offset, warmups in _warmups(rise, found, hints):
        yield from _candidates(rows, found, warmups, offset, hints)
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
        found.append(Level((float(low), float(high)), float(rows.x[begin]), float(rows.x[k - 1]), k - begin))
        if len(found) * FEW_ROWS > rows.size:
            break
        if k < rows.size:
            begin, low, high = k, rows.low[k], rows.high[k]
    return found


def _warmups(rise: Rows, found: list[Level], hints: Hints) -> Iterator[tuple[int, Interval | None]]:
    """The conventions that are possible, each with the lengths of the warm-up that the rows before the top allow."""
    if not rise.size:
        yield from ((offset, None) for offset in hints.offsets)
        return
    for line in rises(rise):
        if not line.from_zero:
            continue
        at = np.arange(rise.x[-1], found[0].first + 1)
        tops = line.peaks(at)
        fits = at[(tops.low <= found[0].rates[1]) & (tops.high >= found[0].rates[0]) & (tops.low <= tops.high)]
        if fits.size:
            offset = -int(line.origin)
            yield offset, (float(fits[0]) + offset, float(fits[-1]) + offset)


def _candidates(
    rows: Rows, found: list[Level], warmups: Interval | None, offset: int, hints: Hints
) -> Iterator[Candidate]:
    marks = [(before.last + offset + 1.0, after.first + offset) for before, after in _pairs(found)]
    quotient = _quotient(found)
    top = nicest(*found[0].rates)
    opened: Open = {"max_lr": found[0].rates}
    opened |= {f"milestones[{k}]": mark for k, mark in enumerate(marks)}
    opened |= {"offset": None} if warmups is None else {"warmup_steps": warmups}
    cost, warmup = bits(top) + hints.offset_bits(offset), 0
    if warmups is not None:
        warmup = roundest(int(warmups[0]), int(warmups[1]), 8)[0]
        cost += count_bits(warmup) + 1
    spare = rows.size - 2 * len(found)

    def candidate(schedule: LearningRateSchedule, family: str, more: float, open_: Open, kind: str) -> Candidate | None:
        if warmup:
            schedule = schedule.minimum(WarmUpLR(top, warmup))
        worst = checked(rows, schedule, offset)
        if worst is None:
            return None
        return Candidate(family, schedule, offset, cost + more, spare, worst, open_, kind=kind)  # type: ignore[arg-type]

    tried: list[Candidate | None] = []
    if quotient is not None:
        gamma = nicest(*quotient)
        opened = opened | {"gamma": quotient}
        if period := _period(marks):
            steps = roundest(int(np.ceil(period[0])), int(np.floor(period[1])), 8)[0]
            stairs: Open = {name: value for name, value in opened.items() if not name.startswith("milestones")}
            stairs |= {"decay_steps": period}
            tried.append(
                candidate(step_decay(top, gamma, steps), "step", bits(gamma) + count_bits(steps), stairs, "schedule")
            )
        chosen = [roundest(int(low), int(high), 8)[0] for low, high in marks]
        kind = "schedule" if all(_is_round(mark) for mark in chosen) else "steps"
        more = bits(gamma) + sum(map(count_bits, chosen)) + 2
        tried.append(candidate(multi_step(top, chosen, gamma), "multi-step", more, opened, kind))
    if not any(tried):
        chosen = [roundest(int(low), int(high), 8)[0] for low, high in marks]
        rates = [nicest(*level.rates) for level in found]
        end = max(int(found[-1].last) + offset + 1, chosen[-1] + 1)
        more = sum(map(bits, rates[1:])) + sum(map(count_bits, chosen)) + 4
        tried.append(candidate(PiecewiseConstantLR([*chosen, end], rates), "levels", more, opened, "steps"))
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
