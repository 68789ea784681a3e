"""The momentum that a cycle moves against the rate: where a group holds it, and its curve."""

from __future__ import annotations

from typing import Any

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._binding import Plan
from ._options import for_group, rates_for, require


def momentums_for(owner: str, name: str, value: Any, groups: int) -> Any:
    """A momentum for all groups, or a list with one for each: below 1."""
    momentums = rates_for(owner, name, value, groups)
    for one in momentums if isinstance(momentums, list) else [momentums]:
        require(one < 1, owner, name, "a number >= 0 and < 1", value)
    return momentums


def with_momentum(scheduler: Any, rate: LearningRateSchedule, momentum: LearningRateSchedule, k: int) -> Plan:
    """A plan for the rate of a group and for its momentum: the first of its ``betas``, or its ``momentum``."""
    group = scheduler.optimizer.param_groups[k]
    if "betas" in group:
        return {"lr": rate, "betas": (momentum, *(None for _ in group["betas"][1:]))}
    if "momentum" in group:
        return {"lr": rate, "momentum": momentum}
    owner, known = type(scheduler).__name__, shorten([key for key in group if key != "params"])
    raise ValueError(f"{owner}: with cycle_momentum=True, group {k} must have 'momentum' or 'betas'; it has {known}")


def ends_of(scheduler: Any, group: int) -> tuple[float, float]:
    """The lowest and the highest momentum of a group."""
    name = type(scheduler).__name__
    low, high = (for_group(name, word, getattr(scheduler, word), group) for word in ("base_momentum", "max_momentum"))
    return low, high
