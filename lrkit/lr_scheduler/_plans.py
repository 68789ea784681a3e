"""What `ScheduleLR` is given, checked: which schedule drives which hyper-parameter of which group."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._params import as_kind, counted, shorten
from ..schedules._base import LearningRateSchedule
from ..schedules._json import VERSION, from_json
from ..schedules._value import is_value
from ..schedules.constant import ConstantLR

Curve = LearningRateSchedule
Plan = Mapping[str, Any]
"""What drives the hyper-parameters of a group: a schedule for each name. Where a group holds a tuple, a tuple with a
schedule for each place, or None for a place that is left alone."""
OWNER = "ScheduleLR"
BOUNDS = {"lr": math.inf, "weight_decay": math.inf, "momentum": 1.0, "eps": math.inf, "betas": 1.0}
"""Hyper-parameters that are never negative, and what they are below."""
FIRST_LOOK = 1001
"""How many steps of a curve are looked at before a run begins."""


def plans_of(given: Any) -> Plan | list[Plan]:
    if isinstance(given, (list, tuple)):
        return [_plan(item, f"schedule[{k}]") for k, item in enumerate(given)]
    return _plan(given, "schedule")


def _plan(given: Any, name: str) -> Plan:
    if isinstance(given, LearningRateSchedule):
        return {"lr": given}
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{OWNER}: schedule must be a schedule, a dict of hyper-parameter to schedule, or a list of either, "
            f"one for each group, got {shorten(given)}{'' if name == 'schedule' else f' as {name}'}"
        )
    if not given:
        raise ValueError(f"{OWNER}: {name} must have a schedule for one hyper-parameter or more, got {shorten(given)}")
    for key in given:
        if not isinstance(key, str):
            raise TypeError(f"{OWNER}: the keys of {name} must be names of hyper-parameters, got {shorten(key)}")
        if key == "params":
            raise ValueError(f"{OWNER}: {name} has the key 'params', which is no hyper-parameter")
    return {key: _curves(key, value) for key, value in given.items()}


def _curves(key: str, value: Any) -> Curve | tuple[Curve, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(_curve(f"{key}[{k}]", item) for k, item in enumerate(value))
    return _curve(key, value)


def _curve(name: str, value: Any) -> Curve:
    if isinstance(value, LearningRateSchedule):
        return value
    number = as_kind(value, float)
    if number is None:
        raise TypeError(f"{OWNER}: {name} must be a schedule or a number, got {shorten(value)}")
    return ConstantLR(number)


def for_groups(plans: Plan | list[Plan], groups: Sequence[Any], given: Any = None) -> list[Plan]:
    """The plan of each group; an error if it does not fit the group. Messages show what was `given`, if it is known."""
    _require_as_many(plans, groups)
    return [for_group(plans, groups, k, given) for k in range(len(groups))]


def for_group(plans: Plan | list[Plan], groups: Sequence[Any], k: int, given: Any = None) -> Plan:
    """The plan of one group; an error if it does not fit it."""
    _require_as_many(plans, groups)
    plan = plans[k] if isinstance(plans, list) else plans
    for key, curves in plan.items():
        one = given[k] if isinstance(given, (list, tuple)) else given
        _require_fit(key, curves, groups[k], k, one[key] if isinstance(one, Mapping) else curves)
    return plan


def _require_as_many(plans: Plan | list[Plan], groups: Sequence[Any]) -> None:
    if isinstance(plans, list) and len(plans) != len(groups):
        number = counted(len(groups), "group")
        raise ValueError(f"{OWNER}: the optimizer has {number}, and there are schedules for {len(plans)}")


def _require_fit(key: str, curves: Curve | tuple[Curve, ...], group: Any, k: int, given: Any) -> None:
    if key not in group:
        known = ", ".join(repr(name) for name in group if name != "params")
        raise ValueError(f"{OWNER}: group {k} has no {key!r}; it has {known}")
    present = group[key]
    length = len(present) if isinstance(present, (list, tuple)) else 0
    if length != (len(curves) if isinstance(curves, tuple) else 0):
        wanted = f"{length} schedules or numbers" if length else "one schedule or number"
        raise ValueError(f"{OWNER}: {key!r} of group {k} takes {wanted}, got {shorten(given)}")
    for item in present if length else (present,):
        if as_kind(item, float) is None and not hasattr(item, "value") and not hasattr(item, "fill_"):
            raise TypeError(f"{OWNER}: {key!r} of group {k} is no number but {shorten(item)}")


def look_ahead(plans: Sequence[Plan], start: int) -> None:
    """Raise `ValueError` if a value is out of its domain at one of the steps looked at, from `start` on."""
    firsts: dict[tuple[Any, str], int] = {}
    looked_at: set[int] = set()
    for k, plan in enumerate(plans):  # what drives many groups is looked at for the first of them
        if id(plan) not in looked_at:
            looked_at.add(id(plan))
            for key, curves in plan.items():
                firsts.setdefault((curves, key), k)
    for (curves, key), k in firsts.items():
        for curve in curves if isinstance(curves, tuple) else (curves,):
            steps: Any = (start,)
            if is_value(curve):  # another may have side effects when it is called
                end = max(curve.horizon, start)
                steps = np.union1d(np.linspace(start, end, FIRST_LOOK).round(), np.ceil(curve.knots(end)))
            for step, value in zip(steps, np.asarray(curve(np.asarray(steps))).tolist(), strict=True):
                checked_value(OWNER, key, value, k, step) if step >= start else None


def values_at(owner: str, plan: Plan, k: int, epoch: float) -> dict[str, Any]:
    """The values of a group's hyper-parameters at an epoch; None in a tuple for a place that is left alone."""
    values: dict[str, Any] = {}
    for key, curves in plan.items():
        if isinstance(curves, tuple):
            values[key] = tuple(curve and checked_value(owner, key, curve(epoch), k, epoch) for curve in curves)
        else:
            values[key] = checked_value(owner, key, curves(epoch), k, epoch)
    return values


