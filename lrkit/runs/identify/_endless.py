"""Decays without an end: exponentials and powers of the time.

Each is a line of something: the logarithm of an exponential rate falls in a line with the step, that of a power in a
line with the logarithm of the step, and the `q`-th root of a rate's inverse rises in a line if the power has a start of
its own. So the rows' bounds are bounds of lines, and all lines between them are known by the steepest and the flattest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..._types import Floats
from ...catalogue.inverse_sqrt import inverse_sqrt
from ...catalogue.noam import noam
from ...catalogue.power_law import power_law
from ...catalogue.t5 import t5
from ...schedules._base import LearningRateSchedule
from ...schedules.exponential_decay import ExponentialDecayLR
from ...schedules.inverse_decay import InverseDecayLR
from ...schedules.warm_up import WarmUpLR
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, Open, checked
from ._geometry import edge, peak
from ._heights import roundest_of
from ._rise import Rise, rises
from ._rows import Rows, at_top

Interval = tuple[float, float]
POWERS = (0.5, 1.0)
"""Powers with a start of their own that are in use: inverse square roots, and inverse times."""
LEAST_ROWS = 4
DECAY_STEPS = (1, 10, 100, 1000, 10_000, 100_000, 500, 5000, 50, 2000, 200, 20_000)
SHORT = 14.0
"""A number of at most four digits, in bits."""


@dataclass(frozen=True)
class Line:
    """The lines ``a + b * z`` between bounds: their slopes, and the middle one's height at 0."""

    slopes: Interval
    slope: float
    height: float

    def at(self, low: Floats, high: Floats, z: Floats, slope: float) -> Interval:
        """The heights at 0 that are possible with a slope."""
        return float((low - slope * z).max()), float((high - slope * z).min())


def line_between(z: Floats, low: Floats, high: Floats) -> Line | None:
    """The lines that stay between bounds, or None if there are none."""
    centre = z.mean()
    w = z - centre
    span = float(np.ptp(z))
    if span <= 0:
        return None
    guess = float((high[-1] + low[-1] - high[0] - low[0]) / 2 / (z[-1] - z[0]))
    reach = float((high - low).max()) * 4 / span + 1e-3 * abs(guess)

    def room(slope: Floats, _: Any) -> Floats:
        rest = slope[:, None] * w
        between: Floats = (high - rest).min(axis=1) - (low - rest).max(axis=1)
        return between

    best, most = peak(room, np.array([guess - reach]), np.array([guess + reach]), 1e-15)
    if most[0] < 0:
        return None
    ends = edge(room, best, np.array([guess - reach]), 60), edge(room, best, np.array([guess + reach]), 60)
    slope = float(best[0])
    height = float((high - slope * w).min() + (low - slope * w).max()) / 2 - slope * float(centre)
    return Line((float(ends[0][0]), float(ends[1][0])), slope, height)


@dataclass(frozen=True, eq=False)
class Fall:
    """A decay from its top on: its rate at a step, what is open of it, and what it costs."""

    family: str
    schedule: LearningRateSchedule
    """From a clock of its own, at step `start`."""
    start: int
    top: float
    open: Open
    bits: float


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
        found = [*_powers_of_the_step(rows, before, fall, hints, level=level)]
        if not level:
            found += _exponentials(rows, before, fall, hints)
        if not before.size and not level:
            found += _powers_with_a_start(rows, hints)
        # One row above the next says nothing of a rise.
        yield from (replace(one, spare=0) if before.size == 1 and not top else one for one in found)
        if found:
            return


def late_powers(rows: Rows) -> Iterator[Candidate]:
    """Powers of the step, late by as many steps as the rows say: their inverse roots rise in a line from there."""
    for power in POWERS if rows.low.min() > 0 else ():
        line = line_between(rows.x, rows.high ** (-1 / power), rows.low ** (-1 / power))
        if line is None or line.slopes[0] <= 0:
            continue
        late = round(-line.height / line.slope)
        if not 0 <= late < rows.x[0]:
            continue
        curve = (rows.x - late) ** -power
        top = nicest(float((rows.low / curve).max()), float((rows.high / curve).min()))
        schedule = WarmUpLR(top, 1).then(
            power_law(top, power, 1), 1
        )  # of a warm-up of one step, to go on to both sides
        if found := _finished(rows, "power of the step", schedule, -late, bits(top), 3, {}):
            yield found


