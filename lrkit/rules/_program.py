"""An update rule as a plain function that works in place: recorded from the rule's formula, and compiled.

A formula is written with operators, as in the paper. Run as it stands, every operator would allocate an array as large
as the parameter. The recorder runs it once on symbols, finds out where each intermediate result can live (in the
place of a state or weight that is not needed any more, or in one of a few scratch arrays), and writes a function of
ufunc calls that the rule then runs on one chunk after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

Formula = Callable[..., tuple[Any, Mapping[str, Any]]]
"""``formula(w, g, state, number, xp)``: the new weight, and the new states by name."""


@dataclass(frozen=True)
class Program:
    """A compiled rule. ``run(w, g, *states, *scratch, *numbers)`` updates the weight and the states where they are."""

    run: Callable[..., None]
    scratch: int
    numbers: tuple[str, ...]
    source: str


def record(formula: Formula, states: Sequence[str]) -> Program:
    """Compile a formula over a weight, a gradient, the named states and any numbers that it asks for."""
    tape = Tape()
    w, g = tape.given("w"), tape.given("g")
    olds = {name: tape.given(name) for name in states}
    new_w, news = formula(w, g, olds, Numbers(tape), XP)
    return tape.compiled({"w": new_w} | {name: news[name] for name in states})


class Value:
    """A symbol: a chunk given to the formula, a number, or the result of an operation on others."""

    def __init__(self, tape: Tape, name: str = "", ufunc: Any = None, operands: tuple[Value, ...] = ()) -> None:
        self.tape, self.name, self.ufunc, self.operands = tape, name, ufunc, operands

    def __add__(self, other: Any) -> Value:
        return self.tape.apply(np.add, self, other)

    def __sub__(self, other: Any) -> Value:
        return self.tape.apply(np.subtract, self, other)

    def __mul__(self, other: Any) -> Value:
        return self.tape.apply(np.multiply, self, other)

    def __truediv__(self, other: Any) -> Value:
        return self.tape.apply(np.divide, self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Value:
        return self.tape.apply(np.negative, self)


def _function(ufunc: Any) -> Callable[..., Value]:
    return lambda *operands: operands[0].tape.apply(ufunc, *operands)


XP = SimpleNamespace(
    sqrt=_function(np.sqrt),
    square=_function(np.square),
    abs=_function(np.abs),
    sign=_function(np.sign),
    pow=_function(np.power),
    maximum=_function(np.maximum),
)
"""The functions that a formula may use, beside the operators, under their names in the array API standard."""


class Numbers:
    """The numbers of a step, by attribute: ``number.rate``. Asking for one makes it an argument of the program."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def __getattr__(self, name: str) -> Value:
        return self._tape.number(name)


class Tape:
    """What a formula did, in order."""

    def __init__(self) -> None:
        self._given: list[Value] = []
        self._numbers: dict[str, Value] = {}
        self._results: list[Value] = []

    def given(self, name: str) -> Value:
        self._given.append(Value(self, name))
        return self._given[-1]

    def number(self, name: str) -> Value:
        return self._numbers.setdefault(name, Value(self, f"n_{name}"))

    def apply(self, ufunc: Any, *operands: Any) -> Value:
        if not all(isinstance(operand, Value) for operand in operands):
            raise TypeError("a formula takes its numbers from `number`")
        self._results.append(Value(self, "", ufunc, operands))
        return self._results[-1]

    def compiled(self, finals: Mapping[str, Value]) -> Program:
        """The function that leaves each final value in the place of its name."""
        lines, scratch = self._allocated(finals)
        arguments = [*(v.name for v in self._given), *scratch, *(v.name for v in self._numbers.values())]
        source = "\n    ".join([f"def run({', '.join(arguments)}):", *lines])
        scope: dict[str, Any] = {"copyto": np.copyto}
        scope |= {v.ufunc.__name__: v.ufunc for v in self._results}
        exec(source, scope)  # of names and ufuncs alone
        return Program(scope["run"], len(scratch), tuple(self._numbers), source)

    def _allocated(self, finals: Mapping[str, Value]) -> tuple[list[str], list[str]]:
        """The lines of the function, and the scratch arrays that they need."""
        wanted = {id(value): name for name, value in finals.items()}
        last = {id(v): k for k, result in enumerate(self._results) for v in result.operands}
        last |= dict.fromkeys(wanted, len(self._results))
        leads_to = self._leads_to(finals)
        place = {id(v): v.name for v in (*self._given, *self._numbers.values())}
        scratch: list[str] = []
        free: list[str] = []
        lines = []
        for k, result in enumerate(self._results):
            dying = list(dict.fromkeys(place[id(v)] for v in result.operands if last[id(v)] == k))
            home = wanted.get(id(result))
            homes = [home] if home else [name for name in dying if name in leads_to[id(result)]]
            reusable = [name for name in homes if name in dying] or [name for name in dying if name in scratch]
            if not reusable:
                if not free:
                    scratch.append(f"scratch{len(scratch)}")
                    free.append(scratch[-1])
                reusable = [free.pop()]
            place[id(result)] = reusable[0]
            free += [name for name in dying if name in scratch and name != reusable[0]]
            operands = ", ".join(place[id(v)] for v in result.operands)
            lines.append(f"{result.ufunc.__name__}({operands}, out={place[id(result)]})")
        lines += [f"copyto({name}, {place[id(v)]})" for name, v in finals.items() if place[id(v)] != name]
        return lines, scratch

    def _leads_to(self, finals: Mapping[str, Value]) -> dict[int, set[str]]:
        """For each result, the names whose final value is made from it: whose place it may take meanwhile."""
        leads: dict[int, set[str]] = {id(v): set() for v in (*self._given, *self._numbers.values(), *self._results)}
        for name, value in finals.items():
            leads[id(value)].add(name)
        for result in reversed(self._results):
            for operand in result.operands:
                leads[id(operand)] |= leads[id(result)]
        return leads
