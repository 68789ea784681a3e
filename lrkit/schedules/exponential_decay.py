"""Exponential decay: `ExponentialDecayLR` (step object) and `exponential_decay_lr` (list)."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._knots import multiples
from ._lists import counted_in_epochs


class ExponentialDecayLR(LearningRateSchedule, kind="exponential_decay"):
    r"""A rate multiplied by `decay_rate` once every `decay_steps`, smoothly or in stairs.

    .. math:: \eta(t) = \eta_0 \, r^{\,p}, \qquad p = t / T \quad\text{or, in stairs,}\quad p = \lfloor t / T \rfloor

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, the first rate, above 0.
    decay_rate : float
        :math:`r`, the factor per `decay_steps`, above 0. Above 1 the rate grows.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    is_stair : bool
        Whether the rate is constant between multiples of `decay_steps`. Default: False.

    Notes
    -----
    *First step*: `learning_rate`. *At a multiple of decay_steps*: one more factor; in stairs this is a jump.
    *Past the end*: there is none; the rate goes on towards 0.

    *Order of operations*: quotient, power, product, as MindSpore's list. *Elsewhere*: optax's ``exponential_decay``
    and Keras's ``ExponentialDecay`` are the same curve; torch's ``ExponentialLR`` has `decay_steps` 1, and its
    ``StepLR`` is the stairs.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.ExponentialDecayLR(0.1, 0.9, 4)
    >>> [round(schedule(step), 9) for step in range(4)]
    [0.1, 0.097400375, 0.09486833, 0.092402109]
    >>> lrkit.ExponentialDecayLR(0.1, 0.5, 4, is_stair=True).to_array(6)
    array([0.1 , 0.1 , 0.1 , 0.1 , 0.05, 0.05])
    """

    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))]
    decay_rate: Annotated[float, Param("r", low=0, exclusive=True, typical=(0.5, 1))]
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 10_000))]
    is_stair: Annotated[bool, Param("")] = False

    def formula(self, step: Any, xp: Any) -> Any:
        p = xp.floor_divide(step, self.decay_steps) if self.is_stair else step / self.decay_steps
        return self.learning_rate * xp.pow(self.decay_rate, p)

    def _knots(self, stop: int) -> Any:
        return multiples(self.decay_steps, stop) if self.is_stair else ()

    def _horizon(self) -> int:
        factors = math.log(0.01) / math.log(self.decay_rate) if self.decay_rate < 0.9999 else 10
        return math.ceil(max(factors, 4) * self.decay_steps)  # until a hundredth is left


@counted_in_epochs(ExponentialDecayLR, decay_steps="decay_epoch")
def exponential_decay_lr(
    learning_rate: float,
    decay_rate: float,
    total_step: int,
    step_per_epoch: int,
    decay_epoch: int,
    is_stair: bool = False,
) -> list[float]:
    """`ExponentialDecayLR` counted in epochs, as a list.

    Element ``i`` is the rate at step ``i // step_per_epoch`` of
    ``ExponentialDecayLR(learning_rate, decay_rate, decay_epoch, is_stair)``.
    The list is MindSpore's ``nn.exponential_decay_lr``, bit for bit.

    Parameters
    ----------
    learning_rate, decay_rate : float
        The first rate, and the factor per `decay_epoch`: above 0.
    total_step, step_per_epoch : int
        The length of the list, and of an epoch, in steps: at least 1.
    decay_epoch : int
        The epochs in which the rate is multiplied by `decay_rate` once, at least 1.
    is_stair : bool
        Whether the rate changes only every `decay_epoch` epochs. Default: False.

    Returns
    -------
    list of float
        `total_step` rates, constant within an epoch.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.exponential_decay_lr(0.1, 0.9, total_step=6, step_per_epoch=2, decay_epoch=1)
    [0.1, 0.1, 0.09000000000000001, 0.09000000000000001, 0.08100000000000002, 0.08100000000000002]
    """
    return ExponentialDecayLR(learning_rate, decay_rate, decay_epoch, is_stair).to_list(total_step, step_per_epoch)
