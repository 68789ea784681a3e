"""The square root of the time left: `sqrt_annealing`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.bounds import ClipLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ._between import require_order
from ._entries import Proposals, expression, inverse_of


@expression
def sqrt_annealing(
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""The square root of the time left, steepest at the end, cut off at `min_lr`.

    .. math:: \eta(t) = \max\left(\eta_{\min}, \; \eta_{\max} \sqrt{1 - \frac{\min(t, T)}{T}}\right)

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}`, at least 0, and :math:`\eta_{\max}`, the first rate, above 0 and not below it.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.

    Notes
    -----
    *Made of*: `PolynomialDecayLR` towards 0, clipped. *First step*: `max_lr`. *At decay_steps*: `min_lr`, which it
    meets earlier if that is not 0. *Past the end*: `min_lr`. *Elsewhere*: NeMo's ``SquareRootAnnealing``.
    ``PolynomialDecayLR(max_lr, min_lr, T, 0.5)`` ends at `min_lr` without a corner.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.sqrt_annealing(0.02, 0.1, 4)([0, 3, 4, 99])
    array([0.1 , 0.05, 0.02, 0.02])
    """
    require_order("sqrt_annealing", "min_lr", min_lr, "max_lr", max_lr)
    return PolynomialDecayLR(max_lr, 0.0, decay_steps, 0.5).clip(min_lr=min_lr)


@inverse_of(sqrt_annealing, ClipLR)
def clipped_decays(schedule: LearningRateSchedule) -> Proposals:
    """What `sqrt_annealing` or `square_annealing` may have been called with."""
    match schedule:
        case ClipLR(PolynomialDecayLR(high, _, steps), low):
            yield {"min_lr": low, "max_lr": high, "decay_steps": steps}
