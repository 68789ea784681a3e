"""Chebyshev nodes: `chebyshev`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import HoldLR
from ..schedules.cosine_decay import CosineDecayLR
from ._between import BETWEEN, between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of


@expression
def chebyshev(
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, high=2**52, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""The Chebyshev nodes between two rates, from the highest to the lowest: half a cosine, sampled between its steps.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min})
              \left(1 + \cos \frac{\pi (2 \min(t, T - 1) + 1)}{2 T}\right)

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}`, at least 0, and :math:`\eta_{\max}`, above 0 and not below it.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**52: the number of nodes.

    Notes
    -----
    *Made of*: `CosineDecayLR`, half a step ahead. *First step*: a little below `max_lr`. *At decay_steps - 1*: the last
    node, as far above `min_lr`. *Past the end*: the last node. *Elsewhere*: pytorch-scheduler's ``ChebyshevScheduler``;
    pytorch-optimizer's takes reciprocals of nodes, in another order.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.chebyshev(0.0, 0.1, 3).to_array(5)
    array([0.09330127, 0.05      , 0.00669873, 0.00669873, 0.00669873])
    """
    require_order("chebyshev", "min_lr", min_lr, "max_lr", max_lr)
    odd_steps = CosineDecayLR(0.0, 1.0, 2 * decay_steps).shift(-1).stretch(0.5)
    return between(min_lr, max_lr, odd_steps.hold(decay_steps - 1))


@inverse_of(chebyshev, HoldLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, polynomial in taken_apart(schedule):
        if isinstance(polynomial, HoldLR):
            yield {"min_lr": low, "max_lr": high, "decay_steps": polynomial.hold_steps + 1}
