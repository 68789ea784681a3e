"""A budget written by hand: the batch size of each update, added up. It is the measure for axes in other units."""

from __future__ import annotations

from typing import Any

import numpy as np


class Batches:
    """Updates of these batch sizes, and past them of the last; what is not given is not known."""

    def __init__(self, sizes: Any, total: int, *, epoch: int = 0, sequence: int = 0, per_hour: float = 0) -> None:
        self.total = total
        self.seen = np.concatenate([[0], np.cumsum(np.asarray(sizes, np.int64))])
        self.size = int(sizes[-1])
        self.lengths = {"epoch": epoch, "hour": per_hour}
        self.sequence = sequence

    def samples(self, step: int) -> int:
        """What was seen before an update."""
        last = self.seen.size - 1
        return int(self.seen[step]) if step <= last else int(self.seen[last]) + (step - last) * self.size

    def position(self, steps: Any, unit: str) -> Any:
        steps = np.asarray(steps, float)
        if unit in self.lengths:
            return steps / self._known(self.lengths[unit], unit)
        last = self.seen.size - 1
        beyond = np.maximum(steps - last, 0) * self.size
        return (np.interp(steps, np.arange(last + 1), self.seen) + beyond) * self._in_samples(unit)

    def steps_at(self, values: Any, unit: str) -> Any:
        values = np.asarray(values, float)
        if unit in self.lengths:
            return values * self._known(self.lengths[unit], unit)
        samples = values / self._in_samples(unit)
        last = self.seen.size - 1
        beyond = np.maximum(samples - self.seen[-1], 0) / self.size
        return np.interp(samples, self.seen, np.arange(last + 1)) + beyond

    def _in_samples(self, unit: str) -> float:
        return 1 if unit == "sample" else self._known(self.sequence if unit == "token" else 0, unit)

    def _known(self, number: float, unit: str) -> float:
        if not number:
            raise ValueError(f"{unit}s are not known")
        return number


# GPT-3 175B (arXiv 2005.14165, appendix B): the batch grows linearly from 32 thousand tokens to 3.2 million over the
# first 12 billion tokens, of 300 billion. In sequences of 2048 tokens: 16, 32, ... 1600 of them, 73 updates each.
GPT3_EACH, GPT3_STEP, GPT3_STAGES, GPT3_SEQUENCE = 73, 16, 100, 2048
GPT3 = Batches(np.repeat(np.arange(1, GPT3_STAGES + 1) * GPT3_STEP, GPT3_EACH), total=95_170, sequence=GPT3_SEQUENCE)
IMAGES = Batches([1024], total=90 * 1251, epoch=1251, per_hour=9_000)
"""ImageNet's 1,281,167 images in batches of 1024, 90 times; 2.5 updates a second."""
