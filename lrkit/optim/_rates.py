"""A learning rate or weight decay that may change from step to step: what it was given as, read at a step."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._params import as_kind, field_of, shorten
from ..parameter import Parameter, constant
from ..rules._declared import Rate
from ..rules._validate import number_in

RATE = field_of("rate", Rate)


@dataclass(frozen=True)
class Fixed:
    """One number at every step."""

    value: float

    @property
    def given(self) -> float:
        """What it was made of."""
        return self.value

    def parameter(self, name: str) -> Parameter:
        """The rate as MindSpore hands it out."""
        return constant(self.value, name)

    def __call__(self, step: int) -> float:
        return self.value


@dataclass(frozen=True)
class Listed:
    """A list of rates, one for each step; running out of it is an error."""

    owner: str
    name: str
    values: tuple[float, ...]

    @property
    def given(self) -> Listed:
        """What it was made of."""
        return self

    def parameter(self, name: str) -> Parameter:
        """The rates as MindSpore hands them out."""
        return constant(self.values, name)

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
    """A function of the step, a schedule among them. What it answers is checked."""

    owner: str
    name: str
    function: Callable[[int], Any]

    @property
    def given(self) -> Any:
        """What it was made of."""
        return self.function

    def parameter(self, name: str) -> Any:
        """The function: it has no number of its own."""
        return self.function

    def __call__(self, step: int) -> float:
        answer = self.function(step)
        value: float | None = as_kind(answer, float)
        if value is None and np.size(answer) == 1:  # an array of one number, as MindSpore's cells return
            value = as_kind(np.asarray(answer).reshape(-1)[0], float)
        if value is None:
            raise TypeError(f"{self.owner}: {self.name} at step {step} must be a number, got {shorten(answer)}")
        if not 0 <= value < math.inf:
            raise ValueError(f"{self.owner}: {self.name} at step {step} must be finite and >= 0, got {value}")
        return value


def learning_rate_of(owner: str, value: Any, name: str = "learning_rate") -> Fixed | Listed | Computed:
    """What a learning rate may be given as: a number, rates one by one, a schedule, a callable."""
    what = "a number >= 0, a list of rates, a schedule or a function of the step"
    if _is_number(value):
        return Fixed(RATE.coerce_one(owner, name, number_in(owner, name, value)))
    if callable(value):
        return Computed(owner, name, value)
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"{owner}: {name} must be {what}, got {shorten(value)}")
    rates = list(value)
    if not rates:
        raise ValueError(f"{owner}: {name} must have a rate for each step, got an empty list")
    named = [(f"{name}[{k}]", rate) for k, rate in enumerate(rates)]
    return Listed(owner, name, tuple(RATE.coerce_one(owner, one, number_in(owner, one, rate)) for one, rate in named))


def weight_decay_of(owner: str, value: Any, name: str = "weight_decay") -> Fixed | Computed:
    """What a weight decay may be given as: a number, a schedule, a callable, an object with ``construct``."""
    if _is_number(value):
        return Fixed(RATE.coerce_one(owner, name, number_in(owner, name, value)))
    function = value if callable(value) else getattr(value, "construct", None)
    if not callable(function):
        what = "a number >= 0, a schedule, a function of the step or an object with construct(global_step)"
        raise TypeError(f"{owner}: {name} must be {what}, got {shorten(value)}")
    return Computed(owner, name, function)


def _is_number(value: Any) -> bool:
    return isinstance(value, (numbers.Number, np.generic)) or (np.ndim(value) == 0 and hasattr(value, "dtype"))
