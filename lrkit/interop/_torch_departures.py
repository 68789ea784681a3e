"""The departures of torch's schedulers from their own closed forms."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ._gradual_warmup import SAME, first_rates, risen_at
from ._torch_reading import base_of, class_of, leaves_of, links_of, milestones_of, parts_of, steps_taken

ABSOLUTE = ("LambdaLR", "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR", "ScheduleLR")
"""Classes whose rate is not made of the last one."""
STEADY = ("StepLR", "MultiStepLR", "ConstantLR", "LinearLR")
"""Classes whose step to epoch 0 changes nothing, even if torch counts it as another step."""
COMPOSED = ("SequentialLR", "ChainedScheduler")
PROPORTIONAL = ("StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR")
"""Classes whose steps multiply the rate that they find."""


class Departure(NamedTuple):
    """What torch does instead of its closed form, from epoch `start` to before `stop`."""

    text: str
    start: float = 0
    stop: float = math.inf
    scales: tuple[float, ...] | None = None
    """The factor between each group's rate and its closed form, if the departure is such a factor."""


def departures(
    scheduler: Any, length: float = math.inf, later: bool = False, inside: bool = False
) -> Iterator[Departure]:
    """The departures in the first `length` steps of a scheduler.

    It may be a part that begins `later`, at a milestone of a ``SequentialLR``, or anywhere `inside` one.
    """
    name = class_of(scheduler)
    if length <= 0:
        return
    if name == "SequentialLR":
        yield from _of_sequential(scheduler, length, inside)
    elif name == "ChainedScheduler":
        yield from _of_chained(scheduler, length, later, inside)
    elif name in ALONE:
        yield from ALONE[name](scheduler, length, later)


