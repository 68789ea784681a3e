"""Bounds on a schedule: `ClipLR`, `MinimumLR`, `MaximumLR`."""

from __future__ import annotations

from functools import reduce
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._formula import Choice
from ._knots import knots_of_choice
from ._list_fields import Schedules
from .constant import ConstantLR


class ClipLR(LearningRateSchedule, kind="clip"):
    r"""A schedule kept between two rates: ``s.clip(1e-5, 0.1)``.

    .. math:: \eta(t) = \min(\max(s(t), \eta_{\min}), \eta_{\max})

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    min_lr, max_lr : float, optional
        :math:`\eta_{\min}` and :math:`\eta_{\max}`: finite, the first not above the second. At least one is given.

    Notes
    -----
    *First step, past the end*: the schedule's own rates, clipped. *Boundaries*: the curve bends where it meets a
    bound. These knots are found by bisection to the step; a schedule that crosses a bound and comes back within a
    4096th of the range between two of its own knots may hide one.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.WarmUpLR(0.1, 10).clip(min_lr=0.02, max_lr=0.05)([0, 3, 9])
    array([0.02, 0.03, 0.05])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    min_lr: Annotated[float | None, Param(r"\eta_{\min}", typical=(0, 1e-3))] = None
    max_lr: Annotated[float | None, Param(r"\eta_{\max}", typical=(1e-2, 1))] = None

    def _check(self) -> None:
        if self.min_lr is None and self.max_lr is None:
            raise ValueError("ClipLR: at least one of min_lr and max_lr must be given")
        if self.min_lr is not None and self.max_lr is not None and self.min_lr > self.max_lr:
            raise ValueError(f"ClipLR: min_lr must be at most max_lr, got {self.min_lr} and {self.max_lr}")

    def formula(self, step: Any, xp: Any) -> Any:
        rate = self.schedule.formula(step, xp)
        if self.min_lr is not None:
            rate = xp.maximum(rate, self.min_lr)
        return rate if self.max_lr is None else xp.minimum(rate, self.max_lr)

    def _choice(self) -> Choice:
        rates = [(True, self.min_lr), (False, self.max_lr)]
        return [
            (True, self.schedule),
            *((from_below, ConstantLR(rate)) for from_below, rate in rates if rate is not None),
        ]

    def _knots(self, stop: int) -> Any:
        return knots_of_choice(self, stop)


class MinimumLR(LearningRateSchedule, kind="minimum"):
    r"""The lowest of several schedules at each step: ``s.minimum(t)``.

    .. math:: \eta(t) = \min_k s_k(t)

    Parameters
    ----------
    schedules : list of LearningRateSchedule
        :math:`s_k`, two or more.

    Notes
    -----
    *First step, past the end*: the lowest rate there. *Boundaries*: the curve bends where two schedules cross, found
    as in `ClipLR`.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.WarmUpLR(0.1, 10).minimum(lrkit.CosineDecayLR(0, 0.1, 10))([1, 5, 9])
    array([0.01      , 0.05      , 0.00244717])
    """

    schedules: Annotated[Schedules, Param("s_k", min_length=2)]

    def formula(self, step: Any, xp: Any) -> Any:
        return reduce(xp.minimum, (schedule.formula(step, xp) for schedule in self.schedules))

    def _choice(self) -> Choice:
        return [(False, schedule) for schedule in self.schedules]

    def _knots(self, stop: int) -> Any:
        return knots_of_choice(self, stop)


class MaximumLR(LearningRateSchedule, kind="maximum"):
    r"""The highest of several schedules at each step: ``s.maximum(t)``.

    .. math:: \eta(t) = \max_k s_k(t)

    Parameters
    ----------
    schedules : list of LearningRateSchedule
        :math:`s_k`, two or more.

    Notes
    -----
    *First step, past the end*: the highest rate there. *Boundaries*: the curve bends where two schedules cross, found
    as in `ClipLR`.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.CosineDecayLR(0, 0.1, 10).maximum(lrkit.ConstantLR(0.02))([0, 5, 9])
    array([0.1 , 0.05, 0.02])
    """

    schedules: Annotated[Schedules, Param("s_k", min_length=2)]

    def formula(self, step: Any, xp: Any) -> Any:
        return reduce(xp.maximum, (schedule.formula(step, xp) for schedule in self.schedules))

    def _choice(self) -> Choice:
        return [(True, schedule) for schedule in self.schedules]

    def _knots(self, stop: int) -> Any:
        return knots_of_choice(self, stop)
