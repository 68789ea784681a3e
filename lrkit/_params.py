"""What a field of a schedule may be, said once: its kind, domain, symbol, unit and typical range.

A schedule declares a field as ``Annotated[float, Param(...)]``, or of another kind. Validation, error
messages, the command line, the documentation tables and the property tests all read that one declaration.
"""

from __future__ import annotations

import builtins
import dataclasses
import inspect
import math
import numbers
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

LARGEST_COUNT = 2**53
"""Counts and milestones stop here: the last integer up to which every float64 step is exact."""


@dataclass(eq=False)
class Param:
    """The domain of one field (of each element, where the field is a list), and how it is written in a formula."""

    symbol: str
    unit: str = ""
    low: float | None = None
    exclusive: bool = False
    typical: tuple[float, float] | None = None
    min_length: int = 0
    high: float | None = None
    high_exclusive: bool = False
    pair: bool = False
    choices: tuple[str, ...] = ()

    def admits(self, value: float) -> bool:
        """Whether a number lies between the bounds."""
        above = self.low is None or (value > self.low if self.exclusive else value >= self.low)
        below = self.high is None or (value < self.high if self.high_exclusive else value <= self.high)
        return above and below

    @property
    def bounds(self) -> str:
        """The bounds in words, with a space before: `` >= 0 and < 1``; nothing if there are none."""
        low = "" if self.low is None else f"{'>' if self.exclusive else '>='} {_in_full(self.low)}"
        high = "" if self.high is None else f"{'<' if self.high_exclusive else '<='} {_in_full(self.high)}"
        return " " + " and ".join(filter(None, [low, high])) if low or high else ""


def _in_full(bound: float) -> str:
    """A bound with all its digits; a large power of two, or the number before one, as that."""
    if not float(bound).is_integer() or abs(bound) < 2**16:
        return f"{bound:g}"
    whole = int(bound)
    for near, text in ((whole, "2**{}"), (whole + 1, "2**{} - 1")):
        if near & (near - 1) == 0:
            return text.format(near.bit_length() - 1)
    return str(whole)


@dataclass(eq=False)
class Field:
    """A declared field of a class: what `fields_of` reads out of the annotations."""

    name: str
    kind: Any
    param: Param
    many: bool = False
    packed: bool = False
    optional: bool = False
    required: bool = True
    default: Any = None

    @property
    def is_schedule(self) -> bool:
        return self.kind not in (bool, int, float, str)

    @property
    def unit_text(self) -> str:
        """The unit as it follows a value: `` steps``, or nothing."""
        return {"": "", "step": " steps"}.get(self.param.unit, f" {self.param.unit}")

    @property
    def domain(self) -> str:
        """The values that the field takes, in words: ``an integer >= 1``."""
        if self.kind is str:
            return "one of " + ", ".join(map(repr, self.param.choices)) + (" or None" if self.optional else "")
        bound = self.param.bounds
        article, noun = {int: ("an", "integer"), float: ("a", "number" if bound else "finite number")}.get(
            self.kind, ("a", "schedule")
        )
        if self.many:
            length = f"{self.param.min_length} or more " if self.param.min_length else ""
            text = f"a pair of {noun}s{bound}" if self.param.pair else f"a list of {length}{noun}s{bound}"
        else:
            text = "True or False" if self.kind is bool else f"{article} {noun}{bound}"
        return text + (" or None" if self.optional else "")

    def coerce(self, owner: str, value: Any) -> Any:
        """`value` as it is stored, or an error that names the owner, the field, the domain and the value."""
        if self.optional and value is None:
            return None
        if not self.many:
            return self.coerce_one(owner, self.name, value)
        if not isinstance(value, (list, tuple, range)) and not (self.packed and isinstance(value, np.ndarray)):
            raise TypeError(f"{owner}: {self.name} must be {self.domain}, got {shorten(value)}")
        if len(value) < self.param.min_length or (self.param.pair and len(value) != 2):
            raise ValueError(f"{owner}: {self.name} must be {self.domain}, got {listed(len(value))}")
        if self.packed:
            return self._coerce_packed(owner, value)
        return tuple(self.coerce_one(owner, f"{self.name}[{k}]", item) for k, item in enumerate(value))

    def _coerce_packed(self, owner: str, value: Any) -> np.ndarray[Any, Any]:
        """A list of numbers as a read-only array: many at once if all is well, else one by one up to the fault."""
        kinds = set(map(type, value)) if not isinstance(value, np.ndarray) else {value.dtype.type}
        real = numbers.Integral if self.kind is int else numbers.Real
        if np.ndim(value) == 1 and all(issubclass(k, real) and k is not bool for k in kinds):
            stored = np.array(value, self.kind)
            if stored.size and np.isfinite(stored).all() and self.param.admits(stored.min()):
                stored.setflags(write=False)
                return stored
        for k, item in enumerate(value):
            self.coerce_one(owner, f"{self.name}[{k}]", item)
        raise TypeError(f"{owner}: {self.name} must be {self.domain}, got {shorten(value)}")

    def coerce_one(self, owner: str, name: str, value: Any) -> Any:
        """One value of the field, or one element of it where it is a list; `name` is how a message calls it."""
        stored = as_kind(value, self.kind)
        if stored is None:
            raise TypeError(f"{owner}: {name} must be {self._one_domain}, got {shorten(value)}")
        if self.kind is str and stored not in self.param.choices:
            raise ValueError(f"{owner}: {name} must be {self._one_domain}, got {shorten(value)}")
        if self.kind in (int, float):
            if not (math.isfinite(stored) and self.param.admits(stored)):
                raise ValueError(f"{owner}: {name} must be {self._one_domain}, got {shorten(value)}")
            if self.kind is int and abs(stored) > LARGEST_COUNT:
                raise ValueError(f"{owner}: {name} must be {self._one_domain} and at most 2**53, got {shorten(value)}")
        return stored

    @property
    def _one_domain(self) -> str:
        return dataclasses.replace(self, many=False, optional=False).domain


