"""The options of a scheduler, checked: those that are declared with a domain, and those of other kinds."""

from __future__ import annotations

import dataclasses
from typing import Any

from .._params import Field, Param, as_kind, declared_of, shorten

NUMBER = Field("number", float, Param("x"))
RATES = Field("rates", float, Param(r"\eta", low=0), many=True)
LAST_EPOCH = Field("last_epoch", int, Param("t", low=-1))
VERBOSE = Field("verbose", bool, Param(""))
POLICIES = ("refuse", "mine", "theirs")
"""What ``on_load`` may be."""


def coerce_options(scheduler: Any) -> None:
    """Check each declared option, and store it as a plain value."""
    for name, field in declared_of(type(scheduler)).items():
        vars(scheduler)[name] = field.coerce(type(scheduler).__name__, getattr(scheduler, name))


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


def on_load_for(owner: str, value: Any, strict: Any = None) -> str:
    """What `load_state_dict` does with a state of other options: what `strict` says, else the ``on_load`` given."""
    if strict is None:
        return one_of(owner, "on_load", value, POLICIES)
    return POLICIES[0] if VERBOSE.coerce_one(owner, "strict", strict) else POLICIES[1]


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
    """The value for a group: its element of a list, or the one value of all groups."""
    if not isinstance(value, list):
        return value
    require(group < len(value), owner, name, f"a list that has one for group {group} too", value)
    return value[group]
