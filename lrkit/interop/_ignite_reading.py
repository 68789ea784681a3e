"""ignite's parameter schedulers in lrkit's terms, from the arguments of their constructors.

Source: pytorch/ignite, ignite/handlers/param_scheduler.py of 0.5.5. Event t sets the value that iteration t uses. Needs
nothing of ignite.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR

Options = Mapping[str, Any]
Curve = LearningRateSchedule
MOST_CYCLES = 1000
CONCAT = "ConcatScheduler"


def curve_of(name: str, options: Options) -> Curve:
    """The values of a class with these arguments; one that is missing without a default is a ``KeyError``."""
    return CLASSES[name](options)


def joined(curves: list[Curve], durations: list[int]) -> Curve:
    """``ConcatScheduler``: one after another, each on its own clock."""
    ends = [sum(durations[: k + 1]) for k in range(len(durations))]
    return JoinLR(tuple(curves), tuple(ends))


def _points(options: Options) -> Curve:
    """A milestone twice is a jump, to the value that is written last."""
    pairs = [(float(at), float(value)) for at, value in options["milestones_values"]]
    if len(pairs) == 1:
        return ConstantLR(pairs[0][1])
    milestones, values = zip(*pairs, strict=True)
    return PiecewiseLinearLR(milestones, values)


def _cycles(options: Options, shape: Callable[[float, float, int], Curve]) -> Curve:
    """Cycles whose lengths and ends may grow, with a straight way back between them."""
    start, end, size = float(options["start_value"]), float(options["end_value"]), int(options["cycle_size"])
    growth, back = float(options.get("cycle_mult", 1.0)), int(options.get("warmup_duration", 0))
    first, last = float(options.get("start_value_mult", 1.0)), float(options.get("end_value_mult", 1.0))
    if size < 2:
        raise ValueError(f"cycle_size must be at least 2, got {size}")
    if growth == 1 and first == last:
        cycle = _cycle(start, end, start * first, size, back, shape)
        return cycle.repeat(size + back, gamma=first) if first > 0 else cycle
    waves, starts, begin = [], [], 0
    for _ in range(MOST_CYCLES):
        waves.append(_cycle(start, end, start * first, size, back, shape))
        begin += size + back
        if begin > 2**52 or int(size * growth) < 1:
            break
        starts.append(begin)
        start, end, size, back = start * first, end * last, int(size * growth), int(back * growth)
    return JoinLR(tuple(waves), tuple(starts[: len(waves) - 1])) if len(waves) > 1 else waves[0]


def _cycle(
    start: float, end: float, later: float, size: int, back: int, shape: Callable[[float, float, int], Curve]
) -> Curve:
    """One cycle, and then the way to the next one's start."""
    wave = shape(start, end, size)
    return wave.then(PiecewiseLinearLR((0.0, float(back)), (end, later)), size) if back else wave


def _triangle(start: float, end: float, size: int) -> Curve:
    return PiecewiseLinearLR((0.0, size / 2, float(size)), (start, end, start))


def _slope(start: float, end: float, size: int) -> Curve:
    return PiecewiseLinearLR((0.0, float(size)), (start, end))


def _half_cosine(start: float, end: float, size: int) -> Curve:
    return PiecewiseCosineLR((0.0, float(size)), (start, end))


CLASSES: dict[str, Callable[[Options], Curve]] = {
    "PiecewiseLinear": _points,
    "LinearCyclicalScheduler": lambda o: _cycles(o, _slope if o.get("monotonic") else _triangle),
    "CosineAnnealingScheduler": lambda o: _cycles(o, _half_cosine),
}
"""Each class whose values are a formula, by its name."""
