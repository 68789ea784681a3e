"""Decays that are taken back: `wsd_s`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise, product
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import ShiftLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.join import JoinLR
from ._between import BETWEEN, require_order
from ._entries import Proposals, expression, inverse_of
from .cooldown import SHAPES
from .warmup_stable_decay import stable_decays, warmup_stable_decay


@expression
def wsd_s(
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=0, typical=(1, 100))],
    period_steps: Annotated[Sequence[int], Param("P_i", unit="step", low=1, typical=(200, 1000), min_length=1)],
    decay_steps: Annotated[int, Param("D", unit="step", low=1, typical=(1, 100))],
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))] = 0.0,
    shape: Annotated[str, Param("g", choices=SHAPES)] = "linear",
) -> LearningRateSchedule:
    r"""`warmup_stable_decay` several times over: after each decay the rate is back at its peak at once.

    WSD-S: each period ends in a model that is good for use, from which the next period goes on.

    .. math:: \eta(t) = \eta_{\min} + (\eta_{\max} - \eta_{\min}) \,
              g\!\left(\frac{\max(t - (E_i - D), 0)}{D}\right) \quad\text{for}\quad E_{i-1} < t \le E_i, \qquad
              E_i = P_0 + \dots + P_i

    Parameters
    ----------
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    warmup_steps : int
        :math:`W`, in steps, at least 0: a line from 0, once, at the beginning of the first period.
    period_steps : list of int
        :math:`P_i`, in steps, at least `decay_steps`; the first at least `warmup_steps` more.
    decay_steps : int
        :math:`D`, in steps, at least 1: the end of each period.
    min_lr : float
        :math:`\eta_{\min}`, at least 0 and at most `max_lr`. Default: 0.
    shape : {"linear", "cosine", "1-sqrt", "1-square", "power", "exponential"}
        :math:`g`, as for `cooldown`.

    Notes
    -----
    *First step*: 0, or `max_lr` without a warm-up. *At the end of a period*: `min_lr`, for one step; then `max_lr`.
    *Past the end*: `min_lr`. *Elsewhere*: OLMo-core's ``WSDS``.

    References
    ----------
    Wen et al., "Understanding Warmup-Stable-Decay Learning Rates: A River Valley Loss Landscape Perspective", 2024,
    arXiv:2410.05192.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.wsd_s(0.1, warmup_steps=1, period_steps=[4, 3], decay_steps=2).to_array(9)
    array([0.  , 0.1 , 0.1 , 0.05, 0.  , 0.1 , 0.05, 0.  , 0.  ])
    """
    require_order("wsd_s", "min_lr", min_lr, "max_lr", max_lr)
    require_order("wsd_s", "warmup_steps + decay_steps", warmup_steps + decay_steps, "period_steps[0]", period_steps[0])
    for k, period in enumerate(period_steps):
        require_order("wsd_s", "decay_steps", decay_steps, f"period_steps[{k}]", period)
    warmups = (warmup_steps, *(0 for _ in period_steps[1:]))
    first, *others = (
        warmup_stable_decay(max_lr, warmup, period - warmup - decay_steps, decay_steps, min_lr, shape)
        for warmup, period in zip(warmups, period_steps, strict=True)
    )
    resets = [end + 1 for end in accumulate(period_steps[:-1])]
    return JoinLR((first, *(other.shift(-1) for other in others)), tuple(resets)) if others else first


@inverse_of(wsd_s, JoinLR, CosineDecayLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    first, last, ends = schedule, schedule, []
    match schedule:
        case JoinLR((first, *_, ShiftLR(last, -1)), resets):
            ends = [reset - 1 for reset in resets]
    # A rate that rounding hides in one period is seen in another.
    tops = {period["max_lr"] for part in schedule.parts() for period in _periods(part)}
    for begin, final in product(_periods(first), _periods(last)):
        length = sum(final[phase] for phase in ("warmup_steps", "stable_steps", "decay_steps"))
        lengths = [after - before for before, after in pairwise([0, *ends])] + [length]
        for top in {begin["max_lr"], *tops}:
            yield begin | {"max_lr": top, "period_steps": tuple(lengths)}


def _periods(schedule: LearningRateSchedule) -> Proposals:
    yield from stable_decays(schedule.schedule if isinstance(schedule, ShiftLR) else schedule)
