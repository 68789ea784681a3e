r"""Adam and its kin: rules of two moments.

The moments are kept as sums, without their factors: ``moment1`` as :math:`\sum_k \beta_1^{t-k} g_k`, which is
:math:`m_t / (1 - \beta_1)`, and ``moment2`` likewise. That saves two passes over the memory; the factors go into
the numbers of the step.
"""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass, replace
from math import sqrt
from typing import Any

from ._rule import Rule, States, StepContext


@dataclass(frozen=True)
class Moments(Rule):
    """What these rules share: two moments, their factors and their bias."""

    beta1: float
    beta2: float
    eps: float
    _: KW_ONLY
    decoupled: bool = False

    def states(self) -> dict[str, float]:
        return {"moment1": 0.0, "moment2": 0.0}

    def moments(self, g: Any, s: States, number: Any, xp: Any) -> dict[str, Any]:
        """The sums with one more gradient."""
        return {
            "moment1": number.carry1 * s["moment1"] + g,
            "moment2": number.carry2 * s["moment2"] + xp.square(g),
        }

    def carry(self, now: StepContext) -> dict[str, float]:
        """The factors of the old sums. If a beta has changed since the last step, the moments stay, not the sums."""
        before1, before2 = now.memory.get("beta1", self.beta1), now.memory.get("beta2", self.beta2)
        now.memory |= {"beta1": self.beta1, "beta2": self.beta2}
        change1, change2 = (1 - before1) / (1 - self.beta1), (1 - before2) / (1 - self.beta2)
        return {"carry1": self.beta1 * change1, "carry2": self.beta2 * change2, "change2": change2}

    def factors(self, t: int) -> tuple[float, float]:
        """The factors that turn the sums into moments without bias."""
        return (1 - self.beta1) / (1 - self.beta1**t), (1 - self.beta2) / (1 - self.beta2**t)


@dataclass(frozen=True)
class AdamRule(Moments):
    """Adam (Kingma and Ba 2015, arXiv:1412.6980), AMSGrad (Reddi et al. 2018), Nesterov's step (Dozat 2016).

    `decoupled`: AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
    """

    nesterov: bool = False
    amsgrad: bool = False

    def states(self) -> dict[str, float]:
        return super().states() | ({"largest": 0.0} if self.amsgrad else {})

    def numbers(self, now: StepContext) -> dict[str, float]:
        first, second = self.factors(now.t)
        return self.carry(now) | {
            "beta1": self.beta1,
            "rate": now.rate * first / sqrt(second),
            "eps": self.eps / sqrt(second),
        }

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        new = self.moments(g, s, number, xp)
        numerator = number.beta1 * new["moment1"] + g if self.nesterov else new["moment1"]
        if self.amsgrad:
            new |= {"largest": xp.maximum(number.change2 * s["largest"], new["moment2"])}
        root = xp.sqrt(new["largest" if self.amsgrad else "moment2"])
        return w - number.rate * (numerator / (root + number.eps)), new


@dataclass(frozen=True)
class UncorrectedAdamRule(AdamRule):
    """Adam without bias correction, as BERT was trained (Devlin et al. 2019)."""

    def factors(self, t: int) -> tuple[float, float]:
        return 1 - self.beta1, 1 - self.beta2


@dataclass(frozen=True)
class NAdamRule(Moments):
    """Adam with Nesterov's momentum, which rises on a schedule of its own (Dozat 2016)."""

    momentum_decay: float = 0.004

    def _momentum(self, t: int) -> float:
        return self.beta1 * (1 - 0.5 * math.pow(0.96, t * self.momentum_decay))

    def numbers(self, now: StepContext) -> dict[str, float]:
        present, following = self._momentum(now.t), self._momentum(now.t + 1)
        product: float = now.memory.get("product", 1.0) * present
        now.memory["product"] = product
        root = sqrt(self.factors(now.t)[1])
        return self.carry(now) | {
            "gradient_rate": now.rate * (1 - present) / (1 - product) / root,
            "moment_rate": now.rate * following * (1 - self.beta1) / (1 - product * following) / root,
            "eps": self.eps / root,
        }

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        new = self.moments(g, s, number, xp)
        step = number.gradient_rate * g + number.moment_rate * new["moment1"]
        return w - step / (xp.sqrt(new["moment2"]) + number.eps), new


@dataclass(frozen=True)
class RAdamRule(Moments):
    """Adam that moves by its first moment alone as long as the second is not to be trusted (Liu et al. 2020)."""

    rectified: bool = True

    def _length(self, t: int) -> float:
        """How many gradients the second moment of step `t` is worth."""
        power = self.beta2**t
        return self._longest - 2 * t * power / (1 - power)

    @property
    def _longest(self) -> float:
        return 2 / (1 - self.beta2) - 1

    def at(self, t: int) -> RAdamRule:
        return replace(self, rectified=self._length(t) > 5)

    def numbers(self, now: StepContext) -> dict[str, float]:
        first, second = self.factors(now.t)
        if not self.rectified:
            return self.carry(now) | {"rate": now.rate * first}
        n, longest = self._length(now.t), self._longest
        trust = sqrt((n - 4) * (n - 2) * longest / ((longest - 4) * (longest - 2) * n))
        spread = sqrt(1 - self.beta2)
        return self.carry(now) | {"rate": now.rate * first * trust / sqrt(second), "eps": self.eps / spread}

    def formula(self, w: Any, g: Any, s: States, number: Any, xp: Any) -> tuple[Any, States]:
        new = self.moments(g, s, number, xp)
        if not self.rectified:
            return w - number.rate * new["moment1"], new
        return w - number.rate * (new["moment1"] / (xp.sqrt(new["moment2"]) + number.eps)), new
