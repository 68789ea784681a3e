"""Points of curves that are marked on request: the first update, the peak, the end, any step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._params import as_kind, shorten
from ..naming import position_text
from .curve import Curve
from .sampling import rates_at

WORDS = ("first", "peak", "end")


class Mark(NamedTuple):
    """A point of a curve, and what is written beside it: ``peak 0.1 at 500``."""

    curve: int
    step: float
    rate: float
    text: str


Asked = tuple[tuple[str, int | None], ...]
"""What is marked: a word of `WORDS`, or a label and its step."""


def asked_marks(given: Any) -> Asked:
    """The marks that the option asks for, checked."""
    if isinstance(given, Mapping):
        return tuple((str(label), _step(step, given)) for label, step in given.items())
    items = [given] if isinstance(given, str) or as_kind(given, int) is not None else given
    if not isinstance(items, (list, tuple)):
        raise TypeError(f"plot: marks must be {_DOMAIN}, got {shorten(given)}")
    return tuple((item, None) if item in WORDS else ("", _step(item, given)) for item in items)


_DOMAIN = "a list of 'first', 'peak', 'end' and steps, or a dict of label to step"


def _step(item: Any, given: Any) -> int:
    step: int | None = as_kind(item, int)
    if step is None and not isinstance(item, str):
        raise TypeError(f"plot: marks must be {_DOMAIN}, got {shorten(given)}")
    if step is None or step < 0:
        raise ValueError(f"plot: marks must be {_DOMAIN}, got {shorten(item)}")
    return step


def marks_of(curves: Sequence[Curve], asked: Asked) -> tuple[Mark, ...]:
    """The marked points of the curves; a point that is marked twice has one text."""
    names: dict[tuple[int, float], list[str]] = {}
    for word, step in asked:
        found = [(k, _where(curve, word, step)) for k, curve in enumerate(curves)]
        inside = [(k, at) for k, at in found if at is not None]
        if not inside:
            raise ValueError(f"plot: marks: step {step} is past the end of every curve")
        for place in inside:
            names.setdefault(place, []).append(word)
    marks: dict[tuple[float, float, str], Mark] = {}
    for (k, at), words in names.items():
        rate = _rate(curves[k], at)
        name = ", ".join(filter(None, words))
        text = f"{name} {rate:.4g}".strip() + (f" at {position_text(at)}" if words != ["first"] else "")
        marks.setdefault((at / curves[k].scale, rate, text), Mark(k, at, rate, text))
    return tuple(marks.values())


def _where(curve: Curve, word: str, step: int | None) -> float | None:
    """The position of a mark on a curve; None past its end. A peak is at a step, not beside a jump."""
    if step is not None:
        return float(step) if curve.steps[0] <= step <= curve.last else None
    if word == "peak":
        whole = curve.steps if curve.logged else curve.steps[curve.steps % 1 == 0]
        rates = curve.rates if curve.logged else curve.rates[curve.steps % 1 == 0]
        return float(whole[rates.argmax()])
    return float(curve.steps[0]) if word == "first" else curve.last


def _rate(curve: Curve, at: float) -> float:
    """The rate at a position: of a log, that of the last row up to there."""
    if curve.schedule is not None:
        return float(rates_at(curve.schedule, np.array([at]))[0])
    return float(curve.rates[curve.steps.searchsorted(at, side="right") - 1])
