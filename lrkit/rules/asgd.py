"""Averaged stochastic gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ._rule import Rule, States, StepContext


@dataclass(frozen=True)
class ASGDRule(Rule):
    """Gradient descent with a falling rate, and the mean of the weights from a step on (Polyak and Juditsky 1992)."""

    lambd: float
    alpha: float
    t0: float
    averages: bool = False

    def states(self) -> dict[str, float]:
        return {"ax": 0.0}

    def _share(self, t: int) -> float:
        """The weight of the newest value in the average of step `t`."""
        return 1 / max(1.0, t - 1 - self.t0)

    def at(self, t: int) -> ASGDRule:
        return replace(self, averages=self._share(t) != 1)

    def numbers(self, now: StepContext) -> dict[str, float]:
        rate: float = now.memory.get("eta", now.rate)
        now.memory["eta"] = now.rate / (1 + self.lambd * now.rate * now.t) ** self.alpha
        return {"rate": rate, "kept": 1 - self.lambd * rate, "share": self._share(now.t)}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        new = number.kept * w - number.rate * g
        if self.averages:
            return new, {"ax": s["ax"] + (new - s["ax"]) * number.share}
        return new, {"ax": new}
