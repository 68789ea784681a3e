"""Steps of every sort: numbers, arrays, other libraries' arrays, tracers; and the ones that are refused."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
import pytest

import lrkit as nn
from lrkit import CosineDecayLR, ExponentialDecayLR, LearningRateSchedule, Param
from lrkit._namespaces.numpy import NumPy

COSINE = CosineDecayLR(0, 0.1, 100)


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (-1, ValueError, "a step must be a finite number >= 0, got -1"),
        (-0.5, ValueError, "a step must be a finite number >= 0, got -0.5"),
        (math.nan, ValueError, "a step must be a finite number >= 0, got nan"),
        (math.inf, ValueError, "a step must be a finite number >= 0, got inf"),
        (np.float32(-2), ValueError, "a step must be a finite number >= 0, got -2.0"),
        (np.int8(-2), ValueError, "a step must be a finite number >= 0, got -2"),
        ([0, -3, 5], ValueError, "a step must be a finite number >= 0, got -3 in an array"),
        ([-3, 0, 5], ValueError, "got -3 in an array"),
        ([0.0, math.nan], ValueError, "got nan in an array"),
        ([math.nan], ValueError, "got nan in an array"),
        ([0.0, math.inf], ValueError, "got inf in an array"),
        (np.array([[1, -1]]), ValueError, "got -1 in an array"),
        (True, TypeError, "a step must be a real number or an array of real numbers, got True"),
        (np.True_, TypeError, "steps must be real numbers, got an array of bool"),
        ("5", TypeError, "got '5'"),
        (None, TypeError, "got None"),
        (1j, TypeError, "got 1j"),
        ({1}, TypeError, "got {1}"),
        ([-(2**70)], ValueError, "a step must be a finite number >= 0, got -1180591620717411303424"),
        ([True, 2], TypeError, "a step must be a real number, got True in a list"),
        ([[0], [np.True_]], TypeError, "in a list"),
        ([[0], [1, 2]], ValueError, "CosineDecayLR: lists of steps inside a list must have one length"),
        ([True, False], TypeError, "a step must be a real number, got True in a list"),
        (np.array([True, False]), TypeError, "steps must be real numbers, got an array of bool"),
        (["1"], TypeError, "steps must be real numbers, got an array of <U1"),
        ([1j], TypeError, "got an array of complex128"),
        ([None], TypeError, "got an array of object"),
    ],
)
def test_a_step_outside_is_refused(step: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        COSINE(step)


@pytest.mark.parametrize("step", [7, 7.0, np.int8(7), np.uint64(7), np.float16(7), np.longdouble(7), Fraction(7)])
def test_any_real_number_is_a_step(step: Any) -> None:
    assert type(COSINE(step)) is float
    assert COSINE(step) == COSINE(7)


@pytest.mark.parametrize(
    "steps",
    [[0, 1, 2], (0, 1, 2), range(3), np.arange(3, dtype=np.uint8), np.arange(3, dtype=np.float16), [[0], [1], [2]]],
)
def test_any_list_of_steps_gives_float64_of_its_shape(steps: Any) -> None:
    rates = COSINE(steps)
    assert rates.dtype == np.float64
    assert rates.shape == np.shape(steps)
    assert rates.ravel().tolist() == [COSINE(0), COSINE(1), COSINE(2)]


@pytest.mark.parametrize("schedule", [COSINE, nn.ConstantLR(0.1), COSINE.warmup(5), nn.TableLR([0.1, 0.2])])
def test_empty_and_zero_dimensional_arrays(schedule: LearningRateSchedule) -> None:
    assert schedule(np.zeros((0, 3), np.int64)).shape == (0, 3)
    assert schedule([]).shape == (0,)
    rate = schedule(np.array(3))
    assert rate.shape == ()
    assert rate.dtype == np.float64
    assert float(rate) == schedule(3)


def test_unsigned_steps_do_not_wrap() -> None:
    schedule = nn.ConstantLR(1.0).warmup(200).shift(-3)
    steps = np.array([0, 255], np.uint8)
    assert schedule(steps).tolist() == [schedule(0), schedule(255)]


@pytest.mark.parametrize("step", [10_000_000, 2**24 + 1, 2**53 - 1, 2**53])
def test_large_steps_are_exact(step: int) -> None:
    """By integer arithmetic: the cycle of 7 steps, its place in it, and the join are exact at any step."""
    place = step % 7
    saw = nn.PolynomialDecayLR(7.0, 0.0, 7, 1.0).repeat(7)
    expected = 7.0 * (1 - place / 7)
    assert saw(step) == expected
    assert saw(np.array([step]))[0] == expected
    joined = nn.ConstantLR(0.5).then(saw, step - place)
    assert joined(step) == expected
    assert joined(step - place - 1) == 0.5
    stairs = nn.InverseDecayLR(1.0, 1.0, 3, is_stair=True)
    assert stairs(step) == 1 / (1 + step // 3)


@pytest.mark.parametrize("decay_steps", [4096, 5000, 33_333, 100_000])
@pytest.mark.parametrize("rates", [(0, 0.1), (1e-5, 3e-4), (0.3, 1.0), (0, 0.51), (0, 1.9)])
def test_long_cosines_are_within_two_ulp_of_the_peak(decay_steps: int, rates: tuple[float, float]) -> None:
    """Evenly spaced angles take a way of their own, as do those that are not."""
    schedule = CosineDecayLR(*rates, decay_steps)
    steps = np.arange(decay_steps + 5000)
    expected = np.array([schedule(step) for step in steps.tolist()])
    allowed = 2 * np.spacing(rates[1])
    assert np.abs(schedule(steps) - expected).max() <= allowed
    assert np.abs(schedule(steps + 0.0) - expected).max() <= allowed
    order = np.random.default_rng(0).permutation(steps.size)
    assert np.abs(schedule(steps[order]) - expected[order]).max() <= allowed
    assert (
        np.abs(schedule(np.sort(order[: steps.size // 2])) - expected[np.sort(order[: steps.size // 2])]).max()
        <= allowed
    )


def test_overflow_is_an_error_that_names_the_step() -> None:
    growing = ExponentialDecayLR(1.0, 10.0, 1)
    with pytest.raises(OverflowError, match="ExponentialDecayLR: the rate at step 400 is too large for a float"):
        growing(400)
    with pytest.raises(OverflowError, match="ExponentialDecayLR: the rate is too large for a float"):
        growing(np.arange(500))
    with pytest.raises(OverflowError, match=r"ExponentialDecayLR\.to_list: a rate is too large for a float"):
        growing.to_list(400)
    with pytest.raises(OverflowError, match="exponential_decay_lr: a rate is too large for a float"):
        nn.exponential_decay_lr(1.0, 10.0, 400, 1, 1)
    assert growing(300) == 1e300


def test_no_branch_sees_another_branchs_steps() -> None:
    """A growing first part overflows far past its end, and is never asked there."""
    schedule = ExponentialDecayLR(1e-300, 10.0, 1).then(nn.ConstantLR(0.1), 600)
    assert schedule(np.array([0, 10_000])).tolist() == [1e-300, 0.1]
    assert schedule(np.array([10_000, 0])).tolist() == [0.1, 1e-300]
    assert schedule(10_000) == 0.1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: COSINE.to_list(0), ValueError, "CosineDecayLR.to_list: total_step must be an integer >= 1, got 0"),
        (lambda: COSINE.to_list(5, True), TypeError, "CosineDecayLR.to_list: step_per_epoch must be an integer >= 1"),
        (lambda: COSINE.to_array(0), ValueError, "CosineDecayLR.to_array: steps must be an integer >= 1, got 0"),
        (lambda: COSINE.to_array([-1]), ValueError, "got -1 in an array"),
    ],
)
def test_lists_and_arrays_check_their_arguments(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()


def test_an_epoch_longer_than_the_run_costs_nothing() -> None:
    assert COSINE.to_list(3, 2**53) == [0.1, 0.1, 0.1]


def test_to_array_takes_a_count_or_steps() -> None:
    assert COSINE.to_array(3).tolist() == COSINE.to_array([0, 1, 2]).tolist() == [COSINE(0), COSINE(1), COSINE(2)]
    assert COSINE.to_array(np.int64(2)).shape == (2,)


# Subclasses of users --------------------------------------------------------------------------------------------


class Unregistered(LearningRateSchedule):
    """A schedule without a kind, whose formula cannot be recorded."""

    max_lr: Annotated[float, Param(r"\eta", low=0)]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr * (2 if int(np.max(step)) > 3 else 1)


class MindSporeStyle(nn.LearningRateSchedule):
    """Written as for MindSpore: an ``__init__`` of its own, and ``construct``."""

    def __init__(self, learning_rate: float) -> None:
        super().__init__()
        self.learning_rate = learning_rate

    def construct(self, global_step: Any) -> Any:
        return self.learning_rate / (1 + global_step)


def test_a_formula_that_cannot_be_recorded_is_called_as_it_stands() -> None:
    schedule = Unregistered(0.5)
    assert schedule(2) == 0.5
    assert schedule(4) == 1.0
    assert type(schedule(0)) is float
    assert repr(schedule) == "Unregistered(max_lr=0.5)"
    with pytest.raises(TypeError, match="Unregistered has no JSON form: define it with kind="):
        schedule.to_json()


def test_a_class_in_mindspores_style_works_and_composes() -> None:
    schedule = MindSporeStyle(1.0)
    assert schedule(3) == 0.25
    assert schedule.to_list(3) == [1.0, 0.5, 1 / 3]
    assert schedule(np.arange(2)).tolist() == [1.0, 0.5]
    assert (0.5 * schedule)(1) == 0.25
    assert schedule.warmup(2).to_list(4) == [0.0, 0.5, 1.0, 0.5]


def test_a_decorator_is_one_too_many() -> None:
    @dataclasses.dataclass(frozen=True)
    class Decorated(LearningRateSchedule):
        max_lr: Annotated[float, Param(r"\eta", low=0)]

    with pytest.raises(TypeError, match="Decorated: leave out @dataclass: a schedule becomes one by itself"):
        Decorated(0.5)


@pytest.mark.parametrize(
    "formula",
    [
        lambda self, step, xp: xp.where(step == 3, 0.0, self.max_lr),
        lambda self, step, xp: xp.where(step % 2 != 0, 1.0, self.max_lr),
        lambda self, step, xp: self.max_lr * abs(step - 3),
        lambda self, step, xp: xp.minimum(step, 3) * self.max_lr,
        lambda self, step, xp: step,
    ],
)
def test_the_recorder_knows_every_operator(formula: Any) -> None:
    class Odd(LearningRateSchedule):
        max_lr: Annotated[float, Param(r"\eta", low=0)]

    Odd.formula = formula  # type: ignore[method-assign]
    schedule = Odd(0.5)
    called = [schedule(step) for step in range(60)]
    assert called == schedule.to_list(60) == schedule(range(60)).tolist()
    assert {type(rate) for rate in called} == {float}


@pytest.mark.parametrize(
    "test", [lambda step: step in (30, 60), lambda step: step in {30, 60}, lambda step: step == 30]
)
def test_a_branch_on_the_step_is_never_folded_into_a_constant(test: Any) -> None:
    class Branching(LearningRateSchedule):
        max_lr: Annotated[float, Param(r"\eta", low=0)]

        def formula(self, step: Any, xp: Any) -> Any:
            return 0.0 if test(step) else self.max_lr

    assert [Branching(0.5)(step) for step in (29, 30, 31)] == [0.5, 0.0, 0.5]


def test_a_class_in_mindspores_style_may_change() -> None:
    schedule = MindSporeStyle(1.0)
    assert schedule(1) == 0.5
    schedule.learning_rate = 3.0
    assert schedule(1) == 1.5
    assert schedule.to_list(2) == [3.0, 1.5]
    later = nn.ConstantLR(0.25).then(schedule, 2)
    assert [later(3), *later(range(2, 4))] == [1.5, 3.0, 1.5]
    schedule.learning_rate = 5.0
    assert [later(3), *later(range(2, 4)), *later.to_list(3)] == [2.5, 5.0, 2.5, 0.25, 0.25, 5.0]
    del schedule.learning_rate
    assert not hasattr(schedule, "learning_rate")


@pytest.mark.parametrize("size", [3, 5000, 100_000])
def test_a_cosine_of_anything(size: int) -> None:
    """Integers, random angles, a NaN among them: as the scalar namespace, whatever the length."""

    class Wave(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return xp.cos(step)

    steps = np.arange(size)
    np.testing.assert_allclose(Wave()(steps), [math.cos(step) for step in range(size)], rtol=0, atol=3e-16)
    angles = np.random.default_rng(0).uniform(0, 9, size)
    np.testing.assert_array_equal(NumPy.cos(angles), np.cos(angles))
    angles[1] = np.nan
    np.testing.assert_array_equal(NumPy.cos(angles), np.cos(angles))


def test_the_base_class_alone_has_no_rate() -> None:
    with pytest.raises(NotImplementedError, match="LearningRateSchedule defines neither formula nor construct"):
        LearningRateSchedule()(0)


@pytest.mark.parametrize("factor", [0.07, 0.1, 0.3, 1.1, 3.3, 7.0, 1 / 3])
def test_a_stretched_boundary_is_met_at_the_step(factor: float) -> None:
    """``7 / 0.07`` is 99.99999999999999: the stretched jump at 100 is still a jump at 7."""
    jumps = nn.PiecewiseConstantLR(list(range(1, 201)), [float(k) for k in range(200)])
    for k in range(1, 150):
        if (k * factor).is_integer():
            step = int(k * factor)
            assert jumps.stretch(factor)(step) == k
            assert jumps.stretch(factor)(np.array([step])) == k
    assert nn.CosineDecayLR(0, 0.1, 100).repeat(100).stretch(0.07)(7) == 0.1


def test_a_kind_is_taken_once() -> None:
    with pytest.raises(ValueError, match="Another: the kind 'constant' is taken by ConstantLR"):

        class Another(LearningRateSchedule, kind="constant"):
            pass


def test_an_undeclared_field_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Undeclared: rate: declare the field as Annotated\[float, Param"):

        class Undeclared(LearningRateSchedule):
            rate: float


def joined_by_hundreds(part: LearningRateSchedule) -> tuple[LearningRateSchedule, LearningRateSchedule]:
    """A join of 200 parts, of which each is compiled by itself, and the same as an expression, compiled as a whole."""
    parts = [part if k == 150 else nn.WarmUpLR(0.1 + k / 1000, 7) for k in range(200)]
    join = nn.JoinLR(parts, [5 * (k + 1) for k in range(199)])
    return join, 1.0 * join


def test_a_join_of_many_parts_has_the_bits_of_its_formula() -> None:
    join, whole = joined_by_hundreds(ExponentialDecayLR(0.3, 0.9, 3))
    steps = [*range(1010), 752.5, 2**53]
    rates = [join(step) for step in steps]
    assert rates == [whole(step) for step in steps]
    assert all(type(rate) is float for rate in rates)
    assert join(np.arange(1010)).tolist() == rates[:1010]


def test_a_join_of_many_parts_names_the_one_that_fails() -> None:
    class Reciprocal(LearningRateSchedule):
        def formula(self, step: Any, xp: Any) -> Any:
            return 1.0 / (step - 2)

    join, _ = joined_by_hundreds(Reciprocal())
    assert join(751) == -1.0
    with pytest.raises(ZeroDivisionError, match=r"Reciprocal: at step 2 \(step 752 of JoinLR\)"):
        join(752)


def test_parts_of_a_join_are_compiled_when_they_are_reached() -> None:
    recorded: list[int] = []

    class Counted(LearningRateSchedule):
        number: Annotated[int, Param("")]

        def formula(self, step: Any, xp: Any) -> Any:
            recorded.append(self.number)
            return 0.1 * step

    join = nn.JoinLR([Counted(k) for k in range(1000)], [10 * (k + 1) for k in range(999)])
    assert join(5005) == 0.5
    assert recorded == [500]
