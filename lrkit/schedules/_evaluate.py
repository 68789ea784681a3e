"""A formula evaluated: at a number, at an array of any library, at the epochs of a run."""

from __future__ import annotations

import math
import numbers
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from .._namespaces import scalar
from .._namespaces.exact import Exact
from .._namespaces.numpy import LARGEST, NumPy, is_ordered, whole
from .._params import LARGEST_COUNT, shorten
from ..tracing import python, record

Formula = Callable[[Any, Any], Any]
BLOCK = 65_536
"""Steps evaluated at a time: smaller blocks take more calls, larger ones leave the processor's cache."""
FEW_TIMES = 100
"""Up to this many repeats a list is filled by slices with a stride, above it one run of equal rates at a time."""
REFUSALS = (ArithmeticError, FloatingPointError, ZeroDivisionError, ValueError, TypeError, LookupError, IndexError)
"""The errors of a formula at a step where it has no rate."""
FEW_EPOCHS = 48
"""Below this many epochs a list is evaluated number by number, which is then quicker than an array."""


def rate_function(formula: Formula, owner: str) -> Callable[[Any], float]:
    """The formula as a function of a Python number: compiled, or called as it is where it cannot be recorded.

    Where the compiled function fails, the formula is called too: the traceback then shows its lines.
    """
    as_it_stands = partial(checked_rate, formula, owner)
    with suppress(TypeError, ValueError, ArithmeticError, AttributeError, NotImplementedError, SyntaxError):
        return python.rate_function(record(formula), as_it_stands, owner)
    return as_it_stands


def checked_rate(formula: Formula, owner: str, step: Any, *, finite: bool = True) -> float:
    """The rate at a Python number, by the formula; an error names the class and the step.

    Without `finite`, infinity and NaN are rates too: the optimizer that gets them refuses them.
    """
    try:
        rate = as_number(formula(step, scalar))
    except OverflowError:
        raise
    except REFUSALS as error:
        _say_where(error, owner, step)
        raise
    if not finite or math.isfinite(rate):
        return rate
    if math.isnan(rate):
        raise ValueError(f"{owner}: the rate at step {step} is not a number")
    raise OverflowError


def as_number(rate: Any) -> float:
    """The result of a formula as a float; it may be an array of one element."""
    if not isinstance(rate, (int, float)) and hasattr(rate, "item") and math.prod(getattr(rate, "shape", ())) == 1:
        rate = rate.item()
    if isinstance(rate, complex):
        raise ValueError(f"the rate is not a real number: {rate}")
    if not isinstance(rate, numbers.Real):
        raise TypeError(f"a rate must be a number, got {shorten(rate)}")
    return float(rate)


def _say_where(error: Exception, owner: str, step: Any) -> None:
    """Name the class whose formula raised an error, its step, and the schedule that was called."""
    culprit, place = _culprit(error, owner, step)
    within = "" if (culprit, place) == (owner, step) else f" (step {shorten(step)} of {owner})"
    where = f"{culprit}: at step {shorten(place)}{within}"
    if type(error) in REFUSALS and len(error.args) == 1:
        error.args = (f"{where}: {error.args[0]}",)
    else:
        error.add_note(where)


def _culprit(error: Exception, owner: str, step: Any) -> tuple[str, Any]:
    """The class of the innermost formula in an error's traceback, and the step that this formula was given."""
    culprit, place = owner, step
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name in ("formula", "construct") and "self" in frame.f_locals:
            culprit = type(frame.f_locals["self"]).__name__
            place = next((frame.f_locals[name] for name in ("step", "global_step") if name in frame.f_locals), step)
    return culprit, place


def rate_at(rate: Callable[[Any], float], formula: Any, step: Any, owner: str) -> Any:
    """The rates at a step of any kind. `rate` computes that of a Python number, `formula` those of an array."""
    if isinstance(step, numbers.Real) and not isinstance(step, (bool, np.bool_)):
        value = int(step) if isinstance(step, numbers.Integral) else float(step)
        if not 0 <= value < math.inf:
            raise ValueError(f"{owner}: a step must be a finite number >= 0, got {shorten(value)}")
        return rate(value)
    if isinstance(step, (list, tuple)):
        _refuse_bools(step, owner)
    if isinstance(step, (np.ndarray, np.generic, list, tuple, range)):
        return _array_rates(rate, formula, _array(step, owner), owner)
    if hasattr(step, "shape") and hasattr(step, "dtype"):
        return _foreign_rates(rate, formula, step, owner)
    raise TypeError(f"{owner}: a step must be a real number or an array of real numbers, got {shorten(step)}")


