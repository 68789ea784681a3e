"""Axes that a budget relates: updates, epochs, samples, tokens, hours; measured on `batches.Batches`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from batches import GPT3, GPT3_EACH, GPT3_SEQUENCE, GPT3_STAGES, GPT3_STEP, IMAGES, gpt3_tokens
from command import Run

import lrkit
from lrkit.chart import make_chart
from lrkit.plotting.ticks import unit_ticks
from lrkit.runs.log import LoggedSeries

RATE = lrkit.CosineDecayLR(6e-5, 6e-4, 85_000).warmup(2000)
TRAINED = lrkit.CosineDecayLR(0.0, 0.1, 85 * 1251).warmup(5 * 1251)
RECIPE = lrkit.recipe("gpt3")
BACKENDS = pytest.mark.parametrize("backend", ["matplotlib", "plotly", "text"])


# Where things are -----------------------------------------------------------------------------------------------


def test_steps_under_a_growing_batch_are_at_their_tokens() -> None:
    chart = make_chart([RATE], x="token", budget=GPT3)
    (curve,) = chart.curves
    assert chart.x_label == "token"
    for k in (0, 1, 50, GPT3_STAGES):
        assert chart.at(curve, GPT3_EACH * k) == gpt3_tokens(GPT3_EACH * k)
    last = GPT3_STEP * GPT3_STAGES * GPT3_SEQUENCE  # in an update past the ramp
    assert chart.last == gpt3_tokens(GPT3_EACH * GPT3_STAGES) + (GPT3.total - 1 - GPT3_EACH * GPT3_STAGES) * last
    whole = curve.steps % 1 == 0
    x = chart.x(curve)[whole]
    assert x.tolist() == [gpt3_tokens(int(step)) for step in curve.steps[whole]]
    np.testing.assert_array_equal(curve.rates, RATE(curve.steps))


def test_points_are_evenly_spread_on_the_axis_that_is_drawn() -> None:
    """A thousand points in tokens are 300 million apart: a tenth of what the first steps of a ramp take."""
    for given in (RATE, RECIPE):
        for x in ("token", "step"):
            chart = make_chart([given], x=x, budget=GPT3)
            assert np.diff(chart.x(chart.curves[0])).max() <= chart.last / 900


@pytest.mark.parametrize(
    ("x", "unit", "last"),
    [("epoch", 1251, 90), ("hour", 9000, 12.51), ("sample", 1 / 1024, 90 * 1251 * 1024), ("step", 1, 90 * 1251)],
)
def test_each_unit_is_counted_from_the_run_s_own_numbers(x: Any, unit: float, last: float) -> None:
    chart = make_chart([TRAINED], x=x, budget=IMAGES)
    (curve,) = chart.curves
    assert (chart.x_label, curve.last) == (x, 90 * 1251 - 1)
    np.testing.assert_allclose(chart.x(curve), curve.steps / unit, rtol=1e-15)
    assert chart.last == pytest.approx(last, rel=2e-5)


def test_what_counts_tokens_epochs_or_steps_shares_an_axis() -> None:
    chart = make_chart([{"paper": RECIPE, "mine": RATE}], budget=GPT3)
    paper, mine = chart.curves
    assert (chart.x_label, chart.beside and chart.beside.unit) == ("step", "token")
    assert (paper.last, mine.last) == (299_999_999_999, GPT3.total - 1)
    assert chart.at(paper, gpt3_tokens(3 * GPT3_EACH)) == 3 * GPT3_EACH
    assert chart.at(mine, 219) == 219
    deit = lrkit.recipe("deit")
    epochs, steps = (make_chart([deit, TRAINED], x=x, budget=IMAGES) for x in ("epoch", "step"))
    assert epochs.curves[0].last == 299  # its own length: it ends late
    assert [epochs.at(curve, curve.last) for curve in epochs.curves] == [299, pytest.approx(90, abs=1e-3)]
    assert steps.at(steps.curves[0], 299) == 299 * 1251


def test_a_schedule_is_drawn_as_far_as_the_budget_or_as_asked() -> None:
    early, late = lrkit.CosineDecayLR(0.0, 0.1, 1000), lrkit.CosineDecayLR(0.0, 0.1, 10**6)
    assert [curve.total for curve in make_chart([early, late], budget=IMAGES).curves] == [90 * 1251] * 2
    assert [curve.total for curve in make_chart([early, [0.1, 0.2]], budget=IMAGES).curves] == [90 * 1251, 2]
    asked = make_chart([RATE, RECIPE], budget=GPT3, steps=GPT3_EACH)
    assert [curve.total for curve in asked.curves] == [GPT3_EACH, gpt3_tokens(GPT3_EACH)]


def test_progress_is_of_the_budget() -> None:
    chart = make_chart([RATE, RECIPE], x="progress", budget=GPT3)
    assert [curve.total for curve in chart.curves] == [GPT3.total, 300_000_000_000]
    assert [chart.at(curve, curve.last) for curve in chart.curves] == [100, 100]


def test_a_log_is_where_it_says_or_where_the_budget_says() -> None:
    """Megatron's logs state updates and samples; epochs follow from the budget."""
    rates = np.array([0.01, 0.05, 0.1])
    clocks = {"sample": np.array([0.0, 102_400, 1_281_024]), "step": np.array([0.0, 99, 1251])}
    log = LoggedSeries("lr", "lr", clocks, rates, ())
    for x, found in {"step": [0, 99, 1251], "sample": [0, 102_400, 1_281_024], "epoch": [0, 99 / 1251, 1]}.items():
        chart = make_chart([log, TRAINED], budget=IMAGES, x=x)
        assert chart.x(chart.curves[0]).tolist() == found
    chart = make_chart([log], x="sample")
    assert (chart.x_label, chart.last) == ("sample", 1_281_024)
    with pytest.raises(ValueError, match=r"plot: row counts rows: .*unit must be one of"):
        make_chart([LoggedSeries("row", "lr", {"row": clocks["step"]}, rates, ())], budget=IMAGES)


