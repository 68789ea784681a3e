"""Every kind of schedule and every update rule, recorded and printed: the rates and weights of the formula itself."""

from __future__ import annotations

import gc
import inspect
import linecache
import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import magnitude, own_kinds, schedules
from hypothesis import given
from hypothesis import strategies as st
from update_rules import assert_equal_to_formula

import lrkit
from lrkit._namespaces import scalar
from lrkit.rules._rule import Rule, StepContext
from lrkit.rules.adagrad import AdadeltaRule, AdagradRule, FTRLRule, ProximalAdagradRule
from lrkit.rules.adam import AdamRule, NAdamRule, RAdamRule, UncorrectedAdamRule
from lrkit.rules.adamax import MindSporeAdaMaxRule, TorchAdamaxRule
from lrkit.rules.asgd import ASGDRule
from lrkit.rules.rmsprop import RMSPropOfRatesRule, RMSPropRule
from lrkit.rules.rprop import RpropRule
from lrkit.rules.sgd import SGDRule
from lrkit.source._function import function_lines
from lrkit.tracing import in_place, loop, mindspore, numbers_of, python, record, record_update

STEPS = [*range(12), 33, 50, 99, 100, 101, 997, 0.5, 10.25]


def outcome(rate: Any, step: Any) -> Any:
    """A rate as its bits; what has none, as None."""
    try:
        value = rate(step)
    except (ArithmeticError, ValueError):
        return None
    return float(value).hex() if math.isfinite(value) else None


@pytest.mark.parametrize("kind", own_kinds())
@given(data=st.data())
def test_python_has_the_scalar_rates_to_the_bit(kind: str, data: Any) -> None:
    schedule = data.draw(schedules([kind]))
    compiled = python.rate_function(record(schedule.formula), lambda _: math.nan, "test")
    for step in STEPS:
        assert outcome(compiled, step) == outcome(lambda t: schedule.formula(t, scalar), step)


@pytest.mark.parametrize("kind", own_kinds())
@given(data=st.data())
def test_written_code_has_the_scalar_rates_to_the_bit(kind: str, data: Any) -> None:
    schedule = data.draw(schedules([kind], depth=1))
    lines = function_lines(schedule, "rate")
    if lines is None:  # too long
        return
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    for step in filter(lambda step: isinstance(step, int), STEPS):
        assert outcome(scope["rate"], step) == outcome(lambda t: schedule.formula(t, scalar), step)


@pytest.mark.parametrize(
    "clock",
    [
        lambda table: table.stretch(3),
        lambda table: table.stretch(1),
        lambda table: table.every(2).stretch(2.0),
        lambda table: table.repeat(3, multiplier=2.0),
        lambda table: table.shift(2).repeat(5),
    ],
)
def test_written_code_looks_up_a_table_on_any_clock(clock: Callable[[Any], lrkit.LearningRateSchedule]) -> None:
    """A step of a stretched clock is a float, which is no place in a list."""
    schedule = clock(lrkit.TableLR([1.0, 0.5, 0.25, 0.125]))
    scope: dict[str, Any] = {}
    exec("\n".join(function_lines(schedule, "rate") or []), scope)
    assert [scope["rate"](step) for step in range(40)] == [schedule(step) for step in range(40)]


def position(integers: Any, points: Any, x: Any) -> Any:
    return np.searchsorted(integers if x.dtype == np.int64 else points, x, side="right")


OPERATIONS = {name: getattr(np, name) for name in mindspore.OPERATIONS if hasattr(np, name)} | {
    "f32": lambda x: np.asarray(x, np.float64),
    "position": position,
    "before": lambda x, integer, number: x < (integer if x.dtype == np.int64 else number),
    "gather": lambda table, index: table[np.asarray(index, np.int64)],
    "pow": np.power,
}
"""MindSpore's operations, by NumPy and in float64."""


@pytest.mark.parametrize("kind", own_kinds())
@given(data=st.data())
def test_mindspores_text_has_the_rates(kind: str, data: Any) -> None:
    schedule = data.draw(schedules([kind]))
    recording = record(schedule.formula)
    text, arrays = mindspore.source(recording)
    doubles = {name: recording.tables.get(name, array) for name, array in arrays.items()}
    scope: dict[str, Any] = {}
    exec(text, scope)
    steps = np.arange(300)
    with np.errstate(all="ignore"):
        rates = scope["make"](**OPERATIONS, **doubles)(steps)
    try:
        expected = schedule(steps)
    except (ArithmeticError, ValueError):
        return
    np.testing.assert_allclose(rates, expected, rtol=1e-9, atol=1e-12 * magnitude(schedule, steps))


