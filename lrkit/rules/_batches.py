"""The parameters of one group, which share their hyper-parameters but may have done different numbers of steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ._batch import Batch
from ._rule import Array, Rule
from ._state import Loading, State, remembered, saved


class Batches:
    """Parameters in one batch until some of them miss a step; then in several, each with its own count.

    A parameter misses a step by having no gradient. Its weight, state and count of steps stay as they are, as in torch.
    """

    def __init__(self, arrays: Sequence[Array]) -> None:
        self._arrays = list(arrays)
        self._batches = [(list(range(len(self._arrays))), Batch(self._arrays))]

    def __len__(self) -> int:
        return len(self._arrays)

    def going(self, gradients: Sequence[Any]) -> list[tuple[list[int], Batch]]:
        """The batches that have gradients, each with the places of its parameters. A mixed batch is split in two."""
        if type(None) in set(map(type, gradients)):
            missing = {k for k, gradient in enumerate(gradients) if gradient is None}
            self._batches = [part for places, batch in self._batches for part in _parted(places, batch, missing)]
        return [(places, batch) for places, batch in self._batches if places and gradients[places[0]] is not None]

    def saved(self, rule: Rule | None, names: Sequence[str], prefix: str) -> tuple[State, State]:
        """The counts and memories (one number, or one for each parameter where they differ), and the arrays."""
        memories = [batch.memory for _, batch in self._batches]
        counts: State = {f"{prefix}steps": self._spread([batch.t for _, batch in self._batches])}
        for name in {name: None for memory in memories for name in memory}:
            counts[f"{prefix}memory.{name}"] = self._spread([memory.get(name, 0.0) for memory in memories])
        arrays: State = {}
        for places, batch in self._batches:
            arrays |= saved(batch, rule, [names[k] for k in places])
        return counts, arrays

    def load(self, loading: Loading, rule: Rule | None, names: Sequence[str], prefix: str) -> None:
        """Read what `saved` gave. The arrays are filled when `loading` finishes."""
        steps = loading.numbers(f"{prefix}steps", int, len(self))
        known = remembered(rule) if any(steps) else ()
        memory = {name: loading.numbers(f"{prefix}memory.{name}", float, len(self)) for name in known}
        alike: dict[Any, list[int]] = {}
        for k, t in enumerate(steps):
            alike.setdefault((t, *(values[k] for values in memory.values())), []).append(k)
        self._batches = []
        for (t, *values), places in alike.items():
            batch = Batch([self._arrays[k] for k in places])
            batch.t, batch.memory = t, dict(zip(memory, values, strict=True)) if t else {}
            if rule is not None:
                batch.prepare_state(rule)
                loading.state(batch, [names[k] for k in places])
            self._batches.append((places, batch))

    def _spread(self, values: Sequence[Any]) -> Any:
        """Numbers of the batches: one if they are equal, else one for each parameter."""
        if len(set(values)) < 2:
            return next(iter(values), 0)
        found = np.zeros(len(self), type(values[0]))
        for value, (places, _) in zip(values, self._batches, strict=True):
            found[places] = value
        return found


def _parted(places: list[int], batch: Batch, missing: set[int]) -> Iterator[tuple[list[int], Batch]]:
    """A batch as it is, if all or none of its parameters are missing; else in two."""
    parts = [[j for j, k in enumerate(places) if (k in missing) is gone] for gone in (False, True)]
    if not all(parts):
        yield places, batch
        return
    for part in parts:
        yield [places[j] for j in part], batch.part(part)
