"""RMSProp, in its two forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._rule import Rule, States, StepContext


@dataclass(frozen=True)
class RMSPropRule(Rule):
    """RMSProp (Tieleman and Hinton 2012) as torch has it.

    The mean square starts at 0, `eps` joins the root, and the rate stays outside the momentum.
    """

    decay: float
    eps: float
    momentum: float = 0.0
    centered: bool = False

    def states(self) -> dict[str, float]:
        names = ["mean_square", *["mean_grad"] * self.centered, *["moment"] * bool(self.momentum)]
        return dict.fromkeys(names, 0.0)

    def numbers(self, now: StepContext) -> dict[str, float]:
        numbers = {"kept": self.decay, "taken": 1 - self.decay, "momentum": self.momentum}
        return numbers | {"rate": now.rate, "eps": self.eps}

    def means(self, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, dict[str, Any]]:
        """The mean square (or the variance, if centered) of past gradients, and the new states."""
        square = number.kept * s["mean_square"] + number.taken * xp.square(g)
        if not self.centered:
            return square, {"mean_square": square}
        mean = number.kept * s["mean_grad"] + number.taken * g
        return square - xp.square(mean), {"mean_square": square, "mean_grad": mean}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        spread, new = self.means(g, s, number, xp)
        step = g / (xp.sqrt(spread) + number.eps)
        if self.momentum:
            step = new["moment"] = number.momentum * s["moment"] + step
        return w - number.rate * step, new


@dataclass(frozen=True)
class RMSPropOfRatesRule(RMSPropRule):
    """RMSProp as MindSpore has it.

    The mean square starts at 1, `eps` is inside the root, and the momentum is one of steps, each with its own rate.
    """

    def states(self) -> dict[str, float]:
        return super().states() | {"mean_square": 1.0}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        spread, new = self.means(g, s, number, xp)
        step = number.rate * (g / xp.sqrt(spread + number.eps))
        if self.momentum:
            step = new["moment"] = number.momentum * s["moment"] + step
        return w - step, new
