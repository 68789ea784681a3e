"""An optimizer, or a scheduler with its optimizer, as groups: what drives each hyper-parameter of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..lr_scheduler._plans import for_groups
from ..lr_scheduler.schedule import ScheduleLR
from ..optim.optimizer import Optimizer
from ._optimizers import is_optimizer, scheduler_of, sources_of
from ._reading import curves_of, told

Group = dict[str, Any]
"""Hyper-parameter to a schedule, a number, or a tuple of them."""
SHOWN = ("momentum", "betas", "alpha", "weight_decay")
"""Hyper-parameters that are shown where groups differ in them."""


def groups_of(value: Any, steps: int | None, complaint: str) -> dict[str, Group] | None:
    """Each group by its name: its rate, what else a scheduler moves, and in what else it differs from other groups.

    None of what is neither an optimizer nor a scheduler that has one.
    """
    with told(value, complaint):
        return _read(value, steps, complaint)


def _read(value: Any, steps: int | None, complaint: str) -> dict[str, Group] | None:
    optimizer = value if is_optimizer(value) else getattr(value, "optimizer", None)
    if isinstance(value, (type, Mapping)) or optimizer is None or not is_optimizer(optimizer):
        return None
    if isinstance(optimizer, Optimizer):
        rates = curves_of(optimizer, steps, complaint)
        return {f"group {k}": {"lr": rate} for k, rate in enumerate(rates)}
    scheduler = scheduler_of(optimizer, complaint) if optimizer is value else value
    groups = list(optimizer.param_groups)
    moved = [{}] * len(groups) if scheduler is None else _driven(scheduler, groups, steps, complaint)
    held_rates = sources_of(optimizer, complaint)
    driven = [{"lr": rate} | own for rate, own in zip(held_rates, moved, strict=True)]
    for key in SHOWN:
        held = [group.get(key) for group in groups]
        if None not in held and any(item != held[0] for item in held):
            driven = [own if key in own else own | {key: item} for own, item in zip(driven, held, strict=True)]
    return dict(zip(_names(groups), driven, strict=True))


def _driven(scheduler: Any, groups: list[Any], steps: int | None, complaint: str) -> list[Group]:
    """What a scheduler moves in each group."""
    if isinstance(scheduler, ScheduleLR):
        plans = [dict(plan) for plan in for_groups(scheduler.plans, groups)]
        if all("lr" in plan for plan in plans):  # with the scales of groups and edits
            rates = curves_of(scheduler, steps, complaint)
            return [plan | {"lr": rate} for plan, rate in zip(plans, rates, strict=True)]
        return plans
    driven: list[Group] = [{"lr": rate} for rate in curves_of(scheduler, steps, complaint)]
    if getattr(scheduler, "cycle_momentum", False) and type(scheduler).__module__.startswith("torch."):
        from .torch import from_torch

        key, shown = ("momentum", "momentum") if "momentum" in groups[0] else ("betas", "betas[0]")
        moved = from_torch(scheduler, key)
        driven = [own | {shown: curve} for own, curve in zip(driven, moved, strict=True)]
    return driven


def _names(groups: Sequence[Any]) -> list[str]:
    """The groups' own names, if each has one of its own; else their numbers."""
    names = [group.get("name") for group in groups]
    if all(isinstance(name, str) and name for name in names) and len(set(names)) == len(names):
        return names
    return [f"group {k}" for k in range(len(groups))]
