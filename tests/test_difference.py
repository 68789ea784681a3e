"""Where two schedules part: the numbers are counted by hand or by going through the steps one by one."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from helpers import schedules
from hypothesis import given
from hypothesis import strategies as st

import lrkit

HELD = lrkit.CosineDecayLR(0.0, 1.0, 90).warmup(10)
WAVE = lrkit.cosine_wave(0.0, 1.0, 90).warmup(10, start_lr=0.1)


def test_the_report_of_a_held_and_a_rebounding_cosine() -> None:
    found = lrkit.diff(HELD, WAVE, steps=100)
    assert found.first_step == 0
    assert found.differing_steps == 10  # the warm-ups, which meet at step 10
    assert found.largest_gap == pytest.approx(0.1)
    assert found.largest_gap_at == 0
    assert found.conventions == {"first value": True, "peak": False, "last value": False, "past the end": True}
    assert (found.a.first_value, found.b.first_value) == (0.0, pytest.approx(0.1))
    assert (found.a.peak, found.a.peak_first_at, found.a.peak_steps) == (1.0, 10, 1)
    assert found.a.past_the_end == "holds 0"
    assert found.b.past_the_end == "rises to 1 at 190"
    # A cosine's rates come in pairs around the middle, but for the first: (90 + 1) / 2. Warm-ups: 4.5 and 5.5 - 0.45.
    assert found.a.sum == pytest.approx(4.5 + 45.5)
    assert found.b.sum == pytest.approx(4.5 + 0.1 * (10 + 9 + 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1) / 10 + 45.5)
    assert not found.same


def test_the_printed_report() -> None:
    lines = str(lrkit.diff(HELD, WAVE, steps=100)).splitlines()
    assert lines[2] == "differ at 10 of 100 steps, first at step 0"
    rows = {line[:14].strip(): re.split(r"  +", line[14:].strip()) for line in lines[3:8]}
    assert rows[""] == ["a", "b"]
    assert rows["first value"] == ["0", "0.1", "differs"]
    assert rows["peak"] == ["1 at 10", "1 at 10"]
    assert rows["last value"] == ["0.0003046", "0.0003046"]
    assert rows["past the end"] == ["holds 0", "rises to 1 at 190", "differs"]
    assert lines[8] == "sum of rates: 50 and 50.55 (+1.100%)"
    assert lines[9] == "largest gap: b - a = 0.1 at step 0"


def test_equal_schedules_are_equal_though_they_round_differently() -> None:
    scaled = 3.0 * (HELD / 3.0)
    assert (scaled(np.arange(100)) != HELD(np.arange(100))).any()
    found = lrkit.diff(HELD, scaled, steps=100)
    assert found.same
    assert found.first_step is None
    assert found.differing_steps == 0
    assert "equal at all 100 steps" in str(found)
    assert "never" in repr(found)
    exact = lrkit.diff(HELD, scaled, steps=100, tolerance=0)
    assert exact.first_step is not None
    assert not exact.same


def test_equal_in_the_run_and_not_past_its_end() -> None:
    found = lrkit.diff(HELD, lrkit.cosine_wave(0.0, 1.0, 90).warmup(10), steps=100)
    assert found.first_step is None
    assert found.conventions["past the end"]
    assert not found.same


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (lrkit.ConstantLR(0.3), "holds 0.3"),
        (lrkit.ExponentialDecayLR(1.0, 0.5, 100), "falls to 0.25 at 200"),
        (lrkit.linear(0.0, 1.0, 200), "rises to 1 at 200"),
        (lrkit.cosine_restarts(0.0, 0.1, 100), "rises to 0.1 at 100"),
        (lrkit.ConstantLR(0.1).then(lrkit.linear(0.9, 0.1, 50), 110), "rises to 0.9 at 110, then falls to 0.1"),
        (1 - lrkit.WarmUpLR(1.0, 100) - lrkit.WarmUpLR(1.0, 100).shift(100), "falls below 0, to -1 at 200"),
    ],
)
def test_past_the_end_in_words(schedule: lrkit.LearningRateSchedule, words: str) -> None:
    assert lrkit.diff(schedule, HELD, steps=100).a.past_the_end == words


def test_when_the_peak_is_used() -> None:
    """One trainer uses the peak twice, another once."""
    twice = lrkit.linear(0.1, 1.0, 9).then(lrkit.CosineDecayLR(0.0, 1.0, 90), 10)
    found = lrkit.diff(HELD, twice, steps=100)
    assert (found.b.peak_first_at, found.b.peak_steps) == (9, 2)
    assert found.conventions["peak"]
    assert "1 at 9, 2 times" in str(found)


@given(data=st.data())
def test_the_numbers_equal_those_counted_step_by_step(data: st.DataObject) -> None:
    pair = data.draw(schedules()), data.draw(schedules())
    steps = data.draw(st.integers(1, 300))
    found = lrkit.diff(*pair, steps=steps)
    a, b = ([float(rate) for rate in schedule(np.arange(steps))] for schedule in pair)
    allowed = 1e-12 * max(map(abs, a + b))
    apart = [abs(x - y) for x, y in zip(a, b, strict=True)]
    differing = [step for step, gap in enumerate(apart) if gap > allowed]
    assert found.first_step == (differing[0] if differing else None)
    assert found.differing_steps == len(differing)
    assert abs(found.largest_gap) == max(apart)
    assert apart[found.largest_gap_at] == max(apart)
    assert found.a.peak == max(a)
    assert a[found.a.peak_first_at] >= max(a) - allowed
    assert found.a.sum == pytest.approx(sum(a), abs=1e-9 * steps * max(map(abs, a)) + 1e-300)
    assert found.conventions["first value"] == (apart[0] > allowed)
    assert found.conventions["last value"] == (apart[-1] > allowed)


def test_long_runs_are_compared_at_every_step() -> None:
    """A single step among a million that differs is found."""
    one = lrkit.ConstantLR(0.1)
    other = one.then(lrkit.ConstantLR(0.2), 777_777).then(one, 777_778)
    found = lrkit.diff(one, other, steps=1_000_000)
    assert (found.first_step, found.differing_steps, found.largest_gap_at) == (777_777, 1, 777_777)


def test_the_peak_of_a_long_run_is_found_at_its_step() -> None:
    """Beyond the first block of steps; once, and of rates below 0 too."""
    spike = lrkit.ConstantLR(0.1).then(lrkit.ConstantLR(0.3), 150_000).then(lrkit.ConstantLR(0.1), 150_002)
    found = lrkit.diff(spike, -1.0 * spike, steps=200_000)
    assert (found.a.peak, found.a.peak_first_at, found.a.peak_steps) == (0.3, 150_000, 2)
    assert (found.b.peak, found.b.peak_first_at, found.b.peak_steps) == (-0.1, 0, 199_998)
    assert (found.largest_gap, found.largest_gap_at) == (-0.6, 150_000)


def test_the_tolerance_of_negative_rates_is_by_their_size() -> None:
    low = lrkit.ConstantLR(-1.0)
    assert lrkit.diff(low, low + 1e-14, steps=5).same
    assert not lrkit.diff(low, low + 1e-10, steps=5).same


def test_a_short_bend_past_the_end_of_a_long_run_is_seen() -> None:
    """One step among 20 000 that a grid of 4096 would miss."""
    flat = lrkit.ConstantLR(0.1)
    bent = flat.then(lrkit.ConstantLR(0.2), 33_333).then(flat, 33_334)
    found = lrkit.diff(flat, bent, steps=20_000)
    assert found.first_step is None
    assert found.conventions["past the end"]
    assert found.b.past_the_end == "rises to 0.2 at 33333, then falls to 0.1"


def test_a_recording_reaches_past_the_end_of_the_run() -> None:
    found = lrkit.diff(lambda step: 0.1 * step, lrkit.linear(0.0, 100.0, 1000), steps=10)
    assert found.same
    assert found.a.past_the_end == "rises to 2 at 20"


def test_recorded_rates_in_float32_have_a_wider_tolerance() -> None:
    schedule = lrkit.CosineDecayLR(0.0, 0.1, 90)
    found = lrkit.diff(schedule, lambda step: float(np.float32(schedule(step))), steps=100)
    assert found.same
    assert found.tolerance == 1e-6
    assert "to 1e-06 of the peak" in str(found)
    assert not lrkit.diff(schedule, lambda step: float(np.float32(schedule(step))), steps=100, tolerance=1e-12).same
    assert lrkit.diff(schedule, [0.1, 0.5], steps=2).tolerance == 1e-12  # a list is what it is


def test_a_very_long_run_needs_steps() -> None:
    with pytest.raises(ValueError, match="diff: nothing new happens only after 1,000,000,000,000 steps: give steps"):
        lrkit.diff(lrkit.CosineDecayLR(0.0, 1.0, 10**12), lrkit.ConstantLR(1.0))


def test_by_default_the_run_ends_where_nothing_new_happens() -> None:
    assert lrkit.diff(HELD, lrkit.WarmUpLR(1.0, 10)).steps == 100


def test_a_difference_is_plain_data() -> None:
    found = lrkit.diff(HELD, WAVE, steps=100)
    stored = json.loads(json.dumps(found.to_dict()))
    assert stored["first_step"] == 0
    assert stored["b"]["past_the_end"] == "rises to 1 at 190"
    assert stored["same"] is False
    assert found.schedules == (HELD, WAVE)


def test_everything_that_plot_draws_can_be_compared() -> None:
    assert lrkit.diff([0.1, 0.2], lrkit.TableLR([0.1, 0.2])).same
    assert lrkit.diff(lambda step: 0.1 + 0 * step, lrkit.ConstantLR(0.1), steps=10).same


def test_the_picture_has_both_curves_and_the_gap() -> None:
    above, below = lrkit.diff(HELD, WAVE, steps=100).plot(labels=["held", "wave"])
    assert [len(above.lines), len(below.lines)] == [2, 1]
    steps, gap = below.lines[0].get_data()
    np.testing.assert_allclose(gap, WAVE(np.asarray(steps)) - HELD(np.asarray(steps)), atol=1e-15)
    assert below.get_ylabel() == "wave − held"
    assert np.asarray(steps).max() > 110  # past the end too
    figure = lrkit.plot_diff(HELD, WAVE, steps=100, backend="plotly")
    assert [trace.yaxis for trace in figure.data] == ["y", "y", "y2"]
    assert "starts at" in figure.layout.meta["alt"]
    assert "┤" in lrkit.plot_diff(HELD, WAVE, steps=100, backend="text")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("0.1", HELD), TypeError, "0.1"),
        ((HELD, HELD, 0), ValueError, "diff: steps must be an integer >= 1, got 0"),
        ((HELD, HELD, 1.5), TypeError, "diff: steps must be an integer >= 1, got 1.5"),
        ((lambda step: 0.1, HELD), (TypeError, ValueError), "steps"),
    ],
)
def test_errors_name_what_cannot_be_compared(arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        lrkit.diff(*arguments)


@pytest.mark.parametrize(("tolerance", "error"), [(-1.0, ValueError), (float("nan"), ValueError), ("0", TypeError)])
def test_a_tolerance_is_a_number(tolerance: Any, error: Any) -> None:
    with pytest.raises(error, match="diff: tolerance must be a number >= 0, got"):
        lrkit.diff(HELD, HELD, tolerance=tolerance)
