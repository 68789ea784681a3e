"""Changes of a schedule's clock: `ShiftLR`, `StretchLR`, `RepeatLR`, `HoldLR`."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from .._params import Param
from ._base import LearningRateSchedule, multiples


class ShiftLR(LearningRateSchedule, kind="shift"):
    r"""A schedule that starts later, or in the middle: ``s.shift(100)``, ``s.shift(-100)``.

    .. math:: \eta(t) = s(\max(t - k, 0))

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    shift_steps : int
        :math:`k`, in steps: above 0 the curve moves right, below 0 its first :math:`-k` steps are skipped.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type, or :math:`|k|` is above 2**53.

    Notes
    -----
    *First step*: the schedule's first rate, held up to step :math:`k`; for a negative :math:`k`, its rate at step
    :math:`-k`. *Past the end*: whatever the schedule does. To resume a run at step 1000 on a clock that starts at 0,
    shift by -1000.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.CosineDecayLR(0, 0.1, 2).shift(2).to_array(5)
    array([0.1 , 0.1 , 0.1 , 0.05, 0.  ])
    >>> lrkit.CosineDecayLR(0, 0.1, 2).shift(-1)(0)
    0.05
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    shift_steps: Annotated[int, Param("k", unit="step", typical=(-100, 100))]

    def formula(self, step: Any, xp: Any) -> Any:
        moved = step - self.shift_steps
        return self.schedule.formula(xp.maximum(moved, 0) if self.shift_steps > 0 else moved, xp)

    def _knots(self, stop: int) -> Any:
        inner = self.schedule.knots(max(stop - self.shift_steps, 1)) + self.shift_steps
        return np.append(inner, self.shift_steps)

    def _horizon(self) -> int:
        return self.schedule.horizon + self.shift_steps


class StretchLR(LearningRateSchedule, kind="stretch"):
    r"""A schedule made longer or shorter: ``s.stretch(2)``.

    .. math:: \eta(t) = s(t / c)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    factor : float
        :math:`c`, above 0: how many times as long the curve becomes.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain.

    Notes
    -----
    *First step*: the schedule's own. *Boundaries*: at :math:`c` times the schedule's. *Past the end*: whatever the
    schedule does. The schedule is evaluated between its steps; at a whole step, a quotient that is a rounding away
    from a whole number is taken for it.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.WarmUpLR(0.1, 2).stretch(2)([0, 1, 2, 3, 4])
    array([0.   , 0.025, 0.05 , 0.075, 0.1  ])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    factor: Annotated[float, Param("c", low=0, exclusive=True, typical=(0.1, 10))]

    def formula(self, step: Any, xp: Any) -> Any:
        t = step / self.factor
        whole = xp.floor(t + 0.5)
        # 7 / 0.07 is one rounding short of 100, where the schedule may jump. The nudge is a multiple of 2**-60, so that
        # `floor` only takes its derivative from it.
        nudge = xp.floor((whole - t) * 2.0**60) / 2.0**60
        close = xp.where(abs(whole - t) <= 2.0**-51 * whole, t + nudge, t)
        return self.schedule.formula(xp.where(xp.floor(step) == step, close, t), xp)

    def _knots(self, stop: int) -> Any:
        return self.schedule.knots(math.ceil(stop / self.factor) + 1) * self.factor

    def _horizon(self) -> int:
        return math.ceil(self.schedule.horizon * self.factor)


class RepeatLR(LearningRateSchedule, kind="repeat"):
    r"""The first steps of a schedule, again and again: ``s.repeat(1000)``.

    Warm restarts: ``CosineDecayLR(0, 0.1, 1000).repeat(1000)``.

    .. math:: \eta(t) = s(t - c P), \qquad c = \min(\lfloor t / P \rfloor, n - 1)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    period_steps : int
        :math:`P`, in steps, from 1 to 2**53.
    cycles : int, optional
        :math:`n`, at least 1: how many times the schedule starts. Without end if left out.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain.

    Notes
    -----
    *First step*: the schedule's own. *At a multiple of period_steps*: the schedule's first rate again; what it has at
    step :math:`P` itself is not reached. *Past the end*: after `cycles` starts, the last one runs on. The cycle is
    counted in integers, so it is exact however large the step.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.CosineDecayLR(0, 0.1, 2).repeat(2, cycles=2).to_array(6)
    array([0.1 , 0.05, 0.1 , 0.05, 0.  , 0.  ])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    period_steps: Annotated[int, Param("P", unit="step", low=1, typical=(1, 1000))]
    cycles: Annotated[int | None, Param("n", low=1, typical=(1, 10))] = None

    def formula(self, step: Any, xp: Any) -> Any:
        cycle = xp.floor_divide(step, self.period_steps)
        if self.cycles is not None:
            cycle = xp.minimum(cycle, self.cycles - 1)
        return self.schedule.formula(step - cycle * self.period_steps, xp)

    def _knots(self, stop: int) -> Any:
        starts = multiples(self.period_steps, stop)[: self.cycles]
        inside = self.schedule.knots(self.period_steps)
        last = self.schedule.knots(stop) + starts[-1] if self.cycles is not None else ()
        return np.concatenate([starts, (starts[:, None] + inside).ravel(), last])

    def _horizon(self) -> int:
        if self.cycles is None:
            return 3 * self.period_steps
        return (self.cycles - 1) * self.period_steps + max(self.period_steps, self.schedule.horizon)


class HoldLR(LearningRateSchedule, kind="hold"):
    r"""A schedule that stops changing: ``s.hold(1000)``.

    .. math:: \eta(t) = s(\min(t, H))

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    hold_steps : int
        :math:`H`, in steps, from 0 to 2**53: the step whose rate is held.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain.

    Notes
    -----
    *First step*: the schedule's own. *At hold_steps*: the schedule's rate there. *Past the end*: that rate.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.WarmUpLR(0.1, 10).hold(3)([2, 3, 4, 100])
    array([0.02, 0.03, 0.03, 0.03])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    hold_steps: Annotated[int, Param("H", unit="step", low=0, typical=(0, 1000))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.schedule.formula(xp.minimum(step, self.hold_steps), xp)

    def _knots(self, stop: int) -> Any:
        return np.append(self.schedule.knots(min(stop, self.hold_steps + 1)), self.hold_steps)

    def _horizon(self) -> int:
        return self.hold_steps
