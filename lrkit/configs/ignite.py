"""ignite: a scheduler with its arguments, ``{"LinearCyclicalScheduler": {"start_value": 0.1, ...}}``.

The arithmetic is that of `lrkit.interop`'s reader of live schedulers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from .._configured import Configured
from ..budget import Budget
from ..interop._ignite_reading import CLASSES, CONCAT, curve_of, joined
from ..schedules._base import LearningRateSchedule
from ..schedules.join import JoinLR
from ..schedules.piecewise_linear import PiecewiseLinearLR
from ..schedules.warm_up import WarmUpLR
from ._anatomy import anatomy, growing, periods, stairs_of
from ._fields import Fields
from ._forms import call_text
from ._system import Config, System, having

ALL_GROUPS = "ignite writes one value into all groups of the optimizer, unless param_group_index is given."
NAMES = (*CLASSES, CONCAT)


def _read(fields: Fields, budget: Budget | None) -> Configured:
    name, own = fields.one_of(NAMES)
    key = own.text("param_name", "lr")
    return fields.found({key: _curve(name, own)}, budget, "" if own.has("param_group_index") else ALL_GROUPS)


def _curve(name: str, own: Fields) -> LearningRateSchedule:
    if name == CONCAT:
        durations = [int(duration) for duration in own.numbers("durations")]
        parts = own.parts("schedulers")
        if len(parts) != len(durations) + 1:
            raise own.error("durations", f"one fewer than schedulers, {len(parts) - 1}", durations)
        curves = []
        for part in parts:
            inner = next((known for known in NAMES if part.has(known)), None)
            if inner is None:
                raise part.refusal(f"{part.at(NAMES[0])} or another of {', '.join(NAMES)} must be there")
            curves.append(_curve(inner, part.part(inner)))
        return joined(curves, durations)
    try:
        return curve_of(name, own.data)
    except KeyError as missing:
        raise own.refusal(f"{own.at(missing.args[0])} is missing: {name} needs it") from None
    except (TypeError, ValueError) as error:
        raise own.refusal(f"{name}: {error}") from None


def _write(schedule: LearningRateSchedule) -> Iterator[Config]:
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
            ends = {"start_value": part(0), "end_value": part(length), "cycle_size": length}
            yield {"CosineAnnealingScheduler": {"param_name": "lr", **ends, **told}}
            yield {"LinearCyclicalScheduler": {"param_name": "lr", **ends, "monotonic": True, **told}}
            ends["end_value"] = part(length / 2)
            yield {"LinearCyclicalScheduler": {"param_name": "lr", **ends, **told}}
    for part, length, growth in growing(schedule):
        ends = {"start_value": part(0), "end_value": part(length), "cycle_size": length, "cycle_mult": growth}
        for middle, more in ((length, {"monotonic": True}), (length / 2, {})):
            line = ends | more | {"end_value": part(middle)}
            yield {"LinearCyclicalScheduler": {"param_name": "lr", **line}}
        yield {"CosineAnnealingScheduler": {"param_name": "lr", **ends}}


def _points(points: Iterable[tuple[float, float]]) -> Config:
    listed = [[int(step), rate] for step, rate in points]
    kept = [pair for k, pair in enumerate(listed) if pair not in listed[:k]]
    return {"PiecewiseLinear": {"param_name": "lr", "milestones_values": kept}}


SYSTEM = System("ignite", "ignite", having(NAMES), _read, _write, call_text(first="optimizer"))
