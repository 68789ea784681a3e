"""`simplified`: the same curve as a shorter expression, for names, comparisons and code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import OffsetLR, ScaleLR
from ..schedules.blocks import EveryLR
from ..schedules.clock import HoldLR, RepeatLR, ShiftLR, StretchLR
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.cosine_k_decay import CosineKDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.power import PowerLR
from ..schedules.rex_decay import RexDecayLR
from ..schedules.tanh_decay import TanhDecayLR
from ..schedules.warm_up import WarmUpLR
from ._sealed import Sealed, on_sealed, with_parts
from ._short_numbers import plain

Rule = Callable[[float], float]
FROM_MIN_TO_MAX = (CosineDecayLR, CosineKDecayLR, RexDecayLR, TanhDecayLR)
ONE_RATE = (ConstantLR, ExponentialDecayLR, InverseDecayLR, NaturalExpDecayLR, WarmUpLR)


@on_sealed
def simplified(schedule: LearningRateSchedule) -> LearningRateSchedule:
    """The same curve, to rounding, with factors and offsets inside, joins flat, and what is never reached left out."""
    return _simplified(schedule)


def _simplified(schedule: LearningRateSchedule) -> LearningRateSchedule:
    if isinstance(schedule, Sealed):
        return schedule
    try:
        return _rewritten(with_parts(schedule, _simplified))
    except (ValueError, OverflowError):  # a rate that no float holds, or a step beyond the last: as it stands
        return schedule


def _rewritten(schedule: LearningRateSchedule) -> LearningRateSchedule:
    """A schedule whose parts are simplified, simplified itself."""
    match schedule:
        case ScaleLR(inner, factor):
            return _mapped(inner, lambda rate: plain(factor * rate), falls=factor < 0) or schedule
        case OffsetLR(inner, offset):
            return _mapped(inner, lambda rate: plain(rate + offset), moved=True) or schedule
        case ShiftLR(inner, 0) | StretchLR(inner, 1.0) | RepeatLR(inner, cycles=1):
            return inner
        case PowerLR(inner, 1.0) if isinstance(inner, (WarmUpLR, *FROM_MIN_TO_MAX)):  # never below 0
            return inner
        case PiecewiseLinearLR((0.0, end), (first, last)) if end >= 1 and end.is_integer() and min(first, last) >= 0:
            if first == last:
                return ConstantLR(first)
            return PolynomialDecayLR(first, last, int(end), 1.0) if first else WarmUpLR(last, int(end))
        case EveryLR(ConstantLR() as inner, _):
            return inner
        case HoldLR(inner, end):
            return _held(inner, end)
        case JoinLR():
            return joined(list(_pieces(schedule)))
    return schedule


def _mapped(  # noqa: C901  # a table
    schedule: LearningRateSchedule, rule: Rule, *, falls: bool = False, moved: bool = False
) -> LearningRateSchedule | None:
    """The curve with a linear rule applied to each of its rates, or None if no schedule here says that.

    `falls`: the rule has a negative factor, so that high rates become low ones. `moved`: the rule adds an offset, so
    that it cannot be applied to a factor of the curve alone.
    """
    made: LearningRateSchedule | None = None
    match schedule:
        case RepeatLR(gamma=gamma) if moved and gamma != 1:
            pass
        case RepeatLR() | HoldLR() | ShiftLR() | StretchLR() | EveryLR():
            inner = _mapped(schedule.schedule, rule, falls=falls, moved=moved)
            made = replace(schedule, schedule=inner) if inner else None
        case JoinLR(schedules, milestones):
            parts = [_mapped(part, rule, falls=falls, moved=moved) for part in schedules]
            found = tuple(part for part in parts if part)
            made = JoinLR(found, milestones) if len(found) == len(parts) else None
        case ScaleLR(inner, factor) if not moved:
            made = ScaleLR(inner, rule(factor))
        case WarmUpLR(rate, steps) if falls or moved:
            made = _rewritten(PiecewiseLinearLR((0.0, float(steps)), (rule(0.0), rule(rate))))
        case CosineDecayLR(low, high, steps) if falls or rule(low) < 0:
            made = PiecewiseCosineLR((0.0, float(steps)), (rule(high), rule(low)))
        case PiecewiseConstantLR() | PiecewiseCosineLR() | PiecewiseLinearLR():
            made = _rewritten(replace(schedule, learning_rates=tuple(map(rule, schedule.learning_rates))))
        case ConstantLR(rate):
            made = ConstantLR(rule(rate))
        case PolynomialDecayLR() if rule(schedule.learning_rate) > 0 and rule(schedule.end_learning_rate) >= 0:
            first, last = rule(schedule.learning_rate), rule(schedule.end_learning_rate)
            made = replace(schedule, learning_rate=first, end_learning_rate=last)
        case _ if isinstance(schedule, FROM_MIN_TO_MAX) and 0 <= rule(schedule.min_lr) < rule(schedule.max_lr):
            made = replace(schedule, min_lr=rule(schedule.min_lr), max_lr=rule(schedule.max_lr))
        case _ if isinstance(schedule, ONE_RATE) and not (falls or moved) and rule(schedule.learning_rate) > 0:
            made = replace(schedule, learning_rate=rule(schedule.learning_rate))
    return made


def _held(schedule: LearningRateSchedule, end: int) -> LearningRateSchedule:
    """A schedule up to a step, and its rate there from then on."""
    if isinstance(schedule, RepeatLR) and end < schedule.period_steps:
        return _held(schedule.schedule, end)
    if isinstance(schedule, JoinLR):
        *before, (last, start) = _until(schedule, end + 1)
        return joined([*before, (_held(last, end - start), start)])
    if end == 0 or isinstance(schedule, ConstantLR):
        return ConstantLR(schedule(end))
    return schedule if _level_from(schedule) <= end else HoldLR(schedule, end)


def _level_from(schedule: LearningRateSchedule) -> float:
    """The step from which a curve is level, as far as is known."""
    match schedule:
        case WarmUpLR():
            return schedule.warmup_steps
        case PiecewiseConstantLR() | PiecewiseCosineLR() | PiecewiseLinearLR():
            return schedule.milestones[-1]
        case PolynomialDecayLR(update_decay_steps=False):
            return schedule.decay_steps
    return schedule.decay_steps if isinstance(schedule, FROM_MIN_TO_MAX) else float("inf")


def _pieces(schedule: JoinLR) -> Iterator[tuple[LearningRateSchedule, int]]:
    """Each part that is reached and its start; of a join within a join, its parts."""
    edges = (0, *schedule.milestones, None)
    for part, (start, stop) in zip(schedule.schedules, pairwise(edges), strict=True):
        if start is None or (stop is not None and stop <= start):
            continue
        length = None if stop is None else stop - start
        opened = part
        while isinstance(opened, RepeatLR) and length is not None and length <= opened.period_steps:
            opened = opened.schedule
        if isinstance(opened, JoinLR):
            yield from ((inner, start + at) for inner, at in _until(opened, length))
        else:
            yield opened, start


def _until(schedule: JoinLR, length: int | None) -> list[tuple[LearningRateSchedule, int]]:
    """The parts of a join that begin before a step."""
    return [(part, at) for part, at in _pieces(schedule) if length is None or at < length]


def joined(pieces: list[tuple[LearningRateSchedule, int]]) -> LearningRateSchedule:
    """One schedule of parts and their starts, without a constant that equals the last rate of the decay before it."""
    kept: list[tuple[LearningRateSchedule, int]] = []
    for part, start in pieces:
        if kept and isinstance(part, ConstantLR):
            before, at = kept[-1]
            fallen = isinstance(before, (*FROM_MIN_TO_MAX, PolynomialDecayLR)) and _level_from(before) <= start - at
            if before == part or (fallen and before(start - at) == part.learning_rate):
                continue
        kept.append((part, start))
    if len(kept) == 1:
        return kept[0][0]
    schedules, starts = zip(*kept, strict=True)
    if all(isinstance(part, ConstantLR) for part in schedules):
        return PiecewiseConstantLR((*starts[1:], starts[-1] + 1), tuple(part.learning_rate for part in schedules))
    return JoinLR(schedules, starts[1:])
