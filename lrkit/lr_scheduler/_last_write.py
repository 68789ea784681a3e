"""The last write into an optimizer's groups: by it a rate that was edited is told from one that was restored."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

NAME = "_lrkit_shared_record"
"""The attribute of an optimizer that holds its `SharedRecord`."""


@dataclass(
    slots=True, eq=False
)  # Changed by its scheduler alone, in a usual step: making one takes longer than the rest of the note
class LastWrite:
    """What one scheduler wrote last: into which groups, which rates, for which epoch."""

    groups: tuple[Any, ...]
    rates: list[float]
    epoch: float
    restores: int
    """How many states the optimizer had loaded."""
    at_construction: bool = False
    """Whether the construction of a scheduler wrote it, not a step."""

    def is_current(self, k: int, optimizer: Any) -> bool:
        """Whether group `k` of the optimizer was written into, and no state has been restored into it since.

        A restore puts new dicts in the place of the groups, as torch's optimizers do, or is counted in ``restores``,
        as this package's do.
        """
        known = k < len(self.groups) and self.groups[k] is optimizer.param_groups[k]
        return known and self.restores == restores_of(optimizer)


class SharedRecord:
    """Kept with an optimizer, for all of its schedulers: the last write of any, and how many of them were made.

    It refers to no scheduler, so it keeps none alive.
    """

    __slots__ = ("last_write", "schedulers")

    def __init__(self) -> None:
        self.last_write: LastWrite | None = None
        self.schedulers = 0


def record_of(optimizer: Any, otherwise: SharedRecord | None = None) -> SharedRecord:
    """The record of an optimizer. If it has none, it gets the other, or a new one."""
    record = getattr(optimizer, NAME, None)
    if not isinstance(record, SharedRecord):
        record = otherwise or SharedRecord()
        with suppress(AttributeError, TypeError):  # an optimizer with slots: its schedulers have a record each
            setattr(optimizer, NAME, record)
    return record


def restores_of(optimizer: Any) -> int:
    """How many states an optimizer has loaded, if it counts them."""
    restores: int = getattr(optimizer, "restores", 0)
    return restores


def edited_rates(own: LastWrite, shared: LastWrite | None, optimizer: Any, rates: Sequence[float]) -> dict[int, float]:
    """The rates that were edited since a scheduler's `own` last write, by group.

    A restore is not an edit: a rate in a group that was restored since does not count, unless some scheduler has
    written into the group after the restore (`shared` is the last write of any).
    """
    last = shared or own
    return {
        k: rates[k]
        for k, written in enumerate(own.rates)
        if rates[k] != written and (own.is_current(k, optimizer) or last.is_current(k, optimizer))
    }
