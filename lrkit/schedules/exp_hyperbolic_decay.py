"""Decay along a hyperbola on a logarithmic scale: `ExpHyperbolicDecayLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from .hyperbolic_decay import Hyperbola


class ExpHyperbolicDecayLR(Hyperbola, kind="exp_hyperbolic_decay"):
    r"""`HyperbolicDecayLR` on a logarithmic scale: from `max_lr` down by a factor, not by a difference.

    .. math:: \eta(t) = \eta_{\max} \left(\frac{\eta_{\max}}{\eta_{\min}}\right)^{h(\min(t, N)) - h(0)}, \qquad
              h(t) = \sqrt{\frac{N - t}{U} \left(2 - \frac{N + t}{U}\right)}

    Parameters
    ----------
    min_lr : float
        :math:`\eta_{\min}`, above 0 and below `max_lr`: the last rate of the longest run.
    max_lr : float
        :math:`\eta_{\max}`, the first rate, above 0.
    decay_steps : int
        :math:`N`, in steps, from 1 to 2**53.
    upper_steps : int
        :math:`U`, in steps, at least `decay_steps`: the longest run for which the curve is meant.

    Notes
    -----
    *First step*: `max_lr`. *At decay_steps*: `min_lr` if `upper_steps` is `decay_steps`, above it otherwise.
    *Past the end*: held there.

    References
    ----------
    Kim, "HyperbolicLR: Epoch insensitive learning rate scheduler", 2024, arXiv:2407.15200.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.ExpHyperbolicDecayLR(0.001, 0.1, 4, 4)([0, 2, 4, 99])
    array([0.1  , 0.01 , 0.001, 0.001])
    """

    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, exclusive=True, typical=(1e-6, 1e-4))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr * xp.pow(self.max_lr / self.min_lr, self._descent(step, xp))
