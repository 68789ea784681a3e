"""A steep rise and a long fall: `slanted_triangular`."""

from __future__ import annotations

import math
from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_between, shortest_near


@expression
def slanted_triangular(
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    total_steps: Annotated[int, Param("T", unit="step", low=1, typical=(100, 100_000))],
    cut_frac: Annotated[float, Param("f", low=0, exclusive=True, high=1, typical=(0.05, 0.5))] = 0.1,
    ratio: Annotated[float, Param("r", low=1, typical=(2, 100))] = 32.0,
) -> LearningRateSchedule:
    r"""A triangle: up in a line for a tenth of the run, down in a line for the rest.

    .. math:: \eta(t) = \eta_{\max} \frac{1 + p (r - 1)}{r}, \qquad
              p = \frac{t}{C} \;\text{ for }\; t < C, \quad \frac{T - \min(t, T)}{T - C} \;\text{ for }\; t \ge C,
              \qquad C = \lfloor f T \rfloor

    Parameters
    ----------
    max_lr : float
        :math:`\eta_{\max}`, above 0.
    total_steps : int
        :math:`T`, in steps, from 1 to 2**53.
    cut_frac : float
        :math:`f`, above 0 and at most 1: the part of the run that rises. Default: 0.1.
    ratio : float
        :math:`r`, at least 1: how many times the first and the last rate go into `max_lr`. Default: 32.

    Notes
    -----
    *First step*: ``max_lr / ratio``; `max_lr` if :math:`C` is 0. *At C*: `max_lr`. *Past the end*: ``max_lr / ratio``
    from `total_steps` on; `max_lr` if :math:`C` is :math:`T`. *Elsewhere*: pytorch-scheduler's. The paper divides by
    :math:`C (1/f - 1)` in place of :math:`T - C`, which differs where :math:`f T` is not whole.

    References
    ----------
    Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification", ACL 2018, arXiv:1801.06146.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.slanted_triangular(0.32, 20)([0, 1, 2, 11, 20, 99])
    array([0.01 , 0.165, 0.32 , 0.165, 0.01 , 0.01 ])
    """
    cut = int(total_steps * cut_frac)
    low = max_lr / ratio
    if cut == total_steps:
        return PiecewiseLinearLR((0, cut), (low, max_lr))
    return PiecewiseLinearLR((0, cut, total_steps), (low, max_lr, low))


@inverse_of(slanted_triangular, PiecewiseLinearLR)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case PiecewiseLinearLR((_, cut), (low, high)):
            total = int(cut)
            parts: list[float | None] = [1.0]
        case PiecewiseLinearLR((_, cut, end), (low, high, _)) if end >= 1:
            total = int(end)
            least = cut / total if cut else 0.5 / total  # any part below a step is cut to none
            parts = [0.1, shortest_between(least, (cut + 1) / total, lambda part: int(total * part) == cut)]
        case _:
            return
    guess = high / low if low else math.inf
    ratio = shortest_near(guess, lambda ratio: high / ratio == low)
    for part in parts:
        yield {"max_lr": high, "total_steps": total, "cut_frac": part, "ratio": ratio}
