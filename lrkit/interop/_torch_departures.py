"""Where torch's schedulers leave their own closed forms, if they are stepped: in words, one for each place."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from ._torch_reading import active_part, base_of, class_of, leaves_of, links_of, milestones_of, parts_of

ABSOLUTE = ("LambdaLR", "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR", "ScheduleLR")
"""Classes whose rate is not made of the last one."""
STEADY = ("StepLR", "MultiStepLR", "ConstantLR", "LinearLR")
"""Classes whose step to epoch 0 needs not be told that it is the first."""
COMPOSED = ("SequentialLR", "ChainedScheduler")


def departures(scheduler: Any, length: float = math.inf, later: bool = False, inside: bool = False) -> Iterator[str]:
    """What torch will do otherwise in the first `length` steps.

    `later` is after a milestone of a ``SequentialLR``, `inside` anywhere in one.
    """
    name = class_of(scheduler)
    if length <= 0:
        return
    if name == "SequentialLR":
        yield from _of_sequential(scheduler, length, inside)
    elif name == "ChainedScheduler":
        yield from _of_chained(scheduler, length, later, inside)
    elif name == "ConstantLR" and scheduler.factor != 1:
        if scheduler.total_iters == 0 and not later:
            yield "ConstantLR with total_iters=0 keeps the reduced rate"
        elif scheduler.factor == 0 and 0 < scheduler.total_iters < length:
            yield "ConstantLR with factor=0 divides by it at total_iters, and fails"
    elif (
        name == "LinearLR" and scheduler.total_iters == 0 and (later or scheduler.start_factor != scheduler.end_factor)
    ):
        yield f"LinearLR with total_iters=0 {'divides by it, and fails' if later else 'stays at the start factor'}"
    elif name == "OneCycleLR" and length > scheduler.total_steps:
        yield f"OneCycleLR extrapolates at step {scheduler.total_steps} and raises after it; here the last rate is held"
    elif name == "CosineAnnealingWarmRestarts" and scheduler.T_mult > 1 and scheduler.T_cur >= scheduler.T_i:
        yield f"CosineAnnealingWarmRestarts has missed its restart at epoch {scheduler.last_epoch}"


def _of_sequential(scheduler: Any, length: float, inside: bool) -> Iterator[str]:
    milestones = milestones_of(scheduler)
    first = bisect_right(milestones, 0)
    active, epoch = active_part(scheduler)
    part = parts_of(scheduler)[active]
    if not inside and class_of(part) not in COMPOSED and part.last_epoch != epoch:
        yield f"SequentialLR is at step {scheduler.last_epoch}, but its part {active} at {part.last_epoch}, not {epoch}"
    starts = (0, *milestones)
    stops = (*milestones, length)
    for k, (part, start, stop) in enumerate(zip(parts_of(scheduler), starts, stops, strict=True)):
        own_length = min(stop, length) - start
        if k < first or own_length <= 0:
            continue
        name = class_of(part)
        if k > first and name in COMPOSED:
            yield f"SequentialLR fails when it comes to a {name} at step {start}"
        elif name == "SequentialLR":
            yield "SequentialLR as the first part of another comes to its milestones a step early"
        elif name == "ChainedScheduler" and any(class_of(link) not in STEADY for link in links_of(part)):
            yield "ChainedScheduler as the first part of a SequentialLR takes its first step at once"
        if k == first and _overwritten(part):
            yield f"the {name} that SequentialLR begins with starts from an initial_lr that another scheduler has set"
        yield from departures(part, own_length, k > first, inside=True)


def _overwritten(scheduler: Any) -> bool:
    """Whether a part that goes on from the rate it finds will not find its own base rate."""
    groups = scheduler.optimizer.param_groups
    recursive = [leaf for leaf in leaves_of(scheduler) if class_of(leaf) not in ABSOLUTE]
    return any(base_of(s, k) != float(group["initial_lr"]) for s in recursive for k, group in enumerate(groups))


def _of_chained(scheduler: Any, length: float, later: bool, inside: bool) -> Iterator[str]:
    links = list(links_of(scheduler))
    for part in links:
        yield from departures(part, length, later, inside)
        if len(links) == 1:
            return
        name = class_of(part)
        if name == "CosineAnnealingLR" and (part.eta_min or length > part.T_max + 1):
            when = "at once" if part.eta_min else f"past T_max={part.T_max}"
            yield f"CosineAnnealingLR in a ChainedScheduler adds to the rate instead of multiplying it, {when}"
        elif name in ABSOLUTE or name == "SequentialLR":
            yield f"{name} in a ChainedScheduler overwrites what the parts before it have made"
