"""How precisely printed rates are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .._types import Floats


@dataclass(frozen=True, eq=False)
class Precision:
    """How precisely the rates of a column are known: the true rate is within ``half_units[i]`` of row `i`.

    `form` is ``"float64"`` (a repr: rounding of a computation only), ``"float32"``, ``"digits"`` (so many significant
    digits) or ``"decimals"`` (so many places after the point).
    """

    form: Literal["float64", "float32", "digits", "decimals"]
    half_units: Floats
