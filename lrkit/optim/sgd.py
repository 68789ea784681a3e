"""`SGD` and `Momentum`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from ..rules._declared import Flag, LossScale, NonNegative
from ..rules.sgd import SGDRule, check_nesterov
from .optimizer import Optimizer


class SGD(Optimizer):
    r"""Gradient descent, with momentum if asked.

    .. math:: a_t = \mu a_{t-1} + (1 - \tau) g_t, \qquad w_t = w_{t-1} - \eta_t a_t

    With `nesterov`, :math:`g_t + \mu a_t` takes the place of :math:`a_t` in the step; without momentum,
    :math:`g_t` does.

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    momentum : float
        :math:`\mu`, at least 0.
    dampening : float
        :math:`\tau`, the part of a gradient that is left out of the sum, at least 0.
    nesterov : bool
        Whether to look ahead: needs a momentum, and no dampening.

    Notes
    -----
    *First step*: :math:`a_1 = g_1`, whatever the dampening. *Elsewhere*: torch's ``SGD`` has the same rule.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.SGD([weight], learning_rate=0.5)
    >>> optimizer([weight])  # the gradient of half its square
    >>> print(weight.value())
    [0.5]
    """

    params: Any
    learning_rate: Any = 0.1
    momentum: NonNegative = 0.0
    dampening: NonNegative = 0.0
    weight_decay: Any = 0.0
    nesterov: Flag = False
    loss_scale: LossScale = 1.0
    _: KW_ONLY
    check_finite: Flag = False

    def _check(self) -> None:
        if self.nesterov:
            check_nesterov(self.momentum, self.dampening)

    def _rule(self) -> SGDRule:
        return SGDRule(self.momentum, self.dampening, self.nesterov)


class Momentum(Optimizer):
    r"""Gradient descent along a sum of past gradients.

    .. math:: v_t = \mu v_{t-1} + g_t, \qquad w_t = w_{t-1} - \eta_t v_t

    With `use_nesterov`, :math:`g_t + \mu v_t` takes the place of :math:`v_t` in the step.

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    momentum : float
        :math:`\mu`, at least 0.
    use_nesterov : bool
        Whether to look ahead.

    Notes
    -----
    *First step*: :math:`v_1 = g_1`. *Elsewhere*: `SGD` with the same momentum is the same. MindSpore 2.10 ignores
    `use_nesterov` on a CPU; this is the documented step.

    References
    ----------
    As for `SGD`.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.Momentum([weight], learning_rate=0.5, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer([weight])
    >>> print(weight.value())
    [0.]
    """

    params: Any
    learning_rate: Any
    momentum: NonNegative
    weight_decay: Any = 0.0
    loss_scale: LossScale = 1.0
    use_nesterov: Flag = False
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> SGDRule:
        return SGDRule(self.momentum, nesterov=self.use_nesterov)
