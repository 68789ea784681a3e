"""Comparing and writing the rates of a few groups, group by group in a row: a loop takes nearly twice as long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import is_
from typing import Any

from ..tracing.python import compiled
from ._groups import RATE

WriteIfHeld = Callable[[Sequence[Any], Sequence[float], Sequence[float]], bool]
AreTheSame = Callable[[Sequence[Any], Sequence[Any]], bool]
FEW = 32
"""For up to so many groups a function is written out."""


@cache
def write_if_held(number: int) -> WriteIfHeld:
    """A function of groups, rates and new rates, which says whether the groups held the very rates.

    If so they get the new ones, else nothing is written. Rates are not compared by ==, which would take a tensor for a
    float.
    """
    if number > FEW:
        return _write_if_held
    held = " and ".join(f'g{k}["lr"] is r{k}' for k in range(number))
    new = "".join(f'g{k}["lr"], ' for k in range(number))
    function: WriteIfHeld = _function(number, held, f"{new} = new", "groups, rates, new")
    return function


@cache
def are_the_same(number: int) -> AreTheSame:
    """A function of groups and others, which says whether they are the very same ones."""
    if number > FEW:
        return _are_the_same
    same = " and ".join(f"g{k} is r{k}" for k in range(number))
    function: AreTheSame = _function(number, same, "pass", "groups, rates")
    return function


def _function(number: int, condition: str, then: str, arguments: str) -> Any:
    names = {letter: "".join(f"{letter}{k}, " for k in range(number)) for letter in "gr"}
    lines = (
        f"def function({arguments}):",
        f"    {names['g']} = groups",
        f"    {names['r']} = rates",
        f"    if {condition}:",
        f"        {then}",
        "        return True",
        "    return False",
    )
    return compiled("\n".join(lines), "function", {}, "usual step")


def _write_if_held(groups: Sequence[Any], rates: Sequence[float], new: Sequence[float]) -> bool:
    if not all(map(is_, map(RATE, groups), rates)):
        return False
    for group, rate in zip(groups, new):  # noqa: B905  # an argument by its name takes longer than a group
        group["lr"] = rate
    return True


def _are_the_same(groups: Sequence[Any], others: Sequence[Any]) -> bool:
    return all(map(is_, groups, others))
