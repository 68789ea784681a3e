"""The rates at many steps in order: the recording of a formula, run a chunk at a time.

The general way (`_evaluate.rates_in_blocks`) calls the formula on arrays: each operation makes an array, and each block
pays for all the calls on the way. Here the operations are known beforehand: each is one ufunc that overwrites a buffer
in the processor's cache, and a constant part of the curve is filled in. The operations and their order are the same.
The step of a part, its clock, is made where an operation needs it: of consecutive steps, by one addition to 0, 1, 2, ….
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from .._memory import Spares
from .._namespaces.numpy import BLOCK, EvenCosines
from ..tracing.recording import Operand, Operation, Piecewise, Recording

Floats = np.ndarray[Any, np.dtype[np.float64]]
Steps = np.ndarray[Any, np.dtype[np.int64]]
CHUNK = BLOCK
"""Steps evaluated at a time: a few buffers of them fit in the second-level cache, beside the steps and the rates."""
READ = 4 * CHUNK
"""Steps whose order is looked at together."""
EXACT = 2**53
"""Up to here float64 holds every integer, so that whole steps may be computed with as floats."""
CLOCK = "clock"
"""The operation that makes the steps less a number, as floats."""


def _minimum(x: Any, y: Any, out: Any) -> None:
    np.minimum(x, y, out=out)  # NumPy deprecates a third argument without its name, here alone


def _maximum(x: Any, y: Any, out: Any) -> None:
    np.maximum(x, y, out=out)


OF_INTEGERS: dict[str, Callable[..., Any]] = {
    "add": np.add, "subtract": np.subtract, "minimum": _minimum, "maximum": _maximum, "abs": np.abs,
}  # fmt: skip
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
    """A ufunc, with the buffers or numbers that it is given, and the buffer that its result overwrites.

    None in its place is a clock, which is given how many steps it is behind.
    """

    ufunc: Callable[..., Any] | None
    operands: tuple[tuple[int, Any], ...]
    place: int


class _Desk:
    """What stretches are computed in: buffers, and tables of cosines, each as many as any stretch has needed."""

    def __init__(self) -> None:
        self._buffers: list[Floats] = []
        self._cosines: list[EvenCosines] = []

    def buffers(self, count: int) -> list[Floats]:
        """The first `count`."""
        self._buffers += [np.empty(CHUNK) for _ in range(len(self._buffers), count)]
        return self._buffers[:count]

    def cosines(self, number: int) -> EvenCosines:
        """The one of this number, at the begin of a curve."""
        self._cosines += [EvenCosines() for _ in range(len(self._cosines), number + 1)]
        self._cosines[number].forget()
        return self._cosines[number]


_DESKS = Spares(_Desk)


def rates_of_recording(recording: Recording, step: Steps) -> Floats:
    """The rates at whole steps in order. `UnknownError` if they are not, or if this is not the way for the formula."""
    if not 0 <= step[0] <= step[-1] < EXACT:
        raise UnknownError
    rates = np.empty(step.shape)
    start = 0
    with _DESKS.lent() as desk, np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        while start < step.size:
            found = _stretch_at(recording, int(step[start]), int(step[-1]))
            stop = step.size if found.end > step[-1] else int(step.searchsorted(found.end))
            if stop <= start:
                raise UnknownError
            _fill(rates, step, start, stop, found, desk)
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
                        continue
                    if name == "minimum" and min(end - 1, last) - late[known[0]] <= known[-1]:
                        names[result] = known[0]  # as it is: the limit lies beyond this part
                        continue
                operations.append(Operation(result, name, known))
    rate = recording.results["rate"]
    rate = names.get(rate, rate)
    return _Stretch(_with_clocks(operations, rate, late), rate, end)


def _with_clocks(operations: list[Operation], result: Operand, late: dict[Operand, int]) -> list[Operation]:
    """The operations, and each clock in front of the first that reads it."""
    made: dict[Operand, Operation] = {}
    for operation in [*operations, Operation("", "", (result,))]:
        for clock in late.keys() & set(operation.operands) - made.keys():
            made[clock] = Operation(str(clock), CLOCK, (late[clock],))
        made[operation.result] = operation
    return [operation for operation in made.values() if operation.name]


def _fill(rates: Floats, step: Steps, start: int, stop: int, stretch: _Stretch, desk: _Desk) -> None:
    """The rates from index `start` to `stop`. The first buffer is the rates themselves."""
    consecutive = _in_order(step, start, stop)
    calls, place, count = _placed(stretch, int(step[-1]), desk)
    if isinstance(place, float):
        rates[start:stop] = place
        return
    spare = desk.buffers(count - 1)
    edges = np.linspace(start, stop, -(-(stop - start) // CHUNK) + 1).astype(int).tolist()
    for low, high in pairwise(edges):
        buffers = [rates[low:high], *[one[: high - low] for one in spare]]
        for ufunc, operands, target in calls:
            if ufunc is None:
                _clock(step[low:high], operands[0][1], consecutive, buffers[target])
            else:
                ufunc(*[buffers[at] if at >= 0 else number for at, number in operands], buffers[target])
        if place:
            buffers[0][:] = buffers[place]


def _in_order(step: Steps, start: int, stop: int) -> bool:
    """Whether the steps from index `start` to `stop` are consecutive. `UnknownError` if one is below the one before."""
    if start and step[start - 1] > step[start]:
        raise UnknownError
    consecutive = int(step[stop - 1] - step[start]) == stop - 1 - start  # if each is above the one before
    above = np.greater if consecutive else np.greater_equal
    holds = np.empty(min(READ, stop - start), bool)
    for low in range(start + 1, stop, READ):
        later = step[low : min(low + READ, stop)]
        if not np.logical_and.reduce(above(later, step[low - 1 : low - 1 + later.size], holds[: later.size])):
            raise UnknownError
    return consecutive


def _clock(step: Steps, late: int, consecutive: bool, out: Floats) -> None:
    if consecutive:
        np.add(_count()[: step.size], float(step[0] - late), out=out)
    else:
        out[:] = step
        out -= late


@cache
def _count() -> Floats:
    return np.arange(CHUNK, dtype=np.float64)


def _placed(stretch: _Stretch, last: int, desk: _Desk) -> tuple[list[_Call], int | float, int]:
    """The operations as calls, the place of their result, or its value if it is a number; and the number of places."""
    if not isinstance(stretch.result, str):
        return [], float(stretch.result), 1
    last_use: dict[Operand, int] = {one: k for k, call in enumerate(stretch.operations) for one in call.operands}
    last_use[stretch.result] = len(stretch.operations)
    places: dict[Operand, int] = {}
    integers: dict[Operand, int] = {}
    calls, count, curves = [], 1, 0
    for k, (result, name, operands) in enumerate(stretch.operations):
        if name == CLOCK:
            integers[result] = last
        else:
            _note_integer(integers, result, name, operands)
        free = set(range(count)) - {place for one, place in places.items() if last_use.get(one, -1) > k}
        if name == "cos":  # which reads its operand after it has begun to write
            free -= {places[operands[0]]}
        place = min(free, default=count)
        count = max(count, place + 1)
        given = tuple((places[one], one) if isinstance(one, str) else (-1, _constant(name, one)) for one in operands)
        ufunc = desk.cosines(curves) if name == "cos" else UFUNCS.get(name)
        curves += name == "cos"
        calls.append(_Call(ufunc, given, place))
        places[result] = place
    return calls, places[stretch.result], count


def _constant(name: str, number: int | float) -> Any:
    """A number as a ufunc takes it in the least time: as an array without dimensions."""
    return number if name == CLOCK else np.asarray(number, np.float64)


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
