"""Decay along a hyperbola: `HyperbolicDecayLR`."""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._checks import require_below


class HyperbolicDecayLR(LearningRateSchedule, kind="hyperbolic_decay"):
    r"""A hyperbola from `max_lr` down, nearly the same at its beginning however long the run is.

    .. math:: \eta(t) = \eta_{\max} + (\eta_{\max} - \eta_{\min}) \bigl(h(\min(t, N)) - h(0)\bigr), \qquad
              h(t) = \sqrt{\frac{N - t}{U} \left(2 - \frac{N + t}{U}\right)}

    Parameters
    ----------
    min_lr : float
        :math:`\eta_{\min}`, at least 0 and below `max_lr`: the last rate of the longest run.
    max_lr : float
        :math:`\eta_{\max}`, the first rate, above 0.
    decay_steps : int
        :math:`N`, in steps, from 1 to 2**53.
    upper_steps : int
        :math:`U`, in steps, at least `decay_steps`: the longest run for which the curve is meant.

    Notes
    -----
    *First step*: `max_lr`. *At decay_steps*: ``max_lr - (max_lr - min_lr) * h(0)``, which is `min_lr` if `upper_steps`
    is `decay_steps`, and above it otherwise. *Past the end*: held there.

    References
    ----------
    Kim, "HyperbolicLR: Epoch insensitive learning rate scheduler", 2024, arXiv:2407.15200.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.HyperbolicDecayLR(0, 0.1, 4, 4)([0, 2, 4, 99])
    array([0.1 , 0.05, 0.  , 0.  ])
    """

    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))]
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))]
    decay_steps: Annotated[int, Param("N", unit="step", low=1, typical=(1, 10_000))]
    upper_steps: Annotated[int, Param("U", unit="step", low=1, typical=(10_000, 100_000))]

    def _check(self) -> None:
        check_hyperbola(self)

    def formula(self, step: Any, xp: Any) -> Any:
        drop = self.max_lr - self.min_lr
        return self.max_lr + drop * descent(step, self.decay_steps, self.upper_steps, xp)

    def _knots(self, stop: int) -> Any:
        return (self.decay_steps,)

    def _horizon(self) -> int:
        return self.decay_steps


def descent(step: Any, decay_steps: int, upper_steps: int, xp: Any) -> Any:
    """The change of the hyperbola since step 0, from 0 down to -1 at most: infinitely steep at the end, then flat."""
    first = sqrt(decay_steps / upper_steps * (2 - decay_steps / upper_steps))

    def inside(t: Any) -> Any:
        return xp.sqrt((decay_steps - t) / upper_steps * (2 - (decay_steps + t) / upper_steps)) - first

    return xp.piecewise(step, (decay_steps,), (inside, lambda _: -first))


def check_hyperbola(schedule: Any) -> None:
    """Raise `ValueError` unless `min_lr` is below `max_lr`, and `upper_steps` not below `decay_steps`."""
    owner = type(schedule).__name__
    require_below(schedule)
    if schedule.upper_steps < schedule.decay_steps:
        raise ValueError(
            f"{owner}: upper_steps must be at least decay_steps, got {schedule.upper_steps} and {schedule.decay_steps}"
        )