def as_kind(value: Any, kind: Any) -> Any:
    """`value` as a plain Python `kind` (``np.int64(5)`` as ``5``), or None if it is of another kind."""
    if value.__class__ is kind:
        return value
    if kind is bool:
        return None
    if kind not in (int, float):
        return value if isinstance(value, kind) else None
    if isinstance(value, (bool, np.bool_)):
        return None
    if kind is int:
        return int(value) if isinstance(value, numbers.Integral) else None
    if not isinstance(value, numbers.Real):
        return None
    try:
        return float(value)
    except OverflowError:  # an integer beyond the largest float
        return math.inf


def count(owner: str, name: str, value: Any) -> int:
    """`value` as a positive integer: the check for arguments that are not fields, such as ``total_step``."""
    stored: int = COUNT.coerce_one(owner, name, value)
    return stored


COUNT = Field("count", int, Param("n", low=1))


def counted(number: int, noun: str) -> str:
    """``1 group``, ``2 groups``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def listed(length: int) -> str:
    """What a message calls a list of the wrong length."""
    return f"a list of {length}" if length else "an empty list"


def shorten(value: object, width: int = 60) -> str:
    """The repr of a value for a message: one line, and short however long the value is."""
    if isinstance(value, (list, tuple, str, bytes, dict)) and len(value) > width:
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 4 * width:
        return f"an integer of {value.bit_length()} bits"
    text = " ".join(repr(value).split())
    return text if len(text) <= width else text[: width - 3] + "..."


DECLARED = "_lrkit_declared"
"""Where a class keeps what it declares; one that has another framework's class among its bases is given it."""


def fields_of(owner: Any) -> dict[str, Field]:
    """The declared fields of a schedule class, or parameters of a function, in order."""
    return _kept(owner, "_lrkit_fields", _read_fields)


def declared_of(cls: Any) -> dict[str, Field]:
    """The declared attributes of a class that is no dataclass, in order: an optimizer's hyper-parameters."""
    return _kept(cls, DECLARED, _read_declared)


def _kept(owner: Any, name: str, read: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """What was read of a class or function: kept on itself, so that it is forgotten with it."""
    found: dict[str, Any] | None = vars(owner).get(name)
    if found is None:
        found = read(owner)
        setattr(owner, name, found)
    return found


def _read_fields(owner: Any) -> dict[str, Field]:
    if isinstance(owner, type):
        hints = _hints_of(owner)
        return {
            f.name: _field(f"{owner.__name__}: {f.name}", f.name, hints[f.name], f.default)
            for f in dataclasses.fields(owner)
        }
    hints = get_type_hints(owner, include_extras=True)
    parameters = inspect.signature(owner).parameters.values()
    missing = {inspect.Parameter.empty: dataclasses.MISSING}
    return {p.name: _field(p.name, p.name, hints[p.name], missing.get(p.default, p.default)) for p in parameters}


def _read_declared(cls: Any) -> dict[str, Field]:
    return {name: field_of(name, hint) for name, hint in _hints_of(cls).items() if hasattr(hint, "__metadata__")}


def own_annotations(cls: Any) -> dict[str, Any]:
    """What a class itself annotates, as far as it is known: texts, types, or references to what is not known yet."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return inspect.get_annotations(cls)


def _hints_of(cls: Any) -> dict[str, Any]:
    """The annotations of a class and of those that it inherits from, evaluated."""
    hints: dict[str, Any] = {}
    for one in reversed(cls.__mro__[:-1]):
        if getattr(builtins, one.__name__, None) is not one:  # code run by exec may say that it is of that module too
            hints |= _kept(one, "_lrkit_hints", _read_hints)
    return hints


def _read_hints(cls: Any) -> dict[str, Any]:
    """A class's own annotations, evaluated where it is defined: there they may name what is local to a function."""
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
    """The local names where a class is being defined, if one is: its ``__init_subclass__`` has called us."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001
    while frame is not None and frame.f_code.co_name != "__init_subclass__":
        frame = frame.f_back
    while frame is not None and frame.f_code.co_name == "__init_subclass__":
        frame = frame.f_back
    names: dict[str, Any] = {}
    while frame is not None:
        names = frame.f_locals | names
        frame = frame.f_back if "__qualname__" in frame.f_locals else None  # a class body sees what is around it
    return names


def _field(place: str, name: str, hint: Any, default: Any) -> Field:
    if not any(isinstance(item, Param) for item in getattr(hint, "__metadata__", ())):
        raise TypeError(f"{place}: declare the field as Annotated[float, Param(...)], got {hint}")
    return field_of(name, hint, default)


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
