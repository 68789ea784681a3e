"""Level, then a cosine: `flat_cosine`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.join import JoinLR
from ._between import BETWEEN, between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of


@expression
def flat_cosine(
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    flat_steps: Annotated[int, Param("F", unit="step", low=0, typical=(0, 10_000))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""Level at `max_lr` for most of a run, then half a cosine down to `min_lr`.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min})
              \left(1 + \cos(\pi p)\right), \qquad p = \frac{\min(\max(t - F, 0), T)}{T}

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}`, at least 0, and :math:`\eta_{\max}`, above 0 and not below it.
    flat_steps : int
        :math:`F`, in steps, from 0 to 2**53.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53: the cosine alone.

    Notes
    -----
    *First step, up to flat_steps*: `max_lr`, to rounding. *At flat_steps + decay_steps*: `min_lr` for the first time.
    *Past the end*: `min_lr`. *Elsewhere*: pytorch-scheduler's ``FlatCosineScheduler`` and fastai's ``fit_flat_cos``
    take the level part as a fraction of the run.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.flat_cosine(0.0, 0.1, flat_steps=4, decay_steps=2)([0, 4, 5, 6, 99])
    array([0.1 , 0.1 , 0.05, 0.  , 0.  ])
    """
    require_order("flat_cosine", "min_lr", min_lr, "max_lr", max_lr)
    return between(min_lr, max_lr, ConstantLR(1.0).then(CosineDecayLR(0.0, 1.0, decay_steps), flat_steps))


@inverse_of(flat_cosine, JoinLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, wave in taken_apart(schedule):
        match wave:
            case JoinLR((_, CosineDecayLR(_, _, decay)), (flat,)):
                yield {"min_lr": low, "max_lr": high, "flat_steps": flat, "decay_steps": decay}
