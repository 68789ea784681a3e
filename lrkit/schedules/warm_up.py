"""Linear warm-up: `WarmUpLR` (step object) and `warmup_lr` (list)."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._lists import counted_in_epochs


class WarmUpLR(LearningRateSchedule, kind="warm_up"):
    r"""A straight line from 0 to `learning_rate`, then flat.

    The first part of most recipes: ``schedule.warmup(500)`` puts it in front of any schedule. Made popular by Goyal et
    al. (2017), who start it above 0.

    .. math:: \eta(t) = \frac{\eta \, \min(t, W)}{W}

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is reached, at least 0.
    warmup_steps : int
        :math:`W`, in steps, from 1 to 2**53.

    Notes
    -----
    *First step*: 0, so the first update of a run changes nothing. *At warmup_steps*: `learning_rate` for the first
    time. *Past the end*: held there.

    *Order of operations*: the product first, then the division, as MindSpore's list; so the rate that is held can be
    one ulp off `learning_rate`. *Elsewhere*: torch's ``LinearLR`` starts at a third of the rate unless told
    otherwise; optax's ``linear_schedule`` from 0 is the same curve.

    References
    ----------
    Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, arXiv:1706.02677.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.WarmUpLR(0.1, 4)([0, 1, 3, 4, 100])
    array([0.   , 0.025, 0.075, 0.1  , 0.1  ])
    """

    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))]
    warmup_steps: Annotated[int, Param("W", unit="step", low=1, typical=(1, 10_000))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.learning_rate * xp.minimum(step, self.warmup_steps) / self.warmup_steps

    def _knots(self, stop: int) -> Any:
        return (self.warmup_steps,)

    def _horizon(self) -> int:
        return 2 * self.warmup_steps


@counted_in_epochs(WarmUpLR, warmup_steps="warmup_epoch")
def warmup_lr(learning_rate: float, total_step: int, step_per_epoch: int, warmup_epoch: int) -> list[float]:
    """`WarmUpLR` counted in epochs, as a list.

    Element ``i`` is the rate of ``WarmUpLR(learning_rate, warmup_epoch)`` at step ``i // step_per_epoch``.
    The list is MindSpore's ``nn.warmup_lr``, bit for bit.

    Parameters
    ----------
    learning_rate : float
        The rate that is reached, at least 0.
    total_step, step_per_epoch : int
        The length of the list, and of an epoch, in steps: at least 1.
    warmup_epoch : int
        The length of the warm-up, in epochs, at least 1.

    Returns
    -------
    list of float
        `total_step` rates, constant within an epoch: 0 for the whole first epoch.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.warmup_lr(0.1, total_step=6, step_per_epoch=2, warmup_epoch=2)
    [0.0, 0.0, 0.05, 0.05, 0.1, 0.1]
    """
    return WarmUpLR(learning_rate, warmup_epoch).to_list(total_step, step_per_epoch)
