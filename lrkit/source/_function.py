"""A formula as the source of a plain Python function of the step, which needs nothing but `math`."""

from __future__ import annotations

import ast
import math
import textwrap
from collections.abc import Sequence
from copy import deepcopy

from ..schedules._base import LearningRateSchedule
from ..tracing import Recording, python, record
from ._calls import WIDTH
from ._readable import Inliner, Neutral, in_letters, returned

LONGEST_LIST = 64
"""How many numbers a list in the code may have."""
MOST_LINES = 60
"""How long the function may be."""
EXPRESSIONS = (80, 60, 40, 20, 0)
"""How long an expression may grow before it gets a name: the first with which all lines are short."""
WRITTEN = python.EXPRESSIONS | {name: f"math.{python.EXPRESSIONS[name]}" for name in python.FUNCTIONS}
WRITTEN |= {"minimum": "min({}, {})", "maximum": "max({}, {})", "take": "{}[{}]"}
"""How each operation is written."""


def function_lines(schedule: LearningRateSchedule, name: str) -> list[str] | None:
    """The lines of a function that returns a schedule's rate at a step, bit for bit; None if it would be too long."""
    try:
        lines = _lines(record(schedule.formula), name)
    except (TypeError, ValueError, AttributeError, NotImplementedError, OverflowError):  # cannot be recorded
        return None
    return lines if 0 < len(lines) <= MOST_LINES else None


def _lines(recording: Recording, name: str) -> list[str]:
    lists, names = _tables(recording)
    rate = recording.results["rate"]
    result = names.get(rate, rate) if isinstance(rate, str) else _constant(float(rate))
    writer = python.Writer(WRITTEN, _constant, names)
    writer.write(recording.body)
    statements = _Signed().visit(ast.parse("\n".join([*writer.lines, f"return {result}"]))).body
    functions = (_function(name, statements, longest) for longest in EXPRESSIONS)
    lines = next((lines for lines in functions if max(map(len, lines)) <= WIDTH), [])
    text = "\n".join(lines)
    needed = ["import math"] if "math." in text else []
    needed += ["from bisect import bisect_right"] if "bisect_right(" in text else []
    used = [line for key, values in lists.items() if key in text for line in _list_lines(key, values)]
    return [*needed, *([""] if needed else []), *used, *(["", ""] if used else []), *lines]


def _tables(recording: Recording) -> tuple[dict[str, list[float]], dict[str, str]]:
    """The lists of numbers that the code needs, by name; and what stands for the tables and for values of one."""
    lists: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    for operation in recording.operations():
        table = str(operation.operands[0])
        if table not in recording.tables:
            continue
        numbers = recording.tables[table].tolist()
        if operation.name == "take" and len(set(numbers)) == 1:
            names[operation.result] = _constant(numbers[0])
            continue
        if len(numbers) > LONGEST_LIST:
            raise ValueError("too many numbers for a list in the code")
        known = next((key for key, values in lists.items() if values == numbers), f"LIST_{len(lists) + 1}")
        lists[known], names[table] = numbers, known
    return lists, names


def _constant(value: int | float) -> str:
    if type(value) is float and abs(value) == math.pi:
        return "math.pi" if value > 0 else "(-math.pi)"
    return python.constant(value)


class _Signed(ast.NodeTransformer):
    """A negative number as one constant."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        match node:
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
                return ast.Constant(-value)
        self.generic_visit(node)
        return node


def _function(name: str, statements: list[ast.stmt], longest: int) -> list[str]:
    body = in_letters(returned(Neutral().block(Inliner(deepcopy(statements), longest).body)))
    function = ast.FunctionDef(name, ast.arguments([], [ast.arg("step")], None, [], [], None, []), body, [])
    return ast.unparse(ast.fix_missing_locations(function)).splitlines()


def _list_lines(name: str, values: Sequence[float]) -> list[str]:
    text = f"{name} = [{', '.join(map(repr, values))}]"
    if len(text) <= WIDTH:
        return [text]
    inside = textwrap.wrap(", ".join(map(repr, values)), WIDTH - 4)
    return [f"{name} = [", *(f"    {line}" for line in inside), "]"]
