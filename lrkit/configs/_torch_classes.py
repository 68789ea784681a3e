"""The schedulers of torch by the names of their classes, for systems whose configs name them."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import Parameter, signature
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
PLATEAU = "ReduceLROnPlateau"


def chosen(fields: Fields, key: str, name: str, *, known: Iterable[str] = CLASSES) -> str:
    """The name of a scheduler that a config has under a key, if it is known; that of a plateau has its own message."""
    if name == PLATEAU:
        said = "which follows what the run measures: no config says its rates"
        raise fields.refusal(f"{fields.at(key)} is {name}, {said}")
    found: str = fields.chosen(key, name, tuple(known))
    return found


def curve_of(name: str, rate: float, arguments: Fields, **given: Any) -> LearningRateSchedule:
    """The curve of a class by its own steps; what the system gives stands behind what the config says."""
    options = given | {key: value for key, value in arguments.data.items() if key not in NONE and value is not None}
    fixed = {"cycle_momentum": False} if name in ("OneCycleLR", "CyclicLR") else {}
    _check_names(name, options, arguments)
    optimizer = SimpleNamespace(param_groups=[{"lr": rate, "params": []}])
    with arguments.handed_to(arguments.path or name):
        found: LearningRateSchedule = CLASSES[name](optimizer, **options, **fixed).curves()[0]
        return found


def _check_names(name: str, options: Iterable[str], arguments: Fields) -> None:
    """Errors for an argument that the class does not have, and for one that it needs."""
    _, *known = signature(CLASSES[name]).parameters.values()  # without the optimizer
    names = [one.name for one in known if one.name not in (*NONE, "on_load")]  # which torch's have not
    for key in options:
        if key not in names:
            raise arguments.refusal(f"{arguments.at(key)} is no argument of {name}, which has {', '.join(names)}")
    for one in known:
        if one.default is Parameter.empty and one.name not in options:
            raise arguments.refusal(f"{arguments.at(one.name)} is missing: {name} needs it")
