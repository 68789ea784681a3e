"""What the rows leave open of each number of a rise, a level and a decay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..._types import Floats
from ._candidate import Open
from ._decay import Decay
from ._geometry import Indices, peak
from ._regions import Region

Interval = tuple[float, float]
SAMPLES, SHARP = 5, 0.003
"""So many ends are looked at for each start; around the best one they come so near to one another."""
SEEN = 4
"""A rate that is so many half units above another is seen to be higher."""


def left_open(region: Region, offset: int, later: bool) -> Open:
    """What the rows leave open of each number: over all starts and ends that fit, and with any floor."""
    region = region.wide or region
    decay, rise = region.decay, region.rise
    tops, floors = _heights(region)
    lag = int(rise.origin) + offset + later if rise.rows.size and rise.from_zero else 0
    moved = offset - lag
    lengths = region.ends.high - region.start, region.ends.low - region.start
    found: Open = {
        "max_lr": _wider(*tops),
        "min_lr": _wider(*floors, tops[1]),
        "decay_steps": (float(np.floor(lengths[1].min() + 1e-6)), float(np.ceil(lengths[0].max() - 1e-6))),
        "total_steps": (
            float(np.floor(region.ends.low.min() + 1e-6)) + moved,
            float(np.ceil(region.ends.high.max() - 1e-6)) + moved,
        ),
        "offset": (float(offset), float(offset)),
    }
    first, last = float(region.start[0]), float(region.start[-1])
    if not rise.rows.size:
        found["offset"] = None
        early = first < decay.rows.x[0]
        found["warmup_steps"] = None if early and last > first else (max(first + moved, 0.0), last + moved)
        if not early:
            found["warmup_steps"] = None
            unseen = max(float(decay.rows.x[0]) + moved, 0.0)  # a warm-up may have ended before the first row
            found["stable_steps"] = (max(first + moved - unseen, 0.0), last + moved)
    elif region.join == "level":
        grid, peaks = region.peaks
        reached = grid[(peaks.low <= found["max_lr"][1]) & (found["max_lr"][0] <= peaks.high)]  # type: ignore[index]
        if reached.size:
            low, high = float(reached[0]), float(reached[-1])
            found["warmup_steps"] = (low + moved + later, high + moved + later)
            found["stable_steps"] = (max(first - high - later, 0.0), last - low - later)
    else:
        found["warmup_steps"] = (first + moved, last + moved)
        found["stable_steps"] = (0.0, 0.0)
    return found


def _heights(region: Region) -> tuple[Interval, Interval]:
    """The least and the greatest top, and the least and the greatest floor, over all starts and ends that fit.

    Over the ends of one start each has one extreme, which may be a sharp one: so it is looked for between the samples.
    """
    decay, ends = region.decay, region.ends

    def extremes(start: Floats, end: Floats) -> Floats:
        strip = decay.strip(start, end)
        found = np.stack([-strip.top.low, strip.top.high, -strip.floor.low, strip.floor.high])
        fits = strip.room >= 0
        return np.where(fits, found, -np.inf) if fits.any() else found

    part = np.linspace(0, 1, SAMPLES)
    start = np.repeat(region.start, SAMPLES + 1)
    end = np.column_stack([ends.low[:, None] + (ends.high - ends.low)[:, None] * part, region.end]).ravel()
    found = extremes(start, end)
    start = start[found.argmax(axis=1)]
    around = ends.of(np.searchsorted(region.start, start))

    def extreme(end: Floats, which: Indices) -> Floats:
        every: Floats = extremes(start[which], end)[which, np.arange(which.size)]
        return every

    _, sharper = peak(extreme, *around, SHARP)
    top_low, top_high, low, high = np.maximum(found.max(axis=1), sharper)
    return (-float(top_low), float(top_high)), (-float(low), float(high))


def may_rise_again(decay: Decay, start: Floats) -> bool:
    """Whether the last row, alone past the end of a curve that has risen, may be of a second wave and not of a floor.

    It is of a floor if a second wave would be seen to have risen by then, even from the last end that others allow.
    """
    x, half = decay.rows.x[-1], decay.rows.half[-1]
    others = replace(decay, rows=decay.rows.part(slice(0, -1)))
    end, room = others.best_end(start)
    start, end = start[room >= 0], end[room >= 0]
    last = others.ends(start, end).high
    past = (x - last) / (last - start)
    risen = others.strip(start, last).drop.low * decay.shape.factor(1 - np.clip(past, 0, 1))
    return not start.size or bool(np.any(risen <= SEEN * half))


def _wider(low: float, high: float, scale: float = 0.0) -> tuple[float, float]:
    """An interval with a little more on both sides: it was found from some of the starts and ends, not from all."""
    margin = 0.02 * (high - low) + 1e-12 * max(abs(high), scale)
    return max(float(low - margin), 0.0), float(high + margin)
