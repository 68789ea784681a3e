"""`FrozenValue`: the base class of objects that have declared fields, cannot change, and compare by their fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .._params import Field
from ._registry import MAX_DEPTH

if TYPE_CHECKING:
    from ._base import LearningRateSchedule

RESERVED = ("kind", "depth", "_rate", "_recording")
"""The attributes that a schedule has from its base classes: no subclass and no instance may have its own."""


def is_value(schedule: Any) -> bool:
    """Whether a schedule and all its parts are values. Those in MindSpore's style are not: they may change."""
    return hasattr(type(schedule), "__dataclass_fields__") and all(map(is_value, schedule.parts()))


class FrozenValue:
    """The fields of a schedule: checked when it is made, and fixed from then on."""

    depth: ClassVar[int] = 1
    _has_fields: ClassVar[bool] = True
    """Whether the class is made from its fields, and not by an ``__init__`` of its own."""
    _lrkit_fields: ClassVar[dict[str, Field]] = {}  # what `fields_of` has read when the class was defined

    if not TYPE_CHECKING:  # to whom the arguments of a class are its fields

        def __init__(self, /, *args: Any, **kwargs: Any) -> None:
            if not self._has_fields:
                super().__init__(*args, **kwargs)
                return
            values = dict(zip(self._lrkit_fields, args, strict=False)) | kwargs
            if len(args) + len(kwargs) != len(values) or values.keys() != self._lrkit_fields.keys():
                values = self._with_defaults(values, args, kwargs)
            vars(self).update(values)
            self.__post_init__()

    def _with_defaults(self, values: dict[str, Any], args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The values of all fields. Arguments that do not fit raise the error of a plain class with these fields."""
        fields, cls = self._lrkit_fields, type(self)
        complete = {name: field.default for name, field in fields.items() if not field.required} | values
        if len(args) + len(kwargs) != len(values) or complete.keys() != fields.keys():
            declared = [(f.name, Any) if f.required else (f.name, Any, f.default) for f in fields.values()]
            named = {"__qualname__": cls.__qualname__}
            dataclasses.make_dataclass(cls.__name__, declared, namespace=named)(*args, **kwargs)
        return complete

    def __post_init__(self) -> None:
        cls = type(self)
        if "__setattr__" in vars(cls) or cls.__hash__ is None:
            raise TypeError(f"{cls.__name__}: leave out @dataclass: a schedule becomes one by itself")
        owner, values = cls.__name__, vars(self)
        for name, field in self._lrkit_fields.items():
            values[name] = field.coerce(owner, values[name])
        self._check()
        depth = 1 + max((part.depth for part in self.parts()), default=0)
        if depth > MAX_DEPTH:
            raise ValueError(f"{owner}: schedules nest at most {MAX_DEPTH} deep, got {depth}")
        values["depth"] = depth  # `__setattr__` refuses every attribute once there is a depth

    def _check(self) -> None:
        """Raise `ValueError` if the fields do not fit together. Each is known to be in its own domain."""

    def _require_below(self, low: str, high: str) -> None:
        one, other = getattr(self, low), getattr(self, high)
        if not one < other:
            raise ValueError(f"{type(self).__name__}: {low} must be below {high}, got {one} and {other}")

    def _require_same_length(self, one: str, other: str) -> None:
        first, second = len(getattr(self, one)), len(getattr(self, other))
        if first != second:
            raise ValueError(
                f"{type(self).__name__}: {one} and {other} must have the same length, got {first} and {second}"
            )

    def _require_ascending(self, name: str) -> None:
        for k, (before, after) in enumerate(pairwise(getattr(self, name)), start=1):
            if after < before:
                least, got = (f"{v:g}" if isinstance(v, float) else str(v) for v in (before, after))
                raise ValueError(f"{type(self).__name__}: {name}[{k}] must be >= {least}, got {got}")

    def __setattr__(self, name: str, value: Any) -> None:
        self._refuse_change(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._refuse_change(name)
        object.__delattr__(self, name)

    def _refuse_change(self, name: str) -> None:
        if "depth" in vars(self):
            raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is a value: {name} cannot be set or deleted")
        if name in RESERVED:
            raise AttributeError(f"{type(self).__name__}: {name!r} cannot be set, every schedule has one of its own")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Any, ...]:
        """What makes two schedules of one class equal; arrays by their bits."""
        values = self.parameters().values()
        return type(self), *(v.tobytes() if isinstance(v, np.ndarray) else v for v in values)

    def __reduce__(self) -> Any:
        return type(self), tuple(self.parameters().values())

    def parameters(self) -> dict[str, Any]:
        """The fields and their values, in order."""
        return {name: getattr(self, name) for name in self._lrkit_fields}

    def parts(self) -> Iterator[LearningRateSchedule]:
        """The schedules that this one is made of, directly."""
        for name, field in self._lrkit_fields.items():
            if field.is_schedule:  # a list of numbers may be long
                value = getattr(self, name)
                yield from value if isinstance(value, tuple) else () if value is None else (value,)
