"""`RMSProp`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ..rules.rmsprop import RMSPropOfRatesRule
from .optimizer import Optimizer


class RMSProp(Optimizer):
    r"""Gradients divided by the root of their recent mean square.

    .. math::

        s_t = s_{t-1} + (1 - \rho) (g_t^2 - s_{t-1}), \qquad
        b_t = \mu b_{t-1} + \frac{\eta_t g_t}{\sqrt{s_t + \epsilon}}, \qquad w_t = w_{t-1} - b_t

    with :math:`s_0 = 1`. If `centered`, :math:`s_t - a_t^2` takes the place of :math:`s_t` under the root, where
    :math:`a_t = a_{t-1} + (1 - \rho)(g_t - a_{t-1})`.

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
        Taken for MindSpore's sake: there is nothing to lock.
    centered : bool
        Whether to divide by the deviation instead.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain.

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

    decay: Annotated[float, Param(r"\rho", low=0, typical=(0.5, 0.99))]
    momentum: Annotated[float, Param(r"\mu", low=0, typical=(0, 0.99))]
    epsilon: Annotated[float, Param(r"\epsilon", low=0, exclusive=True, typical=(1e-10, 1e-3))]
    use_locking: Annotated[bool, Param("")]
    centered: Annotated[bool, Param("")]

    def __init__(
        self,
        params: Any,
        learning_rate: Any = 0.1,
        decay: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        loss_scale: float = 1.0,
        weight_decay: Any = 0.0,
        *,
        check_finite: bool = False,
    ) -> None:
        self._declare(decay=decay, momentum=momentum, epsilon=epsilon, use_locking=use_locking, centered=centered)
        super().__init__(learning_rate, params, weight_decay, loss_scale, check_finite=check_finite)

    def _rule(self) -> RMSPropOfRatesRule:
        return RMSPropOfRatesRule(self.decay, self.epsilon, self.momentum, self.centered)
