"""What is computed at whole steps in order: the operations of a recording, from one step up to another.

Within a stretch no part of the curve ends, and no bound is reached. The clock of a part, its step, is made where an
operation needs it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..tracing.recording import Operand, Operation, Piecewise, Recording

CLOCK = "clock"
"""The operation that makes the steps less a number, as floats."""


def _minimum(x: Any, y: Any, out: Any = None) -> Any:
    return np.minimum(x, y, out=out)  # NumPy deprecates a third argument without its name, here alone


def _maximum(x: Any, y: Any, out: Any = None) -> Any:
    return np.maximum(x, y, out=out)


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


@dataclass(frozen=True, eq=False)
class Stretch:
    """What is computed from step `first` on: the operations, their result, and the step at which that changes."""

    first: int
    operations: list[Operation]
    result: Operand
    end: float


class _Alias(NamedTuple):
    """Another name of a value."""

    name: str
    value: Operand


@lru_cache(maxsize=32)
def stretch_at(recording: Recording, first: int) -> Stretch:
    """The operations at step `first`, those of the parts that it is in; none of the parts has changed before `end`.

    A bound of a clock makes two parts: the clock, and a number.
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
                if isinstance(clock, str) and clock not in late:
                    raise UnknownError
                index = bisect_right(milestones, first - late[clock] if isinstance(clock, str) else clock)
                if isinstance(clock, str) and index < len(milestones):
                    end = min(end, math.ceil(milestones[index]) + late[clock])
                part = parts[index]
                waiting += [_Alias(result, part.result), *reversed(part.body), _Alias(part.step, clock)]
            case Operation(result, name, operands):
                known = tuple(names.get(one, one) for one in operands)
                match name, known:
                    case "subtract", (clock, int() as steps) if clock in late:
                        late[result] = late[clock] + steps
                    case "minimum" | "maximum", (clock, int() | float() as bound) if clock in late:
                        names[result], change = _bounded(name, clock, bound, first, late[clock])
                        end = min(end, change)
                    case _ if not any(isinstance(one, str) for one in known):
                        names[result] = _number(name, known)
                    case _:
                        operations.append(Operation(result, name, known))
    rate = recording.results["rate"]
    rate = names.get(rate, rate)
    return Stretch(first, _with_clocks(operations, rate, late), rate, end)


def _bounded(name: str, clock: Operand, bound: float, first: int, late: int) -> tuple[Operand, float]:
    """Which of the two a clock with a bound is at step `first`, and the step from which on it is the other."""
    below = first - late <= bound if name == "minimum" else first - late < bound
    change = (math.floor(bound) + 1 if name == "minimum" else math.ceil(bound)) + late
    return clock if below == (name == "minimum") else bound, change if below else math.inf


def _number(name: str, operands: tuple[Operand, ...]) -> float:
    """The result of an operation on numbers."""
    if name not in UFUNCS:
        raise UnknownError
    return float(UFUNCS[name](*map(float, operands)))


def _with_clocks(operations: list[Operation], result: Operand, late: dict[Operand, int]) -> list[Operation]:
    """The operations, and each clock in front of the first that reads it."""
    made: dict[Operand, Operation] = {}
    for operation in [*operations, Operation("", "", (result,))]:
        for clock in late.keys() & set(operation.operands) - made.keys():
            made[clock] = Operation(str(clock), CLOCK, (late[clock],))
        made[operation.result] = operation
    return [operation for operation in made.values() if operation.name]
