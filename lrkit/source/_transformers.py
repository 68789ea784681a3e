"""What transformers calls lrkit's schedules: the names of ``get_scheduler`` that are equal at every step."""

from __future__ import annotations

from typing import Any

from ..catalogue._digits import plain as tidied
from ..catalogue._simplified import simplified
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.warmup_stable_decay import warmup_stable_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.clock import RepeatLR
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.power import PowerLR
from ..schedules.warm_up import WarmUpLR
from . import _torch as torch
from ._code import base_rate_lines, call, line_of, past
from ._code import plain as value_code

FOR_TRAINER = "# for Trainer(optimizers=(optimizer, scheduler))"
ADAPTER = f"scheduler = to_torch(schedule, optimizer)  {FOR_TRAINER}"


ROUNDING = 4e-16


def own(schedule: LearningRateSchedule) -> list[str] | None:
    """The lines that call ``get_scheduler``, or None if it has no name for the schedule."""
    found = _named(schedule)
    return _lines(*found) if found else None


def plain(schedule: LearningRateSchedule, steps: int) -> tuple[list[str], str] | None:
    """The lines for a run of so many steps, and what the scheduler does after them."""
    match schedule:
        case CosineDecayLR(low, high, length) if steps <= length + 1:
            return _lines(*_cosine_to(low, high, 0, length)), "rises again"
        case JoinLR((WarmUpLR(peak, warmup), CosineDecayLR(low, high, length)), (milestone,)) if (
            peak == high and warmup == milestone and steps <= warmup + length + 1
        ):
            return _lines(*_cosine_to(low, high, warmup, length)), "rises again"
    lines = own(schedule)
    return (lines, past(schedule, steps)) if lines else None


def closed(schedule: LearningRateSchedule) -> list[str] | None:
    """Torch's ``LambdaLR`` of a function that is written out."""
    return torch.closed(schedule, [FOR_TRAINER])


def _lines(rate: float, name: str, options: dict[str, Any]) -> list[str]:
    code = call("get_scheduler", value_code(name), "optimizer", **options)
    head = ["from transformers import get_scheduler", "", *base_rate_lines(rate)]
    if name == "polynomial":  # compares its end with the rate that the optimizer was made with
        head.append(f'optimizer.defaults["lr"] = {rate!r}')
    return [*head, f"scheduler = {code}"]


def _named(schedule: LearningRateSchedule) -> tuple[float, str, dict[str, Any]] | None:
    """The base rate, the name and the options."""
    match schedule:
        case JoinLR((WarmUpLR(peak, steps), body), (milestone,)) if steps == milestone:
            return _warmed(body, peak, steps)
        case JoinLR((WarmUpLR(peak, steps), ConstantLR(), tail), (_, end)):
            ends = tail.knots(tail.horizon + 1)
            return _trapezium(schedule, peak, steps, end - steps, int(ends[-1])) if ends.size else None
        case ConstantLR(rate) if rate > 0:
            return rate, "constant", {}
        case _ if line := _line_to_zero(schedule):
            return line[0], "linear", {"num_warmup_steps": 0, "num_training_steps": line[1]}
        case PolynomialDecayLR(rate, 0.0, length, power, False):
            return rate, "polynomial", _polynomial(0, length, power)
        case RepeatLR():
            return _cosine(schedule, schedule(0), 0)
    return None


def _warmed(body: LearningRateSchedule, peak: float, steps: int) -> tuple[float, str, dict[str, Any]] | None:
    """What follows on a warm-up, if it begins where that ends."""
    match body:
        case ConstantLR(rate) if rate == peak:
            return rate, "constant_with_warmup", {"num_warmup_steps": steps}
        case _ if (line := _line_to_zero(body)) and line[0] == peak:
            return peak, "linear", {"num_warmup_steps": steps, "num_training_steps": steps + line[1]}
        case PolynomialDecayLR(rate, 0.0, length, power, False) if rate == peak:
            return peak, "polynomial", _polynomial(steps, length, power)
        case RepeatLR():
            return _cosine(body, peak, steps)
        case ScaleLR(PowerLR(InverseDecayLR() as decay, 0.5), rate) if rate == peak:
            return _inverse_sqrt(decay, peak, steps)
    return None


def _polynomial(warmup_steps: int, decay_steps: int, power: float) -> dict[str, Any]:
    """The options of a polynomial that ends at 0; any other end is relative to what the optimizer was made with."""
    return {
        "num_warmup_steps": warmup_steps,
        "num_training_steps": warmup_steps + decay_steps,
        "scheduler_specific_kwargs": {"lr_end": 0.0, "power": power},
    }


def _cosine(wave: RepeatLR, peak: float, warmup_steps: int) -> tuple[float, str, dict[str, Any]] | None:
    """The cosine of transformers climbs again past its end, and so must the schedule."""
    decay_steps = wave.period_steps // 2
    low = wave(decay_steps)
    if decay_steps < 1 or not 0 <= low < peak or wave != simplified(cosine_wave(low, peak, decay_steps)):
        return None
    return _cosine_to(low, peak, warmup_steps, decay_steps)


def _cosine_to(low: float, peak: float, warmup_steps: int, decay_steps: int) -> tuple[float, str, dict[str, Any]]:
    counts = {"num_warmup_steps": warmup_steps, "num_training_steps": warmup_steps + decay_steps}
    if not low:
        return peak, "cosine", counts
    specific = {"min_lr_rate": tidied(low / peak)}
    return peak, "cosine_with_min_lr", counts | {"scheduler_specific_kwargs": specific}


def _inverse_sqrt(decay: InverseDecayLR, peak: float, warmup_steps: int) -> tuple[float, str, dict[str, Any]] | None:
    """The inverse square root of transformers has a whole timescale."""
    timescale = round(decay.decay_steps / decay.decay_rate)
    if decay.learning_rate != 1 or abs(timescale * decay.decay_rate / decay.decay_steps - 1) > ROUNDING:
        return None
    specific = {"timescale": timescale}
    return peak, "inverse_sqrt", {"num_warmup_steps": warmup_steps, "scheduler_specific_kwargs": specific}


def _trapezium(
    schedule: LearningRateSchedule, peak: float, warmup_steps: int, stable_steps: int, decay_steps: int
) -> tuple[float, str, dict[str, Any]] | None:
    """The trapezium of transformers, if the schedule is the catalogue's in one of the shapes that both have."""
    for shape in ("linear", "cosine", "1-sqrt"):
        known = warmup_stable_decay(peak, warmup_steps, stable_steps, decay_steps, shape=shape)
        if schedule == simplified(known):
            options = {"num_decay_steps": decay_steps, "decay_type": shape}
            return (
                peak,
                "warmup_stable_decay",
                {
                    "num_warmup_steps": warmup_steps,
                    "num_training_steps": warmup_steps + stable_steps + decay_steps,
                    "scheduler_specific_kwargs": options,
                },
            )
    return None


def _line_to_zero(schedule: LearningRateSchedule) -> tuple[float, int] | None:
    """The first rate and the length of a straight line down to 0."""
    line = line_of(schedule)
    return (line[0], line[2]) if line and line[0] > 0 and line[1] == 0 else None
