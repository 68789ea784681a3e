"""What torch calls lrkit's schedules.

A scheduler of torch multiplies the base rates of the groups, so the code sets those first. What torch writes as two
phases (its cosine climbs again, so a constant must follow) becomes a ``SequentialLR``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..schedules._base import LearningRateSchedule
from ..schedules.clock import RepeatLR
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.piecewise_cosine import PiecewiseCosineLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ._code import base_rate_lines, broken, call, line_of, rising

ADAPTER = "scheduler = to_torch(schedule, optimizer)"
FOREVER = 2**53
PREFIX = "torch.optim.lr_scheduler."
ROUNDING = 4e-16


@dataclass(frozen=True)
class Phase:
    """One scheduler of torch: how long it is right, its code for a base rate, and which base rate it needs.

    One that sets the rate at construction must be `alone`: in a sequence it would set the others' too.
    """

    steps: int
    code: Callable[[float, int], str]
    base_lr: float | None = None
    least_base_lr: float = 0.0
    alone: bool = False


def own(schedule: LearningRateSchedule) -> list[str] | None:
    """The lines that make a scheduler of torch's own classes, or None if there is none that is equal."""
    phases = list(_phases(schedule, FOREVER))
    if not phases or sum(phase.steps for phase in phases) < FOREVER:
        return None
    needed = [phase.base_lr for phase in phases if phase.base_lr is not None]
    least = max(phase.least_base_lr for phase in phases)
    base = needed[0] if needed else least
    alone = any(phase.alone for phase in phases)
    if alone and len(phases) > 1:
        return None
    if not alone and (base <= 0 or base < least or any(abs(rate / base - 1) > ROUNDING for rate in needed)):
        return None
    if len(phases) == 1:
        code = phases[0].code(base, 0)
    else:
        *milestones, _ = _sums(phase.steps for phase in phases)
        parts = broken("[", [phase.code(base, 8) for phase in phases], "]", 4)
        code = call(f"{PREFIX}SequentialLR", "optimizer", parts, f"milestones={milestones}")
    return ["import torch", "", *base_rate_lines(base), f"scheduler = {code}"]


def _sums(lengths: Iterator[int]) -> Iterator[int]:
    total = 0
    for length in lengths:
        total += length
        yield total


def _phases(schedule: LearningRateSchedule, steps: int) -> Iterator[Phase]:
    """The first `steps` steps of a schedule as phases; shorter if torch has none for the rest."""
    match schedule:
        case JoinLR(schedules, milestones):
            for part, (start, stop) in zip(schedules, pairwise((0, *milestones, steps)), strict=True):
                if start < min(stop, steps):
                    yield from _phases(part, min(stop, steps) - start)
        case CosineDecayLR(low, high, length):
            yield Phase(min(length, steps), _call("CosineAnnealingLR", T_max=length, eta_min=low), high)
            if length < steps:
                yield Phase(steps - length, _constant(low), least_base_lr=low)
        case ConstantLR(rate) if rate >= 0:
            yield Phase(steps, _constant(rate), least_base_lr=rate)
        case _:
            if (line := line_of(schedule)) and line[0] > 0 and line[1] >= 0:
                yield Phase(steps, _line(*line), least_base_lr=max(line[:2]))
            elif factors := _as_factors(schedule):
                rate, name, options = factors
                yield Phase(steps, _call(name, **options), rate, alone=name == "CyclicLR")


def _as_factors(schedule: LearningRateSchedule) -> tuple[float, str, dict[str, Any]] | None:
    """The base rate, torch's name and its options of a schedule that torch has just so."""
    match schedule:
        case ExponentialDecayLR(rate, gamma, 1, False):
            return rate, "ExponentialLR", {"gamma": gamma}
        case ExponentialDecayLR(rate, gamma, length, True):
            return rate, "StepLR", {"step_size": length, "gamma": gamma}
        case PolynomialDecayLR(rate, 0.0, length, power, False):
            return rate, "PolynomialLR", {"total_iters": length, "power": power}
        case PiecewiseConstantLR(milestones, rates) if (same := _common_factor(rates)) and rising(milestones[:-1]):
            return rates[0], "MultiStepLR", {"milestones": milestones[:-1], "gamma": same}
        case RepeatLR(CosineDecayLR(low, high, length), period, None, multiplier, 1.0) if (
            period == length and multiplier.is_integer()
        ):
            options = {"T_0": period, "T_mult": int(multiplier), "eta_min": low}
            return high, "CosineAnnealingWarmRestarts", options
        case RepeatLR(inner, period, None, 1.0, 1.0):
            return _as_wave(inner, period)
    return None


def _as_wave(wave: LearningRateSchedule, period: int) -> tuple[float, str, dict[str, Any]] | None:
    """A cosine down and up again, or a triangle, repeated."""
    match wave:
        case JoinLR((CosineDecayLR(low, high, length), PiecewiseCosineLR((0.0, end), ends)), (milestone,)) if (
            end == length == milestone == period / 2 and ends == (low, high)
        ):
            return high, "CosineAnnealingLR", {"T_max": length, "eta_min": low}
        case PiecewiseLinearLR((0.0, top, end), (low, high, last)) if (
            end == period and top.is_integer() and 0 < top < end and low == last and 0 <= low < high
        ):
            up = int(top)
            options = {"base_lr": low, "max_lr": high, "step_size_up": up, "step_size_down": period - up}
            return low, "CyclicLR", options | {"cycle_momentum": False}
    return None


def _call(name: str, **options: Any) -> Callable[[float, int], str]:
    return lambda _, indent: call(PREFIX + name, "optimizer", indent=indent, **options)


def _constant(rate: float) -> Callable[[float, int], str]:
    return lambda base, indent: call(
        f"{PREFIX}ConstantLR", "optimizer", indent=indent, factor=rate / base, total_iters=FOREVER
    )


def _line(first: float, last: float, length: int) -> Callable[[float, int], str]:
    return lambda base, indent: call(
        f"{PREFIX}LinearLR", "optimizer", indent=indent,
        start_factor=first / base, end_factor=last / base, total_iters=length,
    )  # fmt: skip


def _common_factor(rates: tuple[float, ...]) -> float | None:
    """The factor between neighbouring rates, if it is the same everywhere and positive."""
    if len(rates) < 2 or min(rates) <= 0:
        return None
    exact = rates[1] / rates[0]
    for gamma in (float(f"{exact:.15g}"), exact):  # 0.1 rather than 0.10000000000000002
        if all(abs(rates[0] * gamma**k / rate - 1) <= ROUNDING * (k + 1) for k, rate in enumerate(rates)):
            return gamma
    return None
