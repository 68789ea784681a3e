"""The evaluation of a formula at a number, and at an array of any library."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from .._namespaces import scalar
from .._namespaces.numpy import LARGEST, NumPy, checked, is_ordered
from .._params import LARGEST_COUNT, shorten

Formula = Callable[[Any, Any], Any]
BLOCK = 65_536
"""Steps evaluated at a time: smaller blocks take more calls, larger ones leave the processor's cache."""
MANY = 65_536
"""From so many steps on, the recording of a formula is evaluated: to make one takes a while."""
REFUSALS = (ArithmeticError, FloatingPointError, ZeroDivisionError, ValueError, TypeError, LookupError, IndexError)
"""The errors of a formula at a step where it has no rate."""


def rate_as_written(formula: Formula, owner: str, step: Any) -> float:
    """The rate at a Python number, by the formula: it may be infinite or NaN. An error names the class and the step."""
    try:
        return as_number(formula(step, scalar))
    except OverflowError:
        raise
    except REFUSALS as error:
        _say_where(error, owner, step)
        raise


def checked_rate(formula: Formula, owner: str, step: Any) -> float:
    """The rate at a Python number, by the formula: a finite number."""
    rate = rate_as_written(formula, owner, step)
    if math.isfinite(rate):
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
    from traceback import walk_tb

    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code.co_name in ("formula", "construct") and "self" in frame.f_locals:
            culprit = type(frame.f_locals["self"]).__name__
            place = next((frame.f_locals[name] for name in ("step", "global_step") if name in frame.f_locals), step)
    return culprit, place


def step_number(step: Any, owner: str) -> Any:
    """A step as a Python number, or None if it is no real number; `ValueError` if there is no such step."""
    if not isinstance(step, numbers.Real) or isinstance(step, (bool, np.bool_)):
        return None
    number = int(step) if isinstance(step, numbers.Integral) else float(step)
    if not 0 <= number < math.inf:
        raise ValueError(f"{owner}: a step must be a finite number >= 0, got {shorten(number)}")
    return number


def rates_at(formula: Formula, step: Any, owner: str, recorded: Callable[[], Any]) -> Any:
    """The rates at several steps: those of NumPy and Python as a float64 array, others as an array of their library.

    `recorded` gives the recording of the formula, or None.
    """
    if isinstance(step, (list, tuple)):
        _refuse_bools(step, owner)
    if isinstance(step, (np.ndarray, np.generic, list, tuple, range)):
        return _array_rates(formula, _array(step, owner), owner, recorded)
    if hasattr(step, "shape") and hasattr(step, "dtype"):
        return _foreign_rates(formula, step, owner)
    raise TypeError(f"{owner}: a step must be a real number or an array of real numbers, got {shorten(step)}")


def _array(steps: Any, owner: str) -> np.ndarray[Any, Any]:
    try:
        array = np.asarray(steps)
    except ValueError:
        raise ValueError(f"{owner}: lists of steps inside a list must have one length, got {shorten(steps)}") from None
    if isinstance(steps, (list, tuple)) and array.dtype == np.float64 and LARGEST_COUNT < array.max(initial=0) < np.inf:
        return np.asarray(steps, object)  # NumPy would make floats of integers beyond 64 bits
    return array


def _refuse_bools(steps: Any, owner: str) -> None:
    """Refuse a bool in a list: NumPy would take it for 0 or 1."""
    for step in steps:
        if isinstance(step, (list, tuple)):
            _refuse_bools(step, owner)
        elif isinstance(step, (bool, np.bool_)) or getattr(step, "dtype", None) == np.bool_:
            raise TypeError(f"{owner}: a step must be a real number, got {shorten(step)} in a list")


def _array_rates(
    formula: Formula, step: np.ndarray[Any, Any], owner: str, recorded: Callable[[], Any] = lambda: None
) -> Any:
    """float64 rates in the shape of `step`, a NumPy array."""
    if step.dtype.kind == "O" or (step.dtype.kind == "u" and step.size and step.max() > LARGEST):
        return _one_by_one(formula, step, owner)  # integers beyond 64 bits, or fractions
    if step.dtype.kind not in "iuf" and step.size:
        raise TypeError(f"{owner}: steps must be real numbers, got an array of {step.dtype}")
    step = np.asarray(step, np.int64 if step.dtype.kind in "iu" else np.float64)
    flat = step.ravel()
    if flat.size >= MANY and flat.dtype.kind == "i" and (recording := recorded()) is not None:
        from ._in_chunks import rates_of_recording
        from ._stretches import UnknownError

        with suppress(UnknownError, *REFUSALS):
            return rates_of_recording(recording, flat).reshape(step.shape)
    return rates_in_blocks(formula, flat, NumPy, owner).reshape(step.shape)


def _one_by_one(formula: Formula, step: np.ndarray[Any, Any], owner: str) -> np.ndarray[Any, Any]:
    rates = np.empty(step.shape)
    for index, one in np.ndenumerate(step):
        number = step_number(one, owner)
        if number is None:
            raise TypeError(f"{owner}: steps must be real numbers, got an array of {step.dtype} with {shorten(one)}")
        rates[index] = checked_rate(formula, owner, number)
    return rates


def rates_in_blocks(
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
        rates[start : start + BLOCK] = _block(formula, checked(block, high), ordered, namespace, owner)
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


def _foreign_rates(formula: Formula, step: Any, owner: str) -> Any:
    """Rates as an array of the step's library. No value is checked, since the array may be traced."""
    from .._namespaces.standard import Standard

    try:
        xp = Standard(step)
    except TypeError:  # an array outside the array API, such as a pandas Series
        return _array_rates(formula, np.asarray(step), owner)
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
