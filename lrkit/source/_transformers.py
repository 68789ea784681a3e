"""What transformers calls lrkit's schedules: the names of ``get_scheduler`` that are equal at every step."""

from __future__ import annotations

from typing import Any

from ..catalogue._simplified import simplified
from ..catalogue.cosine_wave import cosine_wave
from ..catalogue.warmup_stable_decay import warmup_stable_decay
from ..schedules._base import LearningRateSchedule
from ..schedules.arithmetic import ScaleLR
from ..schedules.clock import RepeatLR
from ..schedules.constant import ConstantLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.power import PowerLR
from ..schedules.warm_up import WarmUpLR
from ._code import base_rate_lines, call, line_of, plain

ADAPTER = "scheduler = to_torch(schedule, optimizer)  # for Trainer(optimizers=(optimizer, scheduler))"


ROUNDING = 4e-16


def own(schedule: LearningRateSchedule) -> list[str] | None:
    """The lines that call ``get_scheduler``, or None if it has no name for the schedule."""
    found = _named(schedule)
    if found is None:
        return None
    rate, name, options = found
    code = call("get_scheduler", plain(name), "optimizer", **options)
    head = ["from transformers import get_scheduler", "", *base_rate_lines(rate)]
    if name == "polynomial":  # compares its end with the rate that the optimizer was made with
        head.append(f'optimizer.defaults["lr"] = {rate!r}')
    return [*head, f"scheduler = {code}"]


def _named(schedule: LearningRateSchedule) -> tuple[float, str, dict[str, Any]] | None:
    """The base rate, the name and the options."""
    match schedule:
        case ConstantLR(rate) if rate > 0:
            return rate, "constant", {}
        case JoinLR((WarmUpLR(peak, steps), ConstantLR(rate)), (milestone,)) if _meet(peak, rate, steps, milestone):
            return rate, "constant_with_warmup", {"num_warmup_steps": steps}
        case JoinLR((WarmUpLR(peak, steps), decay), (milestone,)) if (line := _line_to_zero(decay)) and _meet(
            peak, line[0], steps, milestone
        ):
            return peak, "linear", {"num_warmup_steps": steps, "num_training_steps": steps + line[1]}
        case JoinLR((WarmUpLR(peak, steps), PolynomialDecayLR(rate, 0.0, length, power, False)), (milestone,)) if _meet(
            peak, rate, steps, milestone
        ):
            return peak, "polynomial", _polynomial(steps, length, power)
        case JoinLR((WarmUpLR(peak, steps), RepeatLR() as wave), (milestone,)) if milestone == steps:
            return _cosine(wave, peak, steps)
        case JoinLR((WarmUpLR(peak, steps), ScaleLR(PowerLR(InverseDecayLR() as decay, 0.5), rate)), (milestone,)) if (
            _meet(peak, rate, steps, milestone)
        ):
            return _inverse_sqrt(decay, peak, steps)
        case JoinLR((WarmUpLR(peak, steps), ConstantLR(), tail), (_, end)):
            ends = tail.knots(tail.horizon + 1)
            return _trapezium(schedule, peak, steps, end - steps, int(ends[-1])) if ends.size else None
        case _ if line := _line_to_zero(schedule):
            return line[0], "linear", {"num_warmup_steps": 0, "num_training_steps": line[1]}
        case PolynomialDecayLR(rate, 0.0, length, power, False):
            return rate, "polynomial", _polynomial(0, length, power)
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
    if wave != simplified(cosine_wave(0.0, peak, decay_steps)):
        return None
    return peak, "cosine", {"num_warmup_steps": warmup_steps, "num_training_steps": warmup_steps + decay_steps}


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


def _meet(peak: float, rate: float, steps: int, milestone: int) -> bool:
    return peak == rate and steps == milestone


def _line_to_zero(schedule: LearningRateSchedule) -> tuple[float, int] | None:
    """The first rate and the length of a straight line down to 0."""
    line = line_of(schedule)
    return (line[0], line[2]) if line and line[0] > 0 and line[1] == 0 else None
