"""The six ways in which a run goes on from a step: each gives what follows, on a clock that starts there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._params import shorten
from ..catalogue._between import between
from ..catalogue._short_numbers import plain
from ..catalogue._simplified import simplified
from ..catalogue.cooldown import cooldown
from ..catalogue.linear import linear
from ..chart.sampling import rates_at, sample_steps
from ..schedules._base import LearningRateSchedule
from ..schedules._endless import is_endless
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ._resized import appended, resized, rest_of

REWARM_SHARE = 100
"""A new warm-up takes a hundredth of what is left, unless it is told otherwise."""


@dataclass(frozen=True)
class Asked:
    """What is to be extended, from which step to which, and the options as they were given; None leaves one open."""

    old: LearningRateSchedule
    at: int
    to: int
    steps: int | None
    options: dict[str, Any]

    @property
    def left(self) -> int:
        """The updates that are still to come."""
        return self.to - self.at

    @property
    def end(self) -> int:
        """The length of the old run: told, or where nothing new happens any more."""
        if self.steps is not None:
            return self.steps
        if is_endless(self.old):
            raise ValueError("extend: steps must be given, the length of the old run: the schedule repeats without end")
        return self.old.horizon

    def number(self, name: str, default: Any) -> Any:
        given = self.options[name]
        return default if given is None else given


def rescale(asked: Asked) -> LearningRateSchedule:
    whole = _resized(asked, asked.to)
    return rest_of(whole, asked.at)


def hold(asked: Asked) -> LearningRateSchedule:
    if simplified(asked.old.hold(asked.end)) == simplified(asked.old):  # it is level from its end on
        return rest_of(asked.old, asked.at)
    last = ConstantLR(asked.old(asked.end))
    if asked.at >= asked.end:
        return last
    return appended(rest_of(asked.old, asked.at), asked.end - asked.at, last)


def rewarm(asked: Asked) -> LearningRateSchedule:
    warmup = asked.number("warmup_steps", max(1, asked.left // REWARM_SHARE))
    if warmup >= asked.left:
        raise ValueError(f"extend: warmup_steps must be below the {asked.left} steps that are left, got {warmup}")
    top = asked.options["max_lr"]
    if top is None and (top := _peak(asked.old, max(asked.end, asked.at))) <= 0:
        raise ValueError(f"extend: max_lr must be given: the schedule has no rate above 0, its highest is {top:g}")
    if (low := asked.options["min_lr"]) is None:
        low = min(max(asked.old(asked.end), 0.0), top)
    if low > top:
        raise ValueError(f"extend: min_lr must be at most max_lr, got {low:g} and {top:g}")
    decay = CosineDecayLR(low, top, asked.left - warmup) if low < top else ConstantLR(top)
    return decay.warmup(warmup, asked.number("start_lr", 0.0))


def cool_down(asked: Asked) -> LearningRateSchedule:
    length = asked.number("decay_steps", asked.left)
    if length > asked.left:
        raise ValueError(f"extend: decay_steps must be at most the {asked.left} steps that are left, got {length}")
    top, low = _rate_to_leave(asked), asked.number("min_lr", 0.0)
    tail = between(low, top, cooldown(length, asked.number("shape", "1-sqrt")))
    stay = asked.left - length
    return ConstantLR(top).then(tail, stay) if stay else tail


def restart(asked: Asked) -> LearningRateSchedule:
    return _resized(asked, asked.left)


def to_zero(asked: Asked) -> LearningRateSchedule:
    return linear(_rate_to_leave(asked), 0.0, asked.left)


WAYS: dict[str, tuple[Callable[[Asked], LearningRateSchedule], tuple[str, ...]]] = {
    "rescale": (rescale, ("scaled_warmup",)),
    "hold": (hold, ()),
    "rewarm": (rewarm, ("warmup_steps", "start_lr", "max_lr", "min_lr")),
    "cooldown": (cool_down, ("decay_steps", "shape", "min_lr")),
    "restart": (restart, ("scaled_warmup",)),
    "to_zero": (to_zero, ()),
}
"""What each way does, and which options it has."""


def _resized(asked: Asked, length: int) -> LearningRateSchedule:
    end = asked.end
    try:
        return resized(asked.old, end, length, scaled_warmup=bool(asked.options["scaled_warmup"]))
    except ValueError as error:
        raise ValueError(f"extend: {str(error).removeprefix('extend: ')}; scaled_warmup=True scales it too") from None


def _rate_to_leave(asked: Asked) -> float:
    """The rate of the old schedule at `at`, from which it goes down."""
    rate: float = asked.old(asked.at)
    if rate == 0:
        raise ValueError(
            f"extend: the rate at step {asked.at} is 0, so that there is nothing to come down from: "
            "take an earlier step, how='rewarm' or how='restart'"
        )
    return rate


def _peak(schedule: LearningRateSchedule, steps: int) -> float:
    """The highest rate of a run."""
    places, _ = sample_steps(schedule, steps)
    return plain(float(rates_at(schedule, np.floor(places)).max()))


def refuse_others(how: str, options: dict[str, Any]) -> None:
    """Raise `TypeError` for an option that the way does not have."""
    known = WAYS[how][1]
    for name, given in options.items():
        if given is not None and name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise TypeError(f"extend: how={how!r} has no option {name}, got {shorten(given)}; {has}")
