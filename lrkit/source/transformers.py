"""What transformers calls lrkit's schedules: the names of ``get_scheduler`` that are equal at every step."""

from __future__ import annotations

from typing import Any

from ..catalogue._short_numbers import plain as tidied
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
from . import torch
from ._calls import call, value_code
from ._target import Lines, Run, Target, line_of

FOR_TRAINER = "# for Trainer(optimizers=(optimizer, scheduler))"


def _run(schedule: LearningRateSchedule, steps: int) -> Run | None:
    """Transformers' cosine climbs again past its end, which a run need not come to."""
    warmup, peak, body = _warmed(schedule)
    match body:
        case CosineDecayLR(low, high, length) if peak in (None, high) and steps <= warmup + length + 1:
            return _cosine_to(low, high, warmup, length), "rises again"
    return None


def _lines(rate: float, name: str, counts: dict[str, int], **specific: Any) -> Lines:
    options: dict[str, Any] = counts | ({"scheduler_specific_kwargs": specific} if specific else {})
    code = call("get_scheduler", value_code(name), "optimizer", **options)
    head = ["from transformers import get_scheduler", "", *torch.base_rate_lines(rate)]
    if name == "polynomial":  # compares its end with the rate that the optimizer was made with
        head.append(f'optimizer.defaults["lr"] = {rate!r}')
    return [*head, f"scheduler = {code}"]


def _own(schedule: LearningRateSchedule) -> Lines | None:
    match schedule:
        case JoinLR((WarmUpLR(top, steps), ConstantLR(), tail), (_, end)):
            ends = tail.knots(tail.horizon + 1)
            return _trapezium(schedule, top, steps, end - steps, int(ends[-1])) if ends.size else None
    warmup, peak, body = _warmed(schedule)
    match body:
        case ConstantLR(rate) if rate > 0 and peak in (None, rate):
            name = "constant_with_warmup" if warmup else "constant"
            return _lines(rate, name, {"num_warmup_steps": warmup} if warmup else {})
        case _ if (line := line_of(body)) and line[0] > 0 and line[1] == 0 and peak in (None, line[0]):
            return _lines(line[0], "linear", _counts(warmup, line[2]))
        case PolynomialDecayLR(rate, 0.0, length, power, False) if peak in (None, rate):
            # any other end than 0 is relative to the rate that the optimizer was made with
            return _lines(rate, "polynomial", _counts(warmup, length), lr_end=0.0, power=power)
        case RepeatLR():
            return _cosine(body, body(0) if peak is None else peak, warmup)
        case ScaleLR(PowerLR(InverseDecayLR() as decay, 0.5), rate) if rate == peak:
            return _inverse_sqrt(decay, rate, warmup)
    return None


def _warmed(schedule: LearningRateSchedule) -> tuple[int, float | None, LearningRateSchedule]:
    """The length of a warm-up from 0, the rate at its end, and what follows; without one, 0 and None."""
    match schedule:
        case JoinLR((WarmUpLR(peak, steps), body), (milestone,)) if steps == milestone:
            return steps, peak, body
    return 0, None, schedule


def _counts(warmup_steps: int, decay_steps: int) -> dict[str, int]:
    return {"num_warmup_steps": warmup_steps, "num_training_steps": warmup_steps + decay_steps}


def _cosine(wave: RepeatLR, peak: float, warmup_steps: int) -> Lines | None:
    """The cosine of transformers climbs again past its end, and so must the schedule."""
    decay_steps = wave.period_steps // 2
    low = wave(decay_steps)
    if decay_steps < 1 or not 0 <= low < peak or wave != simplified(cosine_wave(low, peak, decay_steps)):
        return None
    return _cosine_to(low, peak, warmup_steps, decay_steps)


def _cosine_to(low: float, peak: float, warmup_steps: int, decay_steps: int) -> Lines:
    counts = _counts(warmup_steps, decay_steps)
    if not low:
        return _lines(peak, "cosine", counts)
    return _lines(peak, "cosine_with_min_lr", counts, min_lr_rate=tidied(low / peak))


def _inverse_sqrt(decay: InverseDecayLR, peak: float, warmup_steps: int) -> Lines | None:
    """The inverse square root of transformers has a whole timescale."""
    timescale = round(decay.decay_steps / decay.decay_rate)
    if decay.learning_rate != 1 or abs(timescale * decay.decay_rate / decay.decay_steps - 1) > torch.ROUNDING:
        return None
    return _lines(peak, "inverse_sqrt", {"num_warmup_steps": warmup_steps}, timescale=timescale)


def _trapezium(
    schedule: LearningRateSchedule, peak: float, warmup_steps: int, stable_steps: int, decay_steps: int
) -> Lines | None:
    """The trapezium of transformers, if the schedule is the catalogue's in one of the shapes that both have."""
    for shape in ("linear", "cosine", "1-sqrt"):
        known = warmup_stable_decay(peak, warmup_steps, stable_steps, decay_steps, shape=shape)
        if schedule == simplified(known):
            counts = _counts(warmup_steps, stable_steps + decay_steps)
            return _lines(peak, "warmup_stable_decay", counts, num_decay_steps=decay_steps, decay_type=shape)
    return None


TARGET = Target(
    f"scheduler = to_torch(schedule, optimizer)  {FOR_TRAINER}",
    _own,
    _run,
    lambda schedule: torch.function(schedule, [FOR_TRAINER]),
)
