"""`Rprop`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from ..rules._declared import Etas, Flag, StepSizes
from ..rules.rprop import RpropRule, check_etas, rprop_rule
from .optimizer import Optimizer


class Rprop(Optimizer):
    r"""A step length for each weight: longer while its gradients keep their sign, shorter where they change it.

    .. math::

        \Delta_t = \begin{cases}
            \min(\eta_+ \Delta_{t-1}, \Delta_{\max}) & g_{t-1} g_t > 0 \\
            \max(\eta_- \Delta_{t-1}, \Delta_{\min}) & g_{t-1} g_t < 0 \\
            \Delta_{t-1} & \text{else}
        \end{cases}, \qquad
        w_t = w_{t-1} - \operatorname{sign}(g_t) \, \Delta_t

    Where the sign has changed, :math:`g_t` is set to 0 first: the weight stays for this step.

    Parameters
    ----------
    params, weight_decay, check_finite
        As `Optimizer` says.
    learning_rate : float, list, LearningRateSchedule or callable
        :math:`\Delta_0`, the first step length. Rates of later steps have no effect.
    etas : pair of float
        :math:`\eta_-, \eta_+`, with :math:`0 < \eta_- < 1 < \eta_+`.
    step_sizes : pair of float
        :math:`\Delta_{\min}, \Delta_{\max}`, at least 0, in the unit of the weights.

    Notes
    -----
    *First step*: :math:`\Delta_0`, within the limits. Only signs of gradients count: use whole batches. *Elsewhere*:
    torch's ``Rprop`` is the same.

    References
    ----------
    Riedmiller and Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", ICNN
    1993.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0, -100.0], name="weight")
    >>> optimizer = lrkit.Rprop([weight], learning_rate=0.25, etas=(0.5, 2.0))
    >>> for _ in range(2):
    ...     optimizer([weight])
    >>> print(weight.value())  # 0.25, then twice as far
    [  0.25 -99.25]
    """

    params: Any
    learning_rate: Any = 0.1
    etas: Etas = (0.5, 1.2)
    step_sizes: StepSizes = (1e-6, 50.0)
    weight_decay: Any = 0.0
    _: KW_ONLY
    check_finite: Flag = False

    def _check(self) -> None:
        check_etas("Rprop", self.etas, self.step_sizes)

    def _rule(self) -> RpropRule:
        return rprop_rule(self.etas, self.step_sizes)
