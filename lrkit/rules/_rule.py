"""What an update rule is: the arithmetic of one optimizer, apart from all bookkeeping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._memory import Array as Array
from ._program import Program, record

Shape = tuple[int, ...]
States = Mapping[str, Any]


@dataclass
class StepContext:
    """The circumstances of one step: what a rule makes its numbers of.

    `t` counts the steps of these parameters from 1, as papers do; `memory` holds the few numbers that a rule hands on
    to its next step, and changes in it last.
    """

    t: int
    rate: float
    decay: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)


class Rule:
    """An elementwise update rule. A member is a frozen dataclass of hyper-parameters, already checked.

    Its formula may branch on flags, and on whether a hyper-parameter is 0; their values come in as numbers.
    """

    decoupled: bool = False
    """Whether weight decay shrinks the weight itself (Loshchilov and Hutter, 2019) instead of joining the gradient."""

    def states(self) -> dict[str, float]:
        """The arrays kept for each parameter, by name, and the value that they begin with."""
        return {}

    def at(self, t: int) -> Rule:
        """The rule as it is at step `t`: itself, unless its formula changes on the way."""
        return self

    def numbers(self, now: StepContext) -> dict[str, float]:
        """The numbers of one step that the formula asks for."""
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


@dataclass(frozen=True)
class Prepared:
    """A rule with what happens to the gradient and weight before it: a factor, and weight decay."""

    rule: Rule
    scaled: bool
    decayed: bool

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        if self.scaled:
            g = number.scale * g
        if self.decayed and self.rule.decoupled:
            w = number.keep * w
        elif self.decayed:
            g = g + number.decay * w
        return self.rule.formula(w, g, s, number, xp)

    def form(self) -> Any:
        """What decides on the program."""
        return type(self.rule), *map(bool, vars(self.rule).values()), self.scaled, self.decayed

    def program(self) -> Program:
        return record(self.formula, tuple(self.rule.states()))
