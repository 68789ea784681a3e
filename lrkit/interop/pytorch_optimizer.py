"""pytorch-optimizer's schedulers, read: `from_pytorch_optimizer`."""

from __future__ import annotations

from typing import Any

from .._namespaces import scalar
from .._params import shorten
from ..schedules._base import LearningRateSchedule
from ._errors import framework, moved, refused
from ._pytorch_optimizer_reading import FALLS, PACKAGE, proportional, warmed

ADAPTER = "from_pytorch_optimizer"
CLOSE = 1e-9


def from_pytorch_optimizer(scheduler: Any) -> list[LearningRateSchedule]:
    """The schedules of a live scheduler of pytorch-optimizer: one for each group of its optimizer.

    Step 0 is the first update, wherever the scheduler stands now. Nothing is stepped or changed.

    Parameters
    ----------
    scheduler : object
        A ``LinearScheduler``, ``CosineScheduler`` or ``PolyScheduler``; a ``ProportionScheduler`` over a scheduler of
        torch. Of those that are torch's too (``CosineAnnealingWarmupRestarts``, ``REXScheduler``, and what
        ``get_chebyshev_schedule`` and ``get_wsd_schedule`` make) it is `from_torch` that reads them, here as there.

    Returns
    -------
    list of LearningRateSchedule
        Absolute rates; of a ``ProportionScheduler``, the one value that it has.

    Raises
    ------
    TypeError
        If the rates cannot be read exactly: of a class of your own, or of a scheduler whose group has another rate now
        than its formula says.

    Notes
    -----
    *First step*: ``min_lr``, which the constructor writes; each later update has the rate that the formula gives for
    the step before it. *At the end of the warm-up*: ``max_lr``. *Past the end*: ``LinearScheduler`` goes on below
    ``min_lr`` and below 0, ``CosineScheduler`` climbs again, and ``PolyScheduler`` climbs from the end of its warm-up
    on, since it multiplies by a power of the steps and not of their share.

    Examples
    --------
    >>> from lrkit.interop import from_pytorch_optimizer
    >>> scheduler = CosineScheduler(optimizer, t_max=100, max_lr=0.1, warmup_steps=10)  # doctest: +SKIP
    >>> from_pytorch_optimizer(scheduler)[0]([0, 1, 11, 101])  # doctest: +SKIP
    array([0. , 0. , 0.1, 0. ])
    """
    framework(PACKAGE, "pytorch_optimizer", ADAPTER)
    if hasattr(scheduler, "get_last_lr"):  # of torch's
        from .torch import from_torch

        return from_torch(scheduler)
    cls = type(scheduler)
    if cls.__module__.partition(".")[0] != PACKAGE or cls.__name__ not in (*FALLS, "ProportionScheduler"):
        raise refused(ADAPTER, f"{shorten(scheduler)} is none of pytorch-optimizer's own schedulers")
    try:
        if cls.__name__ == "ProportionScheduler":
            return [proportional(scheduler, _rate_of(scheduler.lr_scheduler))]
        curve = warmed(scheduler)
    except ValueError as error:
        raise refused(ADAPTER, str(error)) from error
    groups = scheduler.optimizer.param_groups
    form = float(curve.formula(scheduler.step_t, scalar))
    for k, group in enumerate(groups):
        if abs(float(group["lr"]) - form) > CLOSE * max(abs(form), scheduler.max_lr):
            raise moved(
                ADAPTER,
                f"lr of group {k} is {float(group['lr']):g}, where {cls.__name__} has {form:g} at step "
                f"{scheduler.step_t}",
            )
    return [curve] * len(groups)


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of pytorch-optimizer, for `lrkit.plot` and its kin."""
    return from_pytorch_optimizer(obj)


def _rate_of(scheduler: Any) -> LearningRateSchedule:
    """The curve of the first group of the scheduler that another follows."""
    if hasattr(scheduler, "last_lr") and not hasattr(scheduler, "get_last_lr"):
        return from_pytorch_optimizer(scheduler)[0]
    from .torch import from_torch

    return from_torch(scheduler)[0]
