"""The picture as data: what its axes, notes, alt texts and phases say, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import (
    ConstantLR,
    CosineDecayLR,
    InverseDecayLR,
    JoinLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
    TableLR,
    WarmUpLR,
)
from lrkit.chart import Chart, Curve, Phase, make_chart, make_curve
from lrkit.chart.chart import left_out

COSINE = CosineDecayLR(0, 0.1, 100)


RAMP = WarmUpLR(0.1, 100)


STEP = PiecewiseConstantLR([30, 60], [0.1, 0.05])


def curve_of(schedule: LearningRateSchedule, total: int) -> Curve:
    return make_curve(schedule, "curve", total)


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


def test_a_logarithmic_axis_goes_three_powers_of_ten_below_the_peak() -> None:
    chart = make_chart([[0.0, 0.4, 0.04, 1e-7], ConstantLR(0.2)], steps=4, yscale="log")
    assert chart.bounds == pytest.approx((4e-4, 0.4))
    assert chart.y_edges[0] == chart.bounds[0]
    assert 0.4 < chart.y_edges[1] < 0.6
    np.testing.assert_allclose(chart.shown(chart.curves[0])[chart.curves[0].steps % 1 == 0], [4e-4, 0.4, 0.04, 4e-4])
    assert chart.curves[0].rates.min() == 0
    assert chart.note == "rates below 0.0004 are drawn at the lower edge"
    heights = chart.heights([0, 0.4, 0.04, 0.004])
    np.testing.assert_allclose(heights, [0, 1, 2 / 3, 1 / 3])
    constant = make_chart([ConstantLR(0.003)], yscale="log")
    assert constant.bounds == pytest.approx((3e-6, 3e-3))
    assert constant.note == ""


@pytest.mark.parametrize(
    ("rates", "edges"),
    [
        ([0.003, 0.003], (0, 0.00315)),
        ([0.9, 1.0], (0, 1.05)),
        ([0.0, 0.0], (0, 1.05)),
        ([-1.0, 3.0], (-1.2, 3.2)),
        ([-2.0, -2.0], (-2.1, 0)),
    ],
)
def test_a_linear_axis_begins_at_0_or_below_and_ends_a_little_above_the_peak(rates: Any, edges: Any) -> None:
    """A twentieth of what is drawn is left beyond it."""
    assert make_chart([rates]).y_edges == pytest.approx(edges)


@pytest.mark.parametrize(
    ("options", "edges", "note"),
    [
        ({"ylim": (0.02, None)}, (0.02, 0.104), "rates below 0.02 are cut off"),
        ({"ylim": [None, 0.05]}, (0, 0.05), "rates above 0.05 are cut off"),
        ({"ylim": np.array([0.01, 0.05])}, (0.01, 0.05), "rates below 0.01 are cut off; rates above 0.05 are cut off"),
        ({"ylim": (1e-8, None), "yscale": "log"}, (1e-8, 0.1 * 10**0.35), "rates of 0 are drawn at the lower edge"),
        ({"ylim": None}, (0, 0.105), ""),
    ],
)
def test_the_vertical_range_is_what_is_asked(options: Any, edges: Any, note: str) -> None:
    """Seven powers of ten, and a twentieth of them beyond the peak."""
    chart = make_chart([COSINE], **options)
    assert chart.y_edges == pytest.approx(edges)
    assert chart.note == note
    assert chart.heights([-1, 9]).tolist() == [0, 1]


def test_the_smallest_floats_on_a_logarithmic_axis() -> None:
    """2**-1074, the smallest, has no half: the floor stays above 0."""
    chart = make_chart([[5e-324, 0.0, 1.0]], steps=3, yscale="log")
    assert chart.bounds[0] > 0
    assert np.isfinite(chart.heights(chart.shown(chart.curves[0]))).all()


def test_the_largest_floats_on_a_linear_axis() -> None:
    chart = make_chart([[1e308, -1e308, 0.0]], steps=3)
    heights = dict(
        zip(chart.curves[0].rates.tolist(), chart.heights(chart.shown(chart.curves[0])).tolist(), strict=True)
    )
    assert heights == {1e308: 1, -1e308: 0, 0: 0.5}
    assert np.isfinite(make_chart([[1.7e308, -1.7e308]]).y_edges).all()


@pytest.mark.parametrize(
    ("schedules", "options", "note"),
    [
        ([COSINE], {}, ""),
        ([COSINE], {"steps": 1000}, ""),
        ([PiecewiseConstantLR([3, 6], [0.1, 0.2])], {"steps": 6}, ""),
        ([ConstantLR(1)], {"steps": 1501}, ""),
        ([STEP], {"steps": 10**6}, ""),
        ([ConstantLR(1), -COSINE], {"yscale": "log"}, "rates of 0 and below are drawn at the lower edge"),
        ([COSINE], {"yscale": "log"}, "rates below 0.0001 are drawn at the lower edge"),
        ([COSINE], {"yscale": "log", "steps": 50}, ""),
        ([[0.1, 0.0]], {"yscale": "log"}, "rates of 0 are drawn at the lower edge"),
        ([COSINE] * 8, {}, ""),
        ([COSINE] * 9, {}, "colours repeat, with dashes"),
    ],
)  # fmt: skip
def test_the_note_says_what_is_not_seen(schedules: Any, options: Any, note: str) -> None:
    """A smooth curve of many steps is drawn from fewer, and nothing is missed."""
    assert make_chart(schedules, **options).note == note


def test_the_note_of_a_thinned_curve_does_not_promise_every_bend() -> None:
    chart = make_chart([TableLR([0.1, 0.2]).repeat(2)], steps=10**6)
    drawn = chart.curves[0].steps.size
    assert chart.note == f"drawn from {drawn:,} of 1,000,000 steps (the highest and lowest of each stretch)"


def test_labels_are_one_line_and_nothing_has_control_characters() -> None:
    """They would break a sketch, a terminal, or the XML of an SVG file."""
    chart = make_chart([COSINE, RAMP], labels=["a\tb\nc", "\x1b[31mred\x00"], title="two\nlines\x07")
    assert [curve.label for curve in chart.curves] == ["a b c", " [31mred "]
    assert chart.title == "two\nlines "


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
        ([[]], {}, TypeError, r"plot: nothing to draw: give at least one schedule, got \[\]"),
        ([{"a": []}], {}, ValueError, "TableLR: rates must be a list of 1 or more .*numbers, got an empty list"),
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
        (
            [COSINE],
            {"x": "time"},
            ValueError,
            "plot: x must be 'step', 'epoch', 'sample', 'token', 'hour' or 'progress', .* got 'time'",
        ),
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
def test_a_rate_that_is_not_finite_is_refused_with_its_step(rate: float, shown: str) -> None:
    class Broken(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return xp.where(step >= 3, rate, 0.1)

    with pytest.raises(ValueError, match=f"plot: Broken: cannot draw the rate {shown} at step 3$"):
        make_chart([Broken()], steps=5)


def test_a_chart_needs_a_schedule() -> None:
    assert isinstance(make_chart([COSINE]), Chart)
    with pytest.raises(TypeError, match="nothing to draw"):
        lrkit.plot()


def test_a_caption_of_curves_in_several_units_counts_points() -> None:
    stairs = lrkit.WarmUpLR(1.0, 10).repeat(10)
    steps, tokens = (make_curve(stairs, unit, 1_000_000, unit) for unit in ("step", "token"))
    assert steps.thinned
    assert "of 1,000,000 points (" in left_out([steps, tokens])
    assert "of 1,000,000 tokens (" in left_out([tokens])
