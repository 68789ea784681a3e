"""Marks on request, the curves of logs, and what panels have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import ConstantLR, CosineDecayLR, WarmUpLR
from lrkit.chart import AxisOptions, Chart, LoggedRun, Panels, chart_of, logged_curve, make_chart

RATE = CosineDecayLR(0.0, 0.1, 80).warmup(20)


def marked(*schedules: Any, **options: Any) -> list[tuple[int, float, float, str]]:
    return [tuple(mark) for mark in make_chart(schedules, **options).marks]


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ("peak", [(0, 20, 0.1, "peak 0.1 at 20")]),
        (["first", "end"], [(0, 0, 0, "first 0"), (0, 100, 0, "end 0 at 100")]),
        ([60], [(0, 60, 0.05, "0.05 at 60")]),
        ({"resume": 60}, [(0, 60, 0.05, "resume 0.05 at 60")]),
        (["peak", 20], [(0, 20, 0.1, "peak 0.1 at 20")]),
        ((), []),
    ],
)
def test_marks_are_points_of_the_curve(marks: Any, found: Any) -> None:
    """Half a cosine is at its middle after half of its 80 steps."""
    assert [(k, at, pytest.approx(rate), text) for k, at, rate, text in found] == marked(RATE, marks=marks)


def test_a_mark_past_the_end_of_one_curve_is_on_the_others() -> None:
    found = marked([0.1, 0.2], RATE, marks=[60], steps=None)
    assert [(k, at) for k, at, _, _ in found] == [(1, 60)]
    with pytest.raises(ValueError, match="plot: marks: step 999 is past the end of every curve"):
        make_chart([RATE], marks=[999])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"marks": "top"}, ValueError, "plot: marks must be a list of 'first', 'peak', 'end' and steps, .*got 'top'"),
        ({"marks": [-1]}, ValueError, "plot: marks must be .*, got -1"),
        ({"marks": 2.5}, TypeError, "plot: marks must be .*, got 2.5"),
        ({"marks": [True]}, TypeError, "plot: marks must be .*, got"),
        ({"marks": {"a": "b"}}, ValueError, "plot: marks must be .*, got 'b'"),
        ({"dashes": 1}, TypeError, "plot: dashes must be True or False, got 1"),
        ({"ylim": 3}, TypeError, r"plot: ylim must be a pair of numbers \(low, high\), None leaving .*, got 3"),
        ({"ylim": (0, "1")}, TypeError, "plot: ylim must be a pair of numbers"),
        ({"ylim": (0, float("inf"))}, ValueError, "plot: ylim must be a pair of numbers"),
        ({"ylim": (2, 1)}, ValueError, r"plot: ylim must have low < high, got \(2, 1\)"),
        ({"ylim": (0, 1), "yscale": "log"}, ValueError, "plot: ylim must be above 0 with yscale='log'"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make_chart([RATE], **options)


def test_the_dots_and_texts_of_marks_are_drawn_apart() -> None:
    ax = lrkit.plot(RATE, marks=["first", "peak", "end"])
    ax.figure.draw_without_rendering()
    texts = [text for text in ax.texts if text.get_text().startswith(("first", "peak", "end"))]
    assert [text.get_text() for text in texts] == ["first 0", "peak 0.1 at 20", "end 0 at 100"]
    assert all(text.get_visible() for text in texts)
    boxes = [text.get_window_extent() for text in texts]
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
    (dots,) = (line for line in ax.lines if line.get_marker() == "o")
    assert dots.get_xydata().tolist() == [[0, 0], [20, 0.1], [100, 0]]


def test_marks_leave_the_ranges_as_they_are_asked_for() -> None:
    ax = lrkit.plot(RATE, ylim=(0, 1), marks=["peak"])
    ax.figure.draw_without_rendering()
    assert ax.get_ylim() == (0, 1)


# Logs -----------------------------------------------------------------------------------------------------------


def log_of(positions: Any) -> LoggedRun:
    at = np.asarray(positions, float)
    return LoggedRun("log", at, 1 / (1 + at))


def test_few_rows_are_points_and_many_are_a_line() -> None:
    few, many = logged_curve(log_of(range(0, 600, 10)), 600), logged_curve(log_of(range(0, 610, 10)), 610)
    assert (few.joined, many.joined) == (False, True)
    assert few.gaps == many.gaps == ()
    for curve, style in ((few, "None"), (many, "-")):
        run = log_of(curve.steps)
        (line,) = draw(chart_of([run], AxisOptions())).lines
        assert (line.get_linestyle(), line.get_marker()) == (style, "o")
        np.testing.assert_array_equal(line.get_ydata(), run.rates)


def draw(chart: Chart) -> Any:
    from lrkit.plotting.renderers import draw as drawn

    return drawn(chart, "light", "matplotlib")


def test_a_line_is_broken_where_rows_are_missing() -> None:
    curve = logged_curve(log_of([*range(0, 500, 10), *range(900, 1400, 10)]), 1400)
    assert curve.gaps == (50,)
    x, rates = curve.broken(curve.steps), curve.broken(curve.rates)
    assert np.flatnonzero(np.isnan(x)).tolist() == np.flatnonzero(np.isnan(rates)).tolist() == [50]
    assert (x[49], x[51]) == (490, 900)
    (line,) = draw(chart_of([log_of(curve.steps)], AxisOptions())).lines
    assert np.flatnonzero(np.isnan(line.get_xdata())).tolist() == [50]


def test_of_very_many_rows_the_extremes_are_kept_and_the_note_says_so() -> None:
    at = np.arange(50_000)
    rates = np.where(at == 33_333, 7.0, np.where(at == 44_444, -7.0, 1.0))
    chart = chart_of([LoggedRun("log", at.astype(float), rates)], AxisOptions())
    (curve,) = chart.curves
    assert curve.steps.size <= 2000
    assert (curve.rates.max(), curve.rates.min()) == (7, -7)
    assert chart.note == f"drawn from {curve.steps.size:,} of 50,000 rows (the highest and lowest of each stretch)"
    assert curve.gaps == ()


def test_rows_up_to_the_asked_step_are_drawn_in_order_and_without_those_that_are_no_numbers() -> None:
    run = LoggedRun("log", np.array([30.0, 10, 20, 40, 15]), np.array([3.0, 1, 2, 4, np.nan]))
    curve = logged_curve(run, 31)
    assert (curve.steps.tolist(), curve.rates.tolist()) == ([10, 20, 30], [1, 2, 3])
    assert curve.alt == "log: starts at 1, ends at 3 at step 30."
    with pytest.raises(ValueError, match="plot: log: there is no row up to step 4"):
        logged_curve(run, 5)


def test_a_log_stands_beside_a_schedule() -> None:
    chart = make_chart([RATE])
    both = chart_of([log_of([0, 50, 90]), *_runs(RATE)], AxisOptions())
    assert [curve.logged for curve in both.curves] == [True, False]
    assert both.curves[1].steps.tolist() == chart.curves[0].steps.tolist()
    assert "log: starts at 1" in both.alt


def _runs(*schedules: Any) -> Any:
    from lrkit.chart.inputs import name_schedules

    return name_schedules(schedules, None)


# Panels ---------------------------------------------------------------------------------------------------------


def test_panels_have_equal_ranges_if_their_axes_are_alike() -> None:
    low, high = make_chart([RATE * 0.01]), make_chart([RATE])
    assert {chart.y_edges for chart in Panels([[low, high]], [1]).charts} == {high.y_edges}
    own = [chart.y_edges for chart in Panels([[low, high]], [1], equal=False).charts]
    assert own == [low.y_edges, high.y_edges]
    runs = _runs(ConstantLR(0.9))
    other = chart_of(runs, AxisOptions(), y_label="momentum")
    assert Panels([[low], [other]], [1, 1]).charts[0].y_edges == low.y_edges
    logs = [make_chart([RATE * factor], yscale="log") for factor in (0.01, 1)]
    (shared,) = {chart.y_edges for chart in Panels([logs], [1]).charts}
    assert shared == (logs[0].y_edges[0], logs[1].y_edges[1])


def test_panels_that_share_an_axis_end_together_and_have_one_note() -> None:
    short, long = make_chart([WarmUpLR(0.1, 10)]), make_chart([RATE])
    assert {chart.last for chart in Panels([[short], [long]], [1, 1]).charts} == {100}
    assert [chart.last for chart in Panels([[short], [long]], [1, 1], shared=False).charts] == [20, 100]
    logs = [make_chart([RATE], yscale="log"), make_chart([RATE], yscale="log")]
    assert Panels([logs], [1]).note == "rates below 0.0001 are drawn at the lower edge"


def test_phases_are_named_only_if_there_is_room_for_two() -> None:
    """Of a warm-up of 20 steps in 100 and a cosine of 80, the first has 7 letters, the second 12."""
    chart = make_chart([RATE])
    assert [phase.name for phase in chart.phases(0.02)] == ["warm up", "cosine decay"]
    assert chart.phases(0.04) == ()
