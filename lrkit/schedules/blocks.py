"""A clock in blocks: `EveryLR`."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from .._params import Param
from ._base import LearningRateSchedule
from ._knots import multiples
from .clock import StretchLR


class EveryLR(LearningRateSchedule, kind="every"):
    r"""A schedule that is looked at only every so many steps, and held in between: ``s.every(100)``.

    The rate of a loop that steps its scheduler once per epoch: with :math:`k` steps in an epoch, ``s.every(k)`` for a
    schedule that counts steps, ``s.stretch(k).every(k)`` for one that counts epochs.

    .. math:: \eta(t) = s\!\left(k \left\lfloor \tfrac{t}{k} \right\rfloor\right)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    block_steps : int
        :math:`k`, in steps, from 1 to 2**53: how long a rate is held.

    Notes
    -----
    *First step*: the schedule's own, for :math:`k` steps. *Boundaries*: at each multiple of :math:`k` the curve jumps
    to the schedule's rate there; what the schedule does inside a block is never seen. *Past the end*: whatever the
    schedule does, in blocks. Blocks are counted in integers, so they are exact however large the step;
    ``s.stretch(k).every(k)`` is ``s(step // k)``, bit for bit, as in ``s.to_list(total_step, k)``.

    *Elsewhere*: Lightning steps a scheduler once per epoch by default (``interval="epoch"``), or every `frequency`
    epochs. Ultralytics and YOLOv5 set the rate once per epoch, after a warm-up that counts batches. mmengine's
    ``by_epoch=True`` and torch loops that call ``scheduler.step()`` after each epoch do the same.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.PolynomialDecayLR(0.4, 0.0, 4, 1.0).every(2).to_array(6)
    array([0.4, 0.4, 0.2, 0.2, 0. , 0. ])

    Three epochs of 1000 steps, by a cosine that counts epochs:

    >>> lrkit.CosineDecayLR(0.0, 0.1, 3).stretch(1000).every(1000)([0, 999, 1000, 2999])
    array([0.1  , 0.1  , 0.075, 0.025])
    """

    schedule: Annotated[LearningRateSchedule, Param("s")]
    block_steps: Annotated[int, Param("k", unit="step", low=1, typical=(1, 1000))]

    def formula(self, step: Any, xp: Any) -> Any:
        block = xp.floor_divide(step, self.block_steps)
        if type(self.schedule) is StretchLR and self.schedule.factor == self.block_steps:
            return self.schedule.schedule.formula(block, xp)  # as many steps on as blocks: nothing is rounded
        return self.schedule.formula(block * self.block_steps, xp)

    def _knots(self, stop: int) -> Any:
        # Of more than a million blocks, only those that begin where the schedule bends or jumps are sure to be given.
        seen = np.ceil(self.schedule.knots(stop) / self.block_steps) * self.block_steps
        return np.concatenate([multiples(self.block_steps, stop), seen])

    def _horizon(self) -> int:
        return -(-self.schedule.horizon // self.block_steps) * self.block_steps
