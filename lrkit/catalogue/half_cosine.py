"""The second half of a cosine decay: `half_cosine`."""

from __future__ import annotations

from typing import Annotated

from .._params import Param
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import ShiftLR
from ..schedules.cosine_decay import CosineDecayLR
from ._between import BETWEEN, between, require_order, taken_apart
from ._entries import Proposals, expression, inverse_of


@expression
def half_cosine(
    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))],
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))],
    decay_steps: Annotated[int, Param("T", unit="step", low=1, high=2**52, typical=(1, 10_000))],
) -> LearningRateSchedule:
    r"""The second half of a cosine decay: from half way between two rates down to the lower, steep at once.

    .. math:: \eta(t) = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min})
              \left(1 + \cos \frac{\pi (T + \min(t, T))}{2 T}\right)

    Parameters
    ----------
    min_lr, max_lr : float
        :math:`\eta_{\min}`, at least 0, and :math:`\eta_{\max}`, above 0 and not below it: those of the whole cosine.
        The second is never reached.
    decay_steps : int
        :math:`T`, in steps, from 1 to 2**52: half the length of the whole cosine.

    Notes
    -----
    *Made of*: `CosineDecayLR`, begun in the middle. *First step*: ``(min_lr + max_lr) / 2``, to rounding. *At
    decay_steps*: `min_lr` for the first time. *Past the end*: `min_lr`. *Elsewhere*: OLMo-core's ``HalfCosWithWarmup``
    after its warm-up.

    Examples
    --------
    >>> import lrkit
    >>> lrkit.half_cosine(0.0, 0.1, 3)([0, 1, 2, 3, 99])
    array([0.05      , 0.025     , 0.00669873, 0.        , 0.        ])
    """
    require_order("half_cosine", "min_lr", min_lr, "max_lr", max_lr)
    return between(min_lr, max_lr, CosineDecayLR(0.0, 1.0, 2 * decay_steps).shift(-decay_steps))


@inverse_of(half_cosine, ShiftLR, *BETWEEN)
def _arguments(schedule: LearningRateSchedule) -> Proposals:
    for low, high, wave in taken_apart(schedule):
        if isinstance(wave, ShiftLR):
            yield {"min_lr": low, "max_lr": high, "decay_steps": -wave.shift_steps}
