"""`DecayToMinimum`: what the curves that fall from a highest to a lowest rate have in common."""

from __future__ import annotations

from typing import Annotated, Any

from .._params import Param
from ._base import LearningRateSchedule


class DecayToMinimum(LearningRateSchedule):
    """The fields of a curve from `max_lr` down to `min_lr`, which is level from step `decay_steps` on."""

    min_lr: Annotated[float, Param(r"\eta_{\min}", low=0, typical=(0, 1e-4))]
    max_lr: Annotated[float, Param(r"\eta_{\max}", low=0, exclusive=True, typical=(1e-3, 1))]
    decay_steps: Annotated[int, Param("T", unit="step", low=1, typical=(1, 100_000))]

    def _check(self) -> None:
        self._require_below("min_lr", "max_lr")

    def _knots(self, stop: int) -> Any:
        return (self.decay_steps,)

    def _horizon(self) -> int:
        return self.decay_steps
