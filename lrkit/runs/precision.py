"""How precisely printed rates are known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from .._params import shorten
from .._types import Floats

ROUNDING = 1e-12
"""What a computation in float64 may differ by, as a part of the highest rate: that of a long recursion too."""
SINGLE = 6.1e-8
"""Half the distance of two float32 numbers, as a part of the number, and a little more."""
LONG, SHORT = 15, 4
"""A column with so many digits somewhere is a repr; one with at most so few may be a repr of round numbers."""
LOOKED_AT = 20
"""How many of the longest texts are asked for their digits, before all are."""
PADDED = re.compile(r"\.\d+0(?:[eE]|$)")
"""Zeros at the end of the digits, other than the one of 1.0."""
LARGEST_EXPONENT = 300
"""Of 0e99999 too, half a unit is a number."""
WIDER = 1 + 1e-6
"""Half a unit is itself rounded in binary."""


@dataclass(frozen=True, eq=False)
class Precision:
    """How precisely the rates of a column are known: the true rate is within ``half_units[i]`` of row `i`.

    `form` is ``"float64"`` (a repr: rounding of a computation only), ``"float32"``, ``"digits"`` (so many significant
    digits) or ``"decimals"`` (so many places after the point); `count` is how many digits or decimals, else 0.
    """

    form: Literal["float64", "float32", "digits", "decimals"]
    half_units: Floats
    count: int = 0

    def __str__(self) -> str:
        return f"{self.count} {self.form.removesuffix('s')}{'s' * (self.count != 1)}" if self.count else self.form

    def __repr__(self) -> str:
        return f"<Precision: {self}>"

    def __getitem__(self, rows: Any) -> Precision:
        """That of some of the rows: a slice, a mask or an array of their numbers."""
        return Precision(self.form, self.half_units[rows], self.count)


class _Text(NamedTuple):
    """A printed number: 2.50e-3 has the digits 250, of which 2 are needed, in places down to 10 ** -5."""

    digits: int
    needed: int
    last_place: int
    scientific: bool


def precisions(rates: Iterable[Any]) -> tuple[Precision, ...]:
    """The readings that the rates of a column allow, the likeliest first; all rates are finite.

    Rates are printed texts, or numbers, which are read as Python prints them; an array of a smaller type than float64
    is known as precisely as that type.
    """
    if isinstance(rates, np.ndarray) and rates.dtype.kind == "f" and rates.dtype.itemsize < 8:
        return _single(rates.astype(np.float64), float(np.finfo(rates.dtype).eps) / 2 * (1 + 0.02))
    texts = [rate if isinstance(rate, str) else repr(float(rate)) for rate in rates]
    values = np.array([_number(text) for text in texts])
    if not len(values):
        return (Precision("float64", values),)
    if any(map(PADDED.search, texts)):
        return (_padded(values, list(map(_read, texts))),)
    longest = max(_read(text).needed for text in sorted(texts, key=len)[-LOOKED_AT:])
    if longest >= LONG:
        return _single(values) if _are_single(values) else (_exact(values),)
    printed = list(map(_read, texts))
    longest = max(text.needed for text in printed)
    if longest >= LONG:
        return _single(values) if _are_single(values) else (_exact(values),)
    if 7 <= longest <= 9 and _are_shortest_single(values):
        return _single(values, 2 * SINGLE)  # the shortest text may itself be half a unit from the number
    rounded = _rounded(values, printed)
    if any("E" in text for text in texts):  # Python and JavaScript write e
        return rounded
    return (_exact(values), *rounded) if longest <= SHORT else (*rounded, _exact(values))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise ValueError(f"precisions: rates must be finite numbers, got {shorten(text)}")
    return number


def _read(text: str) -> _Text:
    mantissa, letter, exponent = text.strip().lstrip("+-").lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    if fraction == "0":  # of 1.0 and 0.0, as Python writes them
        fraction = ""
    digits = (whole + fraction).lstrip("0")
    place = max(-LARGEST_EXPONENT, min(int(exponent[:6] or 0), LARGEST_EXPONENT)) - len(fraction)
    return _Text(len(digits), len(digits.rstrip("0")), place, bool(letter))


def _exact(values: Floats) -> Precision:
    return Precision("float64", _at_least(values, np.zeros(len(values))))


def _single(values: Floats, half: float = SINGLE) -> tuple[Precision, ...]:
    """Rates that were rounded to float32 at the end; or else computed in float32 from the start."""
    end = half * np.abs(values)
    return (
        Precision("float32", _at_least(values, end)),
        Precision("float32", _at_least(values, np.maximum(4 * end, 2 * half * np.abs(values).max()))),
    )


def _are_single(values: Floats) -> bool:
    with np.errstate(over="ignore"):
        return bool((values.astype(np.float32) == values).all())


def _are_shortest_single(values: Floats) -> bool:
    """Whether each is how float32 is printed: with no more digits than tell it from its neighbours."""
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    return bool(np.isfinite(single).all()) and all(
        float(str(one)) == value for one, value in zip(single, values.tolist(), strict=True)
    )


def _padded(values: Floats, printed: list[_Text]) -> Precision:
    """Zeros at the end are printed, so each rate says which is its last place."""
    places = np.array([text.last_place for text in printed])
    half = WIDER * 0.5 * 10.0**places
    if len(set(places)) == 1 and not any(text.scientific for text in printed):
        return Precision("decimals", _at_least(values, half), -int(places[0]))
    return Precision("digits", _at_least(values, half * (values != 0)), max(text.digits for text in printed))


def _rounded(values: Floats, printed: list[_Text]) -> tuple[Precision, ...]:
    """No zeros at the end: so many significant digits, as ``%g`` gives, or so many decimals; the likelier first.

    The likelier is the one that more rates make full use of.
    """
    some = [text for text in printed if text.needed] or printed
    longest = max([1, *(text.needed for text in some)])
    last = min(text.last_place for text in some)
    first = np.array([text.digits + text.last_place for text in printed])
    digits = Precision("digits", _at_least(values, WIDER * 0.5 * 10.0 ** (first - longest) * (values != 0)), longest)
    if last >= 0 or np.unique(first[values != 0]).size <= 1:
        return (digits,)
    decimals = Precision("decimals", np.full(len(values), WIDER * 0.5 * 10.0**last), -last)
    in_full = [sum(text.needed == longest for text in some), sum(text.last_place == last for text in some)]
    return (decimals, digits) if in_full[1] > in_full[0] else (digits, decimals)


def _at_least(values: Floats, half_units: Floats) -> Floats:
    """Half units, none smaller than what a computation is rounded by."""
    widened: Floats = np.maximum(half_units, ROUNDING * np.abs(values).max(initial=0))
    return widened
