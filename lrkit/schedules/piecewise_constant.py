"""Constant pieces: `PiecewiseConstantLR` (step object) and `piecewise_constant_lr` (list)."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from .._params import Param
from ._base import LearningRateSchedule
from ._epochs import counted_in_epochs
from ._evaluate import repeat_each
from ._stored import Floats, Integers


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

    Raises
    ------
    TypeError
        If an argument is not a list or tuple, or an element is of the wrong type.
    ValueError
        If a milestone or rate is outside its domain, the milestones decrease, or the lengths differ.

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
        if len(self.milestones) != len(self.learning_rates):
            raise ValueError(
                f"PiecewiseConstantLR: milestones and learning_rates must have the same length, "
                f"got {len(self.milestones)} and {len(self.learning_rates)}"
            )
        for k, (before, after) in enumerate(zip(self.milestones, self.milestones[1:], strict=False), start=1):
            if after < before:
                raise ValueError(f"PiecewiseConstantLR: milestones[{k}] must be >= {before}, got {after}")

    def formula(self, step: Any, xp: Any) -> Any:
        return xp.take(self.learning_rates, xp.searchsorted(self.milestones[:-1], step, side="right"))

    def _knots(self, stop: int) -> Any:
        return self.milestones[:-1]

    def _horizon(self) -> int:
        return self.milestones[-1]


@counted_in_epochs(PiecewiseConstantLR, milestones="milestone")
def piecewise_constant_lr(milestone: list[int], learning_rates: list[float]) -> list[float]:
    r"""`PiecewiseConstantLR` as a list that ends at the last milestone.

    Parameters
    ----------
    milestone : list of int
        :math:`M_k`, in steps, each at least 1 and not below the one before.
    learning_rates : list of float
        :math:`\eta_k`, one for each milestone: finite, of any sign.

    Returns
    -------
    list of float
        ``milestone[-1]`` rates; an empty list for empty arguments.

    Raises
    ------
    TypeError, ValueError
        As `PiecewiseConstantLR`.

    Notes
    -----
    Equal to MindSpore's ``nn.piecewise_constant_lr`` bit for bit.

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
