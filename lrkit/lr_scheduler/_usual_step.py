"""The usual step of a scheduler: nobody has changed anything, and it drives each group's rate and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import is_
from typing import Any

import numpy as np

from ._binding import Binding
from ._groups import RATE


class UsualStep:
    """Writes the rates of such a step into the groups of an optimizer, or says that this step is another.

    The groups hold the very floats that were written last.
    """

    def __init__(self, binding: Binding) -> None:
        self.binding, self.base_lrs = binding, binding.curves.base_lrs
        self._rates_at = binding.rates_at if binding.scales else binding.curves.rates_at

    @staticmethod
    def of(binding: Binding, groups: Sequence[Any]) -> UsualStep | None:
        """The usual step of a binding, if it has one."""
        curves = binding.curves
        if curves.others or curves.undriven or not curves.schedules:
            return None
        memories = [getattr(group, "rate_memory", None) for group in groups]
        return UsualStep(binding) if None in memories else UsualStepInMemory(binding, groups, memories)

    def write(self, groups: Sequence[Any], held: Sequence[float], epoch: float) -> list[float] | None:
        """Write the rates of an epoch, and return those that the groups hold then.

        None, and nothing is written, if the groups do not hold what was written last, or cannot hold the new rates.
        """
        if len(groups) != len(held):
            return None
        if not all(map(is_, map(RATE, groups), held)):  # a comparison of lists would take a tensor for a float
            return None
        rates = self._rates_at(epoch)
        if not (min(rates) >= 0 and sum(rates) < math.inf):  # a NaN shows in the sum
            return None
        for group, rate in zip(groups, rates):  # noqa: B905  # an argument by its name takes longer than a group
            group["lr"] = rate
        return rates


class UsualStepInMemory(UsualStep):
    """The same for groups that each have a ``rate_memory``, as those of `lrkit.optim_ex` have: it rounds the rate."""

    def __init__(self, binding: Binding, groups: Sequence[Any], memories: Sequence[Any]) -> None:
        super().__init__(binding)
        self._groups, self._memories = tuple(groups), memories
        self._limit = min(float(np.finfo(memory.format).max) for memory in memories)

    def write(self, groups: Sequence[Any], held: Sequence[float], epoch: float) -> list[float] | None:
        memories = self._memories
        if len(groups) != len(memories) or not all(map(is_, groups, self._groups)):
            return None
        if [memory[0] for memory in memories] != held:
            return None
        rates = self._rates_at(epoch)
        if not (min(rates) >= 0 and sum(rates) <= self._limit):
            return None
        for memory, rate in zip(memories, rates):  # noqa: B905
            memory[0] = rate
        return [memory[0] for memory in memories]
