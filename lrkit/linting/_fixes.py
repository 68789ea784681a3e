"""Schedules that a finding may offer in place of the one it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from .._params import fields_of
from ..schedules._base import LearningRateSchedule
from ..schedules._formula import computes_as
from ..schedules.clock import ShiftLR
from ..schedules.join import JoinLR

Curve = LearningRateSchedule


def ending_at(schedule: Curve, old: int, new: int) -> Iterator[Curve]:
    """The schedule with its decay ending at step `new` in place of `old`, the warm-up as it is; then all stretched."""
    if isinstance(schedule, JoinLR):
        start = schedule.milestones[-1]
        if start < min(old, new):
            for last in ending_at(schedule.schedules[-1], old - start, new - start):
                yield replace(schedule, schedules=(*schedule.schedules[:-1], last))
    elif computes_as(schedule, ShiftLR) and schedule.shift_steps < min(old, new):
        for inner in ending_at(schedule.schedule, old - schedule.shift_steps, new - schedule.shift_steps):
            yield inner.shift(schedule.shift_steps)
    else:
        fields: Any = fields_of(type(schedule))
        for name, value in schedule.parameters().items():
            if fields[name].param.unit == "step" and value == old and isinstance(value, int):
                same: Any = type(schedule)
                yield same(**schedule.parameters() | {name: new})
    yield stretched(schedule, new / old)


def stretched(schedule: Curve, factor: float) -> Curve:
    """The schedule made longer; the factor is written as a whole number where it is one."""
    return schedule.stretch(int(factor) if factor == int(factor) else factor)


def warmed_up_by(schedule: Curve, old: int, new: int) -> Iterator[Curve]:
    """The schedule with a warm-up of `new` steps in place of `old`, what follows beginning earlier."""
    if computes_as(schedule, JoinLR) and schedule.milestones[0] == old:
        first, *others = schedule.schedules
        later = tuple(stone - old + new for stone in schedule.milestones)
        for quick in ending_at(first, old, new):
            yield JoinLR((quick, *others), later)
    else:
        yield stretched(schedule, new / old)


def joined_smoothly(schedule: Curve, milestone: int) -> Iterator[Curve]:
    """The join with one of its parts scaled so that both meet: the one before, and then the one after."""
    if not isinstance(schedule, JoinLR) or milestone not in schedule.milestones:
        return
    k = schedule.milestones.index(milestone)
    start = (0, *schedule.milestones)[k]
    before, after = schedule.schedules[k : k + 2]
    left, right = before(milestone - start), after(0)
    for old, index, factor in ((before, k, right / left if left else 0), (after, k + 1, left / right if right else 0)):
        if factor > 0:
            parts = list(schedule.schedules)
            parts[index] = old * factor
            yield replace(schedule, schedules=tuple(parts))


def shifted(schedule: Curve, steps: int) -> Curve:
    """The schedule moved; one that was moved already is moved once."""
    if computes_as(schedule, ShiftLR):
        return shifted(schedule.schedule, steps + schedule.shift_steps)
    return schedule.shift(steps) if steps else schedule


def made(candidates: Iterable[Curve]) -> Iterator[Curve]:
    """The candidates as far as they can be made."""
    waiting = iter(candidates)
    with suppress(ValueError, TypeError, ArithmeticError):
        yield from waiting
