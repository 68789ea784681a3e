"""The namespace of lists: NumPy arrays whose elements equal the scalar results bit for bit.

``+ - * /``, comparisons and `sqrt` are correctly rounded in NumPy and in Python, so NumPy's are used. Transcendental
functions are not: NumPy may use a vector library that rounds differently from Python's `math` (its `pow` and `exp` do
so on AVX-512). `math` computes them, except where NumPy agreed with it at some thousands of points.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import cache, partial
from itertools import repeat
from typing import Any

import numpy as np

from .numpy import NumPy, of_numbers


def _each(function: Callable[..., float], *arguments: Any) -> np.ndarray[Any, Any]:
    """A function of Python numbers, called for every element; arguments that are numbers are repeated."""
    shape = np.broadcast_shapes(*map(np.shape, arguments))
    columns = (np.broadcast_to(x, shape).ravel().tolist() if np.ndim(x) else repeat(x) for x in arguments)
    return np.fromiter(map(function, *columns), np.float64, math.prod(shape)).reshape(shape)


@cache
def _agrees(name: str) -> bool:
    """Whether NumPy's function gives the bits of `math` at 4096 points in (-8, 8). The answer depends on its build."""
    points = np.linspace(-8, 8, 4096) * math.sqrt(0.9)
    return bool((getattr(np, name)(points) == _each(getattr(math, name), points)).all())


def _function(name: str) -> Any:
    from_math = partial(_each, getattr(math, name))
    from_numpy = getattr(np, name)

    def function(x: Any) -> Any:
        return (from_numpy if x.size > 256 and _agrees(name) else from_math)(np.asarray(x))

    return of_numbers(name, function)


class Exact(NumPy):
    """`NumPy`, with the scalar namespace's transcendental functions."""

    cos, sin, tanh, exp = _function("cos"), _function("sin"), _function("tanh"), _function("exp")
    log = of_numbers("log", partial(_each, math.log))
    pow = of_numbers("pow", partial(_each, operator.pow))
