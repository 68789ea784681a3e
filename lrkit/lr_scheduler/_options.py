"""The options of a scheduler: declared once, validated, and compared with stored ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from .._params import Field, Param, as_kind, declared_of, shorten

NUMBER = Field("number", float, Param("x"))
RATES = Field("rates", float, Param(r"\eta", low=0), many=True)
LAST_EPOCH = Field("last_epoch", int, Param("t", low=-1))
VERBOSE = Field("verbose", bool, Param(""))


def coerce_options(scheduler: Any) -> None:
    """Each declared option in the form in which it is stored, or an error that names it."""
    for name, field in declared_of(type(scheduler)).items():
        setattr(scheduler, name, field.coerce(type(scheduler).__name__, getattr(scheduler, name)))


def declared_options(scheduler: Any) -> dict[str, Any]:
    """The declared options and their values, as JSON has them."""
    values = {name: getattr(scheduler, name) for name in declared_of(type(scheduler))}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def require(true: bool, owner: str, name: str, domain: str, value: Any) -> None:
    """Refuse a value outside a domain that `Param` does not express."""
    if not true:
        raise ValueError(f"{owner}: {name} must be {domain}, got {shorten(value)}")


def one_of(owner: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    domain = " or ".join(map(repr, choices))
    if not isinstance(value, str):
        raise TypeError(f"{owner}: {name} must be {domain}, got {shorten(value)}")
    require(value in choices, owner, name, domain, value)
    return value


def position(owner: str, name: str, value: Any) -> int | float:
    """An epoch: a finite number at least 0, an `int` where it is a whole one."""
    whole = as_kind(value, int)
    number = NUMBER.coerce_one(owner, name, value) if whole is None else whole
    require(number >= 0, owner, name, "a number >= 0", value)
    return int(number) if number == int(number) else float(number)


def rates_for(owner: str, name: str, value: Any, groups: int) -> float | list[float]:
    """A rate for all groups, or a list with one for each."""
    if isinstance(value, (list, tuple)):
        rates = list(dataclasses.replace(RATES, name=name).coerce(owner, value))
        require(len(rates) == groups, owner, name, f"a number or one for each of the {groups} groups", value)
        return rates
    rate: float = RATES.coerce_one(owner, name, value)
    return rate


def functions_for(owner: str, name: str, value: Any, groups: int) -> Any:
    """A function for all groups, or a list with one for each."""
    several = isinstance(value, (list, tuple))
    for function in value if several else (value,):
        if not callable(function):
            raise TypeError(
                f"{owner}: {name} must be a function, or a list of one for each group, got {shorten(value)}"
            )
    if several:
        require(len(value) == groups, owner, name, f"a function or one for each of the {groups} groups", value)
    return list(value) if several else value


def for_group(owner: str, name: str, value: Any, group: int) -> Any:
    """What is meant for a group: its own of a list, or the one that all have."""
    if not isinstance(value, list):
        return value
    require(group < len(value), owner, name, f"a list that has one for group {group} too", value)
    return value[group]


POLICIES = ("refuse", "mine", "theirs")


def on_load_for(owner: str, value: Any, strict: Any = None) -> str:
    """What is done with a state of other options: as ``strict`` says, or else as was said at construction.

    ``strict=True`` is "refuse", ``strict=False`` is "mine".
    """
    if strict is None:
        return one_of(owner, "on_load", value, POLICIES)
    return POLICIES[0] if VERBOSE.coerce_one(owner, "strict", strict) else POLICIES[1]


def compare(owner: str, state: Any, options: dict[str, Any], policy: str) -> bool:
    """Whether the options in a state are those at hand. If they must be, the differences are named."""
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


def taken(owner: str, stored: Any, own: dict[str, Any]) -> dict[str, Any]:
    """The options of a state, which take the place of one's own: found to be the same ones by name."""
    if not isinstance(stored, Mapping) or stored.keys() != own.keys():
        names = sorted(stored) if isinstance(stored, Mapping) else stored
        raise ValueError(f"{owner}: state['options'] must have {sorted(own)}, got {shorten(names)}")
    return dict(stored)


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
    """An entry of a state, which must be there."""
    if name not in state:
        raise ValueError(f"{owner}: the state has no {name!r}")
    return state[name]


def stored_rates(owner: str, state: Mapping[str, Any], name: str, groups: int) -> list[float]:
    """A list of a state with a number >= 0 for each group."""
    rates = list(dataclasses.replace(RATES, name=f"state[{name!r}]").coerce(owner, stored(owner, state, name)))
    require(len(rates) == groups, owner, f"state[{name!r}]", f"of as many groups as the optimizer has, {groups}", rates)
    return rates
