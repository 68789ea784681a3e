"""Logarithmic warm-up: `LogWarmUpLR`."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule


class LogWarmUpLR(LearningRateSchedule, kind="log_warm_up"):
    r"""The logarithm of the step, from 0 up to `learning_rate`, then flat.

    The warm-up that DeepSpeed uses unless told otherwise: most of the rise is in the first steps.

    .. math:: \eta(t) = \eta \, \frac{\ln(1 + \min(t, W - 1))}{\ln W}

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is reached, at least 0.
    warmup_steps : int
        :math:`W`, in steps, from 2 to 2**53.

    Notes
    -----
    *First step*: 0. *At warmup_steps - 1*: `learning_rate` for the first time. *Past the end*: held there.
    *Elsewhere*: DeepSpeed's ``WarmupLR`` is one update behind, and so uses 0 twice: ``.shift(1)``.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.LogWarmUpLR(0.1, 10).shift(1)([0, 1, 2, 9, 10, 99])
    array([0.        , 0.        , 0.030103  , 0.09542425, 0.1       ,
           0.1       ])
    """

    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]
    warmup_steps: Annotated[int, Param("W", unit="step", low=2, typical=(2, 10_000))]

    def formula(self, step: Any, xp: Any) -> Any:
        t = xp.minimum(step, self.warmup_steps - 1)
        return self.learning_rate * xp.log(1.0 + t) / math.log(self.warmup_steps)

    def _knots(self, stop: int) -> Any:
        return (self.warmup_steps - 1,)

    def _horizon(self) -> int:
        return 2 * self.warmup_steps
