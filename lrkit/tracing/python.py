"""A recording as Python code, with the operations of the scalar namespace: the same rates, bit for bit."""

from __future__ import annotations

import linecache
import math
import weakref
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from .recording import Operand, Operation, Part, Piecewise, Recording

FUNCTIONS = ("floor", "ceil", "sqrt", "exp", "log", "cos", "sin", "tanh")
EXPRESSIONS = {name: f"{name}({{}})" for name in FUNCTIONS} | {
    "add": "{} + {}",
    "subtract": "{} - {}",
    "multiply": "{} * {}",
    "divide": "{} / {}",
    "floor_divide": "{} // {}",
    "remainder": "{} % {}",
    "pow": "{} ** {}",
    "__pow__": "{} ** {}",
    "negative": "-{}",
    "abs": "abs({})",
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "greater": "{} > {}",
    "greater_equal": "{} >= {}",
    "equal": "{} == {}",
    "not_equal": "{} != {}",
    "minimum": "{0} if {0} < {1} else {1}",
    "maximum": "{0} if {0} > {1} else {1}",
    "where": "{1} if {0} else {2}",
    "take": "{}[floor({})]",
    "searchsorted_left": "bisect_left({}, {})",
    "searchsorted_right": "bisect_right({}, {})",
}
"""How each operation is written, of names and constants."""
PASTED = EXPRESSIONS | {name: f"math.{EXPRESSIONS[name]}" for name in FUNCTIONS}
PASTED |= {"minimum": "min({}, {})", "maximum": "max({}, {})", "take": "{}[int({})]"}
"""The same in code that is read, and that needs `math` and `bisect`."""
SCOPE = {name: getattr(math, name) for name in FUNCTIONS} | {
    "bisect_left": bisect_left,
    "bisect_right": bisect_right,
    "nan": math.nan,
}
INDENT = "    "


def constant(value: int | float) -> str:
    """A constant as it stands in an expression: a negative one in parentheses, since ``-2 ** x`` is ``-(2 ** x)``."""
    if type(value) not in (int, float, bool):
        raise TypeError(f"cannot record a {type(value).__name__}")
    text = repr(value).replace("inf", "1e999")
    return f"({text})" if text[0] == "-" else text


@dataclass
class Writer:
    """Writes operations as lines of Python. `names` says what stands for some of the tables and results."""

    expressions: Mapping[str, str]
    constant: Callable[[int | float], str]
    names: dict[str, str]
    lines: list[str] = field(default_factory=list)

    def write(self, body: tuple[Operation | Piecewise, ...], indent: str = "") -> None:
        """Append the operations to `lines`, one in each."""
        names, constant = self.names, self.constant
        for statement in body:
            if isinstance(statement, Piecewise):
                self._write_choice(statement, statement.parts, statement.milestones, indent)
            elif statement.result not in names:
                operands = []
                for operand in statement.operands:  # before Python 3.12 a comprehension is one more call
                    known = names.get(operand, operand) if isinstance(operand, str) else constant(operand)
                    operands.append(known)
                expression = self.expressions[statement.name].format(*operands)
                self.lines.append(f"{indent}{statement.result} = {expression}")

    def _write_choice(
        self, whole: Piecewise, parts: tuple[Part, ...], milestones: tuple[float, ...], indent: str
    ) -> None:
        """A tree of ``if step < milestone``, so that a step meets about log2 of the milestones."""
        if len(parts) == 1:
            self.names[parts[0].step] = self._operand(whole.step)
            self.write(parts[0].body, indent)
            self.lines.append(f"{indent}{whole.result} = {self._operand(parts[0].result)}")
            return
        middle = len(parts) // 2
        milestone = self.constant(milestones[middle - 1])
        self.lines.append(f"{indent}if {self._operand(whole.step)} < {milestone}:")
        self._write_choice(whole, parts[:middle], milestones[: middle - 1], indent + INDENT)
        self.lines.append(f"{indent}else:")
        self._write_choice(whole, parts[middle:], milestones[middle:], indent + INDENT)

    def _operand(self, value: Operand) -> str:
        return self.names.get(value, value) if isinstance(value, str) else self.constant(value)


def rate_function(recording: Recording, otherwise: Callable[[Any], float], owner: str) -> Callable[[Any], float]:
    """The rate as a function of the step that returns a finite `float`.

    Where it would raise, or return anything else, it returns what `otherwise` does.
    """
    body, names = _with_few_names(recording.body, {}, 0)
    rate = recording.results["rate"]
    rate = names.get(rate, rate)
    writer = Writer(EXPRESSIONS, constant, {})
    writer.write(body, 2 * INDENT)
    lines = [
        "def rate(step):",
        "    try:",
        *writer.lines,
        # The factor makes an integer a float. The comparison raises for a complex number.
        f"        result = 1.0 * {rate if isinstance(rate, str) else constant(rate)}",
        "        if -1e999 < result < 1e999:",
        "            return result",
        "    except Exception:",
        "        pass",
        "    return otherwise(step)",
    ]
    scope = SCOPE | {"otherwise": otherwise}
    for name, table in recording.tables.items():
        scope[name] = table.data  # its elements are Python numbers
    function: Callable[[Any], float] = compiled("\n".join(lines) + "\n", "rate", scope, owner)
    return function


Body = tuple[Operation | Piecewise, ...]


def _with_few_names(body: Body, known: dict[Operand, Operand], taken: int) -> tuple[Body, dict[Operand, Operand]]:
    """The same operations, whose results share names where only one of them is computed: in parts of a piecewise.

    A function of Python's makes room for all its names at each call, so a thousand parts would cost as many names.
    """
    names = dict(known)
    renamed: list[Operation | Piecewise] = []
    for statement in body:
        taken += 1
        name = f"v{taken}"
        if isinstance(statement, Operation):
            operands = tuple(names.get(operand, operand) for operand in statement.operands)
            renamed.append(Operation(name, statement.name, operands))
        else:
            parts = []
            for part in statement.parts:
                inner, found = _with_few_names(part.body, names, taken)
                parts.append(Part(part.step, inner, found.get(part.result, part.result)))
            step = names.get(statement.step, statement.step)
            renamed.append(Piecewise(name, str(step), statement.milestones, tuple(parts)))
        names[statement.result] = name
    return tuple(renamed), names


def compiled(source: str, name: str, scope: dict[str, Any], owner: str) -> Any:
    """The function of that name that the source defines. Tracebacks and debuggers show its lines while it exists."""
    while _GONE:
        linecache.cache.pop(_GONE.popleft(), None)
    file = f"<lrkit {owner} {next(_SERIAL)}>"
    exec(compile(source, file, "exec"), scope)
    function = scope[name]
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    weakref.finalize(function, _GONE.append, file).atexit = False
    return function


_SERIAL = count(1)
_GONE: deque[str] = deque()
"""Files whose functions are gone. They leave the cache with the next function: a function may go at any time, and so
while `linecache` goes through its cache.
"""
