"""The algebra: what each combination computes, its operators, its knots. Expected values are computed by hand."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import schedules
from hypothesis import given
from hypothesis import strategies as st

import lrkit
from lrkit import (
    ConstantLR,
    CosineDecayLR,
    LearningRateSchedule,
    PiecewiseLinearLR,
    PolynomialDecayLR,
    TableLR,
    WarmUpLR,
)

LINE = PolynomialDecayLR(1.0, 0.0, 10, 1.0)  # 1, 0.9, ... 0.1, 0, 0, ...
RAMP = WarmUpLR(1.0, 10)  # 0, 0.1, ... 0.9, 1, 1, ...
STEPS = range(30)
TWO = st.tuples(schedules(depth=1), schedules(depth=1))


@given(pair=TWO, number=st.floats(-10, 10), steps=st.integers(-20, 20), bound=st.integers(1, 25))
def test_each_combination_is_its_definition(
    pair: tuple[LearningRateSchedule, LearningRateSchedule], number: float, steps: int, bound: int
) -> None:
    s, t = pair
    meaning: list[tuple[LearningRateSchedule, Callable[[int], float]]] = [
        (s + t, lambda k: s(k) + t(k)),
        (s * t, lambda k: s(k) * t(k)),
        (s - t, lambda k: s(k) + -1.0 * t(k)),
        (number * s, lambda k: number * s(k)),
        (s + number, lambda k: s(k) + number),
        (number - s, lambda k: -1.0 * s(k) + number),
        (-s, lambda k: -1.0 * s(k)),
        (s / 4, lambda k: s(k) * 0.25),
        (s.then(t, bound), lambda k: s(k) if k < bound else t(k - bound)),
        (s.clip(0.01, 0.02), lambda k: min(max(s(k), 0.01), 0.02)),
        (s.shift(steps), lambda k: s(max(k - steps, 0))),
        (s.stretch(4), lambda k: s(k / 4)),
        (s.repeat(bound), lambda k: s(k % bound)),
        (s.repeat(bound, 2), lambda k: s(k % bound if k < bound else k - bound)),
        (s.hold(bound), lambda k: s(min(k, bound))),
        (s.every(bound), lambda k: s(k - k % bound)),
        (s.minimum(t), lambda k: min(s(k), t(k))),
        (s.maximum(t), lambda k: max(s(k), t(k))),
    ]
    for schedule, expected in meaning:
        assert [schedule(k) for k in STEPS] == [expected(k) for k in STEPS], schedule


@given(schedule=schedules(depth=1), block=st.integers(1, 9))
def test_a_clock_of_epochs_is_the_list_family(schedule: LearningRateSchedule, block: int) -> None:
    """The lists of MindSpore's `dynamic_lr` are constant in each epoch: `to_list` with `step_per_epoch`."""
    by_epoch = schedule.stretch(block).every(block)
    assert by_epoch.to_list(30) == schedule.to_list(30, block) == [by_epoch(k) for k in STEPS]


def test_blocks_are_counted_in_integers() -> None:
    """One block of 2**50 + 1 steps after another, to the last step that there is: by Python's integers."""
    block = 2**50 + 1
    line = PolynomialDecayLR(1.0, 0.0, 2**53, 1.0)
    for step in (block - 1, block, 3 * block - 1, 3 * block, 2**53 - 1):
        assert line.every(block)(step) == line.every(block)(np.array([step]))[0] == line(step - step % block)


def test_operators_write_the_shortest_expression() -> None:
    s, t, u = ConstantLR(0.1), ConstantLR(0.2), ConstantLR(0.3)
    assert repr(s + t + u) == repr(lrkit.SumLR([s, t, u]))
    assert repr(s * t * u) == repr(lrkit.ProductLR([s, t, u]))
    assert repr(0.5 * s) == repr(s * 0.5) == repr(lrkit.ScaleLR(s, 0.5))
    assert repr(s + 1) == repr(1 + s) == repr(lrkit.OffsetLR(s, 1.0))
    assert s.then(t, 5) == lrkit.JoinLR([s, t], [5])
    assert s.warmup(5) == WarmUpLR(0.1, 5).then(s, 5)
    assert s.warmup(5, start_lr=0.01) == PiecewiseLinearLR([0, 5], [0.01, 0.1]).then(s, 5)
    assert s.clip(max_lr=0.05) == lrkit.ClipLR(s, None, 0.05)


@pytest.mark.parametrize("other", ["0.1", None, [0.1], True, 1j])
@pytest.mark.parametrize("op", [operator.add, operator.sub, operator.mul, operator.truediv])
def test_operators_refuse_what_is_no_number(op: Callable[[Any, Any], Any], other: Any) -> None:
    with pytest.raises(TypeError):
        op(ConstantLR(0.1), other)
    with pytest.raises(TypeError):  # in Python's words for the left operand's type
        op(other, ConstantLR(0.1))


