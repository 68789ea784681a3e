"""Exponential decays: the logarithm of the rate falls in a line."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..._types import Floats
from ...schedules.exponential_decay import ExponentialDecayLR
from ..numbers import bits, count_bits, nicest
from ._candidate import Candidate, Hints, Open, finished
from ._lines import Interval, line_between
from ._rise import Rise, from_zero
from ._rows import Rows

DECAY_STEPS = (1, 10, 100, 1000, 10_000, 100_000, 500, 5000, 50, 2000, 200, 20_000)
SHORT = 14.0
"""A number of at most four digits, in bits."""


def exponentials(rows: Rows, before: Rows, fall: Rows, hints: Hints) -> Iterator[Candidate]:
    """Those that meet the rows of a fall, after a rise in a line where there is one."""
    low, high = np.log(fall.low), np.log(fall.high)
    line = line_between(fall.x, low, high)
    if line is None or line.slopes[1] >= 0:
        return
    rate, steps = _factor(line.slopes)
    slope = math.log(rate) / steps
    for offset, rise in from_zero(before, hints):
        starts = np.array([-float(offset)])
        if rise is not None:
            at = _meeting(before, fall)
            curve = np.exp(line.height + line.slope * at)
            starts = _warmups(rise, curve, at, 1e-9 + float((fall.half / fall.rates).max()))
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
            if found := finished(rows, "exponential", schedule, offset, cost, 3, open_):
                yield found
                break


def _factor(slopes: Interval) -> tuple[float, int]:
    """The factor of so many steps that people may have written: that of one step, if it is short."""
    for steps in DECAY_STEPS:
        rate = nicest(math.exp(slopes[0] * steps), math.exp(slopes[1] * steps))
        if bits(rate) <= SHORT:
            return rate, steps
    return nicest(math.exp(slopes[0]), math.exp(slopes[1])), 1


def _warmups(rise: Rise, rate: Floats, at: Floats, spread: float) -> Floats:
    """The positions at which a rise can meet the curve of the fall, whose rates there are known up to a part."""
    tops = rise.peaks(at)
    return at[(tops.low <= rate * (1 + spread)) & (rate * (1 - spread) <= tops.high) & (tops.low <= tops.high)]


def _meeting(before: Rows, fall: Rows) -> Floats:
    return np.arange(math.floor(before.x[-1]), math.floor(fall.x[0]) + 1.0)
