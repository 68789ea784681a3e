"""The list functions: their errors name the function and its parameters, not the schedule and its fields."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from ._base import LearningRateSchedule

P = ParamSpec("P")
R = TypeVar("R")


def counted_in_epochs(
    schedule: type[LearningRateSchedule], **epochs: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Reword the errors of a list function: `schedule` is called as the function, its fields as the parameters.

    ``counted_in_epochs(CosineDecayLR, decay_steps="decay_epoch")``: the schedule's field ``decay_steps`` is the
    function's parameter ``decay_epoch``.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        names = {f"{schedule.__name__}.to_list": function.__name__, schedule.__name__: function.__name__, **epochs}

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError, OverflowError) as error:
                pattern = "|".join(rf"\b{re.escape(name)}\b" for name in names)
                raise type(error)(re.sub(pattern, lambda found: names[found[0]], str(error))) from None

        return checked

    return decorate
