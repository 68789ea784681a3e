"""Rises that are no line: a power of the time, half a cosine, and one that slows down and never ends."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..._types import Floats
from ...catalogue.cosine_warm_up import cosine_warm_up
from ...catalogue.exponential_warm_up import exponential_warm_up
from ...catalogue.power_warm_up import power_warm_up
from ...schedules.piecewise_cosine import PiecewiseCosineLR
from ..numbers import bits, count_bits, nicest, roundest
from ._candidate import Candidate, Hints, Open, checked
from ._clocks import cosine_rise
from ._heights import heights, roundest_of, whole_between
from ._lines import line_between
from ._rows import Rows, at_top

Interval = tuple[float, float]
POWERS = (2.0, 3.0, 0.5, 1.5)
LEAST_ROWS = 5
MOST_LENGTHS, MOST_TRIED = 2000, 12


def curved_rises(rows: Rows, hints: Hints) -> Iterator[Candidate]:
    """Each such rise that meets the rows, to a level or as far as the log goes."""
    if rows.size < LEAST_ROWS or np.any(np.maximum.accumulate(rows.low) > rows.high):
        return
    top = int(at_top(rows)[0])
    unfinished = top == rows.size - 1 or not rows.precise  # neighbours among printed rates may be alike
    knots = cosine_rise(rows) if unfinished else []
    offsets = [*hints.offsets, *(-nicest(*knot) for knot in knots[:1] if hints.epochs)]  # of an epoch any update
    for offset in offsets:
        if rows.x[0] + offset < 0:
            continue
        found = [*_to_a_level(rows, top, offset, hints), *_endless(rows, offset, hints)]
        if unfinished:
            found += [*_part_of_a_cosine(rows, knots, offset, hints), *_part_of_a_power(rows, offset, hints)]
        yield from found
        if found:
            return


def _shapes(t: Floats, length: float | Floats) -> Iterator[tuple[str, float, Floats]]:
    u = np.minimum(t / length, 1.0)
    yield "half-cosine warm-up", 0.0, 0.5 - 0.5 * np.cos(np.pi * u)
    for power in POWERS:
        yield "power warm-up", power, u**power


def _to_a_level(rows: Rows, top: int, offset: float, hints: Hints) -> Iterator[Candidate]:
    """The lengths are those with which two rows, an early and a late one, have the top's quotients."""
    if top < 2:
        return
    t, peak = rows.x + offset, float(rows.rates[top:].max())
    flat = 1 + 2 * math.sqrt(float(rows.half[top]) / peak)  # half a cosine is at its top, to the digit, before its end
    lengths = whole_between(float(t[top - 1]), float(t[top]) * flat + 1, MOST_LENGTHS)
    some = np.unique(np.linspace(0, top - 1, 40).astype(int))
    for (family, power, z), _ in zip(_shapes(t[some], lengths[:, None]), range(9), strict=False):
        misses = np.abs(peak * z - rows.rates[some]) / rows.half[some]
        near = lengths[misses.max(axis=1) <= 2.0]
        fits = []
        for length in roundest_of(near, 12).tolist():
            z_all = next(z for name, p, z in _shapes(t, length) if (name, p) == (family, power))
            if (found := heights(z_all, rows)) is None or found.floor:
                continue
            fits.append((count_bits(length), int(length), found))
        for cost, length, found in sorted(fits, key=lambda fit: fit[0])[:4]:
            schedule = power_warm_up(found.top, length, power) if power else cosine_warm_up(found.top, length)
            if (worst := checked(rows, schedule, offset)) is not None:
                spans = [float(n) for _, n, _ in fits]
                open_: Open = {"max_lr": found.tops, "warmup_steps": (min(spans), max(spans)), "decay_steps": None}
                total = cost + found.bits + 6 + hints.offset_bits(offset)
                yield Candidate(family, schedule, offset, total, top - 2, worst, open_)
                break


