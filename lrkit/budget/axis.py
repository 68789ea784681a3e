"""Steps in other units and back, for whole arrays: the axes of pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np

from .._params import shorten
from .._types import Floats
from .clock import Clock, even
from .counting import SECONDS, Counting, missing, sequence_of, speed_of
from .given import Given

Unit = Literal["step", "epoch", "sample", "token", "hour"]
UNITS: tuple[str, ...] = get_args(Unit)
NEAR = 2.0**-50
"""How far, relatively, a step may be from a whole one that it is taken for."""


def positions(given: Given, counting: Counting, steps: Any, unit: Unit) -> Floats:
    """`Budget.position`."""
    clock, size = clock_of("Budget.position", given, counting, unit)
    return _from_zero("Budget.position", steps, lambda t: clock.along(t) / size)


def steps_at(given: Given, counting: Counting, values: Any, unit: Unit) -> Floats:
    """`Budget.steps_at`."""
    clock, size = clock_of("Budget.steps_at", given, counting, unit)
    return _from_zero("Budget.steps_at", values, lambda v: _snapped(clock.back(v * size)))


def clock_of(owner: str, given: Given, counting: Counting, unit: Unit) -> tuple[Clock, float]:
    """A clock from updates, and how much of what it counts makes one `unit`."""
    if not isinstance(unit, str) or unit not in UNITS:
        error = ValueError if isinstance(unit, str) else TypeError
        singular = str(unit).removesuffix("s")
        hint = f"; did you mean {singular!r}?" if singular in UNITS else ""
        raise error(f"{owner}: unit must be one of {', '.join(map(repr, UNITS))}, got {shorten(unit)}{hint}")
    if unit == "step":
        return even(1), 1
    if unit == "hour":
        return even(1), float(speed_of(given) * SECONDS)
    if unit == "epoch":
        if counting.in_epoch is None:
            raise missing("epochs need samples, tokens or batches: the data of one epoch")
        return counting.epoch_clock, counting.in_epoch
    return counting.clock, 1 if unit == "sample" else 1 / sequence_of(given)


def _from_zero(owner: str, numbers: Any, of: Callable[[Floats], Floats]) -> Floats:
    """A function of numbers from 0 on, to which those below 0 are added in a straight line."""
    found = np.asarray(numbers)
    if found.dtype.kind not in "iuf":
        raise TypeError(f"{owner}: the numbers must be real, got {shorten(numbers)}")
    values: Floats = found.astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError(f"{owner}: the numbers must be finite, got {shorten(numbers)}")
    slope = of(np.ones(1))[0]
    return np.where(values < 0, values * slope, of(np.maximum(values, 0)))


def _snapped(steps: Floats) -> Floats:
    whole = np.rint(steps)
    return np.where(np.abs(steps - whole) <= NEAR * np.abs(whole), whole, steps)
