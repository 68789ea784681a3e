"""A schedule in fewer words has the same rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import magnitude, own_kinds, schedules
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit
from lrkit.catalogue._simplified import simplified

STEPS = np.arange(400)


@pytest.mark.parametrize("kind", own_kinds())
@settings(max_examples=25)
@given(data=st.data())
def test_the_rates_are_the_same_to_rounding(kind: str, data: st.DataObject) -> None:
    schedule = data.draw(schedules([kind], depth=3))
    simple = simplified(schedule)
    size = max(magnitude(schedule, STEPS), magnitude(simple, STEPS))
    if "StretchLR" not in repr(schedule):  # which may fall on the other side of a jump
        assert (np.abs(simple(STEPS) - schedule(STEPS)) <= 1e-13 * size).all()
    assert repr(simplified(simple)) == repr(simple)
    assert simple.depth <= schedule.depth


C, COSINE = lrkit.ConstantLR, lrkit.CosineDecayLR(0.0, 1.0, 10)
LINE = lrkit.PolynomialDecayLR(1.0, 0.5, 10, 1.0)


@pytest.mark.parametrize(
    ("schedule", "simple"),
    [
        (0.5 * (2.0 * COSINE), COSINE),
        (0.25 * COSINE + 0.5, lrkit.CosineDecayLR(0.5, 0.75, 10)),
        (1 - COSINE, lrkit.PiecewiseCosineLR([0, 10], [0.0, 1.0])),
        (1 - lrkit.WarmUpLR(1.0, 10), lrkit.PolynomialDecayLR(1.0, 0.0, 10, 1.0)),
        (lrkit.linear(0.0, 1.0, 10), lrkit.WarmUpLR(1.0, 10)),
        (0.5 * C(0.5).then(COSINE, 5), C(0.25).then(lrkit.CosineDecayLR(0.0, 0.5, 10), 5)),
        (C(1.0).then(C(0.5), 5), lrkit.PiecewiseConstantLR([5, 6], [1.0, 0.5])),
        (LINE.then(C(1.0).then(COSINE, 5), 20), lrkit.JoinLR([LINE, C(1.0), COSINE], [20, 25])),
        (LINE.then(LINE, 0), LINE),
        (COSINE.then(C(0.0), 10), COSINE),
        (COSINE.then(C(0.0), 9), COSINE.then(C(0.0), 9)),
        (COSINE.then(C(0.1), 10), COSINE.then(C(0.1), 10)),
        (lrkit.cosine_wave(0.0, 1.0, 10).hold(10), COSINE),
        (lrkit.cosine_wave(0.0, 1.0, 10).hold(9), COSINE.hold(9)),
        (COSINE.warmup(5).hold(15), COSINE.warmup(5)),
        (COSINE.repeat(10, cycles=1), COSINE),
        (COSINE.shift(0).stretch(1.0), COSINE),
        (0.5 * COSINE.repeat(10, gamma=0.5), lrkit.CosineDecayLR(0.0, 0.5, 10).repeat(10, gamma=0.5)),
        (COSINE.repeat(10, gamma=0.5) + 1, COSINE.repeat(10, gamma=0.5) + 1),
        (lrkit.ExponentialDecayLR(1.0, 0.5, 3) + 1, lrkit.ExponentialDecayLR(1.0, 0.5, 3) + 1),
        (lrkit.ExponentialDecayLR(1.0, 0.5, 3).hold(5) + 1, lrkit.ExponentialDecayLR(1.0, 0.5, 3).hold(5) + 1),
        (COSINE.repeat(10, gamma=0.5).hold(30) + 1, COSINE.repeat(10, gamma=0.5).hold(30) + 1),
        (-1.0 * lrkit.ExponentialDecayLR(1.0, 0.5, 3), -1.0 * lrkit.ExponentialDecayLR(1.0, 0.5, 3)),
        (1e10 * lrkit.InverseDecayLR(1e300, 1, 1), 1e10 * lrkit.InverseDecayLR(1e300, 1, 1)),
    ],
)  # fmt: skip
def test_in_fewer_words(schedule: Any, simple: Any) -> None:
    assert simplified(schedule) == simple


@pytest.mark.parametrize("shape", lrkit.catalogue.cooldown.SHAPES)
def test_a_cooldown_keeps_its_rates(shape: str) -> None:
    for schedule in (lrkit.cooldown(40, shape), lrkit.warmup_stable_decay(0.1, 20, 30, 40, 0.01, shape)):
        assert simplified(schedule)(STEPS) == pytest.approx(schedule(STEPS), rel=1e-13, abs=1e-15)
