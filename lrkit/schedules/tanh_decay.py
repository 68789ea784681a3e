"""Hyperbolic-tangent decay: `TanhDecayLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._decay_to_minimum import DecayToMinimum


class TanhDecayLR(DecayToMinimum, kind="tanh_decay"):
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

    lower: Annotated[float, Param("L", typical=(-9, 0))] = -6.0
    upper: Annotated[float, Param("U", typical=(1, 9))] = 3.0

    def _check(self) -> None:
        super()._check()
        self._require_below("lower", "upper")

    def formula(self, step: Any, xp: Any) -> Any:
        p = xp.minimum(step, self.decay_steps) / self.decay_steps
        place = self.lower * (1 - p) + self.upper * p
        return self.min_lr + 0.5 * (self.max_lr - self.min_lr) * (1 - xp.tanh(place))
