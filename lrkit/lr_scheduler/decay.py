"""Schedulers that change the rate a little every epoch: `LinearLR`, `ExponentialLR`, `PolynomialLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.constant import ConstantLR as ConstantRate
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ._base import LRScheduler


class LinearLR(LRScheduler):
    r"""A straight line from one factor of the base rate to another, then flat.

    .. math:: \eta(t) = \eta_0 \left(s + (e - s) \frac{\min(t, n)}{n}\right)

    Parameters
    ----------
    start_factor : float
        :math:`s`, from 0 to 1. Default: a third.
    end_factor : float
        :math:`e`, from 0 to 1. Default: 1.
    total_iters : int
        :math:`n`, in epochs, at least 0. Default: 5.

    Notes
    -----
    *First epoch*: the start factor; the end factor at once if `total_iters` is 0. *At total_iters*: the end factor.
    *Past the end*: the end factor. *Elsewhere*: torch's and MindSpore's refuse a start factor of 0, by which they
    would divide, and with 0 epochs stay at the start factor for ever.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = LinearLR(SimpleNamespace(param_groups=[{"lr": 0.5}]), start_factor=0.5, total_iters=2)
    >>> scheduler.schedule(0.5).to_list(4)
    [0.25, 0.375, 0.5, 0.5]
    """

    optimizer: Any
    start_factor: Annotated[float, Param("s", low=0, high=1)] = 1 / 3
    end_factor: Annotated[float, Param("e", low=0, high=1)] = 1.0
    total_iters: Annotated[int, Param("n", unit="epoch", low=0)] = 5
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        if self.total_iters == 0:
            return ConstantRate(base_lr * self.end_factor)
        return ScaleLR(PiecewiseLinearLR((0, self.total_iters), (self.start_factor, self.end_factor)), base_lr)


class ExponentialLR(LRScheduler):
    r"""The rate times `gamma` every epoch.

    .. math:: \eta(t) = \eta_0 \, \gamma^t

    Parameters
    ----------
    gamma : float
        :math:`\gamma`, above 0. Above 1 the rate grows.

    Raises
    ------
    OverflowError
        At the epoch at which a growing rate is too large for a float.

    Notes
    -----
    *First epoch*: the base rate. *Past the end*: there is none. *Elsewhere*: torch's and MindSpore's multiply the last
    rate, so that rounding piles up.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = ExponentialLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), gamma=0.5)
    >>> scheduler.schedule(1.0).to_list(4)
    [1.0, 0.5, 0.25, 0.125]
    """

    optimizer: Any
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True)]
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return ScaleLR(ExponentialDecayLR(1.0, self.gamma, 1), base_lr)


class PolynomialLR(LRScheduler):
    r"""A power of the time left, down to 0.

    .. math:: \eta(t) = \eta_0 \left(1 - \frac{\min(t, n)}{n}\right)^{q}

    Parameters
    ----------
    total_iters : int
        :math:`n`, in epochs, at least 1. Default: 5.
    power : float
        :math:`q`, at least 0; 0 is no decay at all. Default: 1.

    Notes
    -----
    *First epoch*: the base rate. *At total_iters*: 0 exactly. *Past the end*: 0. *Elsewhere*: torch's and MindSpore's;
    with 0 epochs MindSpore's never decays.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = PolynomialLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), total_iters=4, power=2)
    >>> scheduler.schedule(1.0).to_list(6)
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    optimizer: Any
    total_iters: Annotated[int, Param("n", unit="epoch", low=1)] = 5
    power: Annotated[float, Param("q", low=0)] = 1.0
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        if self.power == 0:
            return ConstantRate(base_lr)
        return ScaleLR(PolynomialDecayLR(1.0, 0.0, self.total_iters, self.power), base_lr)
