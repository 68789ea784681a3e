"""k-decay of a polynomial: `polynomial_k_decay`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.power import PowerLR
from ._between import BETWEEN, between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of
from .cooldown import POWERS, cooldown, cooldowns


@expression
def polynomial_k_decay(
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 100_000))],
    power: Annotated[float, Param("q", low=0, exclusive=True, typical=(0.5, 3))],
    k: Annotated[float, Param("k", low=0, exclusive=True, typical=(1, 5))],
) -> LearningRateSchedule:
    r"""A polynomial of a power of the time: high for longer, then down more steeply, for :math:`k` above 1.

    .. math:: \eta(t) = \eta_{\min} + (\eta_{\max} - \eta_{\min}) \left(1 - p^{k}\right)^{q}, \qquad
              p = \frac{\min(t, T)}{T}

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}`, the last rate, at least 0, and :math:`\eta_{\max}`, the first, above 0 and not below it.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    power : float
        :math:`q`, above 0, as in `PolynomialDecayLR`.
    k : float
        :math:`k`, above 0. 1 is `PolynomialDecayLR`.

    Notes
    -----
    *First step*: `max_lr`. *At decay_steps*: `min_lr` for the first time. *Past the end*: `min_lr`. *Elsewhere*: the
    ``k_decay`` of timm's ``PolyLRScheduler``.

    References
    ----------
    Zhang and Li, "k-decay: A New Method For Learning Rate Schedule", 2020, arXiv:2004.05909.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.polynomial_k_decay(0, 0.1, 4, power=1, k=2)([0, 1, 2, 3, 4, 99])
    array([0.1    , 0.09375, 0.075  , 0.04375, 0.     , 0.     ])
    """
    require_order("polynomial_k_decay", "min_lr", min_lr, "max_lr", max_lr)
    left = cooldown(decay_steps, "power", k)
    return between(min_lr, max_lr, left if power == 1 else left**power)


@inverse_of(polynomial_k_decay, PowerLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, left in taken_apart(schedule):
        power, base = (left.power, left.schedule) if isinstance(left, PowerLR) else (1.0, left)
        for fall in cooldowns(base):
            k = POWERS.get(fall["shape"], fall.get("power"))
            yield {"min_lr": low, "max_lr": high, "decay_steps": fall["decay_steps"], "power": power, "k": k}
