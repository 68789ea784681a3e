"""What makes a function an entry of the catalogue."""

from __future__ import annotations

import functools
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec

from .._params import fields_of
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS

P = ParamSpec("P")
Proposals = Iterator[dict[str, Any]]
"""The arguments of calls that may have returned a schedule."""
Inverse = Callable[[Any], Proposals]
INVERSES: defaultdict[type, dict[str, Inverse]] = defaultdict(dict)
"""Class of a schedule to the functions that may return one, by name, each with its inverse."""


def expression(function: Callable[P, LearningRateSchedule]) -> Callable[P, LearningRateSchedule]:
    """Enter a function in the catalogue: its arguments are checked as they are declared, as a schedule's fields are.

    ``lrkit.parse`` and the command read it by its name; what it returns is stored and compared as the schedule that
    it is made of.
    """
    owner = function.__name__
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> LearningRateSchedule:
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{owner}: {error}") from None
        given.apply_defaults()
        fields = fields_of(checked)
        values: dict[str, Any] = {name: fields[name].coerce(owner, value) for name, value in given.arguments.items()}
        return function(**values)  # type: ignore[call-arg]

    plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    checked.__signature__ = signature.replace(parameters=plain, return_annotation=signature.empty)  # type: ignore[attr-defined]
    FUNCTIONS[owner] = checked
    return checked


def inverse_of(function: Callable[..., LearningRateSchedule], *classes: type) -> Callable[[Inverse], Inverse]:
    """Enter the inverse of a function: from a schedule of one of the `classes`, it proposes the arguments that made it.

    The classes are those that the function returns. A proposal may be wrong: `recognised` calls the function with it
    and compares. An argument that has no trace in the schedule may be left out, if it has a default.
    """

    def enter(inverse: Inverse) -> Inverse:
        for cls in classes:
            INVERSES[cls][function.__name__] = inverse
        return inverse

    return enter
