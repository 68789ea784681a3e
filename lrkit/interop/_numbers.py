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


def whole(owner: str, name: str, value: object, low: int | None = 0) -> int:
    """A count of steps; a float will do if it is whole, as the product of a fraction and a length may be."""
    given = plain(value)
    number: float | None = as_kind(given, float)
    count = int(number) if number is not None and number.is_integer() else given
    stored: int = Field(name, int, Param("", low=low)).coerce_one(owner, name, count)
    return stored


def number(
    owner: str, name: str, value: object, low: float | None = None, high: float | None = None, exclusive: bool = False
) -> float:
    """A finite number from `low` to `high`, or above `low` if that is `exclusive`."""
    domain = Param("", low=low, high=high, exclusive=exclusive)
    stored: float = Field(name, float, domain).coerce_one(owner, name, plain(value))
    return stored
