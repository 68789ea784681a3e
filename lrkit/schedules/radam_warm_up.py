"""The warm-up that is in RAdam: `RAdamWarmUpLR`."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule

OFFSET = 5
"""RAdam's own first step with a factor, for each `beta2` in the domain."""


def langevin(z: Any) -> Any:
    """``coth(z) - 1 / z`` from 0 to 1, to rounding, by Gauss's continued fraction: the difference loses all digits."""
    square = z * z
    return z / (3 + square / (5 + square / (7 + square / (9 + square / (11 + square / (13 + square / 15))))))


class RAdamWarmUpLR(LearningRateSchedule, kind="radam_warm_up"):
    r"""A rise that never quite ends, as fast as Adam's second moment becomes known: RAdam's factor, without RAdam.

    .. math:: \eta(t) = \eta \sqrt{\frac{(\rho_x - 4)(\rho_x - 2) \rho_\infty}
              {(\rho_\infty - 4)(\rho_\infty - 2) \rho_x}}, \qquad
              \rho_x = \rho_\infty - \frac{2 x \beta_2^x}{1 - \beta_2^x}, \qquad
              \rho_\infty = \frac{2}{1 - \beta_2} - 1, \qquad x = t + 5

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is approached, at least 0.
    beta2 : float
        :math:`\beta_2`, at least 0.8 and below 1: Adam's. Default: 0.999.

    Notes
    -----
    *First step*: that of RAdam's step 5, the first one that has a factor. *Past the end*: there is none; after some
    ``6 / (1 - beta2)`` steps it is within a percent of `learning_rate`. As a factor it warms up any schedule:
    ``s * RAdamWarmUpLR(1.0, 0.999)``. *Elsewhere*: pytorch-warmup's ``RAdamWarmup``.

    References
    ----------
    Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020, arXiv:1908.03265; Ma and Yarats,
    "On the Adequacy of Untuned Warmup for Adaptive Optimization", AAAI 2021, arXiv:1910.04209.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.RAdamWarmUpLR(0.1, 0.99)([0, 10, 100, 1000]).round(6)
    array([0.005447, 0.021798, 0.064761, 0.099979])
    """

    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]
    beta2: Annotated[float, Param(r"\beta_2", low=0.8, high=1, high_exclusive=True, typical=(0.9, 0.9999))] = 0.999

    def formula(self, step: Any, xp: Any) -> Any:
        x, half = step + 5.0, -math.log(self.beta2) / 2  # rho is x + L(half) - x L(half x), of Langevin's L
        early = x + langevin(half) - x * langevin(xp.minimum(half * x, 1.0))
        left = xp.exp(-2 * half * x)
        last = 1 / half + langevin(half)
        rho = xp.where(half * x < 1, early, last - 2 * x * left / (1 - left))
        rest = (rho - 4) / (last - 4) * ((rho - 2) / (last - 2)) * (last / rho)
        return self.learning_rate * xp.sqrt(rest)

    def _horizon(self) -> int:
        return math.ceil(6 / (1 - self.beta2))
