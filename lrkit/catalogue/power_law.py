"""A power law: `power_law`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.power import PowerLR
from ._between import between, taken_apart
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import reciprocal


@expression
def power_law(
    learning_rate: Annotated[float, Param(r"\eta_0", low=0, exclusive=True, typical=(1e-4, 1))],
    power: Annotated[float, Param("q", low=0, exclusive=True, typical=(0.25, 2))],
    timescale: Annotated[float, Param(r"\tau", unit="step", low=0, exclusive=True, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""A power of the time: steep at first, then ever slower, and never 0.

    .. math:: \eta(t) = \eta_0 \left(1 + \frac{t}{\tau}\right)^{-q}

    Parameters
    ----------
    learning_rate : float
        :math:`\eta_0`, the first rate, above 0.
    power : float
        :math:`q`, above 0: 1/2 is an inverse square root.
    timescale : float
        :math:`\tau`, in steps, whole or not, above 0: after so many the rate is :math:`2^{-q}` of the first.

    Notes
    -----
    *Made of*: a power of `InverseDecayLR`. *First step*: `learning_rate`. *Past the end*: there is none; it tends to 0.
    *Elsewhere*: after a warm-up of ``timescale`` steps this is a power of the step counted from the start of the run,
    :math:`\eta_0 (t / W)^{-q}`: ``power_law(lr, 0.51, W).warmup(W)`` is OLMo-core's ``PowerLR``.

    References
    ----------
    Shen et al., "Power Scheduler: A Batch Size and Token Number Agnostic Learning Rate Scheduler", 2024,
    arXiv:2408.13359.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.power_law(0.1, 0.5, 4)([0, 12, 396])
    array([0.1 , 0.05, 0.01])
    >>> lrkit.power_law(0.1, 0.5, 4).warmup(4)([0, 2, 4, 16])
    array([0.  , 0.05, 0.1 , 0.05])
    """
    return between(0.0, learning_rate, InverseDecayLR(1.0, 1 / timescale, 1) ** power)


@inverse_of(power_law, PowerLR, ScaleLR)
def power_laws(schedule: LearningRateSchedule) -> Proposals:
    """What `power_law` may have been called with."""
    for _, rate, wave in taken_apart(schedule):
        match wave:
            case PowerLR(InverseDecayLR(_, speed, _), power) if timescale := reciprocal(speed):
                yield {"learning_rate": rate, "power": power, "timescale": timescale}
