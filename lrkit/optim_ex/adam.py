"""`Adam`, `AdamW`, `Adamax`, `NAdam` and `RAdam`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from ..rules._declared import Betas, Decay, Epsilon, Flag, NonNegative, Rate
from ..rules.adam import AdamRule, NAdamRule, RAdamRule
from ..rules.adamax import TorchAdamaxRule
from ._group import ParamGroup
from .optimizer import Optimizer


class Adam(Optimizer):
    r"""A step as long as the rate along each coordinate, shorter where gradients disagree.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
        w_t = w_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    With `amsgrad`, the largest :math:`v` so far takes the place of :math:`v_t`.

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    betas : pair of float
        :math:`\beta_1, \beta_2`, at least 0 and below 1.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.
    amsgrad : bool
        See above.

    Notes
    -----
    *First step*: :math:`g / (|g| + \epsilon)` times the rate. *Elsewhere*: torch's ``Adam`` is the same, and with
    ``decoupled_weight_decay``, which is not taken here, `AdamW`; MindSpore 2.10 adds :math:`\epsilon` to the root
    before its bias is taken out, and ignores `amsgrad`.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980. Reddi, Kale and Kumar, "On
    the Convergence of Adam and Beyond", ICLR 2018, arXiv:1904.09237.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.optim_ex.Adam([weight], lr=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    lr: Rate = 1e-3
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    amsgrad: Flag = False
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> AdamRule:
        beta1, beta2 = group["betas"]
        return AdamRule(beta1, beta2, group["eps"], amsgrad=group["amsgrad"])


class AdamW(Optimizer):
    r"""Adam whose weight decay shrinks the weights themselves.

    .. math::

        w_t = (1 - \eta \lambda) w_{t-1} - \eta \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    with :math:`m, v` as in `Adam`; with `amsgrad`, the largest :math:`v` so far takes the place of :math:`v_t`.

    Parameters
    ----------
    params, lr, maximize, check_finite
        As `Optimizer` says.
    betas : pair of float
        :math:`\beta_1, \beta_2`, at least 0 and below 1.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.
    weight_decay : float
        :math:`\lambda`, at least 0.
    amsgrad : bool
        See above.

    Notes
    -----
    *First step*: as `Adam`, after the decay. *Elsewhere*: torch's ``AdamW`` is the same.

    References
    ----------
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.optim_ex.AdamW([weight], lr=0.25, weight_decay=0.5)
    >>> optimizer([weight])  # 1 - 0.25 · 0.5 - 0.25
    >>> print(weight.value())
    [0.625]
    """

    params: Any
    lr: Rate = 1e-3
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    weight_decay: Decay = 1e-2
    amsgrad: Flag = False
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> AdamRule:
        beta1, beta2 = group["betas"]
        return AdamRule(beta1, beta2, group["eps"], amsgrad=group["amsgrad"], decoupled=True)


class Adamax(Optimizer):
    r"""Adam with the largest past gradient in place of the second moment.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), \qquad
        w_t = w_{t-1} - \frac{\eta}{1 - \beta_1^t} \, \frac{m_t}{u_t}

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    betas : pair of float
        :math:`\beta_1, \beta_2`, at least 0 and below 1.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.

    Notes
    -----
    *First step*: :math:`g / (|g| + \epsilon)` times the rate. *Elsewhere*: torch's ``Adamax`` is the same;
    `lrkit.AdaMax` adds :math:`\epsilon` where it divides.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", section 7.1, ICLR 2015, arXiv:1412.6980.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.optim_ex.Adamax([weight], lr=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    lr: Rate = 2e-3
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> TorchAdamaxRule:
        beta1, beta2 = group["betas"]
        return TorchAdamaxRule(beta1, beta2, group["eps"])


class NAdam(Optimizer):
    r"""Adam with Nesterov's momentum, which rises on a schedule of its own.

    .. math::

        \mu_t = \beta_1 \left(1 - \tfrac12 \, 0.96^{\,t \psi}\right), \qquad \Pi_t = \prod_{k=1}^t \mu_k, \qquad
        w_t = w_{t-1} - \eta \, \frac{\dfrac{1 - \mu_t}{1 - \Pi_t} g_t + \dfrac{\mu_{t+1}}{1 - \Pi_{t+1}} m_t}
        {\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    with :math:`m, v` as in `Adam`.

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    betas : pair of float
        :math:`\beta_1, \beta_2`, at least 0 and below 1.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.
    momentum_decay : float
        :math:`\psi`, at least 0: how fast the momentum rises to :math:`\beta_1`.
    decoupled_weight_decay : bool
        Whether the decay shrinks the weights themselves instead, as in `AdamW`.

    Notes
    -----
    *First step*: :math:`1 + \mu_2 (1 - \beta_1) / (1 - \mu_1 \mu_2)` times the rate along each coordinate. *Elsewhere*:
    torch's ``NAdam`` is the same, but keeps :math:`\Pi` in float32.

    References
    ----------
    Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.optim_ex.NAdam([weight], lr=0.25, betas=(0.0, 0.0))
    >>> optimizer([weight])
    >>> print(weight.value())
    [0.75]
    """

    params: Any
    lr: Rate = 2e-3
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    momentum_decay: NonNegative = 4e-3
    decoupled_weight_decay: Flag = False
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> NAdamRule:
        beta1, beta2 = group["betas"]
        decoupled = group["decoupled_weight_decay"]
        return NAdamRule(beta1, beta2, group["eps"], group["momentum_decay"], decoupled=decoupled)


class RAdam(Optimizer):
    r"""Adam that moves by its first moment alone while there are too few gradients to trust the second.

    .. math::

        \rho_\infty = \frac{2}{1 - \beta_2} - 1, \qquad
        \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \qquad
        r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}}

    .. math::

        w_t = w_{t-1} - \eta \frac{m_t}{1 - \beta_1^t} \cdot
        \begin{cases}
        r_t \sqrt{1 - \beta_2^t} \, / \, (\sqrt{v_t} + \epsilon) & \rho_t > 5 \\ 1 & \text{else}
        \end{cases}

    with :math:`m, v` as in `Adam`.

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    betas : pair of float
        :math:`\beta_1, \beta_2`, at least 0 and below 1.
    eps : float
        :math:`\epsilon`, at least 0, in the unit of the gradients.
    decoupled_weight_decay : bool
        Whether the decay shrinks the weights themselves instead, as in `AdamW`.

    Notes
    -----
    *First step*: the rate times the gradient, as for `SGD`. *Step 6*, with the default betas: the second moment comes
    in. *Elsewhere*: torch's ``RAdam`` is the same.

    References
    ----------
    Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020, arXiv:1908.03265.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.optim_ex.RAdam([weight], lr=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [0.75]
    """

    params: Any
    lr: Rate = 1e-3
    betas: Betas = (0.9, 0.999)
    eps: Epsilon = 1e-8
    weight_decay: Decay = 0.0
    decoupled_weight_decay: Flag = False
    _: KW_ONLY
    maximize: Flag = False
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> RAdamRule:
        beta1, beta2 = group["betas"]
        return RAdamRule(beta1, beta2, group["eps"], decoupled=group["decoupled_weight_decay"])
