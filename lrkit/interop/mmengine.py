"""mmengine's schedulers, read: `from_mmengine`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._namespaces import scalar
from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._errors import framework, moved, refused
from ._mmengine_windows import FOLLOWS, Window, curve_of, kind_of, windows_of
from ._numbers import whole

ADAPTER = "from_mmengine"
HOME = "mmengine.optim.scheduler"
CLOSE = 1e-4
OPTIONS = (
    "begin", "end", "factor", "start_factor", "end_factor", "gamma", "step_size", "power", "eta_min", "eta_min_ratio",
    "T_max", "periods", "restart_weights", "eta_max", "total_steps", "div_factor", "final_div_factor",
)  # fmt: skip


def from_mmengine(schedulers: Any, batches: int | None = None) -> list[LearningRateSchedule]:
    """The schedules that schedulers of mmengine make together, one for each group of their optimizer.

    Step 0 is that of the whole run, wherever the schedulers stand now. Nothing is stepped or changed.

    Parameters
    ----------
    schedulers : mmengine.optim.scheduler._ParamScheduler or list
        One, or all that move the same hyper-parameter of one optimizer: windows that overlap multiply.
    batches : int, optional
        Iterations in an epoch, for those with ``by_epoch=True``; the step is an iteration then. If it is left out, all
        must count epochs, or none, and the step is what they count.

    Returns
    -------
    list of LearningRateSchedule
        Absolute values, by group.

    Raises
    ------
    TypeError
        If the values cannot be read exactly: of ``ReduceOnPlateauLR``, of a class of your own, of schedulers with
        different clocks without `batches`, or where a group has another value now than the formula says.
    ValueError
        If mmengine itself would fail, as with ``start_factor=0``.

    Notes
    -----
    *Outside a window*: the value stays as it is, and after it, too. *LinearLR*: reaches its end one step before the
    window's; a cosine over its window ends one step before its minimum.

    Examples
    --------
    >>> from lrkit.interop import from_mmengine
    >>> warm = LinearLR(optimizer, start_factor=0.1, begin=0, end=10, by_epoch=False)  # doctest: +SKIP
    >>> fall = CosineAnnealingLR(optimizer, begin=10, end=100, by_epoch=False)  # doctest: +SKIP
    >>> [schedule] = from_mmengine([warm, fall])  # doctest: +SKIP
    """
    framework("mmengine", "mmengine", ADAPTER)
    listed = list(schedulers) if isinstance(schedulers, Sequence) else [schedulers]
    if not listed:
        raise TypeError(f"{ADAPTER}: schedulers must be a scheduler of mmengine or a list of them, got {schedulers!r}")
    kinds = [_kind(scheduler) for scheduler in listed]
    first = listed[0]
    if any(one.param_name != first.param_name or one.optimizer is not first.optimizer for one in listed):
        raise refused(ADAPTER, "the schedulers move different hyper-parameters, or optimizers: read them apart")
    length = None if batches is None else whole(ADAPTER, "batches", batches, low=1)
    if length is None and len({one.by_epoch for one in listed}) > 1:
        raise refused(ADAPTER, "some of the schedulers count epochs and some iterations: give batches")
    curves = []
    for k, base in enumerate(first.base_values):
        windows = [
            window for one, kind in zip(listed, kinds, strict=True) for window in _windows(one, kind, k, base, length)
        ]
        curves.append(curve_of(windows, float(base)))
    _require_present(listed, curves, length)
    return curves


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of mmengine, for `lrkit.plot` and its kin."""
    return from_mmengine(obj)


def _kind(scheduler: Any) -> str:
    cls = type(scheduler)
    kind = kind_of(cls.__name__)
    if kind is None or not cls.__module__.startswith(HOME):
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of mmengine's own schedulers")
    if kind == FOLLOWS:
        raise refused(ADAPTER, f"{cls.__name__} follows a metric, as lrkit.lr_scheduler.ReduceLROnPlateau does")
    return kind


def _windows(scheduler: Any, kind: str, group: int, base: float, length: int | None) -> list[Window]:
    options = {name: getattr(scheduler, name) for name in OPTIONS if hasattr(scheduler, name)}
    if hasattr(scheduler, "milestones"):
        options["milestones"] = sorted(scheduler.milestones.elements())
    if kind == "OneCycle":
        phases = scheduler._schedule_phases  # noqa: SLF001
        options["three_phase"] = len(phases) == 3
        options["pct_start"] = (phases[0]["end_step"] + 1) / scheduler.total_steps
        options["anneal_strategy"] = "cos" if "cos" in scheduler.anneal_func.__name__ else "linear"
        options["eta_max"] = scheduler.optimizer.param_groups[group]["max_lr"]
    block = length if scheduler.by_epoch and length is not None else 1
    return windows_of(kind, options, float(base), block, scheduler.by_epoch)


def _require_present(listed: list[Any], curves: list[LearningRateSchedule], length: int | None) -> None:
    """Refuse groups that have another value now than the formula says."""
    steps = [one._global_step * (length if one.by_epoch and length else 1) for one in listed]  # noqa: SLF001
    at, first = max(steps), listed[0]
    for k, (curve, group) in enumerate(zip(curves, first.optimizer.param_groups, strict=True)):
        now, form = float(group[first.param_name]), float(curve.formula(at, scalar))
        peak = abs(float(first.base_values[k]))
        if abs(now - form) > CLOSE * abs(form) + 1e-9 * peak:
            raise moved(
                ADAPTER,
                f"{first.param_name} of group {k} is {now:g}, and the schedulers make {form:g} of it at step {at}",
            )
