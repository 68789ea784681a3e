"""k-decay of a cosine: `CosineKDecayLR`."""

from __future__ import annotations

from math import pi
from typing import Annotated, Any

from .._params import Param
from ._decay_to_minimum import DecayToMinimum
from .cosine_decay import half_cosine


class CosineKDecayLR(DecayToMinimum, kind="cosine_k_decay"):
    r"""Half a cosine of a power of the time: high for longer, then down more steeply, for a power above 1.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min})
              \left(1 + \cos\!\left(\pi \left(\tfrac{\min(t, T)}{T}\right)^{k}\right)\right)

    Parameters
    ----------
    min_lr : float
        :math:`\eta_{\min}`, the last rate, at least 0 and below `max_lr`.
    max_lr : float
        :math:`\eta_{\max}`, the first rate, above 0.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    k : float
        :math:`k`, above 0. 1 is `CosineDecayLR`.

    Notes
    -----
    *First step*: `max_lr`. *At decay_steps*: `min_lr` for the first time. *Past the end*: `min_lr`. *Elsewhere*: the
    ``k_decay`` of timm's ``CosineLRScheduler``; not optax's ``exponent``, which is a power of the cosine
    (``schedule ** k``).

    References
    ----------
    Zhang and Li, "k-decay: A New Method For Learning Rate Schedule", 2020, arXiv:2004.05909.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.CosineKDecayLR(0, 0.1, 4, 2)([0, 1, 2, 3, 4, 99])
    array([0.1       , 0.09903926, 0.08535534, 0.04024548, 0.        ,
           0.        ])
    """

    k: Annotated[float, Param("k", low=0, exclusive=True, typical=(1, 5))]

    def formula(self, step: Any, xp: Any) -> Any:
        angle = pi * xp.pow(xp.minimum(step, self.decay_steps) / self.decay_steps, self.k)
        return half_cosine(self.min_lr, self.max_lr, angle, xp)
