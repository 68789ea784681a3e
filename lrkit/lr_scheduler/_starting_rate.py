"""The base rate that a new scheduler starts from in each group: see the notes of `LRScheduler` for the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ._groups import checked_rate, lr_scale, read_rates
from ._last_write import LastWrite, record_of, restores_of


class StartingRate(NamedTuple):
    base_lr: float
    scale: float = 1.0
    set_by_hand: bool = False
    in_doubt: bool = False
    """Whether the group has a rate that may have been set by hand, and was passed over."""


def starting_rates(owner: str, optimizer: Any, rates: Sequence[float], resumed: bool) -> list[StartingRate]:
    """The starting rate of each group, whose present rates are given. A run that is resumed must have noted them."""
    last, restores, groups = record_of(optimizer).last_write, restores_of(optimizer), optimizer.param_groups
    if resumed:
        for k, group in enumerate(groups):
            if "initial_lr" not in group:
                raise KeyError(f"{owner}: to resume, group {k} must have the key 'initial_lr'")
        return [StartingRate(rate) for rate in read_rates(owner, groups, "initial_lr")]
    return [_starting_rate(owner, last, groups, k, rate, restores) for k, rate in enumerate(rates)]


def _starting_rate(
    owner: str, last: LastWrite | None, groups: Sequence[Any], k: int, rate: float, restores: int
) -> StartingRate:
    if "initial_lr" not in groups[k]:
        return StartingRate(rate)
    initial = checked_rate(owner, f"initial_lr of group {k}", groups[k]["initial_lr"])
    scaled = initial * lr_scale(owner, groups[k], k)
    if last is None or not last.is_current(k, groups, restores):
        return StartingRate(initial, in_doubt=rate not in (initial, scaled))
    if rate == last.rates[k]:
        return StartingRate(initial, rate / scaled if last.at_construction and scaled else 1.0)
    if rate == 0:  # frozen by hand: the curve keeps its base rate for when the group is thawed
        return StartingRate(initial, 0.0, set_by_hand=True)
    return StartingRate(rate, set_by_hand=True)
