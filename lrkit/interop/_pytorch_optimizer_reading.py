"""pytorch-optimizer's schedulers in lrkit's terms, from their attributes.

Source: kozistr/pytorch_optimizer, pytorch_optimizer/lr_scheduler/*.py and base/scheduler.py of 4.1.0. Needs nothing
of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..catalogue._between import between
from ..catalogue.cooldown import cooldown
from ..catalogue.cosine_wave import cosine_wave
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.rex_decay import RexDecayLR
from ..schedules.table import TableLR
from ._decays import cosine, line
from ._numbers import number, whole
from ._transformers_functions import cosine_between

Curve = LearningRateSchedule
PACKAGE = "pytorch_optimizer"
MOST_CYCLES = 1000
FAR = 2.0**40
"""A step that no run comes to."""


# Classes that are torch's too -----------------------------------------------------------------------------------------


def restarts(scheduler: Any) -> Curve:
    """``CosineAnnealingWarmupRestarts``: cycles of a line and half a cosine, whose cosine grows and whose top shrinks.

    Without a warm-up the first update has the lowest rate all the same.
    """
    name = type(scheduler).__name__
    low, top = float(scheduler.min_lr), float(scheduler.base_max_lr)
    warmup = whole(name, "warmup_steps", scheduler.warmup_steps)
    size = whole(name, "first_cycle_steps", scheduler.first_cycle_steps, low=1) - warmup
    growth, gamma = number(name, "cycle_mult", scheduler.cycle_mult, low=0), float(scheduler.gamma)
    if not gamma > 0:
        raise ValueError(f"{name}: gamma must be > 0, got {gamma}")
    cycles: list[Curve] = []
    starts: list[int] = []
    begin, later = 0, max(1, int(size * growth))
    while later != size and begin < FAR and len(cycles) < MOST_CYCLES:
        cycles.append(_cycle(low, top, size, warmup))
        begin += warmup + size
        starts.append(begin)
        size, later, top = later, max(1, int(later * growth)), top * gamma
    cycles.append(_repeated(low, top, size, warmup, gamma))
    curve = JoinLR(tuple(cycles), tuple(starts)) if starts else cycles[0]
    return curve if warmup else _one_update_at(low, curve)


def _cycle(low: float, top: float, size: int, warmup: int) -> Curve:
    fall = cosine(top, low, size)
    return line(low, top, warmup).then(fall, warmup) if warmup else fall


def _repeated(low: float, top: float, size: int, warmup: int, gamma: float) -> Curve:
    """Cycles of one length without end; the top shrinks, and the bottom does not."""
    length = size + warmup
    if gamma == 1 or not low:
        return _cycle(low, top, size, warmup).repeat(length, gamma=gamma)
    shape = _cycle(0.0, 1.0, size, warmup)
    return top * shape.repeat(length, gamma=gamma) + low * (1 - shape).repeat(length)


def rex(scheduler: Any) -> Curve:
    """``REXScheduler``: the paper's curve, but for the first update, which has the lowest rate."""
    low, top, steps = float(scheduler.min_lr), float(scheduler.max_lr), int(scheduler.total_steps)
    if steps < 1 or low == top:
        return ConstantLR(low)
    fall = RexDecayLR(low, top, steps) if 0 <= low < top else between(low, top, RexDecayLR(0.0, 1.0, steps))
    return _one_update_at(low, fall)


def _one_update_at(low: float, curve: Curve) -> Curve:
    """The curve on its own clock, with another rate in the place of its first one."""
    return ConstantLR(low).then(curve.shift(-1), 1)


# Classes of its own: the first update has min_lr, and each later one the rate of the step before ----------------------


def warmed(scheduler: Any) -> Curve:
    """``LinearScheduler``, ``CosineScheduler`` and ``PolyScheduler``, none of which ends at its ``t_max``."""
    low, top, start = (float(getattr(scheduler, key)) for key in ("min_lr", "max_lr", "init_lr"))
    warmup = int(scheduler.warmup_steps)
    size = int(scheduler.total_steps) - warmup
    fall = FALLS[type(scheduler).__name__](scheduler, low, top, size)
    body = line(start, top, warmup).then(fall, warmup) if warmup else fall
    return ConstantLR(low).then(body, 1)


def _line(scheduler: Any, low: float, top: float, size: int) -> Curve:
    """A straight line that goes on below its end."""
    _require_size(scheduler, size)
    if low == top:
        return ConstantLR(top)
    return PiecewiseLinearLR((0.0, FAR), (top, top + (low - top) * (FAR / size)))


