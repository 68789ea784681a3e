"""A rise along a power: `power_warm_up`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.power import PowerLR
from ..schedules.warm_up import WarmUpLR
from ._between import between, taken_apart
from ._entries import Proposals, expression, inverse_of


@expression
def power_warm_up(
    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=1, typical=(1, 10_000))],
    power: Annotated[float, Param("q", low=0, exclusive=True, typical=(0.5, 3))],
) -> LearningRateSchedule:
    r"""A power of the time, from 0 up to `learning_rate`, then flat.

    .. math:: \eta(t) = \eta \left(\frac{\min(t, W)}{W}\right)^{q}

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is reached, at least 0.
    warmup_steps : int
        :math:`W`, in steps, from 1 to 2**53.
    power : float
        :math:`q`, above 0: 2 begins slowly, 1/2 at once.

    Notes
    -----
    *Made of*: a power of `WarmUpLR`. *First step*: 0. *At warmup_steps*: `learning_rate` for the first time. *Past the
    end*: held there. *Elsewhere*: pytorch-scheduler's warm-up called ``exponential`` is the square. In front of a
    schedule: ``power_warm_up(s(0), W, 2).then(s, W)``.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.power_warm_up(0.1, 4, power=2)([0, 1, 2, 4, 99])
    array([0.     , 0.00625, 0.025  , 0.1    , 0.1    ])
    """
    return between(0.0, learning_rate, WarmUpLR(1.0, warmup_steps) ** power)


@inverse_of(power_warm_up, PowerLR, ScaleLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for _, rate, wave in taken_apart(schedule):
        match wave:
            case PowerLR(WarmUpLR(_, steps), power):
                yield {"learning_rate": rate, "warmup_steps": steps, "power": power}
