"""`compare` against closed forms by hand, and sums over every step."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit.planning._totals import MOST_POINTS

COSINE, LINE = lrkit.CosineDecayLR(0.0, 1.0, 1000), lrkit.linear(1.0, 0.0, 1000)


def test_means_of_a_cosine_a_line_and_a_warm_up_by_hand() -> None:
    """Over T steps from 0 both means are 1/2 + 1/2T: the first rate is 1, and the one at T would be 0."""
    plan = lrkit.ConstantLR(0.5).warmup(100)  # the mean of the warm-up's 100 rates is .5 · 99/200
    found = lrkit.compare({"cosine": COSINE, "line": LINE, "level": plan}, steps=1000)
    assert [row.label for row in found] == ["cosine", "line", "level"]
    for row in found.rows[:2]:
        assert (row.peak, row.length, row.unit) == (1.0, 1000, "step")
        assert row.mean == pytest.approx(0.5 + 0.5 / 1000, rel=1e-14)
        assert row.sum == pytest.approx(500.5, rel=1e-14)
        assert row.above_half == 500
        assert (row.warmup, row.at_floor) == (0.0, 0.001)
    level = found["level"]
    assert level.sum == pytest.approx(100 * 0.5 * 99 / 200 + 900 * 0.5, rel=1e-14)
    assert (level.warmup, level.at_floor, level.above_half) == (0.1, 0.9, 949)
    assert found["line"].last == pytest.approx(0.001, rel=1e-12)


def test_the_share_at_the_floor_begins_after_the_peak() -> None:
    plan = lrkit.CosineDecayLR(0.1, 1.0, 400).warmup(100)  # the floor from step 500 on; the warm-up is below it before
    found = lrkit.compare(plan, steps=1000)[0]
    assert found.at_floor == 0.5


def test_rate_times_decay() -> None:
    found = lrkit.compare(LINE, steps=1000, weight_decay=0.1)[0]
    assert found.decay == pytest.approx(50.05, rel=1e-13)
    squared = lrkit.compare(LINE, steps=1000, weight_decay=0.1 * LINE)[0]  # 0.1 Σ (k / 1000)², k = 1 … 1000
    assert squared.decay == pytest.approx(0.1 * 1000 * 1001 * 2001 / 6 / 1000**2, rel=1e-13)
    assert lrkit.compare(LINE, steps=10)[0].decay is None


@pytest.mark.parametrize(
    "schedule",
    [
        lrkit.CosineDecayLR(1e-5, 1e-3, 3 * MOST_POINTS).warmup(5001),
        lrkit.PiecewiseConstantLR([1, MOST_POINTS, 2 * MOST_POINTS + 1], [0.5, 1.0, 0.25]),
        lrkit.CosineDecayLR(0.0, 1.0, 77_777).repeat(77_777),
        lrkit.inverse_sqrt(1e-3, 4000),
        lrkit.warmup_stable_decay(1.0, 1000, 2 * MOST_POINTS, MOST_POINTS),
        lrkit.linear(1.0, 0.1, 1000).stretch(1234.567),
    ],
    ids=str,
)
def test_long_runs_are_as_if_every_step_were_counted(schedule: lrkit.LearningRateSchedule) -> None:
    length = 3 * MOST_POINTS + 5
    rates = schedule(np.arange(length))
    found = lrkit.compare(schedule, steps=length)[0]
    assert found.sum == pytest.approx(math.fsum(rates), rel=1e-9)
    assert found.peak == pytest.approx(rates.max(), rel=1e-9)
    assert found.above_half == pytest.approx((rates > rates.max() / 2).sum(), rel=1e-4, abs=6)
    assert found.last == schedule(length - 1)


@pytest.mark.parametrize(("length", "near"), [(1500 * 1000, 1e-12), (10**9, 1e-3), (7 * 10**12, 1e-3)])
def test_a_run_of_very_many_cycles(length: int, near: float) -> None:
    """Cosines from 1 to 0 over P steps: the mean is 1/2 + 1/2P; of each 1000 steps 500, of each 7 steps 4 are above."""
    period, above = (1000, 500) if length < 10**10 else (7, 4)
    found = lrkit.compare(lrkit.CosineDecayLR(0.0, 1.0, period).repeat(period), steps=length)[0]
    assert found.mean == pytest.approx(0.5 + 0.5 / period, rel=near)
    assert found.above_half / length == pytest.approx(above / period, rel=2 * near)
    assert (found.peak, found.warmup) == (1.0, 0.0)


def test_a_run_of_300_billion_tokens() -> None:
    """GPT-3's: a line over .375 B, a cosine over 260 B in all, the floor from there on; sums by hand, as integrals."""
    found = lrkit.compare(lrkit.recipe("gpt3"))[0]
    integral = 0.375e9 * 0.5 * 6e-5 + (260e9 - 0.375e9) * (6e-5 + 6e-6) / 2 + 40e9 * 6e-6
    assert found.sum == pytest.approx(integral, rel=1e-9)
    assert (found.unit, found.length) == ("token", 300_000_000_000)
    assert found.warmup == pytest.approx(0.375 / 300, rel=1e-6)
    assert found.at_floor == pytest.approx(40 / 300, rel=1e-5)


