"""Gradient descent, with momentum or without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._rule import Rule, States, StepContext


def check_nesterov(momentum: float, dampening: float) -> None:
    """Refuse what Nesterov's step does not go with."""
    if not (momentum > 0 and dampening == 0):
        raise ValueError(f"SGD: nesterov needs momentum > 0 and dampening 0, got {momentum:g} and {dampening:g}")


@dataclass(frozen=True)
class SGDRule(Rule):
    """Gradient descent; with momentum, along a sum of past gradients (Polyak 1964; Sutskever et al. 2013)."""

    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False

    def states(self) -> dict[str, float]:
        return {"accum": 0.0} if self.momentum else {}

    def numbers(self, now: StepContext) -> dict[str, float]:
        taken = 1 - self.dampening if now.memory.get("begun") else 1.0  # the first gradient is taken whole
        now.memory["begun"] = float(self.momentum != 0)
        return {"rate": now.rate, "momentum": self.momentum, "taken": taken}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        if not self.momentum:
            return w - number.rate * g, {}
        accum = number.momentum * s["accum"] + (number.taken * g if self.dampening else g)
        step = g + number.momentum * accum if self.nesterov else accum
        return w - number.rate * step, {"accum": accum}
