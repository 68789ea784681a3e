"""A formula at steps of every sort: one number, an array, a tracer, the epochs of a run."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import repeat
from typing import Any

import numpy as np

from .._namespaces import scalar
from .._namespaces.compiled import Recorder
from .._namespaces.exact import Exact
from .._namespaces.numpy import NumPy, is_ordered
from .._params import shorten

Formula = Callable[[Any, Any], Any]
BLOCK = 65_536
"""Steps evaluated at a time: smaller blocks spend their time in Python, larger ones in memory."""
FEW_TIMES = 100
"""Up to this many repeats a list is filled by strides, above it run by run."""
FEW_EPOCHS = 48
"""Below this many epochs a list is evaluated number by number: an array costs more than it saves."""


def rate_function(formula: Formula, *, compiled: bool = True) -> Callable[[Any], float]:
    """The formula as a plain function of a Python number: compiled, or as it stands if it cannot be recorded."""
    if compiled:
        with suppress(TypeError, ValueError, AttributeError, NotImplementedError):
            return Recorder().function(formula)
    return lambda step: float(formula(step, scalar))


def rate_at(rate: Callable[[Any], float], formula: Formula, step: Any, owner: str) -> Any:
    """The rate at any step but a non-negative Python integer, which `LearningRateSchedule.__call__` sees to."""
    if isinstance(step, numbers.Real) and not isinstance(step, (bool, np.bool_)):
        value = int(step) if isinstance(step, numbers.Integral) else float(step)
        if not 0 <= value < math.inf:
            raise ValueError(f"{owner}: a step must be a finite number >= 0, got {shorten(value)}")
        return rate(value)
    if isinstance(step, (np.ndarray, np.generic, list, tuple, range)):
        return _array_rates(formula, np.asarray(step), owner)
    if hasattr(step, "shape") and hasattr(step, "dtype"):
        return _foreign_rates(formula, step, owner)
    raise TypeError(f"{owner}: a step must be a real number or an array of real numbers, got {shorten(step)}")


def _array_rates(formula: Formula, step: np.ndarray[Any, Any], owner: str) -> np.ndarray[Any, Any]:
    """float64 rates in the shape of `step`, a NumPy array."""
    if step.dtype.kind not in "iuf" and step.size:
        raise TypeError(f"{owner}: steps must be real numbers, got an array of {step.dtype}")
    if step.dtype.kind == "u" and step.size and step.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{owner}: a step in an array must be below 2**63, got {step.max()}")
    step = np.asarray(step, np.int64 if step.dtype.kind in "iu" else np.float64)
    with np.errstate(over="raise", under="ignore"):
        try:
            return _in_blocks(formula, step.ravel(), NumPy, owner).reshape(step.shape)
        except FloatingPointError:
            raise OverflowError("in the array") from None


def _in_blocks(
    formula: Formula, step: np.ndarray[Any, Any], namespace: type[NumPy], owner: str
) -> np.ndarray[Any, Any]:
    """The formula a block at a time, so that what it holds on the way is not as long as the array."""
    rates = np.empty(step.shape)
    for start in range(0, step.size, BLOCK):
        block = step[start : start + BLOCK]
        ordered = is_ordered(block)
        low, high = (block[0], block[-1]) if ordered else (block.min(), block.max())
        if not (low >= 0 and high < math.inf):
            bad = block[~((block >= 0) & (block < math.inf))][0]
            raise ValueError(f"{owner}: a step must be a finite number >= 0, got {bad!s} in an array")
        rates[start : start + BLOCK] = formula(block, namespace(block if ordered else None))
    return rates


def _foreign_rates(formula: Formula, step: Any, owner: str) -> Any:
    """Rates as an array of the step's own library; a value is not looked at, since the array may be traced."""
    from .._namespaces.standard import Standard

    try:
        xp = Standard(step)
    except TypeError:  # not of the array API: a pandas Series, say
        return _array_rates(formula, np.asarray(step), owner)
    step = xp.admit(step, owner)
    return xp.spread(formula(step, xp), step)


def rate_list(formula: Formula, total_step: int, step_per_epoch: int) -> list[float]:
    """`total_step` rates, the formula taken at ``step // step_per_epoch``: once per epoch, then repeated."""
    epochs = -(-total_step // step_per_epoch)
    if epochs < FEW_EPOCHS:
        rates = np.array([formula(epoch, scalar) for epoch in range(epochs)], np.float64)
    else:
        with np.errstate(over="ignore", under="ignore"):
            rates = _in_blocks(formula, np.arange(epochs), Exact, "")
    steps = repeat_each(rates, min(step_per_epoch, total_step))
    del steps[total_step:]  # the rest of the last epoch
    return steps


def repeat_each(rates: np.ndarray[Any, Any], times: int | Iterable[int]) -> list[float]:
    """Each rate as often as `times` says: the quicker of two ways, and the floats of a run are one object."""
    values = rates.tolist()
    if isinstance(times, int) and times <= FEW_TIMES:
        out = [0.0] * (times * len(values))
        for k in range(times):
            out[k::times] = values
        return out
    out = []
    for rate, count in zip(values, repeat(times) if isinstance(times, int) else times, strict=False):
        out += [rate] * count
    return out
