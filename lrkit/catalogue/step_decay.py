"""Equal stairs: `step_decay`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.exponential_decay import ExponentialDecayLR
from ._entries import Proposals, expression, inverse_of


@expression
def step_decay(
    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))],
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True, typical=(0.1, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""Stairs: the rate times `gamma` every `decay_steps` steps.

    .. math:: \eta(t) = \eta_0 \, \gamma^{\lfloor t / T \rfloor}

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, the first rate, above 0.
    gamma : float
        :math:`\gamma`, above 0. Above 1 the stairs go up.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53: the width of a stair.

    Notes
    -----
    *First step*: `learning_rate`. *At a multiple of decay_steps*: already the next stair. *Past the end*: there is
    none. *Elsewhere*: torch's ``StepLR``, timm's ``StepLRScheduler`` without a warm-up.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.step_decay(0.1, 0.5, 2).to_list(6)
    [0.1, 0.1, 0.05, 0.05, 0.025, 0.025]
    """
    return ExponentialDecayLR(learning_rate, gamma, decay_steps, is_stair=True)


@inverse_of(step_decay, ExponentialDecayLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case ExponentialDecayLR(rate, gamma, steps, True):
            yield {"learning_rate": rate, "gamma": gamma, "decay_steps": steps}
