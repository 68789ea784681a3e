"""Reflected exponential decay: `RexDecayLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._decay_to_minimum import DecayToMinimum


class RexDecayLR(DecayToMinimum, kind="rex_decay"):
    r"""A reflected exponential from `max_lr` down to `min_lr`, steepest at the end, then flat.

    Between a straight line and one late drop: proposed for both short and long budgets of steps.

    .. math:: \eta(t) = \eta_{\min} + (\eta_{\max} - \eta_{\min}) \frac{1 - p}{1 - d \, p}, \qquad
              p = \frac{\min(t, T)}{T}

    Parameters
    ----------
    min_lr : float
        :math:`\eta_{\min}`, the last rate, at least 0 and below `max_lr`.
    max_lr : float
        :math:`\eta_{\max}`, the first rate, above 0.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    d : float
        :math:`d`, at least 0 and below 1: how late the fall is; 0 is a straight line. Default: 1/2, the paper's.

    Notes
    -----
    *First step*: `max_lr`. *Half way*: two thirds of the range; with ``d=0.9``, ten elevenths. *At
    decay_steps*: `min_lr` for the first time.
    *Past the end*: `min_lr`. *Elsewhere*: axolotl's ``rex`` and its kin have ``d=0.9``, which is another curve than the
    paper's.

    References
    ----------
    Chen, Wolfe and Kyrillidis, "REX: Revisiting Budgeted Training with an Improved Schedule", MLSys 2022,
    arXiv:2107.04197.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.RexDecayLR(0, 0.3, 4)([0, 1, 2, 3, 4, 99])
    array([0.3       , 0.25714286, 0.2       , 0.12      , 0.        ,
           0.        ])
    """

    d: Annotated[float, Param("d", low=0, high=1, high_exclusive=True, typical=(0.1, 0.9))] = 0.5

    def formula(self, step: Any, xp: Any) -> Any:
        left = (self.decay_steps - xp.minimum(step, self.decay_steps)) / self.decay_steps
        # all terms positive: exact to rounding for any d
        return self.min_lr + (self.max_lr - self.min_lr) * (left / ((1 - self.d) + self.d * left))
