"""Hyperbolic-tangent decay: `TanhDecayLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._checks import require_below


class TanhDecayLR(LearningRateSchedule, kind="tanh_decay"):
    r"""A hyperbolic tangent from nearly `max_lr` down to nearly `min_lr`, then flat.

    Flat at first, then a fall: the two bounds set when it comes and how steep it is.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min})
              \left(1 - \tanh\bigl(L (1 - p) + U p\bigr)\right), \qquad p = \frac{\min(t, T)}{T}

    Parameters
    ----------
    min_lr : float
        :math:`\eta_{\min}`, at least 0 and below `max_lr`.
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    lower, upper : float
        :math:`L < U`, the arguments of the hyperbolic tangent at the first and the last step of the decay. Default: -6
        and 3.

    Notes
    -----
    *First step*: a little below `max_lr`, by :math:`(1 + \tanh L) / 2` of the range. *At decay_steps*: above `min_lr`
    by :math:`(1 - \tanh U) / 2` of the range, a quarter of a percent. *Past the end*: held there. *Elsewhere*: timm's
    ``TanhLRScheduler`` begins at -7 and jumps to the minimum at the end: ``.then(ConstantLR(min_lr), decay_steps)``.

    References
    ----------
    Hsueh, Li and Wu, "Stochastic Gradient Descent with Hyperbolic-Tangent Decay on Classification", WACV 2019,
    arXiv:1806.01593.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.TanhDecayLR(0, 0.1, 9)([0, 3, 6, 9, 99])
    array([0.09999939, 0.09975274, 0.05      , 0.00024726, 0.00024726])
    """

    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))]
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))]
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 100_000))]
    lower: Annotated[float, Param("L", typical=(-9, 0))] = -6.0
    upper: Annotated[float, Param("U", typical=(1, 9))] = 3.0

    def _check(self) -> None:
        require_below(self)
        require_below(self, "lower", "upper")

    def formula(self, step: Any, xp: Any) -> Any:
        p = xp.minimum(step, self.decay_steps) / self.decay_steps
        place = self.lower * (1 - p) + self.upper * p
        return self.min_lr + 0.5 * (self.max_lr - self.min_lr) * (1 - xp.tanh(place))

    def _knots(self, stop: int) -> Any:
        return (self.decay_steps,)

    def _horizon(self) -> int:
        return self.decay_steps
