"""A smooth rise: `cosine_warm_up`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ._entries import Proposals, expression, inverse_of


@expression
def cosine_warm_up(
    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=1, typical=(1, 10_000))],
    start_lr: Annotated[float, Param(r"\eta_0", low=0, typical=(0, 1e-4))] = 0.0,
) -> LearningRateSchedule:
    r"""Half a cosine from `start_lr` up to `learning_rate`, level at both ends, then flat.

    .. math:: \eta(t) = \eta_0 + \tfrac12 (\eta - \eta_0) \left(1 - \cos \frac{\pi \min(t, W)}{W}\right)

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is reached, at least 0.
    warmup_steps : int
        :math:`W`, in steps, from 1 to 2**53.
    start_lr : float
        :math:`\eta_0`, the first rate, at least 0; the curve falls if it is the higher one. Default: 0.

    Notes
    -----
    *First step*: `start_lr`. *At warmup_steps*: `learning_rate` for the first time, exactly. *Past the end*: held
    there. In front of a schedule: ``cosine_warm_up(s(0), W).then(s, W)``. *Elsewhere*: the ``cosine`` warm-up of
    transformers' ``warmup_stable_decay``; torch's ``SWALR`` on the way to its rate.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.cosine_warm_up(0.1, 3)([0, 1, 2, 3, 99])
    array([0.   , 0.025, 0.075, 0.1  , 0.1  ])
    """
    return PiecewiseCosineLR((0, warmup_steps), (start_lr, learning_rate))


@inverse_of(cosine_warm_up, PiecewiseCosineLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case PiecewiseCosineLR((_, end), (first, last)):
            yield {"learning_rate": last, "warmup_steps": int(end), "start_lr": first}
