"""The plain function that ``as_source(schedule, "python")`` writes: the schedule's rates at numbers, bit for bit."""

from __future__ import annotations

import random
from typing import Annotated, Any

import pytest
from drawn_schedules import CLASSES, call, schedule, steps

import lrkit
from lrkit import Param, catalogue
from lrkit.catalogue import FUNCTIONS


def function_of(made: lrkit.LearningRateSchedule) -> Any:
    names: dict[str, Any] = {}
    exec(lrkit.as_source(made, "python"), names)
    return names["learning_rate"]


def check(rng: random.Random, made: lrkit.LearningRateSchedule) -> None:
    function = function_of(made)
    for at in steps(rng, made, (), 12):
        for step in (int(at), at):
            try:
                expected = made(step)
            except ArithmeticError:  # too large for a float
                continue
            assert function(step) == expected, (made, step)


def test_every_kind_and_function_has_its_rates_bit_for_bit() -> None:
    rng = random.Random(5)
    for name in [*CLASSES, *FUNCTIONS]:
        check(rng, call(rng, name, depth=0)[1])


def test_nested_schedules() -> None:
    rng = random.Random(6)
    for _ in range(60):
        check(rng, schedule(rng, 2))


def test_it_imports_nothing_that_must_be_installed() -> None:
    made = catalogue.FUNCTIONS["cosine_restarts"](0.001, 0.1, 500, 1.5)
    imports = [line for line in lrkit.as_source(made, "python").splitlines() if "import" in line]
    assert imports == ["import math", "from bisect import bisect_right"]


def test_its_text() -> None:
    made = lrkit.warmup_stable_decay(0.1, 10, 70, 20, shape="1-sqrt")
    assert lrkit.as_source(made, "python") == (
        "# warmup_stable_decay(max_lr=0.1, warmup_steps=10, stable_steps=70, decay_steps=20, shape='1-sqrt')\n"
        "def learning_rate(step):\n"
        "    if step < 10:\n"
        "        return 0.1 * step / 10\n"
        "    if step < 80:\n"
        "        return 0.1\n"
        "    a = step - 80\n"
        "    if a < 20:\n"
        "        b = a / 20\n"
        "    else:\n"
        "        b = 1.0\n"
        "    return 0.1 * (-(b ** 0.5 if b > 0 else 0.0) + 1.0)"
    )


def test_a_long_table_is_written_whole() -> None:
    made = lrkit.TableLR([0.1 + k / 1000 for k in range(1000)])
    function = function_of(made)
    assert [function(step) for step in range(1100)] == [made(step) for step in range(1100)]


def test_the_length_of_a_run_changes_nothing() -> None:
    made = lrkit.CosineDecayLR(0, 0.1, 90)
    assert lrkit.as_source(made, "python", steps=10) == lrkit.as_source(made, "python")
    with pytest.raises(ValueError, match="as_source: steps must be an integer >= 1, got 0"):
        lrkit.as_source(made, "javascript", steps=0)


class Halving(lrkit.LearningRateSchedule):
    """A class of one's own without a kind."""

    max_lr: Annotated[float, Param("m", typical=(0, 1))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr * xp.pow(0.5, xp.floor_divide(step, 3)) + 0 * (step % 2)


class Branching(lrkit.LearningRateSchedule):
    """A formula that branches on the step."""

    max_lr: Annotated[float, Param("m", typical=(0, 1))]

    def formula(self, step: Any, xp: Any) -> Any:
        return self.max_lr if step < 3 else 0.0


def test_a_clock_that_begins_below_0_meets_the_first_part_and_the_bound() -> None:
    class Late(lrkit.LearningRateSchedule):
        max_lr: Annotated[float, Param("m")]

        def formula(self, step: Any, xp: Any) -> Any:
            clock = step - 50
            parts = (lambda t: 0.25 + 0 * t, lambda t: 0.5 + t / 10, lambda _: 2.0)
            return self.max_lr * xp.piecewise(clock, (0, 10), parts) + xp.maximum(clock, -20)

    late, function = Late(0.5), function_of(Late(0.5))
    assert [function(step) for step in range(100)] == [late(step) for step in range(100)]


def test_a_class_of_ones_own_needs_no_kind() -> None:
    function = function_of(Halving(0.1).warmup(2))
    assert [function(step) for step in range(9)] == [Halving(0.1).warmup(2)(step) for step in range(9)]


def test_a_formula_that_branches_on_the_step_is_refused() -> None:
    with pytest.raises(
        ValueError, match="as_source: Branching: its formula cannot be written as a function: a formula br"
    ):
        lrkit.as_source(Branching(0.1), "python")


def test_the_command(run: Any) -> None:
    done = run("source", "WarmUpLR(0.1, 4)", "javascript")
    assert done.code == 0
    assert done.out == (
        "// WarmUpLR(learning_rate=0.1, warmup_steps=4)\n"
        "function learningRate(step) {\n"
        "  return 0.1 * Math.min(step, 4) / 4;\n"
        "}\n"
    )
