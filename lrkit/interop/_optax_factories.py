"""The schedules of optax's factories: for each a function with the factory's own arguments."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from .._params import LARGEST_COUNT
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ._decays import cosine, exponential, polynomial
from ._errors import DepartureWarning, refused
from ._numbers import whole
from ._optax_schedule import OptaxSchedule


def _constant_schedule(value: float) -> LearningRateSchedule:
    return ConstantLR(value)


def _linear_schedule(
    init_value: float, end_value: float, transition_steps: float, transition_begin: float
) -> LearningRateSchedule:
    if transition_steps <= 0:
        return ConstantLR(init_value)
    begin = max(transition_begin, 0)
    return PiecewiseLinearLR((begin, begin + transition_steps), (init_value, end_value))


def _polynomial_schedule(
    init_value: float, end_value: float, power: float, transition_steps: float, transition_begin: float
) -> LearningRateSchedule:
    if power == 1 or transition_steps <= 0:
        return _linear_schedule(init_value, end_value, transition_steps, transition_begin)
    return _begun(polynomial(init_value, end_value, transition_steps, power), transition_begin)


def _begun(schedule: LearningRateSchedule, begin: float) -> LearningRateSchedule:
    begin = whole("from_optax", "transition_begin", max(begin, 0))
    return schedule.shift(begin) if begin else schedule


def _piecewise_constant_schedule(
    init_value: float, boundaries_and_scales: Mapping[float, float] | None
) -> LearningRateSchedule:
    milestones, rates = [], [init_value]
    for boundary, scale in sorted((boundaries_and_scales or {}).items()):
        if boundary <= 0:  # in force from the first step on
            rates[0] *= scale
        else:
            milestones.append(math.ceil(boundary))
            rates.append(rates[-1] * scale)
    if not milestones:
        return ConstantLR(rates[0])
    return PiecewiseConstantLR((*milestones, milestones[-1] + 1), tuple(rates))


def _exponential_decay(
    init_value: float,
    transition_steps: float,
    decay_rate: float,
    transition_begin: float,
    staircase: bool,
    end_value: float | None,
) -> LearningRateSchedule:
    if transition_steps <= 0 or decay_rate == 0:
        return ConstantLR(init_value)
    schedule = exponential(init_value, decay_rate, transition_steps, bool(staircase))
    if end_value is None:
        return _begun(schedule, transition_begin)
    if decay_rate < 1:
        return _begun(schedule, transition_begin).clip(min_lr=end_value)
    if init_value > 0 and decay_rate > 1:
        if end_value <= init_value:
            return ConstantLR(end_value)
        # Held where it is above its bound, so that it does not grow beyond all floats.
        factors = math.log(end_value / init_value) / math.log(decay_rate) + 2
        schedule = schedule.hold(min(math.ceil(factors * transition_steps), LARGEST_COUNT))
    return _begun(schedule, transition_begin).clip(max_lr=end_value)


def _cosine_decay_schedule(
    init_value: float, decay_steps: float, alpha: float, exponent: float
) -> LearningRateSchedule:
    return cosine(init_value, alpha * init_value, decay_steps, exponent)


Points = Iterable[tuple[float, float]]


def _piecewise_interpolate_schedule(
    interpolate_type: str, init_value: float, boundaries_and_scales: Mapping[float, float] | None
) -> LearningRateSchedule:
    return _interpolated(interpolate_type, init_value, (boundaries_and_scales or {}).items())


def _interpolated(interpolate_type: str, init_value: float, boundaries_and_scales: Points) -> LearningRateSchedule:
    milestones, rates = [0.0], [init_value]
    for boundary, scale in sorted(boundaries_and_scales, key=lambda item: item[0]):
        if 0 < boundary - milestones[-1] < 1:  # optax divides by 1 there
            raise refused("from_optax", f"the boundary {boundary!r} is less than a step behind {milestones[-1]!r}")
        milestones.append(boundary)
        rates.append(rates[-1] * scale)
    curve = PiecewiseLinearLR if interpolate_type == "linear" else PiecewiseCosineLR
    return curve(tuple(milestones), tuple(rates))


def _one_cycle(
    interpolate_type: str, init_value: float, boundaries_and_scales: Sequence[tuple[int, float]]
) -> LearningRateSchedule:
    boundaries = [boundary for boundary, _ in boundaries_and_scales]
    if len(set(boundaries)) < len(boundaries):
        message = (
            f"from_optax: the boundaries {boundaries} of the one-cycle schedule collide, and optax drops a phase; "
            "in the schedule read it is a jump"
        )
        warnings.warn(message, DepartureWarning, stacklevel=4)
    return _interpolated(interpolate_type, init_value, boundaries_and_scales)


def _linear_onecycle_schedule(
    transition_steps: int,
    peak_value: float,
    pct_start: float,
    pct_final: float,
    div_factor: float,
    final_div_factor: float,
) -> LearningRateSchedule:
    ends = int(pct_start * transition_steps), int(pct_final * transition_steps), transition_steps
    scales = div_factor, 1 / div_factor, 1 / final_div_factor
    return _one_cycle("linear", peak_value / div_factor, list(zip(ends, scales, strict=True)))


def _cosine_onecycle_schedule(
    transition_steps: int, peak_value: float, pct_start: float, div_factor: float, final_div_factor: float
) -> LearningRateSchedule:
    points = [
        (int(pct_start * transition_steps), div_factor),
        (int(transition_steps), 1 / (div_factor * final_div_factor)),
    ]
    return _one_cycle("cosine", peak_value / div_factor, points)


def _join_schedules(schedules: Sequence[Any], boundaries: Sequence[float]) -> LearningRateSchedule:
    if len(schedules) != len(boundaries) + 1:
        raise ValueError(
            f"from_optax: join_schedules: {len(schedules)} schedules need {len(schedules) - 1} boundaries, "
            f"got {len(boundaries)}"
        )
    parts: list[tuple[int, LearningRateSchedule]] = []
    for start, given in zip((0, *boundaries), schedules, strict=True):
        boundary = whole("from_optax", "a boundary", start, low=None)
        schedule = given.schedule if isinstance(given, OptaxSchedule) else given
        if not isinstance(schedule, LearningRateSchedule):
            raise refused("from_optax", "join_schedules joins lrkit's schedules: read each of its parts first")
        while parts and parts[-1][0] >= boundary:  # a part that a later one overtakes is never in force
            parts.pop()
        parts.append((boundary, schedule))
    (first, schedule), *rest = parts
    if first < 0:
        schedule = schedule.shift(first)
    if not rest:
        return schedule
    return JoinLR((schedule, *(part for _, part in rest)), tuple(boundary for boundary, _ in rest))


def _warmup_constant_schedule(init_value: float, peak_value: float, warmup_steps: float) -> LearningRateSchedule:
    return _linear_schedule(init_value, peak_value, warmup_steps, 0)


def _warmup_cosine_decay_schedule(
    init_value: float, peak_value: float, warmup_steps: float, decay_steps: float, end_value: float, exponent: float
) -> LearningRateSchedule:
    up = _linear_schedule(init_value, peak_value, warmup_steps, 0)
    end = end_value if peak_value else 0.0  # as optax: a fraction of the peak
    return _join_schedules([up, cosine(peak_value, end, decay_steps - warmup_steps, exponent)], [warmup_steps])


def _warmup_exponential_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: float,
    transition_steps: float,
    decay_rate: float,
    transition_begin: float,
    staircase: bool,
    end_value: float | None,
) -> LearningRateSchedule:
    up = _linear_schedule(init_value, peak_value, warmup_steps, 0)
    down = _exponential_decay(peak_value, transition_steps, decay_rate, transition_begin, staircase, end_value)
    return _join_schedules([up, down], [warmup_steps])


def _sgdr_schedule(cosine_kwargs: Sequence[Mapping[str, Any]]) -> LearningRateSchedule:
    cycles = [_warmup_cosine_decay_schedule(**given) for given in cosine_kwargs]
    return _join_schedules(cycles, list(accumulate(given["decay_steps"] for given in cosine_kwargs[:-1])))


READERS: dict[str, Callable[..., LearningRateSchedule]] = {
    "constant_schedule": _constant_schedule,
    "cosine_decay_schedule": _cosine_decay_schedule,
    "cosine_onecycle_schedule": _cosine_onecycle_schedule,
    "exponential_decay": _exponential_decay,
    "join_schedules": _join_schedules,
    "linear_onecycle_schedule": _linear_onecycle_schedule,
    "linear_schedule": _linear_schedule,
    "piecewise_constant_schedule": _piecewise_constant_schedule,
    "piecewise_interpolate_schedule": _piecewise_interpolate_schedule,
    "polynomial_schedule": _polynomial_schedule,
    "sgdr_schedule": _sgdr_schedule,
    "warmup_constant_schedule": _warmup_constant_schedule,
    "warmup_cosine_decay_schedule": _warmup_cosine_decay_schedule,
    "warmup_exponential_decay_schedule": _warmup_exponential_decay_schedule,
}
"""By the name of the factory."""
