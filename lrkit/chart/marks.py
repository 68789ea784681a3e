"""Points of curves that are marked on request: the first update, the peak, the end, any step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .._params import as_kind, shorten
from .._types import HasMarks
from ..naming import count_text, position_text
from .curve import Curve
from .sampling import rates_at

WORDS = ("first", "peak", "end")


class Mark(NamedTuple):
    """A point of a curve, and what is written beside it: ``peak 0.1 at 500``."""

    curve: int
    step: float
    rate: float
    text: str


@dataclass(frozen=True)
class Asked:
    """What is marked: words of `WORDS`, or labels with their steps. `fitting` leaves out what is past every end."""

    points: tuple[tuple[str, int | None], ...] = ()
    fitting: bool = False


def asked_marks(given: Any) -> Asked:
    """The marks that the option asks for, checked."""
    if isinstance(given, Asked):
        return given
    if isinstance(given, HasMarks):
        return Asked(asked_marks(given.marks).points, fitting=True)
    if isinstance(given, Mapping):
        return Asked(tuple((str(label), _step(step, given)) for label, step in given.items()))
    items = [given] if isinstance(given, str) or as_kind(given, int) is not None else given
    if not isinstance(items, (list, tuple)):
        raise TypeError(f"plot: marks must be {_DOMAIN}, got {shorten(given)}")
    return Asked(tuple((item, None) if item in WORDS else ("", _step(item, given)) for item in items))


_DOMAIN = "a list of 'first', 'peak', 'end' and steps, or a dict of label to step"


def _step(item: Any, given: Any) -> int:
    step: int | None = as_kind(item, int)
    if step is None and not isinstance(item, str):
        raise TypeError(f"plot: marks must be {_DOMAIN}, got {shorten(given)}")
    if step is None or step < 0:
        raise ValueError(f"plot: marks must be {_DOMAIN}, got {shorten(item)}")
    return step


def marks_of(
    curves: Sequence[Curve], asked: Asked, axis: str, place: Callable[[str, float], float]
) -> tuple[Mark, ...]:
    """The marked points of the curves; a point that is marked twice has one text.

    `place` gives the position of a step in the unit of a curve. Texts name positions as the axis counts them, with its
    unit if a curve counts another.
    """
    names: dict[tuple[int, float], list[str]] = {}
    for word, step in asked.points:
        at_step = [None if step is None else place(curve.unit, step) for curve in curves]
        found = [(k, _where(curve, word, at)) for k, (curve, at) in enumerate(zip(curves, at_step, strict=True))]
        inside = [(k, at) for k, at in found if at is not None]
        if not inside and not asked.fitting:
            raise ValueError(f"plot: marks: step {step} is past the end of every curve")
        for point in inside:
            names.setdefault(point, []).append(word)
    told = "" if axis == "progress" or all(curve.unit == axis for curve in curves) else axis
    marks: dict[tuple[float, float, str], Mark] = {}
    for (k, at), words in names.items():
        rate = _rate(curves[k], at)
        name = ", ".join(filter(None, words))
        text = f"{name} {rate:.4g}".strip() + (f" at {_told(curves[k], at, told)}" if words != ["first"] else "")
        marks.setdefault((float(curves[k].clock.at(at)), rate, text), Mark(k, at, rate, text))
    return tuple(marks.values())


def _told(curve: Curve, at: float, axis: str) -> str:
    """A position in words, with the unit of the axis; without one, as the curve counts it."""
    if not axis:
        return position_text(at)
    place = float(curve.clock.at(at))
    return f"{axis} {count_text(float(f'{place:.4g}'))}"


def _where(curve: Curve, word: str, step: float | None) -> float | None:
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
