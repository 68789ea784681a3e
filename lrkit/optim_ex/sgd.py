"""`SGD`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from ..rules._declared import Decay, Flag, NonNegative, Rate
from ..rules.sgd import SGDRule, check_nesterov
from ._group import ParamGroup
from .optimizer import Optimizer


class SGD(Optimizer):
    r"""Gradient descent, with momentum if asked.

    .. math:: a_t = \mu a_{t-1} + (1 - \tau) g_t, \qquad w_t = w_{t-1} - \eta a_t

    With `nesterov`, :math:`g_t + \mu a_t` takes the place of :math:`a_t` in the step; without momentum,
    :math:`g_t` does.

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says. Groups may also have ``grad_centralization`` (bool).
    momentum : float
        :math:`\mu`, at least 0.
    dampening : float
        :math:`\tau`, the part of a gradient that is left out of the sum, at least 0.
    nesterov : bool
        Whether to look ahead: needs a momentum, and no dampening.

    Notes
    -----
    *First step*: :math:`a_1 = g_1`, whatever the dampening. *Elsewhere*: torch's ``SGD`` is the same.

    References
    ----------
    Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.optim_ex.SGD([weight], lr=0.5)
    >>> optimizer([weight])  # the gradient of half its square
    >>> print(weight.value())
    [0.5]
    """

    params: Any
    lr: Rate = 1e-3
    momentum: NonNegative = 0.0
    dampening: NonNegative = 0.0
    weight_decay: Decay = 0.0
    nesterov: Flag = False
    _: KW_ONLY
    maximize: Flag = False
    grad_centralization: Flag = False
    check_finite: Flag = False

    def _check_group(self, group: ParamGroup) -> None:
        if group["nesterov"]:
            check_nesterov(group["momentum"], group["dampening"])

    def _rule(self, group: ParamGroup) -> SGDRule:
        return SGDRule(group["momentum"], group["dampening"], group["nesterov"])
