"""Warm up, stay, decay: `warmup_stable_decay`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.join import JoinLR
from ..schedules.warm_up import WarmUpLR
from ._between import BETWEEN, between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of
from .cooldown import Power, Ratio, Shape, cooldown, cooldowns


@expression
def warmup_stable_decay(
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=0, typical=(1, 10_000))],
    stable_steps: Annotated[int, Param("S", unit="step", low=0, typical=(1, 100_000))],
    decay_steps: Annotated[int, Param("D", unit="step", low=1, typical=(1, 10_000))],
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))] = 0.0,
    shape: Shape = "linear",
    power: Power = 2.0,
    ratio: Ratio = 0.1,
) -> LearningRateSchedule:
    r"""A trapezium: up in a line from 0, level for most of the run, then down in a shape of your choice.

    Known as WSD: the length of the run need not be known until the decay begins.

    .. math:: \eta(t) = \eta_{\max} \tfrac{t}{W} \quad\text{for}\quad t < W, \qquad
              \eta_{\max} \quad\text{for}\quad W \le t < W + S, \qquad
              \eta_{\min} + (\eta_{\max} - \eta_{\min}) \, g\!\left(\tfrac{\min(t - W - S, D)}{D}\right)
              \quad\text{for}\quad t \ge W + S

    Parameters
    ----------
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    warmup_steps, stable_steps, decay_steps : int
        :math:`W`, :math:`S` and :math:`D`, in steps: at least 0, 0 and 1. The run is as long as their sum.
    min_lr : float
        :math:`\eta_{\min}`, at least 0 and at most `max_lr`: the last rate. Default: 0.
    shape, power, ratio
        :math:`g`, as for `cooldown`.

    Notes
    -----
    *First step*: 0, or `max_lr` without a warm-up. *At warmup_steps*: `max_lr` for the first time. *Past the end*:
    `min_lr`. *Elsewhere*: transformers' ``warmup_stable_decay`` starts its warm-up at the minimum.

    References
    ----------
    Hu et al., "MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies", 2024,
    arXiv:2404.06395.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.warmup_stable_decay(0.1, warmup_steps=2, stable_steps=4, decay_steps=4, shape="1-sqrt").to_array(11)
    array([0.        , 0.05      , 0.1       , 0.1       , 0.1       ,
           0.1       , 0.1       , 0.05      , 0.02928932, 0.01339746,
           0.        ])
    """
    require_order("warmup_stable_decay", "min_lr", min_lr, "max_lr", max_lr)
    tail = between(min_lr, max_lr, cooldown(decay_steps, shape, power, ratio))
    if not stable_steps:
        return tail.warmup(warmup_steps) if warmup_steps else tail
    stable = ConstantLR(max_lr)
    risen = stable.warmup(warmup_steps) if warmup_steps else stable
    return risen.then(tail, warmup_steps + stable_steps)


@inverse_of(warmup_stable_decay, JoinLR, CosineDecayLR, *BETWEEN)
def stable_decays(schedule: LearningRateSchedule) -> Proposals:
    """What `warmup_stable_decay` may have been called with."""
    match schedule:
        case JoinLR((WarmUpLR(), ConstantLR(), tail), (warmup, end)):
            stable = end - warmup
        case JoinLR((ConstantLR(), tail), (stable,)):
            warmup = 0
        case JoinLR((WarmUpLR(), tail), (warmup,)):
            stable = 0
        case _:
            tail, warmup, stable = schedule, 0, 0
    tops = {part.learning_rate for part in schedule.parts() if isinstance(part, ConstantLR)}
    for low, high, wave in taken_apart(tail):
        for top in tops or {high}:
            rates = {"max_lr": top, "warmup_steps": warmup, "stable_steps": stable, "min_lr": low}
            yield from (rates | shape for shape in cooldowns(wave))
