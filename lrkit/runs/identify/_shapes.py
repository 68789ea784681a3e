"""The shapes of a decay: a factor that falls from 1 to 0 while the time runs from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..._types import Floats
from ...catalogue.half_cosine import half_cosine
from ...catalogue.linear import linear
from ...catalogue.warmup_stable_decay import warmup_stable_decay
from ...schedules._base import LearningRateSchedule
from ...schedules.cosine_decay import CosineDecayLR
from ...schedules.cosine_k_decay import CosineKDecayLR
from ...schedules.polynomial_decay import PolynomialDecayLR
from ...schedules.rex_decay import RexDecayLR
from ...schedules.tanh_decay import TanhDecayLR


@dataclass(frozen=True)
class Shape:
    """A shape: its name, its factor, its schedule, and what it costs to say that it is this one."""

    name: str
    factor: Callable[[Floats], Floats]
    decay: Callable[[float, float, int], LearningRateSchedule]
    """The schedule of a top, a floor and a length."""
    word: str
    """What `warmup_stable_decay` calls it."""
    bits: float
    curves: Callable[[Floats, Floats], tuple[Floats, ...]] | None = None
    """Of places from 0 to 1 along a part of the decay, and how far behind or before it the decay ends or starts: curves
    of which the rates there are multiples, above a constant. None if one number does not give them."""
    power: float | None = None
    endless: bool = False
    """Whether it is one less a power of the time: until the floor is seen, floor and length are one number."""

    @property
    def steep(self) -> bool:
        """Whether its slope is infinite at one end."""
        return self.word == "1-sqrt" or (self.power is not None and self.power < 1)


def _cosine(low: float, high: float, steps: int) -> LearningRateSchedule:
    return CosineDecayLR(low, high, steps)


def _polynomial(power: float, bits: float) -> Shape:
    return Shape(
        f"polynomial {power:g}",
        lambda u: (1 - u) ** power,
        lambda top, floor, steps: PolynomialDecayLR(top, floor, steps, power),
        "",
        bits,
        lambda x, far: ((1 + far - x) ** power,),
        power,
    )


def _waves(x: Floats, far: Floats) -> tuple[Floats, ...]:
    """A sine and, from its top, a cosine, of which half a wave is longer than the part by so much of it."""
    angle = np.pi / (1 + far) * (x - 0.5)
    return np.sin(angle), np.sin(angle / 2) ** 2


LINEAR = Shape("linear", lambda u: 1 - u, linear, "linear", 0.0, lambda x, far: (x + 0 * far,), endless=True)
COSINE = Shape(
    "cosine",
    lambda u: 0.5 + 0.5 * np.cos(np.pi * u),
    lambda top, floor, steps: _cosine(floor, top, steps),
    "cosine",
    0.0,
    _waves,
)
ONE_MINUS_SQRT = Shape(
    "1-sqrt",
    lambda u: 1 - np.sqrt(u),
    lambda top, floor, steps: warmup_stable_decay(top, 0, 0, steps, floor, shape="1-sqrt"),
    "1-sqrt",
    4.0,
    lambda x, far: (np.sqrt(x + far),),
    endless=True,
)
ONE_MINUS_SQUARE = Shape(
    "1-square",
    lambda u: 1 - u * u,
    lambda top, floor, steps: warmup_stable_decay(top, 0, 0, steps, floor, shape="1-square"),
    "1-square",
    6.0,
    lambda x, far: ((x + far) ** 2,),
    endless=True,
)
SHAPES = (
    COSINE,
    LINEAR,
    ONE_MINUS_SQRT,
    _polynomial(2.0, 3.0),
    _polynomial(0.5, 4.0),
    _polynomial(0.9, 5.0),
    ONE_MINUS_SQUARE,
    _polynomial(3.0, 5.0),
    _polynomial(1.5, 6.0),
)
RARE = (
    Shape(
        "rex",
        lambda u: (1 - u) / (1 - u / 2),
        lambda top, floor, steps: RexDecayLR(floor, top, steps),
        "",
        12.0,
        lambda x, far: (1 / (2 + far - x),),
    ),
    Shape(
        "tanh",
        lambda u: 0.5 - 0.5 * np.tanh(9 * u - 6),
        lambda top, floor, steps: TanhDecayLR(floor, top, steps),
        "",
        12.0,
    ),
    Shape(
        "cosine of a power 1.5",
        lambda u: 0.5 + 0.5 * np.cos(np.pi * u**1.5),
        lambda top, floor, steps: CosineKDecayLR(floor, top, steps, 1.5),
        "",
        14.0,
    ),
    Shape(
        "second half of a cosine",
        lambda u: 1 - np.sin(np.pi / 2 * u),
        lambda top, floor, steps: half_cosine(floor, 2 * top - floor, steps),
        "",
        14.0,
        lambda x, far: _waves(x, 1 + far),
    ),
)
"""Shapes that are tried when nothing else explains the rows."""
