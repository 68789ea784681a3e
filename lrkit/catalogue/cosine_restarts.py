"""Cosines with warm restarts: `cosine_restarts`."""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.clock import RepeatLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.join import JoinLR
from ._between import BETWEEN, between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_between


@expression
def cosine_restarts(
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    period_steps: Annotated[int, Param("P", unit="step", low=1, typical=(101, 1000))],
    multiplier: Annotated[float, Param("m", low=1, typical=(1.25, 3))] = 1.0,
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True, typical=(0.5, 1))] = 1.0,
    warmup_steps: Annotated[int, Param("W", unit="step", low=0, typical=(0, 100))] = 0,
    cycles: Annotated[int | None, Param("n", low=1, typical=(1, 10))] = None,
) -> LearningRateSchedule:
    r"""Half a cosine again and again, each `multiplier` times as long as the one before and `gamma` times as high.

    .. math:: \eta(t) = \eta_{\min} + (\eta_{\max} - \eta_{\min}) \, \gamma^{i} \, \tfrac12 (1 + \cos(\pi p))

    with :math:`i` the cycle, :math:`P m^{i}` long, and :math:`p` the part of it that is over, less a warm-up in a line.

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}`, at least 0, and :math:`\eta_{\max}`, above 0 and not below it.
    period_steps : int
        :math:`P`, in steps, from 1 to 2**53: the first cycle, warm-up included.
    multiplier, gamma : float
        :math:`m`, at least 1, whole or not, and :math:`\gamma`, above 0: by what the length of a cycle and its height
        above `min_lr` are multiplied at each restart. Default: 1.
    warmup_steps : int
        :math:`W`, in steps, at least 0 and below `period_steps`: the rise in each cycle. Default: 0.
    cycles : int, optional
        :math:`n`, at least 1; without end if left out. With a warm-up and growth it is needed, and at most 1000.

    Notes
    -----
    *First step, each restart*: the peak, to rounding; `min_lr` with a warm-up. Cycles that grow and have a warm-up last
    :math:`\lfloor P m^{i} \rfloor` steps; without one a restart may lie between two steps. *Past the end*, if there is
    one: `min_lr`. *Elsewhere*: Keras scales the height, as here; timm and pytorch-scheduler `max_lr` itself, as
    ``max_lr * w.repeat(P, n, m, gamma) + min_lr * (1 - w).repeat(P, n, m)`` with ``w = CosineDecayLR(0, 1, P)`` does.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.cosine_restarts(0.0, 0.1, 2, multiplier=2, gamma=0.5)([0, 1, 2, 4, 6])
    array([0.1  , 0.05 , 0.05 , 0.025, 0.025])
    """
    require_order("cosine_restarts", "min_lr", min_lr, "max_lr", max_lr)
    require_order("cosine_restarts", "warmup_steps", warmup_steps, "period_steps - 1", period_steps - 1)
    if warmup_steps == 0 or multiplier == 1:
        first = _cycle(warmup_steps, period_steps)
        return between(min_lr, max_lr, first.repeat(period_steps, cycles, multiplier, gamma))
    most = max(1, min(1000, int(math.log(2**53 / period_steps, multiplier))))
    if cycles is None or cycles > most:
        raise ValueError(f"cosine_restarts: cycles must be 1 to {most} with this warm-up and growth, got {cycles}")
    lengths = [int(period_steps * multiplier**i) for i in range(cycles)]
    waves = [ScaleLR(_cycle(warmup_steps, length), gamma**i) for i, length in enumerate(lengths)]
    wave = JoinLR(tuple(waves), tuple(accumulate(lengths[:-1]))) if cycles > 1 else waves[0]
    return between(min_lr, max_lr, wave)


def _cycle(rise: int, length: int) -> LearningRateSchedule:
    return CosineDecayLR(0.0, 1.0, length - rise).warmup(rise) if rise else CosineDecayLR(0.0, 1.0, length)


@inverse_of(cosine_restarts, RepeatLR, JoinLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, wave in taken_apart(schedule):
        rates = {"min_lr": low, "max_lr": high}
        match wave:
            case RepeatLR(cycle, period, cycles, multiplier, gamma):
                rise = cycle.milestones[0] if isinstance(cycle, JoinLR) else 0
                growth = {"multiplier": multiplier, "gamma": gamma, "warmup_steps": rise, "cycles": cycles}
                yield rates | {"period_steps": period} | growth
            case ScaleLR(JoinLR((_, CosineDecayLR(_, _, length)), (rise,)), _):  # one cycle, which never grows
                growth = {"multiplier": 2.0, "warmup_steps": rise, "cycles": 1}
                yield rates | {"period_steps": length + rise} | growth
            case JoinLR((_, ScaleLR(_, gamma), *_) as waves, (period, *_) as starts) if period:
                match waves[-1]:
                    case ScaleLR(JoinLR((_, CosineDecayLR(_, _, fall)), (rise,)), _):
                        lengths = [after - before for before, after in pairwise((0, *starts))] + [fall + rise]
                        growth = {"multiplier": _multiplier(lengths), "warmup_steps": rise, "cycles": len(waves)}
                        yield rates | {"period_steps": period, "gamma": gamma} | growth


def _multiplier(lengths: list[int]) -> float | None:
    """By what the lengths of cycles grow: as they are cut to whole steps, it lies between two bounds."""
    period, *later = lengths
    low = max((length / period) ** (1 / i) for i, length in enumerate(later, start=1))
    high = min(((length + 1) / period) ** (1 / i) for i, length in enumerate(later, start=1))
    return shortest_between(low, high, lambda m: all(int(period * m**i) == n for i, n in enumerate(lengths)))
