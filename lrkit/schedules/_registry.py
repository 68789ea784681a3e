"""The kinds of schedule, by their names in JSON. A class enters itself when it is defined."""

from __future__ import annotations

import gc
from collections.abc import Callable, MutableMapping
from functools import cache
from importlib import import_module
from typing import Any
from weakref import WeakValueDictionary

from .._lazy import modules
from .._params import fields_of

_ENTERED: WeakValueDictionary[str, type[Any]] = WeakValueDictionary()
"""``kind`` to class. Classes are held weakly, so that one defined in a function can be freed."""

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""Name to function: the catalogue's functions, which return expressions."""

MAX_DEPTH = 100
"""How deep schedules nest: far deeper than recipes do, and within Python's limits when they are read or printed."""


def kinds() -> MutableMapping[str, type[Any]]:
    """The registered classes by kind. The files of this folder are loaded for it."""
    _load_own()
    return _ENTERED


def is_own(cls: type[Any]) -> bool:
    """Whether a class is of this package."""
    return cls.__module__.startswith("lrkit.")


def classes() -> dict[str, type[Any]]:
    """The registered classes by name."""
    return {cls.__name__: cls for cls in kinds().values()}


def class_named(name: str) -> type[Any] | None:
    """The registered class of a name: the file that is called like it is loaded, and the others if it is not there."""
    found = _entered_as(name)
    if found is None:
        plain = name.removesuffix("LR").lower()
        for module in modules("schedules"):
            if module.replace("_", "") == plain:
                import_module(f"{__package__}.{module}")
        found = _entered_as(name)
    return found or classes().get(name)


def _entered_as(name: str) -> type[Any] | None:
    return next((cls for cls in list(_ENTERED.values()) if cls.__name__ == name), None)


@cache
def _load_own() -> None:
    for name in modules("schedules"):
        import_module(f"{__package__}.{name}")


def register(kind: str, cls: type[Any]) -> None:
    """Enter a class. Its kind and its name must be free: `parse` and the command read both."""
    if cls.__module__.rpartition(".")[0] != __package__:
        _load_own()  # whose kinds are taken, although no one may have asked for them yet
    problem = _clash(kind, cls)
    if problem:
        gc.collect()  # the other class may be unused, and part of a reference cycle
        problem = _clash(kind, cls)
    if problem:
        raise ValueError(f"{cls.__name__}: {problem}")
    _ENTERED[kind] = cls


def _clash(kind: str, cls: type[Any]) -> str:
    """Why a class cannot be entered, or an empty text. A class that is defined again replaces itself."""
    all_taken = {*_ENTERED, *(other.__name__ for other in _ENTERED.values()), *_function_names()}
    if not all_taken & {kind, cls.__name__}:
        return ""
    others = {
        known: other
        for known, other in _ENTERED.items()
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
    """The names of the catalogue's functions, which are those of its files: none is loaded for this."""
    return frozenset(modules("catalogue"))


def sorted_kinds() -> dict[str, type[Any]]:
    """The kinds in the order in which they are listed: curves first, then combinations, each by name."""
    known = kinds()
    combines = {kind: any(field.is_schedule for field in fields_of(cls).values()) for kind, cls in known.items()}
    return {kind: known[kind] for kind in sorted(combines, key=lambda kind: (combines[kind], kind))}
