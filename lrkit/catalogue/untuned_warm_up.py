"""A warm-up as long as Adam needs: `untuned_warm_up`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import ShiftLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._between import BETWEEN, taken_apart
from ._entries import Proposals, expression, inverse_of
from ._short_numbers import shortest_near
from .exponential_warm_up import exponential_warm_up


@expression
def untuned_warm_up(
    learning_rate: Annotated[float, Param(r"\eta", low=0, typical=(1e-4, 1))],
    beta2: Annotated[float, Param(r"\beta_2", low=0, high=1, high_exclusive=True, typical=(0.9, 0.9999))] = 0.999,
    shape: Annotated[str, Param("", choices=("linear", "exponential"))] = "linear",
) -> LearningRateSchedule:
    r"""A warm-up whose length follows from Adam's :math:`\beta_2`, with nothing to tune.

    .. math:: \eta(t) = \eta \min\left(1, \tfrac12 (1 - \beta_2) (t + 1)\right) \quad\text{or}\quad
              \eta \left(1 - e^{-(1 - \beta_2) (t + 1)}\right)

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate that is reached, at least 0.
    beta2 : float
        :math:`\beta_2`, from 0 and below 1. Default: 0.999, of which come 2000 steps.
    shape : {"linear", "exponential"}
        Which of the two. Default: "linear".

    Notes
    -----
    *First step*: already above 0. *At 2 / (1 - beta2) - 1*, which need not be whole: `learning_rate`, if linear. *Past
    the end*: held there; the exponential has none. *Elsewhere*: pytorch-warmup's ``UntunedLinearWarmup`` and
    ``UntunedExponentialWarmup``.

    References
    ----------
    Ma and Yarats, "On the Adequacy of Untuned Warmup for Adaptive Optimization", AAAI 2021, arXiv:1910.04209.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.untuned_warm_up(0.1)([0, 499, 999, 1999, 9999])
    array([5.0e-05, 2.5e-02, 5.0e-02, 1.0e-01, 1.0e-01])
    """
    if shape == "exponential":
        return exponential_warm_up(learning_rate, 1 / (1 - beta2))
    return PiecewiseLinearLR((0, 2 / (1 - beta2)), (0.0, learning_rate)).shift(-1)


@inverse_of(untuned_warm_up, ShiftLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    match schedule:
        case ShiftLR(PiecewiseLinearLR((_, end), (_, rate)), _):
            beta2 = shortest_near(1 - 2 / end, lambda beta: 2 / (1 - beta) == end) if end else None
            yield {"learning_rate": rate, "beta2": beta2}
    for rate, _, wave in taken_apart(schedule):
        match wave:
            case ShiftLR(NaturalExpDecayLR(_, speed, _), _):
                beta2 = shortest_near(1 - speed, lambda beta, speed=speed: 1 / (1 / (1 - beta)) == speed)  # type: ignore[misc]
                yield {"learning_rate": rate, "beta2": beta2, "shape": "exponential"}
