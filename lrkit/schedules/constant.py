"""A constant rate: `ConstantLR`."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule


class ConstantLR(LearningRateSchedule, kind="constant"):
    r"""The same rate at every step.

    The stable phase of a longer recipe, and the schedule of a plain number.

    .. math:: \eta(t) = \eta

    Parameters
    ----------
    learning_rate : float
        :math:`\eta`, the rate: any finite number.

    Notes
    -----
    *First step, past the end*: the same rate.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.ConstantLR(0.1)(1_000_000)
    0.1
    """

    learning_rate: Annotated[float, Param(r"\eta", typical=(1e-4, 1))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.learning_rate
