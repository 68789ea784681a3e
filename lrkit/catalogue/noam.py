"""The schedule of the first transformer: `noam`."""

from __future__ import annotations

import math
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.warm_up import WarmUpLR
from ._expression import expression
from .power_law import power_law


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

    Returns
    -------
    JoinLR

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain.

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
