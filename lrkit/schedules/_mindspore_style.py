"""Classes in MindSpore's style: an ``__init__`` of their own, and ``construct(self, global_step)`` as the formula.

Their objects may change between two calls. So they have no fields and no JSON, are equal to themselves only, and are
never compiled.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ._evaluate import rate_as_written
from ._value import FrozenValue


class MindSporeStyle:
    """The methods that differ from a schedule with fields. Attributes can be set, since it never gets a depth."""

    _has_fields = False
    __eq__ = object.__eq__
    __hash__ = object.__hash__
    __repr__ = object.__repr__
    __reduce__ = object.__reduce__

    def _compiled(self: Any) -> Any:
        """The formula itself. A rate may be infinite or NaN: what writes it to an optimizer checks it."""
        return partial(rate_as_written, self.formula, type(self).__name__)

    def _recorded(self: Any) -> Any:
        """Nothing: the formula may change."""

    def _first_rate(self: Any) -> Any:
        return self(0)


def has_own_init(cls: Any) -> bool:
    """Whether the class is made by an ``__init__`` that somebody wrote."""
    author = next(one for one in cls.__mro__ if "__init__" in vars(one) and one is not FrozenValue)
    return author is not object and (author is cls or "__dataclass_fields__" not in vars(author))


def become_mindspore_style(cls: Any, base: Any, kind: str) -> None:
    """Put `MindSporeStyle` before `base` among the bases of a class with an ``__init__`` of its own."""
    if kind:
        raise TypeError(
            f"{cls.__name__}: a class with an __init__ of its own has no kind: its JSON could not be read back; "
            "declare its fields as Annotated[float, Param(...)], or leave out kind="
        )
    if hasattr(cls, "__dataclass_fields__"):
        raise TypeError(
            f"{cls.__name__}: a schedule with fields cannot have an __init__ of its own: "
            "declare the fields, or write a function that returns the schedule"
        )
    if not issubclass(cls, MindSporeStyle):
        at = cls.__bases__.index(base)
        cls.__bases__ = (*cls.__bases__[:at], MindSporeStyle, *cls.__bases__[at:])
