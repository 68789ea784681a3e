"""The kinds of schedule, by the name they bear in JSON: filled by the classes themselves as they are defined."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from .._params import fields_of

KINDS: WeakValueDictionary[str, type[Any]] = WeakValueDictionary()
"""``kind`` to class. A class that nobody holds any more is forgotten."""

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Name to function: the catalogue's known schedules that are expressions of others."""

MAX_DEPTH = 100
"""How deep schedules nest: far deeper than recipes go, and shallow enough for every reader, pickle and printer."""


def classes() -> dict[str, type[Any]]:
    """The registered classes by name."""
    return {cls.__name__: cls for cls in KINDS.values()}


def register(kind: str, cls: type[Any]) -> None:
    """Enter a class. Its kind and its name must not stand for anything else: `parse` and the command read both."""
    problem = _clash(kind, cls)
    if problem:
        gc.collect()  # the other class may be one that nobody holds any more
        problem = _clash(kind, cls)
    if problem:
        raise ValueError(f"{cls.__name__}: {problem}")
    KINDS[kind] = cls


def _clash(kind: str, cls: type[Any]) -> str:
    """What stands in the way of a class, or nothing. A class that is defined again takes its own place."""
    others = {
        known: other
        for known, other in KINDS.items()
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__)
    }
    names = {other.__name__: f"{other.__module__}.{other.__qualname__}" for other in others.values()}
    names |= {name: f"the function lrkit.{name}" for name in _function_names()}
    if kind in others:
        return f"the kind {kind!r} is taken by {others[kind].__name__}"
    if kind in names:
        return f"the kind {kind!r} is taken by {names[kind]}"
    if cls.__name__ in names:
        taken = names[cls.__name__]
        return f"the name is taken by {taken}, and parse could not tell them apart: rename it, or leave out kind="
    return ""


@cache
def _function_names() -> frozenset[str]:
    """The catalogue's functions, loaded or not: a file has the name of its function."""
    return frozenset(file.stem for file in (Path(__file__).parents[1] / "catalogue").glob("[!_]*.py"))


def sorted_kinds() -> dict[str, type[Any]]:
    """The kinds in the order in which they are shown: the curves first, then what is made of other schedules."""

    def rank(item: tuple[str, type[Any]]) -> tuple[bool, str]:
        kind, cls = item
        return any(field.is_schedule for field in fields_of(cls).values()), kind

    return dict(sorted(KINDS.items(), key=rank))
