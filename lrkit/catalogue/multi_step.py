"""Stairs at given steps: `multi_step`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_between


@expression
def multi_step(
    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))],
    milestones: Annotated[Sequence[int], Param("M_k", unit="step", low=0, typical=(0, 1000))],
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True, typical=(0.1, 1))] = 0.1,
) -> LearningRateSchedule:
    r"""Stairs at given steps: the rate times `gamma` at each of the `milestones`.

    .. math:: \eta(t) = \eta_0 \, \gamma^{k}, \qquad k = \#\{j : M_j \le t\}

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, above 0: the rate before the first milestone.
    milestones : list of int
        :math:`M_j`, in steps, from 0 to 2**53, in any order. One that is there twice counts twice.
    gamma : float
        :math:`\gamma`, above 0. Default: 0.1.

    Notes
    -----
    *Made of*: constants, one after another. *First step*: `learning_rate`, times `gamma` for each milestone 0. *At a
    milestone*: already the next stair. *Past the end*: the last stair. *Elsewhere*: torch's ``MultiStepLR``; timm's
    ``MultiStepLRScheduler`` changes one step earlier, Keras's ``PiecewiseConstantDecay`` one step later.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.multi_step(0.1, [2, 4, 4], 0.5).to_list(6)
    [0.1, 0.1, 0.05, 0.05, 0.0125, 0.0125]
    """
    try:
        stairs = tuple(ConstantLR(learning_rate * gamma**k) for k in range(len(milestones) + 1))
    except OverflowError:
        raise ValueError(f"multi_step: gamma**{len(milestones)} must be a float, got gamma={gamma}") from None
    return JoinLR(stairs, tuple(sorted(milestones))) if milestones else stairs[0]


@inverse_of(multi_step, ConstantLR, JoinLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case ConstantLR(rate):
            yield {"learning_rate": rate, "milestones": ()}
        case JoinLR((ConstantLR(rate), ConstantLR(second), *_) as parts, milestones) if rate:
            rates = [part.learning_rate if isinstance(part, ConstantLR) else None for part in parts]
            # The second rate is rounded, so that the factor lies between two quotients; far apart, if it has few bits.
            low, high = math.nextafter(second, 0.0) / rate, math.nextafter(second, math.inf) / rate

            def fits(gamma: float) -> bool:
                return all(rate * gamma**k == known for k, known in enumerate(rates))

            gamma = shortest_between(max(low, math.ulp(0.0)), high, fits)
            yield {"learning_rate": rate, "milestones": milestones, "gamma": gamma}
