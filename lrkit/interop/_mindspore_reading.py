"""MindSpore's step objects and schedulers as schedules: what `from_mindspore` is made of."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from .. import lr_scheduler as lrs
from .._params import as_kind, shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR
from ._common import DepartureWarning, refused

CELLS: dict[str, tuple[type[LearningRateSchedule], tuple[str, ...]]] = {
    "ExponentialDecayLR": (ExponentialDecayLR, ("learning_rate", "decay_rate", "decay_steps", "is_stair")),
    "NaturalExpDecayLR": (NaturalExpDecayLR, ("learning_rate", "decay_rate", "decay_steps", "is_stair")),
    "InverseDecayLR": (InverseDecayLR, ("learning_rate", "decay_rate", "decay_steps", "is_stair")),
    "CosineDecayLR": (CosineDecayLR, ("min_lr", "max_lr", "decay_steps")),
    "PolynomialDecayLR": (
        PolynomialDecayLR,
        ("start_learning_rate", "end_learning_rate", "decay_steps", "power", "update_decay_steps"),
    ),
    "WarmUpLR": (WarmUpLR, ("learning_rate", "warmup_steps")),
}
"""MindSpore's step objects: lrkit's class, and the attributes that hold its arguments, in order."""

DERIVED: dict[str, tuple[str, Callable[[Any], float]]] = {
    "CosineDecayLR": ("delta", lambda cell: 0.5 * (cell.max_lr - cell.min_lr)),
    "PolynomialDecayLR": ("diff_learning_rate", lambda cell: cell.start_learning_rate - cell.end_learning_rate),
}
"""Attributes that are computed from others at construction, and go into the rates in their place."""

OPTIONS: dict[str, tuple[str, ...]] = {
    "StepLR": ("step_size", "gamma"),
    "LinearLR": ("start_factor", "end_factor", "total_iters"),
    "ExponentialLR": ("gamma",),
    "PolynomialLR": ("total_iters", "power"),
    "ConstantLR": ("factor", "total_iters"),
    "CosineAnnealingLR": ("T_max", "eta_min"),
}
"""Schedulers whose attributes are their options, as given."""

OBSTACLES = {
    "LambdaLR": "the factor of a LambdaLR is a function, which may look at more than the epoch",
    "MultiplicativeLR": "the factor of a MultiplicativeLR is a function, which may look at more than the epoch",
    "ReduceLROnPlateau": "a ReduceLROnPlateau follows a metric, not the epoch",
}
"""Schedulers that are not a function of the epoch."""

SCHEDULERS = {*OPTIONS, *OBSTACLES, "MultiStepLR", "CyclicLR", "CosineAnnealingWarmRestarts", "SequentialLR"}
METHODS = ("construct", "get_lr", "step", "_get_closed_form_lr")


def exactly(obj: Any, module: Any, names: Any) -> str:
    """The name of the class of `obj` if it is the module's own class of that name, and one of `names`; else nothing."""
    name = type(obj).__name__
    return name if name in names and getattr(module, name, None) is type(obj) else ""


def of_a_subclass(cls: type, known: type) -> str:
    """What stands in the way of reading an object of a subclass."""
    own = [name for name in METHODS if getattr(cls, name, None) is not getattr(known, name, None)]
    what = f"has a {' and a '.join(own)} of its own" if own else "may be another curve"
    return f"{cls.__name__}, a subclass of MindSpore's {known.__name__}, {what}"


def no_base(obj: Any, base_lr: Any) -> None:
    """Raise `TypeError` if a base rate is given for what has none."""
    if base_lr is not None:
        raise TypeError(f"from_mindspore: base_lr goes with a scheduler that has a base rate, not with {shorten(obj)}")


def read_cell(name: str, cell: Any) -> LearningRateSchedule:
    """A step object as the schedule of the same name."""
    cls, attributes = CELLS[name]
    if name in DERIVED:
        derived, of = DERIVED[name]
        if getattr(cell, derived) != of(cell):
            raise refused("from_mindspore", f"attributes of the {name} were changed, and its {derived} was not")
    return cls(*(getattr(cell, attribute) for attribute in attributes))


def read_scheduler(name: str, obj: Any, module: Any, base_lr: Any) -> list[LearningRateSchedule]:
    """A scheduler as one schedule for each group."""
    if name in OBSTACLES:
        raise refused("from_mindspore", OBSTACLES[name])
    groups = obj.optimizer.param_groups
    own = [_number(base) for base in getattr(obj, "base_lrs", [group.get("initial_lr") for group in groups])]
    if name == "CyclicLR":
        no_base(obj, base_lr)
    scheduler = _rebuilt(obj, module, SimpleNamespace(param_groups=[{"lr": base} for base in own]))
    departures = _departures(name, obj)
    for departure in departures:
        warnings.warn(f"from_mindspore: {departure}", DepartureWarning, stacklevel=3)
    if not departures and name not in ("CyclicLR", "CosineAnnealingWarmRestarts"):  # which never look at the last rate
        _check_untouched(obj, [scheduler.schedule(base, k) for k, base in enumerate(own)])
    return [scheduler.schedule(base, k) for k, base in enumerate(_bases(own, base_lr))]


