"""Decay along a hyperbola: `HyperbolicDecayLR`."""

from __future__ import annotations

from math import sqrt
from typing import Annotated, Any

from .._params import Param
from ._decay_to_minimum import DecayToMinimum


class Hyperbola(DecayToMinimum):
    """The fields of a decay along a hyperbola."""

    decay_steps: Annotated[int, Param("N", unit="step", low=1, typical=(1, 10_000))]
    upper_steps: Annotated[int, Param("U", unit="step", low=1, typical=(10_000, 100_000))]

    def _check(self) -> None:
        super()._check()
        if self.upper_steps < self.decay_steps:
            raise ValueError(
                f"{type(self).__name__}: upper_steps must be at least decay_steps, "
                f"got {self.upper_steps} and {self.decay_steps}"
            )

    def _descent(self, step: Any, xp: Any) -> Any:
        """How far the hyperbola has changed since step 0: from 0 down to -1 at most, infinitely steep at the end."""
        last, upper = self.decay_steps, self.upper_steps
        first = sqrt(last / upper * (2 - last / upper))

        def inside(t: Any) -> Any:
            return xp.sqrt((last - t) / upper * (2 - (last + t) / upper)) - first

        return xp.piecewise(step, (last,), (inside, lambda _: -first))


class HyperbolicDecayLR(Hyperbola, kind="hyperbolic_decay"):
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

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr + (self.max_lr - self.min_lr) * self._descent(step, xp)
