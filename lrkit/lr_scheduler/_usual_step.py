"""The usual step of a scheduler: nobody has changed anything, and it drives each group's rate and nothing else."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from itertools import count, pairwise
from operator import is_
from typing import Any

import numpy as np

from .._memory import Array, joined
from ._ahead import RatesAhead
from ._binding import Binding
from ._groups import RATE


class UsualStep:
    """Writes the rates of such a step into the groups of an optimizer, or says that this step is another.

    The groups hold the very floats that were written last.
    """

    def __init__(self, binding: Binding, largest: Sequence[float]) -> None:
        """`largest` is the largest rate that each group can hold."""
        self.binding, self.base_lrs = binding, binding.curves.base_lrs
        self._ahead, self._limit = RatesAhead(binding, largest), min(largest)
        self._rows: dict[float, Any] = {}
        """What is written at the next epochs, as far as it has been computed."""

    @staticmethod
    def of(binding: Binding, groups: Sequence[Any]) -> UsualStep | None:
        """The usual step of a binding, if it has one."""
        curves = binding.curves
        if curves.others or curves.undriven or not curves.schedules:
            return None
        memories = [memory for group in groups if (memory := getattr(group, "rate_memory", None)) is not None]
        if len(memories) == len(groups):
            return UsualStepInMemory(binding, groups, memories)
        return UsualStep(binding, [sys.float_info.max] * len(groups))

    def write(self, groups: Sequence[Any], held: list[float], epoch: float) -> list[float] | None:
        """Write the rates of an epoch, and return those that the groups hold then.

        None, and nothing is written, if the groups do not hold what was written last, or cannot hold the new rates.
        """
        if len(groups) != len(held):
            return None
        rates: list[float] | None = self._rows.get(epoch)
        if rates is None:
            rates = self._row(epoch) if all(map(is_, map(RATE, groups), held)) else None
            if rates is None:
                return None
        try:  # One loop takes less time than two. A comparison by == would take a tensor for a float
            for group, before, rate in zip(groups, held, rates):  # noqa: B905  # to name an argument takes time
                if group["lr"] is not before:
                    break
                group["lr"] = rate
            else:
                return rates
        except Exception:  # noqa: BLE001, S110  # the full step says what is wrong with the group
            pass
        for earlier, before in zip(groups, held, strict=True):
            if earlier is group:
                break
            earlier["lr"] = before
        return None

    def _row(self, epoch: float) -> Any:
        """What is written at an epoch. That of the next ones is kept, where it can be computed ahead."""
        self._rows = dict(zip(count(epoch), self._written(self._ahead.rates_from(epoch))))  # noqa: B905  # as many
        if epoch in self._rows:
            return self._rows[epoch]
        rates = self.binding.rates_at(epoch)
        if min(rates) >= 0 and sum(rates) <= self._limit:  # a NaN shows in the sum
            return self._written_once(rates)
        return None

    def _written(self, rates: Array) -> list[Any]:
        """What is written of each row of rates."""
        return np.ascontiguousarray(rates).tolist()

    def _written_once(self, rates: list[float]) -> Any:
        return rates


class UsualStepInMemory(UsualStep):
    """The same for groups that each have a ``rate_memory``, as those of `lrkit.optim_ex` have: it rounds the rate."""

    def __init__(self, binding: Binding, groups: Sequence[Any], memories: Sequence[Array]) -> None:
        super().__init__(binding, [float(np.finfo(memory.dtype).max) for memory in memories])
        self._groups = tuple(groups)
        pieces = _pieces(memories)
        self._places, self._memories = [place for place, _ in pieces], [memory for _, memory in pieces]

    def write(self, groups: Sequence[Any], held: list[float], epoch: float) -> list[float] | None:
        memories = self._memories
        if len(groups) != len(self._groups) or not all(map(is_, groups, self._groups)) or _held(memories) != held:
            return None
        row = self._rows.get(epoch) or self._row(epoch)
        if row is None:
            return None
        for memory, part in zip(memories, row):  # noqa: B905
            memory[:] = part
        return _held(memories)

    def _written(self, rates: Array) -> list[Any]:
        parts = []
        for place, memory in zip(self._places, self._memories, strict=True):
            flat = memoryview(rates[:, place].astype(memory.format).ravel())
            parts.append([flat[k : k + len(memory)] for k in range(0, len(flat), len(memory))])
        return list(zip(*parts, strict=True))

    def _written_once(self, rates: list[float]) -> Any:
        pairs = zip(self._places, self._memories, strict=True)
        return [array(memory.format, rates[place]) for place, memory in pairs]


def _pieces(memories: Sequence[Array]) -> list[tuple[slice, memoryview]]:
    """The memory of the rates in as few pieces as it lies in, and which groups' rates each piece holds."""
    flat = [memory.reshape(1) for memory in memories]
    cuts = [k for k in range(1, len(flat)) if joined(flat[k - 1 : k + 1]) is None]
    places = [slice(*pair) for pair in pairwise([0, *cuts, len(flat)])]
    joint = [joined(flat[place]) for place in places]
    return [(place, memoryview(flat[place.start] if piece is None else piece)) for place, piece in zip(places, joint)]


def _held(memories: Sequence[memoryview]) -> list[float]:
    """The rates in all pieces of memory, of which there is one for most optimizers."""
    first, *others = memories
    return sum(map(memoryview.tolist, others), first.tolist()) if others else first.tolist()
