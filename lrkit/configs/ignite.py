"""ignite: a scheduler with its arguments, ``{"LinearCyclicalScheduler": {"start_value": 0.1, ...}}``.

The arithmetic is that of `lrkit.interop`'s reader of live schedulers.
"""

from __future__ import annotations

from .._configured import Configured
from ..budget import Budget
from ..interop._ignite_reading import CLASSES, CONCAT, curve_of, joined
from ..schedules._base import LearningRateSchedule
from ._fields import Fields
from ._system import System, having

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
    with own.handed_to(name):
        return curve_of(name, own.data)


SYSTEM = System("ignite", "ignite", having(NAMES), _read)
