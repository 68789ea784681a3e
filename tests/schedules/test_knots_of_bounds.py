"""The knots of bounds: against every step of the curve, and how often the curves are evaluated for them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pytest

import lrkit
from lrkit import CosineDecayLR, LearningRateSchedule, MaximumLR, MinimumLR, Param, WarmUpLR

STOP = 300
LINES = [WarmUpLR(0.02 * k, 25 * k) for k in (1, 2, 3)]
CURVES = [CosineDecayLR(0.0, 0.1, 250), CosineDecayLR(0.03, 0.08, 90), *LINES]


@pytest.mark.parametrize(
    ("schedule", "best"),
    [
        (MinimumLR(CURVES), np.argmin),
        (MaximumLR(CURVES), np.argmax),
        (CURVES[0].minimum(CURVES[1]).minimum(LINES[0].minimum(LINES[1], LINES[2])), np.argmin),
        (CURVES[0].maximum(CURVES[1].maximum(LINES[0])).maximum(LINES[1], LINES[2]), np.argmax),
    ],
    ids=["minimum", "maximum", "minima", "maxima"],
)
def test_each_change_of_the_lowest_or_highest_is_a_knot(schedule: LearningRateSchedule, best: Any) -> None:
    """Where the lowest or highest curve changes is found by NumPy among the rates of all steps."""
    which = best([curve(np.arange(STOP)) for curve in CURVES], axis=0)
    before = np.flatnonzero(which[1:] != which[:-1])
    assert before.size >= 1
    knots = schedule.knots(STOP)
    assert all(np.abs(knots - step - 0.5).min() <= 0.5 for step in before)


def test_nested_clips_have_the_knots_of_the_narrowest() -> None:
    nested: LearningRateSchedule = CURVES[0]
    for k in range(40):
        nested = nested.clip(min_lr=0.001 * k, max_lr=0.1 - 0.001 * k)
    rates = CURVES[0](np.arange(STOP))
    ends = np.flatnonzero(np.diff(rates > 0.061)), np.flatnonzero(np.diff(rates > 0.039))
    assert set(nested.knots(STOP)) == {*ends[0], *ends[0] + 1, *ends[1], *ends[1] + 1, 250}


class CountedLR(LearningRateSchedule):
    """A line that counts how often it is evaluated at more than one step."""

    slope: Annotated[float, Param("a")]

    def formula(self, step: Any, xp: Any) -> Any:
        evaluations.append(np.size(step))
        return self.slope * step


evaluations: list[int] = []


@pytest.mark.parametrize("wrap", [
    lambda s, k: s.clip(max_lr=1 - 0.001 * k),
    lambda s, k: s.minimum(lrkit.ConstantLR(1 - 0.001 * k)),
    lambda s, k: s**1.001,
])  # fmt: skip
def test_a_nest_evaluates_its_innermost_curve_as_often_as_one_bound(wrap: Any) -> None:
    def counted(depth: int) -> int:
        schedule: LearningRateSchedule = CountedLR(0.005)
        for k in range(depth):
            schedule = wrap(schedule, k)
        evaluations.clear()
        schedule.knots(STOP)
        return len(evaluations)

    assert counted(80) <= counted(1) + 10  # a halving more where other steps are looked at
