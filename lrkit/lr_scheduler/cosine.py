"""Cosine annealing: `CosineAnnealingLR`, `CosineAnnealingWarmRestarts`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ..catalogue._between import between
from ..catalogue.cosine_restarts import cosine_restarts
from ..catalogue.cosine_wave import cosine_wave
from ..schedules._base import LearningRateSchedule
from ._base import LRScheduler

EtaMin = Annotated[float, Param(r"\eta_{\min}", low=0)]


class CosineAnnealingLR(LRScheduler):
    r"""A cosine wave between the base rate and `eta_min`: down in `T_max` epochs, and up again.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_0 - \eta_{\min}) \left(1 + \cos \frac{\pi t}{T}\right)

    Parameters
    ----------
    T_max : int
        :math:`T`, in epochs, at least 1: half the period.
    eta_min : float
        :math:`\eta_{\min}`, at least 0. Above the base rate the wave begins with its trough. Default: 0.

    Notes
    -----
    *First epoch*: the base rate, to rounding. *At T_max*: `eta_min` exactly. *Past T_max*: it climbs back, and is at
    the base rate again at ``2 * T_max``; for a rate that stays down, stop there, or take `lrkit.CosineDecayLR`.
    *Elsewhere*: the same formula in torch and MindSpore, but computed from the last rate, so not a factor when
    schedulers are chained: in torch the rate can become negative.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = CosineAnnealingLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), T_max=2)
    >>> scheduler.schedule(1.0).to_array(6)
    array([1. , 0.5, 0. , 0.5, 1. , 0.5])
    """

    optimizer: Any
    T_max: Annotated[int, Param("T", unit="epoch", low=1)]
    eta_min: EtaMin = 0.0
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return between(self.eta_min, base_lr, cosine_wave(0.0, 1.0, self.T_max))


class CosineAnnealingWarmRestarts(LRScheduler):
    r"""Half a cosine from the base rate towards `eta_min`, again and again, each `T_mult` times as long.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_0 - \eta_{\min}) \left(1 + \cos \frac{\pi c}{T_i}\right), \qquad
              T_i = T_0 \, m^i, \quad c = t - \sum_{j<i} T_j

    Parameters
    ----------
    T_0 : int
        :math:`T_0`, in epochs, at least 1: the length of the first cycle.
    T_mult : int
        :math:`m`, at least 1. Default: 1.
    eta_min : float
        :math:`\eta_{\min}`, at least 0. Default: 0.

    Notes
    -----
    *First epoch*: the base rate, to rounding. *At a restart*: the base rate again; the minimum is not reached at whole
    epochs. *Past the end*: there is none. Restarts are counted in integers. *Elsewhere*: torch's takes the number of
    restarts from a logarithm in ``step(epoch)``, and misses some; MindSpore's ``step(epoch)`` fails after the first
    restart.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = CosineAnnealingWarmRestarts(SimpleNamespace(param_groups=[{"lr": 1.0}]), T_0=1, T_mult=2)
    >>> scheduler.schedule(1.0).to_array(5)
    array([1.        , 1.        , 0.5       , 1.        , 0.85355339])
    """

    optimizer: Any
    T_0: Annotated[int, Param("T_0", unit="epoch", low=1)]
    T_mult: Annotated[int, Param("m", low=1)] = 1
    eta_min: EtaMin = 0.0
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return between(self.eta_min, base_lr, cosine_restarts(0.0, 1.0, self.T_0, self.T_mult))
