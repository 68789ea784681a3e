"""The schedulers that torch and MindSpore have under the names of lrkit's own, read from their attributes.

Torch computes a rate from the last one, and so does MindSpore. What is read is the closed form that both document.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from .._params import declared_of
from ..catalogue.cyclic import cyclic
from ..lr_scheduler import cosine, decay, stairs
from ..lr_scheduler._base import LRScheduler
from ..lr_scheduler.cyclic import CyclicLR
from ..schedules._base import LearningRateSchedule
from ._numbers import number, stored

CLASSES: dict[str, type[LRScheduler]] = {
    cls.__name__: cls
    for cls in (
        stairs.StepLR,
        stairs.MultiStepLR,
        stairs.ConstantLR,
        decay.LinearLR,
        decay.ExponentialLR,
        decay.PolynomialLR,
        cosine.CosineAnnealingLR,
        cosine.CosineAnnealingWarmRestarts,
    )
}
"""lrkit's class of each name. Its declared options are attributes of the frameworks' schedulers too."""


def closed_form(scheduler: Any, base_lr: float) -> LearningRateSchedule:
    """The curve of lrkit's scheduler of the same name and options, for a base rate."""
    cls = CLASSES[type(scheduler).__name__]
    given = {name: getattr(scheduler, name) for name in declared_of(cls)}
    if "milestones" in given:  # a Counter, whose keys are compared with the epoch: one that is not whole never comes
        given["milestones"] = sorted(at for at in given["milestones"].elements() if at % 1 == 0)
    options = {name: stored(field, cls.__name__, given[name]) for name, field in declared_of(cls).items()}
    return cls.schedule(SimpleNamespace(**options), base_lr)  # type: ignore[arg-type]  # which reads the options alone


def triangles(scheduler: Any, low: Any, high: Any, cycle: float, rising: float) -> LearningRateSchedule | None:
    """The curve of a ``CyclicLR``, of which a share `rises`; None if it turns at a step that is not whole."""
    up = round(rising * cycle)
    if up / cycle != rising or cycle != int(cycle):
        return None
    base_lr, max_lr = number("CyclicLR", "base_lr", low, low=0), number("CyclicLR", "max_lr", high, low=0)
    gamma = 1.0
    if scheduler.mode == "exp_range":
        gamma = stored(declared_of(CyclicLR)["gamma"], "CyclicLR", scheduler.gamma)
    return cyclic(base_lr, max_lr, up, int(cycle) - up, scheduler.mode, gamma)
