"""Constant pieces: `PiecewiseConstantLR` (step object) and `piecewise_constant_lr` (list)."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from .._params import Param
from ._base import LearningRateSchedule
from ._list_fields import Floats, Integers
from ._lists import counted_in_epochs, repeat_each


class PiecewiseConstantLR(LearningRateSchedule, kind="piecewise_constant"):
    r"""A staircase: each rate lasts up to its milestone, the last one to the end of the run.

    The step schedule of image classification: divide the rate by ten at two or three points of the run.

    .. math:: \eta(t) = \eta_k \quad\text{for}\quad M_{k-1} \le t < M_k, \qquad M_{-1} = 0

    Parameters
    ----------
    milestones : list of int
        :math:`M_k`, in steps, each at least 1 and not below the one before; the step at which the rate
        :math:`\eta_k` ends. At most 2**53.
    learning_rates : list of float
        :math:`\eta_k`, one for each milestone: finite, of any sign. Three drops take four rates and four milestones.

    Notes
    -----
    *First step*: the first rate. *At a milestone*: already the next rate; the interval is half-open. Equal neighbours
    are allowed: that rate gets no step. *Past the end*: the last rate is held after the last milestone, where the
    list ends.

    *Elsewhere*: Keras's ``PiecewiseConstantDecay`` keeps the old rate at the boundary itself (:math:`t \le M_k`);
    torch's ``MultiStepLR`` and optax's ``piecewise_constant_schedule`` give factors instead of rates.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.PiecewiseConstantLR([2, 5, 10], [0.1, 0.05, 0.01])([0, 1, 2, 4, 5, 99])
    array([0.1 , 0.1 , 0.05, 0.05, 0.01, 0.01])
    """

    milestones: Annotated[Integers, Param("M_k", unit="step", low=1, typical=(1, 100), min_length=1)]
    learning_rates: Annotated[Floats, Param(r"\eta_k", typical=(1e-4, 1), min_length=1)]

    def _check(self) -> None:
        self._require_same_length("milestones", "learning_rates")
        self._require_ascending("milestones")

    def formula(self, step: Any, xp: Any) -> Any:
        return xp.take(self.learning_rates, xp.searchsorted(self.milestones[:-1], step, side="right"))

    def _knots(self, stop: int) -> Any:
        return self.milestones[:-1]

    def _horizon(self) -> int:
        return self.milestones[-1]


@counted_in_epochs(PiecewiseConstantLR, milestones="milestone")
def piecewise_constant_lr(milestone: list[int], learning_rates: list[float]) -> list[float]:
    """`PiecewiseConstantLR` as a list that ends at the last milestone: MindSpore's, bit for bit.

    Parameters
    ----------
    milestone : list of int
        The steps at which the rates end, each at least 1 and not below the one before.
    learning_rates : list of float
        One rate for each milestone: finite, of any sign.

    Returns
    -------
    list of float
        ``milestone[-1]`` rates; an empty list for empty arguments.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.piecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01])
    [0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01]
    """
    given = (milestone, learning_rates)
    if all(isinstance(argument, (list, tuple)) and not argument for argument in given):
        return []
    schedule = PiecewiseConstantLR(milestone, learning_rates)
    return repeat_each(np.array(schedule.learning_rates), np.diff((0, *schedule.milestones)).tolist())
