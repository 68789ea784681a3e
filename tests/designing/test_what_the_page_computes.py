"""What the page works out by itself, against Python: edits, presets, checks, budgets and numbers; run by node."""

from __future__ import annotations

import math

import pytest
from node import run_node

import lrkit
from lrkit.designing.page import data
from lrkit.linting import CODES

pytestmark = pytest.mark.browser

READ = """
const given = JSON.parse(await new Response(process.stdin).text());
const show = found => console.log(JSON.stringify(found));
"""
CORE = 'import { parse } from "lrkit/javascript/parse.js";'
RANDOM = """
import { handlesOf, segmentsOf } from "lrkit/designing/segments.js";
import { Move } from "lrkit/designing/moves.js";
import { withJoint, withoutJoint } from "lrkit/designing/edits.js";
let seed = given.seed;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const pick = list => list[Math.floor(random() * list.length)];
const steps = Float64Array.from({ length: 60 }, (_, k) => 200 * k);
let now = parse(given.texts[0]);
const past = [];
const done = { add: 0, remove: 0, move: 0, undo: 0, start: 0 };
const wrong = [];
let worst = 0;
for (let n = 0; n < given.times; n++) {
  const handles = handlesOf(segmentsOf(now, given.total));
  let kind = pick(["add", "remove", "move", "undo"]);
  if (n % 500 === 0) kind = "start";
  if (kind === "add" && handles.length > 9) kind = "remove";
  let made = null;
  if (kind === "start") made = parse(pick(given.texts));
  else if (kind === "undo") made = past.pop() ?? null;
  else if (kind === "add") {
    made = withJoint(now, given.total, Math.floor(random() * given.total));
    const [before, after] = [now.rates(steps), made.rates(steps)];
    const peak = before.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-300);
    before.forEach((rate, k) => (worst = Math.max(worst, Math.abs(rate - after[k]) / peak)));
  } else if (kind === "remove") made = withoutJoint(now, given.total, pick(handles));
  else {
    const number = Math.floor(random() * handles.length);
    const move = new Move(now, given.total, handles, number);
    const rate = Number((handles[number].rate * 2 * random()).toPrecision(3));
    made = move.to({ step: move.clamp(handles[number].step + 2000 * random() - 1000, false), rate });
  }
  if (!made) continue;
  const text = String(made);
  if (text === String(now)) continue;
  const again = parse(text);
  const good = step => Number.isFinite(made.at(step)) && made.at(step) === again.at(step);
  if (String(again) !== text || ![0, 777, 20000].every(good)) wrong.push(text);
  if (kind !== "undo") past.push(now);
  now = made;
  done[kind]++;
}
show({ done, wrong, worst, last: String(now) });
"""
TEXTS = [
    "JoinLR([WarmUpLR(3e-4, 500), ConstantLR(3e-4), CosineDecayLR(3e-5, 3e-4, 2000)], [500, 8000])",
    "warmup_stable_decay(3e-4, 500, 7500, 2000, 3e-5, shape='1-sqrt')",
    "PolynomialDecayLR(0.1, 0.0, 9000, 2.0).warmup(1000)",
    "one_cycle(0.1, 10000)",
    "PiecewiseLinearLR([0, 500, 8000, 10000], [0, 1e-3, 1e-3, 0])",
    "ExponentialDecayLR(0.1, 0.5, 1000)",
]


def test_ten_thousand_random_edits_leave_a_schedule_and_a_new_joint_leaves_the_curve() -> None:
    found = run_node(CORE + READ + RANDOM, {"seed": 15, "times": 10_000, "total": 10_000, "texts": TEXTS})
    assert min(found["done"][kind] for kind in ("add", "remove", "move", "undo")) > 500, found["done"]
    assert found["wrong"] == []
    assert found["worst"] <= 1e-12
    assert str(lrkit.parse(found["last"])) == found["last"]


PRESETS = """
import { presetOf } from "lrkit/designing/presets.js";
show(given.map(([preset, totals]) => totals.map(total => String(presetOf(preset, total, 1e-3)))));
"""


