"""MindSpore: `to_mindspore` and `from_mindspore`."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

import numpy as np

from .._params import count as checked_count
from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from ..tracing import record
from ..tracing.mindspore import OPERATIONS, source
from ._errors import framework, refused
from ._mindspore_reading import CELLS, SCHEDULERS, exactly, no_base, of_a_subclass, read_cell, read_scheduler

# To MindSpore -------------------------------------------------------------------------------------------------------


@overload
def to_mindspore(schedule: LearningRateSchedule, total_step: int, step_per_epoch: int = 1) -> list[float]: ...
@overload
def to_mindspore(schedule: LearningRateSchedule, total_step: None = None, step_per_epoch: int = 1) -> Any: ...
def to_mindspore(schedule: LearningRateSchedule, total_step: int | None = None, step_per_epoch: int = 1) -> Any:
    r"""What MindSpore's optimizers take for `schedule`: a list of rates, or a Cell.

    .. math:: \eta_i = s(\lfloor i / \text{step\_per\_epoch} \rfloor)

    Parameters
    ----------
    schedule : LearningRateSchedule
        :math:`s`.
    total_step : int, optional
        The length of the list, in steps, at least 1. Left out, a Cell is made, which has no end.
    step_per_epoch : int
        How many steps each of the schedule's lasts, at least 1. Default: 1.

    Returns
    -------
    list of float, or a subclass of ``mindspore.nn.learning_rate_schedule.LearningRateSchedule``
        The list is `LearningRateSchedule.to_list`. The Cell answers a Tensor of steps with a float32 Tensor of rates in
        its shape; ``cell.schedule`` is the schedule.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or outside its domain, or a Cell is asked for of a schedule whose formula
        cannot be recorded, such as one in MindSpore's style or a function's: ask for a list.

    Notes
    -----
    *The Cell* computes, in PyNative mode, in graph mode and inside the ``mindspore.nn`` optimizers: its ``construct``
    calls a function that is the schedule's formula written in MindSpore's operations. MindSpore reads the text of that
    function from a file, so it lies in a temporary directory until Python ends. A Cell is not pickled, and has nothing
    in a checkpoint.

    *Precision*: an int32 step, which the optimizers count in, stays an integer until the formula divides; everything
    else is float32, so a rate is off by some 1e-7 of the largest number on the way. A jump that `stretch` has moved to
    a step that is no float32 can come a step early or late; a list has it right. Float32 also rounds the rates of a
    list, but once.

    *Past the end*: the Cell goes on as the schedule does; an optimizer with a list fails when the list is used up.

    Examples
    --------
    >>> import lrkit
    >>> from lrkit.interop.mindspore import to_mindspore
    >>> to_mindspore(lrkit.WarmUpLR(0.5, 2), total_step=6, step_per_epoch=2)
    [0.0, 0.0, 0.25, 0.25, 0.5, 0.5]
    """
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"to_mindspore: schedule must be a LearningRateSchedule, got {shorten(schedule)}")
    per_epoch = checked_count("to_mindspore", "step_per_epoch", step_per_epoch)
    if total_step is not None:
        return schedule.to_list(checked_count("to_mindspore", "total_step", total_step), per_epoch)
    return _cell_class()(schedule, per_epoch)


@cache
def _cell_class() -> Any:
    """The class of the Cells, made when MindSpore is there to be subclassed."""
    nn = framework("mindspore.nn", "mindspore", "to_mindspore")
    int32 = framework("mindspore", "mindspore", "to_mindspore").int32
    f32 = _operations()["f32"]

    class ScheduleCell(nn.learning_rate_schedule.LearningRateSchedule):  # type: ignore[misc, name-defined]
        """A schedule of lrkit as MindSpore's."""

        def __init__(self, schedule: LearningRateSchedule, step_per_epoch: int) -> None:
            super().__init__()
            self.schedule = schedule
            self.step_per_epoch = step_per_epoch
            self.rate = _written(schedule, step_per_epoch)

        def construct(self, global_step):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            """The rate at a step, a Tensor of int32 or of anything that becomes float32."""
            step = global_step
            if step.dtype != int32:
                step = f32(step)
            return self.rate(step)

        def extend_repr(self) -> str:
            """What MindSpore shows of it."""
            return repr(self.schedule)

    return ScheduleCell


def _written(schedule: LearningRateSchedule, step_per_epoch: int) -> Any:
    """The schedule as a function of MindSpore's operations, with its text in a file."""
    tensor = framework("mindspore", "mindspore", "to_mindspore").Tensor

    def formula(step: Any, xp: Any) -> Any:
        return schedule.formula(step if step_per_epoch == 1 else xp.floor_divide(step, step_per_epoch), xp)

    try:
        text, arrays = source(record(formula))
    except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
        obstacle = f"the formula of {type(schedule).__name__} cannot be written in MindSpore's operations: {error}"
        raise TypeError(f"to_mindspore: {obstacle}; with total_step it becomes a list") from error
    file = _directory() / f"rate_{next(_SERIAL)}.py"
    file.write_text(text, encoding="utf-8")
    scope: dict[str, Any] = {"__name__": __name__}  # MindSpore imports the module of a function that it reads
    exec(compile(text, str(file), "exec"), scope)
    return scope["make"](**_operations(), **{name: tensor(array) for name, array in arrays.items()})


