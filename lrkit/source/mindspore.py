"""What MindSpore calls lrkit's schedules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from .. import learning_rate_schedule as nn
from ..schedules._base import LearningRateSchedule
from ..schedules.join import JoinLR
from ._calls import call
from ._target import Lines, Run, Target, rising

SAME = (
    nn.CosineDecayLR, nn.ExponentialDecayLR, nn.InverseDecayLR, nn.NaturalExpDecayLR, nn.PolynomialDecayLR, nn.WarmUpLR,
)  # fmt: skip
"""The classes that MindSpore has under the same names, with the same parameters."""


def _own(schedule: LearningRateSchedule) -> Lines | None:
    if isinstance(schedule, nn.ConstantLR):
        return [f"learning_rate = {schedule.learning_rate!r}"]
    if isinstance(schedule, SAME):
        code = call(f"nn.{type(schedule).__name__}", **schedule.parameters())
        return ["from mindspore import nn", "", f"learning_rate = {code}"]
    return None


def _run(schedule: LearningRateSchedule, steps: int) -> Run | None:
    """Where there is no class, a list of rates."""
    if _own(schedule):
        return None
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
        case nn.ConstantLR(rate):
            yield f"[{rate!r}] * {steps}"
        case nn.PiecewiseConstantLR(milestones, rates) if rising((0, *milestones[:-1])):
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
