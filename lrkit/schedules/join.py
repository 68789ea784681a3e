"""One schedule after another: `JoinLR`."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from .._params import Param, counted
from ._base import LearningRateSchedule
from ._formula import Consecutive, computes_as
from ._list_fields import Integers, Schedules


class JoinLR(LearningRateSchedule, kind="join"):
    r"""Schedules one after another, each on its own clock that starts at 0.

    A warm-up and then a decay, say: ``a.then(b, 500)`` and ``b.warmup(500)`` make such a schedule.

    .. math:: \eta(t) = s_k(t - M_{k-1}) \quad\text{for}\quad M_{k-1} \le t < M_k, \qquad M_{-1} = 0

    Parameters
    ----------
    schedules : list of LearningRateSchedule
        :math:`s_k`, two or more.
    milestones : list of int
        :math:`M_k`, in steps, at least 0 and not below the one before; one fewer than the schedules. The step at
        which schedule :math:`k` gives way to the next. At most 2**53.

    Notes
    -----
    *First step*: the first schedule's first rate. *At a milestone*: already the next schedule, at its step 0; the
    curve jumps if the two do not meet. Between equal milestones a schedule gets no step. *Past the end*: whatever the
    last schedule does. A schedule is evaluated at steps of its own interval only.

    *Elsewhere*: optax's ``join_schedules`` is the same; torch's ``SequentialLR`` restarts its second scheduler from
    the initial rate.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.JoinLR([lrkit.WarmUpLR(0.1, 2), lrkit.CosineDecayLR(0, 0.1, 4)], [2])
    >>> schedule.to_array(7)
    array([0.        , 0.05      , 0.1       , 0.08535534, 0.05      ,
           0.01464466, 0.        ])
    """

    schedules: Annotated[Schedules, Param("s_k", min_length=2)]
    milestones: Annotated[Integers, Param("M_k", unit="step", low=0, typical=(0, 1000), min_length=1)]

    def _check(self) -> None:
        if len(self.milestones) != len(self.schedules) - 1:
            raise ValueError(
                f"JoinLR: {len(self.schedules)} schedules need {counted(len(self.schedules) - 1, 'milestone')}, "
                f"got {len(self.milestones)}"
            )
        self._require_ascending("milestones")

    def formula(self, step: Any, xp: Any) -> Any:
        def part(schedule: LearningRateSchedule, start: int) -> Any:
            return lambda t: schedule.formula(t - start if start else t, xp)

        return xp.piecewise(step, self.milestones, [part(s, m) for s, m in self._pieces()])

    def _pieces(self) -> Any:
        return zip(self.schedules, (0, *self.milestones), strict=True)

    def _consecutive(self) -> Consecutive:
        return (self.milestones, self.schedules) if computes_as(self, JoinLR) else ((), ())

    def _knots(self, stop: int) -> Any:
        found = [np.array(self.milestones, np.float64)]
        for (schedule, start), end in zip(self._pieces(), (*self.milestones, stop), strict=True):
            if start < min(end, stop):
                found.append(start + schedule.knots(min(end, stop) - start))
        return np.concatenate(found)

    def _horizon(self) -> int:
        return self.milestones[-1] + self.schedules[-1].horizon
