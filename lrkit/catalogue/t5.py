"""The pre-training schedule of T5: `t5`."""

from __future__ import annotations

import math
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import ShiftLR
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_near
from .power_law import power_law, power_laws


@expression
def t5(
    warmup_steps: Annotated[int, Param("k", unit="step", low=1, typical=(1, 10_000))] = 10_000,
    factor: Annotated[float, Param("f", low=0, exclusive=True, typical=(0.1, 10))] = 1.0,
) -> LearningRateSchedule:
    r"""Level, then down with the inverse square root of the step.

    .. math:: \eta(t) = \frac{f}{\sqrt{\max(t, k)}}

    Parameters
    ----------
    warmup_steps : int
        :math:`k`, in steps, from 1 to 2**53: how long the rate is level. It does not rise. Default: 10 000.
    factor : float
        :math:`f`, above 0. Default: 1.

    Notes
    -----
    *First step, up to warmup_steps*: :math:`f / \sqrt{k}`, a hundredth at the defaults. *Past the end*: there is none.
    *Elsewhere*: NeMo's ``T5InverseSquareRootAnnealing``, which ignores the optimizer's rate.

    References
    ----------
    Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer", JMLR 2020,
    arXiv:1910.10683.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.t5()([0, 10_000, 40_000, 1_000_000])
    array([0.01 , 0.01 , 0.005, 0.001])
    """
    return power_law(factor / math.sqrt(warmup_steps), 0.5, warmup_steps).shift(warmup_steps)


@inverse_of(t5, ShiftLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    if isinstance(schedule, ShiftLR) and (root := math.sqrt(max(schedule.shift_steps, 0))):
        for law in power_laws(schedule.schedule):
            rate = law["learning_rate"]
            factor = shortest_near(rate * root, lambda factor, rate=rate: factor / root == rate)  # type: ignore[misc]
            yield {"warmup_steps": schedule.shift_steps, "factor": factor}
