"""Schedulers against numbers recorded by running MindSpore 2.10.0 on a CPU (``tests/golden/exp_schedulers.json``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import decode
from recorded_schedulers import (
    CASES,
    FORMS,
    IN_WORDS,
    RECORD,
    excess,
    optimizer,
    options,
    outcome,
    walk,
)

from lrkit import lr_scheduler as lrs

ERRORS = {"TypeError": TypeError, "ValueError": ValueError, "KeyError": KeyError}


def function(value: Any) -> Any:
    if isinstance(value, dict) and "$lambda" in value:
        return eval(value["$lambda"])  # the source of a function, as recorded
    if isinstance(value, list):
        return [function(item) for item in value]
    return decode(value)


def rates_of(case: dict[str, Any]) -> Any:
    """What lrkit gives for the recorded call: one list of rates for each epoch."""
    if case["name"] in IN_WORDS:
        made = IN_WORDS[case["name"]]()
        steps = case["output"].get("failed_at", len(case["output"].get("lr", ())) - 1)
        return walk(made, [()] * steps) if hasattr(made, "step") else made
    given = {name: function(value) for name, value in options(case).items() if name != "optimizer"}
    steps = given.pop("steps", None)
    scheduler = getattr(lrs, case["call"].removeprefix("lr_scheduler."))(
        optimizer(*options(case)["optimizer"]["groups"]), **given
    )
    if steps is None:
        arguments: list[Any] = [()] * (len(case["output"].get("lr", [0.1] * 6)) - 1)
    else:
        arguments = [(step,) for step in steps]
    rates = walk(scheduler, arguments)
    if "last_epoch" in case["output"]:
        assert scheduler.last_epoch == case["output"]["last_epoch"]
    return rates


def named(name: str) -> Any:
    return pytest.mark.parametrize(
        "case",
        [case for case in CASES.values() if (outcome(case) == "tested") == (name == "tested")],
        ids=lambda c: c["name"],
    )


@named("tested")
def test_agrees(case: dict[str, Any]) -> None:
    output = case["output"]
    if "error" in output:
        with pytest.raises(ERRORS[output["error"]["type"]]):
            rates_of(case)
    elif "lr" in output:
        assert excess(case, rates_of(case)) <= 1
    else:
        assert rates_of(case) == sorted(output["lr_scheduler.__all__"])


@named("left out")
def test_left_out_differs(case: dict[str, Any]) -> None:
    output = case["output"]
    try:
        rates = rates_of(case)
    except (TypeError, ValueError) as error:
        assert "error" not in output or type(error).__name__ != output["error"]["type"]
        return
    if "error" in output or "failed_at" in output:
        assert len(rates) > output.get("failed_at", 0)
    else:
        assert rates != output["repr"] if "repr" in output else excess(case, rates) > 1000


def test_where_mindspore_fails() -> None:
    assert set(FORMS) == {name for name, case in CASES.items() if outcome(case) == "fails in MindSpore"}
    for name, form in FORMS.items():
        case = CASES[name]
        if name in IN_WORDS:
            rates, epochs = walk(IN_WORDS[name](), [()] * 20), list(range(21))
        else:
            rates, epochs = rates_of(case), [0, *options(case)["steps"]]
        np.testing.assert_allclose(np.ravel(rates), [form(epoch) for epoch in epochs], rtol=1e-14)
        if "lr" in case["output"]:  # as far as it came
            assert excess(case, rates) <= 1


def test_where_mindspore_resumes_wrongly() -> None:
    forms: dict[str, Callable[[int], float]] = {
        "ExponentialLR": lambda e: 0.9**e,
        "PolynomialLR": lambda e: 1 - min(e, 8) / 8,
        "LinearLR": lambda e: 1 / 3 + 2 / 3 * min(e, 8) / 8,
        "ConstantLR": lambda e: 1 / 3 if e < 8 else 1,
        "MultiStepLR": lambda e: 0.1 if e < 8 else 0.01,
    }
    for name, form in forms.items():
        case = CASES[f"{name}/resumed:last_epoch=3"]
        assert outcome(case) == "resumed by recursion"
        np.testing.assert_allclose(
            np.ravel(rates_of(case)), [0.1 * form(epoch) for epoch in range(4, 15)], rtol=1e-14, atol=1e-17
        )


def test_every_recorded_case_is_counted() -> None:
    assert RECORD["meta"]["mindspore"] == "2.10.0"
    assert len(RECORD["cases"]) == len(CASES) == 235
    assert Counter(map(outcome, CASES.values())) == {
        "tested": 202,
        "a bool is not a number": 4,
        "degenerate": 9,
        "scale_mode": 1,
        "int for a float": 1,
        "verbose": 1,
        "start factor 0": 1,
        "wrong kind": 2,
        "fails in MindSpore": 4,
        "multiplies once more": 1,
        "milestones out of order": 1,
        "resumed by recursion": 5,
        "an edit is forgotten": 1,
        "an edit is not scaled": 1,
        "a tensor is shown": 1,
    }
    values = sum(np.size(case["output"].get("lr", ())) for case in CASES.values() if outcome(case) == "tested")
    assert values == 6855
