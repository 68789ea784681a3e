"""Configs of fairseq that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...catalogue._recognition import calls_of
from ...schedules._base import LearningRateSchedule
from ...schedules.arithmetic import SumLR
from ...schedules.bounds import ClipLR
from ...schedules.join import JoinLR
from ._anatomy import anatomy, floors_of, periods
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Each lr_scheduler that is a formula."""
    a = anatomy(schedule)
    start = {"warmup_init_lr": a.first} if a.first and a.rise else {}
    warm = {"warmup_updates": a.rise}
    if not a.falls:
        yield _flags("fixed", a.peak, {"warmup_updates": a.warmups[0]})
    yield _flags("polynomial_decay", a.peak, {**warm, "total_num_update": a.bottom, "end_learning_rate": a.low})
    power = {"total_num_update": a.bottom, "end_learning_rate": a.low, "power": a.power}
    yield _flags("polynomial_decay", a.peak, warm | power)
    yield _flags("inverse_sqrt", a.peak, warm | start)
    for begin, part, length, growth, shrink in periods(schedule):
        yield from _cycles(schedule, begin, part, length, growth, shrink)
    stages = {"warmup_steps": a.rise, "hold_steps": a.leave - a.rise, "decay_steps": a.fall}
    yield _flags("tri_stage", a.peak, stages | {"init_lr_scale": a.share(a.first), "final_lr_scale": a.ratio})
    for at, body in _after_warmup(schedule):
        floor = next(floors_of(body), 0.0)
        for name, given in calls_of(body.schedule if isinstance(body, ClipLR) else body):
            if name == "step_decay":
                own = {"lr_deacy_period": given["decay_steps"], "lr_decay": given["gamma"], "min_lr": floor}
                yield _flags("step", given["learning_rate"], {"warmup_updates": at, **own, "warmup_init_lr": a.first})
    if isinstance(schedule, SumLR):  # the top shrinks, the bottom does not
        for _, _, length, _, shrink in (wave for part in schedule.schedules for wave in periods(part)):
            own = {"max_lr": a.peak, "lr_period_updates": length, "lr_shrink": shrink}
            yield _flags("triangular", schedule(0), own)
    for name, given in calls_of(schedule):
        if name == "cyclic" and given.get("down_steps", given["up_steps"]) == given["up_steps"]:
            own = {"max_lr": given["max_lr"], "lr_period_updates": 2 * given["up_steps"], "lr_shrink": 1.0}
            yield _flags("triangular", given["base_lr"], own)


def _after_warmup(schedule: LearningRateSchedule) -> Iterator[tuple[int, Any]]:
    yield 0, schedule
    if isinstance(schedule, JoinLR):
        yield schedule.milestones[-1], schedule.schedules[-1]


def _cycles(
    schedule: LearningRateSchedule, begin: int, part: LearningRateSchedule, length: int, growth: float, shrink: float
) -> Iterator[Config]:
    first = {"warmup_init_lr": schedule(0)} if begin else {}
    cycle = {"lr_period_updates": length, "t_mult": growth, "lr_shrink": shrink, "min_lr": part(length)}
    yield _flags("cosine", part(0), {"warmup_updates": begin, **cycle, **first})
    options = {"max_lr": part(length // 2), "lr_period_updates": length, "lr_shrink": shrink, "shrink_min": True}
    yield _flags("triangular", part(0), options)


def _flags(name: str, rate: float, options: Config) -> Config:
    return {"lr_scheduler": name, "lr": rate} | options
