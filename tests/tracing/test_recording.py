"""What a recording is, and what a formula may not do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit._namespaces import scalar
from lrkit.rules.sgd import SGDRule
from lrkit.tracing import Operation, Part, Piecewise, Recording, record, record_update


def test_a_recording_is_the_formulas_operations_in_order() -> None:
    recording = record(lambda step, xp: 0.5 * xp.minimum(step, 10) / 4 + xp.exp(0.0))
    assert recording.inputs == ("step",)
    assert recording.body == (
        Operation("v1", "minimum", ("step", 10)),
        Operation("v2", "multiply", (0.5, "v1")),
        Operation("v3", "divide", ("v2", 4)),
        Operation("v4", "add", ("v3", 1.0)),  # of constants, the number
    )
    assert recording.results == {"rate": "v4"}


def test_a_piecewise_curve_has_the_operations_of_each_part() -> None:
    recording = record(lambda step, xp: xp.piecewise(step, (3, 5), (lambda t: -t, lambda _: 0.5, lambda t: t % 2)))
    assert recording.body == (
        Piecewise(
            "v6",
            "step",
            (3, 5),
            (
                Part("step1", (Operation("v2", "negative", ("step1",)),), "v2"),
                Part("step3", (), 0.5),
                Part("step4", (Operation("v5", "remainder", ("step4", 2)),), "v5"),
            ),
        ),
    )
    assert [operation.result for operation in recording.operations()] == ["v2", "v5"]


def test_a_table_has_a_name() -> None:
    recording = record(lrkit.PiecewiseConstantLR([10, 20], [0.1, 0.2]).formula)
    first, second = recording.body
    assert first == Operation("v2", "searchsorted_right", ("table1", "step"))
    assert second == Operation("v4", "take", ("table3", "v2"))
    assert recording.tables["table1"].tolist() == [10]
    assert recording.tables["table3"].tolist() == [0.1, 0.2]


def test_the_inputs_of_an_update_rule_are_those_that_it_asks_for() -> None:
    recording = record_update(SGDRule(momentum=0.9).formula, ("accum",))
    assert recording.inputs == ("w", "g", "accum", "momentum", "rate")
    assert recording.results == {"w": "v4", "accum": "v2"}


def test_two_inputs_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two inputs 'rate'"):
        record_update(lambda w, g, s, number, xp: (w - number.rate * g, s), ("rate",))


def test_a_recording_cannot_be_changed() -> None:
    recording = record(lrkit.TableLR([0.1, 0.2]).formula)
    with pytest.raises(AttributeError):
        recording.body = ()  # type: ignore[misc]
    for mapping in (recording.tables, recording.results):
        with pytest.raises(TypeError):
            mapping["rate"] = 0.0  # type: ignore[index]


@pytest.mark.parametrize(
    "formula",
    [
        lambda step, xp: 0.1 if step < 5 else 0.2,
        lambda step, xp: 0.1 if step in {3, 4} else 0.2,
        lambda step, xp: 0.1 * float(step),
        lambda step, xp: 0.1 * int(step),
        lambda step, xp: [0.1, 0.2][step],
        lambda step, xp: sum(range(step)),
        lambda step, xp: min(step, 3),
    ],
)
def test_a_branch_on_the_step_is_refused(formula: Any) -> None:
    with pytest.raises(TypeError, match=r"branches on its fields only, never on the step|unhashable"):
        record(formula)


@pytest.mark.parametrize("value", ["0.1", None, 1j, np.ones(2), [0.1]])
def test_anything_but_a_number_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=f"cannot record a {type(value).__name__}"):
        record(lambda step, xp: value)


def test_a_name_that_no_namespace_has_is_refused_in_their_words() -> None:
    with pytest.raises(AttributeError) as recorded:
        record(lambda step, xp: xp.arctan(step))
    with pytest.raises(AttributeError) as evaluated:
        scalar.arctan  # noqa: B018
    assert str(recorded.value) == str(evaluated.value)
    assert str(recorded.value).startswith("xp has no 'arctan'; it has ceil, cos, exp, floor")


def test_a_schedule_may_use_every_name_of_the_namespaces() -> None:
    def formula(step: Any, xp: Any) -> Any:
        return [getattr(xp, name) for name in scalar.__all__] and step

    assert record(formula).results == {"rate": "step"}


def test_a_formula_is_called_once() -> None:
    calls = []

    def formula(step: Any, xp: Any) -> Any:
        calls.append(step)
        return 0.1 * step

    assert isinstance(record(formula), Recording)
    assert len(calls) == 1