def _of_constant(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    if scheduler.factor == 1:
        return
    if scheduler.total_iters == 0 and not later:
        yield Departure("ConstantLR with total_iters=0 keeps the reduced rate")
    elif scheduler.factor == 0 and 0 < scheduler.total_iters < length:
        yield Departure("ConstantLR with factor=0 divides by it at total_iters, and fails", scheduler.total_iters)


def _of_line(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    if scheduler.total_iters == 0 and (later or scheduler.start_factor != scheduler.end_factor):
        what = "divides by it, and fails" if later else "stays at the start factor"
        yield Departure(f"LinearLR with total_iters=0 {what}")


def _of_one_cycle(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    """Only of one that has gone past its end, or is known to go there."""
    last = scheduler.total_steps
    if max(scheduler.last_epoch + 1, length if length < math.inf else 0) > last:
        yield Departure(f"OneCycleLR extrapolates at step {last} and raises after it; here the last rate is held", last)


def _of_restarts(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    if scheduler.T_mult > 1 and scheduler.T_cur >= scheduler.T_i:
        yield Departure(f"CosineAnnealingWarmRestarts has missed its restart at epoch {scheduler.last_epoch}")


def _of_averaging(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    """A run that is resumed by ``last_epoch`` anneals again, unless it has reached the last rate."""
    epoch, taken, last = scheduler.last_epoch, steps_taken(scheduler), scheduler.anneal_epochs
    arrived = all(float(group["lr"]) == float(group["swa_lr"]) for group in scheduler.optimizer.param_groups)
    if min(epoch, last) != min(taken, last) and not (epoch >= last and arrived):
        yield Departure(f"SWALR anneals by the steps that it has taken, {taken}, not by its epoch, {epoch}")


def _of_first_update(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    """Of classes of pytorch-optimizer's, whose constructor writes the lowest rate over the first one."""
    top = scheduler.base_max_lr if class_of(scheduler) == "CosineAnnealingWarmupRestarts" else scheduler.max_lr
    if top != scheduler.min_lr and not getattr(scheduler, "warmup_steps", 0):
        scales = (1.0,) * len(scheduler.optimizer.param_groups)
        yield Departure(f"{class_of(scheduler)} has min_lr for the first update, as the schedule does", 0, 1, scales)


def _of_gradual(scheduler: Any, length: float, later: bool) -> Iterator[Departure]:
    """That the scheduler after it takes a step too many, which the schedule has, too; and those of that scheduler."""
    after, start, scales = scheduler.after_scheduler, risen_at(scheduler), (1.0,) * len(scheduler.base_lrs)
    if after is None or length <= start:
        return
    first, expected = first_rates(scheduler, 0)
    if abs(first - expected) > SAME * abs(expected):
        text = (
            f"the {class_of(after)} after a GradualWarmupScheduler is stepped when the warm-up is over, and has "
            f"{first:g} then instead of {expected:g}, as the schedule does"
        )
        yield Departure(text, start, math.inf, scales)
    for own in departures(after, length - start):
        yield own._replace(start=start + own.start, stop=start + own.stop)


ALONE: dict[str, Callable[[Any, float, bool], Iterator[Departure]]] = {
    "ConstantLR": _of_constant,
    "LinearLR": _of_line,
    "OneCycleLR": _of_one_cycle,
    "CosineAnnealingWarmRestarts": _of_restarts,
    "SWALR": _of_averaging,
    "CosineAnnealingWarmupRestarts": _of_first_update,
    "REXScheduler": _of_first_update,
    "GradualWarmupScheduler": _of_gradual,
}
"""The classes, not made of others, that have departures."""


def _of_sequential(scheduler: Any, length: float, inside: bool) -> Iterator[Departure]:
    milestones = milestones_of(scheduler)
    starts, stops = (0, *milestones), (*milestones, length)
    first, active = bisect_right(milestones, 0), bisect_right(milestones, scheduler.last_epoch)
    part, epoch = parts_of(scheduler)[active], scheduler.last_epoch - starts[active]
    if not inside and class_of(part) not in COMPOSED and part.last_epoch != epoch:
        yield Departure(
            f"SequentialLR is at step {scheduler.last_epoch}, but its part {active} at {part.last_epoch}, not {epoch}"
        )
    for k, (part, start, stop) in enumerate(zip(parts_of(scheduler), starts, stops, strict=True)):
        own_length = min(stop, length) - start
        if k < first or own_length <= 0:
            continue
        name = class_of(part)
        if k > first and name in COMPOSED:
            yield Departure(f"SequentialLR fails when it comes to a {name} at step {start}", start)
        elif name == "SequentialLR":
            text = "SequentialLR as the first part of another comes to its milestones a step early"
            yield Departure(text, start, stop)
        elif name == "ChainedScheduler" and any(class_of(link) not in STEADY for link in links_of(part)):
            text = "ChainedScheduler as the first part of a SequentialLR takes its first step at once"
            yield Departure(text, start, stop)
        if k == first and _overwritten(part):
            text = f"the {name} that SequentialLR begins with starts from an initial_lr that another scheduler has set"
            yield Departure(text, start, stop, _scales(part))
        for own in departures(part, own_length, k > first, inside=True):  # a part begins anew, whatever was before it
            yield own._replace(start=start + own.start, stop=min(start + own.stop, stop))


def _overwritten(scheduler: Any) -> bool:
    """Whether a part that goes on from the rate it finds will not find its own base rate."""
    groups = scheduler.optimizer.param_groups
    recursive = [leaf for leaf in leaves_of(scheduler) if class_of(leaf) not in ABSOLUTE]
    return any(base_of(s, k) != float(group["initial_lr"]) for s in recursive for k, group in enumerate(groups))


def _scales(part: Any) -> tuple[float, ...] | None:
    """The factor on the rates of each group, if a part starts from another rate than its base and multiplies it."""
    groups = part.optimizer.param_groups
    if class_of(part) not in PROPORTIONAL or not all(base_of(part, k) for k in range(len(groups))):
        return None
    return tuple(float(group["initial_lr"]) / base_of(part, k) for k, group in enumerate(groups))


def _of_chained(scheduler: Any, length: float, later: bool, inside: bool) -> Iterator[Departure]:
    links = list(links_of(scheduler))
    for part in links:
        yield from departures(part, length, later, inside)
        if len(links) == 1:
            return
        name = class_of(part)
        if name == "CosineAnnealingLR" and (part.eta_min or length > part.T_max + 1):
            when = "at once" if part.eta_min else f"past T_max={part.T_max}"
            text = f"CosineAnnealingLR in a ChainedScheduler adds to the rate instead of multiplying it, {when}"
            yield Departure(text, 0 if part.eta_min else part.T_max + 1)
        elif name in ABSOLUTE or name == "SequentialLR":
            yield Departure(f"{name} in a ChainedScheduler overwrites what the parts before it have made")
