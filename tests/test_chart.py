"""The picture as data: which points are drawn, what the curves are called, and what the notes and alt texts say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from helpers import magnitude, schedules
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit
from lrkit import (
    ConstantLR,
    CosineDecayLR,
    ExponentialDecayLR,
    InverseDecayLR,
    JoinLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
    PolynomialDecayLR,
    TableLR,
    WarmUpLR,
)
from lrkit.chart import Chart, Curve, Phase, make_chart, make_curve
from lrkit.naming import short_name
from lrkit.sampling import MOST_POINTS

COSINE = CosineDecayLR(0, 0.1, 100)
RAMP = WarmUpLR(0.1, 100)
STEP = PiecewiseConstantLR([30, 60], [0.1, 0.05])


def curve_of(schedule: LearningRateSchedule, total: int) -> Curve:
    return make_curve(schedule, "curve", total)


def spans(curve: Curve, every: Any) -> bool:
    """Whether the curve reaches from the lowest to the highest of all rates: but for 2 ulp, as arrays may differ."""
    low, high = abs(curve.rates.min() - every.min()), abs(curve.rates.max() - every.max())
    return bool(max(low, high) <= 2 * np.spacing(np.abs(every).max()))


def labels_of(*given: Any, **options: Any) -> list[str]:
    return [curve.label for curve in make_chart(given, **options).curves]


# Which points are drawn -----------------------------------------------------------------------------------------


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


@settings(max_examples=150)
@given(schedules(), st.integers(1, 4000))
def test_what_every_curve_keeps(schedule: LearningRateSchedule, total: int) -> None:
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


def test_a_five_step_warm_up_in_a_million_steps_is_there_to_the_step() -> None:
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


# Jumps ----------------------------------------------------------------------------------------------------------


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


# Too many knots -------------------------------------------------------------------------------------------------


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


def test_a_needle_among_many_knots_is_drawn_though_not_every_step_is_looked_at() -> None:
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
def test_a_run_as_long_as_counts_go(schedule: LearningRateSchedule) -> None:
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


# Chart ----------------------------------------------------------------------------------------------------------


def test_the_run_is_as_long_as_the_longest_horizon() -> None:
    chart = make_chart([COSINE, WarmUpLR(0.1, 300)])
    longest = max(COSINE.horizon, WarmUpLR(0.1, 300).horizon)
    assert chart.total == longest + 1
    assert {curve.steps[-1] for curve in chart.curves} == {longest}
    assert make_chart([COSINE], steps=7).total == 7


def test_positions_are_integers_where_they_can_be_and_epochs_where_asked() -> None:
    chart = make_chart([COSINE], steps=11)
    assert chart.x(chart.curves[0]).dtype == np.int64
    assert chart.x(chart.curves[0]).tolist() == list(range(11))
    assert chart.x_label == "step"
    jump = make_chart([PiecewiseConstantLR([2, 4], [1, 2])], steps=4)
    assert jump.x(jump.curves[0]).tolist() == [0, 1, math.nextafter(2, 0), 2, 3]
    epochs = make_chart([COSINE], steps=11, x="epoch", steps_per_epoch=4)
    assert epochs.x(epochs.curves[0]).tolist() == [k / 4 for k in range(11)]
    assert epochs.x_label == "epoch"


def test_zeros_on_a_logarithmic_axis_are_drawn_at_half_the_lowest_rate() -> None:
    chart = make_chart([[0.0, 0.4, 0.1], ConstantLR(0.2)], steps=3, yscale="log")
    assert chart.floor == 0.05
    assert chart.shown(chart.curves[0]).min() == 0.05
    assert chart.curves[0].rates.min() == 0
    np.testing.assert_array_equal(chart.shown(chart.curves[1]), [0.2, 0.2, 0.2])
    assert chart.note == "rates of 0 are drawn at the lower edge"
    # The axis spans 0.05 to 0.4: three octaves, of which 0.1 is one up.
    heights = dict(zip(chart.curves[0].rates.tolist(), chart.heights(chart.curves[0]).tolist(), strict=True))
    assert heights == {0: 0, 0.4: 1, 0.1: pytest.approx(1 / 3)}


def test_the_smallest_floats_on_a_logarithmic_axis() -> None:
    """2**-1074, the smallest, has no half: the floor stays above 0."""
    chart = make_chart([[5e-324, 0.0, 1.0]], steps=3, yscale="log")
    assert chart.floor > 0
    assert np.isfinite(chart.heights(chart.curves[0])).all()


def test_the_largest_floats_on_a_linear_axis() -> None:
    chart = make_chart([[1e308, -1e308, 0.0]], steps=3)
    heights = dict(zip(chart.curves[0].rates.tolist(), chart.heights(chart.curves[0]).tolist(), strict=True))
    assert heights == {1e308: 1, -1e308: 0, 0: 0.5}


@pytest.mark.parametrize("yscale", ["linear", "log"])
def test_a_constant_stands_in_the_middle(yscale: str) -> None:
    chart = make_chart([ConstantLR(0.1)], yscale=yscale)
    assert set(chart.heights(chart.curves[0])) == {0.5}


@pytest.mark.parametrize(
    ("schedules", "options", "note"),
    [
        ([COSINE], {}, ""),
        ([COSINE], {"steps": 1000}, ""),
        ([PiecewiseConstantLR([3, 6], [0.1, 0.2])], {"steps": 6}, ""),
        ([ConstantLR(1)], {"steps": 1501}, "drawn from 1,000 of 1,501 steps (jumps, bends, peaks and ends are exact)"),
        ([STEP], {"steps": 10**6}, "drawn from 1,003 of 1,000,000 steps (jumps, bends, peaks and ends are exact)"),
        ([ConstantLR(1), COSINE], {"steps": 10**6}, "drawn from 1,003 of 1,000,000 steps (jumps, bends, peaks and "
         "ends are exact)"),
        ([ConstantLR(1), -COSINE], {"yscale": "log"}, "rates of 0 and below are drawn at the lower edge"),
        ([COSINE], {"yscale": "log"}, "rates of 0 are drawn at the lower edge"),
        ([COSINE], {"yscale": "log", "steps": 100}, ""),
    ],
)  # fmt: skip
def test_the_note_says_what_the_picture_leaves_out(schedules: Any, options: Any, note: str) -> None:
    """Around a bend or a jump, three steps come on top of the thousand that are evenly spread."""
    assert make_chart(schedules, **options).note == note


def test_the_note_of_a_thinned_curve_does_not_promise_every_bend() -> None:
    chart = make_chart([TableLR([0.1, 0.2]).repeat(2)], steps=10**6)
    drawn = chart.curves[0].steps.size
    assert chart.note == f"drawn from {drawn:,} of 1,000,000 steps (the highest and lowest of each stretch)"


# Words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        (COSINE, "cosine decay"),
        (COSINE.warmup(5), "warm up → cosine decay"),
        (RAMP.then(ConstantLR(0.1), 100).then(COSINE, 200), "warm up → constant → cosine decay"),
        (COSINE.repeat(1_000_000, 3), "repeat(period_steps=1000000, cycles=3) of cosine decay"),
        (COSINE.clip(min_lr=0.01), "clip(min_lr=0.01) of cosine decay"),
        (COSINE.warmup(5) * 2, "warm up → cosine decay"),
        (lrkit.noam(512, 4000), "noam(d_model=512, warmup_steps=4000)"),
        (COSINE.then(1 - COSINE, 90).repeat(180), "repeat of (cosine decay → cosine warm up)"),
        (COSINE + RAMP, "sum of cosine decay, warm up"),
        (TableLR([1, 2]), "table"),
    ],
)
def test_short_names(schedule: LearningRateSchedule, name: str) -> None:
    assert short_name(schedule) == name


def test_a_schedule_without_a_kind_is_called_by_its_class() -> None:
    class MyOwn(LearningRateSchedule):
        def construct(self, global_step: Any) -> Any:
            return 0.1 + 0 * global_step

    assert labels_of(MyOwn()) == ["MyOwn"]


def test_labels_come_from_the_argument_or_the_dict() -> None:
    assert labels_of(COSINE, RAMP, labels=["a", "b"]) == ["a", "b"]
    assert labels_of({"a": COSINE, "b": [0.1, 0.2]}, RAMP) == ["a", "b", "warm up"]
    assert labels_of({"a": COSINE}, labels=["b"]) == ["b"]
    assert labels_of({3: COSINE}) == ["3"]
    assert labels_of(COSINE, RAMP, labels=np.array(["a", "b"])) == ["a", "b"]


def test_labels_are_one_line_and_nothing_has_control_characters() -> None:
    """They would break a sketch, a terminal, or the XML of an SVG file."""
    chart = make_chart([COSINE, RAMP], labels=["a\tb\nc", "\x1b[31mred\x00"], title="two\nlines\x07")
    assert [curve.label for curve in chart.curves] == ["a b c", " [31mred "]
    assert chart.title == "two\nlines "


@pytest.mark.parametrize("given", [[0.1, 0.3], (0.1, 0.3), np.array([0.1, 0.3]), np.array([0.1, 0.3], np.float32)])
def test_rates_may_be_given_as_a_list_or_array(given: Any) -> None:
    chart = make_chart([given])
    curve = chart.curves[0]
    assert curve.label == "table"
    assert curve.rates[curve.steps == 0].tolist() == [given[0]]
    assert curve.rates[curve.steps == 1].tolist() == [given[1]]


@pytest.mark.parametrize(
    ("schedules", "labels"),
    [
        ([COSINE, CosineDecayLR(0, 0.2, 100)], ["cosine decay (max_lr=0.1)", "cosine decay (max_lr=0.2)"]),
        ([CosineDecayLR(0, 0.1 * 3, 9), COSINE], ["cosine decay (max_lr=0.3, decay_steps=9)",
                                                  "cosine decay (max_lr=0.1, decay_steps=100)"]),
        ([COSINE, COSINE], ["cosine decay (1)", "cosine decay (2)"]),
        ([[1, 2], [1, 3], COSINE], ["table (1)", "table (2)", "cosine decay"]),
        ([COSINE.warmup(5), COSINE.warmup(9)], ["warm up → cosine decay (milestones=[5], warmup_steps=5)",
                                                "warm up → cosine decay (milestones=[9], warmup_steps=9)"]),
        ([{"a": COSINE}, {"a": RAMP}], ["a (1)", "a (2)"]),
        ([{"a": WarmUpLR(0.1, 5)}, {"a": WarmUpLR(0.1, 6)}], ["a (warmup_steps=5)", "a (warmup_steps=6)"]),
        ([ConstantLR(0.1), ConstantLR(math.nextafter(0.1, 1))], ["constant (1)", "constant (2)"]),
        ([PiecewiseConstantLR([1, 2], [0.1, 0.2]), PiecewiseConstantLR([1, 3], [0.1, 0.2])],
         ["piecewise constant (milestones=[1, 2])", "piecewise constant (milestones=[1, 3])"]),
        ([PiecewiseConstantLR([k, *range(3, 40)], [0.1] * 38) for k in (1, 2)],
         ["piecewise constant (1)", "piecewise constant (2)"]),
    ],
)  # fmt: skip
def test_curves_of_one_name_are_told_apart_by_what_differs(schedules: Any, labels: list[str]) -> None:
    assert labels_of(*schedules) == labels


def test_the_title_is_the_label_of_a_single_curve() -> None:
    assert make_chart([COSINE]).title == "cosine decay"
    assert make_chart([COSINE], labels=["mine"]).title == "mine"
    assert make_chart([COSINE], title="").title == ""
    assert make_chart([COSINE, RAMP]).title == ""
    assert make_chart([COSINE, RAMP], title="two").title == "two"


@pytest.mark.parametrize(
    ("schedule", "steps", "alt"),
    [
        (COSINE, None, "curve: starts at 0.1, ends at 0 at step 100."),
        (COSINE.warmup(20), None, "curve: starts at 0, peaks at 0.1 at step 20, ends at 0 at step 120."),
        (ConstantLR(0.5), 1, "curve: starts at 0.5, ends at 0.5 at step 0."),
        (ConstantLR(0.5), 2_000_000, "curve: starts at 0.5, ends at 0.5 at step 1,999,999."),
        (TableLR([3, 1, 4, 1.5]), 4, "curve: starts at 3, peaks at 4 at step 2, is lowest with 1 at step 1, "
         "ends at 1.5 at step 3."),
        # Just before step 10 the ramp is higher than at any step.
        (WarmUpLR(0.1, 10).then(ConstantLR(0.01), 10), 20,
         "curve: starts at 0, peaks at 0.09 at step 9, ends at 0.01 at step 19."),
    ],
)  # fmt: skip
def test_the_alt_text_says_what_the_curve_does(schedule: LearningRateSchedule, steps: int | None, alt: str) -> None:
    chart = make_chart([schedule], labels=["curve"], steps=steps)
    assert chart.curves[0].alt == alt
    assert make_chart([schedule, schedule], labels=["curve", "curve"], steps=steps).alt == f"{alt} {alt}"


def phases_of(schedule: LearningRateSchedule, total: int) -> tuple[Phase, ...]:
    return curve_of(schedule, total).phases


def test_phases_are_the_parts_of_a_join() -> None:
    schedule = WarmUpLR(0.1, 5).then(ConstantLR(0.1), 5).then(COSINE, 50)
    expected = (Phase(0, 5, "warm up"), Phase(5, 50, "constant"), Phase(50, 80, "cosine decay"))
    assert phases_of(schedule, 80) == expected
    assert phases_of(schedule, 30) == (Phase(0, 5, "warm up"), Phase(5, 30, "constant"))
    assert phases_of(COSINE, 30) == ()


def test_phases_of_a_join_within_a_join_are_on_the_outer_clock() -> None:
    inner = WarmUpLR(0.1, 5).then(COSINE, 5)
    schedule = JoinLR([ConstantLR(0.1), inner, ConstantLR(0.2)], [10, 40])
    assert phases_of(schedule, 60) == (
        Phase(0, 10, "constant"),
        Phase(10, 15, "warm up"),
        Phase(15, 40, "cosine decay"),
        Phase(40, 60, "constant"),
    )


# Errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "options", "error", "message"),
    [
        ([], {}, TypeError, "plot: nothing to draw: give at least one schedule"),
        ([{}], {}, TypeError, "plot: nothing to draw"),
        ([3], {}, TypeError, "plot: cannot draw 3: give a schedule, a list or array of rates"),
        (["WarmUpLR(0.1, 5)"], {}, TypeError, r"plot: cannot draw 'WarmUpLR\(0.1, 5\)'"),
        ([None], {}, TypeError, "plot: cannot draw None"),
        ([CosineDecayLR], {}, TypeError, "plot: cannot draw <class 'lrkit"),
        ([np.array(5.0)], {}, TypeError, r"plot: cannot draw array\(5"),
        ([{"a": {"b": COSINE}}], {}, TypeError, "plot: cannot draw {'b': "),
        ([[]], {}, ValueError, "TableLR: rates must be a list of 1 or more .*numbers, got an empty list"),
        ([[0.1, "x"]], {}, TypeError, r"TableLR: rates\[1\] must be a finite number, got 'x'"),
        ([[0.1, math.nan]], {}, ValueError, r"TableLR: rates\[1\] must be a finite number, got nan"),
        ([COSINE], {"steps": 0}, ValueError, "plot: steps must be an integer >= 1, got 0"),
        ([COSINE], {"steps": 2.5}, TypeError, "plot: steps must be an integer >= 1, got 2.5"),
        ([COSINE], {"steps": True}, TypeError, "plot: steps must be an integer >= 1, got True"),
        (
            [COSINE],
            {"labels": ["a", "b"]},
            ValueError,
            r"plot: labels must be one label for each curve, 1 in all, got \['a', 'b'\]",
        ),
        (
            [COSINE],
            {"labels": "a"},
            ValueError,
            "plot: labels must be one label for each curve, 1 in all, got 'a'",
        ),
        (
            [COSINE],
            {"labels": 3},
            ValueError,
            "plot: labels must be one label for each curve, 1 in all, got 3",
        ),
        ([COSINE], {"x": "time"}, ValueError, "plot: x must be 'step', 'epoch' or 'progress', got 'time'"),
        ([COSINE], {"x": "epoch"}, ValueError, "plot: x='epoch' needs steps_per_epoch"),
        ([COSINE], {"x": "epoch", "steps_per_epoch": 0}, ValueError, "plot: steps_per_epoch must be an integer >= 1"),
        ([COSINE], {"yscale": "symlog"}, ValueError, "plot: yscale must be 'linear' or 'log', got 'symlog'"),
        ([ConstantLR(0)], {"yscale": "log"}, ValueError, "plot: yscale='log' needs a rate above 0, and there is none"),
        ([-COSINE], {"yscale": "log"}, ValueError, "plot: yscale='log' needs a rate above 0"),
        ([InverseDecayLR(1e308, 1, 1) * 10], {}, OverflowError, "the rate is too large for a float"),
    ],
)
def test_errors(given: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make_chart(given, **options)


@pytest.mark.parametrize(("rate", "shown"), [(math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan")])
def test_a_rate_that_is_none_is_an_error_that_says_where(rate: float, shown: str) -> None:
    class Broken(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return xp.where(step >= 3, rate, 0.1)

    with pytest.raises(ValueError, match=f"plot: Broken: cannot draw the rate {shown} at step 3$"):
        make_chart([Broken()], steps=5)


def test_a_chart_is_made_of_what_plot_takes() -> None:
    assert isinstance(make_chart([COSINE]), Chart)
    with pytest.raises(TypeError, match="nothing to draw"):
        lrkit.plot()


def test_a_log_axis_shows_six_powers_of_ten_of_a_curve_that_falls_to_zero() -> None:
    chart = make_chart([CosineDecayLR(0, 0.1, 1_000_000)], yscale="log")
    assert chart.floor == pytest.approx(1e-7)
    assert chart.clipped == "rates below 1e-07 are drawn at the lower edge"
    never_zero = make_chart([lrkit.ExponentialDecayLR(0.1, 0.1, 1)], steps=20, yscale="log")
    assert never_zero.floor == pytest.approx(1e-20)
    assert never_zero.clipped == ""


def test_a_list_of_schedules_is_named_as_the_mistake_that_it_is() -> None:
    with pytest.raises(TypeError, match=r"plot: give schedules one by one, plot\(a, b\)"):
        make_chart([[COSINE, COSINE]])
