"""LARS: a gradient made as long, for each tensor, as the tensor allows."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from ._rule import Array, sum_of_squares


@dataclass(frozen=True)
class LARSRule:
    """Layer-wise adaptive rates (You, Gitman and Ginsburg 2017, arXiv:1708.03888), applied to gradients."""

    epsilon: float
    coefficient: float
    clipped: bool

    def gradient(self, w: Array, g: Array, rate: float, decay: float) -> Array:
        """The gradient that the optimizer beneath is given, weight decay in it."""
        weight, length = sqrt(sum_of_squares(w)), sqrt(sum_of_squares(g))
        trust = self.coefficient * weight / (length + decay * weight + self.epsilon)
        if self.clipped:
            trust = min(trust / rate, 1.0) if rate else 1.0
        scaled: Array = w.dtype.type(trust) * (g + w.dtype.type(decay) * w)
        return scaled
