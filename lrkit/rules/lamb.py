"""LAMB: Adam whose step is as long, for each tensor, as the tensor allows."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ._rule import Array, Shape, StepContext, TensorRule, sum_of_squares


@dataclass(frozen=True)
class LambRule(TensorRule):
    """LAMB (You et al. 2020, arXiv:1904.00962), with bias correction and decoupled weight decay."""

    beta1: float
    beta2: float
    eps: float

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        return {"moment1": shape, "moment2": shape}

    def update(self, w: Array, g: Array, s: dict[str, Array], now: StepContext, scratch: Array) -> None:
        m, v = s["moment1"], s["moment2"]
        m *= self.beta1
        m += np.multiply(g, 1 - self.beta1, out=scratch)
        v *= self.beta2
        np.square(g, out=g)
        v += np.multiply(g, 1 - self.beta2, out=scratch)
        root = np.sqrt(v, out=scratch)
        root /= sqrt(1 - self.beta2**now.t)
        root += self.eps
        step = np.divide(m, root, out=scratch)
        step /= 1 - self.beta1**now.t
        step += np.multiply(w, now.decay, out=g)
        weight, length = sqrt(sum_of_squares(w)), sqrt(sum_of_squares(step))
        step *= now.rate * (weight / length if weight > 0 and length > 0 else 1.0)
        w -= step
