"""The declared fields of a class or function, read from its annotations."""

from __future__ import annotations

import builtins
import dataclasses
import inspect
import sys
from collections.abc import Callable, Sequence
from types import FrameType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from .field import Field, Param

DECLARED = "_lrkit_declared"
"""The attribute in which a class keeps what `declared_of` has read."""


def fields_of(owner: Any) -> dict[str, Field]:
    """The declared fields of a schedule class, or parameters of a function, in order."""
    return _read_once(owner, "_lrkit_fields", _read_fields)


def declared_of(cls: Any) -> dict[str, Field]:
    """The declared attributes of a class that is no dataclass, in order: an optimizer's hyper-parameters."""
    return _read_once(cls, DECLARED, _read_declared)


def field_of(name: str, hint: Any, default: Any = dataclasses.MISSING) -> Field:
    """The field that an ``Annotated[float, Param(...)]`` declares."""
    kind, *others = get_args(hint)
    param = next(item for item in others if isinstance(item, Param))
    options = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    optional = type(None) in options
    kind = next(option for option in options if option is not type(None))
    packed = get_origin(kind) is np.ndarray
    many = packed or get_origin(kind) in (tuple, Sequence)
    if packed:
        kind = int if get_args(get_args(kind)[1])[0] is np.int64 else float
    elif many:
        kind = get_args(kind)[0]
    required = default is dataclasses.MISSING
    return Field(name, kind, param, many, packed, optional, required, None if required else default)


def own_annotations(cls: Any) -> dict[str, Any]:
    """The annotations of a class itself, not of its bases: texts, types, or references to names not yet defined."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


def _read_once(owner: Any, attribute: str, read: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """What `read` finds, stored on the owner itself, so that both are freed together."""
    found: dict[str, Any] | None = vars(owner).get(attribute)
    if found is None:
        found = read(owner)
        setattr(owner, attribute, found)
    return found


def _read_fields(owner: Any) -> dict[str, Field]:
    if isinstance(owner, type):
        hints, place = _hints_of(owner), f"{owner.__name__}: "
        defaults = {field.name: field.default for field in dataclasses.fields(owner)}
    else:
        hints, place = get_type_hints(owner, include_extras=True), ""
        missing = {inspect.Parameter.empty: dataclasses.MISSING}
        parameters = inspect.signature(owner).parameters.values()
        defaults = {p.name: missing.get(p.default, p.default) for p in parameters}
    return {name: _declared_field(place + name, name, hints[name], default) for name, default in defaults.items()}


def _read_declared(cls: Any) -> dict[str, Field]:
    return {name: field_of(name, hint) for name, hint in _hints_of(cls).items() if hasattr(hint, "__metadata__")}


def _declared_field(place: str, name: str, hint: Any, default: Any) -> Field:
    if not any(isinstance(item, Param) for item in getattr(hint, "__metadata__", ())):
        raise TypeError(f"{place}: declare the field as Annotated[float, Param(...)], got {hint}")
    return field_of(name, hint, default)


def _hints_of(cls: Any) -> dict[str, Any]:
    """The annotations of a class and of its bases, evaluated."""
    hints: dict[str, Any] = {}
    for one in reversed(cls.__mro__[:-1]):
        if getattr(builtins, one.__name__, None) is not one:  # code run by exec may have the module name "builtins"
            hints |= _read_once(one, "_lrkit_hints", _read_hints)
    return hints


def _read_hints(cls: Any) -> dict[str, Any]:
    """A class's own annotations, evaluated while it is being defined: they may name local variables of a function."""
    annotations = own_annotations(cls)
    if not annotations:
        return {}
    known = {**_names_around_definition(), **vars(cls), cls.__name__: cls}
    holder = type(cls.__name__, (), {"__annotations__": annotations, "__module__": cls.__module__})
    try:
        return get_type_hints(holder, localns=known, include_extras=True)
    except NameError as error:
        raise TypeError(
            f"{cls.__name__}: a declaration cannot be read, {error}: what it names must be known where the class stands"
        ) from None


def _names_around_definition() -> dict[str, Any]:
    """The local names around a class statement, found above the frames of ``__init_subclass__``; else none."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001
    while frame is not None and frame.f_code.co_name != "__init_subclass__":
        frame = frame.f_back
    while frame is not None and frame.f_code.co_name == "__init_subclass__":
        frame = frame.f_back
    names: dict[str, Any] = {}
    while frame is not None:
        names = frame.f_locals | names
        # Only a class body has a local "__qualname__"; the names around the class are visible in it too.
        frame = frame.f_back if "__qualname__" in frame.f_locals else None
    return names
