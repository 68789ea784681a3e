"""Inverse time decay: `InverseDecayLR` (step object) and `inverse_decay_lr` (list)."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._knots import multiples
from ._lists import counted_in_epochs


class InverseDecayLR(LearningRateSchedule, kind="inverse_decay"):
    r"""A rate that falls like one over the step, smoothly or in stairs.

    .. math:: \eta(t) = \frac{\eta_0}{1 + r p}, \qquad
              p = t / T \quad\text{or, in stairs,}\quad p = \lfloor t / T \rfloor

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, the first rate, above 0.
    decay_rate : float
        :math:`r`, above 0: after `decay_steps` the rate is divided by :math:`1 + r`.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    is_stair : bool
        Whether the rate is constant between multiples of `decay_steps`. Default: False.

    Notes
    -----
    *First step*: `learning_rate`. *At a multiple of decay_steps*: a jump in stairs, else nothing.
    *Past the end*: there is none; the rate goes on towards 0.

    *Order of operations*: the product :math:`r t` first, then the division by :math:`T`, as MindSpore's list.
    *Elsewhere*: Keras's ``InverseTimeDecay`` is the same curve.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.InverseDecayLR(0.1, 1.0, 2)([0, 2, 4, 18])
    array([0.1       , 0.05      , 0.03333333, 0.01      ])
    """

    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))]
    decay_rate: Annotated[float, Param("r", low=0, exclusive=True, typical=(0.01, 2))]
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 10_000))]
    is_stair: Annotated[bool, Param("")] = False

    def formula(self, step: Any, xp: Any) -> Any:
        if self.is_stair:
            return self.learning_rate / (1 + self.decay_rate * xp.floor_divide(step, self.decay_steps))
        return self.learning_rate / (1 + self.decay_rate * step / self.decay_steps)

    def _knots(self, stop: int) -> Any:
        return multiples(self.decay_steps, stop) if self.is_stair else ()

    def _horizon(self) -> int:
        return math.ceil(max(4, min(9 / self.decay_rate, 1e6)) * self.decay_steps)  # until a tenth is left


@counted_in_epochs(InverseDecayLR, decay_steps="decay_epoch")
def inverse_decay_lr(
    learning_rate: float,
    decay_rate: float,
    total_step: int,
    step_per_epoch: int,
    decay_epoch: int,
    is_stair: bool = False,
) -> list[float]:
    """`InverseDecayLR` counted in epochs, as a list.

    Element ``i`` is the rate at step ``i // step_per_epoch`` of
    ``InverseDecayLR(learning_rate, decay_rate, decay_epoch, is_stair)``. The list is MindSpore's
    ``nn.inverse_decay_lr``, bit for bit.

    Parameters
    ----------
    learning_rate, decay_rate : float
        The first rate, and what is added to its divisor 1 in each `decay_epoch`: above 0.
    total_step, step_per_epoch : int
        The length of the list, and of an epoch, in steps: at least 1.
    decay_epoch : int
        The epochs in which the divisor grows by `decay_rate`, at least 1.
    is_stair : bool
        Whether the rate changes only every `decay_epoch` epochs. Default: False.

    Returns
    -------
    list of float
        `total_step` rates, constant within an epoch.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.inverse_decay_lr(0.1, 0.5, total_step=6, step_per_epoch=1, decay_epoch=1, is_stair=True)
    [0.1, 0.06666666666666667, 0.05, 0.04, 0.03333333333333333, 0.028571428571428574]
    """
    return InverseDecayLR(learning_rate, decay_rate, decay_epoch, is_stair).to_list(total_step, step_per_epoch)