def _cosine(scheduler: Any, low: float, top: float, size: int) -> Curve:
    """A cosine that climbs again past its end."""
    _require_size(scheduler, size)
    return ConstantLR(top) if low == top else cosine_wave(low, top, size)


def _power(scheduler: Any, low: float, top: float, size: int) -> Curve:
    """One update at the top, and then a power of the updates since the warm-up: it climbs, whatever ``t_max`` is."""
    if low == top:
        return ConstantLR(top)
    power = number(type(scheduler).__name__, "poly_order", scheduler.poly_order)
    updates = PiecewiseLinearLR((0.0, FAR), (0.0, FAR))
    climb = between(low, top, updates if power == 1 else updates**power)
    return ConstantLR(top).then(climb.shift(-1), 1)


def _require_size(scheduler: Any, size: int) -> None:
    if size < 1:
        raise ValueError(f"{type(scheduler).__name__}: t_max must be above warmup_steps, by which it divides")


FALLS: dict[str, Callable[[Any, float, float, int], Curve]] = {
    "LinearScheduler": _line, "CosineScheduler": _cosine, "PolyScheduler": _power,
}  # fmt: skip


def proportional(scheduler: Any, rate: Curve) -> Curve:
    """``ProportionScheduler``: the place of a rate between two, as a place between two values."""
    low, high = float(scheduler.min_lr), float(scheduler.max_lr)
    first, last = float(scheduler.min_value), float(scheduler.max_value)
    if not high > low or first == last:
        return ConstantLR(last)
    slope = (last - first) / (high - low)
    return rate * slope + (first - low * slope)


# Functions of a LambdaLR ---------------------------------------------------------------------------------------------


def of_function(function: Any, base: float) -> Curve | None:
    """What one of its functions makes of a base rate; None of another."""
    if not isinstance(function, partial) or function.args:
        return None
    reader = FUNCTIONS.get(function.func.__name__)
    return None if reader is None else reader(base, **function.keywords)


def _chebyshev(base: float, *, num_epochs: int, is_warmup: bool = False) -> Curve:
    """Reciprocals of Chebyshev's nodes in fractal order, from epoch 2 on; after the last of them, that one."""
    if is_warmup:
        return ConstantLR(base)
    nodes = 2 ** (int(np.log2(num_epochs - 1)) + 1) if num_epochs > 1 else 1
    small, big = 0.05, 1.0
    angles = (np.arange(nodes) + 0.5) * math.pi / nodes
    steps = 1.0 / ((big + small) / 2 - (big - small) / 2 * np.cos(angles))
    order = np.array([0])
    while len(order) < nodes - 2:
        order = np.vstack([order, 2 * len(order) - 1 - order]).T.flatten()
    factors = steps[order[order < nodes]]
    return TableLR(base * np.concatenate([factors[:1], factors[:1], factors]))


def _trapezium(
    base: float, *, num_warmup_steps: int, num_stable_steps: int, num_decay_steps: int, min_lr_ratio: float,
    num_cycles: float, cooldown_type: str,
) -> Curve:  # fmt: skip
    """Only the cosine ends at the minimum: the other falls go to 0, and the rate jumps up to the minimum."""
    low = base * min_lr_ratio
    phases: list[tuple[Curve, int]] = [
        (line(0.0, base, num_warmup_steps), num_warmup_steps), (ConstantLR(base), num_stable_steps),
    ]  # fmt: skip
    if cooldown_type == "cosine":
        phases.append((cosine_between(low, base, num_cycles, max(1, num_decay_steps)), num_decay_steps))
    elif cooldown_type in ("1-sqrt", "1-square", "linear") and num_decay_steps:
        phases.append((cooldown(num_decay_steps, cooldown_type) * base, num_decay_steps))
    kept = [(curve, steps) for curve, steps in phases if steps > 0]
    if not kept:
        return ConstantLR(low)
    ends = np.cumsum([steps for _, steps in kept])
    return JoinLR((*(curve for curve, _ in kept), ConstantLR(low)), tuple(map(int, ends)))


FUNCTIONS: dict[str, Callable[..., Curve]] = {
    "get_chebyshev_lr_lambda": _chebyshev, "get_wsd_scheduler_lambda": _trapezium,
}  # fmt: skip
