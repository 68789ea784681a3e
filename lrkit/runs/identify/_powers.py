"""Powers of the time: of the step counted from the start of the run, or of a clock of their own.

The logarithm of a power of the step falls in a line with the logarithm of the step. The `q`-th root of a rate's inverse
rises in a line if the power has a start of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ...catalogue.inverse_sqrt import inverse_sqrt
from ...catalogue.noam import noam
from ...catalogue.power_law import power_law
from ...catalogue.t5 import t5
from ...schedules._base import LearningRateSchedule
from ...schedules.inverse_decay import InverseDecayLR
from ...schedules.warm_up import WarmUpLR
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, Open, finished
from ._heights import roundest_of
from ._lines import Interval, line_between
from ._rise import Rise, from_zero
from ._rows import Rows, at_top

POWERS = (0.5, 1.0)
"""Powers with a start of their own that are in use: inverse square roots, and inverse times."""


def powers_of_the_step(rows: Rows, before: Rows, fall: Rows, hints: Hints, *, level: bool) -> Iterator[Candidate]:
    """Rates that are a power of the step counted from the start of the run, as after a warm-up."""
    low, high = np.log(fall.low), np.log(fall.high)
    for offset, rise in from_zero(before, hints):
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
            if found := finished(rows, family, schedule, offset, cost + more, 3, opened | seen):
                yield found
                break


def powers_with_a_start(rows: Rows, hints: Hints) -> Iterator[Candidate]:
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
            if found := finished(rows, family, schedule, offset, cost, 3, open_):
                yield found
                break


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
        if found := finished(rows, "power of the step", schedule, -late, bits(top), 3, {}):
            yield found


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