def _bases(own: list[float], given: Any) -> list[float]:
    if given is None:
        return own
    items = list(given) if isinstance(given, (list, tuple)) else [given] * len(own)
    if len(items) != len(own):
        raise ValueError(f"from_mindspore: base_lr must be a number or {len(own)} of them, got {shorten(given)}")
    bases = [as_kind(item, float) for item in items]
    for item, base in zip(items, bases, strict=True):
        if base is None:
            raise TypeError(f"from_mindspore: base_lr must be a number >= 0, got {shorten(item)}")
        if not 0 <= base < np.inf:
            raise ValueError(f"from_mindspore: base_lr must be a finite number >= 0, got {shorten(item)}")
    return [base for base in bases if base is not None]


def _rebuilt(obj: Any, module: Any, optimizer: Any, whole: str = "") -> Any:
    """The scheduler of lrkit of the same name and options, on a stand-in optimizer."""
    name = exactly(obj, module, SCHEDULERS)
    if not name:
        raise refused("from_mindspore", of_a_subclass(type(obj), type(obj).__mro__[1]))
    if name in OBSTACLES:
        raise refused("from_mindspore", OBSTACLES[name])
    if whole and name == "SequentialLR":
        raise refused("from_mindspore", "a SequentialLR inside another is not stepped as its own milestones say")
    return getattr(lrs, name)(optimizer, **_options(name, obj, module, optimizer))


def _options(name: str, obj: Any, module: Any, optimizer: Any) -> dict[str, Any]:
    if name in OPTIONS:
        return {option: getattr(obj, option) for option in OPTIONS[name]}
    if name == "MultiStepLR":
        return {"milestones": sorted(obj.milestones.elements()), "gamma": obj.gamma}
    if name == "CosineAnnealingWarmRestarts":
        return {"T_0": int(_number(obj.T_0)), "T_mult": obj.T_mult, "eta_min": _number(obj.eta_min)}
    if name == "SequentialLR":
        parts = [_rebuilt(part, module, optimizer, name) for part in obj._schedulers]  # noqa: SLF001  # no other way
        return {"schedulers": parts, "milestones": obj.milestones}
    if obj._scale_fn_custom is not None:  # noqa: SLF001
        raise refused("from_mindspore", "the scale_fn of a CyclicLR is a function, which may look at anything")
    up = round(obj.step_up_ratio * obj.total_step_size)
    if up / obj.total_step_size != obj.step_up_ratio or obj.total_step_size != int(obj.total_step_size):
        raise refused("from_mindspore", "step_size_up and step_size_down of the CyclicLR are not whole numbers")
    return {
        "base_lr": [_number(rate) for rate in obj.base_lrs],
        "max_lr": [_number(rate) for rate in obj.max_lrs],
        "step_size_up": up,
        "step_size_down": int(obj.total_step_size) - up,
        "mode": obj.mode,
        "gamma": obj.gamma,
    }


def _number(value: Any) -> float:
    """A tensor of one number, or a number, as a float."""
    return float(value.asnumpy()) if hasattr(value, "asnumpy") else float(value)


def _departures(name: str, obj: Any, later: bool = False) -> list[str]:
    """Where MindSpore does something else than the closed form; `later` in a sequence, a scheduler starts from it."""
    if name == "SequentialLR":
        parts = obj._schedulers  # noqa: SLF001
        return [text for k, part in enumerate(parts) for text in _departures(type(part).__name__, part, k > 0)]
    if name == "MultiStepLR" and later:
        return ["MindSpore's SequentialLR fails where a MultiStepLR begins; read is the curve that was asked for"]
    if name == "LinearLR" and obj.total_iters == 0 and obj.start_factor != obj.end_factor:
        return ["MindSpore's LinearLR with total_iters=0 stays at start_factor; read is the rate at end_factor"]
    if name == "ConstantLR" and obj.total_iters == 0:
        text = "MindSpore's ConstantLR with total_iters=0 stays at the reduced rate; read is the base rate"
        return [text] if obj.factor != 1 and not later else []
    if name == "ConstantLR" and obj.factor == 0:
        return ["MindSpore's ConstantLR with factor=0 ends in NaN; read is the base rate from total_iters on"]
    return []


def _check_untouched(obj: Any, curves: list[LearningRateSchedule]) -> None:
    """Raise `TypeError` if the groups' rates are not those of the scheduler's own curve, from which it goes on."""
    epoch = _number(obj.last_epoch)
    if epoch < 0:  # part of a sequence that has not come to it
        return
    for k, (group, curve) in enumerate(zip(obj.optimizer.param_groups, curves, strict=False)):
        rate, expected = _number(group["lr"]), curve(epoch)
        drift = 1e-6 * (10 + epoch) * max(abs(expected), curve(0))  # float32, rounded at every epoch
        if not abs(rate - expected) <= drift:
            raise refused(
                "from_mindspore",
                f"the rate of group {k} at epoch {epoch:g} is {rate:.6g} where the {type(obj).__name__}'s curve has "
                f"{expected:.6g}: it was resumed from another rate, or somebody else changes the rates too",
            )
