"""Rules that divide by all past gradients: Adagrad, proximal Adagrad, Adadelta, FTRL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._rule import Rule, States, StepContext


@dataclass(frozen=True)
class AdagradRule(Rule):
    """Adagrad (Duchi, Hazan and Singer 2011). Without `update_slots` the sum of squares stays as it began."""

    accum: float
    eps: float
    lr_decay: float = 0.0
    update_slots: bool = True

    def states(self) -> dict[str, float]:
        return {"accum": self.accum}

    def numbers(self, now: StepContext) -> dict[str, float]:
        return {"rate": now.rate / (1 + (now.t - 1) * self.lr_decay), "eps": self.eps}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        accum = s["accum"] + xp.square(g) if self.update_slots else s["accum"]
        return w - number.rate * (g / (xp.sqrt(accum) + number.eps)), {"accum": accum}


@dataclass(frozen=True)
class ProximalAdagradRule(Rule):
    """Adagrad, then a step towards 0 for two penalties (Duchi and Singer 2009), at the rate of each coordinate."""

    accum: float
    l1: float
    l2: float

    def states(self) -> dict[str, float]:
        return {"accum": self.accum}

    def numbers(self, now: StepContext) -> dict[str, float]:
        return {"rate": now.rate, "l1": self.l1, "l2": self.l2, "one": 1.0, "zero": 0.0}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        accum = s["accum"] + xp.square(g)
        rate = number.rate / xp.sqrt(accum)
        moved = w - rate * g
        if self.l1:
            moved = xp.sign(moved) * xp.maximum(xp.abs(moved) - rate * number.l1, number.zero)
        if self.l2:
            moved = moved / (number.one + rate * number.l2)
        return moved, {"accum": accum}


@dataclass(frozen=True)
class AdadeltaRule(Rule):
    """Adadelta (Zeiler 2012, arXiv:1212.5701): steps in the unit of the weights."""

    rho: float
    eps: float

    def states(self) -> dict[str, float]:
        return {"accum": 0.0, "accum_update": 0.0}

    def numbers(self, now: StepContext) -> dict[str, float]:
        return {"rate": now.rate, "rho": self.rho, "taken": 1 - self.rho, "eps": self.eps}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        accum = number.rho * s["accum"] + number.taken * xp.square(g)
        step = xp.sqrt(s["accum_update"] + number.eps) / xp.sqrt(accum + number.eps) * g
        update = number.rho * s["accum_update"] + number.taken * xp.square(step)
        return w - number.rate * step, {"accum": accum, "accum_update": update}


@dataclass(frozen=True)
class FTRLRule(Rule):
    """Follow the regularized leader, proximally (McMahan et al. 2013)."""

    initial_accum: float
    power: float
    l1: float
    l2: float
    smallest: float

    def states(self) -> dict[str, float]:
        return {"accum": self.initial_accum, "linear": 0.0}

    def numbers(self, now: StepContext) -> dict[str, float]:
        penalties = {"l1": self.l1, "l2": 2 * self.l2 + self.smallest}
        return {"per_rate": 1 / now.rate, "power": self.power, "zero": 0.0} | penalties

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        accum = s["accum"] + xp.square(g)
        root = xp.pow(accum, number.power)
        linear = s["linear"] + g - (root - xp.pow(s["accum"], number.power)) * number.per_rate * w
        shrunk = xp.maximum(xp.abs(linear) - number.l1, number.zero)
        scale = root * number.per_rate + number.l2
        return -(xp.sign(linear) * shrunk / scale), {"accum": accum, "linear": linear}
