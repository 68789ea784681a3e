"""A compiled update rule against its formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from lrkit.tracing.in_place import Program


class NumPy:
    """The functions that the formula of an update rule may use."""

    sqrt, square, abs, sign, pow = np.sqrt, np.square, np.abs, np.sign, np.power
    maximum, minimum = np.maximum, np.minimum


def assert_equal_to_formula(
    program: Program,
    formula: Callable[..., Any],
    w: np.ndarray,
    g: np.ndarray,
    states: Mapping[str, np.ndarray],
    numbers: Mapping[str, float],
) -> None:
    """The program, run in place, leaves the formula's weight and states, bit for bit, and the gradient as it was."""
    with np.errstate(all="ignore"):
        expected, after = formula(w, g, states, SimpleNamespace(**numbers), NumPy)
    scratch: Sequence[np.ndarray] = [np.full(w.shape, np.nan) for _ in range(program.scratch)]
    kept = g.copy()
    with np.errstate(all="ignore"):
        program.run(w, g, *states.values(), *(np.float64(numbers[name]) for name in program.numbers), *scratch)
    np.testing.assert_array_equal(w, expected)
    np.testing.assert_array_equal(g, kept)
    for name, array in states.items():
        np.testing.assert_array_equal(array, after[name])
