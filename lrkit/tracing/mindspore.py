"""A recording as the text of a function in MindSpore's operations: graph mode reads the text of what it runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .python import EXPRESSIONS, INDENT
from .recording import Operand, Operation, Piecewise, Recording

INT32 = 2**31
OF_FLOATS = ("floor", "ceil", "sqrt", "exp", "log", "cos", "sin", "tanh", "pow")
"""The operations of ``mindspore.ops`` whose operands are made float32."""
OPERATIONS = ("f32", "position", "before", "gather", "where", "minimum", "maximum", *OF_FLOATS)
"""The names that a written function is given: the first four by the adapter, the rest by ``mindspore.ops``."""

Arrays = dict[str, np.ndarray[Any, Any]]


def source(recording: Recording) -> tuple[str, Arrays]:
    """The text of ``make``, which takes operations and arrays and returns the function; and the arrays, by name.

    Integer steps stay integers until the formula divides; all else is float32.
    """
    rate, arrays = recording.results["rate"], _arrays(recording)
    result = f"f32({rate})" if isinstance(rate, str) else f"0.0 * step + {_constant(rate)}"  # in the step's shape
    lines = [
        f"def make({', '.join([*OPERATIONS, *arrays])}):",
        f"{INDENT}def rate(step):",
        *(f"{2 * INDENT}{line}" for line in _statements(recording.body)),
        f"{2 * INDENT}return {result}",
        f"{INDENT}return rate",
    ]
    return "\n".join(lines) + "\n", arrays


def _arrays(recording: Recording) -> Arrays:
    arrays: Arrays = {}
    for operation in recording.operations():
        if operation.name == "searchsorted_left":
            raise NotImplementedError("searchsorted from the left")
        name = str(operation.operands[0])
        if operation.name == "take":
            arrays[name] = np.asarray(recording.tables[name], np.float32)
        if operation.name == "searchsorted_right":
            points = np.asarray(recording.tables[name], np.float64)
            whole = np.ceil(points)  # an integer is past a point if it is past the next integer
            arrays[f"{name}_whole"] = np.asarray(whole[whole < INT32], np.int32)
            arrays[name] = np.asarray(points, np.float32)
    return arrays


def _statements(body: tuple[Operation | Piecewise, ...]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, Piecewise):
            yield from _choice(statement)
        else:
            yield f"{statement.result} = {_expression(statement.name, *statement.operands)}"


def _expression(name: str, *operands: Operand) -> str:
    if name in OF_FLOATS:
        return f"{name}({', '.join(map(_float, operands))})"
    written = list(map(_operand, operands))
    match name:
        case "take":
            return f"gather({', '.join(written)})"
        case "searchsorted_right":
            return f"position({written[0]}_whole, {', '.join(written)})"
        case "where" | "minimum" | "maximum":
            return f"{name}({', '.join(written)})"
    return EXPRESSIONS[name].format(*written)


def _choice(whole: Piecewise) -> Iterator[str]:
    """Every part for every step, then a choice.

    Outside its interval a part gets the step next to it: it might look up a rate that is not there.
    Nothing differentiates by the step.
    """
    edges = [-math.inf, *whole.milestones, math.inf]
    chosen = ""
    for k in reversed(range(len(whole.parts))):
        part, low, high = whole.parts[k], edges[k], edges[k + 1]
        yield f"{part.step} = {_within(whole.step, low, high)}"
        yield from _statements(part.body)
        rate = _operand(part.result)
        if chosen:
            rate = f"where({_before(whole.step, high)}, {rate}, {chosen})"
        chosen = f"{whole.result}_{k}" if k else whole.result
        yield f"{chosen} = {rate}"


def _before(step: str, milestone: float) -> str:
    """Whether `step` is before a milestone, whose fraction float32 may not hold."""
    whole = math.ceil(milestone)
    if whole == milestone:
        return f"{step} < {_constant(whole)}"
    return f"before({step}, {_constant(whole)}, {_constant(milestone)})"


def _within(step: str, low: float, high: float) -> str:
    """`step`, no more than a step outside an interval; an end that no int32 reaches is left out."""
    if -INT32 < low < INT32:
        step = f"maximum({step}, {_constant(math.floor(low))})"
    return f"minimum({step}, {_constant(math.ceil(high))})" if high < INT32 else step


def _operand(value: Operand) -> str:
    return value if isinstance(value, str) else _constant(value)


def _float(value: Operand) -> str:
    return f"f32({value})" if isinstance(value, str) else _constant(float(value))


def _constant(value: int | float) -> str:
    """A constant; an integer that int32 does not hold is a float."""
    is_whole = isinstance(value, (int, np.integer)) and abs(int(value)) < INT32
    text = repr(bool(value) if isinstance(value, bool) else int(value) if is_whole else float(value))
    text = text.replace("inf", "1e309")
    return f"({text})" if text[0] == "-" else text
