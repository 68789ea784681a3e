"""Updates to samples and back: exact for integers and fractions, and for arrays linear between updates."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from .._types import Floats


class Clock(Protocol):
    """A growing count of one thing against another, 0 at 0; each method takes a Python number or an array."""

    def forward(self, count: int) -> int:
        """The other count at a whole count."""

    def inverse(self, other: Fraction) -> Fraction:
        """Where the other count is reached."""

    def along(self, counts: Floats) -> Floats:
        """`forward`, of an array, linear between whole counts."""

    def back(self, others: Floats) -> Floats:
        """The inverse of `along`."""


@dataclass(frozen=True)
class Cycle:
    """Rounds of `inside` things that make `outside` others: `slope` each, but for the last, which makes the rest."""

    inside: int
    outside: int
    slope: int

    def forward(self, count: int) -> int:
        rounds, rest = divmod(count, self.inside)
        return rounds * self.outside + rest * self.slope

    def inverse(self, other: Fraction) -> Fraction:
        rounds, rest = divmod(other, self.outside)
        before = (self.inside - 1) * self.slope
        if rest <= before:
            return rounds * self.inside + Fraction(rest) / self.slope
        return rounds * self.inside + self.inside - 1 + Fraction(rest - before) / (self.outside - before)

    def along(self, counts: Floats) -> Floats:
        rounds, rest = np.divmod(counts, self.inside)
        before = (self.inside - 1) * self.slope
        last = rest - (self.inside - 1)
        inside = np.where(last <= 0, rest * self.slope, before + last * (self.outside - before))
        return rounds * self.outside + inside

    def back(self, others: Floats) -> Floats:
        rounds, rest = np.divmod(others, self.outside)
        before = (self.inside - 1) * self.slope
        last = self.inside - 1 + (rest - before) / (self.outside - before)
        return rounds * self.inside + np.where(rest <= before, rest / self.slope, last)


@dataclass(frozen=True)
class Stages:
    """A batch size that changes: from update `updates[k]` on, when `samples[k]` are seen, it is `sizes[k]`."""

    updates: tuple[int, ...]
    samples: tuple[int, ...]
    sizes: tuple[int, ...]

    def forward(self, count: int) -> int:
        k = bisect_right(self.updates, count) - 1
        return self.samples[k] + (count - self.updates[k]) * self.sizes[k]

    def inverse(self, other: Fraction) -> Fraction:
        k = bisect_right(self.samples, other) - 1
        return self.updates[k] + Fraction(other - self.samples[k]) / self.sizes[k]

    def along(self, counts: Floats) -> Floats:
        k = np.searchsorted(self.updates, counts, side="right") - 1
        return self._at(self.samples, k) + (counts - self._at(self.updates, k)) * self._at(self.sizes, k)

    def back(self, others: Floats) -> Floats:
        k = np.searchsorted(self.samples, others, side="right") - 1
        return self._at(self.updates, k) + (others - self._at(self.samples, k)) / self._at(self.sizes, k)

    @staticmethod
    def _at(values: tuple[int, ...], k: Any) -> Floats:
        found: Floats = np.array(values, np.float64)[k]
        return found


@dataclass(frozen=True)
class Chain:
    """One clock behind another: updates to batches, batches to samples."""

    first: Cycle
    second: Cycle

    def forward(self, count: int) -> int:
        return self.second.forward(self.first.forward(count))

    def inverse(self, other: Fraction) -> Fraction:
        return self.first.inverse(self.second.inverse(other))

    def along(self, counts: Floats) -> Floats:
        return self.second.along(self.first.along(counts))

    def back(self, others: Floats) -> Floats:
        return self.first.back(self.second.back(others))


def even(slope: int) -> Cycle:
    """A clock without rounds: each thing makes `slope`."""
    return Cycle(1, slope, slope)
