"""`Adagrad` and `Adadelta`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Annotated, Any

from .._params import Param
from ..rules._declared import Decay, Epsilon, Flag, NonNegative, Rate
from ..rules.adagrad import AdadeltaRule, AdagradRule
from ._group import ParamGroup
from .optimizer import Optimizer


class Adagrad(Optimizer):
    r"""Gradients divided by the root of all their squares so far.

    .. math::

        s_t = s_{t-1} + g_t^2, \qquad
        w_t = w_{t-1} - \frac{\eta}{1 + (t - 1) c} \, \frac{g_t}{\sqrt{s_t} + \epsilon}

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    lr_decay : float
        :math:`c`, at least 0.
    initial_accumulator_value : float
        :math:`s_0`, at least 0.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.

    Notes
    -----
    *First step*: the rate along each coordinate, for :math:`s_0 = 0`. *Elsewhere*: torch's ``Adagrad`` is the same, but
    begins every group with the :math:`s_0` of the constructor; here a group's own ``initial_accumulator_value`` holds.

    References
    ----------
    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12,
    2011.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.optim_ex.Adagrad([weight], lr=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    lr: Rate = 1e-2
    lr_decay: NonNegative = 0.0
    weight_decay: Decay = 0.0
    initial_accumulator_value: NonNegative = 0.0
    eps: Epsilon = 1e-10
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> AdagradRule:
        return AdagradRule(group["initial_accumulator_value"], group["eps"], group["lr_decay"])


class Adadelta(Optimizer):
    r"""Steps as long as recent steps, along gradients divided by their recent size.

    .. math::

        s_t = \rho s_{t-1} + (1 - \rho) g_t^2, \qquad
        d_t = \sqrt{\frac{u_{t-1} + \epsilon}{s_t + \epsilon}} \, g_t, \qquad
        u_t = \rho u_{t-1} + (1 - \rho) d_t^2, \qquad w_t = w_{t-1} - \eta d_t

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    rho : float
        :math:`\rho`, from 0 to 1.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of a squared gradient.

    Notes
    -----
    *First step*: :math:`\sqrt{\epsilon / (1 - \rho)}` times the rate, for a large gradient: a slow start. *Elsewhere*:
    torch's ``Adadelta`` is the same.

    References
    ----------
    Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, arXiv:1212.5701.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([0.0], name="weight")
    >>> optimizer = lrkit.optim_ex.Adadelta([weight], lr=2.0, rho=0.0, eps=3.0)
    >>> optimizer([[1.0]])  # 2 · √3 / √(1 + 3)
    >>> print(weight.value())
    [-1.7320508]
    """

    params: Any
    lr: Rate = 1.0
    rho: Annotated[float, Param(r"\rho", low=0, high=1, typical=(0.5, 0.99))] = 0.9
    eps: Epsilon = 1e-6
    weight_decay: Decay = 0.0
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> AdadeltaRule:
        return AdadeltaRule(group["rho"], group["eps"])
