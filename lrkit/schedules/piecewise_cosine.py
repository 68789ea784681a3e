"""Half cosines from point to point: `PiecewiseCosineLR`."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._list_fields import Floats
from ._through_points import require_finite_changes, through_points


class PiecewiseCosineLR(LearningRateSchedule, kind="piecewise_cosine"):
    r"""Half cosines from point to point, level at each point, before the first and after the last.

    The one-cycle policy of most libraries, and a smooth warm-up. The points may lie between steps.

    .. math:: \eta(t) = \eta_k + \tfrac12 (\eta_{k+1} - \eta_k)
              \left(1 - \cos \frac{\pi (t - M_k)}{M_{k+1} - M_k}\right)
              \quad\text{for}\quad M_k \le t < M_{k+1}

    Parameters
    ----------
    milestones : list of float
        :math:`M_k`, in steps, whole or not, not below the one before; one below 0 is over before the run begins.
    learning_rates : list of float
        :math:`\eta_k`, the rate at each milestone: finite, of any sign.

    Notes
    -----
    *First step, up to the first milestone*: the first rate. *At a milestone*: its rate, exactly; at two equal
    milestones the curve jumps, and has the second rate there. *Past the end*: the last rate, from the last milestone
    on. *Elsewhere*: optax's ``piecewise_interpolate_schedule("cosine", …)``, which takes factors instead of rates.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.PiecewiseCosineLR([0, 4, 10], [0.0, 0.1, 0.04])([0, 1, 4, 7, 10, 99])
    array([0.        , 0.01464466, 0.1       , 0.07      , 0.04      ,
           0.04      ])
    """

    milestones: Annotated[Floats, Param("M_k", unit="step", typical=(0, 1000), min_length=1)]
    learning_rates: Annotated[Floats, Param(r"\eta_k", typical=(1e-4, 1), min_length=1)]

    def _check(self) -> None:
        self._require_same_length("milestones", "learning_rates")
        self._require_ascending("milestones")
        require_finite_changes(self)

    def formula(self, step: Any, xp: Any) -> Any:
        # Not `half_cosine`, which is exact at the last of two rates: a piece must be exact at its first.
        return through_points(self, lambda p: 0.5 * (1 - xp.cos(math.pi * p)), step, xp)

    def _knots(self, stop: int) -> Any:
        return self.milestones

    def _horizon(self) -> int:
        return math.ceil(self.milestones[-1])
