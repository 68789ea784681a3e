"""timm's schedulers, read: `from_timm`."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .._params import shorten
from ..catalogue._between import between
from ..catalogue.cooldown import cooldown
from ..catalogue.linear import linear
from ..catalogue.multi_step import multi_step
from ..catalogue.polynomial_k_decay import polynomial_k_decay
from ..catalogue.power_law import power_law
from ..schedules._base import LearningRateSchedule
from ..schedules.clock import growing_cycles
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.cosine_k_decay import CosineKDecayLR
from ..schedules.table import TableLR
from ..schedules.tanh_decay import TanhDecayLR
from ._decays import exponential
from ._errors import DepartureWarning, framework, refused
from ._numbers import whole

ADAPTER = "from_timm"
MOST_STARTS_CHECKED = 1000
"""At how many starts of cycles timm is asked whether it finds them."""


def from_timm(scheduler: Any, steps: int | None = None) -> list[LearningRateSchedule]:
    r"""The schedules of a timm scheduler, one for each parameter group.

    Warm-up, cycles, k-decay, floors, noise and the groups' ``lr_scale`` are read from the first epoch on, wherever the
    scheduler stands.

    Parameters
    ----------
    scheduler : timm.scheduler.scheduler.Scheduler
        A cosine, polynomial, tanh, step, multi-step or WSD scheduler; of that very class.
    steps : int, optional
        How long the run is, in the scheduler's own unit: needed if its noise has no end.

    Returns
    -------
    list of LearningRateSchedule
        Of the field that the scheduler moves (the learning rate), in the order of the groups. The step is timm's *t*:
        an epoch, or an update if ``t_in_epochs`` is False. An epoch of :math:`n` updates is ``.stretch(n)``, which
        moves smoothly within it.

    Raises
    ------
    TypeError, ValueError
        If the scheduler is of a class of your own, follows a metric, or has a decay function of your own; if a
        parameter is outside the domain that a schedule has, such as a warm-up that ends between two steps.

    Warns
    -----
    DepartureWarning
        If timm misses the start of a cycle, or a stair, to rounding; the schedules read do not.

    Notes
    -----
    *First step*: what ``scheduler.step(0)`` sets. timm's own training loop does not call it, and runs the first epoch
    with ``warmup_lr_init`` or the base rate, without noise. *When the warm-up ends*: without ``warmup_prefix`` the
    cycles' clock runs during the warm-up, so the base rate is never reached and the curve jumps down. *A milestone
    m*: timm's multi-step scheduler is a step early, at :math:`m - 1`, by design. *Past the end*: ``lr_min``.

    Examples
    --------
    >>> from lrkit.interop import from_timm
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)  # doctest: +SKIP
    >>> [schedule] = from_timm(timm.scheduler.CosineLRScheduler(optimizer, t_initial=300))  # doctest: +SKIP
    >>> schedule  # doctest: +SKIP
    CosineDecayLR(min_lr=0.0, max_lr=0.1, decay_steps=300)
    >>> schedule(150)  # doctest: +SKIP
    0.05
    """
    timm = framework("timm.scheduler", "timm", ADAPTER)
    name = type(scheduler).__name__
    if isinstance(scheduler, getattr(timm, "PlateauLRScheduler", ())):  # deprecated in timm
        raise refused(ADAPTER, f"{name} follows a metric, as lrkit.lr_scheduler.ReduceLROnPlateau does")
    if name not in _BODIES or type(scheduler) is not getattr(timm, name, None):
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of timm's own schedulers")
    length = None if steps is None else whole(ADAPTER, "steps", steps, low=1)
    groups = scheduler.optimizer.param_groups
    schedules = [_group(scheduler, number, base) for number, base in enumerate(scheduler.base_values)]
    _warn_of_departures(scheduler, schedules)
    noise = _noise(scheduler, length)
    noisy = schedules if noise is None else [schedule * noise for schedule in schedules]
    scales = [group.get("lr_scale", 1.0) for group in groups]
    return [schedule if scale == 1 else schedule * scale for schedule, scale in zip(noisy, scales, strict=True)]


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of timm, for `lrkit.plot` and its kin."""
    return from_timm(obj, steps)


