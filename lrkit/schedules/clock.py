"""Changes of a schedule's clock: `ShiftLR`, `StretchLR`, `RepeatLR`, `HoldLR`."""

from __future__ import annotations

import math
import sys
from functools import cached_property
from typing import Annotated, Any

import numpy as np

from .._params import LARGEST_COUNT, Param
from ._base import LearningRateSchedule
from ._knots import multiples

MOST_CYCLES = 100_000
"""The most growing cycles whose starts are tabulated."""
DIGITS = 60
"""Of the starts while they are added up: enough that no start at a whole step is rounded off it."""


class ShiftLR(LearningRateSchedule, kind="shift"):
    r"""A schedule that starts later, or in the middle: ``s.shift(100)``, ``s.shift(-100)``.

    .. math:: \eta(t) = s(\max(t - k, 0))

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    shift_steps : int
        :math:`k`, in steps, at most 2**53 either way: above 0 the curve moves right, below 0 its first :math:`-k`
        steps are skipped.

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
        # 7 / 0.07 is one rounding below 100, where the schedule may jump. The correction is a multiple of 2**-60 made
        # by `floor`, so that it does not change the derivative.
        correction = xp.floor((whole - t) * 2.0**60) / 2.0**60
        close = xp.where(abs(whole - t) <= 2.0**-51 * whole, t + correction, t)
        return self.schedule.formula(xp.where(xp.floor(step) == step, close, t), xp)

    def _knots(self, stop: int) -> Any:
        return self.schedule.knots(math.ceil(stop / self.factor) + 1) * self.factor

    def _horizon(self) -> int:
        return math.ceil(self.schedule.horizon * self.factor)


class RepeatLR(LearningRateSchedule, kind="repeat"):
    r"""The first steps of a schedule, again and again: ``s.repeat(1000)``.

    Warm restarts: ``CosineDecayLR(0, 0.1, 1000).repeat(1000)``. Each cycle can be `multiplier` times as long as the
    one before, and `gamma` times as high.

    .. math:: \eta(t) = \gamma^{c} \, s\!\left(\frac{t - t_c}{m^{c}}\right), \qquad
              t_c = P \sum_{i<c} m^{i}, \qquad c = \max\{c < n : t_c \le t\}

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    period_steps : int
        :math:`P`, in steps, from 1 to 2**53: the length of the first cycle.
    cycles : int, optional
        :math:`n`, at least 1: how many times the schedule starts. Without end if left out.
    multiplier : float
        :math:`m`, at least 1: how many times as long each cycle is as the one before. Above 1, at most 100 000 cycles
        may start within 2**53 steps. Default: 1.
    gamma : float
        :math:`\gamma`, above 0: how many times as high. Default: 1.

    Notes
    -----
    *First step*: the schedule's own. *When a cycle starts*: the schedule's first rate again; its rate at step
    :math:`P` itself is not reached. A cycle that starts between two steps has its first rate there. *Past the end*:
    after `cycles` starts, the last one runs on. Cycles are counted in integers, or looked up in a table of their
    starts in float64, so they are exact however large the step (in float32, up to step 2**24). *Elsewhere*: timm,
    Keras and torch's ``step(epoch)`` find the cycle by a logarithm, and miss some.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.CosineDecayLR(0, 0.1, 2).repeat(2, cycles=2).to_array(6)
    array([0.1 , 0.05, 0.1 , 0.05, 0.  , 0.  ])
    >>> lrkit.CosineDecayLR(0, 0.1, 2).repeat(2, multiplier=2, gamma=0.5)([0, 1, 2, 4, 6, 10])
    array([0.1   , 0.05  , 0.05  , 0.025 , 0.025 , 0.0125])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    period_steps: Annotated[int, Param("P", unit="step", low=1, typical=(1, 1000))]
    cycles: Annotated[int | None, Param("n", low=1, typical=(1, 10))] = None
    multiplier: Annotated[float, Param("m", low=1, typical=(1.25, 3))] = 1.0
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True, typical=(0.5, 1))] = 1.0

    def _check(self) -> None:
        if self.multiplier > 1:
            number = number_of_cycles(self.period_steps, self.multiplier, self.cycles)
            most = math.log(sys.float_info.max) / abs(math.log(self.gamma)) if self.gamma > 1 else math.inf
            if number > most:
                raise ValueError(
                    f"RepeatLR: gamma must give heights that are floats in all {number} cycles, got {self.gamma}; "
                    "give fewer cycles"
                )

    @cached_property
    def _growing(self) -> tuple[np.ndarray[Any, Any], ...]:
        """The start of each cycle, and how many times as long and as high as the first it is."""
        starts, lengths = growing_cycles(self.period_steps, self.multiplier, self.cycles)
        return starts, lengths, np.array([self.gamma**k for k in range(starts.size)])

    def formula(self, step: Any, xp: Any) -> Any:
        if self.multiplier > 1:
            cycle = xp.searchsorted(self._growing[0][1:], step, side="right")
            start, length, height = (xp.take(table, cycle) for table in self._growing)
            return height * self.schedule.formula((step - start) / length, xp)
        cycle = xp.floor_divide(step, self.period_steps)
        if self.cycles is not None:
            cycle = xp.minimum(cycle, self.cycles - 1)
        rate = self.schedule.formula(step - cycle * self.period_steps, xp)
        return rate if self.gamma == 1 else xp.pow(self.gamma, cycle) * rate

    def _knots(self, stop: int) -> Any:
        if self.multiplier > 1:
            starts, lengths, _ = (table[self._growing[0] < stop] for table in self._growing)
        else:
            starts = multiples(self.period_steps, stop)[: self.cycles]
            lengths = np.ones(starts.size)
        inside = self.schedule.knots(self.period_steps)
        last = self.schedule.knots(stop) * lengths[-1] + starts[-1] if self.cycles is not None else ()
        return np.concatenate([starts, (starts[:, None] + inside * lengths[:, None]).ravel(), last])

    def _horizon(self) -> int:
        shown = 3 if self.cycles is None else self.cycles
        if self.multiplier > 1:
            starts, lengths, _ = self._growing
            k = min(shown, starts.size) - 1
            start, length = float(starts[k]), float(lengths[k])
        else:
            start, length = (shown - 1.0) * self.period_steps, 1.0
        last = self.period_steps if self.cycles is None else max(self.period_steps, self.schedule.horizon)
        return math.ceil(start + length * last)


