"""Resilient backpropagation: a step length for each weight, which only the signs of its gradients change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ._rule import Rule, States, StepContext


def check_etas(owner: str, etas: Sequence[float], step_sizes: Sequence[float]) -> None:
    """Refuse factors that do not shrink and grow a step, and limits in the wrong order."""
    if not 0 < etas[0] < 1 < etas[1]:
        raise ValueError(f"{owner}: etas must be two numbers with 0 < first < 1 < second, got {etas}")
    if step_sizes[0] > step_sizes[1]:
        raise ValueError(f"{owner}: step_sizes must be two numbers with first <= second, got {step_sizes}")


def rprop_rule(etas: Sequence[float], step_sizes: Sequence[float]) -> RpropRule:
    """The rule of two factors and two limits."""
    (shrink, grow), (shortest, longest) = etas, step_sizes
    return RpropRule(shrink, grow, shortest, longest)


@dataclass(frozen=True)
class RpropRule(Rule):
    """Rprop without weight backtracking (Riedmiller and Braun 1993): a changed sign shortens, and skips one step."""

    shrink: float
    grow: float
    shortest: float
    longest: float
    first: bool = False

    def states(self) -> dict[str, float]:
        return {"prev": 0.0, "step_size": 0.0}

    def at(self, t: int) -> RpropRule:
        return replace(self, first=True) if t == 1 else self

    def numbers(self, now: StepContext) -> dict[str, float]:
        start = min(max(now.rate, self.shortest), self.longest)
        limits = {"shortest": self.shortest, "longest": self.longest}
        return limits | {"start": start, "shrink": self.shrink, "grow": self.grow, "one": 1.0, "zero": 0.0}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        if self.first:
            return w - xp.sign(g) * number.start, {"prev": g, "step_size": number.start}
        turn = xp.sign(g * s["prev"])
        grown, shrunk = xp.maximum(turn, number.zero), xp.maximum(-turn, number.zero)
        factor = grown * number.grow + shrunk * number.shrink + (number.one - xp.abs(turn))
        step = xp.minimum(xp.maximum(s["step_size"] * factor, number.shortest), number.longest)
        taken = g * (number.one - shrunk)
        return w - xp.sign(taken) * step, {"prev": taken, "step_size": step}
