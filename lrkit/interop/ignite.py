"""ignite's parameter schedulers, read: `from_ignite`."""

from __future__ import annotations

from typing import Any

from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._errors import framework, refused
from ._ignite_reading import CLASSES, CONCAT, curve_of, joined

ADAPTER = "from_ignite"
HOME = "ignite.handlers"
CYCLES = (
    "start_value", "end_value", "cycle_size", "cycle_mult", "start_value_mult", "end_value_mult", "warmup_duration",
    "monotonic",
)  # fmt: skip
GROWTH = ("cycle_mult", "start_value_mult", "end_value_mult")


def from_ignite(scheduler: Any) -> list[LearningRateSchedule]:
    """The schedules of a parameter scheduler of ignite, one for each group that it writes.

    Step 0 is the first event that it handles, wherever it stands now. Nothing is called or changed.

    Parameters
    ----------
    scheduler : ignite.handlers.ParamScheduler
        ``PiecewiseLinear``, ``LinearCyclicalScheduler``, ``CosineAnnealingScheduler``; ``LRScheduler`` with a scheduler
        of torch; ``ConcatScheduler`` and ``ParamGroupScheduler`` of such; what ``create_lr_scheduler_with_warmup``
        makes.

    Returns
    -------
    list of LearningRateSchedule
        Values of the hyper-parameter that it moves. One of them holds for all groups where ignite writes one value.

    Raises
    ------
    TypeError
        If the values cannot be read exactly: of ``ReduceLROnPlateauScheduler``, of a class of your own, or of cycles
        that grow once the first one is over, since ignite has forgotten how they began.

    Notes
    -----
    *First step*: the value of event 0, which the first iteration uses if the scheduler is attached to
    ``ITERATION_STARTED``. *All groups* get one value, unless the scheduler has a ``param_group_index``.

    Examples
    --------
    >>> from lrkit.interop import from_ignite
    >>> wave = LinearCyclicalScheduler(optimizer, "lr", 0.0, 0.1, cycle_size=4)  # doctest: +SKIP
    >>> from_ignite(wave)[0].to_list(5)  # doctest: +SKIP
    [0.0, 0.05, 0.1, 0.05, 0.0]
    """
    framework("ignite", "ignite", ADAPTER)
    return _curves(scheduler)


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of ignite, for `lrkit.plot` and its kin."""
    return from_ignite(obj)


def _curves(scheduler: Any) -> list[LearningRateSchedule]:
    name = type(scheduler).__name__
    if not type(scheduler).__module__.startswith(HOME):
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of ignite's own schedulers")
    if name in CLASSES:
        return [_of_formula(name, scheduler)]
    if name == "LRScheduler":
        return _of_torch(scheduler)
    if name == "ParamGroupScheduler":
        return [curve for part in scheduler.schedulers for curve in _curves(part)]
    if name == CONCAT:
        parts = [_curves(part) for part in scheduler.schedulers]
        groups = max(map(len, parts))
        if any(len(part) not in (1, groups) for part in parts):
            raise refused(ADAPTER, f"the parts of {name} write different numbers of groups")
        wide = [part if len(part) == groups else part * groups for part in parts]
        for k, length in enumerate(scheduler.durations):
            _require_continued(scheduler.schedulers[k + 1], wide[k], int(length))
        return [joined(list(curves), list(scheduler.durations)) for curves in zip(*wide, strict=True)]
    if name == "ReduceLROnPlateauScheduler":
        ignores = getattr(scheduler, "param_group_index", None) is None
        floor = ", and without a param_group_index ignores its min_lr" if ignores else ""
        raise refused(ADAPTER, f"{name} follows a metric{floor}")
    raise refused(ADAPTER, f"{shorten(scheduler)} is a class of your own")


def _require_continued(part: Any, before: list[LearningRateSchedule], length: int) -> None:
    """Refuse a scheduler of torch that goes on from another rate than its own: it multiplies the one that it finds."""
    if type(part).__name__ != "LRScheduler":
        return
    inner = getattr(part.lr_scheduler, "_lr_scheduler", part.lr_scheduler)
    for found, base in zip(before, inner.base_lrs, strict=True):
        last = float(found(length - 1)) if length else base
        if abs(last - base) > 1e-12 * abs(base):
            name = type(inner).__name__
            raise refused(ADAPTER, f"{name} in a {CONCAT} goes on from the rate that it finds, {last:g}, not {base:g}")


def _of_formula(name: str, scheduler: Any) -> LearningRateSchedule:
    if name == "PiecewiseLinear":
        return curve_of(name, {"milestones_values": list(zip(scheduler.milestones, scheduler.values, strict=True))})
    if scheduler.cycle and any(getattr(scheduler, key) != 1 for key in GROWTH):
        raise refused(ADAPTER, f"{name} is in its cycle {scheduler.cycle}, and its cycles grow: read it before a run")
    return curve_of(name, {key: getattr(scheduler, key) for key in CYCLES if hasattr(scheduler, key)})


def _of_torch(scheduler: Any) -> list[LearningRateSchedule]:
    """The scheduler of torch inside, which may be steps ahead of the events."""
    from ._torch_reading import curve

    inner = scheduler.lr_scheduler
    inner = getattr(inner, "_lr_scheduler", inner)
    ahead = inner.last_epoch - scheduler.event_index
    curves = [curve(inner, k) for k in range(len(inner.optimizer.param_groups))]
    return [item.shift(-ahead) if ahead else item for item in curves]
