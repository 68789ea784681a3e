"""What a schedule is called: `recognised` finds the function of the catalogue that makes it, and the arguments.

`named` keeps of these calls the ones that say more than the expression itself does: names in pictures, code to paste
and the notebook's card ask it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .._params import fields_of
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS
from ..schedules.join import JoinLR
from ..schedules.warm_up import WarmUpLR
from ._entries import INVERSES
from ._short_numbers import digits


class Call(NamedTuple):
    """A call of a function of the catalogue; arguments that are the defaults are left out."""

    name: str
    arguments: dict[str, Any]

    @property
    def weight(self) -> int:
        """How much there is to write: the `weight` of its arguments."""
        return weight(tuple(self.arguments.values()))


def recognised(schedule: LearningRateSchedule) -> Call | None:
    """The call of a function of the catalogue that returns this schedule, or None if there is none.

    The call is never wrong: what it returns has been compared with the schedule. Where several calls return it, the
    one that has the least to write is taken, so that numbers come back as somebody would write them; of two with
    equally much, the one whose function comes first in the alphabet. `noise` is only recognised by its first thousand
    seeds.

    Examples
    --------
    >>> import lrkit
    >>> from lrkit.catalogue._recognition import recognised
    >>> recognised(lrkit.one_cycle(0.1, 1000))
    Call(name='one_cycle', arguments={'max_lr': 0.1, 'total_steps': 1000})
    >>> recognised(lrkit.WarmUpLR(0.1, 10))
    """
    return min(calls_of(schedule), key=lambda call: (call.weight, call.name), default=None)


def calls_of(schedule: LearningRateSchedule) -> Iterator[Call]:
    """Every known call that returns the schedule: the functions that return its class are asked, and compared."""
    for name, inverse in INVERSES.get(type(schedule), {}).items():
        for proposed in inverse(schedule):
            arguments = {
                key: proposed[key]
                for key, field in fields_of(FUNCTIONS[name]).items()
                if key in proposed and (field.required or proposed[key] != field.default)
            }
            try:
                made = FUNCTIONS[name](**arguments)
            except (TypeError, ValueError, ArithmeticError):  # outside its domain
                continue
            if made == schedule:
                yield Call(name, arguments)


def named(schedule: LearningRateSchedule) -> Call | None:
    """The call that returns this schedule, if it is shorter to write than the schedule itself.

    Three points are called a one-cycle policy only if its numbers are the rounder ones. A curve that falls is not
    called a warm-up.
    """
    call = recognised(schedule)
    if call is None or call.weight >= weight(schedule):
        return None
    if call.name.endswith("warm_up") and schedule(0) > schedule(schedule.horizon):
        return None
    return call


def weight(value: Any) -> int:
    """How much there is to write of a schedule or an argument: its digits, and one mark for each item in it.

    A warm-up in front of a schedule is written as the method: its length alone counts.
    """
    match value:
        case JoinLR((WarmUpLR(peak, warmup), rest), (milestone,)) if warmup == milestone and peak == rest(0):
            return weight((warmup,)) + weight(rest)
        case LearningRateSchedule():
            return sum(1 + weight(item) for _, item in value._written())  # noqa: SLF001
        case list() | tuple():
            return sum(map(weight, value), start=len(value))
        case np.ndarray():
            return 2 * value.size
    return digits(value)


def written(schedule: LearningRateSchedule) -> tuple[str, list[tuple[str, Any]]]:
    """How a schedule is written: the name of the class or function, and its arguments.

    An argument is a value and what stands before it: its name and ``=``, or nothing if it is a schedule.
    """
    if call := named(schedule):
        return call.name, [(f"{name}=", value) for name, value in call.arguments.items()]
    return type(schedule).__name__, list(schedule._written())  # noqa: SLF001


def text_of(value: Any) -> str:
    """A schedule as one line of code, which `lrkit.parse` reads back: its `repr` in the catalogue's names.

    Any other argument is written as it is in that line.
    """
    if isinstance(value, LearningRateSchedule):
        name, arguments = written(value)
        return f"{name}({', '.join(before + text_of(item) for before, item in arguments)})"
    if isinstance(value, tuple):
        return f"[{', '.join(map(text_of, value))}]"
    return repr(value.tolist() if isinstance(value, np.ndarray) else value)
