"""Schedulers that change the rate in stairs: `StepLR`, `MultiStepLR`, `ConstantLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ..catalogue.multi_step import multi_step
from ..schedules._base import LearningRateSchedule
from ..schedules._list_fields import Integers
from ..schedules.arithmetic import ScaleLR
from ..schedules.constant import ConstantLR as ConstantRate
from ..schedules.exponential_decay import ExponentialDecayLR
from ._base import LRScheduler

Gamma = Annotated[float, Param(r"\gamma", low=0, exclusive=True)]


class StepLR(LRScheduler):
    r"""Stairs: the rate times `gamma` every `step_size` epochs.

    .. math:: \eta(t) = \eta_0 \, \gamma^{\lfloor t / s \rfloor}

    Parameters
    ----------
    step_size : int
        :math:`s`, in epochs, at least 1.
    gamma : float
        :math:`\gamma`, above 0. Default: 0.1.

    Notes
    -----
    *First epoch*: the base rate. *At a multiple of step_size*: already the lower stair. *Past the end*: there is none.
    *Elsewhere*: torch's and MindSpore's, which multiply the last rate. MindSpore's runs with a step size of 0.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = StepLR(SimpleNamespace(param_groups=[{"lr": 0.5}]), step_size=2, gamma=0.5)
    >>> scheduler.schedule(0.5).to_list(5)
    [0.5, 0.5, 0.25, 0.25, 0.125]
    """

    optimizer: Any
    step_size: Annotated[int, Param("s", unit="epoch", low=1)]
    gamma: Gamma = 0.1
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return ScaleLR(ExponentialDecayLR(1.0, self.gamma, self.step_size, is_stair=True), base_lr)


class MultiStepLR(LRScheduler):
    r"""Stairs at given epochs: the rate times `gamma` at each of the `milestones`.

    .. math:: \eta(t) = \eta_0 \, \gamma^{k}, \qquad k = \#\{m \le t\}

    Parameters
    ----------
    milestones : list of int
        :math:`m`, in epochs, at least 0, in any order. One that is there twice counts twice.
    gamma : float
        :math:`\gamma`, above 0. Default: 0.1.

    Notes
    -----
    *First epoch*: the base rate, unless 0 is a milestone. *At a milestone*: already the next stair. *Past the end*:
    the last stair. *Elsewhere*: torch's, which accepts a float milestone and never comes to it; MindSpore's, whose
    ``step(epoch)`` fails.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = MultiStepLR(SimpleNamespace(param_groups=[{"lr": 0.5}]), milestones=[1, 3], gamma=0.5)
    >>> scheduler.schedule(0.5).to_list(5)
    [0.5, 0.25, 0.25, 0.125, 0.125]
    """

    optimizer: Any
    milestones: Annotated[Integers, Param("m", unit="epoch", low=0)]
    gamma: Gamma = 0.1
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return ScaleLR(multi_step(1.0, self.milestones, self.gamma), base_lr)


class ConstantLR(LRScheduler):
    r"""A reduced rate for the first `total_iters` epochs, then the base rate.

    .. math:: \eta(t) = f \eta_0 \quad\text{for}\quad t < n, \qquad \eta_0 \quad\text{for}\quad t \ge n

    Parameters
    ----------
    factor : float
        :math:`f`, from 0 to 1. Default: a third.
    total_iters : int
        :math:`n`, in epochs, at least 0. Default: 5.

    Notes
    -----
    *First epoch*: the reduced rate, if `total_iters` is not 0. *At total_iters*: already the base rate, in one jump.
    *Past the end*: the base rate. *Elsewhere*: torch's and MindSpore's divide by the factor at the end, so a factor
    of 0 fails or gives NaN, and with 0 epochs the rate stays reduced for ever.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = ConstantLR(SimpleNamespace(param_groups=[{"lr": 0.5}]), factor=0.5, total_iters=2)
    >>> scheduler.schedule(0.5).to_list(4)
    [0.25, 0.25, 0.5, 0.5]
    """

    optimizer: Any
    factor: Annotated[float, Param("f", low=0, high=1)] = 1 / 3
    total_iters: Annotated[int, Param("n", unit="epoch", low=0)] = 5
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return ConstantRate(base_lr * self.factor).then(ConstantRate(base_lr), self.total_iters)
