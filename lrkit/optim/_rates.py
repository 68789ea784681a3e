"""Where the learning rate or weight decay of each step comes from: a number, a list or a function of the step."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._params import as_kind, field_of, shorten
from ..rules._declared import Rate
from ..rules._validate import number_in

RATE = field_of("rate", Rate)


@dataclass(frozen=True)
class Listed:
    """A list of rates, one for each step. A step past its end is an error."""

    owner: str
    name: str
    values: tuple[float, ...]

    def __repr__(self) -> str:
        return f"<{len(self.values)} rates>"

    def __call__(self, step: int) -> float:
        if step >= len(self.values):
            raise RuntimeError(
                f"{self.owner}: {self.name} has {len(self.values)} values and step {step} needs {step + 1}: "
                "give a longer list, or a schedule"
            )
        return self.values[step]


@dataclass(frozen=True)
class Computed:
    """A function of the step, such as a schedule. What it returns is checked."""

    owner: str
    name: str
    function: Callable[[int], Any]

    def __call__(self, step: int) -> float:
        returned = self.function(step)
        value: float | None = as_kind(returned, float)
        if value is None and np.size(returned) == 1:  # an array of one number, as MindSpore's cells return
            value = as_kind(np.asarray(returned).reshape(-1)[0], float)
        if value is None:
            raise TypeError(f"{self.owner}: {self.name} at step {step} must be a number, got {shorten(returned)}")
        if not 0 <= value < math.inf:
            raise ValueError(f"{self.owner}: {self.name} at step {step} must be finite and >= 0, got {value}")
        return value


Source = float | Listed | Computed
"""Where the rates or decays of the steps come from. A float is the same at every step; the others are called."""


def as_given(source: Source) -> Any:
    """What a user gave, as an optimizer shows it."""
    return source.function if isinstance(source, Computed) else source


def learning_rate_of(owner: str, value: Any, name: str = "learning_rate") -> Source:
    """The source that a learning rate stands for: a number, a list of rates, a schedule, a function of the step."""
    what = "a number >= 0, a list of rates, a schedule or a function of the step"
    if _is_number(value):
        return _number(owner, name, value)
    if callable(value):
        return Computed(owner, name, value)
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"{owner}: {name} must be {what}, got {shorten(value)}")
    rates = list(value)
    if not rates:
        raise ValueError(f"{owner}: {name} must have a rate for each step, got an empty list")
    return Listed(owner, name, tuple(_number(owner, f"{name}[{k}]", rate) for k, rate in enumerate(rates)))


def weight_decay_of(owner: str, value: Any, name: str = "weight_decay") -> Source:
    """The source that a weight decay stands for: a number, a schedule, a function, an object with ``construct``."""
    if _is_number(value):
        return _number(owner, name, value)
    function = value if callable(value) else getattr(value, "construct", None)
    if not callable(function):
        what = "a number >= 0, a schedule, a function of the step or an object with construct(global_step)"
        raise TypeError(f"{owner}: {name} must be {what}, got {shorten(value)}")
    return Computed(owner, name, function)


def _is_number(value: Any) -> bool:
    return isinstance(value, (numbers.Number, np.generic)) or (np.ndim(value) == 0 and hasattr(value, "dtype"))


def _number(owner: str, name: str, value: Any) -> float:
    number: float = RATE.coerce_one(owner, name, number_in(owner, name, value))
    return number