# The second axis ------------------------------------------------------------------------------------------------


def second_ticks(backend: str, **options: Any) -> tuple[str, list[str], list[float]]:
    """Of the second axis the name, the texts, and their places on the first axis where the renderer has them."""
    picture = lrkit.plot(RATE, budget=GPT3, backend=backend, **options)
    if backend == "text":
        name, *texts = picture.splitlines()[-1].split()
        return name, texts, []
    if backend == "plotly":
        axis = picture.layout.xaxis1000
        names = [one.text for one in picture.layout.annotations if one.name == "axis"]
        return names[1], list(axis.ticktext), list(axis.tickvals)
    picture.figure.draw_without_rendering()
    (second,) = picture.child_axes
    ticks = second.get_xticks()
    places = picture.transData.inverted().transform(second.transData.transform([(tick, 0) for tick in ticks]))[:, 0]
    return second.get_xlabel(), [label.get_text() for label in second.get_xticklabels()], places.tolist()


@BACKENDS
def test_a_second_axis_has_round_numbers_at_their_true_places(backend: str) -> None:
    name, texts, places = second_ticks(backend)
    assert name == "token"
    assert {"0", "100B", "200B", "300B"} <= {*texts}
    for text, place in zip(texts if places else [], places, strict=bool(places)):
        value = float(text.removesuffix("B")) * 1e9
        assert gpt3_tokens(int(place + 0.001)) <= value + 1e-3 * value
        assert value <= gpt3_tokens(int(place + 0.999) + 1)


@BACKENDS
def test_two_units_may_be_named_and_one_alone(backend: str) -> None:
    name, texts, _ = second_ticks(backend, x=("token", "step"))
    assert name == "step"
    assert texts[0] == "0"  # not a number before 0, where a ramp's first batch would put many updates
    assert {"40k", "80k"} <= {*texts}
    alone = lrkit.plot(RATE, x=("step",), budget=GPT3, backend=backend)
    if backend == "matplotlib":
        assert alone.child_axes == []
    elif backend == "plotly":
        assert not [one for one in alone.layout.annotations if one.name == "axis"]
    else:
        assert alone.splitlines()[-1].split()[0] == "step"


def test_beside_steps_stand_epochs_or_in_a_run_of_one_epoch_tokens() -> None:
    cases = {("step", IMAGES): "epoch", ("step", GPT3): "token", ("epoch", IMAGES): None, ("token", GPT3): None}
    for (x, budget), unit in cases.items():
        found = make_chart([RATE], budget=budget, x=x).beside
        assert (found.unit if found else None) == unit


def test_the_hover_of_plotly_tells_the_second_axis() -> None:
    (trace, _) = lrkit.plot(RATE, budget=GPT3, backend="plotly").data
    assert ", token %{customdata[1]:,.0f}" in trace.hovertemplate
    at = list(trace.x).index(3 * GPT3_EACH) if 3 * GPT3_EACH in trace.x else 0
    assert trace.customdata[at, 1] == gpt3_tokens(int(trace.x[at]))


