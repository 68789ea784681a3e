"""Points of curves that are marked on request: the first update, the peak, the end, any step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._params import LARGEST_COUNT, as_kind, shorten
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


class Asked(NamedTuple):
    """What is marked: words of `WORDS`, or labels with their steps.

    The points that `findings` have are those of the curves of their schedules alone, and the ones past the end are left
    out.
    """

    points: tuple[tuple[str, int | None], ...] = ()
    findings: HasMarks | None = None

    def of(self, curves: Sequence[Curve]) -> list[tuple[tuple[str, int | None], ...]]:
        """The points of each curve; where no curve is one that the findings are about, each has all of them."""
        if self.findings is None:
            return [self.points] * len(curves)
        asked = self.findings
        whose = [next((one for one in asked.schedules if one == curve.schedule), None) for curve in curves]
        if all(one is None for one in whose):
            points = {label: step for one in asked.schedules for label, step in asked.marks_of(one).items()}
            return [tuple(points.items())] * len(curves)
        return [tuple(asked.marks_of(one).items()) if one is not None else () for one in whose]


def asked_marks(given: Any) -> Asked:
    """The marks that the option asks for, checked."""
    if isinstance(given, Asked):
        return given
    if isinstance(given, HasMarks):
        return Asked(findings=given)
    if isinstance(given, Mapping):
        return Asked(tuple((str(label), _step(step, given)) for label, step in given.items()))
    items = [given] if isinstance(given, str) or as_kind(given, int) is not None else given
    if not isinstance(items, (list, tuple)):
        raise TypeError(f"plot: marks must be {_DOMAIN}, got {shorten(given)}")
    return Asked(
        tuple((item, None) if isinstance(item, str) and item in WORDS else ("", _step(item, given)) for item in items)
    )


_DOMAIN = "a list of 'first', 'peak', 'end' and steps, or a dict of label to step"


def _step(item: Any, given: Any) -> int:
    step: int | None = as_kind(item, int)
    if step is None and not isinstance(item, str):
        raise TypeError(f"plot: marks must be {_DOMAIN}, got {shorten(given)}")
    if step is None or step < 0:
        raise ValueError(f"plot: marks must be {_DOMAIN}, got {shorten(item)}")
    if step > LARGEST_COUNT:
        raise ValueError(f"plot: marks must be at steps of at most 2**53, got {shorten(item)}")
    return step


def marks_of(
    curves: Sequence[Curve], asked: Asked, axis: str, place: Callable[[str, float], float]
) -> tuple[Mark, ...]:
    """The marked points of the curves; a point that is marked twice has one text.

    `place` gives the position of a step in the unit of a curve. Texts name positions as the axis counts them, with its
    unit if a curve counts another.
    """
    names: dict[tuple[int, float], list[str]] = {}
    reached: dict[tuple[str, int | None], bool] = {}
    for k, (curve, points) in enumerate(zip(curves, asked.of(curves), strict=True)):
        for word, step in points:
            at = _where(curve, word, None if step is None else place(curve.unit, step))
            reached[word, step] = reached.get((word, step), False) or at is not None
            if at is not None:
                names.setdefault((k, at), []).append(word)
    missed = next((step for (_, step), found in reached.items() if not found), None)
    if missed is not None and asked.findings is None:
        raise ValueError(f"plot: marks: step {missed} is past the end of every curve")
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
