"""The rates at many steps in order: the recording of a formula, run a chunk at a time.

The general way (`_evaluate.rates_in_blocks`) calls the formula on arrays: each operation makes an array, and each block
pays for all the calls on the way. Here the operations are known beforehand: each is one ufunc that overwrites a buffer
in the processor's caches, and a constant part of the curve is filled in. The operations and their order are the same,
but for cosines of consecutive steps: each is a wave, and so are a factor and the summands behind it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from .._memory import Spares
from ..tracing.recording import Operand, Recording
from ._cosine_wave import WAVE, CosineWave, with_waves
from ._stretches import CLOCK, OF_INTEGERS, UFUNCS, Stretch, UnknownError, stretch_at

Floats = np.ndarray[Any, np.dtype[np.float64]]
Steps = np.ndarray[Any, np.dtype[np.int64]]
CHUNK = 32_768
"""Steps evaluated at a time. Fewer fit in the second-level cache, and take longer: there are more calls."""
READ = 2 * CHUNK
"""Steps whose order is looked at together."""
WORTH = 8192
"""Parts of fewer steps on the average are left to the general way: to list the operations of each would take longer."""
EXACT = 2**53
"""Up to here float64 holds every integer, so that whole steps may be computed with as floats."""


class _Call(NamedTuple):
    """An operation, the buffers or numbers that it is given, and the buffer that its result overwrites.

    A clock and a wave are given one operand, and have numbers of their own.
    """

    name: str
    operands: tuple[tuple[int, Any], ...]
    place: int
    numbers: tuple[Any, ...] = ()


class _Plan(NamedTuple):
    """The calls in order, the place of the rate, how many places there are, and the steps of a chunk."""

    calls: list[_Call]
    rate: int
    places: int
    longest: int


class _Desk:
    """What stretches are computed in: buffers, and waves with their tables, each as many as any stretch has needed."""

    def __init__(self) -> None:
        self._buffers: list[Floats] = []
        self._waves: list[CosineWave] = []

    def buffers(self, count: int) -> list[Floats]:
        """The first `count`."""
        self._buffers += [np.empty(CHUNK) for _ in range(len(self._buffers), count)]
        return self._buffers[:count]

    def waves(self, count: int) -> list[CosineWave]:
        """The first `count`."""
        self._waves += [CosineWave(CHUNK) for _ in range(len(self._waves), count)]
        return self._waves[:count]


_DESKS = Spares(_Desk)


def rates_of_recording(recording: Recording, step: Steps) -> Floats:
    """The rates at whole steps in order. `UnknownError` if they are not, or if this is not the way for the formula."""
    if not 0 <= step[0] <= step[-1] < EXACT or recording.tables or step.size < WORTH * recording.parts():
        raise UnknownError
    rates = np.empty(step.shape)
    start = 0
    with _DESKS.lent() as desk, np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        while start < step.size:
            found = stretch_at(recording, int(step[start]))
            stop = step.size if found.end > step[-1] else int(step.searchsorted(found.end))
            if stop <= start:
                raise UnknownError
            _fill(rates, step, start, stop, found, desk)
            start = stop
    return rates


def _fill(rates: Floats, step: Steps, start: int, stop: int, stretch: Stretch, desk: _Desk) -> None:
    """The rates from index `start` to `stop`. The first buffer is the rates themselves."""
    consecutive = _in_order(step, start, stop)
    if isinstance(stretch.result, (int, float)):
        rates[start:stop] = stretch.result
        return
    plan = _planned(stretch, int(step[stop - 1]), consecutive)
    spare = desk.buffers(plan.places - 1)
    waves = iter(desk.waves(sum(call.name == WAVE for call in plan.calls)))
    functions: list[Any] = [
        next(waves).of(*call.numbers) if call.name == WAVE else UFUNCS.get(call.name) for call in plan.calls
    ]
    count = -(-(stop - start) // plan.longest)
    edges = [start + (stop - start) * k // count for k in range(count + 1)]
    for low, high in pairwise(edges):
        buffers = [rates[low:high], *[one[: high - low] for one in spare]]
        for call, function in zip(plan.calls, functions, strict=True):
            if function is None:
                _clock(step[low:high], call.numbers[0], consecutive, buffers[call.place])
            else:
                given = [buffers[at] if at >= 0 else number for at, number in call.operands]
                function(*given, buffers[call.place])
        if plan.rate:
            buffers[0][:] = buffers[plan.rate]


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
        np.add(_count()[: step.size], float(int(step[0]) - late), out=out)
    else:
        out[:] = step
        out -= late


@cache
def _count() -> Floats:
    return np.arange(CHUNK, dtype=np.float64)


@lru_cache(maxsize=32)
def _planned(stretch: Stretch, last: int, consecutive: bool) -> _Plan:
    """The operations of a stretch up to step `last` as calls."""
    operations, result, longest = stretch.operations, stretch.result, CHUNK
    clocks = _largest_of_clocks(stretch, last)
    if consecutive:
        operations, longest = with_waves(operations, result, clocks, CHUNK)
    last_use: dict[Operand, int] = {one: k for k, call in enumerate(operations) for one in call.operands}
    last_use[result] = len(operations)
    places: dict[Operand, int] = {}
    integers: dict[Operand, int] = {}
    calls, count = [], 1
    for k, (value, name, operands) in enumerate(operations):
        free = set(range(count)) - {place for one, place in places.items() if last_use.get(one, -1) > k}
        place = min(free, default=count)
        count = max(count, place + 1)
        inputs = 0 if name == CLOCK else 1 if name == WAVE else len(operands)
        if name == CLOCK:
            integers[value] = clocks[value]
        elif name != WAVE:
            _note_integer(integers, value, name, operands)
        given = [(places[one], one) if isinstance(one, str) else (-1, _constant(one)) for one in operands[:inputs]]
        calls.append(_Call(name, tuple(given), place, operands[inputs:]))
        places[value] = place
    return _Plan(calls, places[result], count, longest)


def _largest_of_clocks(stretch: Stretch, last: int) -> dict[Operand, int]:
    """The largest size of each clock; `UnknownError` if floats do not hold it."""
    late: dict[Operand, int] = {one.result: int(one.operands[0]) for one in stretch.operations if one.name == CLOCK}
    largest = {clock: max(abs(stretch.first - steps), abs(last - steps)) for clock, steps in late.items()}
    if any(number > EXACT for number in (*map(abs, late.values()), *largest.values())):
        raise UnknownError
    return largest


def _constant(number: float) -> Any:
    """A number as a ufunc takes it in the least time: as an array without dimensions."""
    return np.asarray(number, np.float64)


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
