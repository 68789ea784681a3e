"""Rows at epochs of a schedule that counts epochs, with a warm-up that counts batches: YOLO's trainers.

In its first epochs each batch has a rate between a start and the epoch's own: ``start + (rate - start) * b / N``. A row
is of the last batch of its epoch. Some versions use the rate of one epoch twice when the warm-up is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...schedules._base import LearningRateSchedule
from ...schedules.arithmetic import ProductLR, SumLR
from ...schedules.constant import ConstantLR
from ...schedules.join import JoinLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.warm_up import WarmUpLR
from ..numbers import count_bits
from ._candidate import Candidate, checked
from ._rows import Rows

LEAST_ROWS, MOST_EPOCHS = 5, 8
STARTS = (0.0, 0.1)
"""The rates of batch 0: 0, and what is usual for biases."""


def warmed_by_batch(rows: Rows, explain: Callable[[Rows], Sequence[Candidate]]) -> list[Candidate]:
    """The schedules that the rows after some first epochs agree with, with a warm-up that gives the first ones."""
    if not rows.whole:
        return []
    for first in range(2, min(MOST_EPOCHS, rows.size - LEAST_ROWS) + 1):
        for one in explain(rows.part(slice(first, None)))[:2]:
            if one.skips is None and (found := list(_warmed(rows, first, one))):
                return found
    return []


def _warmed(rows: Rows, first: int, one: Candidate) -> Iterator[Candidate]:
    one = _without_a_rise(one)
    for late in (0, 1):
        skips = np.where(np.arange(rows.size) < first, 0, late)
        steps = rows.x + one.offset + late - skips
        if steps[0] < 0:
            continue
        own = np.asarray(one.schedule(steps), float)
        for start in STARTS:
            apart = own[:first] - start
            if np.any(apart == 0):
                continue
            part, reach = (rows.rates[:first] - start) / apart, rows.half[:first] / np.abs(apart)
            rising = part < 1 - 4 * reach
            if rising.sum() < 2 or not np.all(np.abs(part[~rising] - 1) <= reach[~rising]):
                continue
            for each, warmup in _batches(steps[:first][rising], part[rising], reach[rising]):
                schedule = _joined(one.schedule, start, each, warmup)
                offset = one.offset + late
                if (worst := checked(rows, schedule, offset, skips=skips)) is not None:
                    cost = one.cost + count_bits(each) + count_bits(warmup) + 4 + 8 * late + 3 * bool(start)
                    open_ = dict(one.open) | {"warmup_steps": None}
                    yield replace(
                        one, schedule=schedule, offset=offset, cost=cost, worst=worst, open=open_,
                        skips=skips if late else None, family=f"{one.family}, warmed up by batch",
                    )  # fmt: skip
                    return


def _without_a_rise(one: Candidate) -> Candidate:
    """What is after a warm-up that is not in the rows, on its own clock."""
    match one.schedule:
        case JoinLR((WarmUpLR() | ConstantLR(), later), (start,)):
            return replace(one, schedule=later, offset=one.offset - start)
    return one


def _batches(epochs: np.ndarray, part: np.ndarray, reach: np.ndarray) -> Iterator[tuple[int, int]]:
    """The batches of an epoch and of the warm-up with which each row is of a last batch: n (e + 1) - 1 of N."""
    slope = (part[-1] - part[0]) / (epochs[-1] - epochs[0])
    unit = slope * (epochs[0] + 1) - part[0]  # 1 / N
    spread = float(reach.max()) * 4
    low, high = 1 / (unit + spread), 1 / max(unit - spread, 1e-5)
    for warmup in sorted(range(max(2, int(low)), int(high) + 2), key=lambda n: (abs(1 / n - unit), n))[:4000]:
        each = round(slope * warmup)
        if each and np.all(np.abs((each * (epochs + 1) - 1) / warmup - part) <= reach):
            yield each, warmup


def _joined(schedule: LearningRateSchedule, start: float, each: int, warmup: int) -> LearningRateSchedule:
    end = (warmup + 1) / each - 1
    first = (each - 1) / warmup
    warm = ProductLR((schedule, PiecewiseLinearLR((0.0, end), (first, 1.0))))
    return SumLR((warm, PiecewiseLinearLR((0.0, end), (start * (1 - first), 0.0)))) if start else warm