def test_one_budget_for_what_counts_in_different_units() -> None:
    budget = lrkit.Budget(tokens=300e9, sequence=2048, batch=1536)
    found = lrkit.compare(lrkit.recipe("gpt3"), lrkit.linear(6e-5, 0, budget.total), budget=budget)
    assert [(row.unit, row.length) for row in found] == [("step", budget.total)] * 2
    assert found[0].mean == pytest.approx(lrkit.compare(lrkit.recipe("gpt3"))[0].mean, rel=1e-4)


def test_sorted_and_written() -> None:
    found = lrkit.compare({"a": 0.5 * LINE, "b": LINE}, steps=1000, sort="peak")
    assert [row.label for row in found] == ["b", "a"]
    assert [row.label for row in found.sorted("mean")] == ["b", "a"]
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert [float(row["peak"]) for row in rows] == [1.0, 0.5]
    assert [row["label"] for row in json.loads(found.to_json())] == ["b", "a"]
    html = found._repr_html_()
    assert html.count("<tr>") == 3
    assert html.count("<td") == 2 * 8
    with pytest.raises(KeyError, match="there is no 'c'; there are b, a"):
        found["c"]


def test_every_thing_that_plot_takes() -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10, 0.5)
    found = lrkit.compare(scheduler, [1.0, 0.5], lrkit.recipe("bert"), {"mine": LINE}, steps=20)
    assert [row.length for row in found] == [20] * 4
    assert found[0].sum == 10 * 1.0 + 10 * 0.5


REFUSED: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
    ((), {}, TypeError, "^compare: nothing to draw: give at least one schedule"),
    (("cosine",), {}, TypeError, "^compare: cannot compare 'cosine': lrkit.parse reads"),
    ((lrkit.recipe("gpt3"), LINE), {"steps": 9}, ValueError, "^compare: steps counts updates, but gpt3 counts tokens"),
    ((LINE,), {"steps": 0}, ValueError, "^compare: steps must be an integer >= 1, got 0"),
    ((LINE,), {"budget": "samples=1"}, TypeError, "^compare: budget must be a Budget, got 'samples=1'"),
    (
        (LINE,),
        {"weight_decay": "0.1"},
        TypeError,
        "^compare: weight_decay must be a number >= 0 or a schedule, got '0.1'",
    ),
    ((LINE,), {"weight_decay": [0.1]}, TypeError, "^compare: weight_decay must be a number >= 0 or a schedule, got"),
    ((LINE,), {"weight_decay": lrkit.recipe("gpt3")}, ValueError, "^compare: weight_decay counts tokens, not updates"),
    ((LINE,), {"sort": "height"}, ValueError, "^compare: sort must be one of 'length', 'peak', 'last'"),
    ((LINE,), {"weight_decay": -0.1}, ValueError, "^compare: weight_decay must be a number >= 0, got -0.1"),
    ((LINE,), {"labels": ["a", "b"]}, ValueError, "^compare: labels must be one label for each curve, 1 in all"),
    ((lrkit.recipe("gpt3"),), {"budget": lrkit.Budget(updates=10)}, ValueError, "^compare: gpt3 counts tokens: Budget"),
]


@pytest.mark.parametrize(("things", "options", "kind", "message"), REFUSED)
def test_refused(things: Any, options: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lrkit.compare(*things, **options)


def test_numbers_of_the_table_are_not_broken() -> None:
    """A browser may break a line at the minus of 1e-12."""
    html = lrkit.compare(LINE, steps=1000)._repr_html_()
    assert html.count("white-space:nowrap") == 8 * 2


def test_the_command(run: Any) -> None:
    size = ("--budget", "samples=1.28e6 batch=256 epochs=90")
    found = run("compare", "linear(.1, 0, total)", "recipe:resnet50_step", *size, "--sort", "peak", "--json")
    rows = json.loads(found.out)
    assert [row["label"] for row in rows] == ["resnet50_step", "linear(.1, 0, total)"]
    assert rows[1]["length"] == 450_000
    table = run("compare", "linear(.1, 0, total)", *size, "--weight-decay", "1e-4").out.splitlines()
    assert len(table) == 2
    assert table[0].endswith("rate × decay")
    assert run("compare", "linear(.1, 0, 9)", "--csv").out.startswith("label,unit,length,peak")
    assert run("compare").code == 2
    assert run("compare", "linear(.1, 0, 9)", "--csv", "--json").code == 2


def test_the_weight_decay_may_be_that_of_a_recipe() -> None:
    """Σ η² of LLaMA's own rates, added up step by step."""
    recipe = lrkit.recipe("llama_7b").for_run(total=20_000)
    rates = recipe.schedule(np.arange(20_000))
    assert lrkit.compare(recipe, weight_decay=recipe)[0].decay == pytest.approx(float((rates**2).sum()), rel=1e-12)
