"""Adafactor: a second moment kept as its row and column means."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ._rule import Array, Shape, StepContext, TensorRule, sum_of_squares


@dataclass(frozen=True)
class AdafactorRule(TensorRule):
    """Adafactor (Shazeer and Stern 2018, arXiv:1804.04235)."""

    eps: tuple[float, float]
    clip_threshold: float
    decay_rate: float
    beta1: float | None
    scale_parameter: bool

    def shapes(self, shape: Shape) -> dict[str, Shape]:
        states = {"rows": shape[:-1], "columns": (*shape[:-2], shape[-1])} if len(shape) > 1 else {"moment2": shape}
        return states | ({"moment1": shape} if self.beta1 else {})

    def update(self, w: Array, g: Array, s: dict[str, Array], now: StepContext, scratch: Array) -> None:
        kept = 1 - now.t**-self.decay_rate  # 0 at the first step
        rate = now.rate * (max(self.eps[1], _rms(w)) if self.scale_parameter else 1)
        square = np.square(g, out=scratch)
        square += self.eps[0]
        if w.ndim < 2:
            _average(s["moment2"], square, kept)
            g /= np.sqrt(s["moment2"], out=scratch)
        else:
            _average(s["rows"], square.mean(axis=-1), kept)
            _average(s["columns"], square.mean(axis=-2), kept)
            rows = np.sqrt(s["rows"] / s["rows"].mean(axis=-1, keepdims=True))
            g /= np.multiply(rows[..., None], np.sqrt(s["columns"])[..., None, :], out=scratch)
        g *= rate / max(1.0, _rms(g) / self.clip_threshold) if self.clip_threshold else 0.0
        if self.beta1:
            s["moment1"] *= self.beta1
            s["moment1"] += np.multiply(g, 1 - self.beta1, out=scratch)
            g = s["moment1"]
        w *= 1 - now.decay * rate
        w -= g


def _average(state: Array, new: Array, kept: float) -> None:
    state *= kept
    state += new * (1 - kept)


def _rms(array: Array) -> float:
    """The root of the mean square."""
    return sqrt(sum_of_squares(array) / array.size)
