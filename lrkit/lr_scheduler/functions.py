"""Schedulers whose factor is a function of yours: `LambdaLR`, `MultiplicativeLR`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._params import as_kind, shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ._base import LRScheduler
from ._options import for_group, functions_for

Function = Callable[[Any], float]


class FunctionLR(LearningRateSchedule):
    """Any function of the epoch as a schedule. It is called with one number at a time, and has no JSON form."""

    def __init__(self, function: Function, name: str) -> None:
        self.function, self.name = function, name

    def formula(self, step: Any, xp: Any) -> Any:
        if isinstance(step, np.ndarray):
            return np.array([self.formula(one, xp) for one in step.tolist()], np.float64)
        if as_kind(step, float) is None:  # a tracer, with which a function need not do what it does with numbers
            raise TypeError(f"{self.name} takes a number, got {shorten(step)}")
        answer = self.function(step)
        rate = as_kind(answer, float)
        if rate is None:
            raise TypeError(f"{self.name}({step}) must be a number, got {shorten(answer)}")
        return rate


class LambdaLR(LRScheduler):
    r"""The base rate times a function of the epoch.

    .. math:: \eta(t) = \eta_0 \, f(t)

    Parameters
    ----------
    lr_lambda : callable or list of callable
        :math:`f`: called with the epoch, an `int` unless you step to a fraction; answers a number, at least 0. One for
        all groups, or one for each.

    Notes
    -----
    *First epoch*: :math:`f(0)`. *Past the end*: whatever the function says. The function should answer the same each
    time it is asked. It is not part of the state. *Elsewhere*: torch's fails after ``add_param_group``; torch's and
    MindSpore's forget a rate that is changed from outside.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = LambdaLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), lambda epoch: 1 / (1 + epoch))
    >>> scheduler.schedule(1.0).to_list(3)
    [1.0, 0.5, 0.3333333333333333]
    """

    optimizer: Any
    lr_lambda: Function | list[Function]
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def _check(self) -> None:
        groups = len(self.optimizer.param_groups)
        self.lr_lambda = functions_for(type(self).__name__, "lr_lambda", self.lr_lambda, groups)
        self._factor = _each(self.lr_lambda, lambda function: FunctionLR(function, "LambdaLR: lr_lambda"))

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return ScaleLR(for_group("LambdaLR", "lr_lambda", self._factor, group), base_lr)


class MultiplicativeLR(LRScheduler):
    r"""The rate times a function of the epoch, every epoch.

    .. math:: \eta(t) = \eta_0 \prod_{i=1}^{\lfloor t \rfloor} f(i)

    Parameters
    ----------
    lr_lambda : callable or list of callable
        :math:`f`: called with each epoch from 1 on, once; answers a number, at least 0. One for all groups, or one
        for each.

    Notes
    -----
    *First epoch*: the base rate; :math:`f(0)` is never asked for. *Past the end*: there is none. The products are kept,
    so a step costs one call, and any epoch can be gone to. The function is not part of the state. *Elsewhere*: in
    torch's and MindSpore's ``SequentialLR`` it multiplies the rate that it finds, and MindSpore's ``step(epoch)``
    multiplies once more.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> scheduler = MultiplicativeLR(SimpleNamespace(param_groups=[{"lr": 1.0}]), lambda epoch: 0.5)
    >>> scheduler.schedule(1.0).to_list(4)
    [1.0, 0.5, 0.25, 0.125]
    """

    optimizer: Any
    lr_lambda: Function | list[Function]
    last_epoch: int = -1
    verbose: bool = False
    on_load: str = "refuse"

    def _check(self) -> None:
        groups = len(self.optimizer.param_groups)
        self.lr_lambda = functions_for(type(self).__name__, "lr_lambda", self.lr_lambda, groups)
        name = "MultiplicativeLR: the product of lr_lambda"
        self._factor = _each(self.lr_lambda, lambda function: FunctionLR(RunningProduct(function), name))

    def schedule(self, base_lr: float, group: int = 0) -> LearningRateSchedule:
        return ScaleLR(for_group("MultiplicativeLR", "lr_lambda", self._factor, group), base_lr)


def _each(value: Any, make: Callable[[Function], FunctionLR]) -> Any:
    return [make(function) for function in value] if isinstance(value, list) else make(value)


class RunningProduct:
    """The product of a function's values from 1 up to an epoch. Each value is asked for once."""

    def __init__(self, function: Function) -> None:
        self._function, self._known = function, [1.0]

    def __call__(self, epoch: float) -> float:
        known = self._known
        while len(known) <= epoch:
            factor = as_kind(self._function(len(known)), float)
            if factor is None or not math.isfinite(factor):
                raise TypeError(f"MultiplicativeLR: lr_lambda({len(known)}) must be a number, got {factor}")
            known.append(known[-1] * factor)
        return known[math.floor(epoch)]
