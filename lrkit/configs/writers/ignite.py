"""Configs of ignite that may have a curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ...schedules._base import LearningRateSchedule
from ...schedules.join import JoinLR
from ...schedules.piecewise_linear import PiecewiseLinearLR
from ...schedules.warm_up import WarmUpLR
from ._anatomy import anatomy, growing, periods, stairs_of
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Points and lines between them, or cycles."""
    match schedule:
        case PiecewiseLinearLR(steps, rates) if all(step.is_integer() for step in steps):
            yield _points(zip(steps, rates, strict=True))
        case JoinLR((WarmUpLR() | PiecewiseLinearLR(), _), (_,)):
            a = anatomy(schedule)
            yield _points([(0, a.first), (a.rise, a.peak), (a.leave, a.peak), (a.bottom, a.low)])
    a = anatomy(schedule)
    yield _points([(0, a.first), (a.rise, a.peak)])
    yield _points([(0, a.first), (a.rise, a.peak), (a.bottom, a.low)])
    yield _points([(0, a.first), (a.leave, a.peak), (a.bottom, a.low)])
    if stairs := stairs_of(schedule):
        jumps = [(at, rate) for at, rate in stairs[:1]]
        for (_, before), (at, rate) in pairwise(stairs):
            jumps += [(at, before), (at, rate)]
        yield _points(jumps)
    for begin, part, length, growth, height in periods(schedule):
        if not begin:
            more = {"cycle_mult": growth, "start_value_mult": height, "end_value_mult": height}
            told = {key: value for key, value in more.items() if value != 1}
            ends: Config = {"start_value": part(0), "end_value": part(length), "cycle_size": length}
            yield {"CosineAnnealingScheduler": {"param_name": "lr", **ends, **told}}
            yield {"LinearCyclicalScheduler": {"param_name": "lr", **ends, "monotonic": True, **told}}
            ends["end_value"] = part(length / 2)
            yield {"LinearCyclicalScheduler": {"param_name": "lr", **ends, **told}}
    for part, length, growth in growing(schedule):
        ends = {"start_value": part(0), "end_value": part(length), "cycle_size": length, "cycle_mult": growth}
        turned: tuple[tuple[float, Config], ...] = ((length, {"monotonic": True}), (length / 2, {}))
        for middle, more in turned:
            line = ends | more | {"end_value": part(middle)}
            yield {"LinearCyclicalScheduler": {"param_name": "lr", **line}}
        yield {"CosineAnnealingScheduler": {"param_name": "lr", **ends}}


def _points(points: Iterable[tuple[float, float]]) -> Config:
    listed = [[int(step), rate] for step, rate in points]
    kept = [pair for k, pair in enumerate(listed) if pair not in listed[:k]]
    return {"PiecewiseLinear": {"param_name": "lr", "milestones_values": kept}}
