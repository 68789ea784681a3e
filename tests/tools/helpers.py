"""What several test files share: the recorded cases, and strategies drawn from the declared domains."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from lrkit import LearningRateSchedule
from lrkit._params import Field, fields_of
from lrkit.schedules._registry import kinds as registered

EPS = 2.0**-52
GOLDEN = Path(__file__).parents[1] / "golden"


USUAL = 40
"""The examples of the profile `gate`."""


def examples(number: int) -> int:
    """So many examples in the profile `gate`, and in another profile as many more or fewer as it draws elsewhere."""
    present = settings.default.max_examples if settings.default else USUAL
    return max(1, number * present // USUAL)


def golden(name: str) -> dict[str, Any]:
    return json.loads((GOLDEN / f"{name}.json").read_text())


def decode(value: Any) -> Any:
    """A recorded argument: the `$` spellings are explained in each file's ``meta.encoding``."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$tuple" in value:
        return tuple(decode(value["$tuple"]))
    if "$float" in value:
        return float(value["$float"])
    if "$np" in value:
        return np.dtype(value["$np"]).type(value["value"])
    if "$ndarray" in value:
        return np.array(value["$ndarray"], value["dtype"])
    if "$tensor" in value:  # an array of the framework recorded; here, of NumPy
        return np.array(value["$tensor"], value["dtype"])
    raise AssertionError(f"unknown spelling {value}")


def number_in(field: Field) -> st.SearchStrategy[Any]:
    """A number of the field's declared domain: mostly of the typical range, sometimes at its edge or far away."""
    low, high = field.param.typical
    if field.kind is int:
        edge = st.just(max(int(low), int(field.param.low))) if field.param.low is not None else st.just(0)
        return st.integers(int(low), int(high)) | edge
    least = math.nextafter(low, math.inf) if field.param.exclusive and low == field.param.low else low
    return st.floats(least, high, allow_subnormal=False) | st.sampled_from([least, high])


def own_kinds() -> dict[str, type]:
    """The registered kinds that lrkit defines: those of other tests come and go with their classes."""
    return {kind: cls for kind, cls in registered().items() if cls.__module__.startswith("lrkit.")}


def leaf_kinds() -> list[str]:
    return [kind for kind, cls in own_kinds().items() if not any(f.is_schedule for f in fields_of(cls).values())]


@st.composite
def values(draw: Any, cls: type, part: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Arguments for a class, each in its own domain and fitting together."""
    given: dict[str, Any] = {}
    length = draw(st.integers(2, 5))
    for field in fields_of(cls).values():
        one = part if field.is_schedule else st.booleans() if field.kind is bool else number_in(field)
        if not field.required and draw(st.booleans()):
            continue
        if not field.many:
            given[field.name] = draw(one)
            continue
        size = length - 1 if cls.kind == "join" and not field.is_schedule else length
        items = draw(st.lists(one, min_size=size, max_size=size))
        given[field.name] = sorted(items) if field.name == "milestones" else items
    if cls.kind == "clip" and not given.keys() & {"min_lr", "max_lr"}:
        given["max_lr"] = 0.05
    return given


@st.composite
def schedules(draw: Any, kinds: list[str] | None = None, depth: int = 2) -> LearningRateSchedule:
    """A schedule of one of the kinds (by default, any), nested at most `depth` deep."""
    cls = registered()[draw(st.sampled_from(kinds or (list(own_kinds()) if depth > 1 else leaf_kinds())))]
    part = schedules(depth=depth - 1) if depth > 1 else schedules(leaf_kinds(), 1)
    return cls(**draw(values(cls, part)))


def magnitude(schedule: LearningRateSchedule, steps: Any) -> float:
    """The largest number that a curve passes through on its way to these steps: what its rounding is measured by.

    For a curve of its own it is the peak. A sum or a difference can be smaller than its terms, and rounds with them;
    a product rounds with each factor, so the factors' roundings multiply with the other factors.
    """
    if not any(True for _ in schedule.parts()):
        numbers = [abs(v) for v in schedule.parameters().values() if isinstance(v, float)]
        numbers += [abs(v) for v in getattr(schedule, "learning_rates", ())]
        largest = max(float(np.abs(schedule.to_array(np.asarray(steps))).max()), *numbers, 0.0)
        if schedule.kind == "exp_hyperbolic_decay":  # the rounding of an exponent grows with the logarithm of the base
            largest *= 1 + math.log(schedule.max_lr / schedule.min_lr)
        return largest
    grid = np.union1d(np.asarray(steps, np.float64), np.arange(300))
    sizes = [magnitude(part, grid) for part in schedule.parts()]
    if schedule.kind == "product":
        return float(np.prod([2 * size for size in sizes]))
    if schedule.kind == "power":  # a rounding near 0 grows under a root, one far above under a power
        return (2 + schedule.power) * max(sizes[0] ** schedule.power, (EPS * sizes[0]) ** schedule.power / EPS)
    if schedule.kind == "repeat":
        return 2 * max(sizes) * max(1.0, schedule.gamma**300)
    if schedule.kind == "sum":
        return 2 * sum(sizes)
    if schedule.kind == "scale":
        return 2 * sizes[0] * abs(schedule.factor)
    if schedule.kind == "offset":
        return 2 * (sizes[0] + abs(schedule.offset))
    return 2 * max(sizes)
