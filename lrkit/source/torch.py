"""What torch calls lrkit's schedules.

A scheduler of torch multiplies the base rates of the groups, so the code sets those first. What torch writes as two
phases (its cosine climbs again, so a constant must follow) becomes a ``SequentialLR``, and what it has no class for a
``LambdaLR`` of a function that is written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from .._params import fields_of
from ..catalogue._recognition import recognised
from ..catalogue._short_numbers import digits
from ..catalogue._short_numbers import plain as tidied
from ..catalogue.one_cycle import one_cycle
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
from ._calls import broken, call
from ._function import function_lines
from ._target import Lines, Run, Target, line_of, past, rising

FOREVER = 2**53
PREFIX = "torch.optim.lr_scheduler."
ROUNDING = 4e-16
ONE_CYCLE_DEFAULTS = {
    "pct_start": 0.3, "anneal_strategy": "cos", "div_factor": 25.0, "final_div_factor": 1e4, "three_phase": False,
}  # fmt: skip


@dataclass(frozen=True)
class Phase:
    """One scheduler of torch: how long it is right, its options, and which base rate it needs.

    Options that are `rates` are written as factors of the base rate, which torch takes up to 1. A scheduler that sets
    the rate at construction must be `alone`: in a sequence it would set the others' too. What it does `after` its steps
    is said where the schedule does something else.
    """

    steps: int
    name: str
    options: dict[str, Any]
    base_lr: float | None = None
    rates: dict[str, float] = field(default_factory=dict)
    alone: bool = False
    after: str = ""


def _own(schedule: LearningRateSchedule) -> Lines | None:
    return _of_phases(list(_phases(schedule, FOREVER)), FOREVER)


def function(schedule: LearningRateSchedule, comment: Sequence[str] = ()) -> Lines | None:
    """The lines that make a ``LambdaLR`` of a function with the schedule's formula; None if that would be long."""
    lines = function_lines(schedule, "learning_rate")
    if lines is None:
        return None
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    rest = lines[len(imports) + bool(imports) :]
    scheduler = f"scheduler = {PREFIX}LambdaLR(optimizer, learning_rate)"
    gap = [] if rest[0].startswith("LIST") else [""]
    return [*imports, "import torch", "", *gap, *rest, "", "", *base_rate_lines(1.0), *comment, scheduler]


def _run(schedule: LearningRateSchedule, steps: int) -> Run | None:
    if found := _one_cycle(schedule, steps):
        return found
    phases = list(_phases(schedule, steps))
    lines = _of_phases(phases, steps)
    return (lines, phases[-1].after or past(schedule, steps)) if lines else None


def _one_cycle(schedule: LearningRateSchedule, steps: int) -> Run | None:
    """Torch's ``OneCycleLR``, which ends with its run."""
    found = recognised(schedule)
    if found is None or found.name != "one_cycle":
        return None
    one = {name: found.arguments.get(name, known.default) for name, known in fields_of(one_cycle).items()}
    start = one["max_lr"] / 25 if one["start_lr"] is None else one["start_lr"]
    end = start / 1e4 if one["end_lr"] is None else one["end_lr"]
    if steps > one["total_steps"] or one["pct_start"] == 1 or not start or not end:
        return None
    options = {
        "max_lr": one["max_lr"],
        "total_steps": one["total_steps"],
        "pct_start": one["pct_start"],
        "anneal_strategy": "cos" if one["shape"] == "cosine" else "linear",
        "cycle_momentum": False,
        "div_factor": tidied(one["max_lr"] / start),
        "final_div_factor": tidied(start / end),
        "three_phase": one["three_phase"],
    }
    given = {name: value for name, value in options.items() if value != ONE_CYCLE_DEFAULTS.get(name)}
    code = call(f"{PREFIX}OneCycleLR", "optimizer", **given)
    after = "leaves its curve, then raises an error"
    if steps < one["total_steps"]:
        after = f"is equal up to step {one['total_steps'] - 1:,}, then raises an error"
    return ["import torch", "", f"scheduler = {code}"], after


def _of_phases(phases: list[Phase], steps: int) -> Lines | None:
    """The lines that make a scheduler of these phases, if they last long enough and can go together."""
    if not phases or sum(phase.steps for phase in phases) < steps:
        return None
    needed = [phase.base_lr for phase in phases if phase.base_lr is not None]
    least = max((rate for phase in phases for rate in phase.rates.values()), default=0.0)
    # Two rates that differ by a rounding are one rate to a reader.
    base = min(needed, key=digits) if needed else least
    base = least if abs(least - base) <= ROUNDING * base and digits(least) < digits(base) else base
    alone = any(phase.alone for phase in phases)
    if alone and len(phases) > 1:
        return None
    enough = base > 0 and least <= base * (1 + ROUNDING)
    if not alone and (not enough or any(abs(rate / base - 1) > ROUNDING for rate in needed)):
        return None
    if len(phases) == 1:
        code = _code(phases[0], base, 0)
    else:
        *milestones, _ = accumulate(phase.steps for phase in phases)
        parts = broken("[", [_code(phase, base, 8) for phase in phases], "]", 4)
        code = call(f"{PREFIX}SequentialLR", "optimizer", parts, f"milestones={milestones}")
    return ["import torch", "", *base_rate_lines(base), f"scheduler = {code}"]


