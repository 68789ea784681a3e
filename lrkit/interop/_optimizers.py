"""Optimizers read: what the rate of each group comes from, and the scheduler that is bound to them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from typing import Any

from .._params import as_kind, shorten
from ..lr_scheduler._bound_to_optimizer import BoundToOptimizer
from ..optim._rates import Computed, Listed, Source
from ..optim.optimizer import Optimizer
from ..schedules.constant import ConstantLR
from ..schedules.table import TableLR
from ._numbers import plain

SCHEDULERS = (
    ("torch.optim.lr_scheduler", "LRScheduler"),
    ("torch.optim.lr_scheduler", "ReduceLROnPlateau"),
    ("timm.scheduler.scheduler", "Scheduler"),
    ("pytorch_optimizer.base.scheduler", "BaseLinearWarmupScheduler"),
    ("pytorch_warmup.base", "BaseWarmup"),
)
"""Base classes of schedulers that are bound to an optimizer, in modules that may be there."""


def is_optimizer(value: Any) -> bool:
    """Whether a value has groups of parameters, and is no scheduler."""
    if isinstance(value, type):
        return False
    groups = getattr(value, "param_groups", None)
    return isinstance(value, Optimizer) or (isinstance(groups, (list, tuple)) and not hasattr(value, "get_last_lr"))


def scheduler_of(optimizer: Any, complaint: str) -> Any:
    """The scheduler that is bound to an optimizer, or None.

    An optimizer does not know its schedulers, so the living ones are looked through.
    """
    found = bound_to(optimizer)
    if len(found) > 1:
        gc.collect()  # of one that was replaced, a cycle may be left
        found = bound_to(optimizer)
    if len(found) > 1:
        names = ", ".join(sorted(type(one).__name__ for one in found))
        raise ValueError(
            f"{complaint} {type(optimizer).__name__}: {len(found)} schedulers are bound to it ({names}); give the one "
            "that is meant"
        )
    return found[0] if found else None


def bound_to(optimizer: Any) -> list[Any]:
    """The living schedulers of an optimizer that are no parts of others."""
    modules = [(sys.modules.get(module), name) for module, name in SCHEDULERS]
    kinds = (BoundToOptimizer, *(getattr(module, name) for module, name in modules if module))
    # By `type`, since `isinstance` asks an object for its class, which some make up.
    bound = [o for o in gc.get_objects() if issubclass(type(o), kinds) and vars(o).get("optimizer") is optimizer]
    held = [value for one in bound for value in vars(one).values()]
    parts = {id(part) for value in held for part in (value if isinstance(value, (list, tuple)) else (value,))}
    return [one for one in bound if id(one) not in parts]


def sources_of(optimizer: Any, complaint: str) -> list[Any]:
    """What the rate of each group comes from: schedules, and functions of the step."""
    if isinstance(optimizer, Optimizer):
        groups = {id(settings): settings.rate for settings in optimizer._settings}  # noqa: SLF001  # as they were given
        return [_of_source(rate) for rate in groups.values()]
    if not optimizer.param_groups:
        raise ValueError(f"{complaint} {type(optimizer).__name__}: it has no group of parameters")
    return [ConstantLR(_number(group, "lr", k, complaint)) for k, group in enumerate(optimizer.param_groups)]


def _of_source(rate: Source) -> Any:
    match rate:
        case Listed():
            return TableLR(rate.values)
        case Computed():
            return rate.function
    return ConstantLR(rate)


def _number(group: Any, key: str, k: int, complaint: str) -> float:
    held = group.get(key) if isinstance(group, Mapping) else None
    number: float | None = None if held is None else as_kind(plain(held), float)
    if number is None:
        raise TypeError(f"{complaint} an optimizer: {key} of group {k} must be a number, got {shorten(held)}")
    return number
