"""The schedulers of torch by the names of their classes, for systems whose configs name them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from .. import lr_scheduler
from ..schedules._base import LearningRateSchedule
from ._fields import Fields

CLASSES: dict[str, Any] = {
    "StepLR": lr_scheduler.StepLR, "MultiStepLR": lr_scheduler.MultiStepLR, "ExponentialLR": lr_scheduler.ExponentialLR,
    "CosineAnnealingLR": lr_scheduler.CosineAnnealingLR, "LinearLR": lr_scheduler.LinearLR,
    "CosineAnnealingWarmRestarts": lr_scheduler.CosineAnnealingWarmRestarts, "CyclicLR": lr_scheduler.CyclicLR,
    "PolynomialLR": lr_scheduler.PolynomialLR, "OneCycleLR": lr_scheduler.OneCycleLR,
}  # fmt: skip
NONE = ("verbose", "last_epoch", "cycle_momentum", "base_momentum", "max_momentum")
"""Arguments of torch's classes that change no rate of a fresh run."""


def curve_of(name: str, rate: float, arguments: Fields, **given: Any) -> LearningRateSchedule:
    """The curve of a class by its own steps; what the system gives stands behind what the config says."""
    options = given | {key: value for key, value in arguments.data.items() if key not in NONE and value is not None}
    fixed = {"cycle_momentum": False} if name in ("OneCycleLR", "CyclicLR") else {}
    optimizer = SimpleNamespace(param_groups=[{"lr": rate, "params": []}])
    with arguments.handed_to(arguments.path or name):
        found: LearningRateSchedule = CLASSES[name](optimizer, **options, **fixed).curves()[0]
        return found
