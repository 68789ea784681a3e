"""`AdaFactor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from math import sqrt
from typing import Annotated, Any

from .._params import Param
from ..rules._declared import Flag, Fraction, LossScale
from ..rules.adafactor import AdafactorRule
from .optimizer import Optimizer


@dataclass(frozen=True)
class RelativeRate:
    """The rate that Adafactor finds for itself, as a function of the step."""

    warmup_init: bool

    def __call__(self, step: int) -> float:
        """The rate of a step, counted from 0."""
        t = step + 1
        return min(1e-6 * t if self.warmup_init else 1e-2, 1 / sqrt(t))


class AdaFactor(Optimizer):
    r"""Adam with little memory: of a matrix, only the row and column means of the squared gradients are kept.

    .. math::

        \kappa_t = 1 - t^{-c}, \qquad q_t = g_t^2 + \epsilon_1, \qquad
        R_t = \kappa_t R_{t-1} + (1 - \kappa_t) \operatorname{mean}_{\text{columns}} q_t, \qquad
        C_t = \kappa_t C_{t-1} + (1 - \kappa_t) \operatorname{mean}_{\text{rows}} q_t

    .. math::

        u_t = \frac{g_t}{\sqrt{R_t C_t / \operatorname{mean} R_t}}, \qquad
        \alpha_t = \eta_t \max(\epsilon_2, \operatorname{rms} w_{t-1}), \qquad
        M_t = \beta_1 M_{t-1} + (1 - \beta_1) \frac{\alpha_t u_t}{\max(1, \operatorname{rms} u_t / d)}, \qquad
        w_t = (1 - \lambda \alpha_t) w_{t-1} - M_t

    Vectors and scalars keep the mean of their own squares instead.

    Parameters
    ----------
    params, loss_scale, check_finite
        As `Optimizer` says.
    learning_rate : float, list, LearningRateSchedule, callable or None
        :math:`\eta`, as `Optimizer` says; None, and only None, with `relative_step`.
    eps : pair of float
        :math:`\epsilon_1`, in the unit of a squared gradient, and :math:`\epsilon_2`, in that of a weight: at least 0.
    clip_threshold : float
        :math:`d`, at least 0: how large the root mean square of a step may be. With 0 nothing moves.
    decay_rate : float
        :math:`c`, above 0 and below 1.
    beta1 : float or None
        :math:`\beta_1`, at least 0; None or 0 for no momentum, and no memory for it.
    weight_decay : float, schedule, callable or object
        :math:`\lambda`, as `Optimizer` says, but it shrinks the weight itself; a number is below 1.
    scale_parameter : bool
        Whether the rate is relative to each tensor's size; otherwise :math:`\alpha_t = \eta_t`.
    relative_step : bool
        Whether the rate is :math:`\min(10^{-2}, 1/\sqrt t)`.
    warmup_init : bool
        With `relative_step`: whether the rate starts as :math:`10^{-6} t`.
    compression : bool
        Accepted as MindSpore's argument; it has no effect: the state has the parameters' type.

    Notes
    -----
    *First step*: :math:`\kappa_1 = 0`, so the first squares are taken whole. *Elsewhere*: in MindSpore 2.10 the loss
    scale, the groups and the list of undecayed names have no effect, and `get_lr` answers 0; here they do what they do
    for every optimizer.

    References
    ----------
    Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", ICML 2018, arXiv:1804.04235.

    Examples
    --------
    >>> import numpy as np
    >>> import lrkit
    >>> weight = lrkit.Parameter(np.full((2, 2), 4.0, np.float32), name="weight")
    >>> optimizer = lrkit.AdaFactor([weight], beta1=None)
    >>> optimizer([np.ones((2, 2))])
    >>> print(weight.value(), optimizer.get_lr())
    [[3.96 3.96]
     [3.96 3.96]] 0.01
    """

    params: Any
    learning_rate: Any = None
    eps: Annotated[Sequence[float], Param(r"\epsilon", low=0, pair=True, typical=(1e-10, 1e-3))] = (1e-30, 1e-3)
    clip_threshold: Annotated[float, Param("d", low=0, typical=(0.5, 2))] = 1.0
    decay_rate: Fraction = 0.8
    beta1: Annotated[float | None, Param(r"\beta_1", low=0, typical=(0, 0.99))] = 0.9
    weight_decay: Any = 0.0
    scale_parameter: Flag = True
    relative_step: Flag = True
    warmup_init: Flag = False
    compression: Flag = False
    loss_scale: LossScale = 1.0
    _: KW_ONLY
    check_finite: Flag = False

    def _rates_for(self, learning_rate: Any) -> Any:
        if self.relative_step and learning_rate is not None:
            raise ValueError("AdaFactor: with relative_step the learning_rate must be None")
        if not self.relative_step and learning_rate is None:
            raise ValueError("AdaFactor: without relative_step a learning_rate must be given")
        if self.warmup_init and not self.relative_step:
            raise ValueError("AdaFactor: warmup_init needs relative_step")
        return RelativeRate(self.warmup_init) if self.relative_step else learning_rate

    def _check(self) -> None:
        for s in (self._default, *self._settings):
            if isinstance(s.decay, float) and s.decay >= 1:
                raise ValueError(f"AdaFactor: weight_decay must be a number >= 0 and < 1, got {s.decay:g}")

    def _rule(self) -> AdafactorRule:
        first, second = self.eps
        return AdafactorRule((first, second), self.clip_threshold, self.decay_rate, self.beta1, self.scale_parameter)
