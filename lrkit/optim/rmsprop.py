"""`RMSProp`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Annotated, Any

from .._params import Param
from ..rules._declared import Flag, LossScale
from ..rules.rmsprop import RMSPropOfRatesRule
from .optimizer import Optimizer


class RMSProp(Optimizer):
    r"""Gradients divided by the root of their recent mean square.

    .. math::

        s_t = \rho s_{t-1} + (1 - \rho) g_t^2, \qquad
        b_t = \mu b_{t-1} + \frac{\eta_t g_t}{\sqrt{s_t + \epsilon}}, \qquad w_t = w_{t-1} - b_t

    with :math:`s_0 = 1`. If `centered`, :math:`s_t - a_t^2` takes the place of :math:`s_t` under the root, where
    :math:`a_t = \rho a_{t-1} + (1 - \rho) g_t`.

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    decay : float
        :math:`\rho`, at least 0.
    momentum : float
        :math:`\mu`, at least 0.
    epsilon : float
        :math:`\epsilon`, above 0, in the unit of a squared gradient.
    use_locking : bool
        Accepted as MindSpore's argument; it has no effect.
    centered : bool
        Whether to divide by the deviation instead.

    Notes
    -----
    *First step*: short for small gradients, since the mean square starts at 1. *Elsewhere*: torch's ``RMSprop``, here
    `lrkit.optim_ex.RMSprop`, starts at 0, adds :math:`\epsilon` to the root and keeps the rate out of the momentum.

    References
    ----------
    Tieleman and Hinton, "Lecture 6.5 - rmsprop", Neural Networks for Machine Learning, 2012.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([2.0], name="weight")
    >>> optimizer = lrkit.RMSProp([weight], learning_rate=0.5)
    >>> optimizer([[1.0]])
    >>> print(weight.value())
    [1.5]
    """

    params: Any
    learning_rate: Any = 0.1
    decay: Annotated[float, Param(r"\rho", low=0, typical=(0.5, 0.99))] = 0.9
    momentum: Annotated[float, Param(r"\mu", low=0, typical=(0, 0.99))] = 0.0
    epsilon: Annotated[float, Param(r"\epsilon", low=0, exclusive=True, typical=(1e-10, 1e-3))] = 1e-10
    use_locking: Flag = False
    centered: Flag = False
    loss_scale: LossScale = 1.0
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> RMSPropOfRatesRule:
        return RMSPropOfRatesRule(self.decay, self.epsilon, self.momentum, self.centered)
