"""A rise that slows down: `exponential_warm_up`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import ShiftLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ._between import BETWEEN, between, taken_apart
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import reciprocal


@expression
def exponential_warm_up(
    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))],
    timescale: Annotated[float, Param(r"\tau", unit="step", low=0, exclusive=True, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""A rise that slows down as it nears `learning_rate`, and never quite ends.

    .. math:: \eta(t) = \eta \left(1 - e^{-(t + 1) / \tau}\right)

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, at least 0.
    timescale : float
        :math:`\tau`, in steps, above 0, whole or not: after so many, 63 percent of the rise is done.

    Notes
    -----
    *Made of*: `NaturalExpDecayLR`, turned over. *First step*: already above 0, about ``learning_rate / timescale``.
    *Past the end*: there is none; after 37 timescales it is `learning_rate`, to rounding. As a factor it warms up any
    schedule: ``s * exponential_warm_up(1.0, 1000)``. *Elsewhere*: pytorch-warmup's ``ExponentialWarmup``.

    References
    ----------
    Ma and Yarats, "On the Adequacy of Untuned Warmup for Adaptive Optimization", AAAI 2021, arXiv:1910.04209.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.exponential_warm_up(0.1, 2)([0, 1, 3, 99])
    array([0.03934693, 0.06321206, 0.08646647, 0.1       ])
    """
    return between(learning_rate, 0.0, NaturalExpDecayLR(1.0, 1 / timescale, 1).shift(-1))


@inverse_of(exponential_warm_up, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for rate, _, wave in taken_apart(schedule):
        match wave:
            case ShiftLR(NaturalExpDecayLR(_, speed, _), _) if timescale := reciprocal(speed):
                yield {"learning_rate": rate, "timescale": timescale}
