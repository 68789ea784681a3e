"""`Adam`, `AdamOffload`, `LazyAdam`, `AdamWeightDecay`, `AdaMax` and `Lamb`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from ..rules._declared import Flag, Fraction, LossScale, Positive
from ..rules.adam import AdamRule, UncorrectedAdamRule
from ..rules.adamax import MindSporeAdaMaxRule
from ..rules.lamb import LambRule
from .optimizer import Optimizer


class Adam(Optimizer):
    r"""A step as long as the rate along each coordinate, shorter where gradients disagree.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
        w_t = w_{t-1} - \eta_t \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    With `use_nesterov`, :math:`\beta_1 m_t + (1 - \beta_1) g_t` takes the place of :math:`m_t` in the step; with
    `use_amsgrad`, the largest :math:`v` so far that of :math:`v_t`.

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    beta1, beta2 : float
        :math:`\beta_1, \beta_2`, above 0 and below 1.
    eps : float
        :math:`\epsilon`, above 0, in the unit of the gradients.
    use_locking : bool
        Accepted as MindSpore's argument; it has no effect.
    use_nesterov, use_amsgrad : bool
        See above; both together are allowed.
    use_lazy, use_offload : bool
        By keyword. Accepted as MindSpore's arguments; with dense gradients they have no effect. At most one of these
        two and `use_amsgrad` can be True.

    Notes
    -----
    *First step*: :math:`g / (|g| + \epsilon)` times the rate. *Elsewhere*: torch's ``Adam`` has the same rule, but not
    `use_nesterov`; MindSpore 2.10 adds :math:`\epsilon` to the root before its bias is taken out. In the saved state
    the moments stand as sums, without their factors :math:`1 - \beta`.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980. Reddi, Kale and Kumar, "On
    the Convergence of Adam and Beyond", ICLR 2018, arXiv:1904.09237.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.Adam([weight], learning_rate=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    learning_rate: Any = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-8
    use_locking: Flag = False
    use_nesterov: Flag = False
    weight_decay: Any = 0.0
    loss_scale: LossScale = 1.0
    use_amsgrad: Flag = False
    _: KW_ONLY
    use_lazy: Flag = False
    use_offload: Flag = False
    check_finite: Flag = False

    def _check(self) -> None:
        if self.use_lazy + self.use_offload + self.use_amsgrad > 1:
            raise ValueError("Adam: of use_lazy, use_offload and use_amsgrad one at most can be True")

    def _rule(self) -> AdamRule:
        return AdamRule(self.beta1, self.beta2, self.eps, self.use_nesterov, self.use_amsgrad)


