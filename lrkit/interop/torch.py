"""torch: `from_torch` reads its schedulers, `to_torch` makes one of a schedule."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from .._namespaces import scalar
from .._params import shorten
from ..lr_scheduler._base import LRScheduler
from ..lr_scheduler.schedule import ScheduleLR
from ..schedules._base import LearningRateSchedule
from ._errors import DepartureWarning, framework, moved, refused
from ._torch_departures import Departure, departures
from ._torch_reading import clock_of, curve, leaves_of

CLOSE = {False: (1e-4, 1e-9), True: (1e-3, 1e-6)}
"""How far a rate may be from its closed form, relative to itself and to the peak; in a tensor it is rounded more."""


def from_torch(scheduler: Any, key: str = "lr") -> list[LearningRateSchedule]:
    """The schedules of a live scheduler of torch: one for each group of its optimizer.

    Step 0 is the scheduler's epoch 0, wherever it stands now. Nothing is stepped or changed.

    Parameters
    ----------
    scheduler : torch.optim.lr_scheduler.LRScheduler
        Of any class of torch's, ``SequentialLR`` and ``ChainedScheduler`` of such included, and ``SWALR``; what
        `to_torch` made; pytorch-optimizer's ``CosineAnnealingWarmupRestarts``, ``REXScheduler`` and the results of
        ``get_chebyshev_schedule`` and ``get_wsd_schedule``; warmup-scheduler's ``GradualWarmupScheduler``.
    key : str
        "lr", or the "momentum" or "betas" (then: the first of them) that ``CyclicLR`` and ``OneCycleLR`` move along.
        Of what `to_torch` made, any hyper-parameter that it drives. Default: "lr".

    Returns
    -------
    list of LearningRateSchedule
        Absolute rates, not factors.

    Raises
    ------
    TypeError
        If the rates cannot be read exactly: of ``ReduceLROnPlateau``, which follows a metric; of a function of your
        own, unless it is one of transformers' or pytorch-optimizer's; of another class derived from torch's; of options
        that have no closed form; or of a scheduler whose group has another rate now than its closed form says.

    Warns
    -----
    DepartureWarning
        If torch itself will not do what its formula says.

    Notes
    -----
    The rates are those of the closed forms. Torch computes each rate from the last one and rounds; in a float32 tensor
    the difference is a few millionths in some thousand steps. A milestone of ``MultiStepLR`` that is not whole never
    comes in torch, and is left out. Past its end, torch's ``OneCycleLR`` extrapolates for one step and then raises; the
    schedule holds the last rate. What classes of other packages do at their first update, or when their warm-up is
    over, is in the schedule, and is warned of. Of two schedulers on one optimizer each is read as if it were alone; if
    one of them has changed the rate, the other is refused.

    Examples
    --------
    >>> import torch, lrkit
    >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    >>> [schedule] = lrkit.from_torch(torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5))
    >>> schedule.to_list(5)
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """
    framework("torch", "torch", "from_torch")
    if isinstance(scheduler, LRScheduler) and not isinstance(scheduler, ScheduleLR):
        raise TypeError(f"from_torch: {type(scheduler).__name__} is lrkit's own, and has .schedule(base_lr)")
    groups = getattr(getattr(scheduler, "optimizer", None), "param_groups", None)
    if groups is None:
        raise TypeError(f"from_torch: scheduler must be one of torch.optim.lr_scheduler's, got {shorten(scheduler)}")
    curves, told = checked(scheduler, key, groups)
    if told:
        warnings.warn(f"from_torch: {told}", DepartureWarning, stacklevel=2)
    return curves


def checked(scheduler: Any, key: str, groups: Sequence[Mapping[str, Any]]) -> tuple[list[LearningRateSchedule], str]:
    """The curve of each group, and what torch does otherwise; refused if a group has another value now than its curve.

    The groups are the optimizer's, or what they would be without something else that moves them.
    """
    for leaf in leaves_of(scheduler):
        if len(getattr(leaf, "base_lrs", groups)) != len(groups):
            raise refused("from_torch", f"{type(leaf).__name__} was made before the last group was added")
    curves = [curve(scheduler, k, key) for k in range(len(groups))]
    found = list(departures(scheduler))
    now = [departure for departure in found if departure.start <= clock_of(scheduler) < departure.stop]
    for k, (read, group) in enumerate(zip(curves, groups, strict=True)):
        if (scale := _scale(now, k)) is not None:
            _require_present(scheduler, read, group, k, key, scale)
    texts = "; ".join(dict.fromkeys(departure.text for departure in found))
    return curves, f"torch departs from its formula: {texts}" if found else ""


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of torch, for `lrkit.plot` and its kin."""
    return from_torch(obj)


