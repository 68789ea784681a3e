"""Natural exponential decay: `NaturalExpDecayLR` (step object) and `natural_exp_decay_lr` (list)."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._knots import multiples
from ._lists import counted_in_epochs


class NaturalExpDecayLR(LearningRateSchedule, kind="natural_exp_decay"):
    r"""A rate divided by the same power of e at every step, smoothly or in stairs.

    .. math:: \eta(t) = \eta_0 \, e^{-r x}, \qquad x = t \quad\text{or, in stairs,}\quad x = T \lfloor t / T \rfloor

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, the first rate, above 0.
    decay_rate : float
        :math:`r`, per step, above 0.
    decay_steps : int
        :math:`T`, the length of a stair, in steps, from 1 to 2**53. **Without** `is_stair` **it has no effect.**
    is_stair : bool
        Whether the rate is constant between multiples of `decay_steps`. Default: False.

    Notes
    -----
    *First step*: `learning_rate`. *At a multiple of decay_steps*: a jump in stairs, else nothing.
    *Past the end*: there is none; the rate goes on towards 0.

    *Order of operations*: ``math.e ** x``, which is not always ``math.exp(x)`` to the last bit, as MindSpore's list.
    MindSpore documents the exponent as :math:`r t / T`; what it computes is what stands here.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.NaturalExpDecayLR(0.1, 0.9, 4).to_array(3)
    array([0.1       , 0.04065697, 0.01652989])
    >>> lrkit.NaturalExpDecayLR(0.1, 0.9, 2, is_stair=True).to_array(5)
    array([0.1       , 0.1       , 0.01652989, 0.01652989, 0.00273237])
    """

    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))]
    decay_rate: Annotated[float, Param("r", unit="1/step", low=0, exclusive=True, typical=(1e-5, 1))]
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 10_000))]
    is_stair: Annotated[bool, Param("")] = False

    def formula(self, step: Any, xp: Any) -> Any:
        x = xp.floor_divide(step, self.decay_steps) * self.decay_steps if self.is_stair else step
        return self.learning_rate * xp.pow(math.e, -self.decay_rate * x)

    def _knots(self, stop: int) -> Any:
        return multiples(self.decay_steps, stop) if self.is_stair else ()

    def _horizon(self) -> int:
        stairs = 4 * self.decay_steps if self.is_stair else 1
        return max(stairs, math.ceil(min(-math.log(0.01) / self.decay_rate, 1e9)))  # until 1 % of the rate is left


@counted_in_epochs(NaturalExpDecayLR, decay_steps="decay_epoch")
def natural_exp_decay_lr(
    learning_rate: float,
    decay_rate: float,
    total_step: int,
    step_per_epoch: int,
    decay_epoch: int,
    is_stair: bool = False,
) -> list[float]:
    """`NaturalExpDecayLR` counted in epochs, as a list.

    Element ``i`` is the rate at step ``i // step_per_epoch`` of
    ``NaturalExpDecayLR(learning_rate, decay_rate, decay_epoch, is_stair)``.
    The list is MindSpore's ``nn.natural_exp_decay_lr``, bit for bit.

    Parameters
    ----------
    learning_rate, decay_rate : float
        The first rate, and the decay per epoch: above 0.
    total_step, step_per_epoch : int
        The length of the list, and of an epoch, in steps: at least 1.
    decay_epoch : int
        The length of a stair, in epochs, at least 1. Without `is_stair` it has no effect.
    is_stair : bool
        Whether the rate changes only every `decay_epoch` epochs. Default: False.

    Returns
    -------
    list of float
        `total_step` rates, constant within an epoch.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.natural_exp_decay_lr(0.1, 0.9, 6, 2, 2, is_stair=True)
    [0.1, 0.1, 0.1, 0.1, 0.016529888822158657, 0.016529888822158657]
    """
    return NaturalExpDecayLR(learning_rate, decay_rate, decay_epoch, is_stair).to_list(total_step, step_per_epoch)
