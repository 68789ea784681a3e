"""The namespace of Python numbers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from math import ceil, cos, exp, floor, log, sin, sqrt, tanh
from typing import Any, Literal

__all__ = [
    "ceil", "cos", "exp", "floor", "floor_divide", "log", "maximum", "minimum", "piecewise",
    "pow", "searchsorted", "sin", "sqrt", "take", "tanh", "where",
]  # fmt: skip


def minimum(x: Any, y: Any) -> Any:
    return min(y, x)


def maximum(x: Any, y: Any) -> Any:
    return max(y, x)


def where(condition: Any, x: Any, y: Any) -> Any:
    return x if condition else y


def floor_divide(x: Any, y: Any) -> Any:
    return x // y


def pow(x: Any, y: Any) -> Any:
    return x**y


def take(table: Sequence[float], index: Any) -> float:
    return float(table[int(index)])


def searchsorted(points: Sequence[float], x: Any, /, *, side: Literal["right"]) -> int:
    return bisect_right(points, x)


def piecewise(step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
    return parts[bisect_right(milestones, step)](step)
