"""Sums and products of schedules: `SumLR`, `ProductLR`, `ScaleLR`, `OffsetLR`."""

from __future__ import annotations

from functools import reduce
from operator import add, mul
from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule
from ._list_fields import Schedules


class SumLR(LearningRateSchedule, kind="sum"):
    r"""The sum of schedules: ``s + t``.

    .. math:: \eta(t) = s_0(t) + s_1(t) + \dots

    Parameters
    ----------
    schedules : list of LearningRateSchedule
        :math:`s_k`, two or more, added from left to right.

    Notes
    -----
    *First step, boundaries, past the end*: those of the terms. All terms share one clock.

    Examples
    --------
    >>> import lrkit
    >>> (lrkit.ConstantLR(0.1) + lrkit.WarmUpLR(0.1, 2)).to_list(3)
    [0.1, 0.15000000000000002, 0.2]
    """

    schedules: Annotated[Schedules, Param("s_k", min_length=2)]

    def formula(self, step: Any, xp: Any) -> Any:
        return reduce(add, (schedule.formula(step, xp) for schedule in self.schedules))


class ProductLR(LearningRateSchedule, kind="product"):
    r"""The product of schedules: ``s * t``.

    One of them is a rate, the others are factors: a warm-up from 0 to 1 times a decay, say.

    .. math:: \eta(t) = s_0(t) \, s_1(t) \cdots

    Parameters
    ----------
    schedules : list of LearningRateSchedule
        :math:`s_k`, two or more, multiplied from left to right.

    Notes
    -----
    *First step, boundaries, past the end*: those of the factors. All factors share one clock: unlike in `JoinLR`, a
    decay goes on while the warm-up lasts.

    Examples
    --------
    >>> import lrkit
    >>> (lrkit.WarmUpLR(1.0, 2) * lrkit.CosineDecayLR(0, 0.1, 4)).to_array(4)
    array([0.        , 0.04267767, 0.05      , 0.01464466])
    """

    schedules: Annotated[Schedules, Param("s_k", min_length=2)]

    def formula(self, step: Any, xp: Any) -> Any:
        return reduce(mul, (schedule.formula(step, xp) for schedule in self.schedules))


class ScaleLR(LearningRateSchedule, kind="scale"):
    r"""A schedule times a number: ``0.5 * s``, ``s / 2``, ``-s``.

    .. math:: \eta(t) = a \, s(t)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    factor : float
        :math:`a`, any finite number.

    Notes
    -----
    *First step, boundaries, past the end*: those of the schedule. ``s / 10`` is ``s * (1 / 10)``, which may round
    differently from a division.

    Examples
    --------
    >>> import lrkit
    >>> 0.5 * lrkit.ConstantLR(0.1)
    ScaleLR(ConstantLR(learning_rate=0.1), factor=0.5)
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    factor: Annotated[float, Param("a", typical=(0.1, 10))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.factor * self.schedule.formula(step, xp)


class OffsetLR(LearningRateSchedule, kind="offset"):
    r"""A schedule plus a number: ``s + 1e-5``, ``s - 1e-5``.

    .. math:: \eta(t) = s(t) + b

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    offset : float
        :math:`b`, any finite number.

    Notes
    -----
    *First step, boundaries, past the end*: those of the schedule.

    Examples
    --------
    >>> import lrkit
    >>> (lrkit.WarmUpLR(0.1, 2) + 0.01)([0, 1, 2])
    array([0.01, 0.06, 0.11])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    offset: Annotated[float, Param("b", typical=(0, 0.1))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.schedule.formula(step, xp) + self.offset
