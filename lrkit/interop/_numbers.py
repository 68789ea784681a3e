"""Numbers that a framework's object holds, checked as fields are: the message names the adapter."""

from __future__ import annotations

from .._params import Field, Param, as_kind


def whole(adapter: str, name: str, value: object, low: int | None = 0) -> int:
    """A count of steps; a float will do if it is whole, as the product of a fraction and a length may be."""
    number: float | None = as_kind(value, float)
    count = int(number) if number is not None and number.is_integer() else value
    stored: int = Field(name, int, Param("", low=low)).coerce_one(adapter, name, count)
    return stored


def number(adapter: str, name: str, value: object, low: float | None = None) -> float:
    """A finite number."""
    stored: float = Field(name, float, Param("", low=low)).coerce_one(adapter, name, value)
    return stored
