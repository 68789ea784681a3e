"""What happens when a class of schedules is defined: it becomes a dataclass, or an error says why not."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import Any

from .._params import Field, Param, fields_of, own_annotations, shorten
from ._mindspore_style import become_mindspore_style, has_own_init
from ._value import RESERVED


def define(cls: Any, base: Any, kind: str) -> None:
    """Make a class a dataclass, or give it `MindSporeStyle` if it has an ``__init__`` of its own."""
    owner = cls.__name__
    if not isinstance(kind, str):
        raise TypeError(f"{owner}: kind must be a str, got {shorten(kind)}")
    _check_body(cls)
    if has_own_init(cls):
        become_mindspore_style(cls, base, kind)
    else:
        _become_value(cls, base)


def _check_body(cls: Any) -> None:
    for name in RESERVED:
        if name in vars(cls):
            hint = ": write class ...(LearningRateSchedule, kind=...)" if name == "kind" else ""
            raise TypeError(f"{cls.__name__}: {name!r} cannot be defined in the class, every schedule has one{hint}")
    for name, value in vars(cls).items():
        if isinstance(value, Param):
            what = "declare the field as Annotated[float, Param(...)], got a bare Param"
            raise TypeError(f"{cls.__name__}: {name}: {what}")


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
    text = cls.__doc__
    try:
        dataclasses.dataclass(cls, init=False, eq=False, repr=False)  # `FrozenValue` has what would be made here
        _check_order(cls)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{owner}: {error}") from None
    cls.__signature__ = _signature(cls)
    cls.__doc__ = text or f"{owner}{cls.__signature__}"
    for field in fields_of(cls).values():
        _check_field(owner, field, base)


def _check_order(cls: Any) -> None:
    with_default = ""
    for field in dataclasses.fields(cls):
        if field.kw_only:
            raise TypeError(f"{field.name} cannot be keyword-only: the fields are the arguments, in their order")
        if field.default is not dataclasses.MISSING:
            with_default = field.name
        elif with_default:
            raise TypeError(f"non-default argument {field.name!r} follows default argument {with_default!r}")


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


def _signature(cls: Any) -> inspect.Signature:
    """The parameters that help shows: with defaults, and without the long annotations."""
    kind, empty = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty
    missing = {dataclasses.MISSING: empty}
    return inspect.Signature(
        [inspect.Parameter(f.name, kind, default=missing.get(f.default, f.default)) for f in dataclasses.fields(cls)]
    )
