"""`Param` and `Field`: what an argument is declared to be, and the check of a value against it."""

from __future__ import annotations

import dataclasses
import math
import numbers
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .words import in_full, listed, shorten

LARGEST_COUNT = 2**53
"""Counts and milestones stop here: the last integer up to which every float64 step is exact."""


@dataclass(eq=False)
class Param:
    """The domain of one field (of each element, where the field is a list), and how it is written in a formula.

    Parameters
    ----------
    symbol : str
        The field in a formula, in LaTeX. Empty if no formula contains it.
    unit : str
        What a number counts, such as ``"step"``. Empty for a plain number, which is the default.
    low : float, optional
        The lowest value.
    exclusive : bool
        Whether a value must be above `low` itself. Default: False.
    typical : (float, float), optional
        A usual range. Tests and documentation take their examples from it.
    min_length : int
        The smallest length of a list. Default: 0.
    high : float, optional
        The highest value.
    high_exclusive : bool
        Whether a value must be below `high` itself. Default: False.
    pair : bool
        Whether a list must have exactly two elements. Default: False.
    choices : tuple of str
        The values that a text may have.
    """

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

    def __post_init__(self) -> None:
        for name in ("exclusive", "high_exclusive", "pair"):
            if type(getattr(self, name)) is not bool:
                raise TypeError(f"Param: {name} must be True or False, got {shorten(getattr(self, name))}")

    def admits(self, value: float) -> bool:
        """Whether a number lies between the bounds."""
        above = self.low is None or (value > self.low if self.exclusive else value >= self.low)
        below = self.high is None or (value < self.high if self.high_exclusive else value <= self.high)
        return above and below

    @property
    def bounds(self) -> str:
        """The bounds in words, with a space before: `` >= 0 and < 1``; nothing if there are none."""
        low = "" if self.low is None else f"{'>' if self.exclusive else '>='} {in_full(self.low)}"
        high = "" if self.high is None else f"{'<' if self.high_exclusive else '<='} {in_full(self.high)}"
        return " " + " and ".join(filter(None, [low, high])) if low or high else ""


@dataclass(eq=False)
class Field:
    """A declared argument: its name, kind and default beside its `Param`.

    `many` says that it is a list, `packed` that the list is stored as an array and not as a tuple.
    """

    name: str
    kind: Any
    param: Param
    many: bool = False
    packed: bool = False
    optional: bool = False
    required: bool = True
    default: Any = None

    @cached_property
    def is_schedule(self) -> bool:
        return self.kind not in (bool, int, float, str)

    @property
    def unit_text(self) -> str:
        """The unit as it is written after a value: `` steps``, or nothing."""
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
        """A list of numbers as a read-only array: checked as a whole, then item by item to name the wrong one."""
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
        """One value, or one element of a list, as it is stored; `name` is what a message calls it."""
        stored = as_kind(value, self.kind)
        if stored is None:
            raise TypeError(f"{owner}: {name} must be {self._one_domain}, got {shorten(value)}")
        if self.kind is str and stored not in self.param.choices:
            raise ValueError(f"{owner}: {name} must be {self._one_domain}, got {shorten(value)}")
        if self.kind in (int, float):
            # An integer is always finite, and may be beyond what `isfinite` can look at.
            if not ((self.kind is int or math.isfinite(stored)) and self.param.admits(stored)):
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


FEW_CHOICES = 3


def choice(owner: str, name: str, value: Any, choices: Iterable[str]) -> str:
    """`value` as one of the names, or an error; what is no text is of a wrong kind, also if it cannot be hashed."""
    names = [*choices]
    if isinstance(value, str) and value in names:
        return value
    *others, last = map(repr, names)
    few = len(names) <= FEW_CHOICES
    domain = f"{', '.join(others)} or {last}" if few else f"one of {', '.join([*others, last])}"
    error = ValueError if isinstance(value, str) else TypeError
    raise error(f"{owner}: {name} must be {domain}, got {shorten(value)}")


COUNT = Field("count", int, Param("n", low=1))


def count(owner: str, name: str, value: Any) -> int:
    """`value` as a positive integer: the check for arguments that are not fields, such as ``total_step``."""
    stored: int = COUNT.coerce_one(owner, name, value)
    return stored
