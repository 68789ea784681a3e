"""The rates of a run as a list: `to_list`, and what the list functions have in common."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import repeat
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ._evaluate import Formula, checked_rate, rates_in_blocks
from ._registry import is_own

P = ParamSpec("P")
R = TypeVar("R")
FEW_TIMES = 100
"""Up to this many repeats a list is filled by slices with a stride, above it one run of equal rates at a time."""
MANY_CALLS = 512
"""From so many epochs on an array takes less time than calls of a compiled formula."""
FEW_EPOCHS = 48
"""Below this many epochs a list is evaluated number by number, which is then quicker than an array."""


def rate_list(formula: Formula, total_step: int, step_per_epoch: int, owner: str) -> list[float]:
    """`total_step` rates, the formula taken at ``step // step_per_epoch``: once per epoch, then repeated."""
    epochs = -(-total_step // step_per_epoch)
    if epochs < FEW_EPOCHS:
        rates = np.array([checked_rate(formula, owner, epoch) for epoch in range(epochs)])
    else:
        rates = _exact_rates(formula, np.arange(epochs), owner)
    steps = repeat_each(rates, min(step_per_epoch, total_step))
    del steps[total_step:]  # the last epoch may be longer than the run
    return steps


def rates_of_calls(schedule: Any, epochs: range) -> np.ndarray[Any, Any]:
    """The rates at whole epochs, one after another: the floats that as many calls give, to the bit.

    Formulas of users may round otherwise in an array, so that they are called. For those of this package, whose lists
    and numbers agree, an array of many takes a fraction of the time.
    """
    if len(epochs) >= MANY_CALLS and _is_all_own(schedule):
        steps = np.arange(epochs.start, epochs.stop)
        with suppress(OverflowError):  # the call below raises an error that names the epoch
            return _exact_rates(schedule.formula, steps, type(schedule).__name__)
    return np.array([schedule(epoch) for epoch in epochs])


def _exact_rates(formula: Formula, epochs: np.ndarray[Any, Any], owner: str) -> np.ndarray[Any, Any]:
    from .._namespaces.exact import Exact

    return rates_in_blocks(formula, epochs, Exact, owner)


def _is_all_own(schedule: Any) -> bool:
    return is_own(type(schedule)) and all(map(_is_all_own, schedule.parts()))


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


def counted_in_epochs(schedule: type[Any], **epochs: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Reword the errors of a list function: they name the function and its parameters, not the schedule and its fields.

    ``counted_in_epochs(CosineDecayLR, decay_steps="decay_epoch")``: the schedule's field ``decay_steps`` is the
    function's parameter ``decay_epoch``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        names = {f"{schedule.__name__}.to_list": function.__name__, schedule.__name__: function.__name__, **epochs}

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError, OverflowError) as error:
                pattern = "|".join(rf"\b{re.escape(name)}\b" for name in names)
                raise type(error)(re.sub(pattern, lambda found: names[found[0]], str(error))) from None

        return checked

    return decorate
