"""MindSpore's step objects and schedulers as schedules: what `from_mindspore` is made of."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from .. import learning_rate_schedule as nn
from .._params import as_kind, fields_of, shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.join import JoinLR
from ._errors import DepartureWarning, refused
from ._numbers import plain, whole
from ._shared_schedulers import CLASSES, closed_form, triangles

CELLS: dict[str, type[LearningRateSchedule]] = {
    cls.__name__: cls
    for cls in (
        nn.CosineDecayLR, nn.ExponentialDecayLR, nn.InverseDecayLR, nn.NaturalExpDecayLR, nn.PolynomialDecayLR,
        nn.WarmUpLR,
    )
}  # fmt: skip
"""MindSpore's step objects are lrkit's by name, and their attributes are lrkit's fields but for one."""

DERIVED: dict[str, tuple[str, Callable[[Any], float]]] = {
    "CosineDecayLR": ("delta", lambda cell: 0.5 * (cell.max_lr - cell.min_lr)),
    "PolynomialDecayLR": ("diff_learning_rate", lambda cell: cell.start_learning_rate - cell.end_learning_rate),
}
"""Attributes that are computed from others at construction, and that the rates are computed from."""

OBSTACLES = {
    "LambdaLR": "the factor of a LambdaLR is a function, which may look at more than the epoch",
    "MultiplicativeLR": "the factor of a MultiplicativeLR is a function, which may look at more than the epoch",
    "ReduceLROnPlateau": "a ReduceLROnPlateau follows a metric, not the epoch",
}
"""Schedulers that are not a function of the epoch."""

SCHEDULERS = {*CLASSES, *OBSTACLES, "CyclicLR", "SequentialLR"}
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
    if name in DERIVED:
        derived, of = DERIVED[name]
        if getattr(cell, derived) != of(cell):
            raise refused("from_mindspore", f"attributes of the {name} were changed, and its {derived} was not")
    other = {"learning_rate": "start_learning_rate"} if name == "PolynomialDecayLR" else {}
    return CELLS[name](**{field: getattr(cell, other.get(field, field)) for field in fields_of(CELLS[name])})


def read_scheduler(name: str, obj: Any, module: Any, base_lr: Any) -> list[LearningRateSchedule]:
    """A scheduler as one schedule for each group."""
    groups = obj.optimizer.param_groups
    own = [plain(base) for base in getattr(obj, "base_lrs", [group.get("initial_lr") for group in groups])]
    if name == "CyclicLR":
        no_base(obj, base_lr)
    curves = [_curve(obj, module, base, k) for k, base in enumerate(own)]
    departures = _departures(name, obj)
    for departure in departures:
        warnings.warn(f"from_mindspore: {departure}", DepartureWarning, stacklevel=3)
    if not departures and name not in ("CyclicLR", "CosineAnnealingWarmRestarts"):  # which never look at the last rate
        _check_untouched(obj, curves)
    if base_lr is None:
        return curves
    return [_curve(obj, module, base, k) for k, base in enumerate(_bases(base_lr, len(own)))]


def _bases(given: Any, groups: int) -> list[float]:
    """The base rates that are given in place of the groups' own."""
    items = list(given) if isinstance(given, (list, tuple)) else [given] * groups
    if len(items) != groups:
        raise ValueError(f"from_mindspore: base_lr must be a number or {groups} of them, got {shorten(given)}")
    bases = []
    for item in items:
        base = as_kind(item, float)
        if base is None:
            raise TypeError(f"from_mindspore: base_lr must be a number >= 0, got {shorten(item)}")
        if not 0 <= base < np.inf:
            raise ValueError(f"from_mindspore: base_lr must be a finite number >= 0, got {shorten(item)}")
        bases.append(base)
    return bases


def _curve(obj: Any, module: Any, base: float, group: int, inside: bool = False) -> LearningRateSchedule:
    """The closed form of a scheduler in a group with this base rate; `inside` a sequence, no other may begin."""
    name = exactly(obj, module, SCHEDULERS)
    if not name:
        raise refused("from_mindspore", of_a_subclass(type(obj), type(obj).__mro__[1]))
    if name in OBSTACLES:
        raise refused("from_mindspore", OBSTACLES[name])
    if name in CLASSES:
        return closed_form(obj, float(base))
    if name == "CyclicLR":
        return _cyclic(obj, group)
    if inside:
        raise refused("from_mindspore", "a SequentialLR inside another is not stepped as its own milestones say")
    milestones = [whole("SequentialLR", f"milestones[{k}]", item) for k, item in enumerate(obj.milestones)]
    if any(after <= before for before, after in pairwise(milestones)):
        raise ValueError(f"SequentialLR: milestones must be in rising order, got {shorten(obj.milestones)}")
    parts = tuple(_curve(part, module, base, group, inside=True) for part in obj._schedulers)  # noqa: SLF001
    begun = milestones.count(0)  # the part before that has no epoch
    return JoinLR(parts[begun:], milestones[begun:]) if len(parts) > begun + 1 else parts[begun]


def _cyclic(obj: Any, group: int) -> LearningRateSchedule:
    if obj._scale_fn_custom is not None:  # noqa: SLF001
        raise refused("from_mindspore", "the scale_fn of a CyclicLR is a function, which may look at anything")
    wave = triangles(obj, obj.base_lrs[group], obj.max_lrs[group], obj.total_step_size, obj.step_up_ratio)
    if wave is None:
        raise refused("from_mindspore", "step_size_up and step_size_down of the CyclicLR are not whole numbers")
    return wave


def _departures(name: str, obj: Any, later: bool = False) -> list[str]:
    """Where MindSpore does not do what the closed form says; `later` is after a milestone of a sequence."""
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
    """Raise `TypeError` if the groups' rates are not those of the scheduler's own curve."""
    epoch = float(plain(obj.last_epoch))
    if epoch < 0:  # part of a sequence that has not come to it
        return
    for k, (group, curve) in enumerate(zip(obj.optimizer.param_groups, curves, strict=False)):
        rate, expected = float(plain(group["lr"])), curve(epoch)
        drift = 1e-6 * (10 + epoch) * max(abs(expected), curve(0))  # float32, rounded at every epoch
        if not abs(rate - expected) <= drift:
            raise refused(
                "from_mindspore",
                f"the rate of group {k} at epoch {epoch:g} is {rate:.6g} where the {type(obj).__name__}'s curve has "
                f"{expected:.6g}: it was resumed from another rate, or somebody else changes the rates too",
            )
