"""A trapezium in which no update is without a rate: `virtual_last_step`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._between import between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of
from .cooldown import Power, Ratio, Shape, cooldown, cooldowns
from .linear_warm_up import linear_warm_up


@expression
def virtual_last_step(
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=1, typical=(1, 10_000))],
    stable_steps: Annotated[int, Param("S", unit="step", low=1, typical=(1, 100_000))],
    decay_steps: Annotated[int, Param("D", unit="step", low=1, typical=(1, 10_000))],
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))] = 0.0,
    shape: Shape = "linear",
    power: Power = 2.0,
    ratio: Ratio = 0.1,
) -> LearningRateSchedule:
    r"""A trapezium in which no update is without a rate: it begins at 1/W, and ends at a step after the last update.

    .. math:: \eta(t) = \eta_{\max} \tfrac{t + 1}{W} \quad\text{for}\quad t < W, \qquad
              \eta_{\max} \quad\text{for}\quad W \le t < W + S, \qquad
              \eta_{\min} + (\eta_{\max} - \eta_{\min}) \, g\!\left(\tfrac{\min(t - W - S, D)}{D}\right)
              \quad\text{for}\quad t \ge W + S

    Parameters
    ----------
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    warmup_steps, stable_steps, decay_steps : int
        :math:`W`, :math:`S` and :math:`D`, in steps, each at least 1. The run has as many updates as their sum.
    min_lr : float
        :math:`\eta_{\min}`, at least 0 and at most `max_lr`. Default: 0.
    shape, power, ratio
        :math:`g`, as for `cooldown`.

    Notes
    -----
    *First step*: ``max_lr / warmup_steps``. *At warmup_steps - 1*: `max_lr` for the first time. *The last update*, of
    step ``W + S + D - 1``: one step of the decay above `min_lr`. *The virtual step* after it: `min_lr`. *Past the end*:
    `min_lr`. *Elsewhere*: torchtitan's schedule. Where the last update is to have the minimum, give a decay that is one
    step shorter.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.virtual_last_step(0.4, warmup_steps=2, stable_steps=1, decay_steps=4).to_array(8)
    array([0.2, 0.4, 0.4, 0.4, 0.3, 0.2, 0.1, 0. ])
    """
    require_order("virtual_last_step", "min_lr", min_lr, "max_lr", max_lr)
    tail = between(min_lr, max_lr, cooldown(decay_steps, shape, power, ratio))
    risen = linear_warm_up(max_lr, warmup_steps).then(ConstantLR(max_lr), warmup_steps)
    return risen.then(tail, warmup_steps + stable_steps)


@inverse_of(virtual_last_step, JoinLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case JoinLR((PiecewiseLinearLR(_, (*_, top)), ConstantLR(), tail), (warmup, end)):
            for low, _, wave in taken_apart(tail):
                rates = {"max_lr": top, "warmup_steps": warmup, "stable_steps": end - warmup, "min_lr": low}
                yield from (rates | shape for shape in cooldowns(wave))
