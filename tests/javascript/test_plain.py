"""The plain function that ``as_source(schedule, "javascript")`` writes, run by node."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from drawn_schedules import CLASSES, call, rates, schedule, steps
from javascript import ask, packed, unpacked

import lrkit
from lrkit.catalogue import FUNCTIONS

pytestmark = pytest.mark.browser
ALONE_TOO = (
    "PiecewiseConstantLR([700, 900], [1, 2]).stretch(0.07).every(3)",
    "cosine_restarts(0, 1e-3, 250, multiplier=2.0, gamma=0.8)",
    "RepeatLR(TableLR([1, 2, 3]), 10, 4, 1.5)",
    "PolynomialDecayLR(1, 0.1, 70, 0.5, True) * noise(100)",
    "CosineDecayLR(0, 1, 100).clip(0.2, 0.9).shift(-3).hold(80)",
)
"""Formulas that ask for a class, for tables, and that branch on fields."""
ALONE = "  alone({ text }) { return { text: core.standalone(parse(text)) }; },"


def test_every_kind_and_function_and_nested_schedules() -> None:
    rng = random.Random(7)
    made = [call(rng, name, depth=0)[1] for name in [*CLASSES, *FUNCTIONS]] + [schedule(rng, 2) for _ in range(60)]
    at = [steps(rng, one, (), 40) for one in made]
    functions = [f"(() => {{\n{lrkit.as_source(one, 'javascript')}\nreturn learningRate; }})()" for one in made]
    own = f"""
  plain({{ which, at }}) {{ return {{ rates: rates(steps(at).map(functions[which])) }}; }},
}};
const functions = [
{",".join(functions)}
];
const rest = {{"""
    jobs = [{"what": "plain", "which": k, "at": packed(one)} for k, one in enumerate(at)]
    equal = []
    for one, places, answer in zip(made, at, ask(jobs, own), strict=True):
        expected, found = rates(one, places), unpacked(answer["rates"])
        known = np.isfinite(expected)
        if known.any():
            peak = np.abs(expected[known]).max()
            np.testing.assert_allclose(found[known], expected[known], rtol=0, atol=1e-12 * peak, err_msg=repr(one))
            equal.append(np.mean(found[known] == expected[known]))
    assert np.mean(equal) > 0.94


def test_a_schedule_writes_itself_as_a_function() -> None:
    """What the page copies, which has no Python behind it."""
    rng = random.Random(8)
    made = [call(rng, name, depth=0)[1] for name in [*CLASSES, *FUNCTIONS]] + [schedule(rng, 2) for _ in range(20)]
    made += map(lrkit.parse, ALONE_TOO)
    written = [answer["text"] for answer in ask([{"what": "alone", "text": repr(one)} for one in made], ALONE)]
    functions = ",\n".join(f"(() => {{\n{text}\nreturn learningRate; }})()" for text in written)
    own = (
        ALONE
        + f"""
  run({{ which, at }}) {{
    const [found, ours] = [steps(at).map(functions[which]), parse(texts[which]).rates(steps(at))];
    return {{ rates: rates(found), ours: rates(ours) }};
  }},
}};
const texts = {json.dumps([repr(one) for one in made])};
const functions = [
{functions}
];
const rest = {{"""
    )
    at = packed(np.arange(0, 5000, 7.25))
    answers = ask([{"what": "run", "which": k, "at": at} for k in range(len(made))], own)
    for one, answer in zip(made, answers, strict=True):
        np.testing.assert_array_equal(unpacked(answer["rates"]), unpacked(answer["ours"]), err_msg=repr(one))
