"""What a formula does, as plain data: `record` calls it once, on symbols that write down each operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from .._namespaces import scalar

UPDATE_FUNCTIONS = ("sqrt", "square", "abs", "sign", "pow", "maximum", "minimum")
"""The functions that the formula of an update rule may use."""

Operand = str | int | float
"""The name of an input, a table or an earlier result; or a constant."""


class Operation(NamedTuple):
    """One operation, by its name in the array API standard.

    ``x ** y`` is ``__pow__``. `searchsorted` has its side in its name, and its table first.
    """

    result: str
    name: str
    operands: tuple[Operand, ...]


class Part(NamedTuple):
    """One part of a `Piecewise`: what it calls the step, its operations, and its result."""

    step: str
    body: tuple[Operation | Piecewise, ...]
    result: Operand


class Piecewise(NamedTuple):
    """A choice between parts: the first part is for steps before the first milestone, and so on."""

    result: str
    step: str
    milestones: tuple[float, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Recording:
    """The inputs of a formula, its operations in order, its results by name, and its tables by name."""

    inputs: tuple[str, ...]
    body: tuple[Operation | Piecewise, ...]
    results: Mapping[str, Operand]
    tables: Mapping[str, np.ndarray[Any, Any]]

    def operations(self) -> Iterator[Operation]:
        """Every operation, those of parts too."""
        return _operations(self.body)

    def parts(self) -> int:
        """How many parts its choices have, those inside of parts too."""
        return _parts(self.body)


def _operations(body: Iterable[Operation | Piecewise]) -> Iterator[Operation]:
    for statement in body:
        if isinstance(statement, Operation):
            yield statement
        else:
            for part in statement.parts:
                yield from _operations(part.body)


def _parts(body: Iterable[Operation | Piecewise]) -> int:
    inside = [statement.parts for statement in body if isinstance(statement, Piecewise)]
    return sum(len(parts) + sum(_parts(part.body) for part in parts) for parts in inside)


def record(formula: Callable[[Any, Any], Any]) -> Recording:
    """The recording of a schedule's ``formula(step, xp)``: its input is `step`, its result `rate`.

    Raises
    ------
    TypeError
        If the formula branches on the step, or computes with something else than numbers.
    AttributeError
        If it asks `xp` for a name that no namespace has.
    """
    recorder = _Recorder()
    rate = formula(recorder.input("step"), _ScheduleNamespace(recorder))
    return recorder.recording({"rate": rate})


def record_update(formula: Callable[..., tuple[Any, Mapping[str, Any]]], states: Sequence[str]) -> Recording:
    """The recording of an update rule's ``formula(w, g, states, number, xp)``.

    Its inputs are `w`, `g`, the states, and the numbers that the formula asks for; its results are `w` and the states.
    """
    recorder = _Recorder()
    w, g = recorder.input("w"), recorder.input("g")
    before = {name: recorder.input(name) for name in states}
    xp = SimpleNamespace(**{name: partial(recorder.apply, name) for name in UPDATE_FUNCTIONS})
    new_w, after = formula(w, g, before, _Numbers(recorder), xp)
    return recorder.recording({"w": new_w} | {name: after[name] for name in states})


def numbers_of(recording: Recording) -> tuple[str, ...]:
    """The numbers that an update rule asks for: its inputs after the weight, the gradient and the states."""
    return recording.inputs[len(recording.results) + 1 :]


class _Recorder:
    """Keeps what the symbols of one formula do."""

    def __init__(self) -> None:
        self._inputs: list[str] = []
        self._body: list[Operation | Piecewise] = []
        self._tables: dict[str, np.ndarray[Any, Any]] = {}
        self._count = 0

    def input(self, name: str) -> Symbol:
        if name in self._inputs:
            raise ValueError(f"a formula has two inputs {name!r}")
        self._inputs.append(name)
        return Symbol(self, name)

    def apply(self, name: str, *operands: Any) -> Symbol:
        self._count += 1
        result = f"v{self._count}"
        self._body.append(Operation(result, name, _operands(operands)))
        return Symbol(self, result)

    def table(self, values: Any) -> Symbol:
        name = self._new_name("table")
        self._tables[name] = np.ascontiguousarray(values)
        return Symbol(self, name)

    def piecewise(self, step: Symbol, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Symbol:
        outer, recorded = self._body, []
        for part in parts:
            self._body = []
            inner = Symbol(self, self._new_name("step"))
            (rate,) = _operands([part(inner)])
            recorded.append(Part(inner.name, tuple(self._body), rate))
        self._body = outer
        result = self._new_name("v")
        outer.append(Piecewise(result, step.name, tuple(milestones), tuple(recorded)))
        return Symbol(self, result)

    def recording(self, results: Mapping[str, Any]) -> Recording:
        operands = dict(zip(results, _operands(results.values()), strict=True))
        tables = MappingProxyType(self._tables)
        return Recording(tuple(self._inputs), tuple(self._body), MappingProxyType(operands), tables)

    def _new_name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"


def _operands(values: Iterable[Any]) -> tuple[Operand, ...]:
    """The names of symbols, and constants as they are."""
    operands: list[Operand] = []
    for value in values:
        if isinstance(value, Symbol):
            operands.append(value.name)
        elif isinstance(value, (int, float, np.integer, np.floating)):
            operands.append(value)  # type: ignore[arg-type]  # NumPy's numbers: a printer takes them, or refuses them
        else:
            raise TypeError(f"cannot record a {type(value).__name__}")
    return tuple(operands)


def _operator(name: str) -> tuple[Callable[[Symbol, Any], Symbol], Callable[[Symbol, Any], Symbol]]:
    """An operator, and the same with the operands swapped."""
    return (
        lambda self, other: self.recorder.apply(name, self, other),
        lambda self, other: self.recorder.apply(name, other, self),
    )


class Symbol:
    """A value that is not known yet: its operators are recorded."""

    __slots__ = ("name", "recorder")

    def __init__(self, recorder: _Recorder, name: str) -> None:
        self.recorder = recorder
        self.name = name

    def __bool__(self) -> bool:
        raise TypeError("a formula branches on its fields only, never on the step: use xp.where or xp.piecewise")

    __float__ = __int__ = __index__ = __iter__ = __bool__
    __hash__ = None  # type: ignore[assignment]  # `step in {30, 60}` is a branch on the step too

    __add__, __radd__ = _operator("add")
    __sub__, __rsub__ = _operator("subtract")
    __mul__, __rmul__ = _operator("multiply")
    __truediv__, __rtruediv__ = _operator("divide")
    __floordiv__, __rfloordiv__ = _operator("floor_divide")
    __mod__, __rmod__ = _operator("remainder")
    __pow__, __rpow__ = _operator("__pow__")
    __lt__, __gt__ = _operator("less")[0], _operator("greater")[0]
    __le__, __ge__ = _operator("less_equal")[0], _operator("greater_equal")[0]
    __eq__, __ne__ = _operator("equal")[0], _operator("not_equal")[0]  # type: ignore[assignment]

    def __neg__(self) -> Symbol:
        return self.recorder.apply("negative", self)

    def __abs__(self) -> Symbol:
        return self.recorder.apply("abs", self)


class _Numbers:
    """The numbers of an update rule, by attribute: the first use of a name makes it an input."""

    def __init__(self, recorder: _Recorder) -> None:
        self._recorder = recorder

    def __getattr__(self, name: str) -> Symbol:
        number = self._recorder.input(name)
        setattr(self, name, number)
        return number


def _folding(name: str) -> Any:
    """A function that is recorded where a symbol is among its operands, and computed where all are constants."""
    of_constants = getattr(scalar, name)

    def function(self: _ScheduleNamespace, *operands: Any) -> Any:
        for operand in operands:
            if isinstance(operand, Symbol):
                return self.recorder.apply(name, *operands)
        return of_constants(*operands)

    return function


class _ScheduleNamespace:
    """The functions that the formula of a schedule may use: those of the other namespaces."""

    def __init__(self, recorder: _Recorder) -> None:
        self.recorder = recorder

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(scalar.unknown(name))

    minimum, maximum, pow = _folding("minimum"), _folding("maximum"), _folding("pow")
    floor, ceil, floor_divide = _folding("floor"), _folding("ceil"), _folding("floor_divide")
    sqrt, exp, log = _folding("sqrt"), _folding("exp"), _folding("log")
    cos, sin, tanh = _folding("cos"), _folding("sin"), _folding("tanh")

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        if isinstance(condition, Symbol):
            return self.recorder.apply("where", condition, x, y)
        return x if condition else y

    def take(self, table: Any, index: Any) -> Symbol:
        return self.recorder.apply("take", self.recorder.table(table), index)

    def searchsorted(self, points: Any, x: Any, /, *, side: str = "left") -> Symbol:
        return self.recorder.apply(f"searchsorted_{side}", self.recorder.table(points), x)

    def piecewise(self, step: Any, milestones: Sequence[float], parts: Sequence[Callable[[Any], Any]]) -> Any:
        if isinstance(step, Symbol):
            return self.recorder.piecewise(step, milestones, parts)
        return scalar.piecewise(step, milestones, parts)
