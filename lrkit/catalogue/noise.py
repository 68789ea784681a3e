"""Seeded noise: `noise`."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from ._expression import expression
from ._shapes import require_order


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

    Returns
    -------
    TableLR

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain, or `std` is above 10 `limit`, where nearly all
        would be drawn again.

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
