"""Data from outside as plain data: mappings, lists, texts, numbers, truth values and None, within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from .._params import as_kind, shorten

MOST_NODES = 1_000_000
"""The most values in a config, those that an alias repeats counted each time."""
DEEPEST = 100
"""How deep values may lie in one another."""
REFERENCE = re.compile(r"\$\{(\.*)([\w.\-\[\]]+)\}")
"""An interpolation of OmegaConf that names another key: ``${optim.lr}``, or ``${.lr}`` from where it stands."""
LONGEST_CHAIN = 20
DIGITS = "integer string conversion"
"""What Python's message about a whole number of many digits has."""
TOO_MANY_DIGITS = "a whole number has more digits than are read"


class Unread(NamedTuple):
    """A value that is no literal. Nobody minds until a system asks for it."""

    text: str
    where: str = ""

    def __str__(self) -> str:
        return f"{shorten(self.text)[1:-1]}{f' ({self.where})' if self.where else ''}, which is no literal"


class TooLargeError(ValueError):
    """There are more values, or they lie deeper, than in any config."""


def plain(value: Any) -> Any:
    """A copy with what is no plain data as `Unread`; a `TooLargeError` if it is beyond the bounds."""
    return _Copy().of(value, 0)


class _Copy:
    """Copies values and counts them."""

    def __init__(self) -> None:
        self._nodes = 0

    def of(self, value: Any, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise TooLargeError(f"there are more than {MOST_NODES:,} values")
        if depth > DEEPEST:
            raise TooLargeError(f"values lie in one another more than {DEEPEST} deep")
        if isinstance(value, Mapping):
            return {str(key): self.of(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple)) and not isinstance(value, Unread):
            return [self.of(item, depth + 1) for item in value]
        return scalar(value)


def scalar(value: Any) -> Any:
    """A single value: a number as Python's own, a member of an enumeration as its value."""
    if value is None or isinstance(value, (bool, Unread)):
        return value
    if isinstance(value, Enum):
        return scalar(value.value)
    for kind in (str, int, float):
        if (found := as_kind(value, kind)) is not None:
            return str(found) if kind is str else found
    return Unread(shorten(value))


def resolved(data: Any) -> Any:
    """The data with every interpolation that names another key replaced by what stands there."""
    return _Resolver(data).of(data, (), 0)


class _Resolver:
    def __init__(self, root: Any) -> None:
        self._root = root
        self._nodes = 0

    def of(self, value: Any, path: tuple[str, ...], chain: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise TooLargeError(f"with its interpolations there are more than {MOST_NODES:,} values")
        if len(path) > 2 * DEEPEST:
            raise TooLargeError("its interpolations lie in one another too deep")
        if isinstance(value, dict):
            return {key: self.of(item, (*path, key), chain) for key, item in value.items()}
        if isinstance(value, list):
            return [self.of(item, (*path, str(k)), chain) for k, item in enumerate(value)]
        if isinstance(value, str) and (match := REFERENCE.fullmatch(value.strip())):
            if chain >= LONGEST_CHAIN:
                raise TooLargeError(f"{'.'.join(path)}: {value} leads to itself")
            found = self._at(self._names(match, path))
            return value if found is _NOWHERE else self.of(found, path, chain + 1)
        return value

    def _names(self, match: re.Match[str], path: tuple[str, ...]) -> list[str]:
        names = [name for name in re.split(r"[.\[\]]+", match[2]) if name]
        return [*path[: -len(match[1])], *names] if match[1] else names

    def _at(self, names: list[str]) -> Any:
        found = self._root
        for name in names:
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and len(name) < 10 and int(name) < len(found):
                found = found[int(name)]
            else:
                return _NOWHERE
        return found


_NOWHERE = object()