def _array(steps: Any, owner: str) -> np.ndarray[Any, Any]:
    try:
        array = np.asarray(steps)
    except ValueError:
        raise ValueError(f"{owner}: lists of steps inside a list must have one length, got {shorten(steps)}") from None
    if isinstance(steps, (list, tuple)) and array.dtype == np.float64 and LARGEST_COUNT < array.max(initial=0) < np.inf:
        return np.asarray(steps, object)  # integers beyond 64 bits beside smaller ones would become floats
    return array


def _refuse_bools(steps: Any, owner: str) -> None:
    """Refuse a bool in a list: NumPy would take it for 0 or 1."""
    for step in steps:
        if isinstance(step, (list, tuple)):
            _refuse_bools(step, owner)
        elif isinstance(step, (bool, np.bool_)) or getattr(step, "dtype", None) == np.bool_:
            raise TypeError(f"{owner}: a step must be a real number, got {shorten(step)} in a list")


def _array_rates(rate: Callable[[Any], float], formula: Formula, step: np.ndarray[Any, Any], owner: str) -> Any:
    """float64 rates in the shape of `step`, a NumPy array."""
    if step.dtype.kind == "O" or (step.dtype.kind == "u" and step.size and step.max() > LARGEST):
        return _one_by_one(rate, step, owner)  # integers beyond 64 bits, or fractions
    if step.dtype.kind not in "iuf" and step.size:
        raise TypeError(f"{owner}: steps must be real numbers, got an array of {step.dtype}")
    step = np.asarray(step, np.int64 if step.dtype.kind in "iu" else np.float64)
    return _in_blocks(formula, step.ravel(), NumPy, owner).reshape(step.shape)


def _one_by_one(rate: Callable[[Any], float], step: np.ndarray[Any, Any], owner: str) -> np.ndarray[Any, Any]:
    rates = np.empty(step.shape)
    for index, one in np.ndenumerate(step):
        if not isinstance(one, numbers.Real) or isinstance(one, bool):
            raise TypeError(f"{owner}: steps must be real numbers, got an array of {step.dtype} with {shorten(one)}")
        rates[index] = rate_at(rate, None, one, owner)
    return rates


def _in_blocks(
    formula: Formula, step: np.ndarray[Any, Any], namespace: type[NumPy], owner: str
) -> np.ndarray[Any, Any]:
    """The formula a block at a time, so that its intermediate arrays stay small."""
    rates = np.empty(step.shape)
    for start in range(0, step.size, BLOCK):
        block = step[start : start + BLOCK]
        ordered = is_ordered(block)
        low, high = (block[0], block[-1]) if ordered else (block.min(), block.max())
        if not (low >= 0 and high < math.inf):
            bad = block[~((block >= 0) & (block < math.inf))][0]
            raise ValueError(f"{owner}: a step must be a finite number >= 0, got {bad!s} in an array")
        rates[start : start + BLOCK] = _block(formula, whole(block, high), ordered, namespace, owner)
    return rates


def _block(formula: Formula, step: Any, ordered: bool, namespace: type[NumPy], owner: str) -> Any:
    """The rates of a block; evaluated one by one where NumPy fails, so that the error is that of a number."""
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            rates = np.asarray(formula(step, namespace(step if ordered else None)), np.float64)
        if rates.ndim == 0 or rates.shape == step.shape:
            return rates
    except REFUSALS:
        pass
    return [checked_rate(formula, owner, one) for one in step.tolist()]


def _foreign_rates(rate: Callable[[Any], float], formula: Formula, step: Any, owner: str) -> Any:
    """Rates as an array of the step's library. No value is checked, since the array may be traced."""
    from .._namespaces.standard import Standard

    try:
        xp = Standard(step)
    except TypeError:  # an array outside the array API, such as a pandas Series
        return _array_rates(rate, formula, np.asarray(step), owner)
    step = xp.admit(step, owner)
    try:
        rates = formula(step, xp)
    except Exception as error:
        culprit, _ = _culprit(error, owner, step)
        error.add_note(
            f"{culprit}: at steps in an array of another library a formula is written with xp's functions "
            "(xp.where, xp.exp), not with those of math or NumPy, nor with an if on the step"
        )
        raise
    return xp.rate(rates, step)


def rate_list(formula: Formula, total_step: int, step_per_epoch: int, owner: str) -> list[float]:
    """`total_step` rates, the formula taken at ``step // step_per_epoch``: once per epoch, then repeated."""
    epochs = -(-total_step // step_per_epoch)
    if epochs < FEW_EPOCHS:
        rates = np.array([checked_rate(formula, owner, epoch) for epoch in range(epochs)])
    else:
        rates = _in_blocks(formula, np.arange(epochs), Exact, owner)
    steps = repeat_each(rates, min(step_per_epoch, total_step))
    del steps[total_step:]  # the last epoch may be longer than the run
    return steps


def repeat_each(rates: np.ndarray[Any, Any], times: int | Iterable[int]) -> list[float]:
    """Each rate as often as `times` says, by the quicker of two ways. Equal neighbours are one float object."""
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
