"""A power of a schedule: `PowerLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from .bounds import MaximumLR
from .constant import ConstantLR


class PowerLR(LearningRateSchedule, kind="power"):
    r"""A schedule raised to a power: ``s ** 0.5``.

    It bends a curve between 0 and 1: ``WarmUpLR(1.0, 100) ** 2`` starts slowly,
    ``InverseDecayLR(1.0, 1.0, 100) ** 0.5`` is an inverse square root.

    .. math:: \eta(t) = \max(s(t), 0)^{q}

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`. Where it is below 0 it is taken for 0.
    power : float
        :math:`q`, above 0.

    Notes
    -----
    *First step, boundaries, past the end*: those of the schedule. Where it is 0, so is the power; for a power below 1
    the curve is infinitely steep there, and automatic differentiation, which sees one side only, gives 0.

    Examples
    --------
    >>> import lrkit
    >>> (lrkit.WarmUpLR(1.0, 4) ** 0.5)([0, 1, 2, 4, 99])
    array([0.        , 0.5       , 0.70710678, 1.        , 1.        ])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    power: Annotated[float, Param("q", low=0, exclusive=True, typical=(0.5, 3))]

    def formula(self, step: Any, xp: Any) -> Any:
        base = self.schedule.formula(step, xp)
        # Where the base is not above 0 it is replaced by 1, so that its derivative is not 0 times infinity.
        return xp.where(base > 0, xp.pow(xp.where(base > 0, base, 1.0), self.power), 0.0)

    def _knots(self, stop: int) -> Any:
        if type(self.schedule) is PowerLR:  # is above 0 where that is of which it is a power
            return self.schedule.knots(stop)
        return MaximumLR((self.schedule, ConstantLR(0.0))).knots(stop)