RULES = [
    *(SGDRule(momentum, dampening) for momentum in (0.0, 0.9) for dampening in (0.0, 0.1)),
    SGDRule(0.9, nesterov=True),
    *(AdamRule(0.9, 0.99, 1e-8, nesterov=n, amsgrad=a) for n in (False, True) for a in (False, True)),
    UncorrectedAdamRule(0.9, 0.99, 1e-8),
    NAdamRule(0.9, 0.99, 1e-8),
    *(RAdamRule(0.9, 0.99, 1e-8).at(t) for t in (1, 50)),
    *(rule(0.9, 0.99, 1e-8) for rule in (TorchAdamaxRule, MindSporeAdaMaxRule)),
    *(AdagradRule(0.1, 1e-8, update_slots=u) for u in (False, True)),
    AdadeltaRule(0.9, 1e-6),
    FTRLRule(0.1, -0.5, 0.01, 0.01, 1e-9),
    *(ProximalAdagradRule(0.1, l1, l2) for l1 in (0.0, 0.01) for l2 in (0.0, 0.1)),
    *(ASGDRule(0.01, 0.75, t0).at(50) for t0 in (1.0, 60.0)),
    *(RpropRule(0.5, 1.2, 1e-6, 50.0).at(t) for t in (1, 50)),
    *(
        rule(0.9, 1e-8, momentum, centered)
        for rule in (RMSPropRule, RMSPropOfRatesRule)
        for momentum in (0.0, 0.5)
        for centered in (False, True)
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_in_place_has_the_weights_to_the_bit(rule: Rule) -> None:
    rng = np.random.default_rng(0)
    states = {state: rng.uniform(0.2, 0.3, 50) for state in rule.states()}
    w, g = rng.normal(size=50), rng.normal(size=50)
    numbers = rule.numbers(StepContext(50, 0.1))
    program = in_place.program(record_update(rule.formula, tuple(states)), "test")
    assert_equal_to_formula(program, rule.formula, w, g, states, numbers)


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_a_loop_has_the_weights_to_the_bit(rule: Rule) -> None:
    """Run as it stands, on NumPy's numbers: what numba makes of it is tested with the optimizers."""
    rng = np.random.default_rng(0)
    states = {state: rng.uniform(0.2, 0.3, 50) for state in rule.states()}
    w, g = rng.normal(size=50), rng.normal(size=50)
    g[:3] = w[1:4] = 0.0, -0.0, math.nan
    recording = record_update(rule.formula, tuple(states))
    text = loop.source(recording)
    powers = {operation.name for operation in recording.operations()} & {"pow", "__pow__"}
    assert (text is None) == bool(powers)  # each library rounds a power as it likes
    if text is not None:
        scope: dict[str, Any] = {}
        exec(text, scope)
        numbers = rule.numbers(StepContext(50, 0.1))
        program = in_place.Program(scope["run"], numbers_of(recording), scratch=0)
        assert_equal_to_formula(program, rule.formula, w, g, states, numbers)


def test_every_rule_with_a_formula_is_tried() -> None:
    def members(cls: type) -> set[type]:
        return {cls, *(found for member in cls.__subclasses__() for found in members(member))}

    ours = {cls for cls in members(Rule) if cls.__module__.startswith("lrkit.") and "formula" in vars(cls)}
    assert ours - {Rule} <= {base for rule in RULES for base in type(rule).__mro__}


def test_a_constant_in_a_rule_is_refused() -> None:
    recording = record_update(lambda w, g, s, number, xp: (w - 0.1 * g, s), ())
    for printer in (lambda: in_place.program(recording, "test"), lambda: loop.source(recording)):
        with pytest.raises(TypeError, match="a formula takes its numbers from `number`"):
            printer()


def test_mindspore_has_no_search_from_the_left() -> None:
    recording = record(lambda step, xp: xp.searchsorted([1.0, 2.0], step))
    with pytest.raises(NotImplementedError, match="searchsorted from the left"):
        mindspore.source(recording)


def test_mindspore_finds_integers_among_fractional_points() -> None:
    recording = record(lambda step, xp: 1.0 * xp.searchsorted([1.5, 3.0], step, side="right"))
    text, arrays = mindspore.source(recording)
    scope: dict[str, Any] = {}
    exec(text, scope)
    assert scope["make"](**OPERATIONS, **arrays)(np.arange(5)).tolist() == [0, 0, 1, 2, 2]


def test_a_negative_constant_keeps_its_sign_under_a_power() -> None:
    recording = record(lambda step, xp: (-2.0) ** step)
    assert python.rate_function(recording, lambda _: math.nan, "test")(2) == 4.0
    assert "(-2.0) ** step" in mindspore.source(recording)[0]


def test_later_calls_are_of_the_function_that_the_first_one_made() -> None:
    schedule = lrkit.CosineDecayLR(0.0, 0.1, 100)
    schedule(0)
    compiled = schedule._rate
    schedule(1)
    assert schedule._rate is compiled


def test_a_debugger_sees_the_lines_as_long_as_the_function_exists() -> None:
    compiled = python.rate_function(record(lambda step, xp: 0.5 * step), lambda _: math.nan, "test")
    file = compiled.__code__.co_filename
    assert "v1 = 0.5 * step\n" in inspect.getsource(compiled)
    assert file in linecache.cache
    gone = weakref.ref(compiled)
    del compiled
    gc.collect()
    assert gone() is None
    assert file in linecache.cache  # which Python may be going through just now
    python.rate_function(record(lambda step, xp: step), lambda _: math.nan, "test")
    assert file not in linecache.cache


def test_parts_share_their_names() -> None:
    """A call makes room for every local name, so a thousand parts must not have a thousand names each."""
    parts = [lrkit.CosineDecayLR(0.0, 0.1 + k / 64, 10) for k in range(300)]
    whole = lrkit.JoinLR([lrkit.JoinLR(parts[:150], range(10, 1500, 10)), *parts[150:]], range(1500, 3000, 10))
    assert whole(0) == parts[0](0)
    assert type(whole)._rate is None
    assert whole._rate.__code__.co_nlocals < 20
    for step in range(0, 3100, 7):
        k = min(step // 10, 299)
        assert whole(step) == parts[k](step - 10 * k)
