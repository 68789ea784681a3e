"""How a run ends: `cooldown`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR
from ..schedules.clock import HoldLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.power import PowerLR
from ._between import between, taken_apart
from ._entries import Proposals, expression, inverse_of
from .linear import linear

SHAPES = ("linear", "cosine", "1-sqrt", "1-square", "power", "exponential")
POWERS = {"linear": 1.0, "1-sqrt": 0.5, "1-square": 2.0}
"""The exponents of the shapes that are a power of the time."""
Shape = Annotated[str, Param("g", choices=SHAPES)]
Power = Annotated[float, Param("q", low=0, exclusive=True, typical=(0.5, 3))]
Ratio = Annotated[float, Param(r"\rho", low=0, exclusive=True, high=1, high_exclusive=True, typical=(0.01, 0.5))]


@expression
def cooldown(
    decay_steps: Annotated[int, Param("D", unit="step", low=1, typical=(1, 10_000))],
    shape: Shape = "linear",
    power: Power = 2.0,
    ratio: Ratio = 0.1,
) -> LearningRateSchedule:
    r"""A factor from 1 down to 0, then 0: the last phase of a warm-up–stable–decay schedule.

    .. math:: g(p) = 1 - p, \quad \tfrac12 (1 + \cos \pi p), \quad 1 - \sqrt p, \quad 1 - p^2, \quad 1 - p^q
              \quad\text{or}\quad \frac{\rho^{\,p} - \rho}{1 - \rho}, \qquad p = \frac{\min(t, D)}{D}

    Parameters
    ----------
    decay_steps : int
        :math:`D`, in steps, from 1 to 2**53.
    shape : {"linear", "cosine", "1-sqrt", "1-square", "power", "exponential"}
        Which :math:`g`, in the order above. Default: "linear".
    power : float
        :math:`q`, above 0, for "power". Default: 2.
    ratio : float
        :math:`\rho`, between 0 and 1, for "exponential"; at 1/2 it is :math:`2 \cdot 2^{-p} - 1`. Default: 0.1.

    Notes
    -----
    *First step*: 1. *At decay_steps*: 0, to rounding. *Past the end*: 0. "1-sqrt" falls at once and infinitely steeply;
    "1-square" last.

    References
    ----------
    Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations", NeurIPS 2024,
    arXiv:2405.18392, for "1-sqrt".

    Examples
    --------
    >>> import lrkit
    >>> lrkit.cooldown(4, "1-sqrt")([0, 1, 4, 99])
    array([1. , 0.5, 0. , 0. ])
    >>> lrkit.cooldown(2, "exponential", ratio=0.25)([0, 1, 2])
    array([1.        , 0.33333333, 0.        ])
    """
    if shape == "cosine":
        return CosineDecayLR(0.0, 1.0, decay_steps)
    if shape == "exponential":
        return between(ratio / (ratio - 1), 1.0, ExponentialDecayLR(1.0, ratio, decay_steps).hold(decay_steps))
    exponent = POWERS.get(shape, power)
    time = linear(0.0, 1.0, decay_steps)
    return between(1.0, 0.0, time if exponent == 1 else time**exponent)


@inverse_of(cooldown, CosineDecayLR, OffsetLR)
def cooldowns(schedule: LearningRateSchedule) -> Proposals:
    """What `cooldown` may have been called with."""
    for _, _, wave in taken_apart(schedule):
        match wave:
            case CosineDecayLR(0.0, 1.0, steps):
                yield {"decay_steps": steps, "shape": "cosine"}
            case HoldLR(ExponentialDecayLR(_, ratio, steps), _):
                yield {"decay_steps": steps, "shape": "exponential", "ratio": ratio}
            case PiecewiseLinearLR((_, end), _):
                yield {"decay_steps": int(end), "shape": "linear"}
            case PowerLR(PiecewiseLinearLR((_, end), _), power):
                shape = next((shape for shape, known in POWERS.items() if known == power), "power")
                yield {"decay_steps": int(end), "shape": shape, "power": power if shape == "power" else 2.0}
