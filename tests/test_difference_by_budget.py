"""Two schedules of different clocks, related by a budget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrkit

GPT3 = lrkit.Budget(tokens=300e9, batch=1536, sequence=2048, rounding="megatron")


def test_a_budget_relates_a_recipe_in_tokens_and_a_schedule_in_updates() -> None:
    """375 million tokens are 119.2 updates of 1536 x 2048: a warm-up of 119 is that much too early."""
    recipe = lrkit.recipe("gpt3")
    mine = lrkit.CosineDecayLR(6e-6, 6e-5, GPT3.tokens(260e9) - 119).warmup(119)
    found = lrkit.diff(recipe, mine, budget=GPT3)
    assert (found.steps, found.unit, found.a.peak_first_at, found.b.peak_first_at) == (95_367, "step", 120, 119)
    assert found.largest_gap_at == 119
    each = 1536 * 2048
    assert found.largest_gap == pytest.approx(6e-5 * (1 - 119 * each / 375e6), rel=1e-9)
    assert lrkit.diff(recipe, GPT3.in_updates(recipe.schedule, "token"), budget=GPT3).same
    assert lrkit.diff(mine, recipe, 500, budget=GPT3).steps == 500


def test_a_ramp_is_counted_too() -> None:
    """The peak is at the first update before which 375 million tokens were seen, counted batch by batch."""
    grown = lrkit.Budget(tokens=300e9, batch=1536, sequence=2048, rounding="megatron", ramp="32 32 4000000")
    found = lrkit.diff(lrkit.recipe("gpt3"), lrkit.ConstantLR(6e-5), budget=grown)
    assert found.steps == grown.total
    seen = updates = 0
    while seen * 2048 < 375e6:
        seen += 32 + 32 * min(47, int(seen / (4_000_000 / 47)))
        updates += 1
    assert found.a.peak_first_at == updates


def test_a_budget_relates_a_plan_and_a_log_of_other_clocks(tmp_path: Path) -> None:
    recipe, each = lrkit.recipe("gpt3"), 1536 * 2048
    planned = GPT3.in_updates(recipe.schedule, "token")
    steps = np.arange(0, 90_000, 1000)
    for name, at in (("step", steps), ("tokens", steps * each)):
        path = tmp_path / f"{name}.csv"
        np.savetxt(path, np.c_[at, planned(steps)], delimiter=",", header=f"{name},lr", comments="", fmt="%.17g")
        assert lrkit.diff(recipe, path, budget=GPT3).same
        assert lrkit.diff(path, planned, budget=GPT3).same


@pytest.mark.parametrize(
    ("budget", "kind", "message"),
    [
        (None, ValueError, r"^diff: a counts tokens and b counts steps: a budget relates them, .* how many tokens"),
        (lrkit.Budget(updates=9), ValueError, "^diff: gpt3 counts tokens: Budget: tokens need sequence"),
        (1000, TypeError, "^diff: budget must be a Budget, got 1000"),
    ],
)
def test_two_clocks_that_nothing_relates(budget: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        lrkit.diff(lrkit.recipe("gpt3"), lrkit.ConstantLR(6e-5), budget=budget)


def test_a_log_of_another_clock_than_the_plan(tmp_path: Path) -> None:
    (path := tmp_path / "log.csv").write_text("step,lr\n0,0.1\n1000,0.2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^diff: b counts tokens and the log counts steps: a budget relates them"):
        lrkit.diff(path, lrkit.recipe("gpt3"))
