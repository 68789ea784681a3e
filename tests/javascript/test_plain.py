"""The plain function that ``as_source(schedule, "javascript")`` writes, run by node."""

from __future__ import annotations

import random

import numpy as np
import pytest
from drawn_schedules import CLASSES, call, rates, schedule, steps
from javascript import ask, packed, unpacked

import lrkit
from lrkit.catalogue import FUNCTIONS

pytestmark = pytest.mark.browser


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
