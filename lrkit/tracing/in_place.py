"""An update rule as a function that works in place: calls of NumPy's ufuncs that overwrite the weight and the states.

A formula is written with operators, as in the paper. Run as it stands, every operator would allocate an array as large
as the parameter. Here each result gets a place: that of the weight or of a state whose old value is not needed any
more, or one of a few scratch arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .python import INDENT, compiled
from .recording import Operand, Operation, Recording, numbers_of

UFUNCS = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "negative": np.negative,
    "sqrt": np.sqrt,
    "square": np.square,
    "abs": np.abs,
    "sign": np.sign,
    "pow": np.power,
    "maximum": np.maximum,
    "minimum": np.minimum,
}


@dataclass(frozen=True)
class Program:
    """A compiled rule. ``run(w, g, *states, *numbers, *scratch)`` updates the weight and the states in place.

    One that is `whole` is quickest with all of a tensor at once, since it goes through the memory once.
    """

    run: Callable[..., None]
    numbers: tuple[str, ...]
    scratch: int
    whole: bool = False


def program(recording: Recording, owner: str) -> Program:
    """The recording of an update rule as a function of arrays; the numbers are arrays without dimensions."""
    numbers = numbers_of(recording)
    places: dict[Operand, str] = {name: f"n_{name}" if name in numbers else name for name in recording.inputs}
    arguments = list(places.values())
    operations = [statement for statement in recording.body if isinstance(statement, Operation)]
    scratch = _allocate(operations, recording.results, places)
    lines = []
    for result, name, operands in operations:
        lines.append(f"{name}({', '.join(map(places.__getitem__, operands))}, out={places[result]})")
    lines += [f"copyto({name}, {places[value]})" for name, value in recording.results.items() if places[value] != name]
    source = f"\n{INDENT}".join([f"def run({', '.join([*arguments, *scratch])}):", *lines]) + "\n"
    return Program(compiled(source, "run", UFUNCS | {"copyto": np.copyto}, owner), numbers, len(scratch))


def _allocate(operations: list[Operation], results: Mapping[str, Operand], places: dict[Operand, str]) -> list[str]:
    """Add a place for each result to `places`; the scratch arrays among them."""
    last_use = {operand: k for k, operation in enumerate(operations) for operand in operation.operands}
    if set(map(type, last_use)) - {str}:
        raise TypeError("a formula takes its numbers from `number`")
    last_use |= dict.fromkeys(results.values(), len(operations))
    targets = _targets(operations, results)
    scratch: list[str] = []
    free: list[str] = []
    for k, (result, _, operands) in enumerate(operations):
        place = ""
        for operand in dict.fromkeys(operands):
            if last_use[operand] != k:
                continue
            if places[operand] in scratch:
                free.append(places[operand])
            elif not place and places[operand] in targets[result]:
                place = places[operand]
        if not place:
            if not free:
                scratch.append(f"scratch{len(scratch)}")
                free.append(scratch[-1])
            place = free.pop()
        places[result] = place
    return scratch


def _targets(operations: list[Operation], results: Mapping[str, Operand]) -> Mapping[Operand, set[str]]:
    """The places that a value may overwrite: its own if it is a result of the rule, else those that it leads to."""
    leads_to: defaultdict[Operand, set[str]] = defaultdict(set)
    for name, value in results.items():
        leads_to[value].add(name)
    for result, _, operands in reversed(operations):
        for operand in operands:
            leads_to[operand] |= leads_to[result]
    for name, value in results.items():
        leads_to[value] = {name}
    return leads_to
