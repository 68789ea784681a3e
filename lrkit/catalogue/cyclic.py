"""A triangle wave: `cyclic`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ProductLR
from ..schedules.clock import RepeatLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._between import BETWEEN, between, taken_apart
from ._entries import Proposals, expression, inverse_of

MODES = ("triangular", "triangular2", "exp_range")


@expression
def cyclic(
    base_lr: Annotated[float, Param(r"\eta_{\text{base}}", low=0, typical=(0, 1e-3))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, typical=(1e-2, 1))],
    up_steps: Annotated[int, Param("u", unit="step", low=1, typical=(1, 2000))],
    down_steps: Annotated[int | None, Param("d", unit="step", low=1, typical=(1, 2000))] = None,
    mode: Annotated[str, Param("a", choices=MODES)] = "triangular",
    gamma: Annotated[float, Param(r"\gamma", low=0, exclusive=True, typical=(0.9, 1))] = 1.0,
) -> LearningRateSchedule:
    r"""Straight up from `base_lr` to `max_lr` and straight down again, in cycles that may shrink.

    .. math:: \eta(t) = \eta_{\text{base}} + (\eta_{\max} - \eta_{\text{base}}) \, a(t)
              \min\left(\frac{x}{u}, \frac{u + d - x}{d}\right), \qquad x = t \bmod (u + d), \qquad
              a(t) = 1 \quad\text{or}\quad 2^{-\lfloor t / (u + d) \rfloor} \quad\text{or}\quad \gamma^{t}

    Parameters
    ----------
    base_lr, max_lr : float
        :math:`\eta_{\text{base}}` and :math:`\eta_{\max}`, at least 0. Either may be the higher one.
    up_steps, down_steps : int
        :math:`u` and :math:`d`, in steps, at least 1, with a sum of at most 2**53; equal if the second is left out.
    mode : {"triangular", "triangular2", "exp_range"}
        Which :math:`a`, in the order above: 1, halved every cycle, or times `gamma` every step. Default: "triangular".
    gamma : float
        :math:`\gamma`, above 0, for "exp_range". Default: 1.

    Notes
    -----
    *First step*: `base_lr`. *At up_steps*: `max_lr`, as far as :math:`a` allows. *Past the end*: there is none.
    *Elsewhere*: torch's ``CyclicLR``, lrsched's ``clr``.

    References
    ----------
    Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017, arXiv:1506.01186.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.cyclic(0.0, 0.1, 2, mode="triangular2").to_array(8)
    array([0.   , 0.05 , 0.1  , 0.05 , 0.   , 0.025, 0.05 , 0.025])
    """
    cycle = up_steps + (down_steps or up_steps)
    triangle = PiecewiseLinearLR((0, up_steps, cycle), (0.0, 1.0, 0.0))
    wave = triangle.repeat(cycle, gamma=0.5 if mode == "triangular2" else 1.0)
    if mode == "exp_range":
        wave = ProductLR((wave, ExponentialDecayLR(1.0, gamma, 1)))
    return between(base_lr, max_lr, wave)


@inverse_of(cyclic, RepeatLR, ProductLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, wave in taken_apart(schedule):
        match wave:
            case RepeatLR(PiecewiseLinearLR((_, up, end), _), _, _, _, amplitude):
                mode, gamma = ("triangular" if amplitude == 1 else "triangular2"), 1.0
            case ProductLR((RepeatLR(PiecewiseLinearLR((_, up, end), _)), ExponentialDecayLR(_, gamma, _))):
                mode = "exp_range"
            case _:
                continue
        sizes = {"up_steps": int(up), "down_steps": None if end == 2 * up else int(end - up)}
        yield {"base_lr": low, "max_lr": high, **sizes, "mode": mode, "gamma": gamma}
