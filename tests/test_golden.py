"""Against numbers recorded by running MindSpore 2.10.0 on a CPU (``tests/golden/*.json``, see their ``meta``)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from helpers import decode, golden

import lrkit

LISTS = golden("dynamic_lr")
OBJECTS = golden("lr_schedules")


def accepts_more(kwargs: dict[str, Any]) -> bool:
    """MindSpore refuses the call; lrkit takes it, by the one rule that a number is a number however it is written.

    An integer where a float is meant (``0`` for ``0.0``), a NumPy number where a Python number is meant, and, as a
    step, a list or a NumPy array.
    """
    floats = {"learning_rate", "decay_rate", "min_lr", "max_lr", "end_learning_rate", "power"}
    for name, value in kwargs.items():
        if name == "global_step":
            if isinstance(value, (list, np.ndarray)):
                return True
        elif name == "learning_rates":
            if any(type(item) is int for item in value):
                return True
        elif name == "milestone" and isinstance(value, list):
            if any(isinstance(item, np.integer) for item in value):
                return True
        elif isinstance(value, (np.integer, np.floating)) and type(value) is not np.float64:
            return True
        elif name in floats and type(value) is int:
            return True
    return False


def refuses_more(kwargs: dict[str, Any]) -> bool:
    """MindSpore answers; lrkit refuses: a negative step lies outside every schedule, and a bool is not a number."""
    step = kwargs.get("global_step", 0)
    return isinstance(step, bool) or (not isinstance(step, str) and step is not None and np.min(step) < 0)


def plain(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The same call, written as MindSpore wants it."""
    floats = {"learning_rate", "decay_rate", "min_lr", "max_lr", "end_learning_rate", "power"}
    return {
        name: float(value) if name in floats else value.item() if isinstance(value, np.generic) else value
        for name, value in kwargs.items()
    }


def recorded_error(case: dict[str, Any]) -> type[Exception] | None:
    output = case["output"]
    if not (isinstance(output, dict) and "error" in output):
        return None
    return {"TypeError": TypeError, "ValueError": ValueError, "OverflowError": OverflowError}[output["error"]["type"]]


def run(case: dict[str, Any], kwargs: dict[str, Any]) -> Any:
    call = getattr(lrkit, case["call"].removeprefix("nn."))
    if case["call"].endswith("_lr"):
        return call(**kwargs)
    steps = case["output"].get("steps", [0, 1])
    step = kwargs.pop("global_step", OBJECTS["steps"].get(steps) if isinstance(steps, str) else steps)
    return call(**kwargs)(step)


@pytest.mark.parametrize("case", LISTS["cases"], ids=lambda case: case["name"])
def test_lists_equal_bit_for_bit(case: dict[str, Any]) -> None:
    kwargs = decode(case["kwargs"]) if False else {name: decode(value) for name, value in case["kwargs"].items()}
    error = recorded_error(case)
    if error is None:
        rates = run(case, kwargs)
        assert type(rates) is list
        assert all(type(rate) is float for rate in rates)
        assert [rate.hex() for rate in rates] == [rate.hex() for rate in map(float, decode(case["output"]))]
    elif error is TypeError and accepts_more(kwargs):
        try:
            expected = run(case, plain(kwargs))
        except ValueError:  # 0 is outside the domain however it is written
            with pytest.raises(ValueError, match="must be"):
                run(case, kwargs)
        else:
            assert run(case, kwargs) == expected
    else:
        with pytest.raises(error):
            run(case, kwargs)


@pytest.mark.parametrize("case", OBJECTS["cases"], ids=lambda case: case["name"])
def test_objects_within_float32(case: dict[str, Any]) -> None:
    kwargs = {name: decode(value) for name, value in case["kwargs"].items()}
    error = recorded_error(case)
    if error is None and refuses_more(kwargs):
        with pytest.raises((TypeError, ValueError), match="step"):
            run(case, kwargs)
    elif error is None:
        recorded = np.asarray(case["output"]["f32"], np.float64)
        if kwargs.get("global_step") is None:
            recorded = recorded.ravel()
        scale = kwargs.get("learning_rate", kwargs.get("max_lr"))
        rates = np.asarray(run(case, kwargs))
        np.testing.assert_allclose(rates.reshape(-1), recorded.reshape(-1), rtol=2e-6, atol=1e-7 * scale)
        if "shape" in case["output"] and np.ndim(case["kwargs"].get("global_step", {})) == 0:
            assert rates.shape == tuple(case["output"]["shape"])
    elif error is TypeError and accepts_more(kwargs):
        try:
            expected = run(case, plain(dict(kwargs)))
        except ValueError:
            with pytest.raises(ValueError, match="must be"):
                run(case, kwargs)
        else:
            np.testing.assert_array_equal(run(case, dict(kwargs)), expected)
    else:
        with pytest.raises(error):
            run(case, kwargs)


def count(cases: list[dict[str, Any]]) -> dict[str, int]:
    found = {"values": 0, "refused as recorded": 0, "accepted": 0, "refused": 0}
    for case in cases:
        kwargs = {name: decode(value) for name, value in case["kwargs"].items()}
        if recorded_error(case) is None:
            found["refused" if refuses_more(kwargs) else "values"] += 1
        else:
            accepted = recorded_error(case) is TypeError and accepts_more(kwargs)
            found["accepted" if accepted else "refused as recorded"] += 1
    return found


def test_every_recorded_case_is_counted() -> None:
    assert len(LISTS["cases"]) == LISTS["meta"]["cases"] == 988
    assert len(OBJECTS["cases"]) == OBJECTS["meta"]["cases"] == 486
    assert count(LISTS["cases"]) == {"values": 732, "refused as recorded": 0, "accepted": 0, "refused": 0}
    assert count(OBJECTS["cases"]) == {"values": 344, "refused as recorded": 0, "accepted": 0, "refused": 0}
    assert math.isclose(sum(len(c["output"]) for c in LISTS["cases"] if isinstance(c["output"], list)), 0)
