"""The schedule of the first transformer: `noam`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.warm_up import WarmUpLR
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import digits, shortest_near
from .power_law import power_law, power_laws

FACTORS = [float(f"{digits}e{power}") for power in (0, -1, 1, -2) for digits in range(1, 100)]
"""The factors of up to two digits, of which one is tried for any width of a model."""
WIDTHS = (1, 64, 128, 256, 384, 512, 768, 1024, 1280, 1536, 1600, 2048, 3072, 4096, 5120, 8192)
"""Widths that models have, of which one is tried for any factor."""


@expression
def noam(
    d_model: Annotated[int, Param("d", low=1, typical=(64, 4096))],
    warmup_steps: Annotated[int, Param("W", unit="step", low=1, typical=(1, 10_000))],
    hold_steps: Annotated[int, Param("H", unit="step", low=0, typical=(0, 10_000))] = 0,
    factor: Annotated[float, Param("f", low=0, exclusive=True, typical=(0.1, 10))] = 1.0,
) -> LearningRateSchedule:
    r"""Up in a line, then down with the inverse square root of the step: as high as the width of the model allows.

    .. math:: \eta(t) = \frac{f}{\sqrt{d}} \min\left(\frac{t}{W^{3/2}}, \frac{1}{\sqrt{W}},
              \frac{1}{\sqrt{\max(t - H, 1)}}\right)

    Parameters
    ----------
    d_model : int
        :math:`d`, at least 1: the width of the model.
    warmup_steps : int
        :math:`W`, in steps, from 1 to 2**53.
    hold_steps : int
        :math:`H`, in steps, from 0 to 2**53: how long the peak is held. Default: 0.
    factor : float
        :math:`f`, above 0. Default: 1.

    Notes
    -----
    *First step*: 0. *At warmup_steps*: the peak, :math:`f / \sqrt{d W}`. *Past the end*: there is none. *Elsewhere*:
    Paddle's ``NoamDecay`` has this clock; the paper counts its steps from 1, which is ``noam(…).shift(-1)``. NeMo's
    ``NoamHoldAnnealing`` holds in the same way, at a peak of its own.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762, section 5.3. Kim et al., "Squeezeformer: An
    Efficient Transformer for Automatic Speech Recognition", NeurIPS 2022, arXiv:2206.00888, for `hold_steps`.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.noam(d_model=100, warmup_steps=4)([0, 2, 4, 16, 400])
    array([0.   , 0.025, 0.05 , 0.025, 0.005])
    >>> lrkit.noam(d_model=100, warmup_steps=4, hold_steps=6)([4, 10, 22])
    array([0.05 , 0.05 , 0.025])
    """
    peak = factor / math.sqrt(d_model * warmup_steps)
    fall = power_law(peak, 0.5, warmup_steps)
    rest = ConstantLR(peak).then(fall, hold_steps) if hold_steps else fall
    return WarmUpLR(peak, warmup_steps).then(rest, warmup_steps)


@inverse_of(noam, JoinLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case JoinLR((WarmUpLR(peak, warmup), JoinLR((ConstantLR(), fall), (hold,))), _):
            pass
        case JoinLR((WarmUpLR(peak, warmup), fall), _):
            hold = 0
        case _:
            return
    if not peak or not any(power_laws(fall)):
        return
    pairs = sorted(_heights(peak, warmup), key=lambda pair: digits(pair[0]) + (pair[1] != 1) * (1 + digits(pair[1])))
    for width, factor in pairs[:1]:  # the least to write
        yield {"d_model": width, "warmup_steps": warmup, "hold_steps": hold, "factor": factor}


def _heights(peak: float, warmup: int) -> Iterator[tuple[int, float]]:
    """Widths and factors that give a peak."""
    for factor in FACTORS:
        width = round(min(factor / peak * (factor / peak) / warmup, 2**53))
        if width and factor / math.sqrt(width * warmup) == peak:
            yield width, factor
    for width in WIDTHS:
        root = math.sqrt(width * warmup)
        found = shortest_near(peak * root, lambda factor, root=root: factor / root == peak)  # type: ignore[misc]
        if found is not None:
            yield width, found
