"""The rates at many steps in order: the recording of a formula, run a chunk at a time.

The general way (`_evaluate.rates_in_blocks`) calls the formula on arrays: each operation makes an array, and each block
pays for all the calls on the way. Here the operations are known beforehand: each is one ufunc that overwrites a buffer
in the processor's cache, and a constant part of the curve is filled in. The operations and their order are the same.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from .._namespaces.numpy import EvenCosines
from ..tracing.recording import Operand, Operation, Piecewise, Recording

Floats = np.ndarray[Any, np.dtype[np.float64]]
CHUNK = 16_384  # not more than `EvenCosines` takes
"""Steps evaluated at a time: a few buffers of them fit in the second-level cache, beside the steps and the rates."""
EXACT = 2**53
"""Up to here float64 holds every integer, so that whole steps may be computed with as floats."""
OF_INTEGERS = {"add": np.add, "subtract": np.subtract, "minimum": np.minimum, "maximum": np.maximum, "abs": np.abs}
"""The operations that give the same number whether they compute with integers or with floats."""
UFUNCS = OF_INTEGERS | {
    "multiply": np.multiply, "divide": np.divide, "negative": np.negative, "pow": np.power, "__pow__": np.power,
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "sin": np.sin, "tanh": np.tanh, "cos": np.cos,
}  # fmt: skip


class UnknownError(Exception):
    """The recording has an operation, or the steps an order, that only the general way knows."""


class _Alias(NamedTuple):
    """Another name of a value."""

    name: str
    value: Operand


class _Stretch(NamedTuple):
    """What is computed from one step on: the operations, their result, and the step at which that changes."""

    operations: list[Operation]
    result: Operand
    end: float


class _Call(NamedTuple):
    """A ufunc, with the buffers or numbers that it is given, and the buffer that its result overwrites."""

    ufunc: Callable[..., Any]
    operands: tuple[tuple[int, Operand], ...]
    place: int


def rates_of_recording(recording: Recording, step: np.ndarray[Any, np.dtype[np.int64]]) -> Floats:
    """The rates at whole steps in order. `UnknownError` if they are not, or if this is not the way for the formula."""
    if not 0 <= step[0] <= step[-1] < EXACT:
        raise UnknownError
    rates = np.empty(step.shape)
    start = 0
    with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        while start < step.size:
            found = _stretch_at(recording, int(step[start]), int(step[-1]))
            stop = step.size if found.end > step[-1] else int(step.searchsorted(found.end))
            if stop <= start:
                raise UnknownError
            _fill(rates, step, start, stop, found)
            start = stop
    return rates


def _stretch_at(recording: Recording, first: int, last: int) -> _Stretch:
    """The operations at step `first`, those of the parts that it is in; none of the parts has changed before `end`.

    No step is above `last`.
    """
    operations: list[Operation] = []
    names: dict[Operand, Operand] = {}
    late: dict[Operand, int] = {"step": 0}  # the clocks, and how many steps each is behind
    end: float = math.inf
    waiting: list[Operation | Piecewise | _Alias] = [*reversed(recording.body)]
    while waiting:
        match waiting.pop():
            case _Alias(name, value):
                names[name] = names.get(value, value)
            case Piecewise(result, step, milestones, parts):
                clock = names.get(step, step)
                if clock not in late:
                    raise UnknownError
                index = bisect_right(milestones, first - late[clock])
                if index < len(milestones):
                    end = min(end, math.ceil(milestones[index]) + late[clock])
                part = parts[index]
                waiting += [_Alias(result, part.result), *reversed(part.body), _Alias(part.step, clock)]
            case Operation(result, name, operands):
                known = tuple(names.get(one, one) for one in operands)
                if known[0] in late and type(known[-1]) is int:
                    if name == "subtract":
                        late[result] = late[known[0]] + known[-1]
                    elif name == "minimum" and min(end - 1, last) - late[known[0]] <= known[-1]:
                        names[result] = known[0]  # as it is: the limit lies beyond this part
                        continue
                operations.append(Operation(result, name, known))
    rate = recording.results["rate"]
    return _Stretch(operations, names.get(rate, rate), end)


def _fill(rates: Floats, step: np.ndarray[Any, np.dtype[np.int64]], start: int, stop: int, stretch: _Stretch) -> None:
    """The rates from index `start` to `stop`. The first buffer is the rates themselves."""
    calls, place, count = _placed(stretch, int(step[-1]))
    edges = np.linspace(start, stop, -(-(stop - start) // CHUNK) + 1).astype(int).tolist()
    spare = [np.empty(min(CHUNK, stop - start)) for _ in range(1, count)]
    rises = np.empty(min(CHUNK, stop - start), bool)
    for low, high in pairwise(edges):
        seen = step[max(low - 1, 0) : high]
        if not np.greater_equal(seen[1:], seen[:-1], out=rises[: seen.size - 1]).all():
            raise UnknownError
        if isinstance(place, float):
            rates[low:high] = place
            continue
        buffers = [rates[low:high], *(one[: high - low] for one in spare)]
        buffers[0][:] = step[low:high]
        for ufunc, operands, target in calls:
            ufunc(*(buffers[at] if at >= 0 else number for at, number in operands), out=buffers[target])
        if place:
            buffers[0][:] = buffers[place]


def _placed(stretch: _Stretch, last: int) -> tuple[list[_Call], int | float, int]:
    """The operations as calls, the place of their result, or its value if it is a number; and the number of places."""
    if not isinstance(stretch.result, str):
        return [], float(stretch.result), 1
    last_use: dict[Operand, int] = {one: k for k, call in enumerate(stretch.operations) for one in call.operands}
    last_use[stretch.result] = len(stretch.operations)
    places: dict[Operand, int] = {"step": 0}
    integers: dict[Operand, int] = {"step": last}
    calls, count = [], 1
    for k, (result, name, operands) in enumerate(stretch.operations):
        _note_integer(integers, result, name, operands)
        free = set(range(count)) - {place for one, place in places.items() if last_use.get(one, -1) > k}
        if name == "cos":  # which reads its operand after it has begun to write
            free -= {places[operands[0]]}
        place = min(free, default=count)
        count = max(count, place + 1)
        given = tuple((places[one], one) if isinstance(one, str) else (-1, one) for one in operands)
        calls.append(_Call(EvenCosines(CHUNK) if name == "cos" else UFUNCS[name], given, place))
        places[result] = place
    return calls, places[stretch.result], count


def _note_integer(integers: dict[Operand, int], result: Operand, name: str, operands: tuple[Operand, ...]) -> None:
    """Enter the result with its largest size if it is an integer; `UnknownError` if floats would not do for it."""
    sizes = [abs(one) if type(one) is int else integers.get(one) for one in operands]
    if name not in UFUNCS or not all(isinstance(one, (str, int, float)) for one in operands):
        raise UnknownError
    if any(size is not None and size > EXACT for size in sizes):
        raise UnknownError
    if name == "divide" or None in sizes:
        return
    if name not in OF_INTEGERS:
        raise UnknownError
    integers[result] = sum(filter(None, sizes))
