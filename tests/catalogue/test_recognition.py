"""What a function of the catalogue has made is recognised, with the arguments that make it again; nothing else is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from catalogue_calls import EVERY_FUNCTION, FUNCTIONS, arguments
from helpers import schedules
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import lrkit
from lrkit import LearningRateSchedule
from lrkit._params import Field, fields_of
from lrkit.catalogue._entries import INVERSES
from lrkit.catalogue._recognition import Call, calls_of, recognised, text_of
from lrkit.catalogue._short_numbers import shortest_between, shortest_near


def call_of(name: str, given: dict[str, Any]) -> Call:
    """The call without the arguments that are the defaults."""
    fields = fields_of(FUNCTIONS[name])
    return Call(name, {k: v for k, v in given.items() if fields[k].required or v != fields[k].default})


def check_round_trip(name: str, given: dict[str, Any]) -> Call:
    made = FUNCTIONS[name](**given)
    found = recognised(made)
    assert found is not None, made
    again = FUNCTIONS[found.name](**found.arguments)
    assert again == made
    assert repr(again) == repr(made)
    assert any(call.name == name for call in calls_of(made)), f"{name} does not know {made}"
    return found


def test_every_function_has_an_inverse() -> None:
    assert {name for inverses in INVERSES.values() for name in inverses} == FUNCTIONS.keys()


def test_a_factor_is_the_one_that_gives_all_stairs() -> None:
    """Of two neighbouring floats, the rounder one gives the second rate too, but not the third."""
    for rate in (0.1, 0.3, 0.7, 0.011):
        for k in range(1, 200):
            gamma = math.nextafter(0.1, 1.0) if k == 1 else k / 199 + 2**-53
            check_round_trip("multi_step", {"learning_rate": rate, "milestones": [3, 5, 9], "gamma": gamma})


SEARCHED = {
    "noise": {
        "seed": st.integers(0, 1000),
        "std": st.integers(10, 30).map(lambda hundredths: hundredths / 100),
        "limit": st.integers(25, 90).map(lambda hundredths: hundredths / 100),
        "steps": st.integers(3, 2000),
    }
}
"""What is drawn where not the whole domain is recognised: a seed does not follow from its numbers."""


@EVERY_FUNCTION
@given(data=st.data())
def test_a_function_s_result_is_recognised_and_made_again(name: str, data: st.DataObject) -> None:
    given = data.draw(arguments(name))
    given |= {key: data.draw(numbers) for key, numbers in SEARCHED.get(name, {}).items()}
    assert check_round_trip(name, given).weight <= call_of(name, given).weight


def anywhere(field: Field) -> st.SearchStrategy[Any]:
    """Any value of the whole declared domain, however far from the typical."""
    param = field.param
    if field.kind is bool:
        return st.booleans()
    if field.kind is str:
        return st.sampled_from(param.choices)
    one: st.SearchStrategy[Any]
    if field.kind is int:
        low, high = int(param.low or 0), int(2**53 if param.high is None else param.high)
        one = st.integers(low, high) | st.integers(low, min(high, low + 300))
    else:
        one = st.floats(
            param.low, param.high, allow_nan=False, allow_infinity=False,
            exclude_min=param.exclusive, exclude_max=param.high_exclusive,
        )  # fmt: skip
    if field.many:
        return st.lists(one, min_size=param.min_length, max_size=4)
    return one | st.none() if field.optional else one


def fitting(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the lower rate first, and periods that hold what is in them."""
    for low, high in (("min_lr", "max_lr"), ("start_lr", "max_lr"), ("end_lr", "max_lr")):
        if name != "cosine_wave" and (given.get(low) or 0) > given.get(high, math.inf):
            given[low], given[high] = given[high], given[low]
    if name == "wsd_s":
        least = given["warmup_steps"] + given["decay_steps"]
        given["period_steps"] = [least + period for period in given["period_steps"]]
    return given


