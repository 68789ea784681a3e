"""Numbers of a framework as plain ones, and checked as fields are: the message names the adapter or the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .._params import Field, Param, as_kind


def plain(value: Any) -> Any:
    """An array or tensor of one number as a number; anything else as it is."""
    array = value.asnumpy() if hasattr(value, "asnumpy") else value  # MindSpore's
    return array.item() if hasattr(array, "item") and np.prod(getattr(array, "shape", ()), dtype=int) == 1 else value


def plain_arguments(value: Any) -> Any:
    """An argument with what it holds: no arrays without a dimension, and no iterators."""
    if isinstance(value, Mapping):
        return {plain_arguments(key): plain_arguments(item) for key, item in value.items()}
    if hasattr(value, "shape"):
        return value if tuple(value.shape) else plain(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain_arguments(item) for item in value]
    return value


def stored(field: Field, owner: str, value: Any) -> Any:
    """A value as the field stores it. A count may be a whole float, as the product of a fraction and a length is."""

    def converted(item: Any) -> Any:
        given = plain(item)
        number = as_kind(given, float) if field.kind is int else None
        return int(number) if number is not None and number.is_integer() else given

    return field.coerce(owner, [converted(item) for item in value] if field.many else converted(value))


def whole(owner: str, name: str, value: object, low: int | None = 0) -> int:
    """A count of steps."""
    count: int = stored(Field(name, int, Param("", low=low)), owner, value)
    return count


def number(owner: str, name: str, value: object, low: float | None = None) -> float:
    """A finite number, at least `low`."""
    found: float = stored(Field(name, float, Param("", low=low)), owner, value)
    return found
