"""The momentum that a cycle moves against the rate: where a group holds it, and its curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._params import shorten
from ._options import for_group, rates_for, require
from ._plans import Curve, Plan


def momentums_for(owner: str, name: str, value: Any, groups: int) -> Any:
    momentums = rates_for(owner, name, value, groups)
    for one in momentums if isinstance(momentums, list) else [momentums]:
        require(one < 1, owner, name, "a number >= 0 and < 1", value)
    return momentums


def plan_with_momentum(scheduler: Any, rate: Curve, k: int, curve: Callable[[float, float], Curve]) -> Plan:
    """A plan for the rate of a group and, with ``cycle_momentum``, for its momentum: ``betas[0]``, or ``momentum``.

    `curve` makes the momentum's curve of its lowest and its highest value.
    """
    if not scheduler.cycle_momentum:
        return {"lr": rate}
    owner, group = type(scheduler).__name__, scheduler.optimizer.param_groups[k]
    low = for_group(owner, "base_momentum", scheduler.base_momentum, k)
    high = for_group(owner, "max_momentum", scheduler.max_momentum, k)
    momentum = curve(low, high)
    if "betas" in group:
        return {"lr": rate, "betas": (momentum, *(None for _ in group["betas"][1:]))}
    if "momentum" in group:
        return {"lr": rate, "momentum": momentum}
    known = shorten([key for key in group if key != "params"])
    raise ValueError(f"{owner}: with cycle_momentum=True, group {k} must have 'momentum' or 'betas'; it has {known}")
