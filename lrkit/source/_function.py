"""A formula as the source of a plain function of the step, in Python or JavaScript, which needs nothing installed."""

from __future__ import annotations

import ast
import math
import textwrap
from collections.abc import Sequence
from copy import deepcopy

from ..catalogue._recognition import text_of
from ..schedules._base import LearningRateSchedule
from ..tracing import Recording, javascript, python, record
from ._calls import WIDTH
from ._readable import Inliner, Neutral, in_letters, returned

LONGEST_LIST = 64
"""How many numbers a list in the code may have."""
MOST_LINES = 60
"""How long the function may be."""
EXPRESSIONS = (80, 60, 40, 20, 0)
"""How long an expression may grow before it gets a name: the first with which all lines are short."""
REFUSALS = (TypeError, ValueError, AttributeError, NotImplementedError, OverflowError)
"""What recording a formula raises where it cannot be recorded, and what reading the code does."""


def function_lines(schedule: LearningRateSchedule, name: str) -> list[str] | None:
    """The lines of a function that returns a schedule's rate at a whole step, bit for bit; None if too long."""
    try:
        recording = record(schedule.formula)
        if recording.parts() > MOST_LINES:  # each takes a line
            return None
        lines = _short_lines(_Formula(recording, LONGEST_LIST), name)
    except REFUSALS:
        return None
    return lines if 0 < len(lines) <= MOST_LINES else None


def python_lines(schedule: LearningRateSchedule, name: str) -> list[str]:
    """The same, however long it is, and for steps that are not whole too."""
    formula = _recorded(schedule)
    return [*_comment("# ", schedule), *(_short_lines(formula, name) or _python(formula, name, formula.body(0)))]


def javascript_lines(schedule: LearningRateSchedule, name: str) -> list[str]:
    """The same as a function in JavaScript."""
    formula = _recorded(schedule)
    for longest in EXPRESSIONS:
        lines = javascript.function_lines(name, formula.body(longest))
        if max(map(len, lines)) <= WIDTH:
            break
    used = [javascript.list_lines(*item) for item in formula.used(lines)]
    return [*_comment("// ", schedule), *(line for text in used for line in text), *([""] if used else []), *lines]


def _recorded(schedule: LearningRateSchedule) -> _Formula:
    try:
        return _Formula(record(schedule.formula), None)
    except REFUSALS as error:
        owner = type(schedule).__name__
        raise ValueError(f"as_source: {owner}: its formula cannot be written as a function: {error}") from None


def _comment(sign: str, schedule: LearningRateSchedule) -> list[str]:
    text = f"{sign}{text_of(schedule)}"
    return [text] if len(text) <= WIDTH else []


class _Formula:
    """The statements of a recording as Python's, and the lists of numbers that they use."""

    def __init__(self, recording: Recording, longest_list: int | None) -> None:
        self.lists, names = _tables(recording, longest_list)
        rate = recording.results["rate"]
        writer = python.Writer(python.PASTED, _constant, names)
        writer.write(recording.body)
        result = names.get(rate, rate) if isinstance(rate, str) else _constant(float(rate))
        tree = _Signed().visit(ast.parse("\n".join([*writer.lines, f"return {result}"])))
        self._statements = _WholeIndices(tree, of_whole_steps=longest_list is not None).visit(tree).body

    def body(self, longest: int) -> list[ast.stmt]:
        """The statements made readable, with expressions of up to so many characters."""
        return in_letters(returned(Neutral().block(Inliner(deepcopy(self._statements), longest).body)))

    def used(self, lines: Sequence[str]) -> list[tuple[str, list[float]]]:
        text = "\n".join(lines)
        return [(name, values) for name, values in self.lists.items() if f"{name}[" in text or f"{name}," in text]


def _short_lines(formula: _Formula, name: str) -> list[str]:
    """The lines of the function in Python, none of which is long; no line if there is no such way."""
    functions = (_python(formula, name, formula.body(longest)) for longest in EXPRESSIONS)
    return next((lines for lines in functions if max(map(len, lines)) <= WIDTH), [])


def _python(formula: _Formula, name: str, body: list[ast.stmt]) -> list[str]:
    function = ast.FunctionDef(name, ast.arguments([], [ast.arg("step")], None, [], [], None, []), body, [])
    lines = ast.unparse(ast.fix_missing_locations(function)).splitlines()
    text = "\n".join(lines)
    needed = ["import math"] if "math." in text else []
    bisections = [found for found in ("bisect_left", "bisect_right") if f"{found}(" in text]
    needed += [f"from bisect import {', '.join(bisections)}"] if bisections else []
    used = [line for item in formula.used(lines) for line in _list_lines(*item)]
    return [*needed, *([""] if needed else []), *used, *(["", ""] if used else []), *lines]


def _tables(recording: Recording, longest: int | None) -> tuple[dict[str, list[float]], dict[str, str]]:
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
        if longest is not None and len(numbers) > longest:
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


class _WholeIndices(ast.NodeTransformer):
    """Leaves out `int` where a number is an integer already, as a place in a list is."""

    def __init__(self, tree: ast.AST, *, of_whole_steps: bool) -> None:
        values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    values.setdefault(ast.unparse(target), []).append(node.value)
        self._whole = {"step"} if of_whole_steps else set()
        while found := {name for name in values.keys() - self._whole if all(map(self._is_whole, values[name]))}:
            self._whole |= found

    def _is_whole(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant(value):
                return type(value) is int
            case ast.Name(name):
                return name in self._whole
            case ast.Call(ast.Name("bisect_left" | "bisect_right")):
                return True
            case ast.Call(ast.Name("min" | "max"), operands):
                return all(map(self._is_whole, operands))
            case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv(), right):
                return self._is_whole(left) and self._is_whole(right)
        return False

    def visit_Call(self, node: ast.Call) -> ast.expr:  # the name that `ast` looks for
        match node:
            case ast.Call(ast.Name("int"), [place]) if self._is_whole(place):
                return place
        self.generic_visit(node)
        return node


def _list_lines(name: str, values: Sequence[float]) -> list[str]:
    text = f"{name} = [{', '.join(map(repr, values))}]"
    if len(text) <= WIDTH:
        return [text]
    inside = textwrap.wrap(", ".join(map(repr, values)), WIDTH - 4)
    return [f"{name} = [", *(f"    {line}" for line in inside), "]"]