def _group(scheduler: Any, number: int, base: float) -> LearningRateSchedule:
    """One group's schedule, without noise and scale."""
    warmup = whole(ADAPTER, "warmup_t", scheduler.warmup_t)
    body = _BODIES[type(scheduler).__name__](scheduler, float(base))
    if not warmup:
        return body
    start = scheduler.warmup_lr_init
    prefix = getattr(scheduler, "warmup_prefix", True)
    # timm's TanhLRScheduler lets its warm-up end at the first rate of the tangent, the others at the base rate.
    # The slope was computed when the scheduler was made, and is stored in it.
    aims = type(scheduler).__name__ == "TanhLRScheduler" and not prefix
    target = start + warmup * scheduler.warmup_steps[number] if aims else base
    return linear(start, target, warmup).then(body if prefix else body.shift(-warmup), warmup)


# The schedulers after their warm-up -----------------------------------------------------------------------------------


def _cosine(scheduler: Any, base: float) -> LearningRateSchedule:
    k = scheduler.k_decay

    def wave(length: int, low: float = 0.0, high: float = 1.0) -> LearningRateSchedule:
        return CosineDecayLR(low, high, length) if k == 1 else CosineKDecayLR(low, high, length, k)

    if scheduler.cycle_limit == 1 and scheduler.lr_min < base:
        return wave(_first_length(scheduler), scheduler.lr_min, base)
    return _cycles(scheduler, base, wave)


def _poly(scheduler: Any, base: float) -> LearningRateSchedule:
    return _cycles(scheduler, base, lambda n: polynomial_k_decay(0.0, 1.0, n, scheduler.power, scheduler.k_decay))


def _tanh(scheduler: Any, base: float) -> LearningRateSchedule:
    return _cycles(scheduler, base, lambda n: TanhDecayLR(0.0, 1.0, n, scheduler.lb, scheduler.ub))


def _step(scheduler: Any, base: float) -> LearningRateSchedule:
    return exponential(base, scheduler.decay_rate, scheduler.decay_t, stair=True)


def _multi_step(scheduler: Any, base: float) -> LearningRateSchedule:
    milestones = list(scheduler.decay_t)
    if milestones != sorted(milestones):
        raise ValueError(f"{ADAPTER}: decay_t must not decrease, got {shorten(milestones)}")
    places = tuple(max(0, math.ceil(milestone) - 1) for milestone in milestones)  # timm compares with t + 1
    return multi_step(base, places, scheduler.decay_rate) if base else ConstantLR(0.0)


def _wsd(scheduler: Any, base: float) -> LearningRateSchedule:
    total, decay = (whole(ADAPTER, name, getattr(scheduler, name), low=1) for name in ("t_initial", "decay_t"))
    low, shape = scheduler.lr_min, scheduler.decay_fn
    if not isinstance(shape, str):
        raise refused(ADAPTER, f"decay_fn is a function of your own, {shorten(shape)}")
    shape = "exponential" if shape == "exp" else shape
    fall = cooldown(decay, shape, power=scheduler.decay_power, ratio=scheduler.decay_ratio)
    before = total - decay
    if scheduler.stable_fn == "constant":
        high = max(base, low)
        tail = between(low, high, fall)
        return ConstantLR(high).then(tail, before) if before else tail
    power = 0.5 if scheduler.stable_fn == "rsqrt" else scheduler.stable_power
    stable = power_law(base, power, scheduler.stable_timescale) if base else ConstantLR(0.0)
    stable = stable.clip(min_lr=low) if low else stable
    factor = ConstantLR(1.0).then(fall, before) if before else fall  # while it falls, the stable phase runs on
    falling: LearningRateSchedule = stable * factor
    return falling + low * (1 - factor) if low else falling


_BODIES: dict[str, Callable[[Any, float], LearningRateSchedule]] = {
    "CosineLRScheduler": _cosine,
    "MultiStepLRScheduler": _multi_step,
    "PolyLRScheduler": _poly,
    "StepLRScheduler": _step,
    "TanhLRScheduler": _tanh,
    "WSDLRScheduler": _wsd,
}


# What they have in common ---------------------------------------------------------------------------------------------