def _starts(before: Rows, fall: Rows, hints: Hints) -> Iterator[tuple[int, Rise | None]]:
    """Each convention that is possible, with the line of the rise where there is one."""
    if not before.size:
        yield from ((offset, None) for offset in hints.offsets)
    else:
        yield from ((-int(rise.origin), rise) for rise in rises(before, hints) if rise.from_zero)


def _warmups(rise: Rise, fall: Rows, rate: Floats | None, at: Floats, spread: float) -> Floats:
    """The positions at which a rise can meet the curve of the fall, whose rates there are known up to a part."""
    tops = rise.peaks(at)
    return at[(tops.low <= rate * (1 + spread)) & (rate * (1 - spread) <= tops.high) & (tops.low <= tops.high)]  # type: ignore[operator]


def _meeting(before: Rows, fall: Rows) -> Floats:
    return np.arange(math.floor(before.x[-1]), math.floor(fall.x[0]) + 1.0)


def _finished(
    rows: Rows, family: str, schedule: LearningRateSchedule, offset: int, cost: float, free: int, open_: Open
) -> Candidate | None:
    worst = checked(rows, schedule, offset)
    spare = np.unique(rows.rates).size - free  # rows of one rate are one
    return None if worst is None else Candidate(family, schedule, offset, cost, spare, worst, open_)


def _exponentials(rows: Rows, before: Rows, fall: Rows, hints: Hints) -> Iterator[Candidate]:
    low, high = np.log(fall.low), np.log(fall.high)
    line = line_between(fall.x, low, high)
    if line is None or line.slopes[1] >= 0:
        return
    rate, steps = _factor(line.slopes)
    slope = math.log(rate) / steps
    for offset, rise in _starts(before, fall, hints):
        starts = np.array([-float(offset)])
        if rise is not None:
            at = _meeting(before, fall)
            curve = np.exp(line.height + line.slope * at)
            starts = _warmups(rise, fall, curve, at, 1e-9 + float((fall.half / fall.rates).max()))
        for start in starts[:3]:
            bounds = line.at(low, high, fall.x - start, slope)
            if bounds[0] > bounds[1]:
                continue
            top, warmup = nicest(math.exp(bounds[0]), math.exp(bounds[1])), int(start) + offset
            schedule = ExponentialDecayLR(top, rate, steps).warmup(warmup)
            tops = [math.exp(end) for slope_ in line.slopes for end in line.at(low, high, fall.x - start, slope_)]
            open_: Open = {
                "max_lr": (min(tops), max(tops)),
                "gamma": (math.exp(line.slopes[0]), math.exp(line.slopes[1])),
            }
            if rise is None:
                open_["offset"] = None
            else:
                open_["warmup_steps"] = (float(starts[0]) + offset, float(starts[-1]) + offset)
            cost = bits(top) + bits(rate) + count_bits(steps) + count_bits(warmup) + 2 + hints.offset_bits(offset)
            if found := _finished(rows, "exponential", schedule, offset, cost, 3, open_):
                yield found
                break


def _factor(slopes: Interval) -> tuple[float, int]:
    """The factor of so many steps that people may have written: that of one step, if it is short."""
    for steps in DECAY_STEPS:
        rate = nicest(math.exp(slopes[0] * steps), math.exp(slopes[1] * steps))
        if bits(rate) <= SHORT:
            return rate, steps
    return nicest(math.exp(slopes[0]), math.exp(slopes[1])), 1


def _powers_of_the_step(rows: Rows, before: Rows, fall: Rows, hints: Hints, *, level: bool) -> Iterator[Candidate]:
    """Rates that are a power of the step counted from the start of the run, as after a warm-up."""
    low, high = np.log(fall.low), np.log(fall.high)
    for offset, rise in _starts(before, fall, hints):
        if fall.x[0] + offset < 1:
            continue
        z = np.log(fall.x + offset)
        line = line_between(z, low, high)
        if line is None or line.slopes[1] >= 0:
            continue
        power = -nicest(-line.slopes[1], -line.slopes[0]) if line.slopes[1] < 0 else 0.0
        heights = line.at(low, high, z, power)
        if heights[0] > heights[1] or bits(-power) > 12:
            continue
        opened: Open = {"power": (-line.slopes[1], -line.slopes[0])}
        factor = nicest(math.exp(heights[0]), math.exp(heights[1]))
        cost = bits(-power) + hints.offset_bits(offset) + 3
        for warmup, top, more, seen in _tops(rows, fall, rise, offset, power, heights, level=level):
            family = "inverse square root" if power == -0.5 else "power of the step"
            if level:
                schedule = t5(warmup, factor) if power == -0.5 else power_law(top, -power, warmup).shift(warmup)
            elif power == -0.5:
                schedule = _inverse_sqrt(top, warmup)
            else:
                schedule = WarmUpLR(top, warmup).then(power_law(top, -power, warmup), warmup)
            if found := _finished(rows, family, schedule, offset, cost + more, 3, opened | seen):
                yield found
                break