def _endless(rows: Rows, offset: float, hints: Hints) -> Iterator[Candidate]:
    """``top * (1 - exp(-(t + 1) / scale))``: for the right top, what is left to it falls as an exponential."""
    t = rows.x + offset + 1
    for top in _tops(rows, t):
        left = top - rows.rates
        seen = left > 4 * rows.half
        if seen.sum() < LEAST_ROWS:
            continue
        low = np.log((left[seen] - rows.half[seen]) / top)
        high = np.log((left[seen] + rows.half[seen]) / top)
        least, most = float((-t[seen] / low).max()), float((-t[seen] / high).min())
        least, most = min(least, most), max(least, most)
        scale = nicest(least, most)
        if scale <= 0:
            continue
        schedule = exponential_warm_up(top, scale)
        if (worst := checked(rows, schedule, offset)) is not None:
            cost = bits(top) + bits(scale) + 6 + hints.offset_bits(offset)
            open_: Open = {"timescale": (least, most), "decay_steps": None}
            yield Candidate("exponential warm-up", schedule, offset, cost, rows.size - 4, worst, open_)
            return


def _tops(rows: Rows, t: Floats) -> list[float]:
    """Tops of at most two digits near the one that a middle row and the last have, the nearest first."""
    middle = int(np.searchsorted(t, t[-1] / 2))
    a, b = float(rows.rates[middle]), float(rows.rates[-1])
    if not 0 < middle < rows.size - 1 or not 0 < a < b * (1 + 1e-9):
        return []
    beyond = np.geomspace(1e-9, 1e3, 4000)  # by what part of the last rate the top is above it
    late = np.log1p(-a / (b * (1 + beyond))) / np.log(beyond / (1 + beyond))  # grows to a / b
    guess = b * (1 + float(np.interp(t[middle] / t[-1], late, beyond)))
    near = [float(f"{k}e{e}") for e in range(-9, 1) for k in range(10, 100)]
    near = [*(top for top in near if b <= top * (1 + 1e-6)), float(f"{guess:.3g}")]
    return sorted(near, key=lambda top: abs(math.log(top / guess)))[:6]


def _part_of_a_cosine(rows: Rows, knots: list[Interval], offset: float, hints: Hints) -> Iterator[Candidate]:
    """Half a cosine up, of which the top is not in the log: the first part of a one-cycle, or a warm-up."""
    if not knots or not knots[0][0] - 0.5 <= -offset <= knots[0][1] + 0.5:
        return
    low, high = knots[1][0] + offset, knots[1][1] + offset
    low, t = max(low, float(rows.x[-1]) + offset), rows.x + offset
    for length in (nicest(low, high), *roundest(math.ceil(low), math.floor(high), MOST_TRIED), (low + high) / 2):
        found = heights(0.5 - 0.5 * np.cos(np.pi * np.minimum(t / length, 1)), rows)
        if found is None or length < low:
            continue
        schedule = PiecewiseCosineLR((0.0, length), (found.floor, found.top))
        if (worst := checked(rows, schedule, offset)) is not None:
            cost = found.bits + bits(length) + hints.offset_bits(offset) + 4
            open_: Open = {"max_lr": None, "warmup_steps": (low, high), "decay_steps": None}
            spare = np.unique(rows.rates).size - 4
            yield Candidate("half-cosine warm-up", schedule, offset, cost, spare, worst, open_)
            return


def _part_of_a_power(rows: Rows, offset: float, hints: Hints) -> Iterator[Candidate]:
    """A power of the step, of which the top is not in the log: any top is as good."""
    t, some = rows.x + offset, rows.low > 0
    if some.sum() < LEAST_ROWS or np.any(t[some] < 1):
        return
    z, low, high = np.log(t[some]), np.log(rows.low[some]), np.log(rows.high[some])
    line = line_between(z, low, high)
    power = next((p for p in POWERS if line and line.slopes[0] - 1e-9 <= p <= line.slopes[1] + 1e-9), None)
    if line is None or power is None:
        return
    least, most = (math.exp(height) for height in line.at(low, high, z, power))
    if not least <= most:
        return
    lengths = roundest(math.ceil(t[-1]), 4 * math.ceil(t[-1]), 60)
    choices = [(bits(nicest(least * n**power, most * n**power)) + count_bits(n), n) for n in lengths]
    for cost, length in sorted(choices)[:4]:
        schedule = power_warm_up(nicest(least * length**power, most * length**power), length, power)
        if (worst := checked(rows, schedule, offset)) is not None:
            open_: Open = {"max_lr": None, "warmup_steps": None, "decay_steps": None, "power": line.slopes}
            total = cost + 6 + hints.offset_bits(offset)
            yield Candidate("power warm-up", schedule, offset, total, rows.size - 3, worst, open_)
            return
