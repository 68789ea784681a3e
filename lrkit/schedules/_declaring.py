"""What happens when somebody defines a class of schedules: it becomes a dataclass, or the definition is refused."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import Any

from .._params import Field, Param, fields_of, own_annotations, shorten

KEPT = ("kind", "depth", "_rate")
"""What the base class itself keeps on a schedule: no subclass and no instance may have its own."""


def declare(cls: Any, base: Any, kind: str) -> None:
    """Make a dataclass of a class that declares fields; leave one in MindSpore's style as it is.

    Whatever could not work later, or would be dropped without a word, is refused here.
    """
    owner = cls.__name__
    if not isinstance(kind, str):
        raise TypeError(f"{owner}: kind must be a str, got {shorten(kind)}")
    _check_body(cls)
    if _has_own_init(cls):
        _check_style(cls, kind)
    else:
        _become_value(cls, base)


def _check_body(cls: Any) -> None:
    for name in KEPT:
        if name in vars(cls):
            hint = ": write class ...(LearningRateSchedule, kind=...)" if name == "kind" else ""
            raise TypeError(f"{cls.__name__}: {name!r} cannot be defined in the class, every schedule has one{hint}")
    for name, value in vars(cls).items():
        if isinstance(value, Param):
            what = "declare the field as Annotated[float, Param(...)], got a bare Param"
            raise TypeError(f"{cls.__name__}: {name}: {what}")


def _check_style(cls: Any, kind: str) -> None:
    """MindSpore's style is for classes that are no values."""
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


def _become_value(cls: Any, base: Any) -> None:
    owner = cls.__name__
    if "__post_init__" in vars(cls):
        raise TypeError(f"{owner}: define _check instead of __post_init__, which reads the fields")
    for name in own_annotations(cls):
        if hasattr(base, name):
            raise TypeError(f"{owner}: a field cannot be called {name!r}: every schedule has a {name} of its own")
        _check_default(owner, name, vars(cls).get(name))
    if cls.__module__ not in sys.modules and any(isinstance(one, str) for one in own_annotations(cls).values()):
        raise TypeError(
            f"{owner}: its annotations are texts, read in its module, and {cls.__module__!r} is not in sys.modules: "
            "enter it there before it is executed"
        )
    try:
        dataclasses.dataclass(cls, eq=False, repr=False)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{owner}: {error}") from None
    cls.__signature__ = signature(cls)
    for field in fields_of(cls).values():
        _check_field(owner, field, base)


def _has_own_init(cls: Any) -> bool:
    """Whether the class is made by an ``__init__`` that somebody wrote."""
    author = next(one for one in cls.__mro__ if "__init__" in vars(one))
    return author is not object and (author is cls or "__dataclass_fields__" not in vars(author))


def _check_default(owner: str, name: str, default: Any) -> None:
    if isinstance(default, dataclasses.Field):
        raise TypeError(f"{owner}: {name}: give a plain default instead of dataclasses.field(...)")
    if isinstance(default, (list, dict, set)):
        raise TypeError(f"{owner}: the default of {name} can be changed, a tuple cannot: got {shorten(default)}")


def _check_field(owner: str, field: Field, base: Any) -> None:
    known = field.kind in (bool, int, float, str) or (isinstance(field.kind, type) and issubclass(field.kind, base))
    if not known:
        raise TypeError(
            f"{owner}: {field.name} must be declared as bool, int, float, str, a schedule, or a tuple[..., ...] "
            f"of one of them, got {shorten(field.kind)}"
        )
    if field.kind is str and not field.param.choices:
        raise TypeError(f"{owner}: {field.name} is a str: declare what it may be, as Param(..., choices=(...))")
    if not field.required:
        dataclasses.replace(field, name=f"the default of {field.name}").coerce(owner, field.default)


def signature(cls: Any) -> inspect.Signature:
    """What help shows that a class is called with; of itself, it would show ``__new__``."""
    kind, empty = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty
    missing = {dataclasses.MISSING: empty}
    return inspect.Signature(
        [inspect.Parameter(f.name, kind, default=missing.get(f.default, f.default)) for f in dataclasses.fields(cls)]
    )