def test_numpy_numbers_are_numbers_and_arrays_are_not() -> None:
    assert np.float64(0.5) * ConstantLR(0.1) == ConstantLR(0.1) * np.float32(0.5) == lrkit.ScaleLR(ConstantLR(0.1), 0.5)
    assert np.int64(1) + ConstantLR(0.1) == lrkit.OffsetLR(ConstantLR(0.1), 1.0)
    with pytest.raises(TypeError):
        np.ones(2) * ConstantLR(0.1)


def test_division_by_a_schedule_or_zero() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        1 / ConstantLR(0.1)
    with pytest.raises(ZeroDivisionError, match="ConstantLR: a schedule divided by 0"):
        ConstantLR(0.1) / 0


@pytest.mark.parametrize(
    ("schedule", "stop", "knots"),
    [
        (LINE, 100, [10]),
        (LINE, 10, []),
        (LINE.warmup(5), 100, [5, 15]),
        (LINE.then(RAMP, 4), 100, [4, 14]),
        (LINE.then(RAMP.then(LINE, 3), 4), 100, [4, 7, 17]),
        (LINE.shift(3), 100, [3, 13]),
        (LINE.shift(-3), 100, [7]),
        (LINE.stretch(2.5), 100, [25]),
        (LINE.repeat(20), 60, [10, 20, 30, 40, 50]),
        (LINE.repeat(20, 2), 100, [10, 20, 30]),
        (LINE.hold(4), 100, [4]),
        (LINE.hold(40), 100, [10, 40]),
        (LINE.every(4), 20, [4, 8, 12, 16]),
        (LINE + WarmUpLR(1.0, 7), 100, [7, 10]),
        (LINE.clip(max_lr=0.55), 100, [4, 5, 10]),  # 0.6 at 4, 0.5 at 5
        (LINE.minimum(RAMP), 100, [4, 5, 10]),  # they meet at 5
        (LINE.minimum(RAMP, ConstantLR(0.05)), 100, [1, 9, 10]),  # where they meet the constant is below both
        (LINE.clip(max_lr=0.55).maximum(RAMP.clip(min_lr=0.25)), 100, [4, 5, 6, 10]),  # each changes in its own part
        ((LINE - 0.55) ** 2**0.5, 100, [4, 5, 10]),
        (((LINE - 0.55) ** 2) ** 2, 100, [4, 5, 10]),
        (TableLR([0.1, 0.1, 0.1, 0.1, 0.2]), 100, [4]),
        (lrkit.PiecewiseConstantLR([2, 5, 10], [0.1, 0.05, 0.01]), 100, [2, 5]),
        (lrkit.ExponentialDecayLR(0.1, 0.5, 4), 20, []),
        (lrkit.ExponentialDecayLR(0.1, 0.5, 4, is_stair=True), 20, [4, 8, 12, 16]),
        (PolynomialDecayLR(1.0, 0.0, 4, 1.0, update_decay_steps=True), 20, [4, 8, 12, 16]),
    ],
    ids=repr,
)
def test_knots(schedule: LearningRateSchedule, stop: int, knots: list[float]) -> None:
    assert schedule.knots(stop).tolist() == knots


@pytest.mark.parametrize(
    ("schedule", "horizon"),
    [
        (LINE, 10),
        (LINE.warmup(5), 15),
        (LINE.shift(-3), 7),
        (LINE.shift(-30), 1),
        (LINE.stretch(2.5), 25),
        (LINE.repeat(20, 3), 60),
        (LINE.hold(4), 4),
        (LINE.every(4), 12),
        (LINE.stretch(4).every(4), 40),
        (LINE + WarmUpLR(1.0, 7), 14),
        (TableLR([0.1, 0.2, 0.3]), 3),
    ],
    ids=repr,
)
def test_horizons(schedule: LearningRateSchedule, horizon: int) -> None:
    assert schedule.horizon == horizon


def test_joins_nest_and_keep_their_own_clocks() -> None:
    schedule = RAMP
    for _ in range(40):
        schedule = schedule.then(LINE, 3) if schedule.horizon > 20 else LINE.then(schedule, 2)
    assert schedule(np.arange(200)).tolist() == [schedule(step) for step in range(200)]
    inner = LINE.then(RAMP, 5)
    assert RAMP.then(inner, 2).to_list(9) == [0.0, 0.1, 1.0, 0.9, 0.8, 0.7, 0.6, 0.0, 0.1]


def test_then_adds_a_part_to_a_join() -> None:
    parts = [LINE, RAMP, ConstantLR(5.0)]
    assert LINE.then(RAMP, 5).then(ConstantLR(5.0), 9) == lrkit.JoinLR(parts, [5, 9])
    early = LINE.then(RAMP, 5).then(ConstantLR(5.0), 3)
    assert early == lrkit.JoinLR([LINE.then(RAMP, 5), ConstantLR(5.0)], [3])
    assert early.to_list(4) == [1.0, 0.9, 0.8, 5.0]
    schedule = LINE
    for k in range(1000):
        schedule = schedule.then(ConstantLR(float(k)), 10 * (k + 1))
    assert schedule(10_005) == 999.0
    assert schedule.depth == 2