def _scale(present: list[Departure], group: int) -> float | None:
    """How many times its closed form a group's rate is now; None if a departure has made it something else."""
    scales = [departure.scales[group] for departure in present if departure.scales]
    return math.prod(scales) if len(scales) == len(present) else None


def _require_present(
    scheduler: Any, read: LearningRateSchedule, group: Mapping[str, Any], k: int, key: str, scale: float
) -> None:
    """Refuse a group whose rate is not `scale` times that of its closed form now."""
    value = group[key][0] if isinstance(group[key], (list, tuple)) else group[key]
    epoch = clock_of(scheduler)
    if hasattr(scheduler, "T_cur"):
        epoch += scheduler.T_cur % 1  # it can be stepped to a fraction, and rounds its epoch then
    start, form = (float(read.formula(step, scalar)) for step in (0, epoch))  # once each, which needs no compiling
    present, form = float(value), scale * form
    relative, absolute = CLOSE[hasattr(value, "fill_")]
    if not abs(present - form) <= relative * abs(form) + absolute * max(abs(start), abs(form), abs(present)):
        raise moved(
            "from_torch",
            f"{key} of group {k} is {present:g}, where {type(scheduler).__name__} has {form:g} at epoch {epoch:g}",
        )


def to_torch(
    schedule: Any, optimizer: Any, last_epoch: int = -1, verbose: bool = False, on_load: str = "refuse"
) -> ScheduleLR:
    """A scheduler of torch that writes a schedule's rates into an optimizer's groups: as they are, absolute.

    Parameters
    ----------
    schedule : LearningRateSchedule, dict or list
        A schedule is the rate of all groups. A dict maps hyper-parameters (``lr``, ``weight_decay``, ``momentum``, any
        other number of a group) to schedules or numbers, and ``betas`` to a pair of them. A list has a schedule or
        dict for each group.
    optimizer : torch.optim.Optimizer
        Its groups' own rates no longer matter; where a hyper-parameter is a tensor, the tensor is filled.
    last_epoch, verbose, on_load
        As for `lrkit.lr_scheduler.LRScheduler`; the options of a state are its schedules.

    Returns
    -------
    ScheduleLR
        Of `lrkit.lr_scheduler`, and a ``torch.optim.lr_scheduler.LRScheduler`` as well, with the values of its first
        epoch written.

    Raises
    ------
    TypeError, ValueError
        If the schedules do not fit the groups and their hyper-parameters, a value will be out of its domain (a negative
        rate, a momentum of 1), or another argument is. Nothing has been changed then, nor by a `step` that refuses.

    Warns
    -----
    UserWarning
        If one schedule is for groups that have different rates, which then have no effect; at the first step, if
        Accelerate will make several steps for one update.

    Notes
    -----
    A rate that somebody changes between two steps scales the rest of its curve: `lrkit.ReduceLROnPlateau` beside it, or
    torch's, makes cuts that last. Another hyper-parameter is overwritten by the next step. ``state_dict`` holds the
    epoch and the schedules; a schedule without JSON form is stored by the name of its class. A group that is added
    later gets the values of all groups at the next step.

    The scheduler can be a part of torch's ``SequentialLR``, on its own clock there, and of ``ChainedScheduler``, where
    it multiplies the rate. It works where a scheduler of torch does: Lightning, accelerate, the ``optimizers`` of
    transformers' ``Trainer``.

    Examples
    --------
    >>> import torch, lrkit
    >>> optimizer = torch.optim.AdamW([torch.zeros(1)], lr=1.0)
    >>> schedule = lrkit.ConstantLR(0.5).warmup(2)
    >>> scheduler = lrkit.to_torch({"lr": schedule, "weight_decay": 0.1 * schedule, "betas": (0.9, 0.95)}, optimizer)
    >>> scheduler.step()
    >>> group = optimizer.param_groups[0]
    >>> group["lr"], group["weight_decay"], group["betas"]
    (0.25, 0.025, (0.9, 0.95))
    """
    torch = framework("torch", "torch", "to_torch")
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TypeError(f"to_torch: optimizer must be a torch.optim.Optimizer, got {shorten(optimizer)}")
    return ScheduleLR(optimizer, schedule, last_epoch, verbose, on_load)
