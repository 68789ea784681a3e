"""The rates, reprs, knots and horizons of the translated schedules, against Python's own, with fields alive.

The share of equal bits is asserted beside the distance: a power computed as ``exp(y log x)`` is as close, but its bits
differ. V8's powers, exponentials and cosines differ from C's by an ulp here and there; everything else must be equal.
"""

from __future__ import annotations

import random
from typing import Any

import growing
import numpy as np
import pytest
from drawn_schedules import CLASSES, call, knots_of, rates, schedule, steps, written
from javascript import ask, packed, unpacked
from node import run_node

from lrkit import LearningRateSchedule, catalogue, parse

pytestmark = pytest.mark.browser

CLOSE = 1e-12
EXACT = (
    "ConstantLR", "HyperbolicDecayLR", "InverseDecayLR", "PiecewiseConstantLR", "PiecewiseLinearLR", "RexDecayLR",
    "TableLR", "WarmUpLR", "cyclic", "linear", "slanted_triangular",
)  # fmt: skip
"""Those that use no function but arithmetic: every bit is equal."""
POWERS = ("multi_step", "noise")
"""Functions whose expansion has a power or a logarithm among its constants: an ulp may differ."""
Case = tuple[str, str, LearningRateSchedule, Any, list[float]]
"""Whose it is, the text, the schedule, its knots or None, and steps."""


def compared(cases: list[Case]) -> dict[str, list[Any]]:
    """For each name, the share of equal bits in each case; asserts all the rest."""
    jobs = [
        {"what": "schedule", "text": text, "at": packed(at), "knots": knots is not None}
        for _, text, _, knots, at in cases
    ]
    shares: dict[str, list[Any]] = {}
    for (name, text, made, knots, at), answer in zip(cases, ask(jobs), strict=True):
        assert "refused" not in answer, (text, answer)
        expected, found = rates(made, at), unpacked(answer["rates"])
        known = np.isfinite(expected)
        if known.any():
            expected, found = expected[known], found[known]
            peak = np.abs(expected).max()
            np.testing.assert_allclose(found, expected, rtol=0, atol=CLOSE * peak, err_msg=text)
            shares.setdefault(name, []).append(np.mean(expected == found))
        if name not in POWERS:
            assert answer["expanded"] == repr(made)
            assert answer["json"] == made.to_json()
        if name not in catalogue.FUNCTIONS:
            assert answer["text"] == repr(made)
        if knots is not None:
            np.testing.assert_array_equal(unpacked(answer["knots"]), knots, err_msg=text)
        assert answer["horizon"] == pytest.approx(made.horizon, rel=2**-52)
    return shares


def test_every_kind_and_function() -> None:
    rng = random.Random(12)
    cases: list[Case] = []
    for name in [*CLASSES, *catalogue.FUNCTIONS]:
        for _ in range(4):
            given, made = call(rng, name, depth=0)
            knots = knots_of(made)
            cases.append((name, written(name, given), made, knots, steps(rng, made, knots, 100)))
    shares = compared(cases)
    assert set(shares) == {*CLASSES, *catalogue.FUNCTIONS}
    assert {name for name in EXACT if min(shares[name]) < 1} == set()
    assert np.mean([np.mean(found) for found in shares.values()]) > 0.96


def test_nested_schedules() -> None:
    rng = random.Random(34)
    cases: list[Case] = []
    for k in range(2000):
        made = schedule(rng, 2)
        knots = knots_of(made) if k % 40 == 0 else None
        cases.append(("nested", repr(made), made, knots, steps(rng, made, knots, 8)))
    assert np.mean(compared(cases)["nested"]) > 0.93


def test_calls_of_the_catalogue_stay_calls_with_fields_of_their_own() -> None:
    text = "warmup_stable_decay(max_lr=0.1, warmup_steps=10, stable_steps=80, decay_steps=20, shape='1-sqrt')"
    longer = text.replace("80", "90")
    own = """
  edited({ text }) {
    const s = parse(`${text}.clip(0.01) + 1`);
    const [whole, clip, call] = parts(s);
    const changed = replace(s, call.path, call.schedule.with("stable_steps", 90));
    return { text: String(s), paths: parts(s).map(one => one.path), changed: String(changed) };
  },"""
    [found] = ask([{"what": "edited", "text": text}], own)
    assert found["text"] == f"OffsetLR(ClipLR({text}, min_lr=0.01), offset=1.0)"
    assert found["paths"] == [[], ["schedule"], ["schedule", "schedule"]]
    assert found["changed"] == f"OffsetLR(ClipLR({longer}, min_lr=0.01), offset=1.0)"
    assert parse(found["changed"]) == parse(longer).clip(0.01) + 1


def test_growing_cycles_start_where_python_has_them() -> None:
    """Python's decimals of 60 digits against integers in units of 2**-256."""
    rng = random.Random(56)
    made = [
        f"RepeatLR(ConstantLR(1), {rng.randint(1, 1000)}, multiplier={1 + 10 ** rng.uniform(-2, 1)})" for _ in range(60)
    ]
    made += ["RepeatLR(ConstantLR(1), 200, multiplier=1.1)", "RepeatLR(ConstantLR(1), 1, multiplier=1e308)"]
    answers = ask([{"what": "schedule", "text": text, "knots": True, "stop": 2**53} for text in made])
    for text, answer in zip(made, answers, strict=True):
        np.testing.assert_array_equal(unpacked(answer["knots"]), parse(text).knots(2**53))


def test_growing_cycles_are_counted_as_in_python() -> None:
    """Both against integers alone; null where there are too many."""
    script = """
import { readFileSync } from "node:fs";
import { numberOfCycles } from "lrkit/javascript/python.js";
function count([period, multiplier]) {
  try {
    return numberOfCycles(period, multiplier, null);
  } catch (error) {
    return error.message.includes("at most 100000 cycles") ? null : error.message;
  }
}
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(count)));
"""
    given = growing.cases(8, 400)
    wanted = [growing.number_within(*case) for case in given]
    assert run_node(script, given) == [None if number > growing.MOST else number for number in wanted]


def test_quick_knots_leave_out_the_crossings() -> None:
    own = "  quick({ text }) { const s = parse(text); return [s.knots({ quick: true }), s.knots({ stop: 15 })]; },"
    [[quick, slow]] = ask([{"what": "quick", "text": "linear(0, 1, 10).clip(0.25, 0.75).warmup(10)"}], own)
    assert (quick, slow) == ([10, 20], [10, 12, 13])
