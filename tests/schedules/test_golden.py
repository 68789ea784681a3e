"""Against numbers recorded by running MindSpore 2.10.0 on a CPU (``tests/golden/*.json``, see their ``meta``)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from helpers import decode
from recorded_schedules import (
    FLOATS,
    LISTS,
    OBJECTS,
    accepts_more,
    excess,
    in_float32,
    kwargs_of,
    outcome,
    recorded_error,
    refuses_more,
    tolerance,
)

import lrkit


def as_mindspore_wants(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The same call with each number in the type that MindSpore insists on."""

    def one(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [one(name, item) for item in value]
        if isinstance(value, np.ndarray):
            return value
        value = value.item() if isinstance(value, np.generic) else value
        return float(value) if name in FLOATS | {"learning_rates"} else value

    return {name: one(name, value) for name, value in kwargs.items()}


def call(case: dict[str, Any], kwargs: dict[str, Any]) -> Any:
    """The list, or the object's rates at the recorded steps."""
    function = getattr(lrkit, case["call"].removeprefix("nn.").partition("(")[0])
    if function.__name__.endswith("_lr"):
        return function(**kwargs)
    schedule = function(**{name: value for name, value in kwargs.items() if name != "global_step"})
    if "global_step" in kwargs:
        step = kwargs["global_step"]
        return schedule(np.float32(step) if np.size(step) == 1 and step == 2**31 - 1 else step)  # as MindSpore sees it
    steps = case["output"].get("steps", 0)
    return schedule(OBJECTS["steps"][steps] if isinstance(steps, str) else steps)


def check_refused(case: dict[str, Any], kwargs: dict[str, Any], error: type[Exception]) -> None:
    """As recorded; or, where lrkit accepts more, the same as the call written as MindSpore wants it."""
    if not (error is TypeError and accepts_more(kwargs)):
        with pytest.raises(error):
            call(case, kwargs)
        return
    try:
        expected = call(case, as_mindspore_wants(kwargs))
    except ValueError:  # 0 lies outside the domain however it is written
        with pytest.raises(ValueError, match="must be"):
            call(case, kwargs)
    else:
        np.testing.assert_array_equal(call(case, kwargs), expected)


@pytest.mark.parametrize("case", LISTS["cases"], ids=lambda case: case["name"])
def test_list_equals_bit_for_bit(case: dict[str, Any]) -> None:
    if error := recorded_error(case):
        check_refused(case, kwargs_of(case), error)
        return
    rates = call(case, kwargs_of(case))
    assert type(rates) is list
    assert {type(rate) for rate in rates} <= {float}
    assert [rate.hex() for rate in rates] == [float(rate).hex() for rate in case["output"]]


@pytest.mark.parametrize("case", OBJECTS["cases"], ids=lambda case: case["name"])
def test_object_within_float32(case: dict[str, Any]) -> None:
    kwargs = kwargs_of(case)
    if error := recorded_error(case):
        check_refused(case, kwargs, error)
    elif refuses_more(kwargs):
        with pytest.raises((TypeError, ValueError), match="step must be"):
            call(case, kwargs)
    else:
        rounded = {name: float(np.float32(value)) if name in FLOATS else value for name, value in kwargs.items()}
        rates = in_float32(call(case, rounded))  # MindSpore stores its parameters in float32
        recorded = np.asarray(decode(case["output"]["f32"]), np.float64)
        if "shape" in case["output"]:
            recorded = recorded.reshape(case["output"]["shape"])
        assert rates.shape == recorded.shape
        allowed, cancelled = tolerance(case, kwargs, recorded)
        assert (excess(rates, recorded) <= allowed + cancelled).all(), (rates, recorded)


def test_float32_explains_every_larger_difference() -> None:
    """Seven of 3827 values differ by more than 2e-6: float32 cancels in four, and rounds a base in three."""
    beyond, compared = [], 0
    for case in OBJECTS["cases"]:
        if outcome(case) == "compared":
            recorded = np.ravel(decode(case["output"]["f32"])).astype(np.float64)
            rates = np.ravel(in_float32(call(case, kwargs_of(case))))
            allowed, _ = tolerance(case, kwargs_of(case), recorded)
            beyond += [case["name"].partition("/")[0]] * int((excess(rates, recorded) > allowed).sum())
            compared += rates.size
    assert (Counter(beyond), compared) == ({"PolynomialDecayLR": 4, "ExponentialDecayLR": 3}, 3827)


def test_every_recorded_case_is_counted() -> None:
    assert LISTS["meta"]["mindspore"] == OBJECTS["meta"]["mindspore"] == "2.10.0"
    assert len(LISTS["cases"]) == 988
    assert len(OBJECTS["cases"]) == 486
    assert Counter(map(outcome, LISTS["cases"])) == {"compared": 732, "refused by both": 215, "accepted here only": 41}
    assert Counter(map(outcome, OBJECTS["cases"])) == {
        "compared": 333,
        "refused by both": 99,
        "accepted here only": 43,
        "refused here only": 11,
    }
    assert sum(len(case["output"]) for case in LISTS["cases"] if outcome(case) == "compared") == 7795