def test_columns_of_plotly_have_the_second_axis_in_the_hover_alone() -> None:
    grid = lrkit.plot_grid({"a": RATE, "b": RATE * 0.5}, budget=GPT3, backend="plotly")
    assert "xaxis1000" not in grid.layout
    assert all(", token" in trace.hovertemplate for trace in grid.data)
    assert [ax.get_xlabel() for ax in lrkit.plot_grid({"a": RATE, "b": RECIPE}, budget=GPT3)] == ["step", "step"]


def test_hours_are_counted_in_days_and_parts_of_a_day() -> None:
    assert unit_ticks(0, 100, 6, "hour") == [0, 24, 48, 72, 96]
    assert unit_ticks(0, 12.5, 9, "hour") == [0, 2, 4, 6, 8, 10, 12]
    assert unit_ticks(0, 2, 5, "hour") == [0, 0.5, 1, 1.5, 2]
    assert unit_ticks(0, 100_000, 5, "hour")[-1] == 100_000


# Marks ----------------------------------------------------------------------------------------------------------


def test_marks_are_steps_and_their_texts_say_the_unit_of_the_axis() -> None:
    def texts(**options: Any) -> list[str]:
        return [mark.text for mark in make_chart([TRAINED], budget=IMAGES, **options).marks]

    assert texts(marks={"resume": 30 * 1251}) == ["resume 0.08013 at 37,530"]
    assert texts(marks={"resume": 30 * 1251}, x="epoch") == ["resume 0.08013 at epoch 30"]
    assert texts(marks=["peak"], x="hour") == ["peak 0.1 at hour 0.695"]
    assert texts(marks=["peak"], x="sample") == ["peak 0.1 at sample 6.405M"]
    (mark,) = make_chart([RECIPE], budget=GPT3, marks=[GPT3_EACH]).marks
    assert (mark.step, mark.text.split(" at ")[1]) == (gpt3_tokens(GPT3_EACH), "step 73")


@BACKENDS
def test_findings_are_marked_and_those_past_the_end_left_out(backend: str) -> None:
    points = {"floor/early": 1000, "horizon/short": 10**7}
    found = SimpleNamespace(schedules=(TRAINED,), marks_of=lambda _: points)
    (mark,) = make_chart([TRAINED], budget=IMAGES, marks=found).marks
    assert (mark.step, mark.text[:11]) == (1000, "floor/early")
    lrkit.plot(TRAINED, marks=found, backend=backend)
    assert make_chart([TRAINED], marks=SimpleNamespace(schedules=(TRAINED,), marks_of=lambda _: {})).marks == ()
    with pytest.raises(ValueError, match="plot: marks: step 10000000 is past the end of every curve"):
        make_chart([TRAINED], budget=IMAGES, marks=points)


# Panels ---------------------------------------------------------------------------------------------------------


def test_the_gap_is_taken_where_both_are_at_the_same_update() -> None:
    """The recipe's rate is that of the tokens seen before each update; the lower panel counts what the second does."""
    steps = np.arange(0, 3000, 100)
    by_hand = np.array([RATE(int(t)) - RECIPE.schedule(gpt3_tokens(int(t))) for t in steps])
    for pair, sign in (((RECIPE, RATE), 1), ((RATE, RECIPE), -1)):
        _, below = lrkit.plot_diff(*pair, budget=GPT3, steps=3000)
        at, gap = below.lines[0].get_data()
        assert (below.get_xlabel(), at[0], at[-1]) == ("step", 0, 2999)
        np.testing.assert_allclose(np.interp(steps, at, gap), sign * by_hand, atol=1e-6 * 6e-4)


def test_groups_of_a_budget_are_drawn_to_its_end_and_take_marks() -> None:
    groups = [{"lr": RATE, "weight_decay": 0.1}, {"lr": RATE * 0.5, "weight_decay": lrkit.linear(0.1, 0.0, 1000)}]
    rates, decays = lrkit.plot_groups(groups, budget=GPT3, x="token", marks=["peak"])
    for ax in (rates, decays):
        assert ax.lines[0].get_xdata()[-1] == gpt3_tokens(GPT3.total - 1)
    assert decays.get_xlabel() == "token"


