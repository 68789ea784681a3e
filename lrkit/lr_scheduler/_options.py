"""The options of a scheduler, checked: those that are declared with a domain, and those of other kinds."""

from __future__ import annotations

import dataclasses
from typing import Any

from .._params import Field, Param, as_kind, declared_of, shorten

NUMBER = Field("number", float, Param("x"))
RATES = Field("rates", float, Param(r"\eta", low=0), many=True)
LAST_EPOCH = Field("last_epoch", int, Param("t", low=-1))
VERBOSE = Field("verbose", bool, Param(""))


def coerce_options(scheduler: Any) -> None:
    """Each declared option in the form in which it is stored, or an error that names it."""
    for name, field in declared_of(type(scheduler)).items():
        vars(scheduler)[name] = field.coerce(type(scheduler).__name__, getattr(scheduler, name))


def declared_options(scheduler: Any) -> dict[str, Any]:
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
