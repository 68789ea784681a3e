"""The namespace of Python numbers."""

from __future__ import annotations

import numbers
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import ceil, cos, exp, floor, log, sin, sqrt, tanh
from typing import Any, Literal

__all__ = [
    "ceil", "cos", "exp", "floor", "floor_divide", "log", "maximum", "minimum", "piecewise",
    "pow", "searchsorted", "sin", "sqrt", "take", "tanh", "where",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    raise AttributeError(unknown(name))


def unknown(name: str) -> str:
    """The message for a name that no namespace has."""
    return f"xp has no {name!r}; it has {', '.join(__all__)}"


def are_numbers(*values: Any) -> bool:
    """Whether these are plain numbers, so that none of them is an array or depends on a traced step."""
    return all(isinstance(value, (int, float, numbers.Real)) for value in values)


def minimum(x: Any, y: Any) -> Any:
    return min(y, x)


def maximum(x: Any, y: Any) -> Any:
    return max(y, x)


def where(condition: Any, x: Any, y: Any) -> Any:
    return x if condition else y


def floor_divide(x: Any, y: Any) -> Any:
    return x // y


def pow(x: Any, y: Any) -> Any:
    result = x**y
    if isinstance(result, complex):
        raise ValueError(f"{x} ** {y} is not a real number")
    return result


def take(table: Sequence[float], index: Any) -> float:
    return float(table[int(index)])


def searchsorted(points: Sequence[float], x: Any, /, *, side: Literal["left", "right"] = "left") -> int:
    return (bisect_right if side == "right" else bisect_left)(points, x)


def piecewise(step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
    return parts[bisect_right(milestones, step)](step)
