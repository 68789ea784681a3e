"""Code to paste: a schedule as the classes of a framework, or as the line that hands it over.

One module for each framework, which says what it calls which schedule; none imports its framework.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any, Literal, get_args

from .._params import count, shorten
from ..catalogue._simplified import simplified
from ..catalogue._within import within
from ..schedules._base import LearningRateSchedule
from ._code import past, schedule_lines

Framework = Literal["torch", "transformers", "optax", "keras", "mindspore", "lrkit"]
FRAMEWORKS: tuple[Framework, ...] = get_args(Framework)


def as_source(schedule: LearningRateSchedule, framework: Framework, steps: int | None = None) -> str:
    """The code that gives a framework this schedule: its own classes if they are exact, else lrkit's adapter.

    Parameters
    ----------
    schedule : LearningRateSchedule
        What to write.
    framework : {"torch", "transformers", "optax", "keras", "mindspore", "lrkit"}
        For whom.
    steps : int, optional
        The length of the run, at least 1: what is equal in these steps is written if it is shorter than what is equal
        always. A comment then says what it does after them.

    Returns
    -------
    str
        Lines of Python. Those for torch and transformers need an `optimizer` and make a ``scheduler``; those for
        optax, Keras and MindSpore make a ``learning_rate``; those for lrkit a ``schedule``.

    Raises
    ------
    TypeError, ValueError
        If `schedule` is no registered schedule or has a part that is none, `framework` is none of the above, or `steps`
        is no integer >= 1.

    Notes
    -----
    *Exact* means equal at every step, the first one and those past the end included, to the framework's precision. A
    framework's class that departs somewhere, such as torch's cosine past its end, is not used alone, unless `steps`
    end before. For torch and transformers, what no class of theirs is equal to becomes a ``LambdaLR`` of a function
    that is written out; only where that would be long, as of a table, the adapter is written. The schedule is
    simplified first, factors and offsets taken inside, so that the rates may differ from its own by a rounding. For
    lrkit, and before an adapter, it is written as it stands, with the functions of the catalogue that it was made by.

    Examples
    --------
    >>> import lrkit
    >>> schedule = lrkit.CosineDecayLR(0.0, 0.1, 90).warmup(10)
    >>> print(lrkit.as_source(schedule, "optax"))
    import optax
    <BLANKLINE>
    learning_rate = optax.warmup_cosine_decay_schedule(
        init_value=0.0, peak_value=0.1, warmup_steps=10, decay_steps=100, end_value=0.0
    )
    >>> print(lrkit.as_source(lrkit.CosineDecayLR(0.001, 0.1, 90), "torch", steps=90))
    # Equal in a run of 90 steps. Past it, this rises again; the schedule stays at 0.001.
    import torch
    <BLANKLINE>
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] = 0.1
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=90, eta_min=0.001)
    """
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"as_source: schedule must be a LearningRateSchedule, got {shorten(schedule)}")
    if framework not in FRAMEWORKS:
        raise ValueError(f"as_source: framework must be one of {', '.join(FRAMEWORKS)}, got {shorten(framework)}")
    schedule.to_json()  # refuses what has no name
    if framework == "lrkit":
        return "\n".join(schedule_lines(schedule))
    module: Any = import_module(f"{__name__}._{framework}")
    lines = _own(module, simplified(schedule))
    if steps is not None:
        lines = _within_run(module, schedule, count("as_source", "steps", steps), lines)
    if lines is None and hasattr(module, "closed"):
        lines = module.closed(simplified(schedule))
    return "\n".join(lines or schedule_lines(schedule, module.ADAPTER))


def _own(module: Any, simple: LearningRateSchedule) -> list[str] | None:
    """The framework's own classes, where its counts are large enough."""
    fits = _last_count(simple) < getattr(module, "LARGEST_COUNT", math.inf)
    lines: list[str] | None = module.own(simple) if fits else None
    return lines


def _within_run(module: Any, schedule: LearningRateSchedule, steps: int, always: list[str] | None) -> list[str] | None:
    """What is equal in a run of so many steps, and a comment, if that is shorter than what is equal `always`."""
    short = within(schedule, steps)
    if hasattr(module, "plain"):
        found = module.plain(short, steps) if _last_count(short) < getattr(module, "LARGEST_COUNT", math.inf) else None
    else:
        lines = _own(module, short)
        found = (lines, past(short, steps)) if lines else None
    if found is None or (always and len("".join(always)) <= len("".join(found[0]))):
        return always
    lines, after = found
    return [
        f"# Equal in a run of {steps:,} steps. Past it, this {after}; the schedule {past(schedule, steps)}.",
        *lines,
    ]


def _last_count(schedule: LearningRateSchedule) -> float:
    """The largest number of steps in a schedule and its parts, added up: no sum of them that is written is larger."""
    own = [value for item in schedule.parameters().values() for value in (item if isinstance(item, tuple) else [item])]
    return sum(value for value in own if type(value) is int) + sum(map(_last_count, schedule.parts()))
