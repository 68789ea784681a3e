"""The base rate that a new scheduler starts from in each group: see the notes of `LRScheduler` for the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ._groups import checked_rate, lr_scale, read_rates
from ._last_write import record_of


class StartingRate(NamedTuple):
    base_lr: float
    scale: float = 1.0
    set_by_hand: bool = False
    in_doubt: bool = False
    """Whether the group has another rate, which is not used and may have been set by hand."""


def starting_rates(owner: str, optimizer: Any, rates: Sequence[float], resumed: bool) -> list[StartingRate]:
    """The starting rate of each group, whose present rates are given. A run that is resumed must have noted them."""
    groups = optimizer.param_groups
    if resumed:
        for k, group in enumerate(groups):
            if "initial_lr" not in group:
                raise KeyError(f"{owner}: to resume, group {k} must have the key 'initial_lr'")
        return [StartingRate(rate) for rate in read_rates(owner, groups, "initial_lr")]
    return [_starting_rate(owner, optimizer, k, rate) for k, rate in enumerate(rates)]


def _starting_rate(owner: str, optimizer: Any, k: int, rate: float) -> StartingRate:
    group, last = optimizer.param_groups[k], record_of(optimizer).last_write
    if "initial_lr" not in group:
        return StartingRate(rate)
    initial = checked_rate(owner, f"initial_lr of group {k}", group["initial_lr"])
    scaled = initial * lr_scale(owner, group, k)
    if last is None or not last.is_current(k, optimizer):
        return StartingRate(initial, in_doubt=rate not in (initial, scaled))
    if rate == last.rates[k]:
        return StartingRate(initial, rate / scaled if last.at_construction and scaled else 1.0)
    if rate == 0:  # set by hand to freeze the group: the base rate is kept for when it is edited again
        return StartingRate(initial, 0.0, set_by_hand=True)
    return StartingRate(rate, set_by_hand=True)
