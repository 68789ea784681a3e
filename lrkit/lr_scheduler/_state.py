"""A state that is to be loaded, checked: its class, its options, and each of its numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from .._params import shorten
from ._options import RATES, require


def same_options(owner: str, state: Any, options: dict[str, Any], policy: str) -> bool:
    """Whether the options in a state are those at hand. Under "refuse", others are an error that names them."""
    if not isinstance(state, Mapping):
        raise TypeError(f"{owner}: state must be a dict, got {shorten(state)}")
    if (other := state.get("scheduler")) != owner:
        found = f"one of {shorten(other)}" if other else f"a dict with {', '.join(map(repr, state)) or 'nothing in it'}"
        raise ValueError(f"{owner}: state must be that of a {owner}, got {found}")
    differences = list(_differences("", state.get("options"), options))
    if policy == "refuse" and differences:
        raise ValueError(
            f"{owner}: the state was saved with other options: {'; '.join(differences)}. "
            "With strict=False, or on_load='mine' at construction, this scheduler goes on with its own."
        )
    return not differences


def _differences(name: str, stored: Any, here: Any) -> Iterator[str]:
    if isinstance(stored, Mapping) and isinstance(here, Mapping):
        for key in {**here, **stored}:
            yield from _differences(f"{name}.{key}".strip("."), stored.get(key), here.get(key))
    elif isinstance(stored, list) and isinstance(here, list) and len(stored) == len(here):
        for k, (one, other) in enumerate(zip(stored, here, strict=True)):
            yield from _differences(f"{name}[{k}]", one, other)
    elif stored != here:
        yield f"{name}: {shorten(stored)} in the state, {shorten(here)} here"


def stored(owner: str, state: Mapping[str, Any], name: str) -> Any:
    if name not in state:
        raise ValueError(f"{owner}: the state has no {name!r}")
    return state[name]


def stored_rates(owner: str, state: Mapping[str, Any], name: str, groups: int) -> list[float]:
    """A list of a state with a number >= 0 for each group."""
    rates = list(dataclasses.replace(RATES, name=f"state[{name!r}]").coerce(owner, stored(owner, state, name)))
    require(len(rates) == groups, owner, f"state[{name!r}]", f"of as many groups as the optimizer has, {groups}", rates)
    return rates
