"""Long arrays of whole steps are evaluated from the recording; numbers, computed by `math`, say what they must give."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import mpmath
import numpy as np
import pytest

import lrkit
from lrkit.schedules._cosine_wave import WAVE, CosineWave
from lrkit.schedules._evaluate import MANY
from lrkit.schedules._in_chunks import CHUNK, _planned, rates_of_recording
from lrkit.schedules._stretches import UnknownError, stretch_at

Steps = np.ndarray[Any, Any]
SIZE = MANY + 17
COSINE = lrkit.CosineDecayLR(0.001, 0.1, SIZE - 9000)
SCHEDULES: dict[str, lrkit.LearningRateSchedule] = {
    "a part of each kind": lrkit.JoinLR([lrkit.WarmUpLR(0.1, 4000), lrkit.ConstantLR(0.1), COSINE], [4000, 9000]),
    "a cosine that ends": lrkit.CosineDecayLR(0, 0.3, 30_000),
    "a join in a join": COSINE.warmup(100).warmup(50) * 2.0,
    "equal milestones": lrkit.JoinLR([COSINE, lrkit.ConstantLR(9.0), COSINE.shift(-10)], [70, 70]),
    "what comes after a choice": 0.5 * COSINE.warmup(100) + 0.01,
    "powers": lrkit.ExponentialDecayLR(0.1, 0.5, 10_000) * lrkit.PolynomialDecayLR(0.1, 0.01, 50_000, 0.5),
    "a constant": lrkit.ConstantLR(0.25),
    "held": COSINE.warmup(100).hold(20_000),
    "moved": COSINE.shift(500),
    "from the middle": COSINE.shift(-500).hold(20_000) * 3.0,
    "upside down": 0.2 - 0.5 * COSINE,
    "two waves": COSINE + lrkit.CosineDecayLR(0, 0.05, 70_000),
    "a wave too short": lrkit.CosineDecayLR(0, 0.1, 9000).repeat(9000),
    "a square of one": COSINE * COSINE,
}
STEPS: dict[str, Steps] = {
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


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "a wave too short"])
def test_the_recording_is_what_is_evaluated(name: str) -> None:
    """Otherwise the test above would compare the general way."""
    schedule, steps = SCHEDULES[name], STEPS["from 0"]
    np.testing.assert_array_equal(rates_of_recording(schedule._recorded(), steps), schedule(steps))


def test_a_cosine_that_is_read_twice_is_computed_once() -> None:
    class Twice(lrkit.LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            wave = xp.cos(math.pi * step / SIZE)
            return 1.0 + 0.25 * wave - 0.125 * wave * wave

    rates = rates_of_recording(Twice()._recorded(), STEPS["from 0"])
    expected = [Twice()(step) for step in range(0, SIZE, 211)]
    np.testing.assert_allclose(rates[::211], expected, rtol=0, atol=2.0**-52)


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


@pytest.mark.parametrize("width", [0.24, 0.1, 0.01])
@pytest.mark.parametrize("middle", [0.0, 0.3, math.pi / 2, 2.5, math.pi, 40.0, 5000.0])
def test_a_wave_is_off_by_three_quarters_of_a_unit_at_most(middle: float, width: float) -> None:
    """By mpmath, of the angles as they are, rounded; larger ones are in narrower blocks."""
    width = min(width, 1 / (2 * middle)) if middle else width
    angles = middle + np.linspace(-width / 2, width / 2, CHUNK)
    some = [*range(0, CHUNK, 37), CHUNK // 2, CHUNK - 1]
    with mpmath.workdps(40):
        exact = [mpmath.cos(angle) for angle in angles[some].tolist()]
        CosineWave(CHUNK).of(width / (CHUNK - 1), 1.0)(angles, angles)
        worst = max(abs(one - other) for one, other in zip(angles[some].tolist(), exact, strict=True))
    assert worst <= 1.5 * 2.0**-53


@pytest.mark.parametrize(("gain", "summands"), [(0.05, (0.05, 0.0)), (-0.3, (0.3, 1e-3, 0.2)), (1e-5, (0.7,))])
def test_a_wave_with_a_gain_is_rounded_once(gain: float, summands: tuple[float, ...]) -> None:
    angles = np.linspace(1.1, 1.25, CHUNK)
    some = slice(0, CHUNK, 37)
    with mpmath.workdps(40):
        exact = [gain * mpmath.cos(angle) + mpmath.fsum(summands) for angle in angles[some].tolist()]
        CosineWave(CHUNK).of(0.15 / (CHUNK - 1), gain, *summands)(angles, angles)
        worst = max(abs(one - other) for one, other in zip(angles[some].tolist(), exact, strict=True))
    assert worst <= 0.52 * math.ulp(float(max(map(abs, exact)))) + 2.0**-54 * abs(gain)


class Phase(lrkit.LearningRateSchedule):
    """A wave that is counted from a later step, so that its clock begins far below 0."""

    def formula(self, step: Any, xp: Any) -> Any:
        return 1 + xp.cos(math.pi * (step - 3_999_000) / 30_000)


class FastWave(lrkit.LearningRateSchedule):
    def formula(self, step: Any, xp: Any) -> Any:
        return 1 + xp.cos(math.pi * step / 9000)


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [
        (Phase(), np.arange(4_000_000)),
        (FastWave().shift(-(10**5)), np.arange(2**53 - 70_000, 2**53 - 1)),
        (FastWave().shift(10**15), np.arange(10**15 - 70_000, 10**15 + 70_000)),
    ],
    ids=["far below 0", "beyond what a float holds", "far from 0"],
)
def test_a_clock_may_be_far_from_the_step(schedule: lrkit.LearningRateSchedule, steps: Steps) -> None:
    rates = schedule(steps)
    some = np.linspace(0, steps.size - 1, 4001).astype(int)
    expected = [schedule(step) for step in steps[some].tolist()]
    np.testing.assert_allclose(rates[some], expected, rtol=0, atol=2 * math.ulp(2.0))


def test_a_chain_of_factors_is_rounded_as_numbers_are() -> None:
    """The largest number on the way is 1.54, of a cosine that goes through four factors."""
    schedule = lrkit.CosineDecayLR(0, 1.0, 900_000)
    for factor in (1.2488294697525557, 0.8961653134655758, 1.3761045310895104):
        schedule = lrkit.ScaleLR(schedule, factor)  # type: ignore[assignment]
    steps = np.arange(0, 900_000, 53)
    expected = [schedule(step) for step in steps.tolist()]
    np.testing.assert_allclose(schedule(np.arange(900_000))[steps], expected, rtol=0, atol=2 * math.ulp(1.54))


def test_many_short_parts_are_left_to_the_general_way() -> None:
    points = [1000.0 * k for k in range(101)]
    schedule = lrkit.PiecewiseLinearLR(points, [0.1 + 0.1 * (k % 3) for k in range(101)])
    with pytest.raises(UnknownError):
        rates_of_recording(schedule._recorded(), np.arange(100_000))


def operations(schedule: lrkit.LearningRateSchedule) -> list[str]:
    return [call.name for call in _planned(stretch_at(schedule._recorded(), 0), SIZE - 9001, True).calls]


def test_the_cosine_of_a_curve_is_one_wave_with_its_factors_and_summands() -> None:
    """Otherwise the tests above would compare NumPy's own."""
    angle = ["clock", "multiply", "divide"]
    assert operations(COSINE) == [*angle, WAVE]
    assert operations(0.2 - COSINE) == [*angle, WAVE]
    assert operations(0.5 * COSINE) == [*angle, WAVE, "multiply"]
    assert operations(COSINE * COSINE).count(WAVE) == 2
    assert operations(lrkit.CosineDecayLR(0, 0.1, 9000)) == [*angle, "cos", "add", "multiply", "add"]


def test_a_curve_past_its_end_is_a_number() -> None:
    held = COSINE.warmup(100).hold(20_000)
    assert stretch_at(held._recorded(), 20_001).result == held(20_000)
    assert stretch_at(held._recorded(), 100).end == 20_001
    assert stretch_at(COSINE.shift(500)._recorded(), 3).result == COSINE(0)


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
