"""The groups of an optimizer: how their rates and other hyper-parameters are found, read and written."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from operator import is_, itemgetter
from typing import Any

from .._params import as_kind, shorten

FLOATS = {float}
RATE = itemgetter("lr")


def groups_of(owner: str, optimizer: Any) -> Sequence[Any]:
    groups = getattr(optimizer, "param_groups", None)
    if not isinstance(groups, (list, tuple)):
        hint = (
            "; an optimizer without param_groups takes a schedule as its learning_rate" if callable(optimizer) else ""
        )
        raise TypeError(f"{owner}: optimizer must have param_groups, a list of dicts, got {shorten(optimizer)}{hint}")
    for k, group in enumerate(groups):
        if not hasattr(group, "keys") or "lr" not in group:
            raise TypeError(
                f"{owner}: optimizer.param_groups[{k}] must be a dict with the key 'lr', got {shorten(group)}"
            )
    return groups


def held(groups: Sequence[Any]) -> list[float]:
    """The rates that groups hold, unchecked: each a number, a tensor or a parameter."""
    return [lr if (lr := group["lr"]).__class__ is float else float(lr) for group in groups]


def read_rates(owner: str, groups: Sequence[Any], key: str = "lr") -> list[float]:
    """The rates of all groups; an error if one is no finite number >= 0."""
    rates = [group[key] for group in groups]
    if are_rates(rates):
        return rates
    return [checked_rate(owner, f"{key} of group {k}", group[key]) for k, group in enumerate(groups)]


def lr_scale(owner: str, group: Mapping[str, Any], k: int) -> float:
    """The factor that timm gives a group whose layers learn slower: 1 where there is none."""
    return checked_rate(owner, f"lr_scale of group {k}", group["lr_scale"]) if "lr_scale" in group else 1.0


def are_rates(values: Sequence[Any]) -> bool:
    """Whether all values are finite floats that are at least 0: a quick test for the usual case."""
    if set(map(type, values)) != FLOATS:
        return False
    return bool(min(values) >= 0 and sum(values) < math.inf)  # a NaN shows in the sum


def checked_rate(owner: str, where: str, value: Any) -> float:
    is_array = hasattr(value, "value") or hasattr(value, "fill_")
    rate = float(value) if is_array else as_kind(value, float)
    if rate is None:
        raise TypeError(f"{owner}: {where} must be a number >= 0, got {shorten(value)}")
    if not 0 <= rate < math.inf:
        raise ValueError(f"{owner}: {where} must be a finite number >= 0, got {shorten(value)}")
    return rate


def checked_rates(owner: str, rates: Sequence[Any], groups: int, epoch: float) -> list[Any]:
    """What is to be written at an epoch: a rate for each group; None where the rate is not driven."""
    if len(rates) != groups:
        raise ValueError(f"{owner}: get_lr gave {len(rates)} rates for {groups} groups")
    if are_rates(rates):
        return list(rates)
    where = f"the rate of group {{}} at epoch {epoch}"
    return [rate if rate is None else checked_rate(owner, where.format(k), rate) for k, rate in enumerate(rates)]


def write(groups: Sequence[Any], rates: list[Any]) -> list[float]:
    """Give each group its rate, unless it is None, and return the rates that they hold: a float32 parameter rounds."""
    exact = True
    for k, group in enumerate(groups):
        rate = rates[k]
        if group["lr"].__class__ is rate.__class__ is float:
            group["lr"] = rate
            continue
        exact = False
        if rate is not None:
            put(group, "lr", rate)
    return rates if exact else held(groups)


def write_others(groups: Sequence[Any], others: Sequence[Mapping[str, Any]]) -> None:
    for group, row in zip(groups, others, strict=False):
        for key, value in row.items():
            put(group, key, value)


def put(group: Any, key: str, value: Any) -> None:
    """Give a group a hyper-parameter; a tensor, which a compiled step may have captured, is filled in place."""
    group[key] = _filled(group[key], value) if not hasattr(group[key], "value") else value


def _filled(old: Any, value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(one if new is None else _filled(one, new) for one, new in zip(old, value, strict=True))
    return old.fill_(value) if hasattr(old, "fill_") else value


def separate_tensors(groups: Sequence[Any]) -> None:
    """Give each group its own tensor, where an optimizer has put one of its defaults into several."""
    seen: set[int] = set()
    for group in groups:
        for key, value in group.items():
            if key != "params" and hasattr(value, "fill_") and hasattr(value, "clone"):
                if id(value) in seen:
                    group[key] = value.clone()
                seen.add(id(group[key]))


def take_in_new_groups(groups: Sequence[Any], known: Sequence[Any], base_lrs: Sequence[float]) -> None:
    """Give new groups tensors of their own, and note the base rate in those that were added."""
    if len(groups) > len(known) or not all(map(is_, groups, known)):
        separate_tensors(groups)
    for k in range(len(known), len(groups)):
        groups[k]["initial_lr"] = base_lrs[k]


def shown(groups: Sequence[Any], rates: Sequence[float]) -> list[Any]:
    """The rates as they are handed out: floats, or where a group holds a parameter, its value."""
    values = (getattr(group["lr"], "value", None) for group in groups)
    return [value() if callable(value) else rate for value, rate in zip(values, rates, strict=False)]


def announce(rates: Iterable[float]) -> None:
    """One line per group, as ``verbose=True`` asks for."""
    for k, rate in enumerate(rates):
        sys.stdout.write(f"Adjusting learning rate of group {k} to {rate:.6g}.\n")
