"""`read`: whatever can be seen as a schedule, as schedules. No framework is imported that is not there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import interop
from .._params import count, shorten
from .._recipes import Recipe
from ..lr_scheduler._base import LRScheduler
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from ._optax_schedule import OptaxSchedule
from ._recording import begins_at, rows_of

ADAPTERS = {name: f"from_{name}" for name in ("torch", "timm", "transformers", "keras", "mindspore")}
"""The adapter that reads objects of a package."""
Pairs = list[tuple[str, LearningRateSchedule]]


def read(value: Any, steps: int | None = None, complaint: str = "read: cannot read") -> Pairs:
    """What an object's curves are called, in addition to its own name, and the curves.

    Parameters
    ----------
    value : object
        A schedule; a recipe; a list or array of rates; a scheduler or schedule of torch, timm, transformers, Keras,
        MindSpore or `lrkit.lr_scheduler`; a function of the step.
    steps : int, optional
        The length of the run: for what can only be recorded.
    complaint : str
        How the message begins if `value` is none of these.

    Returns
    -------
    list of (str, LearningRateSchedule)
        One pair, without a name, if all groups have the same curve; else one for each curve: ("group 0", …).

    Raises
    ------
    TypeError, ValueError
        If the object cannot be read, or only recorded, and there are no `steps`; or if a scheduler that can only be
        recorded has been stepped, as its step 0 cannot be told any more.
    """
    if isinstance(value, LearningRateSchedule):
        return [("", value)]
    if isinstance(value, Recipe):
        return [("", value.schedule)]
    if isinstance(value, (list, tuple)) or (_is_array(value) and np.ndim(value)):
        return [("", TableLR(value if isinstance(value, (list, tuple)) else np.asarray(value)))]
    if isinstance(value, OptaxSchedule):
        return [("", value.schedule)]
    if isinstance(value, LRScheduler):
        return _merged(_tried(value.curves, value, steps, complaint))
    adapter = _adapter(value)
    if adapter:
        more = {"steps": steps} if adapter == "from_timm" else {}  # its noise has no end
        return _merged(_tried(lambda: getattr(interop, adapter)(value, **more), value, steps, complaint))
    if not isinstance(value, type) and (callable(value) or callable(getattr(value, "step", None))):
        if steps is None:
            raise TypeError(f"{complaint} {shorten(value)} without an end: give steps")
        return _merged(_recorded(value, steps, complaint))
    raise TypeError(
        f"{complaint} {shorten(value)}: give a schedule, a list or array of rates, a scheduler, "
        "a function of the step, or a dict of label to those"
    )


def read_one(value: Any, steps: int | None = None, complaint: str = "read: cannot read") -> LearningRateSchedule:
    """The only curve of an object that `read` can read.

    Raises
    ------
    ValueError
        If its groups have different curves: the message names the groups.
    """
    (_, curve), *others = found = read(value, steps, complaint)
    if others:
        names = "; ".join(name for name, _ in found)
        raise ValueError(f"{complaint} {shorten(value)} as one schedule, its groups have different curves: {names}")
    return curve


def _is_array(value: Any) -> bool:
    return hasattr(value, "__array__") and not callable(value)


def _adapter(value: Any) -> str | None:
    """The adapter for an object, found by where its class, or one that it is derived from, is defined."""
    packages = (cls.__module__.partition(".")[0] for cls in type(value).__mro__)
    known = (ADAPTERS[package] for package in packages if package in ADAPTERS)
    return next(known, None)


def _tried(reader: Callable[[], Any], value: Any, steps: int | None, complaint: str) -> list[LearningRateSchedule]:
    """What a reader gives; if it refuses and there are steps, a recording."""
    try:
        curves = reader()
    except (TypeError, ValueError) as refusal:
        if steps is None:
            raise
        try:
            return _recorded(value, steps, complaint)
        except TypeError:
            raise refusal from None
    return [curves] if isinstance(curves, LearningRateSchedule) else list(curves)


def _recorded(value: Any, steps: int, complaint: str) -> list[LearningRateSchedule]:
    """The rates from step 0 on, as the other curves that are read have them."""
    if (epoch := begins_at(value)) > 0:
        raise ValueError(
            f"{complaint} {type(value).__name__} from step 0: it has been stepped to epoch {epoch:g}, and a recording "
            "would begin there; make a fresh one, or take lrkit.record(…, steps) of this one"
        )
    rows = rows_of(value, count("read", "steps", steps))
    return [TableLR(list(column)) for column in zip(*rows, strict=True)]


def _merged(curves: list[LearningRateSchedule]) -> Pairs:
    """The distinct curves, each named by its groups if there are several."""
    groups: dict[LearningRateSchedule, list[int]] = {}
    for k, curve in enumerate(curves):
        groups.setdefault(curve, []).append(k)
    if len(groups) == 1:
        return [("", next(iter(groups)))]
    return [(f"group{'s' * (len(ks) > 1)} {', '.join(map(str, ks))}", curve) for curve, ks in groups.items()]