def growing_cycles(
    period_steps: int, multiplier: float, cycles: int | None
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The starts of growing cycles up to step 2**53, and their lengths in multiples of the first."""
    starts: list[float] = []
    lengths: list[float] = []
    from decimal import Decimal, localcontext  # only restarts whose lengths grow need it

    number = number_of_cycles(period_steps, multiplier, cycles)
    with localcontext(prec=DIGITS):
        start, length, factor = Decimal(0), Decimal(1), Decimal(multiplier)
        while len(starts) < number:
            starts.append(float(start))
            lengths.append(float(length))
            start += period_steps * length
            length *= factor
    return np.array(starts), np.array(lengths)


def number_of_cycles(period_steps: int, multiplier: float, cycles: int | None) -> int:
    """How many growing cycles start up to step 2**53; an error if there are too many.

    Cycles are taken together: 1, 2, 4, ... as long as they fit, then each of these numbers once more where it fits.
    """
    from decimal import Decimal, localcontext

    doubled: list[tuple[Decimal, Decimal]] = []
    with localcontext(prec=DIGITS):
        start, length = Decimal(period_steps), Decimal(multiplier)  # after so many cycles
        while start <= LARGEST_COUNT and 2 ** len(doubled) <= MOST_CYCLES:
            doubled.append((start, length))
            start += length * start
            length *= length
        number, start, length = 1, Decimal(0), Decimal(1)
        for k, (further, longer) in reversed(list(enumerate(doubled))):
            if start + length * further <= LARGEST_COUNT:
                number, start, length = number + 2**k, start + length * further, length * longer
    number = number if cycles is None else min(number, cycles)
    if number > MOST_CYCLES:
        raise ValueError(
            f"RepeatLR: multiplier must give at most {MOST_CYCLES} cycles in 2**53 steps, got {multiplier}; "
            "give fewer cycles"
        )
    return number


class HoldLR(LearningRateSchedule, kind="hold"):
    r"""A schedule that stops changing: ``s.hold(1000)``.

    .. math:: \eta(t) = s(\min(t, H))

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    hold_steps : int
        :math:`H`, in steps, from 0 to 2**53: the step whose rate is held.

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
