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
from ._unrolled import are_the_same, write_if_held


class UsualStep:
    """Writes the rates of such a step into the groups of an optimizer, or says that this step is another.

    The groups hold the very floats that were written last.
    """

    def __init__(self, binding: Binding, largest: Sequence[float]) -> None:
        """`largest` is the largest rate that each group can hold."""
        self.base_lrs = binding.curves.base_lrs
        self._rates_at, self._limit = binding.rates_at, min(largest)
        self._number = len(largest)
        self._ahead = RatesAhead(binding, largest)
        self._rows: dict[float, Any] = {}
        """What is written at the next epochs, as far as it has been computed."""
        self._write_if_held = write_if_held(self._number)

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
        if len(groups) != self._number:
            return None
        rates: list[float] | None = self._rows.get(epoch)
        if rates is None:
            rates = self._row(epoch) if all(map(is_, map(RATE, groups), held)) else None
        return rates if rates and self._write_if_held(groups, held, rates) else None

    def _row(self, epoch: float) -> Any:
        """What is written at an epoch. That of the next ones is kept, where it can be computed ahead."""
        self._rows = dict(zip(count(epoch), self._written(self._ahead.rates_from(epoch)), strict=False))
        if epoch in self._rows:
            return self._rows[epoch]
        rates = self._rates_at(epoch)
        if min(rates) >= 0 and sum(rates) <= self._limit:  # a NaN shows in the sum
            return self._written_once(rates)
        return None

    def _written(self, rates: Array) -> list[Any]:
        """What is written of each row of rates."""
        rows: list[Any] = np.ascontiguousarray(rates).tolist()
        return rows

    def _written_once(self, rates: list[float]) -> Any:
        return rates


class UsualStepInMemory(UsualStep):
    """The same for groups that each have a ``rate_memory``, as those of `lrkit.optim_ex` have: it rounds the rate.

    Their rates lie in one piece of memory, or in a few: of two precisions, or of groups that were added later.
    """

    def __init__(self, binding: Binding, groups: Sequence[Any], memories: Sequence[Array]) -> None:
        super().__init__(binding, [float(np.finfo(memory.dtype).max) for memory in memories])
        self._groups = tuple(groups)
        self._are_the_same = are_the_same(self._number)
        self._pieces = _pieces(memories)
        self._memory: Any = self._pieces[0][1]
        self._others = self._pieces[1:]

    def write(self, groups: Sequence[Any], held: list[float], epoch: float) -> list[float] | None:
        if len(groups) != self._number or not self._are_the_same(groups, self._groups):
            return None
        memory, others = self._memory, self._others
        if (self._held() if others else memory.tolist()) != held:
            return None
        row = self._rows.get(epoch) or self._row(epoch)
        if row is None:
            return None
        memory[:] = row[0]
        if not others:
            rates: list[float] = memory.tolist()
            return rates
        for (_, memory), part in zip(others, row[1:], strict=True):
            memory[:] = part
        return self._held()

    def _held(self) -> list[float]:
        return [rate for _, memory in self._pieces for rate in memory.tolist()]

    def _written(self, rates: Array) -> list[Any]:
        parts = []
        for place, memory in self._pieces:
            rounded: Any = rates[:, place].astype(memory.format).ravel()
            flat = memoryview(rounded)
            parts.append([flat[k : k + len(memory)] for k in range(0, len(flat), len(memory))])
        return list(zip(*parts, strict=True))

    def _written_once(self, rates: list[float]) -> Any:
        return [array(memory.format, rates[place]) for place, memory in self._pieces]


def _pieces(memories: Sequence[Array]) -> list[tuple[slice, Any]]:
    """The memory of the rates in as few pieces as it lies in, and which groups' rates each piece holds."""
    flat = [memory.reshape(1) for memory in memories]
    all_in_one: Any = joined(flat)
    if all_in_one is not None:
        return [(slice(0, len(flat)), memoryview(all_in_one))]
    cuts = [k for k in range(1, len(flat)) if joined(flat[k - 1 : k + 1]) is None]
    pieces = []
    for start, stop in pairwise([0, *cuts, len(flat)]):
        # Checkers of types know no buffer in an array before Python 3.12.
        whole: Any = joined(flat[start:stop]) if stop - start > 1 else flat[start]
        pieces.append((slice(start, stop), memoryview(whole)))
    return pieces
