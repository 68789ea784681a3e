"""A straight line: `linear`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._entries import Proposals, expression, inverse_of


@expression
def linear(
    start_lr: Annotated[float, Param(r"\eta_0", typical=(0, 1))],
    end_lr: Annotated[float, Param(r"\eta_1", typical=(0, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 100_000))],
) -> LearningRateSchedule:
    r"""A straight line from `start_lr` to `end_lr`, then flat.

    .. math:: \eta(t) = \eta_0 + (\eta_1 - \eta_0) \frac{\min(t, T)}{T}

    Parameters
    ----------
    start_lr, end_lr : float
        :math:`\eta_0` and :math:`\eta_1`: finite; the line rises if the second is higher.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.

    Notes
    -----
    *First step*: `start_lr`. *At decay_steps*: `end_lr`, exactly. *Past the end*: `end_lr`. *Elsewhere*: optax's
    ``linear_schedule``; torch's ``LinearLR``, with factors in place of rates.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.linear(0.1, 0.02, 4)([0, 1, 2, 4, 99])
    array([0.1 , 0.08, 0.06, 0.02, 0.02])
    """
    return PiecewiseLinearLR((0, decay_steps), (start_lr, end_lr))


@inverse_of(linear, PiecewiseLinearLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case PiecewiseLinearLR((_, end), (first, last)):
            yield {"start_lr": first, "end_lr": last, "decay_steps": int(end)}
