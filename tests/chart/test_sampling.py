"""Which points of a curve are drawn: peaks, bends, jumps and ends, however long the run is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from helpers import examples, magnitude, schedules
from hypothesis import given, settings
from hypothesis import strategies as st

from lrkit import (
    ConstantLR,
    CosineDecayLR,
    ExponentialDecayLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
    PolynomialDecayLR,
    TableLR,
    WarmUpLR,
)
from lrkit.chart import Curve, make_chart, make_curve
from lrkit.chart.sampling import MOST_POINTS
from lrkit.naming import short_name

COSINE = CosineDecayLR(0, 0.1, 100)


RAMP = WarmUpLR(0.1, 100)


def curve_of(schedule: LearningRateSchedule, total: int) -> Curve:
    return make_curve(schedule, "curve", total)


def spans(curve: Curve, every: Any) -> bool:
    """Whether the curve reaches from the lowest to the highest of all rates: but for 2 ulp, as arrays may differ."""
    low, high = abs(curve.rates.min() - every.min()), abs(curve.rates.max() - every.max())
    return bool(max(low, high) <= 2 * np.spacing(np.abs(every).max()))


@pytest.mark.parametrize("total", [1, 2, 3, 30, 31, 999, 1000])
@pytest.mark.parametrize(
    "schedule",
    [COSINE, RAMP, COSINE.warmup(5), ExponentialDecayLR(0.1, 0.9, 10, True), COSINE.repeat(7), RAMP.stretch(0.37)],
    ids=short_name,
)
def test_a_short_run_is_drawn_step_by_step(schedule: LearningRateSchedule, total: int) -> None:
    curve = curve_of(schedule, total)
    whole = curve.steps % 1 == 0
    assert curve.steps[whole].tolist() == list(range(total))
    np.testing.assert_array_equal(curve.rates[whole], schedule(np.arange(total)))
    assert not curve.thinned


@settings(max_examples=examples(150))
@given(schedules(), st.integers(1, 4000))
def test_every_curve_has_its_ends_extremes_and_knots(schedule: LearningRateSchedule, total: int) -> None:
    """Extremes come from every step of the run, evaluated."""
    curve = curve_of(schedule, total)
    assert curve.steps[0] == 0
    assert curve.steps[-1] == total - 1
    assert (np.diff(curve.steps) > 0).all()
    assert curve.steps.size <= MOST_POINTS
    np.testing.assert_array_equal(curve.rates, schedule(curve.steps))
    every = schedule(np.arange(total))
    rounding = 2 * np.spacing(magnitude(schedule, np.arange(total)))
    assert curve.rates.max() >= every.max() - rounding
    assert curve.rates.min() <= every.min() + rounding
    if not curve.thinned:
        knots = np.floor(schedule.knots(total))
        around = np.concatenate([knots - 1, knots, knots + 1])
        assert set(around[(around >= 0) & (around < total)]) <= set(curve.steps)


def test_a_five_step_warm_up_in_a_million_steps_has_every_step() -> None:
    schedule = CosineDecayLR(0, 0.1, 999_995).warmup(5)
    curve = curve_of(schedule, 1_000_000)
    assert curve.steps[:3].tolist() == [0, 4, 5]
    assert curve.steps[3] == 6
    assert curve.rates[:3].tolist() == [0, schedule(4), 0.1]
    assert curve.steps[-1] == 999_999
    assert curve.steps.size < 1020


@pytest.mark.parametrize("knot", [1, 77_777, 999_998])
def test_the_steps_around_a_knot_of_a_long_run(knot: int) -> None:
    curve = curve_of(RAMP.then(COSINE, knot), 1_000_000)
    assert {knot - 1, knot, knot + 1} <= set(curve.steps.tolist())


@pytest.mark.parametrize(
    ("schedule", "total"),
    [
        (CosineDecayLR(0, 0.1, 1_000_000) + WarmUpLR(0.07, 1_000_000), 1_000_000),
        (CosineDecayLR(0, 0.1, 700_000) * WarmUpLR(1, 650_000), 700_000),
        (WarmUpLR(1, 500_001) * ExponentialDecayLR(0.1, 0.5, 30_000), 500_000),
        (WarmUpLR(1, 300_000) * ExponentialDecayLR(1, 0.1, 3), 300_000),
        (WarmUpLR(1, 300_000) * ExponentialDecayLR(1, 0.1, 3) + 1, 300_000),
        (-(CosineDecayLR(0, 0.1, 1_000_000) * WarmUpLR(1, 1_000_000)), 1_000_000),
        (WarmUpLR(3, 10**6) * (PolynomialDecayLR(0.1, 0, 10**6, 2) - PolynomialDecayLR(0.03, 0, 10**6, 1)), 10**6),
    ],
)
def test_the_top_and_bottom_of_a_smooth_curve_are_exact(schedule: LearningRateSchedule, total: int) -> None:
    """By brute force: the highest and lowest of all steps, which no knot and no even grid hits."""
    every = schedule(np.arange(total))
    curve = curve_of(schedule, total)
    assert spans(curve, every)
    assert {int(every.argmax()), int(every.argmin())} <= set(curve.steps.tolist())


@pytest.mark.parametrize("at", [1, 100, 499_500, 999_899, 999_998])
def test_a_top_is_exact_wherever_it_is(at: int) -> None:
    """A parabola whose top is known."""

    class Hill(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 1 - ((step - at) / 1_000_000) ** 2

    curve = curve_of(Hill(), 1_000_000)
    assert curve.steps[curve.rates.argmax()] == at


def test_each_of_several_tops_and_bottoms_is_exact() -> None:
    """By brute force: the steps that are above (below) both neighbours, of a wave without a knot."""

    class Wave(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.1 + 0.05 * xp.cos(step / 5000) * xp.exp(-step / 300_000)

    total = 400_000
    every = Wave()(np.arange(total))
    inner = every[1:-1]
    top = (inner > every[:-2]) & (inner > every[2:])
    bottom = (inner < every[:-2]) & (inner < every[2:])
    turns = np.flatnonzero(top | bottom) + 1
    assert len(turns) == 25  # 400_000 / 5000 is 12 periods and a bit more than a half
    assert set(turns) <= set(curve_of(Wave(), total).steps)


def upright(curve: Curve) -> list[tuple[float, float, float]]:
    """Position and the two rates of each upright line: between neighbouring floats."""
    pairs = zip(curve.steps, curve.steps[1:], curve.rates, curve.rates[1:], strict=False)
    return [(float(b), float(p), float(q)) for a, b, p, q in pairs if np.nextafter(a, np.inf) == b]


@pytest.mark.parametrize("total", [100, 1_000_000])
def test_a_jump_is_upright(total: int) -> None:
    schedule = PiecewiseConstantLR([30, 60, 90], [0.1, 0.05, 0.01]).then(ConstantLR(0.2), 90)
    assert upright(curve_of(schedule, total)) == [(30, 0.1, 0.05), (60, 0.05, 0.01), (90, 0.01, 0.2)]


def test_a_restart_is_upright() -> None:
    schedule = CosineDecayLR(0, 0.1, 100_000).repeat(100_000, cycles=10)
    jumps = upright(curve_of(schedule, 1_000_000))
    assert [at for at, _, _ in jumps] == [100_000 * k for k in range(1, 10)]
    assert all(after == 0.1 and before < 1e-12 for _, before, after in jumps)


def test_a_jump_between_steps_is_upright() -> None:
    """Stretched by 2.5, the milestones 1 and 2 lie at 2.5 and 5."""
    schedule = PiecewiseConstantLR([1, 2], [0.3, 0.2]).then(ConstantLR(0.1), 2).stretch(2.5)
    assert upright(curve_of(schedule, 8)) == [(2.5, 0.3, 0.2), (5, 0.2, 0.1)]


def test_a_jump_right_after_a_step_is_upright() -> None:
    """At 10 a cycle ends at the end rate; what comes right after belongs to the next, twice as long: halfway down."""
    schedule = PolynomialDecayLR(0.1, 0.02, 10, 1.0, update_decay_steps=True)
    assert upright(curve_of(schedule, 21)) == [(math.nextafter(10, 11), 0.02, pytest.approx(0.06))]


def test_a_jump_of_a_billionth_is_upright() -> None:
    assert upright(curve_of(TableLR([0.1, 0.1 + 1e-10], [5, 5]), 10)) == [(5, 0.1, 0.1 + 1e-10)]


def test_jumps_of_every_size_are_upright() -> None:
    """Thirty decades of stairs, all of which a logarithmic axis shows."""
    schedule = ExponentialDecayLR(1, 0.5, 9, is_stair=True)
    assert upright(curve_of(schedule, 900)) == [(9 * k, 0.5 ** (k - 1), 0.5**k) for k in range(1, 100)]


def test_four_hundred_jumps_in_a_short_run_are_upright() -> None:
    rates = [0.1 + 0.001 * (k % 7) for k in range(400)]
    curve = curve_of(TableLR(np.repeat(rates, 2)), 800)
    assert upright(curve) == [(2 * k, rates[k - 1], rates[k]) for k in range(1, 400)]
    assert not curve.thinned


@pytest.mark.parametrize(
    "schedule",
    [
        COSINE,
        COSINE.warmup(20),
        WarmUpLR(0.1, 7).minimum(COSINE),
        CosineDecayLR(0, 0.1, 10**9),
        PolynomialDecayLR(0.1, 0, 33, 1.0).then(ConstantLR(0), 33),
    ],
    ids=short_name,
)
def test_a_bend_is_no_jump(schedule: LearningRateSchedule) -> None:
    curve = curve_of(schedule, schedule.horizon + 50)
    assert upright(curve) == []
    assert (curve.steps % 1 == 0).all()


def test_of_a_million_random_rates_the_highest_and_lowest_of_each_stretch_are_drawn() -> None:
    """The extremes of each 2000 rates are taken from the array itself."""
    rates = np.random.default_rng(1).uniform(size=1_000_000)
    curve = curve_of(TableLR(rates), rates.size)
    assert curve.thinned
    starts = np.arange(0, rates.size, 2000)
    drawn = np.searchsorted(curve.steps, starts)
    np.testing.assert_array_equal(np.maximum.reduceat(curve.rates, drawn), np.maximum.reduceat(rates, starts))
    np.testing.assert_array_equal(np.minimum.reduceat(curve.rates, drawn), np.minimum.reduceat(rates, starts))
    assert curve.steps[[0, -1]].tolist() == [0, 999_999]


@pytest.mark.parametrize(
    "schedule",
    [
        CosineDecayLR(0, 0.1, 7).repeat(7),
        ExponentialDecayLR(0.1, 0.999, 1, is_stair=True),
        ExponentialDecayLR(0.1, 0.99, 100, is_stair=True).warmup(500),
        PolynomialDecayLR(0.1, 0.001, 1000, 1.0, update_decay_steps=True),
        TableLR([0.1, 0.2]).repeat(2) * CosineDecayLR(0.5, 1, 1_000_000),
    ],
    ids=short_name,
)
def test_thousands_of_knots_keep_the_extremes_and_ends(schedule: LearningRateSchedule) -> None:
    """By brute force over all steps."""
    every = schedule(np.arange(1_000_000))
    curve = curve_of(schedule, every.size)
    assert curve.thinned
    assert curve.steps.size <= MOST_POINTS
    assert spans(curve, every)
    assert (curve.steps[0], curve.steps[-1]) == (0, 999_999)


def test_a_single_high_step_among_many_knots_is_drawn() -> None:
    schedule = (CosineDecayLR(0, 0.1, 1009).repeat(1009)) + (
        ConstantLR(0).then(ConstantLR(5), 12_345_678).then(ConstantLR(0), 12_345_679)
    )
    curve = curve_of(schedule, 20_000_000)
    assert curve.thinned
    needle = curve.steps.tolist().index(12_345_678)
    assert curve.rates[needle] == schedule(12_345_678) > 5
    assert curve.rates.min() == schedule(1008)


@pytest.mark.parametrize("total", [1_000_000, 100_000_000])
def test_how_many_steps_are_evaluated(total: int) -> None:
    """Work that grows no faster than it must: each step about once up to 4 million, then a fixed number."""
    seen = 0

    class Stairs(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 0.1 + 0.01 * (xp.floor(step / 250) % 2)

        def _knots(self, stop: int) -> Any:
            return np.arange(0, stop, 250)

        def __call__(self, step: Any) -> Any:
            nonlocal seen
            seen += np.size(step)
            return super().__call__(step)

    assert curve_of(Stairs(), total).rates.max() == 0.11
    assert seen < 1.1 * min(total, 4_096_000) + 3 * total / 250 + 10_000


@pytest.mark.parametrize(
    "schedule",
    [
        ConstantLR(0.1).then(ConstantLR(0.05), 2**52).hold(2**53),
        COSINE.shift(2**53),
        COSINE.shift(-(2**53)),
        CosineDecayLR(0, 0.1, 2**53),
    ],
    ids=short_name,
)
def test_the_longest_run_that_a_count_allows(schedule: LearningRateSchedule) -> None:
    curve = make_chart([schedule]).curves[0]
    assert curve.steps[0] == 0
    assert curve.steps[-1] == schedule.horizon
    assert curve.steps.size < 1100
    np.testing.assert_array_equal(curve.rates, schedule(curve.steps))


def test_drawing_leaves_the_schedule_as_it_is() -> None:
    rates = np.linspace(0.1, 0, 50)
    before = rates.copy()
    schedule = TableLR(rates).repeat(50)
    written = schedule.to_json()
    make_chart([schedule, rates], yscale="log")
    np.testing.assert_array_equal(rates, before)
    assert schedule.to_json() == written