def _code(phase: Phase, base: float, indent: int) -> str:
    factors = {name: min(tidied(rate / base), 1.0) for name, rate in phase.rates.items()}
    return call(PREFIX + phase.name, "optimizer", indent=indent, **factors, **phase.options)


def base_rate_lines(rate: float) -> list[str]:
    """The lines that give an optimizer of torch its base rate, also if another scheduler has noted one there."""
    return ["for group in optimizer.param_groups:", f'    group["lr"] = group["initial_lr"] = {rate!r}']


def _phases(schedule: LearningRateSchedule, steps: int) -> Iterator[Phase]:  # noqa: C901, PLR0912  # a table
    """The first `steps` steps of a schedule as phases; shorter if torch has none for the rest."""
    match schedule:
        case JoinLR(schedules, milestones):
            for part, (start, stop) in zip(schedules, pairwise((0, *milestones, steps)), strict=True):
                if start < min(stop, steps):
                    yield from _phases(part, min(stop, steps) - start)
        case CosineDecayLR(low, high, length):
            options = {"T_max": length, "eta_min": low}
            if steps <= length + 1:
                yield Phase(steps, "CosineAnnealingLR", options, high, after="rises again")
            else:
                yield Phase(length, "CosineAnnealingLR", options, high)
                yield from _phases(ConstantLR(low), steps - length)
        case ConstantLR(rate) if rate >= 0:
            yield Phase(steps, "ConstantLR", {"total_iters": FOREVER}, rates={"factor": rate})
        case _ if (line := line_of(schedule)) and line[0] > 0 and line[1] >= 0:
            first, last, length = line
            rates = {"start_factor": first, "end_factor": last}
            yield Phase(steps, "LinearLR", {"total_iters": length}, rates=rates)
        case ExponentialDecayLR(rate, gamma, 1, False):
            yield Phase(steps, "ExponentialLR", {"gamma": gamma}, rate)
        case ExponentialDecayLR(rate, gamma, length, True):
            yield Phase(steps, "StepLR", {"step_size": length, "gamma": gamma}, rate)
        case PolynomialDecayLR(rate, 0.0, length, power, False):
            yield Phase(steps, "PolynomialLR", {"total_iters": length, "power": power}, rate)
        case PiecewiseConstantLR((*changes, _), rates) if (same := _common_factor(rates)) and rising(changes):
            yield Phase(steps, "MultiStepLR", {"milestones": tuple(changes), "gamma": same}, rates[0])
        case RepeatLR(CosineDecayLR(low, high, length), period, None, multiplier, 1.0) if (
            period == length and multiplier.is_integer()
        ):
            options = {"T_0": period, "T_mult": int(multiplier), "eta_min": low}
            yield Phase(steps, "CosineAnnealingWarmRestarts", options, high)
        case RepeatLR(
            JoinLR((CosineDecayLR(low, high, length), PiecewiseCosineLR((0.0, end), ends)), (turn,)),
            period,
            None,
            1.0,
            1.0,
        ) if end == length == turn == period / 2 and ends == (low, high):
            yield Phase(steps, "CosineAnnealingLR", {"T_max": length, "eta_min": low}, high)
        case RepeatLR(PiecewiseLinearLR((0.0, top, end), (low, high, last)), period, None, 1.0, 1.0) if (
            end == period and top.is_integer() and 0 < top < end and low == last and 0 <= low < high
        ):
            sizes = {"step_size_up": int(top), "step_size_down": period - int(top)}
            options = {"base_lr": low, "max_lr": high, **sizes, "cycle_momentum": False}
            yield Phase(steps, "CyclicLR", options, low, alone=True)


def _common_factor(rates: Sequence[float]) -> float | None:
    """The factor between neighbouring rates, if it is the same everywhere and positive."""
    if len(rates) < 2 or min(rates) <= 0:
        return None
    exact = rates[1] / rates[0]
    for gamma in (tidied(exact), exact):  # 0.1 rather than 0.10000000000000002
        if all(abs(rates[0] * gamma**k / rate - 1) <= ROUNDING * (k + 1) for k, rate in enumerate(rates)):
            return gamma
    return None


TARGET = Target("scheduler = to_torch(schedule, optimizer)", _own, _run, function)
