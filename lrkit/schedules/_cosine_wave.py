"""The cosine of angles that grow evenly, as those of consecutive steps do: by angle addition, without calling `cos`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..tracing.recording import Operand, Operation

Floats = np.ndarray[Any, np.dtype[np.float64]]
WAVE = "wave"
"""The operation ``gain * cos(angle) + sum(summands)`` of an angle that grows by `slope` a step.

Its operands are the angle, the slope, the gain, and the summands.
"""
WIDEST = 0.25
"""How wide a block may be, in radians."""
FEWEST = 2048
"""Blocks of fewer angles are not worth the calls."""
BIAS = 0.125


class CosineWave:
    """``gain * cos(x) + sum(summands)`` of blocks of angles ``x`` that grow by `slope`, but for a few roundings.

    Each angle is ``middle of the block + place in the block + rest``. By angle addition ::

        cos(x) = cos(middle) - cos(middle) * (1 - cos(place)) - sin(middle) * (sin(place) + rest)

    but for what is below 2**-53. What depends on the place is the same in all blocks: `bend` is ``sin(place) - place``,
    so that ``x - middle + bend`` is the sine and the rest; `fall` is ``1 - cos(place) + BIAS``. All but the constant is
    small, so the only rounding that counts is that of the sum. The constant is the nearest float; what it lacks is so
    small that it is brought in by the factor of `fall`, of which the bias is the greatest part.
    """

    def __init__(self, longest: int) -> None:
        self._half = longest // 2
        self._slope = math.nan
        self._gain = 0.0
        self._summands: tuple[float, ...] = ()
        self._fall, self._bend, self._scratch = np.empty((3, longest))

    def of(self, slope: Any, gain: Any, *summands: Any) -> CosineWave:
        """Become the wave of a curve."""
        self._gain, self._summands = gain, summands
        if slope != self._slope:
            self._slope = slope
            place = np.arange(-self._half, self._half) * slope
            sine = np.sin(place)
            np.subtract(sine, place, self._bend)
            square = sine * sine
            np.add(square / (1 + np.sqrt(1 - square)), BIAS, self._fall)
        return self

    def __call__(self, x: Floats, out: Floats) -> None:
        """Write the wave of `x` into `out`, which may be `x` itself."""
        first = self._half - x.size // 2
        place = slice(first, first + x.size)
        middle, scratch = float(x[x.size // 2]), self._scratch[: x.size]
        sine, cosine = self._gain * math.sin(middle), self._gain * math.cos(middle)
        terms = (*self._summands, cosine, BIAS * cosine)
        constant = math.fsum(terms)
        lacking = math.fsum((*terms, -constant))
        np.subtract(x, middle, out)  # exact where the angles are large
        np.add(out, self._bend[place], out)
        np.multiply(out, -sine, out)
        np.multiply(self._fall[place], cosine - lacking / BIAS, scratch)
        np.subtract(out, scratch, out)
        np.add(out, constant, out)


class _Line(NamedTuple):
    """What grows by `slope` a step up to the size `largest`, and is off by up to `error` * 2**-53."""

    slope: float
    largest: float
    error: float = 0.0

    def scaled(self, factor: float, summand: float) -> _Line:
        """`factor` times this, plus `summand`, computed in float64."""
        largest = abs(factor) * self.largest + abs(summand)
        return _Line(factor * self.slope, largest, abs(factor) * self.error + largest)

    def longest_block(self) -> int:
        """How many steps a block may have: its width times the rest, twice the error of an angle, is below 2**-52."""
        return int(min(WIDEST, 1 / self.error) / abs(self.slope)) if self.slope else 0


def with_waves(
    operations: list[Operation], result: Operand, clocks: Mapping[Operand, int], longest: int
) -> tuple[list[Operation], int]:
    """The operations with waves in place of cosines of lines, and how many steps a block of them may have.

    They are those on consecutive steps; `clocks` has the largest size of each clock. A factor of a cosine and what is
    added to it become part of its wave. Where blocks would be too short, the operations stay as they are.
    """
    lines: dict[Operand, _Line] = {clock: _Line(1.0, last) for clock, last in clocks.items()}
    uses = Counter([result, *(one for operation in operations for one in operation.operands)])
    made: dict[Operand, Operation] = {}
    shortest = longest
    for operation in operations:
        value, factor, summand = _affine(operation)
        made[operation.result] = operation
        if value in lines:
            lines[operation.result] = lines[value].scaled(factor, summand)
        elif value in made and _takes(made[value], factor) and uses[value] == 1:
            angle, slope, *numbers = made.pop(value).operands
            scaled = (factor * float(number) for number in numbers)
            made[operation.result] = Operation(operation.result, WAVE, (angle, slope, *scaled, float(summand)))
        elif operation.name == "cos" and operation.operands[0] in lines:
            line = lines[operation.operands[0]]
            made[operation.result] = Operation(operation.result, WAVE, (operation.operands[0], line.slope, 1.0))
            shortest = min(shortest, line.longest_block())
    return (list(made.values()), shortest) if shortest >= FEWEST else (operations, longest)


def _takes(operation: Operation, factor: float) -> bool:
    """Whether an operation is a wave that a factor may become part of: one may, since numbers round after each."""
    return operation.name == WAVE and 1 in (abs(factor), abs(float(operation.operands[2])))


def _affine(operation: Operation) -> tuple[Operand | None, float, float]:
    """The value, the factor and the summand, if the operation is ``factor * value + summand`` of one value."""
    match operation.name, operation.operands:
        case "negative", (str(value),):
            return value, -1.0, 0.0
        case "multiply", (str(value), int() | float() as number) | (int() | float() as number, str(value)):
            return value, number, 0.0
        case "divide", (str(value), int() | float() as number):
            return value, 1 / number, 0.0
        case "add", (str(value), int() | float() as number) | (int() | float() as number, str(value)):
            return value, 1.0, number
        case "subtract", (str(value), int() | float() as number):
            return value, 1.0, -number
        case "subtract", (int() | float() as number, str(value)):
            return value, -1.0, number
    return None, 1.0, 0.0
