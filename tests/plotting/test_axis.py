"""The horizontal axis: what it counts, what it refuses to count together, and where each curve ends."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import lrkit
from lrkit.chart import make_chart
from lrkit.cli import cli

COSINE = lrkit.CosineDecayLR(0.0, 0.1, 100)
TOKENS, STEPS, EPOCHS = (lrkit.recipe(name) for name in ("gpt3", "bert", "deit"))
"""300 billion tokens, a million steps, 300 epochs: so their sources say."""
LENGTHS = {"gpt3": 300_000_000_000, "bert": 1_000_000, "deit": 300}
BACKENDS = pytest.mark.parametrize("backend", ["matplotlib", "plotly", "text"])


def drawn(ax: Any, k: int = 0) -> tuple[Any, Any]:
    x, y = ax.lines[k].get_data()
    return np.asarray(x, float), np.asarray(y)


# What has no axis in common -------------------------------------------------------------------------------------

MIXED = {
    "tokens, steps": ([TOKENS, STEPS], "gpt3 counts tokens and bert counts steps"),
    "steps, tokens": ([STEPS, TOKENS], "bert counts steps and gpt3 counts tokens"),
    "tokens, epochs": ([TOKENS, EPOCHS], "gpt3 counts tokens and deit counts epochs"),
    "three": ([EPOCHS, TOKENS, STEPS], "deit counts epochs and gpt3 counts tokens and bert counts steps"),
    "tokens beside a schedule": ([TOKENS, COSINE], "gpt3 counts tokens and cosine decay counts steps"),
    "tokens beside a list": ([{"mine": [0.1, 0.2]}, TOKENS], "mine counts steps and gpt3 counts tokens"),
    "in one dict": ([{"a": TOKENS, "b": STEPS}], "a counts tokens and b counts steps"),
}


@BACKENDS
@pytest.mark.parametrize(("given", "told"), MIXED.values(), ids=MIXED)
def test_units_that_differ_are_refused_and_progress_is_named(given: Any, told: str, backend: str) -> None:
    with pytest.raises(ValueError, match=f"^plot: {told}, which have no axis in common: x='progress' draws each from"):
        lrkit.plot(*given, backend=backend)
    assert lrkit.plot(*given, backend=backend, x="progress") is not None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lrkit.plot(EPOCHS, STEPS), "x='epoch' with steps_per_epoch counts both in epochs"),
        (lambda: lrkit.plot(TOKENS, x="epoch", steps_per_epoch=9), "x='epoch' counts steps in epochs, but gpt3 counts"),
        (lambda: lrkit.plot(EPOCHS, STEPS, x="epoch"), "x='epoch' needs steps_per_epoch"),
        (lambda: lrkit.plot(TOKENS, steps_per_epoch=9), "steps_per_epoch is for what counts steps, but gpt3 counts"),
        (lambda: lrkit.plot(EPOCHS, steps_per_epoch=9), "steps_per_epoch is for what counts steps, but deit counts"),
        (lambda: lrkit.plot(COSINE, x="progress", steps_per_epoch=9), "x='progress' counts no epochs; leave"),
        (lambda: lrkit.plot_diff(TOKENS, STEPS), "gpt3 counts tokens and bert counts steps"),
        (lambda: lrkit.plot_groups([{"lr": TOKENS}, {"lr": STEPS}]), "group 0, lr counts tokens and group 1, lr"),
        (lambda: lrkit.plot_groups([{"lr": TOKENS, "weight_decay": COSINE}]), "group 0, weight_decay counts steps"),
        (lambda: lrkit.plot_grid({"a": TOKENS, "b": STEPS}, steps=100), "a counts tokens and b counts steps"),
        (lambda: lrkit.plot_grid({"a": COSINE}, x="time"), "x must be 'step', .*, or two of them, got 'time'"),
        (lambda: lrkit.diff(TOKENS, STEPS), "diff: a counts tokens and b counts steps: a budget relates them, if"),
        (lambda: lrkit.diff(COSINE, EPOCHS), "diff: a counts steps and b counts epochs: .*how many epochs are in"),
    ],
)  # fmt: skip
def test_the_other_functions_refuse_mixed_units(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_schedule_and_a_recipe_in_steps_share_an_axis() -> None:
    assert lrkit.plot(STEPS, COSINE).get_xlabel() == "step"
    assert lrkit.diff(STEPS, lrkit.recipe("bert").schedule).same


def test_recipes_in_tokens_are_compared_in_tokens() -> None:
    found = lrkit.diff(TOKENS, lrkit.recipe("chinchilla"), steps=1_000_000)
    assert found.unit == found.to_dict()["unit"] == "token"
    assert "of 1,000,000 tokens, first at token" in str(found)
    assert "over 1000000 tokens: first at token" in repr(found)
    assert [ax.get_xlabel() for ax in found.plot()] == ["", "token"]


# Where a curve ends ---------------------------------------------------------------------------------------------


def test_a_run_ends_where_it_ended_and_a_schedule_goes_on() -> None:
    chart = make_chart([STEPS, lrkit.recipe("t5"), COSINE, [0.1, 0.05, 0.01]])
    lasts = [999_999, lrkit.recipe("t5").steps - 1, 999_999, 2]
    assert [curve.steps[-1] for curve in chart.curves] == lasts
    assert chart.last == 999_999
    assert [curve.steps[-1] for curve in make_chart([STEPS, COSINE, [0.1, 0.2]], steps=40).curves] == [39] * 3


@BACKENDS
def test_the_shorter_of_two_runs_ends_at_its_own_end(backend: str) -> None:
    """Bert's million steps are twice those of T5's pre-training, which its source counts as 2^19."""
    assert lrkit.recipe("t5").steps == 2**19
    picture = lrkit.plot(STEPS, lrkit.recipe("t5"), backend=backend)
    if backend == "matplotlib":
        assert [drawn(picture, k)[0].max() for k in (0, 1)] == [999_999, 2**19 - 1]
    elif backend == "plotly":
        assert [trace.x[-1] for trace in picture.data] == [999_999, 2**19 - 1]
        assert picture.layout.xaxis.range[1] > 999_999
    else:
        rows = picture.splitlines()
        second = [row.partition("┤")[2] for row in rows[rows.index("t5") :] if "┤" in row]
        width = max(len(row.partition("┤")[2]) for row in rows)
        assert max(map(len, second)) == pytest.approx(width * 2**19 / 1e6, abs=1)


def test_the_note_counts_the_run_that_is_drawn_from_fewest() -> None:
    """Alternating rates have a bend at each step: the highest and lowest of each stretch are drawn."""
    flicker = lrkit.TableLR([0.1, 0.2]).repeat(2)
    chart = make_chart([{"a": flicker, "b": COSINE}], steps=10**6)
    drawn = chart.curves[0].steps.size
    assert chart.note == f"drawn from {drawn:,} of 1,000,000 steps (the highest and lowest of each stretch)"
    assert make_chart([TOKENS, EPOCHS], x="progress").note == ""


# Progress -------------------------------------------------------------------------------------------------------


def test_progress_is_the_part_of_each_curves_own_run() -> None:
    ax = lrkit.plot(TOKENS, STEPS, EPOCHS, x="progress")
    assert ax.get_xlabel() == "progress (%)"
    for k, (name, length) in enumerate(LENGTHS.items()):
        at, rates = drawn(ax, k)
        assert (at[0], at[-1]) == (0, 100)
        steps = make_chart([lrkit.recipe(name)]).curves[0].steps
        np.testing.assert_allclose(at, 100 * steps / (length - 1), rtol=1e-12)
        np.testing.assert_array_equal(rates, lrkit.recipe(name).schedule(steps))
    low, high = ax.get_xlim()
    assert -3 < low < 0
    assert 100 < high < 103


def test_steps_are_the_length_of_schedules_alone() -> None:
    """A run of mine of 5000 steps, a recipe as long as it was, a list as long as it is."""
    chart = make_chart([COSINE, TOKENS, [0.1, 0.2, 0.3]], x="progress", steps=5000)
    assert [curve.total for curve in chart.curves] == [5000, 300_000_000_000, 3]
    assert [curve.total for curve in make_chart([COSINE, TOKENS], x="progress").curves] == [101, 300_000_000_000]
    assert [chart.x(curve)[-1] for curve in chart.curves] == [100] * 3


def test_a_run_of_one_step_has_no_progress() -> None:
    at, rates = drawn(lrkit.plot(COSINE, x="progress", steps=1))
    assert (at.tolist(), rates.tolist()) == ([0], [0.1])


def test_progress_in_plotly_says_the_curves_own_step() -> None:
    figure = lrkit.plot(TOKENS, STEPS, x="progress", backend="plotly")
    assert figure.layout.xaxis.title.text == "progress (%)"
    for trace, name in zip(figure.data, ("gpt3", "bert"), strict=True):
        assert (trace.x[0], trace.x[-1], trace.customdata[-1, 1]) == (0, 100, LENGTHS[name] - 1)
        np.testing.assert_allclose(trace.customdata[:, 1], trace.x * (LENGTHS[name] - 1) / 100, rtol=1e-12)
        np.testing.assert_array_equal(trace.customdata[:, 0], trace.y)
    assert ", token %{customdata[1]:,.0f}" in figure.data[0].hovertemplate
    assert ", step %{customdata[1]:,.0f}" in figure.data[1].hovertemplate


def test_progress_in_a_terminal() -> None:
    rows = lrkit.plot(TOKENS, STEPS, x="progress", backend="text", width=60).splitlines()
    assert rows[-1].split() == ["progress", "0%", "20%", "40%", "60%", "80%", "100%"]
    for name in ("gpt3", "bert"):
        start = rows.index(name) + 1
        assert max(map(len, rows[start : start + 6])) == 60


def test_phases_are_at_their_part_of_the_run() -> None:
    ax = lrkit.plot(STEPS, x="progress")
    assert ax.lines[1].get_xdata()[0] == pytest.approx(1.0, abs=1e-5)  # 10,000 of a million steps


def test_the_alternative_text_keeps_the_curves_own_steps() -> None:
    alt = make_chart([TOKENS, STEPS], x="progress").alt
    assert "at token 299,999,999,999." in alt
    assert "at step 999,999." in alt


def test_epochs_of_recipes_and_of_steps_on_one_axis() -> None:
    ax = lrkit.plot(EPOCHS, COSINE, x="epoch", steps_per_epoch=10)
    assert ax.get_xlabel() == "epoch"
    assert [drawn(ax, k)[0].max() for k in (0, 1)] == [299, 299.9]  # to the last step of the 300th epoch
    np.testing.assert_allclose(drawn(ax, 1)[1], COSINE(drawn(ax, 1)[0] * 10), rtol=1e-12)
    alone = drawn(lrkit.plot(EPOCHS, x="epoch"))[0]
    assert alone[alone % 1 == 0].tolist() == list(range(300))
    assert [c.total for c in make_chart([EPOCHS, COSINE], x="epoch", steps_per_epoch=10, steps=50).curves] == [300, 50]


# Several panels -------------------------------------------------------------------------------------------------


def test_small_multiples_of_runs_in_different_units() -> None:
    panels = lrkit.plot_grid({"a": TOKENS, "b": STEPS, "c": EPOCHS})
    assert [ax.get_xlabel() for ax in panels] == ["token", "step", "epoch"]
    panels = lrkit.plot_grid({"a": TOKENS, "b": STEPS, "c": EPOCHS}, x="progress")
    assert [drawn(ax)[0].max() for ax in panels] == [100] * 3
    assert len({ax.get_xlim() for ax in panels}) == 1
    epochs = lrkit.plot_grid({"a": COSINE, "b": EPOCHS}, x="epoch", steps_per_epoch=10)
    assert [drawn(ax)[0].max() for ax in epochs] == [10, 299]


def test_the_gap_between_two_runs_is_taken_at_the_same_part_of_both() -> None:
    """Two straight lines down to 0, of 101 and of 1001 steps: at every part of the run one is half the other."""
    short, long = lrkit.linear(0.1, 0.0, 100), lrkit.linear(0.2, 0.0, 1000)
    above, below = lrkit.plot_diff(short, long, x="progress")
    assert [drawn(above, k)[0].max() for k in (0, 1)] == [100, 100]
    at, gap = drawn(below)
    np.testing.assert_allclose(gap, 0.1 * (1 - at / 100), atol=1e-15)
    assert (at[0], at[-1]) == (0, 100)
    assert below.get_xlabel() == "progress (%)"


def test_the_gap_ends_with_the_shorter_run() -> None:
    _, below = lrkit.plot_diff(STEPS, lrkit.recipe("t5"))
    assert drawn(below)[0].max() == 2**19 - 1
    _, below = lrkit.plot_diff(lrkit.recipe("t5"), STEPS)
    assert drawn(below)[0].max() == 2**19 - 1


def test_groups_share_one_run() -> None:
    rates, decays = lrkit.plot_groups([{"lr": TOKENS, "weight_decay": 0.1}, {"lr": 0.01}])
    assert decays.get_xlabel() == "token"
    assert [drawn(rates, k)[0].max() for k in (0, 1)] == [299_999_999_999] * 2
    (panel,) = lrkit.plot_groups([{"lr": COSINE}, {"lr": lrkit.CosineDecayLR(0.0, 0.1, 50)}], x="progress")
    at, later = drawn(panel, 1)
    assert at.max() == 100
    assert later[at > 50.5].max() == 0  # the shorter schedule holds in the second half of the longer's run


def test_panels_are_drawn_on_the_figure_that_is_given() -> None:
    """In a window of pyplot's, say; nothing but axes is added."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3))
    left, right = figure.subfigures(1, 2)
    panels = (
        lrkit.plot_grid({"a": COSINE, "b": COSINE}, figure=left),
        lrkit.plot_diff(COSINE, 0.5 * COSINE, figure=right),
    )
    groups = lrkit.plot_groups([{"lr": COSINE}], figure=Figure())
    assert [len(part.axes) for part in (left, right)] == [2, 2]
    assert all(ax.figure is part for part, some in zip((left, right), panels, strict=True) for ax in some)
    assert len(groups[0].figure.axes) == 1
    assert figure.get_size_inches().tolist() == [5, 3]
    figure.savefig(io.BytesIO())
    with pytest.raises(TypeError, match="plot: figure must be a matplotlib Figure or SubFigure, got 3"):
        lrkit.plot_grid({"a": COSINE}, figure=3)
    with pytest.raises(TypeError, match="plot: figure is for the backend 'matplotlib', not for 'text'; leave it out"):
        lrkit.plot_grid({"a": COSINE}, figure=figure, backend="text")


# The command ----------------------------------------------------------------------------------------------------


def test_the_command_draws_progress() -> None:
    def told(*words: str) -> Any:
        return CliRunner().invoke(cli, ["plot", *words])

    both = told("recipe:gpt3", "recipe:bert", "--x", "progress")
    assert both.exit_code == 0
    assert both.output.splitlines()[-1].split() == ["progress", "0%", "20%", "40%", "60%", "80%", "100%"]
    refused = told("recipe:gpt3", "recipe:bert")
    assert "gpt3 counts tokens and bert counts steps" in str(refused.exception)
    assert told("recipe:deit", "--x", "epoch").output.splitlines()[-1].split() == [
        "epoch",
        *map(str, range(0, 300, 50)),
    ]
