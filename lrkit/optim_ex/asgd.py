"""`ASGD`."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Annotated, Any

from .._params import Param
from ..rules._declared import Decay, Flag, Rate
from ..rules.asgd import ASGDRule
from ._group import ParamGroup
from .optimizer import Optimizer


class ASGD(Optimizer):
    r"""Gradient descent with a falling rate, which also keeps the mean of the weights.

    .. math::

        w_t = (1 - \lambda \eta_t) w_{t-1} - \eta_t g_t, \qquad
        \eta_{t+1} = \frac{\eta}{(1 + \lambda \eta t)^{\alpha}}, \qquad
        a_t = a_{t-1} + \frac{w_t - a_{t-1}}{\max(1, t - 1 - t_0)}

    with :math:`\eta_1 = \eta`. The mean :math:`a_t`, in the state as ``ax``, is the weight itself up to step
    :math:`t_0 + 2`.

    Parameters
    ----------
    params, lr, weight_decay, maximize, check_finite
        As `Optimizer` says.
    lambd : float
        :math:`\lambda`, at least 0: shrinks the weights, and makes the rate fall.
    alpha : float
        :math:`\alpha`, the power by which the rate falls.
    t0 : float
        :math:`t_0`, in steps.

    Notes
    -----
    *First step*: the rate as given. *Elsewhere*: torch's ``ASGD`` is the same.

    References
    ----------
    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM Journal on Control and
    Optimization 30, 1992.

    Examples
    --------
    >>> import lrkit
    >>> weight = lrkit.Parameter([1.0], name="weight")
    >>> optimizer = lrkit.optim_ex.ASGD([weight], lr=0.5, lambd=0.0, t0=0.0)
    >>> for _ in range(3):
    ...     optimizer([weight])
    >>> print(weight.value(), optimizer.state_dict()["ax.weight"])  # 1/2, 1/4, 1/8; the mean of the last two
    [0.125] [0.1875]
    """

    params: Any
    lr: Rate = 1e-2
    lambd: Annotated[float, Param(r"\lambda", low=0, typical=(0, 1e-2))] = 1e-4
    alpha: Annotated[float, Param(r"\alpha", typical=(0, 1))] = 0.75
    t0: Annotated[float, Param("t_0", unit="step", typical=(0, 10))] = 1e6
    weight_decay: Decay = 0.0
    maximize: Flag = False
    _: KW_ONLY
    check_finite: Flag = False

    def _rule(self, group: ParamGroup) -> ASGDRule:
        return ASGDRule(group["lambd"], group["alpha"], group["t0"])