_SERIAL = count(1)


@cache
def _directory() -> Path:
    directory = TemporaryDirectory(prefix="lrkit-mindspore-", ignore_cleanup_errors=True)
    atexit.register(directory.cleanup)
    return Path(directory.name)


@cache
def _operations() -> dict[str, Any]:
    """What the written functions call, by name. MindSpore reads the text of those made here as well."""
    mindspore = framework("mindspore", "mindspore", "to_mindspore")
    ops = mindspore.ops
    cast, searchsorted, float32, int32 = ops.cast, ops.searchsorted, mindspore.float32, mindspore.int32

    def f32(x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return cast(x, float32)

    def position(integers, points, x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if x.dtype == int32:
            return searchsorted(integers, x, right=True)
        return searchsorted(points, cast(x, float32), right=True)

    def gather(table, index):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return ops.gather(table, cast(index, int32), 0)

    def before(x, integer, number):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        if x.dtype == int32:
            return x < integer
        return x < number

    own = {"f32": f32, "position": position, "before": before, "gather": gather}
    return {name: own.get(name) or getattr(ops, name) for name in OPERATIONS}


# From MindSpore -----------------------------------------------------------------------------------------------------


@overload
def from_mindspore(obj: Sequence[float], base_lr: None = None) -> TableLR: ...
@overload
def from_mindspore(
    obj: Any, base_lr: float | Sequence[float] | None = None
) -> LearningRateSchedule | list[LearningRateSchedule]: ...
def from_mindspore(obj: Any, base_lr: float | Sequence[float] | None = None) -> Any:
    """A learning rate of MindSpore as a schedule, or a scheduler as one schedule for each group.

    Parameters
    ----------
    obj : object
        A step object of ``mindspore.nn`` (``CosineDecayLR`` and its five siblings), a Cell of `to_mindspore`, a list of
        rates (as ``nn.cosine_decay_lr`` makes it), or a scheduler of ``mindspore.experimental.optim.lr_scheduler``.
    base_lr : float or list of float, optional
        With a scheduler: the base rates, for all groups or one for each, in place of the groups' own, of which
        MindSpore keeps only the float32. Default: those, exactly.

    Returns
    -------
    LearningRateSchedule, or list of LearningRateSchedule
        Of a step object or a list, the schedule. Of a scheduler, one schedule for each group, as a function of the
        epoch, from the first epoch on, wherever the scheduler stands.

    Raises
    ------
    TypeError, ValueError
        If `obj` is none of these, or is not a function of the step: a subclass, a function of yours, a metric, a rate
        that somebody else has changed; if an option is outside the domain here, such as a step size of 0.

    Warns
    -----
    DepartureWarning
        If MindSpore does not do what the closed form says. The closed form is read.

    Notes
    -----
    *Step objects* hold their arguments as they were given, so these are recovered exactly; the rates that MindSpore
    computes from them are float32. *Schedulers*: options are as given, except that the ``eta_min`` of
    ``CosineAnnealingWarmRestarts`` and the rates of ``CyclicLR`` are what float32 has kept. MindSpore computes most
    rates from the last one in float32, so it drifts away from the curve by about 1e-7 an epoch. *Lists*: past its end
    the schedule holds the last rate, where an optimizer fails.

    Examples
    --------
    >>> from lrkit.interop.mindspore import from_mindspore
    >>> from_mindspore([0.1, 0.1, 0.1, 0.05])
    TableLR(rates=[0.1, 0.05], counts=[3, 1])
    """
    if isinstance(obj, (list, tuple)):
        no_base(obj, base_lr)
        return TableLR(np.asarray(obj))
    nn = framework("mindspore.nn", "mindspore", "from_mindspore")
    schedulers = framework("mindspore.experimental.optim.lr_scheduler", "mindspore", "from_mindspore")
    if _cell_class.cache_info().currsize and type(obj) is _cell_class() and obj.step_per_epoch == 1:
        no_base(obj, base_lr)
        return obj.schedule
    if name := exactly(obj, nn, CELLS):
        no_base(obj, base_lr)
        return read_cell(name, obj)
    if name := exactly(obj, schedulers, SCHEDULERS):
        return read_scheduler(name, obj, schedulers, base_lr)
    for known in type(obj).__mro__[1:]:
        if known.__module__.partition(".")[0] == "mindspore" and known.__name__ not in ("Cell", "object"):
            raise refused("from_mindspore", of_a_subclass(type(obj), known))
    raise refused("from_mindspore", f"{shorten(obj)} is no list, step object or scheduler of MindSpore")


def read(obj: Any, steps: int | None) -> Any:
    """The curves of an object of MindSpore, for `lrkit.plot` and its kin."""
    return from_mindspore(obj)
