"""What a schedule comes to over a run: sums over all steps, exact for a million of them, and close beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np

from .._types import Floats
from ..schedules._base import LearningRateSchedule

Integers = np.ndarray[Any, np.dtype[np.int64]]
MOST_POINTS = 2**20
"""Up to so many steps each is evaluated; of a longer run so many points, each for the steps around it."""
LEAST = 64
"""The points between two neighbouring knots, at least."""
MOST_STEPS = 2**23
"""Up to so many steps each is evaluated if there are many knots."""
MANY_KNOTS = 2**10
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
    jump may be on either side. A run with very many knots, as of short cycles, is evaluated at random steps.
    """
    if length > MOST_POINTS:
        knots = np.concatenate([one.knots(length) for one in (schedule, *beside)])
        near = np.concatenate([[0, 1, length - 1, length], np.floor(knots), np.ceil(knots), np.ceil(knots) + 1])
        edges = np.unique(near[near <= length]).astype(np.int64)
        if length > MOST_STEPS or edges.size <= MANY_KNOTS:
            steps, weights = _middles(edges) if edges.size * LEAST <= MOST_POINTS else _at_random(edges[:-1])
            return Sampled(steps, weights, schedule(steps))
    steps = np.arange(length, dtype=np.float64)
    return Sampled(steps, np.ones(length), schedule(steps))


def _middles(edges: Integers) -> tuple[Floats, Floats]:
    """The middles of equal blocks of steps between neighbouring edges, and the sizes of the blocks."""
    sizes = np.diff(edges)
    shares = (sizes * (MOST_POINTS / edges[-1])).astype(np.int64)
    numbers = np.minimum(sizes, np.maximum(LEAST, shares))
    place = np.arange(numbers.sum()) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    low, number, whole, rest = (np.repeat(one, numbers) for one in (edges[:-1], numbers, *np.divmod(sizes, numbers)))
    weights = whole + (place + 1) * rest // number - place * rest // number
    starts = low + whole * place + place * rest // number
    return starts + (weights - 1) / 2, weights.astype(np.float64)


def _at_random(steps: Integers) -> tuple[Floats, Floats]:
    """A step at random in each of a million equal blocks, for the steps of the block; and `steps`, for themselves.

    Steps at equal distances could all meet the same place of a cycle.
    """
    kept = np.append(steps[: -1 : -(-steps.size // MOST_POINTS)], steps[-1])
    length = int(steps[-1]) + 1
    size, rest = divmod(length, MOST_POINTS)
    block = np.arange(MOST_POINTS)
    starts = block * size + block * rest // MOST_POINTS
    weights = np.diff(starts, append=length)
    inside = starts + np.random.default_rng(0).integers(0, weights)
    both = np.concatenate([inside, kept])
    order = np.argsort(both, kind="stable")
    return both[order].astype(np.float64), np.concatenate([weights, np.zeros(kept.size)])[order]
