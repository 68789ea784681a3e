"""Who wrote the rates last: what tells a rate set by hand from one that a scheduler wrote or that was loaded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ._groups import checked, lr_scale

NAME = "_lrkit_ledger"


class Trace:
    """What a scheduler wrote last: into which groups, which rates, for which epoch."""

    __slots__ = ("epoch", "groups", "rates", "restores")

    def note(self, groups: Sequence[Any], rates: list[float], epoch: float, optimizer: Any) -> None:
        self.groups, self.rates, self.epoch = tuple(groups), rates, epoch
        self.restores = getattr(optimizer, "restores", 0)

    def holds(self, k: int, groups: Sequence[Any], restores: int) -> bool:
        """Whether a group is the one that was written into, and no state has been loaded into it since.

        Loading puts new dicts in the place of the groups, as torch's optimizers do, or is counted in ``restores``, as
        this package's do.
        """
        return k < len(self.groups) and self.groups[k] is groups[k] and self.restores == restores


class Ledger:
    """Kept with an optimizer for all schedulers of it: who wrote last. It keeps no scheduler alive."""

    __slots__ = ("count", "fresh", "last")

    def __init__(self) -> None:
        self.last: Trace | None = None
        self.fresh = False  # whether whoever wrote last has not been stepped yet
        self.count = 0  # of the schedulers made so far


def ledger_of(optimizer: Any) -> Ledger:
    """The ledger of an optimizer: a new one the first time, or if it takes no attributes."""
    ledger = getattr(optimizer, NAME, None)
    if not isinstance(ledger, Ledger):
        ledger = Ledger()
        with suppress(AttributeError, TypeError):  # of an optimizer with slots: its schedulers do without
            setattr(optimizer, NAME, ledger)
    return ledger


def restores_of(optimizer: Any) -> int:
    """How many states an optimizer has loaded, if it counts them."""
    return getattr(optimizer, "restores", 0)


class Beginning(NamedTuple):
    """Where a scheduler's curve begins in a group."""

    base: float
    scale: float = 1.0
    by_hand: bool = False
    doubtful: bool = False


def beginnings(owner: str, optimizer: Any, rates: Sequence[float]) -> list[Beginning]:
    """The base rate and the scale of each group for a scheduler that begins: see `LRScheduler` for the rule."""
    ledger, restores, groups = ledger_of(optimizer), restores_of(optimizer), optimizer.param_groups
    return [_beginning(owner, ledger, groups, k, rate, restores) for k, rate in enumerate(rates)]


def _beginning(owner: str, ledger: Ledger, groups: Sequence[Any], k: int, rate: float, restores: int) -> Beginning:
    if "initial_lr" not in groups[k]:
        return Beginning(rate)
    noted = checked(owner, f"initial_lr of group {k}", groups[k]["initial_lr"])
    last, unit = ledger.last, noted * lr_scale(owner, groups[k], k)
    if last is None or not last.holds(k, groups, restores):
        return Beginning(noted, doubtful=rate not in (noted, unit))
    if rate == last.rates[k]:
        return Beginning(noted, rate / unit if ledger.fresh and unit else 1.0)
    return Beginning(rate or noted, 1.0 if rate else 0.0, by_hand=True)  # 0 by hand: frozen, until it is thawed