# What is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "options", "error", "message"),
    [
        (RATE, {"budget": 90}, TypeError, "plot: budget must be a lrkit.Budget, got 90"),
        (RATE, {"budget": IMAGES, "x": "token"}, ValueError, "plot: x='token': .*tokens need sequence"),
        (RATE, {"budget": GPT3, "x": ("step", "epoch")}, ValueError, "plot: x='epoch': .*epochs need samples, tok"),
        (RECIPE, {"budget": IMAGES}, ValueError, "plot: gpt3 counts tokens: .*tokens need sequence"),
        (RATE, {"budget": IMAGES, "steps_per_epoch": 7}, ValueError, "steps_per_epoch=7 contradicts budget, .* 1,251"),
        (RATE, {"x": "token"}, ValueError, "plot: x='token' needs a budget, which says how many tokens are in"),
        (RATE, {"x": ("step", "hour")}, ValueError, r"plot: x=\('step', 'hour'\) needs a budget, which relates"),
        (RATE, {"x": ("step", "progress")}, ValueError, "plot: x must be two different units, 'progress' not among"),
        (RATE, {"x": ("step", "step")}, ValueError, "plot: x must be two different units"),
        (RATE, {"x": ()}, ValueError, "plot: x must be 'step', .*, or two of them, got"),
        (RATE, {"x": None}, TypeError, "plot: x must be 'step', .*, or two of them, got None"),
    ],
)
def test_what_a_budget_does_not_relate_is_refused(given: Any, options: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        lrkit.plot(given, **options)


def test_the_length_of_an_epoch_may_be_given_again() -> None:
    assert make_chart([TRAINED], budget=IMAGES, steps_per_epoch=1251, x="epoch").x_label == "epoch"
    assert make_chart([RECIPE], x="token").x_label == "token"  # it counts them itself


# The command ----------------------------------------------------------------------------------------------------


def test_the_command_marks_points_ends_axes_and_counts_two_units(run: Run) -> None:
    expr = "CosineDecayLR(0, .1, 900).warmup(100)"
    marks = ("--marks", "peak,resume=3*epoch", "--ylim", ",.2", "--steps-per-epoch", "100")
    lines = run("plot", expr, "--x", "epoch,step", *marks).out.splitlines()
    assert "● resume 0.0883 at epoch 3" in [line.strip() for line in lines]
    assert [line.split()[0] for line in lines[-2:]] == ["epoch", "step"]
    assert lines[1].split()[0] == "0.2"
    assert run("plot", expr, "--x", "step,", *marks).out.splitlines()[-1].split()[0] == "step"


def test_the_command_draws_to_the_end_of_a_budget(run: Run) -> None:
    """90 epochs of 1251 updates; at 2.5 a second they take 12.51 hours."""
    size = ("--budget", "samples=1281024 batch=1024 epochs=90 updates_per_second=2.5")
    expr = "CosineDecayLR(0, .1, 80*epoch).warmup(5*epoch)"
    lines = run("plot", expr, *size, "--x", "hour,epoch", "--marks", "peak,last=total-1").out.splitlines()
    assert [line.split()[0] for line in lines[-2:]] == ["hour", "epoch"]
    assert [line.strip() for line in lines if "● " in line] == ["● peak 0.1 at hour 0.695", "● last 0 at hour 12.51"]
    assert [line.split()[0] for line in run("plot", expr, *size).out.splitlines()[-2:]] == ["step", "epoch"]
    drawn = run(
        "diff", expr, "ConstantLR(.1)", *size, "--format", "text", "--x", "epoch", "--ylim", "0,.2", "--marks", "peak"
    )
    assert drawn.code == 1
    assert drawn.out.splitlines()[-1].split()[0] == "epoch"
    refused = run("diff", expr, "ConstantLR(.1)", *size, "--x", "epoch")
    assert "--x, --ylim, --marks, --log, --title and --theme are for a picture" in refused.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--x", "week"],
            "Invalid value for '--x': 'week' must be one or two of step, epoch, sample, token",
        ),
        (["--x", ","], "Invalid value for '--x': ',' must be one or two of step"),
        (["--x", "token"], "--x token needs --budget, which says how many tokens are in an update"),
        (["--x", "step,hour"], "--x step,hour needs --budget, which relates the two axes"),
        (["--marks", "top"], "Invalid value for '--marks': 'top' must be first, peak, end, a step or LABEL=STEP"),
        (["--marks", "a=1.5"], "Invalid value for '--marks': '1.5' must be first, peak, end, a step or LABEL=STEP"),
        (["--marks", "9999"], "--marks: step 9999 is past the end of every curve"),
        (["--ylim", "3"], "Invalid value for '--ylim': '3' must be LOW,HIGH"),
        (["--ylim", "2,1"], "--ylim must have low < high, got (2, 1)"),
        (["--ylim", "0,x"], "Invalid value for '--ylim': '0,x': column 1"),
    ],
)
def test_the_command_says_what_is_wrong_in_its_own_words(run: Run, words: list[str], message: str) -> None:
    done = run("plot", "CosineDecayLR(0, .1, 900)", *words)
    assert done.code == 2
    assert message in done.err
