"""What a schedule comes to over a run: sums over all steps, exact for a million of them, and close beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from .._types import Floats
from ..schedules._base import LearningRateSchedule

MOST_POINTS = 2**20
"""Up to so many steps each is evaluated; of a longer run so many points, each for the steps around it."""
LEAST = 64
"""The points between two neighbouring knots, at least."""
SAME = 1e-12
"""Rates that differ by less, in parts of the peak, count as one."""


@dataclass(frozen=True)
class Sampled:
    """The rates of a run: `rates[k]` stands for `weights[k]` steps around `steps[k]`."""

    steps: Floats
    weights: Floats
    rates: Floats

    def sum(self, values: Floats) -> float:
        """The sum over all steps."""
        return fsum(self.weights * values)

    def where(self, condition: np.ndarray) -> float:
        """How many steps fulfil a condition."""
        return fsum(self.weights[condition])


def sampled(schedule: LearningRateSchedule, length: int, beside: Sequence[LearningRateSchedule] = ()) -> Sampled:
    """The rates of the first `length` steps, and of where the schedules `beside` bend.

    Between two knots a curve is smooth, so equal blocks of steps there are each as their middle, to an error that falls
    with the square of the size of a block. The first and the last step stand alone, and so do those next to a knot: a
    jump may be on either side.
    """
    if length <= MOST_POINTS:
        steps = np.arange(length, dtype=np.float64)
        return Sampled(steps, np.ones(length), schedule(steps))
    knots = np.concatenate([one.knots(length) for one in (schedule, *beside)])
    whole = np.unique(np.concatenate([[0, 1, length - 1, length], np.floor(knots), np.ceil(knots), np.ceil(knots) + 1]))
    edges = whole[whole <= length]
    starts, sizes = [], []
    for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        size = int(high - low)
        number = min(size, max(LEAST, size * MOST_POINTS // length))
        cuts = low + (size * np.arange(number + 1, dtype=np.float64)) // number
        starts.append(cuts[:-1])
        sizes.append(np.diff(cuts))
    first, weights = np.concatenate(starts), np.concatenate(sizes)
    middles = first + (weights - 1) / 2
    return Sampled(middles, weights, schedule(middles))
