"""A cosine wave without end: `cosine_wave`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import RepeatLR
from ..schedules.cosine_decay import CosineDecayLR
from ._between import BETWEEN, between, taken_apart
from ._entries import Proposals, expression, inverse_of


@expression
def cosine_wave(
    min_lr: Annotated[float, Param(r"\eta_{\min}", typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", typical=(1e-3, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, high=2**52, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""A cosine from `max_lr` down to `min_lr`, up again, and so on without end.

    What torch's ``CosineAnnealingLR`` does past its ``T_max``, on purpose or not.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min}) \left(1 + \cos \frac{\pi t}{T}\right)

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}` and :math:`\eta_{\max}`: finite. The wave begins at the second, whichever is higher.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**52: half the period.

    Notes
    -----
    *Made of*: two half waves, repeated. *First step*: `max_lr`, to rounding. *At decay_steps*: `min_lr` exactly. *Past
    the end*: it climbs back, and is at `max_lr` again at ``2 * decay_steps``. For a rate that stays down, take
    `CosineDecayLR`.

    References
    ----------
    Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, arXiv:1608.03983.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.cosine_wave(0.0, 0.1, 2).to_array(6)
    array([0.1 , 0.05, 0.  , 0.05, 0.1 , 0.05])
    """
    down = CosineDecayLR(0.0, 1.0, decay_steps)
    return between(min_lr, max_lr, down.then(1 - down, decay_steps).repeat(2 * decay_steps))


@inverse_of(cosine_wave, RepeatLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, wave in taken_apart(schedule):
        if isinstance(wave, RepeatLR):
            yield {"min_lr": low, "max_lr": high, "decay_steps": wave.period_steps // 2}
