"""Configs of Ultralytics and YOLOv5 that may have a curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from ...schedules._base import LearningRateSchedule
from ...schedules.blocks import EveryLR
from ..ultralytics import PRESENT, YOLOV5, Rule
from ._anatomy import anatomy, tidy
from ._writer import Config, Proposal

MOST_WARMUPS = 50
"""The most steps at which the warm-up is looked for where an epoch is one batch."""
LONGEST = 1_000_000
"""The most steps that are looked at."""


def written(rule: Rule, *shared: Config) -> Callable[[LearningRateSchedule], Iterator[Proposal]]:
    """Stairs by epoch of a line or a cosine, without a rate of biases of their own."""

    def write(schedule: LearningRateSchedule) -> Iterator[Proposal]:
        bottom = anatomy(schedule).bottom
        for block in sorted(_blocks(schedule)) or [1]:
            blocks = bottom // block  # of a late rule one more than the run, unless it ends in the warm-up
            for epochs in (blocks - 1, blocks) if rule.late else (blocks,):
                for config in _proposed(schedule, block, epochs, late=rule.late) if epochs > 0 else ():
                    yield from (Proposal(config | more, f"batches={block}") for more in shared)

    return write


def _proposed(schedule: LearningRateSchedule, block: int, epochs: int, *, late: bool) -> Iterator[Config]:
    last = schedule(2 * schedule.horizon + block)
    for rise in _rises(schedule, block):
        for wave in (False, True):
            for base in _bases(schedule, block, rise, last, _done((rise // block + 1 - late) / epochs, wave=wave)):
                run: Config = {"epochs": epochs, "lr0": base, "lrf": tidy(last / base), "cos_lr": wave}
                warm = {"warmup_epochs": tidy(rise / block), "warmup_bias_lr": 0.0}
                yield run | warm | {"momentum": 0.937, "optimizer": "SGD"}


def _rises(schedule: LearningRateSchedule, block: int) -> list[int]:
    """Where the warm-up may end: after it, a rate changes only with the epoch."""
    rates = np.asarray(schedule(np.arange(min(schedule.horizon + 2, LONGEST))))
    changes = np.flatnonzero(np.diff(rates)) + 1
    within = changes[changes % block != 0] if block > 1 else changes[:MOST_WARMUPS]
    if block == 1:
        return sorted({0, *(int(step) + more for step in within for more in (0, 1))})
    return [int(within[-1]), int(within[-1]) + 1] if within.size else [0]


def _done(share: float, *, wave: bool) -> float:
    return 0.5 * (1 - math.cos(math.pi * share)) if wave else share


def _bases(schedule: LearningRateSchedule, block: int, rise: int, last: float, done: float) -> Iterator[float]:
    """What lr0 may be: by the first epoch that the warm-up does not touch, and by the slope of the warm-up."""
    if done < 1 and (base := tidy((schedule((rise // block + 1) * block) - last * done) / (1 - done))) > 0:
        yield base
    if rise > 1 and (base := tidy(schedule(1) * rise)) > 0:
        yield base


def _blocks(schedule: LearningRateSchedule) -> set[int]:
    """The lengths of the blocks that the parts hold a rate for."""
    own = {schedule.block_steps} if isinstance(schedule, EveryLR) else set()
    return own.union(*(_blocks(part) for part in schedule.parts()))


TIME: Config = {"time": None}
write = written(PRESENT, TIME | {"channels_last": False}, TIME)
write_older = written(YOLOV5, {})
