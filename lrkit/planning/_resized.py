"""The shape of a schedule over a run of another length, its warm-up kept or scaled with the rest."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..catalogue._sealed import on_sealed
from ..catalogue._stretched import stretched
from ..schedules._base import LearningRateSchedule
from ..schedules._formula import computes_as
from ..schedules.arithmetic import OffsetLR, ProductLR, ScaleLR
from ..schedules.bounds import ClipLR, MinimumLR
from ..schedules.clock import ShiftLR
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.warm_up import WarmUpLR


@on_sealed
def resized(schedule: LearningRateSchedule, before: int, after: int, *, scaled_warmup: bool) -> LearningRateSchedule:
    """The schedule of a run of `before` steps as that of one of `after` steps.

    A warm-up keeps its steps unless it is to be scaled; what follows it ends where the run ends. A decay that is
    counted from the first step, with a warm-up in place of its beginning, stays so.
    """
    if not scaled_warmup:
        match schedule:
            case JoinLR((JoinLR(inner, starts), *rest), (end, *later)) if (
                starts[-1] <= end
            ):  # one join, to find its rise
                flat = JoinLR((*inner, *rest), (*starts, end, *later))
                return resized(flat, before, after, scaled_warmup=False)
            case JoinLR((first, *rest), (start, *later)) if start < before and _rises(first, start):
                if start >= after:
                    raise ValueError(f"its warm-up of {start} steps does not fit into {after}")
                decay = JoinLR(tuple(rest), tuple(at - start for at in later)) if later else rest[0]
                return appended(first, start, _after_warmup(decay, start, before, after))
            case MinimumLR(parts) | ProductLR(parts) if any(isinstance(part, WarmUpLR) for part in parts):
                kept = [p if isinstance(p, WarmUpLR) else stretched(p, Fraction(after, before)) for p in parts]
                return replace(schedule, schedules=tuple(kept))
            case ShiftLR(inner, late) if 0 < late < min(before, after):
                # One that ends with the run but for its delay, as of a scheduler that is stepped late, stays so.
                cut = 0 if inner.horizon == before else late
                return ShiftLR(resized(inner, before - cut, after - cut, scaled_warmup=False), late)
            case ScaleLR(inner) | OffsetLR(inner) | ClipLR(inner):
                return replace(schedule, schedule=resized(inner, before, after, scaled_warmup=False))
    return stretched(schedule, Fraction(after, before))


def _after_warmup(decay: LearningRateSchedule, start: int, before: int, after: int) -> LearningRateSchedule:
    if isinstance(decay, ShiftLR) and decay.shift_steps == -start:
        return ShiftLR(stretched(decay.schedule, Fraction(after, before)), -start)
    return stretched(decay, Fraction(after - start, before - start))


def _rises(schedule: LearningRateSchedule, steps: int) -> bool:
    """Whether a part is a warm-up: it ends higher than it begins, and never falls."""
    if steps < 1:
        return False
    rates = schedule(np.linspace(0, steps, 9))
    return bool((np.diff(rates) >= 0).all() and rates[-1] > rates[0])


def appended(old: LearningRateSchedule, at: int, new: LearningRateSchedule) -> LearningRateSchedule:
    """``old.then(new, at)`` in one flat join, without the parts that are never reached: every rate is the same.

    Parts that go on as they were are not begun anew.
    """
    pieces = [(part, start) for part, start in _pieces(old) if start < at]
    for part, start in _pieces(new):
        (last, since), begins = pieces[-1], at + start
        if _from(last, begins - since) != part:
            pieces.append((part, begins))
    (first, _), *others = pieces
    if not others:
        return first
    return JoinLR((first, *(part for part, _ in others)), tuple(start for _, start in others))


def rest_of(schedule: LearningRateSchedule, at: int) -> LearningRateSchedule:
    """The schedule from step `at` on, on a clock that starts there."""
    pieces = _pieces(schedule)
    last, since = [piece for piece in pieces if piece[1] <= at][-1]
    later = [(part, start - at) for part, start in pieces if start > at]
    first = _from(last, at - since)
    if not later:
        return first
    return JoinLR((first, *(part for part, _ in later)), tuple(start for _, start in later))


def _pieces(schedule: LearningRateSchedule) -> list[tuple[LearningRateSchedule, int]]:
    """The parts of a join that get a step, and the start of each."""
    if not computes_as(schedule, JoinLR):
        return [(schedule, 0)]
    starts = (0, *schedule.milestones)
    ends = (*schedule.milestones, None)
    found = zip(schedule.schedules, starts, ends, strict=True)
    return [(part, start) for part, start, end in found if end is None or start < end]


def _from(schedule: LearningRateSchedule, steps: int) -> LearningRateSchedule:
    """A part from a step of its own on; one that never changes is itself."""
    if steps == 0 or computes_as(schedule, ConstantLR):
        return schedule
    if computes_as(schedule, ShiftLR) and schedule.shift_steps <= 0:
        return ShiftLR(schedule.schedule, schedule.shift_steps - steps)
    return ShiftLR(schedule, -steps)
