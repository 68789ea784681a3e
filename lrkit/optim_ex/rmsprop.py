"""`RMSprop`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from ..rules._declared import Decay, Epsilon, Flag, NonNegative, Rate
from ..rules.rmsprop import RMSPropRule
from ._group import ParamGroup
from .optimizer import Optimizer


class RMSprop(Optimizer):
    r"""Gradients divided by the root of their recent mean square.

    .. math::

        s_t = \alpha s_{t-1} + (1 - \alpha) g_t^2, \qquad d_t = \frac{g_t}{\sqrt{s_t} + \epsilon}, \qquad
        b_t = \mu b_{t-1} + d_t, \qquad w_t = w_{t-1} - \eta b_t

    If `centered`, :math:`s_t - a_t^2` takes the place of :math:`s_t` under the root, where
    :math:`a_t = \alpha a_{t-1} + (1 - \alpha) g_t`.

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    alpha : float
        :math:`\alpha`, at least 0.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.
    momentum : float
        :math:`\mu`, at least 0.
    centered : bool
        Whether to divide by the deviation instead.

    Notes
    -----
    *First step*: :math:`1 / \sqrt{1 - \alpha}` times the rate, 10 times with the defaults; if `centered`,
    :math:`1 / \sqrt{\alpha (1 - \alpha)}` times. *Elsewhere*: torch's ``RMSprop`` is the same; `lrkit.RMSProp` is
    MindSpore's other form.

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5 - rmsprop", Neural Networks for Machine Learning, 2012.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.optim_ex.RMSprop([weight], lr=0.25, alpha=0.75)
    >>> optimizer([weight])
    >>> print(weight.value())
    [0.5]
    """

    params: Any
    lr: Rate = 1e-2
    alpha: NonNegative = 0.99
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    momentum: NonNegative = 0.0
    centered: Flag = False
    maximize: Flag = False
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> RMSPropRule:
        return RMSPropRule(group["alpha"], group["eps"], group["momentum"], group["centered"])