def _cycles(scheduler: Any, base: float, shape: Callable[[int], LearningRateSchedule]) -> LearningRateSchedule:
    """Cycles between the base rate and the floor, then the floor; the `shape` of a length goes from 1 to 0 or near it.

    The base decays from cycle to cycle and the floor does not, so the two are scaled apart.
    """
    length, growth, gamma = _first_length(scheduler), scheduler.cycle_mul, scheduler.cycle_decay
    wave = shape(length)
    low, limit = float(scheduler.lr_min), math.ceil(scheduler.cycle_limit)
    if limit < 1:
        return ConstantLR(low)
    if limit == 1:
        rate = between(low, base, wave)
        return rate.then(ConstantLR(low), length) if wave(length) else rate
    if gamma == 1 or not low:
        rate = between(low, base, wave.repeat(length, limit, growth, gamma))
    else:
        rate = base * wave.repeat(length, limit, growth, gamma) + low * (1 - wave).repeat(length, limit, growth)
    if growth == 1:
        return rate.then(ConstantLR(low), length * limit)
    starts, _ = growing_cycles(length, growth, limit + 1)
    return rate.then(ConstantLR(low), math.ceil(starts[-1])) if starts.size > limit else rate


def _first_length(scheduler: Any) -> int:
    """The length of the first cycle; the next ones are no shorter."""
    length = whole(ADAPTER, "t_initial", scheduler.t_initial, low=1)
    if scheduler.cycle_mul < 1:
        raise ValueError(f"{ADAPTER}: cycle_mul must be >= 1, got {scheduler.cycle_mul}: timm itself fails in the end")
    return length


def _warn_of_departures(scheduler: Any, schedules: list[LearningRateSchedule]) -> None:
    """Compare with timm where cycles and stairs begin, which it finds by a logarithm or a float division."""
    before = scheduler.warmup_t if getattr(scheduler, "warmup_prefix", True) else 0
    places = [int(t + before) for t in _boundaries(scheduler) if t + before >= scheduler.warmup_t]
    missed = [t for t in places if _differ(scheduler._get_lr(t), [s(t) for s in schedules])]  # noqa: SLF001
    if missed:
        text = ", ".join(map(str, missed[:5])) + (", ..." if missed[5:] else "")
        warnings.warn(
            f"{ADAPTER}: to rounding, timm's {type(scheduler).__name__} does not find the cycle or stair that begins "
            f"at t = {text}; the schedule does",
            DepartureWarning,
            stacklevel=3,
        )


def _boundaries(scheduler: Any) -> list[float]:
    """The first ends of cycles or stairs that are whole steps after the warm-up: timm may miss them."""
    if getattr(scheduler, "cycle_mul", 1) > 1:
        most = min(math.ceil(scheduler.cycle_limit) + 1, MOST_STARTS_CHECKED)
        found = growing_cycles(int(scheduler.t_initial), scheduler.cycle_mul, most)[0][1:]
    elif type(scheduler).__name__ == "StepLRScheduler":
        found = scheduler.decay_t * np.arange(1, MOST_STARTS_CHECKED)
    else:
        return []
    return [float(t) for t in np.rint(found[abs(np.rint(found) - found) <= 1e-12 * found])]


def _differ(theirs: list[Any], ours: list[float]) -> bool:
    """Whether the rates of a group differ by more than a rounding; timm's may be complex."""
    largest = max(map(abs, [*theirs, *ours]))
    return any(abs(a - b) > 1e-9 * max(abs(a), abs(b), 1e-6 * largest) for a, b in zip(theirs, ours, strict=True))


def _noise(scheduler: Any, steps: int | None) -> LearningRateSchedule | None:
    """The factor that timm's noise is, drawn by timm; None if there is none."""
    span = scheduler.noise_range_t
    if span is None:
        return None
    first, stop = span if isinstance(span, (list, tuple)) else (span, steps)
    if stop is None:
        raise refused(ADAPTER, f"the noise from t={first} on has no end; say how many steps the run has")
    if scheduler.noise_type == "normal" and not scheduler.noise_pct > 0:
        raise ValueError(f"{ADAPTER}: noise_pct must be > 0, got {scheduler.noise_pct}: timm draws for ever")
    start = max(0, math.ceil(first))
    drawn = [1 + scheduler._calculate_noise(t) for t in range(start, math.ceil(stop))]  # noqa: SLF001 — timm's own
    if not drawn:
        return None
    noise = TableLR(np.array([*drawn, 1.0]))
    return ConstantLR(1.0).then(noise, start) if start else noise
