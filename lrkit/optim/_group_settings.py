"""Groups read: their parameters in order, each with its rate, decay and centralization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._params import shorten
from ..parameter import Parameter, lay_together
from ..rules._batch import Batch
from ..rules._validate import check_keys, members, some, unique_names, wrapped
from ._rates import Listed, Source, learning_rate_of, weight_decay_of

KEYS = ("params", "lr", "weight_decay", "grad_centralization")
UNDECAYED = ("beta", "gamma")
"""Without groups, parameters whose name is or ends in one of these, after a dot, are not decayed."""


@dataclass(frozen=True)
class Settings:
    """The rate, decay and centralization of one parameter."""

    rate: Source
    decay: Source
    decayed: bool = True
    centralized: bool = False
    label: str = "learning_rate"


@dataclass(frozen=True)
class Grouped:
    """The parameters in the order of their gradients, each with its settings."""

    parameters: tuple[Parameter, ...]
    names: tuple[str, ...]
    settings: tuple[Settings, ...]
    is_group: bool = False
    is_group_lr: bool = False
    is_group_params_ordered: bool = False


def grouped(owner: str, params: Any, default: Settings) -> Grouped:
    """Read ``params``, which are parameters or groups of them."""
    given = some(owner, "params", params)
    if not any(isinstance(item, Mapping) for item in given):
        parameters = wrapped(owner, "params", given)
        unlike = [p.name.rpartition(".")[2] not in UNDECAYED for p in parameters]
        settings = tuple(Settings(default.rate, default.decay, decayed) for decayed in unlike)
        return Grouped(tuple(parameters), unique_names(owner, parameters), settings)
    for k, item in enumerate(given):
        if not isinstance(item, Mapping):
            raise TypeError(f"{owner}: params holds groups, so element {k} must be a dict, got {shorten(item)}")
    return _read_groups(owner, given, default)


def batches_of(found: Grouped) -> Iterator[tuple[list[int], Settings, Batch]]:
    """The parameters that are moved together: their places, their settings, their state."""
    alike: dict[Any, list[int]] = {}
    for k, s in enumerate(found.settings):
        alike.setdefault((id(s.rate), id(s.decay), s.decayed, s.centralized), []).append(k)
    for places in alike.values():
        parameters = [found.parameters[k] for k in places]
        lay_together(parameters)
        yield places, found.settings[places[0]], Batch([np.asarray(p) for p in parameters])


def _read_groups(owner: str, given: list[Mapping[str, Any]], default: Settings) -> Grouped:
    orders = [group for group in given if "order_params" in group]
    for group in orders:
        if len(group) > 1:
            extra = ", ".join(key for key in group if key != "order_params")
            raise ValueError(f"{owner}: order_params stands in a dict of its own, got {extra} beside it")
    parameters: list[Parameter] = []
    settings: list[Settings] = []
    every = [default]  # those of empty groups too
    for k, group in enumerate(given):
        if "order_params" in group:
            continue
        check_keys(f"{owner}: params[{k}]", group, KEYS)
        name = f"params[{k}]"
        found = wrapped(owner, f'{name}["params"]', members(owner, f'{name}["params"]', group["params"]))
        centralized = group.get("grad_centralization", False)
        if not isinstance(centralized, bool):
            got = shorten(centralized)
            raise TypeError(f'{owner}: {name}["grad_centralization"] must be True or False, got {got}')
        rate, decay = default.rate, default.decay
        if "lr" in group:
            rate = learning_rate_of(owner, group["lr"], f'{name}["lr"]')
        if "weight_decay" in group:
            decay = weight_decay_of(owner, group["weight_decay"], f'{name}["weight_decay"]')
        parameters += found
        label = f"learning_rate_group_{k}" if "lr" in group else default.label
        every.append(Settings(rate, decay, True, centralized, label))
        settings += [every[-1]] * len(found)
    if not parameters:
        raise ValueError(f"{owner}: params must have at least one group with parameters, got none")
    _check_lengths(owner, every)
    names = unique_names(owner, parameters)
    order = _order(owner, parameters, orders[-1]["order_params"] if orders else ())
    return Grouped(
        tuple(parameters[k] for k in order),
        tuple(names[k] for k in order),
        tuple(settings[k] for k in order),
        is_group=True,
        is_group_lr=any("lr" in group for group in given),
        is_group_params_ordered=bool(orders),
    )


def _check_lengths(owner: str, settings: list[Settings]) -> None:
    lists = {rate.name: len(rate.values) for rate in (s.rate for s in settings) if isinstance(rate, Listed)}
    if len(set(lists.values())) > 1:
        got = ", ".join(f"{name} has {length}" for name, length in lists.items())
        raise ValueError(f"{owner}: all lists of rates must have one length: {got}")


def _order(owner: str, parameters: list[Parameter], order: Any) -> list[int]:
    """The places of the parameters in an order of them, or as they are if it is empty."""
    if isinstance(order, (Parameter, np.ndarray, str)) or not isinstance(order, Iterable):
        raise TypeError(f"{owner}: order_params must be a list of parameters, got {shorten(order)}")
    wanted = [id(np.asarray(p)) for p in order]
    places = {id(np.asarray(p)): k for k, p in enumerate(parameters)}
    if not wanted:
        return list(range(len(parameters)))
    if sorted(wanted) != sorted(places):
        raise ValueError(
            f"{owner}: order_params must have each of the {len(places)} parameters of the groups once, got "
            f"{len(wanted)}, of them {len(set(wanted) & places.keys())} of the groups'"
        )
    return [places[key] for key in wanted]
