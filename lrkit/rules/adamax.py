"""Adam in the infinity norm, in the two forms that its epsilon has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._rule import Rule, States, StepContext


@dataclass(frozen=True)
class TorchAdamaxRule(Rule):
    """Adam with the largest past gradient in place of the second moment (Kingma and Ba 2015, section 7.1).

    `eps` joins each gradient before the largest is taken.
    """

    beta1: float
    beta2: float
    eps: float

    def states(self) -> dict[str, float]:
        return {"moment1": 0.0, "norm": 0.0}

    def numbers(self, now: StepContext) -> dict[str, float]:
        return {
            "rate": now.rate / (1 - self.beta1**now.t),
            "beta1": self.beta1,
            "taken": 1 - self.beta1,
            "beta2": self.beta2,
            "eps": self.eps,
        }

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        moment = number.beta1 * s["moment1"] + number.taken * g
        norm = xp.maximum(number.beta2 * s["norm"], xp.abs(g) + number.eps)
        return w - number.rate * (moment / norm), {"moment1": moment, "norm": norm}


@dataclass(frozen=True)
class MindSporeAdaMaxRule(TorchAdamaxRule):
    """The same with `eps` added to the largest gradient where it divides."""

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        moment = number.beta1 * s["moment1"] + number.taken * g
        norm = xp.maximum(number.beta2 * s["norm"], xp.abs(g))
        return w - number.rate * (moment / (norm + number.eps)), {"moment1": moment, "norm": norm}