@EVERY_FUNCTION
@settings(suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_so_it_is_in_the_whole_domain(name: str, data: st.DataObject) -> None:
    """Rates of 1e-300 and 1e300, lengths up to 2**53, ratios next to 1: whatever the function takes."""
    fields = fields_of(FUNCTIONS[name]).values()
    given = {f.name: data.draw(anywhere(f)) for f in fields if f.required or data.draw(st.booleans())}
    given |= {key: data.draw(numbers) for key, numbers in SEARCHED.get(name, {}).items()}
    if name == "cosine_restarts" and given.get("cycles") is not None:
        given["cycles"] = min(given["cycles"], 50)
    given = fitting(name, given)
    try:
        FUNCTIONS[name](**given)
    except (ValueError, OverflowError):
        assume(False)
    check_round_trip(name, given)


@pytest.mark.parametrize(
    "given",
    [
        {"max_lr": 5e-324, "three_phase": True},
        {"max_lr": 1.0, "three_phase": True, "start_lr": 0.1, "end_lr": 0.5},
        {"max_lr": 1.0, "three_phase": True, "pct_start": 1.0},
        {"max_lr": 1.0, "three_phase": True, "pct_start": 5e-324},
    ],
)
def test_so_is_a_one_cycle_policy_of_one_step(given: dict[str, Any]) -> None:
    """Of such a run no step, or no phase, may show the peak."""
    for shape in ("cosine", "linear"):
        check_round_trip("one_cycle", given | {"total_steps": 1, "shape": shape})


@EVERY_FUNCTION
@given(data=st.data())
def test_an_inverse_is_asked_for_every_class_that_its_function_returns(name: str, data: st.DataObject) -> None:
    """Drawn from the whole domain, and with rates that leave a curve between 0 and 1 as it is."""
    fields = fields_of(FUNCTIONS[name]).values()
    given = {f.name: data.draw(anywhere(f)) for f in fields if f.required or data.draw(st.booleans())}
    rates = {"min_lr": 0.0, "base_lr": 0.0, "max_lr": 1.0, "learning_rate": 1.0}
    given |= {key: rate for key, rate in rates.items() if key in given and data.draw(st.booleans())}
    given |= {key: data.draw(numbers) for key, numbers in SEARCHED.get(name, {}).items()}
    if name == "cosine_restarts" and given.get("cycles") is not None:
        given["cycles"] = min(given["cycles"], 50)
    try:
        made = FUNCTIONS[name](**fitting(name, given))
    except (ValueError, OverflowError):
        assume(False)
    assert name in INVERSES[type(made)]


def test_an_inverse_is_not_asked_for_other_classes() -> None:
    asked = {cls.__name__: sorted(inverses) for cls, inverses in INVERSES.items()}
    assert asked["CosineDecayLR"] == ["cooldown", "warmup_stable_decay", "wsd_s"]
    assert asked["TableLR"] == ["noise"]
    assert "WarmUpLR" not in asked


# Nothing else ---------------------------------------------------------------------------------------------------------

ZERO, COSINE = lrkit.WarmUpLR(0.1, 10), lrkit.CosineDecayLR(0.0, 1.0, 10)
LAW = lrkit.InverseDecayLR(1.0, 0.1, 1) ** 0.5
NEARLY = {
    "a class": lrkit.CosineDecayLR(0.0, 0.1, 10),
    "a warm-up and a class": lrkit.CosineDecayLR(0.0, 0.1, 10).warmup(5),
    "a smooth power": lrkit.ExponentialDecayLR(0.1, 0.5, 10),
    "nodes at thirds": COSINE.shift(-1).stretch(1 / 3).hold(4),
    "a wave with unequal halves": COSINE.then(1 - lrkit.CosineDecayLR(0.0, 1.0, 9), 10).repeat(20),
    "a wave that stops": lrkit.cosine_wave(0.0, 0.1, 10).hold(15),
    "cycles longer than their curve": COSINE.repeat(15),
    "cycles that go up": lrkit.WarmUpLR(1.0, 10).repeat(10),
    "triangles that shrink by thirds": lrkit.PiecewiseLinearLR([0, 5, 10], [0.0, 1.0, 0.0]).repeat(10, gamma=1 / 3),
    "a triangle without end": lrkit.PiecewiseLinearLR([0, 5, 10], [0.0, 1.0, 0.5]).repeat(10),
    "a peak that is not met": ZERO.then(0.2 * LAW, 10),
    "another milestone": ZERO.then(0.1 * LAW, 11),
    "a root of what is ahead": (0.1 * LAW).shift(-10),
    "stairs that are no powers": lrkit.JoinLR([lrkit.ConstantLR(r) for r in (0.1, 0.01, 0.005)], [3, 6]),
    "a line from step 1": lrkit.PiecewiseLinearLR([1, 10], [0.1, 0.0]),
    "a line to half a step": lrkit.PiecewiseLinearLR([0, 9.5], [0.1, 0.0]),
    "three phases, uneven": lrkit.PiecewiseCosineLR([0, 10, 21, 50], [0.01, 0.1, 0.01, 0.001]),
    "five points": lrkit.PiecewiseCosineLR([0, 10, 20, 30, 40], [0.01, 0.1, 0.01, 0.1, 0.0]),
    "an end above the peak": lrkit.PiecewiseLinearLR([0, 10, 20], [0.01, 0.1, 0.2]),
    "clipped above": lrkit.PolynomialDecayLR(0.1, 0.0, 10, 0.5).clip(max_lr=0.05),
    "clipped, another power": lrkit.PolynomialDecayLR(0.1, 0.0, 10, 0.4).clip(min_lr=0.01),
    "a plateau of another height": lrkit.WarmUpLR(0.1, 5).then(lrkit.ConstantLR(0.2), 5).then(0.1 * COSINE, 20),
    "a table": lrkit.TableLR([1.0, 1.1, 0.9]),
    "a list of rates": lrkit.TableLR([0.1] * 100),
    "noise with another last number": lrkit.TableLR([*lrkit.noise(50).to_list(49), 1.0]),
    "a sum": lrkit.cosine_wave(0.0, 0.1, 10) + lrkit.one_cycle(0.1, 100),
}


@pytest.mark.parametrize("name", NEARLY)
def test_what_no_function_makes_is_not_recognised(name: str) -> None:
    assert recognised(NEARLY[name]) is None


@given(schedules(depth=3))
def test_what_is_recognised_is_made_again(schedule: LearningRateSchedule) -> None:
    """Of any schedule at all: there is no call that returns it, or the call does."""
    if found := recognised(schedule):
        assert FUNCTIONS[found.name](**found.arguments) == schedule


def moved(schedule: LearningRateSchedule, data: st.DataObject) -> LearningRateSchedule:
    """The schedule with one number in it, or in a part of it, changed to the next."""
    places = [name for name, value in schedule.parameters().items() if not isinstance(value, (bool, str, type(None)))]
    name = data.draw(st.sampled_from(places))
    value = getattr(schedule, name)
    if isinstance(value, np.ndarray):
        changed: Any = [*value[:-1].tolist(), math.nextafter(float(value[-1]), 2.0)]
    elif isinstance(value, tuple):
        k = data.draw(st.integers(0, len(value) - 1))
        changed = (*value[:k], changed_one(value[k], data), *value[k + 1 :])
    else:
        changed = changed_one(value, data)
    return replace(schedule, **{name: changed})  # type: ignore[type-var]


def changed_one(value: Any, data: st.DataObject) -> Any:
    if isinstance(value, LearningRateSchedule):
        return moved(value, data)
    return value + 1 if isinstance(value, int) else math.nextafter(value, math.inf)


@EVERY_FUNCTION
@given(data=st.data())
def test_another_number_is_another_call_or_none(name: str, data: st.DataObject) -> None:
    """One count more, or the next float: never the call that made the schedule before."""
    given = data.draw(arguments(name))
    given |= {key: data.draw(numbers) for key, numbers in SEARCHED.get(name, {}).items()}
    made = FUNCTIONS[name](**given)
    try:
        other = moved(made, data)
    except (ValueError, OverflowError):
        assume(False)
    assume(other != made)
    if found := recognised(other):
        assert FUNCTIONS[found.name](**found.arguments) == other
        assert found != recognised(made)


# As it would be written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("one_cycle(0.1, 1000, pct_start=0.25)", "one_cycle(max_lr=0.1, total_steps=1000, pct_start=0.25)"),
        ("one_cycle(3e-4, 12345, 1/3)", "one_cycle(max_lr=0.0003, total_steps=12345, pct_start=0.3333333333333333)"),
        ("slanted_triangular(0.1, 1000, 0.15)", "slanted_triangular(max_lr=0.1, total_steps=1000, cut_frac=0.15)"),
        ("noam(512, 4000)", "noam(d_model=512, warmup_steps=4000)"),
        ("noam(768, 10_000, factor=0.5)", "noam(d_model=3072, warmup_steps=10000)"),
        ("inverse_sqrt(1e-3, 4000)", "inverse_sqrt(max_lr=0.001, warmup_steps=4000)"),
        ("t5(10_000, 0.3)", "t5(factor=0.3)"),
        ("untuned_warm_up(0.1, 0.98)", "untuned_warm_up(learning_rate=0.1, beta2=0.98)"),
        ("exponential_warm_up(0.1, 30)", "exponential_warm_up(learning_rate=0.1, timescale=30.0)"),
        ("cosine_restarts(1e-5, 3e-4, 50)", "cosine_restarts(min_lr=1e-05, max_lr=0.0003, period_steps=50)"),
        ("wsd_s(0.1, 10, [100, 200], 20)",
         "wsd_s(max_lr=0.1, warmup_steps=10, period_steps=[100, 200], decay_steps=20)"),
        ("wsd_s(0.1, 10, [100], 20)",
         "warmup_stable_decay(max_lr=0.1, warmup_steps=10, stable_steps=70, decay_steps=20)"),
        ("noise(200, 0.1, 0.3, 7)", "noise(steps=200, std=0.1, seed=7)"),
        ("noise(500, 0.25, 0.5, 8)", "noise(steps=500, std=0.25, limit=0.5, seed=8)"),
        ("cooldown(50, 'power', 2.0)", "cooldown(decay_steps=50, shape='1-square')"),
        ("PiecewiseLinearLR([0, 100, 1000], [0, 0.1, 0])",
         "PiecewiseLinearLR(milestones=[0.0, 100.0, 1000.0], learning_rates=[0.0, 0.1, 0.0])"),
        ("CosineDecayLR(0, 1, 90).warmup(10)",
         "JoinLR([WarmUpLR(learning_rate=1.0, warmup_steps=10), CosineDecayLR(min_lr=0.0, max_lr=1.0, decay_steps=90)],"
         " milestones=[10])"),
        ("CosineDecayLR(0, 1, 90)", "CosineDecayLR(min_lr=0.0, max_lr=1.0, decay_steps=90)"),
        ("cosine_warm_up(0.0, 10, 0.1)", "PiecewiseCosineLR(milestones=[0.0, 10.0], learning_rates=[0.1, 0.0])"),
        ("one_cycle(0.1, 100).warmup(5)",
         "JoinLR([WarmUpLR(learning_rate=0.004, warmup_steps=5), one_cycle(max_lr=0.1, total_steps=100)],"
         " milestones=[5])"),
    ],
)  # fmt: skip
def test_a_schedule_is_written_with_the_numbers_that_were_given(call: str, expected: str) -> None:
    schedule = lrkit.parse(call) if "1/3" not in call else lrkit.one_cycle(3e-4, 12345, 1 / 3)
    assert text_of(schedule) == expected
    assert lrkit.parse(expected) == schedule


