"""A triangle wave: `CyclicLR`."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY
from functools import partial
from typing import Annotated, Any

from .._params import Param
from ..catalogue._between import between
from ..catalogue.cyclic import MODES, cyclic
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ProductLR
from ._base import LRScheduler
from ._momentum import momentums_for, plan_with_momentum
from ._options import for_group, functions_for, one_of, rates_for
from ._plans import Plan
from .functions import Function, FunctionLR


class CyclicLR(LRScheduler):
    r"""Straight up from `base_lr` to `max_lr` and straight down again, in cycles that may shrink.

    .. math:: \eta(t) = \eta_{\text{base}} + (\eta_{\max} - \eta_{\text{base}}) \, h(t) \, a(t)

    with the height :math:`h` rising from 0 to 1 in :math:`u` epochs and falling in :math:`d`, and the amplitude
    :math:`a(t)` = 1, :math:`2^{1-c}` or :math:`\gamma^t` in cycle :math:`c = 1 + \lfloor t / (u + d) \rfloor`.

    Parameters
    ----------
    base_lr, max_lr : float or list of float
        :math:`\eta_{\text{base}}` and :math:`\eta_{\max}`, at least 0, for all groups or one for each. Either may be
        the higher one.
    step_size_up, step_size_down : int
        :math:`u` and :math:`d`, in epochs (here mostly: batches), at least 1. Default: 2000, and `step_size_up`.
    mode : {"triangular", "triangular2", "exp_range"}
        Which amplitude: 1, halved every cycle, or times `gamma` every epoch. Default: "triangular".
    gamma : float
        :math:`\gamma`, above 0. Default: 1.
    scale_fn : callable, optional
        An amplitude of your own, in place of `mode`: a function of what `scale_mode` says.
    scale_mode : {"cycle", "iterations"}
        Whether `scale_fn` is called with the cycle, counted from 1, or the epoch. Default: "cycle".
    cycle_momentum : bool
        Whether the groups' momentum (or first beta), which each must have, is moved the other way. Default: False.
    base_momentum, max_momentum : float or list of float
        Its lowest and highest value, at least 0 and below 1; it is at the highest where the rate is at `base_lr`.
        Default: 0.8 and 0.9.

    Notes
    -----
    *First epoch*: `base_lr`, whatever the group's rate was; the group's ``initial_lr`` remains what it was. *At
    step_size_up*: `max_lr`, times the amplitude. *Past the end*: there is none. *Elsewhere*: torch's moves the
    momentum unless told otherwise; torch's and MindSpore's set the group's rate before it is noted as the initial one,
    which misleads the other parts of a ``SequentialLR`` if they are constructed later. MindSpore's takes any
    `scale_mode` for "iterations".

    References
    ----------
    Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017, arXiv:1506.01186.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = CyclicLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), 0, 1, step_size_up=2, mode="triangular2")
    >>> scheduler.schedule(1.0).to_list(8)
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.25, 0.5, 0.25]
    """

    optimizer: Any
    base_lr: float | list[float]
    max_lr: float | list[float]
    step_size_up: Annotated[int, Param("u", unit="epoch", low=1)] = 2000
    step_size_down: Annotated[int | None, Param("d", unit="epoch", low=1)] = None
    mode: str = "triangular"
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True)] = 1.0
    scale_fn: Function | None = None
    scale_mode: str = "cycle"
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"
    _: KW_ONLY
    cycle_momentum: Annotated[bool, Param("")] = False
    base_momentum: float | list[float] = 0.8
    max_momentum: float | list[float] = 0.9

    def _check(self) -> None:
        groups = len(self.optimizer.param_groups)
        self.base_lr = rates_for("CyclicLR", "base_lr", self.base_lr, groups)
        self.max_lr = rates_for("CyclicLR", "max_lr", self.max_lr, groups)
        self.base_momentum = momentums_for("CyclicLR", "base_momentum", self.base_momentum, groups)
        self.max_momentum = momentums_for("CyclicLR", "max_momentum", self.max_momentum, groups)
        one_of("CyclicLR", "mode", self.mode, MODES)
        one_of("CyclicLR", "scale_mode", self.scale_mode, ("cycle", "iterations"))
        if self.scale_fn is not None:
            functions_for("CyclicLR", "scale_fn", self.scale_fn, 1)
        if self.step_size_down is None:
            self.step_size_down = self.step_size_up

    def options(self) -> dict[str, Any]:
        names = ("base_lr", "max_lr", "mode", "scale_mode", "base_momentum", "max_momentum")
        return super().options() | {name: getattr(self, name) for name in names}

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        low, high = (for_group("CyclicLR", name, getattr(self, name), group) for name in ("base_lr", "max_lr"))
        return self._wave(low, high)

    def _plan(self, base_lr: float, group: int) -> Plan:
        rate = self.schedule(base_lr, group)
        return plan_with_momentum(self, rate, group, lambda low, high: self._wave(high, low))

    def _wave(self, low: float, high: float) -> LearningRateSchedule:
        up, down = self.step_size_up, self.step_size_down
        if (scale := self.scale_fn) is None:
            return between(low, high, cyclic(0.0, 1.0, up, down, self.mode, self.gamma))
        function = partial(_at_cycle, scale, up + (down or up)) if self.scale_mode == "cycle" else scale
        amplitude = FunctionLR(function, "CyclicLR: scale_fn of epoch ")
        return between(low, high, ProductLR((cyclic(0.0, 1.0, up, down), amplitude)))


def _at_cycle(scale: Function, cycle: int, epoch: float) -> float:
    """A function of the cycle, counted from 1, at an epoch."""
    return scale(1 + math.floor(epoch / cycle))