def checked_value(owner: str, key: str, value: float, k: int, step: float) -> float:
    """The value; an error if it is outside the domain of its hyper-parameter."""
    below = BOUNDS.get(key)
    if not math.isfinite(value) or (below is not None and not 0 <= value < below):
        bound = "finite" if below is None else ">= 0" if below == math.inf else f">= 0 and < {below:g}"
        raise ValueError(f"{owner}: {key} of group {k} must be {bound}, and would be {value:g} at step {step:g}")
    return value


def plans_as_json(plans: Plan | list[Plan]) -> Any:
    """The plans in JSON's types. A schedule without a JSON form is stored by the name of its class."""
    if isinstance(plans, list):
        return [plans_as_json(plan) for plan in plans]
    return {key: [_json(c) for c in cs] if isinstance(cs, tuple) else _json(cs) for key, cs in plans.items()}


def _json(curve: Curve) -> Any:
    try:
        return json.loads(curve.to_json())["schedule"]
    except TypeError:  # it has no JSON form
        return {"class": type(curve).__name__}


def plans_from_json(data: Any) -> Plan | list[Plan]:
    """The plans of a state; an error if a schedule of them has no JSON form."""
    if isinstance(data, list):
        return [_plan_from_json(plan) for plan in data]
    return _plan_from_json(data)


def _plan_from_json(data: Any) -> Plan:
    if not isinstance(data, Mapping):
        raise TypeError(f"{OWNER}: state['options']['schedules'] must have dicts of schedules, got {shorten(data)}")
    return {
        key: tuple(map(_curve_from_json, value)) if isinstance(value, list) else _curve_from_json(value)
        for key, value in data.items()
    }


def _curve_from_json(data: Any) -> Curve:
    if isinstance(data, Mapping) and data.keys() == {"class"}:
        raise TypeError(f"{OWNER}: the {data['class']} of the state has no JSON form and cannot be read back")
    schedule: Curve = from_json(json.dumps({"lrkit": VERSION, "schedule": data}))
    return schedule
