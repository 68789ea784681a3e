"""An inverse square root after a warm-up: `inverse_sqrt`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.join import JoinLR
from ..schedules.power import PowerLR
from ..schedules.warm_up import WarmUpLR
from ._entries import Proposals, expression, inverse_of
from .power_law import power_law, power_laws


@expression
def inverse_sqrt(
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-4, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=0, typical=(1, 10_000))],
    timescale: Annotated[float | None, Param(r"\tau", unit="step", low=0, exclusive=True, typical=(1, 10_000))] = None,
) -> LearningRateSchedule:
    r"""Up in a line from 0, then down with the inverse square root of the time.

    .. math:: \eta(t) = \eta_{\max} \frac{t}{W} \quad\text{for}\quad t < W, \qquad
              \eta_{\max} \left(1 + \frac{t - W}{\tau}\right)^{-1/2} \quad\text{for}\quad t \ge W

    Parameters
    ----------
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    warmup_steps : int
        :math:`W`, in steps, from 0 to 2**53.
    timescale : float, optional
        :math:`\tau`, in steps, above 0. If left out, `warmup_steps`, so that the rate is
        :math:`\eta_{\max} \sqrt{W / t}`; or 10 000 without a warm-up.

    Notes
    -----
    *First step*: 0, or `max_lr` without a warm-up. *At warmup_steps*: `max_lr` for the first time. *Past the end*:
    there is none. *Elsewhere*: transformers' ``inverse_sqrt``, with the same defaults; the floor of OLMo-core's is
    ``min_lr + inverse_sqrt(max_lr - min_lr, W)`` after the warm-up.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762, section 5.3.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.inverse_sqrt(0.1, warmup_steps=4)([0, 2, 4, 16, 400])
    array([0.  , 0.05, 0.1 , 0.05, 0.01])
    """
    fall = power_law(max_lr, 0.5, (warmup_steps or 10_000) if timescale is None else timescale)
    return WarmUpLR(max_lr, warmup_steps).then(fall, warmup_steps) if warmup_steps else fall


@inverse_of(inverse_sqrt, JoinLR, PowerLR, ScaleLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    fall, warmup = schedule, 0
    match schedule:
        case JoinLR((WarmUpLR(), fall), (warmup,)):
            pass
    for law in power_laws(fall):
        arguments = {"max_lr": law["learning_rate"], "warmup_steps": warmup}
        yield arguments
        yield arguments | {"timescale": law["timescale"]}
