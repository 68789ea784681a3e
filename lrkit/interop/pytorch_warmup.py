"""pytorch-warmup's dampening beside a scheduler, read: `from_pytorch_warmup`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from .._namespaces import scalar
from .._params import shorten
from ..catalogue._simplified import simplified
from ..catalogue.exponential_warm_up import exponential_warm_up
from ..catalogue.linear_warm_up import linear_warm_up
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.radam_warm_up import OFFSET, RAdamWarmUpLR
from ._errors import DepartureWarning, framework, moved, refused
from ._optimizers import bound_to
from ._torch_reading import clock_of

ADAPTER = "from_pytorch_warmup"
PACKAGE = "pytorch_warmup"
CLOSE = 1e-9
Curve = LearningRateSchedule


def from_pytorch_warmup(warmup: Any, scheduler: Any = None) -> list[LearningRateSchedule]:
    r"""The schedules of a warm-up of pytorch-warmup and the scheduler that is stepped in its ``dampening()``, by group.

    .. math:: \eta(t) = \alpha(t) \, \omega(t)

    with :math:`\alpha` the scheduler's rate and :math:`\omega` the factor of the warm-up.

    Parameters
    ----------
    warmup : pytorch_warmup.BaseWarmup
        A ``LinearWarmup``, ``ExponentialWarmup``, ``UntunedLinearWarmup``, ``UntunedExponentialWarmup`` or
        ``RAdamWarmup``.
    scheduler : torch.optim.lr_scheduler.LRScheduler, optional
        What is stepped within ``with warmup.dampening():``. Default: the scheduler that is bound to the same optimizer;
        without any, the rates that the groups have.

    Returns
    -------
    list of LearningRateSchedule
        Absolute rates. Step 0 is the first update, wherever the two stand now.

    Raises
    ------
    TypeError
        If the rates cannot be read exactly: of a class of your own, where several schedulers are bound to the optimizer
        and none is given, where the scheduler has made another number of steps than the warm-up, or where a group has
        another rate now than the two say.

    Warns
    -----
    DepartureWarning
        If torch itself will not do what its formula says.

    Notes
    -----
    *First step*: dampened already, by 1/W of a linear warm-up of W steps. *At W - 1*: the scheduler's own rate for the
    first time. The scheduler's clock runs during the warm-up, so what it decays there is never used.
    *Rounding*: pytorch-warmup's ``RAdamWarmup`` takes differences of large numbers, so that it is off by some 1e-12
    of the peak for a ``beta2`` of 0.9999.

    Examples
    --------
    >>> from lrkit.interop import from_pytorch_warmup
    >>> scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)  # doctest: +SKIP
    >>> [schedule] = from_pytorch_warmup(pytorch_warmup.LinearWarmup(optimizer, 10), scheduler)  # doctest: +SKIP
    """
    framework(PACKAGE, "pytorch_warmup", ADAPTER)
    if type(warmup).__module__.partition(".")[0] != PACKAGE or type(warmup).__name__ not in FACTORS:
        raise refused(ADAPTER, f"{shorten(warmup)} is none of pytorch-warmup's own classes")
    curves, told = _undampened(warmup, scheduler)
    factors = [FACTORS[type(warmup).__name__](options) for options in warmup.warmup_params]
    for k, (factor, rate, group) in enumerate(zip(factors, warmup.lrs, warmup.optimizer.param_groups, strict=True)):
        form = float(rate) * float(factor.formula(warmup.last_step, scalar))
        if abs(float(group["lr"]) - form) > CLOSE * abs(float(rate)):
            raise moved(
                ADAPTER,
                f"lr of group {k} is {float(group['lr']):g}, where {type(warmup).__name__} makes {form:g} of "
                f"{float(rate):g} at step {warmup.last_step}",
            )
    if told:
        warnings.warn(f"{ADAPTER}: {told}", DepartureWarning, stacklevel=2)
    return [simplified(curve * factor) for curve, factor in zip(curves, factors, strict=True)]


def read(obj: Any, steps: int | None) -> list[LearningRateSchedule]:
    """The curves of an object of pytorch-warmup, for `lrkit.plot` and its kin."""
    return from_pytorch_warmup(obj)


def _undampened(warmup: Any, scheduler: Any) -> tuple[list[Curve], str]:
    """The rates by group without the warm-up, and what torch does otherwise."""
    if scheduler is None:
        found = [one for one in bound_to(warmup.optimizer) if one is not warmup]
        if len(found) > 1:
            names = ", ".join(sorted(type(one).__name__ for one in found))
            raise refused(ADAPTER, f"{len(found)} schedulers are bound to the optimizer ({names}): give one")
        scheduler = found[0] if found else None
    if scheduler is None:
        return [ConstantLR(float(rate)) for rate in warmup.lrs], ""
    if getattr(scheduler, "optimizer", None) is not warmup.optimizer:
        raise refused(ADAPTER, f"{shorten(scheduler)} is not bound to the optimizer of the warm-up")
    from .torch import checked

    curves, told = checked(scheduler, "lr", [{"lr": rate} for rate in warmup.lrs])
    if (epoch := clock_of(scheduler)) != warmup.last_step:
        raise refused(
            ADAPTER,
            f"{type(scheduler).__name__} is at step {epoch} and the warm-up at {warmup.last_step}: when it is stepped "
            "cannot be read",
        )
    return curves, told


def _linear(options: dict[str, Any]) -> Curve:
    return linear_warm_up(1.0, options["warmup_period"])


def _exponential(options: dict[str, Any]) -> Curve:
    return exponential_warm_up(1.0, options["warmup_period"])


def _rectified(options: dict[str, Any]) -> Curve:
    """The paper's factor from the first step on that has one."""
    if options["offset"] != OFFSET:
        raise refused(
            ADAPTER, f"the factor of RAdam begins at its step {options['offset']} for this beta2, not {OFFSET}"
        )
    try:
        return RAdamWarmUpLR(1.0, options["beta2"])
    except ValueError as error:
        raise refused(ADAPTER, str(error)) from error


FACTORS: dict[str, Callable[[dict[str, Any]], Curve]] = {
    "LinearWarmup": _linear, "UntunedLinearWarmup": _linear, "ExponentialWarmup": _exponential,
    "UntunedExponentialWarmup": _exponential, "RAdamWarmup": _rectified,
}  # fmt: skip
