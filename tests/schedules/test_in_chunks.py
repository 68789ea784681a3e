"""Long arrays of whole steps are evaluated from the recording; numbers, computed by `math`, say what they must give."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mpmath
import numpy as np
import pytest

import lrkit
from lrkit._namespaces.numpy import BLOCK, EvenCosines, cos
from lrkit.schedules._evaluate import MANY
from lrkit.schedules._in_chunks import UnknownError, rates_of_recording

Steps = np.ndarray[Any, Any]
SIZE = MANY + 17
COSINE = lrkit.CosineDecayLR(0.001, 0.1, SIZE - 9000)
SCHEDULES = {
    "a part of each kind": lrkit.JoinLR([lrkit.WarmUpLR(0.1, 4000), lrkit.ConstantLR(0.1), COSINE], [4000, 9000]),
    "a cosine that ends": lrkit.CosineDecayLR(0, 0.3, 30_000),
    "a join in a join": COSINE.warmup(100).warmup(50) * 2.0,
    "equal milestones": lrkit.JoinLR([COSINE, lrkit.ConstantLR(9.0), COSINE.shift(-10)], [70, 70]),
    "what comes after a choice": 0.5 * COSINE.warmup(100) + 0.01,
    "powers": lrkit.ExponentialDecayLR(0.1, 0.5, 10_000) * lrkit.PolynomialDecayLR(0.1, 0.01, 50_000, 0.5),
    "a constant": lrkit.ConstantLR(0.25),
}
STEPS = {
    "from 0": np.arange(SIZE),
    "from later": np.arange(3990, 3990 + SIZE),
    "narrow": np.arange(SIZE, dtype=np.int32),
    "with gaps and repeats": np.sort(np.concatenate([np.arange(0, 2 * SIZE, 3), np.arange(0, 2 * SIZE, 5)])),
    "in rows": np.arange(2 * SIZE).reshape(2, SIZE),
    "long, in the end": np.append(np.arange(SIZE), 10**12),
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_long_array_has_the_rates_of_its_numbers(schedule: lrkit.LearningRateSchedule, steps: Steps) -> None:
    rates = schedule(steps)
    some = np.unique(np.concatenate([np.arange(0, steps.size, 211), np.arange(150), [3999, 4000, 8999, 9000, -1]]))
    expected = np.array([schedule(step) for step in steps.ravel()[some].tolist()])
    assert rates.shape == steps.shape
    np.testing.assert_allclose(rates.ravel()[some], expected, rtol=0, atol=2 * np.spacing(expected.max()))


def test_the_recording_is_what_is_evaluated() -> None:
    """Otherwise the test above would compare the general way."""
    for name in ("a part of each kind", "a join in a join", "equal milestones", "powers", "a constant"):
        schedule = SCHEDULES[name]
        np.testing.assert_array_equal(
            rates_of_recording(schedule._recorded(), STEPS["from 0"]), schedule(STEPS["from 0"])
        )


@pytest.mark.parametrize(
    "steps",
    [
        np.arange(SIZE)[::-1].copy(),
        np.roll(np.arange(SIZE), 5),
        np.concatenate([np.arange(SIZE), [5, SIZE]]),
        np.arange(2**53 - SIZE, 2**53 + 1),
    ],
    ids=["falling", "rolled", "one out of order", "beyond the exact"],
)
def test_other_steps_are_left_to_the_general_way(steps: Steps) -> None:
    schedule = SCHEDULES["a part of each kind"]
    with pytest.raises(UnknownError):
        rates_of_recording(schedule._recorded(), steps)
    some = [0, 1, 5, 9000, SIZE // 2, -2, -1]
    expected = [schedule(step) for step in steps[some].tolist()]
    np.testing.assert_allclose(schedule(steps)[some], expected, rtol=0, atol=2 * np.spacing(0.1))


def test_an_error_is_that_of_the_number() -> None:
    with pytest.raises(OverflowError, match="ScaleLR: the rate"):
        (COSINE * 1e308 * 1e3)(np.arange(SIZE))
    with pytest.raises(ValueError, match="a step must be a finite number >= 0, got -1 in an array"):
        COSINE(np.arange(-1, SIZE))


def test_a_schedule_that_may_change_is_not_recorded() -> None:
    class Own(lrkit.LearningRateSchedule):
        def __init__(self) -> None:
            self.rate = 1.0

        def construct(self, global_step: Any) -> Any:
            return self.rate * global_step

    own: Any = Own()
    for schedule in (own, own.then(lrkit.ConstantLR(3.0), 2 * SIZE)):
        own.rate = 1.0
        before = schedule(np.arange(SIZE))
        own.rate = 2.0
        np.testing.assert_array_equal(schedule(np.arange(SIZE)), 2 * before)


@pytest.mark.parametrize("width", [0.37, 0.24, 0.1, 0.01])
@pytest.mark.parametrize("middle", [0.0, 0.3, math.pi / 2, 2.5, math.pi, 40.0, 5000.0])
def test_long_cosines_are_within_a_unit_in_the_last_place_of_one(middle: float, width: float) -> None:
    """A block of evenly spaced angles; mpmath has the cosines of the angles as they are."""
    angles = middle + np.linspace(-width / 2, width / 2, BLOCK)
    some = [*range(0, BLOCK, 37), BLOCK // 2, BLOCK - 1]
    exact = [mpmath.cos(mpmath.mpf(angle)) for angle in angles[some].tolist()]
    cosines = cos(angles)[some].tolist()
    worst = max(abs(mpmath.mpf(one) - other) for one, other in zip(cosines, exact, strict=True))
    assert worst <= 2.0**-52


def test_angles_that_come_back_to_the_first_are_not_taken_for_one_angle() -> None:
    """As a wave of few steps has them; the expected ones are those of `math`."""
    angles = np.resize(np.linspace(0, 3, 97), 97 * 60 + 1)
    np.testing.assert_allclose(cos(angles), [math.cos(angle) for angle in angles.tolist()], rtol=0, atol=2.0**-52)


def test_the_cosines_of_a_curve_are_made_by_addition() -> None:
    """Otherwise the test above would compare NumPy's own."""
    angles = np.pi * np.arange(BLOCK) / 250_000
    for start in (0.0, 1.6, 2.8):
        assert EvenCosines()._by_addition(start + angles, np.empty(BLOCK))


def test_a_curve_does_not_depend_on_those_before_it() -> None:
    curves = [lrkit.CosineDecayLR(0, 0.1, steps) for steps in (200_000, 200_001, 199_999)]
    steps = np.arange(SIZE)
    first = [curve(steps) for curve in curves]
    for curve, rates in zip(reversed(curves), reversed(first), strict=True):
        np.testing.assert_array_equal(curve(steps), rates)


def test_threads_do_not_share_what_they_work_in() -> None:
    curves = [lrkit.CosineDecayLR(0, 0.1, 100_000 + 9000 * k) for k in range(8)]
    steps = np.arange(4 * SIZE)
    expected = [curve(steps) for curve in curves]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            for rates, one in zip(pool.map(lambda curve: curve(steps), curves), expected, strict=True):
                np.testing.assert_array_equal(rates, one)
