"""What MindSpore calls lrkit's schedules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.cosine_decay import CosineDecayLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ..schedules.natural_exp_decay import NaturalExpDecayLR
from ..schedules.piecewise_constant import PiecewiseConstantLR
from ..schedules.polynomial_decay import PolynomialDecayLR
from ..schedules.warm_up import WarmUpLR
from ._code import call, past, rising
from ._target import Lines, Run, Target

SAME = (
    CosineDecayLR, ExponentialDecayLR, InverseDecayLR, NaturalExpDecayLR, PolynomialDecayLR, WarmUpLR,
)  # fmt: skip
"""The classes that MindSpore has under the same names, with the same parameters."""


def _own(schedule: LearningRateSchedule) -> Lines | None:
    if isinstance(schedule, ConstantLR):
        return [f"learning_rate = {schedule.learning_rate!r}"]
    if isinstance(schedule, SAME):
        code = call(f"nn.{type(schedule).__name__}", **schedule.parameters())
        return ["from mindspore import nn", "", f"learning_rate = {code}"]
    return None


def _run(schedule: LearningRateSchedule, steps: int) -> Run | None:
    """Where there is no class, a list of rates."""
    if lines := _own(schedule):
        return lines, past(schedule, steps)
    parts = list(_lists(schedule, steps))
    if None in parts:
        return None
    texts = [part for part in parts if part]
    joined = texts[0] if len(texts) == 1 else "(\n    " + "\n    + ".join(texts) + "\n)"
    return ["from mindspore import nn", "", f"learning_rate = {joined}"], "has no more rates"


def _lists(schedule: LearningRateSchedule, steps: int) -> Iterator[str | None]:
    """The lists of rates that make up the first steps; None for what MindSpore has no list."""
    match schedule:
        case JoinLR(schedules, milestones):
            for part, (start, stop) in zip(schedules, pairwise((0, *milestones, steps)), strict=True):
                if start < min(stop, steps):
                    yield from _lists(part, min(stop, steps) - start)
        case ConstantLR(rate):
            yield f"[{rate!r}] * {steps}"
        case PiecewiseConstantLR(milestones, rates) if rising((0, *milestones[:-1])):
            ends = [milestone for milestone in milestones[:-1] if milestone < steps]
            yield call(
                "nn.piecewise_constant_lr", indent=4, milestone=(*ends, steps), learning_rates=rates[: len(ends) + 1]
            )
        case _ if isinstance(schedule, SAME):
            options = {name.replace("_steps", "_epoch"): value for name, value in schedule.parameters().items()}
            run = {"total_step": steps, "step_per_epoch": 1}
            yield call(f"nn.{schedule.kind.replace('warm_up', 'warmup')}_lr", indent=4, **options, **run)
        case _:
            yield None


TARGET = Target("learning_rate = to_mindspore(schedule)", _own, _run)
