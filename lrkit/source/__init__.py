"""Code to paste: a schedule as the classes of a framework, or as the line that hands it over.

One module for each framework, which says what it calls which schedule; none imports its framework.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

from .._params import shorten
from ..catalogue._simplified import simplified
from ..schedules._base import LearningRateSchedule
from ._code import schedule_lines

FRAMEWORKS = ("torch", "transformers", "optax", "keras", "mindspore", "lrkit")


def as_source(schedule: LearningRateSchedule, framework: str) -> str:
    """The code that gives a framework this schedule: its own classes if they are exact, else lrkit's adapter.

    Parameters
    ----------
    schedule : LearningRateSchedule
        What to write.
    framework : {"torch", "transformers", "optax", "keras", "mindspore", "lrkit"}
        For whom.

    Returns
    -------
    str
        Lines of Python. Those for torch and transformers need an `optimizer` and make a ``scheduler``; those for
        optax, Keras and MindSpore make a ``learning_rate``; those for lrkit a ``schedule``.

    Raises
    ------
    TypeError, ValueError
        If `schedule` is no registered schedule or has a part that is none, or `framework` is none of the above.

    Notes
    -----
    *Exact* means equal at every step, the first one and those past the end included, to the framework's precision. A
    framework's class that departs somewhere, such as torch's cosine past its end, is not used alone. The schedule is
    simplified first, factors and offsets taken inside, so that the rates may differ from its own by a rounding; for
    lrkit it is written as it stands.

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
    """
    if not isinstance(schedule, LearningRateSchedule):
        raise TypeError(f"as_source: schedule must be a LearningRateSchedule, got {shorten(schedule)}")
    if framework not in FRAMEWORKS:
        raise ValueError(f"as_source: framework must be one of {', '.join(FRAMEWORKS)}, got {shorten(framework)}")
    schedule.to_json()  # refuses what has no name
    if framework == "lrkit":
        return "\n".join(schedule_lines(schedule))
    module: Any = import_module(f"{__name__}._{framework}")
    simple = simplified(schedule)
    own = module.own(simple) if _last_count(simple) < getattr(module, "LARGEST_COUNT", math.inf) else None
    return "\n".join(own or schedule_lines(simple, module.ADAPTER))


def _last_count(schedule: LearningRateSchedule) -> float:
    """The largest number of steps in a schedule and its parts, added up: no sum of them that is written is larger."""
    own = [value for item in schedule.parameters().values() for value in (item if isinstance(item, tuple) else [item])]
    return sum(value for value in own if type(value) is int) + sum(map(_last_count, schedule.parts()))