def test_a_recipe_in_a_run_of_its_own_length_is_the_recipe_and_each_function_fits_every_run() -> None:
    presets = data()["presets"]
    recipes = lrkit.recipes()
    asked = [[one, [one["steps"]] if "recipe" in one else [10, 1000, 10**6]] for one in presets]
    for (one, _), texts in zip(asked, run_node(CORE + READ + PRESETS, asked), strict=True):
        read = [lrkit.parse(text) for text in texts]
        if "recipe" in one:
            assert read == [recipes[one["name"]].schedule], one["name"]
        else:
            assert all(text.partition("(")[0] in (one["name"], "ScaleLR") for text in texts), texts
    assert {one["name"] for one in presets if "recipe" not in one} == set(lrkit.schedules._registry.FUNCTIONS)


LINT = """
import { CHECKED, lintOf } from "lrkit/designing/lint.js";
import { budgetOf } from "lrkit/designing/budget.js";
show([CHECKED, given.map(([text, total]) => {
  const budget = budgetOf(`updates=${total}`);
  return lintOf(parse(text), budget).map(one => {
    const fix = one.fix?.();
    return [one.code, one.step, fix ? lintOf(fix, budget).map(other => other.code) : null, fix ? String(fix) : null];
  });
})]);
"""


def test_the_checks_of_the_page_are_those_of_lint_and_a_fix_is_one() -> None:
    plans = [
        (text, lrkit.Budget(**code.budget).total if code.budget else 1000)
        for code in CODES.values() for text in (code.bad, code.good) if text
    ]  # fmt: skip
    checked, found = run_node(CORE + READ + LINT, plans)
    fixed = 0
    for (text, total), page in zip(plans, found, strict=True):
        # A finding that another hides is of no code of the page where that other is none.
        ignored = [code for code in CODES if code not in checked]
        python = {one.code: one.step for one in lrkit.lint(lrkit.parse(text), total, ignore=ignored)}
        assert {code: step for code, step, *_ in page} == python, text
        for code, _, left, fix in page:
            if fix is not None:
                fixed += 1
                assert code not in left, (text, code, fix)
    assert fixed >= 10
    assert set(checked) <= set(CODES)


BUDGETS = """
import { budgetOf } from "lrkit/designing/budget.js";
show(given.map(text => {
  try {
    const { total, epoch, sample, token, hour } = budgetOf(text);
    return { total, epoch, sample, token, hour };
  } catch (error) {
    return { error: error.message };
  }
}));
"""


def test_a_budget_counts_as_in_python() -> None:
    texts = [
        "updates=10000", "samples=1.28e6 batch=256 epochs=90", "samples=1000 batch=300 epochs=3",
        "batches=250 epochs=1000", "updates=100 updates_per_second=2",
        "samples=1000 batch=30 accumulation=4 processes=2 epochs=2.5", "tokens=1e9 batch=64 sequence=1024",
        "samples=0.5*1281168 batch=1024 epochs=300", "updates=5000 batch=8 sequence=2048",
    ]  # fmt: skip
    for text, found in zip(texts, run_node(CORE + READ + BUDGETS, texts), strict=True):
        budget = lrkit.Budget.parse(text)
        assert found["total"] == budget.total, text
        assert found.get("epoch") == (budget.epoch if budget.has_epochs else None), text
        assert found["sample"] == budget.batch_size, text
        assert found.get("token") == (budget.batch_size * budget.sequence if budget.sequence else None), text
    wrong = [
        "",
        "tokens=5 batch=1",
        "epochs=3",
        "updates=0",
        "updates=10 epochs=3 batches=5",
        "flour=3",
        "rounding=hf updates=3",
        "updates=2.5",
    ]
    assert [
        text for text, found in zip(wrong, run_node(CORE + READ + BUDGETS, wrong), strict=True) if "error" not in found
    ] == []


NUMBERS = """
import { numbersIn } from "lrkit/designing/numbers.js";
show(given.map(([text, total]) => numbersIn(parse(text), total)));
"""


def test_the_numbers_are_those_of_compare() -> None:
    plans = [(text, total) for text in TEXTS for total in (10_000, 3_000_000)]
    for (text, total), found in zip(plans, run_node(CORE + READ + NUMBERS, plans), strict=True):
        row = next(iter(lrkit.compare(lrkit.parse(text), steps=total)))
        pairs = {
            "peak": row.peak, "last": row.last, "mean": row.mean, "sum": row.sum, "warmup": row.warmup,
            "half": row.above_half, "floor": row.at_floor,
        }  # fmt: skip
        near = 1e-6 if total <= 2**17 else 1e-2  # of a long run, blocks of steps are taken for one
        for name, value in pairs.items():
            assert math.isclose(found[name], value, rel_tol=near, abs_tol=1e-9 * row.peak), (text, total, name)
