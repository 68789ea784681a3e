"""An update rule as a loop over numbers: Python so small that numba compiles it.

It reads each number of the weight, the gradient and the states once, and writes it once.
"""

from __future__ import annotations

from .python import INDENT, Writer
from .recording import Operation, Recording, numbers_of

EXPRESSIONS = {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "negative": "-{}",
    "sqrt": "sqrt({})",
    "square": "{0} * {0}",
    "abs": "abs({})",
    "sign": "sign({0}) if {0} != 0 else abs({0})",  # of -0 it is 0 in NumPy
    # of something that is no number it is no number
    "maximum": "{0} if {0} >= {1} or {0} != {0} else {1}",
    "minimum": "{0} if {0} <= {1} or {0} != {0} else {1}",
}
"""The operations whose results IEEE 754 fixes to the last bit, so that compiled code has NumPy's. Powers are none."""


def source(recording: Recording) -> str | None:
    """The text of a module with ``run(w, g, *states, *numbers)``; None if an operation is rounded as a library likes.

    The arrays are flat. The numbers are arrays without dimensions, of the same type.
    """
    if any(not isinstance(line, Operation) or line.name not in EXPRESSIONS for line in recording.body):
        return None
    numbers = numbers_of(recording)
    names = {array: f"{array}_i" for array in recording.inputs if array not in numbers}
    writer = Writer(EXPRESSIONS, _constant, dict(names))
    writer.write(recording.body, 2 * INDENT)
    lines = [
        "from math import sqrt",
        "from numpy import sign",
        "",
        "",
        f"def run({', '.join(recording.inputs)}):",
        *(f"{INDENT}{number} = {number}[()]" for number in numbers),
        f"{INDENT}for i in range(w.size):",
        *(f"{2 * INDENT}{name} = {array}[i]" for array, name in names.items()),
        *writer.lines,
        *(f"{2 * INDENT}{array}[i] = {names.get(str(value), value)}" for array, value in recording.results.items()),
    ]
    return "\n".join(lines) + "\n"


def _constant(value: int | float) -> str:
    raise TypeError("a formula takes its numbers from `number`")
