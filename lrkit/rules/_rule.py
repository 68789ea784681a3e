"""What an update rule is: the arithmetic of one optimizer, apart from all bookkeeping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._memory import Array as Array

Shape = tuple[int, ...]
States = Mapping[str, Any]


@dataclass
class StepContext:
    """What a rule computes its numbers from: the step `t`, counted from 1 as in papers, the rate and the weight decay.

    `memory` holds the few numbers that a rule keeps from step to step. A rule writes the new ones into it.
    """

    t: int
    rate: float
    decay: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)


class Rule:
    """An elementwise update rule. A member is a frozen dataclass of hyper-parameters, already checked.

    Its formula may branch on flags, and on whether a hyper-parameter is 0. It takes their values from `number`.
    """

    decoupled: bool = False
    """Whether weight decay shrinks the weight itself (Loshchilov and Hutter, 2019) instead of joining the gradient."""

    def states(self) -> dict[str, float]:
        """The arrays kept for each parameter, by name, and the value that they begin with."""
        return {}

    def at(self, t: int) -> Rule:
        """The rule for step `t`: another one where the formula changes with the step."""
        return self

    def numbers(self, now: StepContext) -> dict[str, float]:
        """The numbers that the formula takes at one step."""
        return {"rate": now.rate}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        """The new weight and the new states: of one chunk, elementwise."""
        raise NotImplementedError


class TensorRule:
    """An update rule that needs whole tensors: their norms, or the means of their rows and columns."""

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        """The arrays kept for a parameter of this shape, all zeros at first, and their shapes."""
        raise NotImplementedError

    def update(self, w: Array, g: Array, s: dict[str, Array], now: StepContext, scratch: Array) -> None:
        """Move `w` and the states in place. `g` and `scratch` are as large as `w` and may be overwritten."""
        raise NotImplementedError


def sum_of_squares(array: Array) -> float:
    """The sum of squares in float64, whatever the type of the array."""
    flat = array.reshape(-1)
    return float(np.einsum("i,i->", flat, flat, dtype=np.float64))
