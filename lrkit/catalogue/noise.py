"""Seeded noise: `noise`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

import numpy as np

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from ._between import require_order
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_between, shortest_near

SEEDS = 1001
"""How many seeds are recognised."""
FIRST = 16
"""The first two factors are looked for among this many first numbers of a seed."""
ROUNDING = 1e-11
"""By how much a spread that follows from one factor may be wrong, times that factor."""


@expression
def noise(
    steps: Annotated[int, Param("n", unit="step", low=1, high=2**24, typical=(1, 1000))],
    std: Annotated[float, Param(r"\sigma", low=0, exclusive=True, typical=(0.1, 1))] = 1.0,
    limit: Annotated[float, Param("L", low=0, exclusive=True, high=1, typical=(0.1, 0.9))] = 0.67,
    seed: Annotated[int, Param("", low=0, high=2**32 - 1, typical=(0, 1000))] = 0,
) -> LearningRateSchedule:
    r"""Factors around 1, drawn at random from a seed: ``s * noise(1000)`` is a noisy `s`.

    .. math:: \eta(t) = 1 + z_t, \qquad z_t \sim \mathcal N(0, \sigma^2) \;\text{ given that }\; |z_t| \le L

    Parameters
    ----------
    steps : int
        :math:`n`, from 1 to 2**24: how many factors. A longer table begins with the shorter one of the same seed.
    std : float
        :math:`\sigma`, above 0 and at most 10 `limit`. Default: 1.
    limit : float
        :math:`L`, above 0 and at most 1: what lies farther out is drawn again. Default: 0.67.
    seed : int
        From 0 to 2**32 - 1. Default: 0.

    Notes
    -----
    *First step*: the first factor. *Between steps*: the factor of the step begun. *Past the end*: the last factor. The
    same on every machine. *Elsewhere*: timm's noise has the same distribution and other numbers.

    Examples
    --------
    >>> import lrkit
    >>> factors = lrkit.noise(1000, std=0.1, limit=0.2, seed=7)
    >>> factors.to_array(4).round(6)
    array([1.169053, 0.953406, 1.003282, 1.040752])
    >>> bool(factors.to_array(1000).min() >= 0.8), lrkit.noise(4, 0.1, 0.2, 7)(3) == factors(3)
    (True, True)
    """
    require_order("noise", "std", std, "10 * limit", 10 * limit)
    # The legacy generator on purpose: NumPy keeps its stream as it is (NEP 19), and not that of the new ones.
    stream = np.random.RandomState(seed)
    kept = np.empty(0)
    while kept.size < steps:
        drawn = std * stream.standard_normal(2 * steps)
        kept = np.concatenate([kept, drawn[np.abs(drawn) <= limit]])
    return TableLR(1 + kept[:steps])


@inverse_of(noise, TableLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    if not isinstance(schedule, TableLR) or schedule.counts is not None:
        return
    away = schedule.rates - 1
    if not 0 < np.abs(away).max() <= 1:
        return
    largest = int(np.abs(away).argmax())
    for seed, spread in _sources(away):
        for times in (2, 4, 8, 16, 32):
            drawn = np.random.RandomState(seed).standard_normal(times * away.size + FIRST)
            consumed = np.flatnonzero(np.abs(spread * drawn) <= abs(away[largest]) + ROUNDING)[: away.size]
            if consumed.size == away.size:
                break
        else:
            continue
        kept = drawn[consumed]

        def fits(std: float, kept: Any = kept) -> bool:
            return np.array_equal(1 + std * kept, schedule.rates)

        std = shortest_near(float(away[largest] / kept[largest]), fits)
        if std is None:
            continue
        dropped = np.abs(std * np.delete(drawn[: consumed[-1]], consumed[:-1]))
        low, high = float(np.abs(std * kept).max()), float(dropped.min(initial=2.0))

        def parts(limit: float, low: float = low, high: float = high) -> bool:
            return low <= limit < high and limit <= 1

        arguments = {"steps": away.size, "seed": seed, "std": std}
        yield arguments
        yield arguments | {"limit": shortest_between(low, min(high, 1.0), parts)}


def _sources(away: Any) -> Iterator[tuple[int, float]]:
    """Seeds whose first numbers may have made the first two factors, each with the spread that follows."""
    drawn = _first_numbers()
    if away.size == 1:
        at = np.argmax(np.abs(drawn) <= 0.67, axis=1)
        seeds = np.flatnonzero(1 + drawn[np.arange(SEEDS), at] == 1 + away[0])
        yield from ((int(seed), 1.0) for seed in seeds)
        return
    first, second = (float(number) for number in away[:2])
    for one in range(FIRST if first else 0):
        for two in range(one + 1, FIRST):
            error = np.abs(drawn[:, two] * first - drawn[:, one] * second)
            for seed in np.flatnonzero((error < ROUNDING * abs(first)) & (drawn[:, one] * first > 0)):
                yield int(seed), first / float(drawn[seed, one])


@cache
def _first_numbers() -> Any:
    """The first numbers of each seed. A seed cannot be computed from its numbers, so all are tried."""
    return np.stack([np.random.RandomState(seed).standard_normal(FIRST) for seed in range(SEEDS)])
