"""Another batch size in the page, against `lrkit.rescale` and `Budget`."""

from __future__ import annotations

import numpy as np
import pytest
from designer_page import PHASES
from node import run_node

import lrkit

pytestmark = pytest.mark.browser

TEXTS = [
    PHASES,
    "CosineDecayLR(0, 1e-3, 9001)",
    "warmup_stable_decay(3e-4, 500, 7500, 2000, 3e-5, shape='1-sqrt')",
    "noam(512, 4000)",
    "cosine_restarts(0, 1e-3, 2500, gamma=0.8)",
    "CosineDecayLR(0, 1, 8000) * ExponentialDecayLR(0.1, 0.5, 1000)",
    "ConstantLR(1e-3).clip(1e-4, 5e-4)",
    "PolynomialDecayLR(0.1, 0.0, 9000, 2.0).warmup(1000).stretch(1.5)",
]
SIZES = [(2.0, "linear"), (0.5, "sqrt"), (3.0, "sqrt"), (1.5, "linear"), (1.0, "linear")]
RESIZED = """
import { parse } from "lrkit/javascript/parse.js";
import { resized, budgetTimes } from "lrkit/designing/batch.js";
import { budgetOf } from "lrkit/designing/budget.js";
const { texts, sizes, budgets } = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify({
  schedules: texts.map(text => sizes.map(([k, rule]) =>
    String(resized(parse(text), k, rule === "linear" ? k : Math.sqrt(k))))),
  budgets: budgets.map(text => [budgetTimes(text, 2), text ? budgetOf(budgetTimes(text, 2)).total : 0]),
}));
"""
BUDGETS = ["updates=10001", "samples=80000 batch=8 epochs=2", "samples=1000 epochs=3", "batches=500 batch=4 epochs=2",
           "tokens=1_000_000 sequence=100 batch=10 epochs=1", "hours=2 updates_per_second=3", ""]  # fmt: skip


def test_a_schedule_and_a_budget_for_another_batch_size_are_those_of_python() -> None:
    found = run_node(RESIZED, {"texts": TEXTS, "sizes": SIZES, "budgets": BUDGETS})
    for text, made in zip(TEXTS, found["schedules"], strict=True):
        for (k, rule), after in zip(SIZES, made, strict=True):
            pair = (2, round(2 * k))
            ours = lrkit.rescale(lrkit.parse(text), batch=pair, rule=rule).schedule
            steps = np.arange(0, 12000, 7)
            expected = ours(steps)
            got = lrkit.parse(after)(steps)
            assert np.abs(got - expected).max() <= 1e-12 * np.abs(expected).max(), (text, k, after)
    # Where all lengths stay whole the shape stays, so that it keeps its handles.
    assert found["schedules"][0][0].startswith("JoinLR([WarmUpLR(learning_rate=0.0006, warmup_steps=250)")
    assert found["schedules"][2][0].startswith("warmup_stable_decay(max_lr=0.0006, warmup_steps=250")
    for text, (after, total) in zip(BUDGETS, found["budgets"], strict=True):
        if text:
            assert total == lrkit.Budget.parse(after).total
            assert abs(total - lrkit.Budget.parse(text).total / 2) < 2, text