def _inverse_sqrt(top: float, warmup: int) -> LearningRateSchedule:
    """The name of the width, where a width gives the top; else that of the top."""
    width = 1 / (top * top * warmup)
    if abs(width - round(width)) < 1e-6 * width and 32 <= width <= 65536 and round(width) % 8 == 0:
        named = noam(round(width), warmup)
        if bits(top) > 20:
            return named
    return inverse_sqrt(top, warmup)


def _tops(
    rows: Rows, fall: Rows, rise: Rise | None, offset: int, power: float, heights: Interval, *, level: bool
) -> Iterator[tuple[int, float, float, Open]]:
    """Warm-ups and tops that go with a power of the step, and what they cost: the cheapest first."""
    low, high = math.exp(heights[0]), math.exp(heights[1])
    if rise is None and not level:  # the warm-up is before the first row: any top will do that is a power at a step
        found = []
        for warmup in roundest(1, max(int(fall.x[0]) + offset, 1), 200):
            top = nicest(low * warmup**power, high * warmup**power)
            found.append((bits(top) + count_bits(warmup), warmup, top))
        for cost, warmup, top in sorted(found)[:4]:
            yield warmup, top, cost + 2, {"warmup_steps": None, "max_lr": None}
        return
    at = np.arange(max(_before(rows, fall), 1.0 - offset), fall.x[0] + 1)
    steps = at + offset
    if level:
        held = at_top(rows)
        least, most = rows.low[held].max(), rows.high[held].min()
    else:
        least, most = (rise or Rise(rows, 0.0)).peaks(at)
    least, most = np.maximum(low * steps**power, least), np.minimum(high * steps**power, most)
    fits = least <= most * (1 + 1e-12)
    if not fits.any():
        return
    seen: Open = {
        "warmup_steps": (float(steps[fits][0]), float(steps[fits][-1])),
        "max_lr": (float(least[fits].min()), float(most[fits].max())),
    }
    for k in roundest_of(steps[fits], 12):
        where = steps == k
        top = nicest(float(least[where][0]), max(float(most[where][0]), float(least[where][0])))
        yield int(k), top, bits(top) + count_bits(k), seen


def _before(rows: Rows, fall: Rows) -> float:
    return float(rows.x[max(int(np.searchsorted(rows.x, fall.x[0])) - 1, 0)])


def _powers_with_a_start(rows: Rows, hints: Hints) -> Iterator[Candidate]:
    """Rates whose inverse root rises in a line: a power of the time since a start of its own, before the first row."""
    for power in POWERS:
        low, high = rows.high ** (-1 / power), rows.low ** (-1 / power)
        line = line_between(rows.x, low, high)
        if line is None or line.slopes[0] <= 0:
            continue
        for offset in hints.offsets:
            z = rows.x + offset
            scales = [(b / s, s) for s in line.slopes for b in line.at(low, high, z, s)]
            timescales = (min(t for t, _ in scales), max(t for t, _ in scales))
            timescale = nicest(*timescales)
            if timescale < 1:
                continue
            curve = (1 + z / timescale) ** -power
            least, most = float((rows.low / curve).max()), float((rows.high / curve).min())
            if least > most:
                continue
            top = nicest(least, most)
            schedule: LearningRateSchedule = (
                InverseDecayLR(top, 1.0, int(timescale))
                if power == 1 and timescale == int(timescale)
                else power_law(top, power, timescale)
            )
            open_: Open = {"timescale": timescales, "max_lr": (least, most), "offset": None}
            cost = bits(top) + bits(timescale) + 4 + hints.offset_bits(offset)
            family = "inverse time" if power == 1 else "inverse square root of its own clock"
            if found := _finished(rows, family, schedule, offset, cost, 3, open_):
                yield found
                break
