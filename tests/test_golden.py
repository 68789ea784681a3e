"""Against numbers recorded by running MindSpore 2.10.0 on a CPU (``tests/golden/*.json``, see their ``meta``)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from helpers import decode, golden

import lrkit

LISTS = golden("dynamic_lr")
OBJECTS = golden("lr_schedules")
FLOATS = {"learning_rate", "decay_rate", "min_lr", "max_lr", "end_learning_rate", "power"}


def accepts_more(kwargs: dict[str, Any]) -> bool:
    """MindSpore refuses the call; lrkit takes it, by the one rule that a number is a number however it is written.

    An integer where a float is meant (``0`` for ``0.0``), a NumPy number where a Python number is meant, and, as a
    step, a list or a NumPy array.
    """
    for name, value in kwargs.items():
        if name == "global_step":
            if isinstance(value, (list, np.ndarray)):
                return True
        elif name == "learning_rates":
            if isinstance(value, list) and any(type(item) is int for item in value):
                return True
        elif name == "milestone" and isinstance(value, list):
            if any(isinstance(item, np.integer) for item in value):
                return True
        elif (isinstance(value, (np.integer, np.floating)) and type(value) is not np.float64) or (
            name in FLOATS and type(value) is int
        ):
            return True
    return False


def refuses_more(kwargs: dict[str, Any]) -> bool:
    """MindSpore answers; lrkit refuses: a negative step lies outside every schedule, and a bool is not a number."""
    step = kwargs.get("global_step", 0)
    return isinstance(step, bool) or bool(np.min(step) < 0)


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


def kwargs_of(case: dict[str, Any]) -> dict[str, Any]:
    return {name: decode(value) for name, value in case["kwargs"].items()}


def recorded_error(case: dict[str, Any]) -> type[Exception] | None:
    output = case["output"]
    if not (isinstance(output, dict) and "error" in output):
        return None
    return {"TypeError": TypeError, "ValueError": ValueError, "OverflowError": OverflowError}[output["error"]["type"]]


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


def tolerance(case: dict[str, Any], kwargs: dict[str, Any], recorded: Any) -> tuple[Any, Any]:
    """2e-6 of each rate; and what float32 loses in ``1 - t/D``, where a power below 1 magnifies it."""
    allowed = 2e-6 * np.abs(recorded) + 1e-7 * kwargs.get("learning_rate", kwargs.get("max_lr"))
    if kwargs.get("power", 1) >= 1 or "steps" not in case["output"]:
        return allowed, np.zeros_like(allowed)
    step = np.array(OBJECTS["steps"][case["output"]["steps"]])
    horizon = kwargs["decay_steps"] * np.maximum(np.ceil(step / kwargs["decay_steps"]), 1)
    left = 1 - step / (horizon if kwargs.get("update_decay_steps") else kwargs["decay_steps"])
    left = np.where(left > 0, left, np.nan)  # at the end itself nothing is lost
    drop = abs(kwargs["learning_rate"] - kwargs["end_learning_rate"])
    return allowed, np.nan_to_num(drop * ((left + 2.0**-24) ** kwargs["power"] - left ** kwargs["power"]))


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


def in_float32(rates: Any) -> Any:
    """float64 rates, infinite where float32 would overflow."""
    return np.where(np.abs(rates) > np.finfo(np.float32).max, np.inf, rates)


def excess(rates: Any, recorded: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.where(rates == recorded, 0, np.abs(rates - recorded))


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


def outcome(case: dict[str, Any]) -> str:
    kwargs = kwargs_of(case)
    error = recorded_error(case)
    if error is None:
        return "refused here only" if refuses_more(kwargs) else "compared"
    return "accepted here only" if error is TypeError and accepts_more(kwargs) else "refused by both"


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
