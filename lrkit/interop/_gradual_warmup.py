"""warmup-scheduler's ``GradualWarmupScheduler``, a scheduler of torch before another one. Needs nothing of torch.

Source: ildoonet/pytorch-gradual-warmup-lr, warmup_scheduler/scheduler.py of 0.3.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from .._namespaces import scalar
from ..schedules._base import LearningRateSchedule
from ._decays import cosine, line
from ._errors import refused
from ._scheduler_copy import StandIn
from ._torch_reading import GUESTS, base_of, class_of, curve, parts_of

SAME = 1e-14


def gradual(scheduler: Any, group: int) -> LearningRateSchedule:
    """A line up to the base rate times the multiplier, and a step later the scheduler after it, from that rate on."""
    rise = _rise(scheduler, group)
    return rise if scheduler.after_scheduler is None else rise.then(_after(scheduler, group), risen_at(scheduler))


def _rise(scheduler: Any, group: int) -> LearningRateSchedule:
    base, times = base_of(scheduler, group), float(scheduler.multiplier)
    return line(0.0 if times == 1 else base, base * times, float(scheduler.total_epoch))


def risen_at(scheduler: Any) -> int:
    """The first step that is left to the scheduler after the warm-up."""
    return int(scheduler.total_epoch) + 1


def first_rates(scheduler: Any, group: int) -> tuple[float, float]:
    """What the scheduler after the warm-up has first, and what it would have if it began anew.

    It is asked for the rate of its epoch 0 as if it were stepped to it, so that one which makes each rate of the last
    one takes a step then.
    """
    raised = _raised(scheduler)
    raised.optimizer = StandIn(scheduler.optimizer)
    for k, own in enumerate(raised.optimizer.param_groups):
        own["lr"] = float(_rise(scheduler, k).formula(risen_at(scheduler) - 1, scalar))
    raised._get_lr_called_within_step = True  # noqa: SLF001  # or torch warns
    form = float(curve(_raised(scheduler), group).formula(0, scalar))
    return float(raised.get_lr()[group]), form


def _raised(scheduler: Any) -> Any:
    """The scheduler after the warm-up at its epoch 0, with the base rates that it is given when that is over."""
    after = scheduler.after_scheduler
    name = class_of(after)
    if parts_of(after) or name in (*GUESTS, "SWALR", "ScheduleLR"):
        raise refused("from_torch", f"GradualWarmupScheduler fails with a {name} after it, or is overwritten by it")
    raised = copy(after)
    raised.base_lrs = [base * scheduler.multiplier for base in scheduler.base_lrs]
    raised.last_epoch = 0
    if hasattr(raised, "T_cur"):
        raised.T_cur, raised.T_i = 0, raised.T_0
    return raised


def _after(scheduler: Any, group: int) -> LearningRateSchedule:
    raised = _raised(scheduler)
    form = curve(raised, group)
    first, expected = first_rates(scheduler, group)
    if abs(first - expected) <= SAME * abs(expected):
        return form
    name = class_of(raised)
    if name == "CosineAnnealingLR":  # which, past its end, climbs to its base rate
        steps = int(raised.T_max)
        return cosine(first, float(raised.eta_min), steps).then(form.shift(-steps - 1), steps + 1)
    if not expected:
        raise refused("from_torch", f"{name} after a GradualWarmupScheduler multiplies a rate of 0")
    return form * (first / expected)