class AdamOffload(Optimizer):
    r"""`Adam` under the name of MindSpore's optimizer that computes on the host; here it is `Adam`.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
        w_t = w_{t-1} - \eta_t \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    beta1, beta2 : float
        :math:`\beta_1, \beta_2`, above 0 and below 1.
    eps : float
        :math:`\epsilon`, above 0, in the unit of the gradients.
    use_locking : bool
        Accepted as MindSpore's argument; it has no effect.
    use_nesterov : bool
        Whether :math:`\beta_1 m_t + (1 - \beta_1) g_t` takes the place of :math:`m_t` in the step.

    Notes
    -----
    *First step*: :math:`g / (|g| + \epsilon)` times the rate. All gradients are dense here, and all arrays on the host.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.AdamOffload([weight], learning_rate=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    learning_rate: Any = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-8
    use_locking: Flag = False
    use_nesterov: Flag = False
    weight_decay: Any = 0.0
    loss_scale: LossScale = 1.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> AdamRule:
        return AdamRule(self.beta1, self.beta2, self.eps, self.use_nesterov)


class LazyAdam(Optimizer):
    r"""`Adam` under the name of MindSpore's optimizer for sparse gradients; all are dense here, so it is `Adam`.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
        w_t = w_{t-1} - \eta_t \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    beta1, beta2 : float
        :math:`\beta_1, \beta_2`, above 0 and below 1.
    eps : float
        :math:`\epsilon`, above 0, in the unit of the gradients.
    use_locking : bool
        Accepted as MindSpore's argument; it has no effect.
    use_nesterov : bool
        Whether :math:`\beta_1 m_t + (1 - \beta_1) g_t` takes the place of :math:`m_t` in the step.

    Notes
    -----
    *First step*: :math:`g / (|g| + \epsilon)` times the rate. *Elsewhere*: for a sparse gradient MindSpore's moves only
    the rows that the gradient has; a dense gradient moves all of them, there too.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.LazyAdam([weight], learning_rate=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    learning_rate: Any = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-8
    use_locking: Flag = False
    use_nesterov: Flag = False
    weight_decay: Any = 0.0
    loss_scale: LossScale = 1.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> AdamRule:
        return AdamRule(self.beta1, self.beta2, self.eps, self.use_nesterov)


class AdamWeightDecay(Optimizer):
    r"""Adam with decoupled weight decay and without bias correction, as BERT was trained.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \qquad
        w_t = w_{t-1} - \eta_t \left( \frac{m_t}{\sqrt{v_t} + \epsilon} + \lambda w_{t-1} \right)

    Parameters
    ----------
    params, learning_rate, check_finite
        As `Optimizer` says.
    beta1, beta2 : float
        :math:`\beta_1, \beta_2`, above 0 and below 1.
    eps : float
        :math:`\epsilon`, above 0.
    weight_decay : float, schedule, callable or object
        :math:`\lambda`, as `Optimizer` says, but it shrinks the weight itself.

    Notes
    -----
    *First step*: for a large gradient, :math:`(1 - \beta_1) / \sqrt{1 - \beta_2}` times the rate, 3.2 times with the
    defaults: warm up. *Elsewhere*: torch's ``AdamW`` has bias correction; here that is `lrkit.optim_ex.AdamW`.

    References
    ----------
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101. Devlin, Chang, Lee and
    Toutanova, "BERT", NAACL 2019, arXiv:1810.04805.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.AdamWeightDecay([weight], learning_rate=0.1, weight_decay=0.5)
    >>> optimizer([0 * weight])
    >>> print(weight.value())
    [0.95]
    """

    params: Any
    learning_rate: Any = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-6
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> UncorrectedAdamRule:
        return UncorrectedAdamRule(self.beta1, self.beta2, self.eps, decoupled=True)


class AdaMax(Optimizer):
    r"""Adam with the largest past gradient in place of the second moment.

    .. math::

        m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad u_t = \max(\beta_2 u_{t-1}, |g_t|), \qquad
        w_t = w_{t-1} - \frac{\eta_t}{1 - \beta_1^t} \, \frac{m_t}{u_t + \epsilon}

    Parameters
    ----------
    params, learning_rate, weight_decay, loss_scale, check_finite
        As `Optimizer` says.
    beta1, beta2 : float
        :math:`\beta_1, \beta_2`, above 0 and below 1.
    eps : float
        :math:`\epsilon`, above 0.

    Notes
    -----
    *First step*: :math:`g / (|g| + \epsilon)` times the rate. *Elsewhere*: torch's ``Adamax``, here
    `lrkit.optim_ex.Adamax`, adds :math:`\epsilon` to each gradient's size instead.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", section 7.1, ICLR 2015, arXiv:1412.6980.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.AdaMax([weight], learning_rate=0.25)
    >>> optimizer([weight])
    >>> print(weight.value())
    [  0.75 -99.75]
    """

    params: Any
    learning_rate: Any = 1e-3
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-8
    weight_decay: Any = 0.0
    loss_scale: LossScale = 1.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> MindSporeAdaMaxRule:
        return MindSporeAdaMaxRule(self.beta1, self.beta2, self.eps)


class Lamb(Optimizer):
    r"""Adam whose step is made as long, for each tensor, as the tensor itself: for very large batches.

    .. math::

        r_t = \frac{m_t / (1 - \beta_1^t)}{\sqrt{v_t / (1 - \beta_2^t)} + \epsilon} + \lambda w_{t-1}, \qquad
        w_t = w_{t-1} - \eta_t \frac{\lVert w_{t-1} \rVert}{\lVert r_t \rVert} \, r_t

    with :math:`m, v` as in `Adam`.

    Parameters
    ----------
    params, learning_rate, check_finite
        As `Optimizer` says.
    beta1, beta2 : float
        :math:`\beta_1, \beta_2`, above 0 and below 1.
    eps : float
        :math:`\epsilon`, above 0.
    weight_decay : float, schedule, callable or object
        :math:`\lambda`, as `Optimizer` says, but it joins :math:`r`.

    Notes
    -----
    *First step*: as every step, :math:`\eta \lVert w \rVert` long. Where :math:`w` or :math:`r` is zero, the ratio of
    their lengths is taken as 1.

    References
    ----------
    You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR 2020, arXiv:1904.00962.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([3.0, 4.0], name="weight")
    >>> optimizer = lrkit.Lamb([weight], learning_rate=0.5)
    >>> optimizer([[0.0, 1.0]])
    >>> print(weight.value())
    [3.  1.5]
    """

    params: Any
    learning_rate: Any
    beta1: Fraction = 0.9
    beta2: Fraction = 0.999
    eps: Positive = 1e-6
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self) -> LambRule:
        return LambRule(self.beta1, self.beta2, self.eps)
