"""`Adagrad`, `ProximalAdagrad`, `Adadelta` and `FTRL`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Annotated, Any

import numpy as np

from .._params import Param
from ..rules._declared import Flag, LossScale
from ..rules.adagrad import AdadeltaRule, AdagradRule, FTRLRule, ProximalAdagradRule
from .optimizer import Optimizer

SMALLEST = float(np.finfo(np.float32).tiny)
"""Beside a root it changes nothing, but keeps 0 / 0 from being NaN."""


class Adagrad(Optimizer):
    r"""Gradients divided by the root of all their squares so far.

    .. math:: s_t = s_{t-1} + g_t^2, \qquad w_t = w_{t-1} - \eta_t \frac{g_t}{\sqrt{s_t}}

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    accum : float
        :math:`s_0`, at least 0. It stands before the rate.
    update_slots : bool
        Whether :math:`s` grows; otherwise it stays :math:`s_0`.

    Notes
    -----
    *First step*: the rate along each coordinate, for `accum` 0. Where all gradients so far are 0 and `accum` is, the
    weight stays. *Elsewhere*: torch's ``Adagrad``, here `lrkit.optim_ex.Adagrad`, starts at 0 and adds an epsilon.
    MindSpore 2.10 ignores `update_slots` on a CPU; this is the documented step.

    References
    ----------
    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12,
    2011.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.Adagrad([weight], accum=0.0, learning_rate=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    accum: Annotated[float, Param("s_0", low=0, typical=(0, 1))] = 0.1
    learning_rate: Any = 0.001
    update_slots: Flag = True
    loss_scale: LossScale = 1.0
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> AdagradRule:
        return AdagradRule(self.accum, SMALLEST, update_slots=self.update_slots)


class ProximalAdagrad(Optimizer):
    r"""Adagrad with two penalties that draw weights to 0, as strongly as each coordinate's own rate.

    .. math::

        s_t = s_{t-1} + g_t^2, \qquad h_t = \frac{\eta_t}{\sqrt{s_t}}, \qquad p_t = w_{t-1} - h_t g_t, \qquad
        w_t = \operatorname{sign}(p_t) \frac{\max(|p_t| - h_t \lambda_1, 0)}{1 + h_t \lambda_2}

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    accum : float
        :math:`s_0`, at least 0. It stands before the rate. With 0, a gradient of 0 at the first step makes NaN.
    l1, l2 : float
        :math:`\lambda_1, \lambda_2`, at least 0.
    use_locking : bool
        Accepted as MindSpore's argument; it has no effect.

    Notes
    -----
    *First step*: for `accum` 0 and no penalties, the rate along each coordinate. *Elsewhere*: MindSpore's
    documentation has :math:`\eta` beside the penalties; what it computes, and TensorFlow's
    ``ApplyProximalAdagrad``, is the formula above.

    References
    ----------
    Duchi and Singer, "Efficient Online and Batch Learning Using Forward Backward Splitting", JMLR 10, 2009.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, 0.5], name="weight")
    >>> optimizer = lrkit.ProximalAdagrad([weight], accum=0.0, learning_rate=0.25, l1=1.0)
    >>> optimizer([[1.0, 1.0]])  # 1 - 0.25 - 0.25, and 0.5 - 0.25 - 0.25
    >>> print(weight.value())
    [0.5 0. ]
    """

    params: Any
    accum: Annotated[float, Param("s_0", low=0, typical=(0, 1))] = 0.1
    learning_rate: Any = 0.001
    l1: Annotated[float, Param(r"\lambda_1", low=0, typical=(0, 0.1))] = 0.0
    l2: Annotated[float, Param(r"\lambda_2", low=0, typical=(0, 0.1))] = 0.0
    use_locking: Flag = False
    loss_scale: LossScale = 1.0
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> ProximalAdagradRule:
        return ProximalAdagradRule(self.accum, self.l1, self.l2)


class Adadelta(Optimizer):
    r"""Steps as long as recent steps, along gradients divided by their recent size.

    .. math::

        s_t = \rho s_{t-1} + (1 - \rho) g_t^2, \qquad
        d_t = \sqrt{\frac{u_{t-1} + \epsilon}{s_t + \epsilon}} \, g_t, \qquad
        u_t = \rho u_{t-1} + (1 - \rho) d_t^2, \qquad w_t = w_{t-1} - \eta_t d_t

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    rho : float
        :math:`\rho`, from 0 to 1.
    epsilon : float
        :math:`\epsilon`, at least 0, in the unit of a squared gradient. With 0 nothing ever moves, and a gradient of 0
        makes NaN.

    Notes
    -----
    *First step*: :math:`\sqrt{\epsilon / (1 - \rho)}` times the rate, for a large gradient: a slow start. *Elsewhere*:
    torch's ``Adadelta`` has the same rule.

    References
    ----------
    Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, arXiv:1212.5701.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.Adadelta([weight], rho=0.0, epsilon=1.0)
    >>> optimizer([[0.0]])
    >>> print(weight.value())
    [1.]
    """

    params: Any
    learning_rate: Any = 1.0
    rho: Annotated[float, Param(r"\rho", low=0, high=1, typical=(0.5, 0.99))] = 0.9
    epsilon: Annotated[float, Param(r"\epsilon", low=0, typical=(1e-10, 1e-3))] = 1e-6
    loss_scale: LossScale = 1.0
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> AdadeltaRule:
        return AdadeltaRule(self.rho, self.epsilon)


class FTRL(Optimizer):
    r"""The weights that would have been best for all gradients so far, kept small or zero by two penalties.

    .. math::

        n_t = n_{t-1} + g_t^2, \qquad z_t = z_{t-1} + g_t - \frac{n_t^p - n_{t-1}^p}{\eta} w_{t-1}, \qquad
        w_t = \frac{\operatorname{sign}(z_t) \, \lambda_1 - z_t}{n_t^p / \eta + 2 \lambda_2}
        \;\text{where}\; |z_t| > \lambda_1, \;\text{else}\; 0

    Parameters
    ----------
    params, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    initial_accum : float
        :math:`n_0`, at least 0. It stands before the rate.
    learning_rate : float
        :math:`\eta`, above 0: one number for all parameters and steps.
    lr_power : float
        :math:`-p`, at most 0.
    l1, l2 : float
        :math:`\lambda_1, \lambda_2`, at least 0.
    use_locking : bool
        Accepted as MindSpore's argument; it has no effect.

    Notes
    -----
    *First step*: for small gradients the initial weight counts for little, since :math:`z_0 = 0`. *Elsewhere*: on a
    CPU MindSpore 2.10 loses the sign beside :math:`\lambda_1`; this is the documented step.

    References
    ----------
    McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([0.0, 0.0], name="weight")
    >>> optimizer = lrkit.FTRL([weight], initial_accum=0.0, learning_rate=0.5, l1=1.0)
    >>> optimizer([[2.0, -0.5]])
    >>> print(weight.value())
    [-0.25  0.  ]
    """

    params: Any
    initial_accum: Annotated[float, Param("n_0", low=0, typical=(0, 1))] = 0.1
    learning_rate: Any = 0.001
    lr_power: Annotated[float, Param("-p", high=0, typical=(-1, 0))] = -0.5
    l1: Annotated[float, Param(r"\lambda_1", low=0, typical=(0, 0.1))] = 0.0
    l2: Annotated[float, Param(r"\lambda_2", low=0, typical=(0, 0.1))] = 0.0
    use_locking: Flag = False
    loss_scale: LossScale = 1.0
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _check(self) -> None:
        for s in (self._default, *self._settings):
            if not isinstance(s.rate, float) or s.rate <= 0 or s.label != self._default.label:
                got = f"got {s.rate:g}" if isinstance(s.rate, float) else "got rates that change"
                raise ValueError(f"FTRL: learning_rate must be one number > 0 for all parameters and steps, {got}")

    def _rule(self) -> FTRLRule:
        return FTRLRule(self.initial_accum, -self.lr_power, self.l1, self.l2, SMALLEST)
