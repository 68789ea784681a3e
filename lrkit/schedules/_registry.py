"""The kinds of schedule, by the name they bear in JSON: filled by the classes themselves as they are defined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._params import fields_of

KINDS: dict[str, type[Any]] = {}
"""``kind`` to class."""

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Name to function: the catalogue's known schedules that are expressions of others."""

MAX_DEPTH = 100
"""How deep schedules nest: far deeper than recipes go, and shallow enough for every reader, pickle and printer."""


def classes() -> dict[str, type[Any]]:
    """The registered classes by name."""
    return {cls.__name__: cls for cls in KINDS.values()}


def register(kind: str, cls: type[Any]) -> None:
    taken = KINDS.get(kind)
    if taken is not None and (taken.__module__, taken.__qualname__) != (cls.__module__, cls.__qualname__):
        raise ValueError(f"{cls.__name__}: the kind {kind!r} is taken by {taken.__name__}")
    KINDS[kind] = cls


def sorted_kinds() -> dict[str, type[Any]]:
    """The kinds in the order in which they are shown: the curves first, then what is made of other schedules."""

    def rank(item: tuple[str, type[Any]]) -> tuple[bool, str]:
        kind, cls = item
        return any(field.is_schedule for field in fields_of(cls).values()), kind

    return dict(sorted(KINDS.items(), key=rank))
