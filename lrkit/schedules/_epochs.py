"""The list family: a step object counted in epochs."""

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
    """Mark a list function as `schedule` counted in epochs: errors then speak of the function and its parameters.

    ``counted_in_epochs(CosineDecayLR, decay_steps="decay_epoch")`` says that the function's ``decay_epoch`` is the
    schedule's ``decay_steps``.
    """

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        names = {f"{schedule.__name__}.to_list": function.__name__, schedule.__name__: function.__name__, **epochs}

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except (TypeError, ValueError, OverflowError) as error:
                pattern = "|".join(rf"\b{re.escape(name)}\b" for name in names)
                raise type(error)(re.sub(pattern, lambda found: names[found[0]], str(error))) from None

        return checked

    return mark
