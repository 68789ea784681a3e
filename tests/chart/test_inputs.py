"""What is drawn, and the labels of the curves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lrkit import (
    ConstantLR,
    CosineDecayLR,
    LearningRateSchedule,
    PiecewiseConstantLR,
    WarmUpLR,
)
from lrkit.chart import make_chart
from lrkit.runs.log import LoggedSeries
from lrkit.runs.precision import precisions

COSINE = CosineDecayLR(0, 0.1, 100)


RAMP = WarmUpLR(0.1, 100)


def labels_of(*given: Any, **options: Any) -> list[str]:
    return [curve.label for curve in make_chart(given, **options).curves]


def test_a_schedule_without_a_kind_is_called_by_its_class() -> None:
    class MyOwn(LearningRateSchedule):
        def construct(self, global_step: Any) -> Any:
            return 0.1 + 0 * global_step

    assert labels_of(MyOwn()) == ["MyOwn"]


def test_labels_come_from_the_argument_or_the_dict() -> None:
    assert labels_of(COSINE, RAMP, labels=["a", "b"]) == ["a", "b"]
    assert labels_of({"a": COSINE, "b": [0.1, 0.2]}, RAMP) == ["a", "b", "warm up"]
    assert labels_of({"a": COSINE}, labels=["b"]) == ["b"]
    assert labels_of({3: COSINE}) == ["3"]
    assert labels_of(COSINE, RAMP, labels=np.array(["a", "b"])) == ["a", "b"]


@pytest.mark.parametrize("given", [[0.1, 0.3], (0.1, 0.3), np.array([0.1, 0.3]), np.array([0.1, 0.3], np.float32)])
def test_rates_may_be_given_as_a_list_or_array(given: Any) -> None:
    chart = make_chart([given])
    curve = chart.curves[0]
    assert curve.label == "table"
    assert curve.rates[curve.steps == 0].tolist() == [given[0]]
    assert curve.rates[curve.steps == 1].tolist() == [given[1]]


@pytest.mark.parametrize(
    ("schedules", "labels"),
    [
        ([COSINE, CosineDecayLR(0, 0.2, 100)], ["cosine decay (max_lr=0.1)", "cosine decay (max_lr=0.2)"]),
        ([CosineDecayLR(0, 0.1 * 3, 9), COSINE], ["cosine decay (max_lr=0.3, decay_steps=9)",
                                                  "cosine decay (max_lr=0.1, decay_steps=100)"]),
        ([COSINE, COSINE], ["cosine decay (1)", "cosine decay (2)"]),
        ([[1, 2], [1, 3], COSINE], ["table (1)", "table (2)", "cosine decay"]),
        ([COSINE.warmup(5), COSINE.warmup(9)], ["warm up → cosine decay (milestones=[5], warmup_steps=5)",
                                                "warm up → cosine decay (milestones=[9], warmup_steps=9)"]),
        ([{"a": COSINE}, {"a": RAMP}], ["a (1)", "a (2)"]),
        ([{"a": WarmUpLR(0.1, 5)}, {"a": WarmUpLR(0.1, 6)}], ["a (warmup_steps=5)", "a (warmup_steps=6)"]),
        ([ConstantLR(0.1), ConstantLR(math.nextafter(0.1, 1))], ["constant (1)", "constant (2)"]),
        ([PiecewiseConstantLR([1, 2], [0.1, 0.2]), PiecewiseConstantLR([1, 3], [0.1, 0.2])],
         ["piecewise constant (milestones=[1, 2])", "piecewise constant (milestones=[1, 3])"]),
        ([PiecewiseConstantLR([k, *range(3, 40)], [0.1] * 38) for k in (1, 2)],
         ["piecewise constant (1)", "piecewise constant (2)"]),
    ],
)  # fmt: skip
def test_curves_of_one_name_have_the_numbers_that_differ(schedules: Any, labels: list[str]) -> None:
    assert labels_of(*schedules) == labels


def test_a_list_of_schedules_is_several_curves_and_one_of_numbers_a_table() -> None:
    assert labels_of([COSINE, RAMP]) == ["cosine decay", "warm up"]
    assert labels_of({"a": [COSINE, RAMP]}) == ["a (1)", "a (2)"]
    assert labels_of([[1, 2], (3, 4)], [5.0, 6]) == ["table (1)", "table (2)", "table (3)"]
    assert labels_of(np.array([COSINE, RAMP], object)) == ["cosine decay", "warm up"]
    assert [curve.rates.tolist() for curve in make_chart([[1, 2], np.float64([3, 4])], steps=1).curves] == [[1], [3]]


def test_a_log_is_read_by_the_clock_of_what_it_stands_beside() -> None:
    """A log that counts samples first, beside a schedule that counts steps: the log's own count of steps is taken."""
    clocks = {"sample": np.array([640.0, 1280.0]), "step": np.array([10.0, 20.0])}
    rates = np.array([0.01, 0.02])
    series = LoggedSeries("lr", "lr", clocks, rates, precisions(rates))
    [alone] = make_chart([series]).curves
    _, beside = make_chart([RAMP, series]).curves
    assert (alone.unit, alone.steps.tolist()) == ("sample", [640, 1280])
    assert (beside.unit, beside.steps.tolist()) == ("step", [10, 20])
