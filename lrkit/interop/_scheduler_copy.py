"""Copies of schedulers that leave the original, its optimizer and its models alone."""

from __future__ import annotations

import copy
import inspect
from functools import partial
from types import MethodType, ModuleType
from typing import Any

DEEPEST = 8
"""How many objects deep a scheduler is searched for its optimizers."""


def twin_of(obj: Any, named: Any) -> tuple[Any, bool]:
    """A copy with the original's models and stand-ins for its optimizers, and whether it has optimizers."""
    optimizers, models = _shared(obj)
    if any(optimizer is obj for optimizer in optimizers):
        raise TypeError(f"record: {name_of(obj)} is an optimizer, which has no schedule: give its scheduler")
    # what a copy has in place of each of these objects
    memo: dict[int, Any] = {id(model): model for model in models}
    memo |= {id(optimizer): StandIn(optimizer) for optimizer in optimizers}
    try:
        return copy.deepcopy(obj, memo), bool(optimizers)
    except Exception as error:  # whatever a foreign object raises
        raise TypeError(f"record: {name_of(named)} cannot be copied: {error}") from error


class StandIn:
    """What a copied scheduler steps in place of an optimizer: its groups, without parameters."""

    step_was_skipped = False  # asked for by accelerate
    _opt_called = True  # and by torch: its update has been made

    def __init__(self, optimizer: Any) -> None:
        no_parameters: dict[int, Any] = {id(g["params"]): [] for g in optimizer.param_groups if "params" in g}
        self.param_groups = [copy.deepcopy(group, no_parameters) for group in optimizer.param_groups]
        self.defaults = dict(getattr(optimizer, "defaults", {}))

    def step(self) -> None:
        """Nothing to update."""

    step._wrapped_by_lr_sched = True  # type: ignore[attr-defined]  # noqa: SLF001  # or torch warns


def _shared(obj: Any) -> tuple[list[Any], list[Any]]:
    """The optimizers and the models that a scheduler knows: its own, and those of what it holds."""
    optimizers: dict[int, Any] = {}
    models: dict[int, Any] = {}
    seen: set[int] = set()

    def search(value: Any, depth: int) -> None:
        if id(value) in seen or depth > DEEPEST:
            return
        seen.add(id(value))
        if isinstance(value, (list, tuple)):
            inner: list[Any] = list(value)
        elif isinstance(value, dict):
            inner = list(value.values())
        elif isinstance(value, type) or _is_routine(value):
            return
        elif isinstance(getattr(value, "param_groups", None), (list, tuple)):
            optimizers[id(value)] = value
            return
        elif value is not obj and all(callable(getattr(value, name, None)) for name in ("parameters", "state_dict")):
            models[id(value)] = value
            return
        elif (callable(getattr(value, "step", None)) or callable(value)) and hasattr(value, "__dict__"):
            inner = [*vars(value).values(), getattr(value, "optimizer", None)]
        else:
            return
        for item in inner:
            search(item, depth + 1)

    search(obj, 0)
    return list(optimizers.values()), list(models.values())


def own_copy(function: Any) -> Any:
    """A copy of an object that is called, or whose method is, since it may keep a state; a function itself."""
    if not _is_routine(function):
        return twin_of(function, function)[0]
    owner = getattr(function, "__self__", None)
    if owner is None or isinstance(owner, (type, ModuleType)):
        return function
    twin = twin_of(owner, function)[0]
    return MethodType(function.__func__, twin) if inspect.ismethod(function) else getattr(twin, function.__name__)


def _is_routine(value: Any) -> bool:
    """Whether a value is a function or a method. Since Python 3.14 `inspect` counts a `partial` as one."""
    return inspect.isroutine(value) and not isinstance(value, partial)


def name_of(obj: Any) -> str:
    """What a message calls an object."""
    return getattr(obj, "__name__", None) or type(obj).__name__