def test_nested_bounds_are_searched_in_one_evaluation() -> None:
    calls: list[int] = []

    class Counted(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            calls.append(np.size(step))
            return 1.0 / (step + 1)

    def evaluations(depth: int) -> int:
        calls.clear()
        schedule: LearningRateSchedule = Counted()
        for k in range(depth):
            schedule = schedule.clip(max_lr=0.9 - 0.001 * k)
        assert schedule.knots(100).tolist() == [1.0]  # 1/2 at step 1: below every bound
        return len(calls)

    assert evaluations(80) == evaluations(1)


def test_knots_of_endless_stairs_are_bounded() -> None:
    stairs = lrkit.ExponentialDecayLR(0.1, 0.9, 5, is_stair=True)
    knots = stairs.knots(2**53)
    assert 0.9e6 < knots.size <= 1e6
    assert (knots % 5 == 0).all()


def test_an_empty_interval_gets_no_step() -> None:
    assert lrkit.JoinLR([LINE, RAMP, ConstantLR(5.0)], [0, 0]).to_list(2) == [5.0, 5.0]
    assert lrkit.JoinLR([LINE, RAMP, ConstantLR(5.0)], [1, 1]).to_array(2).tolist() == [1.0, 5.0]


def test_a_hundred_levels_are_the_limit_and_work() -> None:
    schedule: LearningRateSchedule = CosineDecayLR(0, 1.0, 200)
    for level in range(99):
        schedule = schedule.shift(1) if level % 2 else LINE.then(schedule, 2)
    assert schedule(np.arange(300)).tolist() == [schedule(step) for step in range(300)]
    assert lrkit.from_json(schedule.to_json()) == lrkit.parse(repr(schedule)) == schedule
    assert hash(schedule) == hash(lrkit.from_json(schedule.to_json()))
    with pytest.raises(ValueError, match="ShiftLR: schedules nest at most 100 deep, got 101"):
        schedule.shift(1)


def test_a_join_of_many_parts_is_quick_to_call() -> None:
    """A tree of comparisons, not a chain: the last of 1000 parts is reached like the first."""
    parts = [ConstantLR(float(k)) for k in range(1000)]
    schedule = lrkit.JoinLR(parts, list(range(1, 1000)))
    assert schedule.to_list(1000) == [float(k) for k in range(1000)]
    assert [schedule(k) for k in range(1000)] == [float(k) for k in range(1000)]


class TestTable:
    def test_runs_are_stored_once(self) -> None:
        rates = lrkit.cosine_decay_lr(0.0, 0.1, 1_000_000, 1000, 900)
        table = TableLR(rates)
        assert table.rates.size == 901
        assert table.to_list(1_000_000) == rates
        assert len(table.to_json()) < 40_000
        assert table([0, 999, 1000, 10**9]).tolist() == [rates[0], rates[999], rates[1000], rates[-1]]

    def test_one_form_only(self) -> None:
        by_array = TableLR([1, 1, 2.0], np.array([1, 3, 1]))
        for table in (TableLR([1, 1, 1, 1, 2.0]), TableLR([1.0, 2.0], [4, 1]), by_array):
            assert repr(table) == "TableLR(rates=[1.0, 2.0], counts=[4, 1])"
            assert table == TableLR([1, 1, 1, 1, 2.0])
            assert hash(table) == hash(TableLR([1, 1, 1, 1, 2.0]))
        assert repr(TableLR([1.0, 2.0], [1, 1])) == "TableLR(rates=[1.0, 2.0])"
        assert TableLR([0.0, 1.0]) != TableLR([5e-324, 1.0])  # to the bit

    def test_is_not_changed_through_its_arguments(self) -> None:
        rates = np.array([0.1, 0.2, 0.3])
        table = TableLR(rates)
        rates[0] = 9
        assert table(0) == 0.1
        with pytest.raises(ValueError, match="read-only"):
            table.rates[0] = 9

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            (([],), ValueError, "TableLR: rates must be a list of 1 or more finite numbers, got an empty list"),
            (([0.1, True],), TypeError, r"TableLR: rates\[1\] must be a finite number, got True"),
            (([0.1, "1"],), TypeError, r"TableLR: rates\[1\] must be a finite number, got '1'"),
            (([0.1, float("nan")],), ValueError, r"TableLR: rates\[1\] must be a finite number, got nan"),
            ((np.array([0.1, np.inf]),), ValueError, r"TableLR: rates\[1\] must be a finite number, got .*inf"),
            ((np.ones((2, 2)),), TypeError, r"TableLR: rates\[0\] must be a finite number, got array"),
            ((0.1,), TypeError, "TableLR: rates must be a list of 1 or more finite numbers, got 0.1"),
            (([0.1], [0]), ValueError, r"TableLR: counts\[0\] must be an integer >= 1, got 0"),
            (([0.1], [1.0]), TypeError, r"TableLR: counts\[0\] must be an integer >= 1, got 1.0"),
            (([0.1], [1, 2]), ValueError, "TableLR: rates and counts must have the same length, got 1 and 2"),
            (([0.1, 0.2], [2**53, 1]), ValueError, "TableLR: counts must add up to at most"),
        ],
    )
    def test_errors(self, arguments: Any, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            TableLR(*arguments)
