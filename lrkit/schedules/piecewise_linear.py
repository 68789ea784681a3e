"""Straight lines from point to point: `PiecewiseLinearLR`."""

from __future__ import annotations

import math
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._list_fields import Floats
from ._through_points import require_finite_changes, through_points


class PiecewiseLinearLR(LearningRateSchedule, kind="piecewise_linear"):
    r"""Straight lines from point to point, level before the first and after the last.

    Warm-ups, linear decays, triangles and the linear one-cycle policy are all of this form. The points may lie between
    steps.

    .. math:: \eta(t) = \eta_k + (\eta_{k+1} - \eta_k) \frac{t - M_k}{M_{k+1} - M_k}
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
    on. *Elsewhere*: optax's ``piecewise_interpolate_schedule("linear", …)``, which takes factors instead of rates.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.PiecewiseLinearLR([0, 2.5, 10], [0.0, 0.1, 0.04])([0, 1, 2.5, 5, 10, 99])
    array([0.  , 0.04, 0.1 , 0.08, 0.04, 0.04])
    """

    milestones: Annotated[Floats, Param("M_k", unit="step", typical=(0, 1000), min_length=1)]
    learning_rates: Annotated[Floats, Param(r"\eta_k", typical=(1e-4, 1), min_length=1)]

    def _check(self) -> None:
        self._require_same_length("milestones", "learning_rates")
        self._require_ascending("milestones")
        require_finite_changes(self)

    def formula(self, step: Any, xp: Any) -> Any:
        return through_points(self, lambda p: p, step, xp)

    def _knots(self, stop: int) -> Any:
        return self.milestones

    def _horizon(self) -> int:
        return math.ceil(self.milestones[-1])