@pytest.mark.parametrize(
    ("guess", "fits", "found"),
    [
        (0.1 + 2**-55, lambda x: abs(x - 0.1) < 1e-16, 0.1),
        (0.0, lambda x: x >= 0, 0.0),
        (5e-324, lambda x: x > 0, 5e-324),
        (1.7976931348623157e308, lambda x: x > 1.7976931348623155e308, 1.7976931348623157e308),
        (math.inf, lambda x: x > 1.7976931348623155e308, 1.7976931348623157e308),
        (0.5, lambda x: x > 1, None),
        (math.nan, lambda x: True, None),
    ],
)
def test_the_number_of_the_fewest_digits(guess: float, fits: Any, found: float | None) -> None:
    assert shortest_near(guess, fits) == found


def test_between_two_numbers_the_one_of_the_fewest_digits() -> None:
    assert shortest_between(0.149, 0.151, lambda x: True) == 0.15
    assert shortest_between(2.0, 3.0, lambda x: x > 2) == 3.0
    assert shortest_between(7.1, 7.9, lambda x: int(x) == 7) == 7.1


@pytest.mark.parametrize("places", [(0.0, 0.0, 0.5), (0.0, 0.5, 0.5), (0.5, 0.5, 0.5), (0.0, 0.0, 1.0)])
def test_points_within_one_step_are_no_slanted_triangle(places: tuple[float, ...]) -> None:
    assert recognised(lrkit.PiecewiseLinearLR(places, (1.0, 0.5, 0.2))) is None
