"""optax: its factories read, every step against the live library; and schedules made optax's, exact at every count."""

from __future__ import annotations

import functools
import pickle
import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import magnitude, own_kinds, schedules
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit
from lrkit.interop import from_optax, to_optax
from lrkit.interop._errors import DepartureWarning
from lrkit.interop._optax_factories import READERS
from lrkit.interop.optax import OptaxSchedule

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
jnp = jax.numpy

Arguments = dict[str, Any]
CONFIGURATIONS = 20
SHORTEST, LONGEST = 1, 60


def steps(r: random.Random) -> int:
    return r.choice([SHORTEST, 2, LONGEST, r.randint(3, LONGEST)])


def rate(r: random.Random) -> float:
    return r.choice([0.0, 1.0, -0.3, r.uniform(1e-4, 2), r.uniform(1e-4, 2)])


def boundaries(r: random.Random, low: int) -> dict[float, float]:
    found = {*r.sample(range(low, LONGEST), r.randint(0, 5)), *r.choice([[], [max(low, 0)]])}
    return {boundary: r.choice([0.0, 0.5, 2.5, r.uniform(0.01, 3)]) for boundary in found}


def constant_schedule(r: random.Random) -> Arguments:
    return {"value": rate(r)}


def polynomial_schedule(r: random.Random) -> Arguments:
    power = r.choice([0.0, 0.5, 1, 2, r.uniform(0.3, 4)])
    return {
        "init_value": rate(r),
        "end_value": rate(r),
        "power": power,
        "transition_steps": r.choice([0, -3, steps(r), steps(r), steps(r), r.uniform(1, 40)]),
        "transition_begin": r.choice([0, 0, -4, r.randint(1, 30)]),
    }


def linear_schedule(r: random.Random) -> Arguments:
    given = polynomial_schedule(r)
    del given["power"]
    return given


def piecewise_constant_schedule(r: random.Random) -> Arguments:
    found = r.choice([None, boundaries(r, -3), boundaries(r, 0), {b + 0.5: s for b, s in boundaries(r, 0).items()}])
    return {"init_value": rate(r), "boundaries_and_scales": found}


def piecewise_interpolate_schedule(r: random.Random) -> Arguments:
    kind = r.choice(["linear", "cosine"])
    found = r.choice([None, {}, boundaries(r, 0), boundaries(r, 0), boundaries(r, 1)])
    return {"interpolate_type": kind, "init_value": rate(r), "boundaries_and_scales": found}


def exponential_decay(r: random.Random) -> Arguments:
    staircase = r.random() < 0.4
    return {
        "init_value": rate(r),
        "transition_steps": r.choice([0, steps(r), steps(r), steps(r) if staircase else r.uniform(2, 40)]),
        "decay_rate": r.choice([0, 1.0, r.uniform(0.2, 1), r.uniform(0.5, 1), r.uniform(1, 1.2)]),
        "transition_begin": r.choice([0, -4, r.randint(1, 30)]),
        "staircase": staircase,
        "end_value": r.choice([None, rate(r), rate(r)]),
    }


def cosine_decay_schedule(r: random.Random) -> Arguments:
    return {
        "init_value": rate(r),
        "decay_steps": r.choice([steps(r), steps(r), r.uniform(1, 40)]),
        "alpha": r.choice([0.0, 1.0, -0.2, 1.5, r.uniform(0, 1)]),
        "exponent": r.choice([1.0, 0.0, 2, r.uniform(0.4, 3)]),
    }


def linear_onecycle_schedule(r: random.Random) -> Arguments:
    start = r.uniform(0.1, 0.5)
    return {
        "transition_steps": r.randint(10, LONGEST),
        "peak_value": r.uniform(0.01, 2),
        "pct_start": start,
        "pct_final": start + r.uniform(0.15, 0.4),
        "div_factor": r.uniform(2, 40),
        "final_div_factor": r.choice([1e4, 0.5, r.uniform(1, 1e5)]),
    }


def cosine_onecycle_schedule(r: random.Random) -> Arguments:
    given = linear_onecycle_schedule(r)
    del given["pct_final"]
    return given


def join_schedules(r: random.Random) -> Arguments:
    """Also with boundaries that decrease, or are not above 0: what optax makes of them is read too."""
    parts = [lrkit.CosineDecayLR(0.0, r.uniform(0.1, 1), steps(r)).warmup(steps(r)) for _ in range(r.randint(1, 4))]
    found = [r.randint(-3, LONGEST) for _ in parts[1:]]
    return {"schedules": parts, "boundaries": r.choice([found, sorted(found)])}


def warmup_constant_schedule(r: random.Random) -> Arguments:
    return {"init_value": rate(r), "peak_value": rate(r), "warmup_steps": r.choice([0, steps(r), steps(r)])}


def warmup_cosine_decay_schedule(r: random.Random) -> Arguments:
    warmup_steps = r.choice([0, 0, steps(r), steps(r), -2])
    return {
        "init_value": rate(r),
        "peak_value": rate(r),
        "warmup_steps": warmup_steps,
        "decay_steps": max(warmup_steps, 0) + steps(r),
        "end_value": rate(r),
        "exponent": r.choice([1.0, 1.0, r.uniform(0.4, 3)]),
    }


def warmup_exponential_decay_schedule(r: random.Random) -> Arguments:
    down = exponential_decay(r)
    return {"peak_value": down["init_value"], "warmup_steps": r.choice([0, steps(r)])} | down | {"init_value": rate(r)}


def sgdr_schedule(r: random.Random) -> Arguments:
    cycles = [warmup_cosine_decay_schedule(r) for _ in range(r.randint(1, 4))]
    for cycle in cycles:
        for name in ("end_value", "exponent"):
            if r.random() < 0.5:
                del cycle[name]
    return {"cosine_kwargs": cycles}


FACTORIES: dict[str, Callable[[random.Random], Arguments]] = {
    function.__name__: function
    for function in (
        constant_schedule, cosine_decay_schedule, cosine_onecycle_schedule, exponential_decay, join_schedules,
        linear_onecycle_schedule, linear_schedule, piecewise_constant_schedule, piecewise_interpolate_schedule,
        polynomial_schedule, sgdr_schedule, warmup_constant_schedule, warmup_cosine_decay_schedule,
        warmup_exponential_decay_schedule,
    )
}  # fmt: skip


def live(name: str, arguments: Arguments, counts: Any) -> np.ndarray[Any, Any]:
    """The live rates at these counts, as float64."""
    rates = jax.vmap(getattr(optax, name)(**arguments))(jnp.asarray(counts))
    return np.broadcast_to(np.asarray(rates, np.float64), np.shape(counts))


# From optax -----------------------------------------------------------------------------------------------------------


def test_every_factory_of_the_live_library_is_read() -> None:
    not_schedules = {"inject_hyperparams", "inject_stateful_hyperparams"}
    functions = {
        name for name in dir(optax.schedules) if name[0].islower() and callable(getattr(optax.schedules, name))
    }
    assert functions - not_schedules == READERS.keys() == FACTORIES.keys()


@pytest.mark.parametrize("name", FACTORIES)
def test_every_step_is_optaxs(name: str) -> None:
    """With float64 switched on, to 1e-12 of the largest rate; in float32, to 1e-6 of it: some 16 roundings."""
    r = random.Random(name)
    counts = np.arange(0, 6 * LONGEST)
    for _ in range(CONFIGURATIONS):
        arguments = FACTORIES[name](r)
        rates = from_optax(getattr(optax, name), **arguments)(counts)
        with jax.enable_x64(True):
            expected = live(name, arguments, counts)
        peak = np.abs(expected).max()
        assert np.abs(rates - expected).max() <= 1e-12 * peak, arguments
        assert np.abs(rates - live(name, arguments, counts)).max() <= 1e-6 * peak, arguments
        assert from_optax(name, **arguments) == from_optax(getattr(optax, name), **arguments)


def test_o1_a_one_cycle_that_is_too_short_keeps_its_phases() -> None:
    """The boundaries are keys of a dict in optax, so that of 0, 0 and 1 one is lost, and with it the factor of 25."""
    optaxs = live("linear_onecycle_schedule", {"transition_steps": 1, "peak_value": 1.0}, [0, 1])
    assert optaxs == pytest.approx([0.04 / 25, 0.04 / 25 / 1e4])
    with pytest.warns(DepartureWarning, match=r"boundaries \[0, 0, 1\] .* collide") as caught:
        schedule = from_optax(optax.linear_onecycle_schedule, 1, 1.0)
    assert schedule([0, 1]) == pytest.approx([0.04, 0.04 / 1e4])
    assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(DepartureWarning, match="collide"):
        schedule = from_optax(optax.cosine_onecycle_schedule, 10, 1.0, pct_start=1.0)
    assert schedule([0, 5, 9, 10]) == pytest.approx([0.04, 0.52, 0.04 + 0.48 * (1 + np.cos(np.pi / 10)), 4e-6])


def test_o2_one_cycle_ends_at_the_first_rate_over_the_final_factor() -> None:
    """What optax computes and documents for `final_div_factor`, not what it says of its phase 3: 1e-4."""
    for factory in (optax.linear_onecycle_schedule, optax.cosine_onecycle_schedule):
        assert float(factory(100, 1.0)(100)) == pytest.approx(1 / 25 / 1e4, rel=1e-5)
        assert from_optax(factory, 100, 1.0)(100) == pytest.approx(4e-6, rel=1e-12)


def test_o3_a_long_cosine_is_exact_near_its_end() -> None:
    """By sin² of half the angle left, which does not cancel."""
    exact = np.sin(np.pi * 1000 / 2e7) ** 2
    arguments = (1.0, 10_000_000)
    assert abs(float(optax.cosine_decay_schedule(*arguments)(9_999_000)) / exact - 1) > 0.2
    assert from_optax(optax.cosine_decay_schedule, *arguments)(9_999_000) == pytest.approx(exact, rel=1e-8)


def test_o4_a_long_line_has_a_last_step() -> None:
    arguments = (1.0, 0.0, 40_000_000)
    assert float(optax.linear_schedule(*arguments)(39_999_999)) == 0.0
    assert from_optax(optax.linear_schedule, *arguments)(39_999_999) == pytest.approx(2.5e-8, rel=1e-8)


def test_o5_a_warm_up_as_long_as_the_horizon_is_refused_in_optaxs_words() -> None:
    arguments = (0.0, 1.0, 10, 10)
    for make in (optax.warmup_cosine_decay_schedule, functools.partial(from_optax, "warmup_cosine_decay_schedule")):
        with pytest.raises(ValueError, match="requires positive decay_steps, got decay_steps=0"):
            make(*arguments)


def test_o6_what_is_read_pickles() -> None:
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(optax.linear_schedule(1.0, 0.0, 10))
    schedule = from_optax(optax.linear_schedule, 1.0, 0.0, 10)
    assert pickle.loads(pickle.dumps(schedule)) == schedule


def test_growth_is_bounded_before_it_overflows() -> None:
    for staircase in (False, True):
        arguments = {
            "init_value": 0.1,
            "transition_steps": 3,
            "decay_rate": 9.0,
            "end_value": 0.7,
            "staircase": staircase,
        }
        counts = [0, 2, 3, 5, 6, 10_000]
        assert from_optax("exponential_decay", **arguments)(counts) == pytest.approx(
            live("exponential_decay", arguments, counts)
        )


def test_names_and_defaults_are_optaxs() -> None:
    schedule = from_optax("warmup_exponential_decay_schedule", 0.0, 1.0, 4, transition_steps=8, decay_rate=0.5)
    assert schedule([2, 4, 12]) == pytest.approx([0.5, 1.0, 0.5])
    factory = functools.partial(optax.cosine_decay_schedule, 0.5, alpha=0.2)
    assert from_optax(factory, 8, alpha=0.1) == lrkit.CosineDecayLR(0.05, 0.5, 8)
    assert from_optax(optax.constant_schedule, jnp.float32(0.5)) == lrkit.ConstantLR(0.5)
    cycles = ({"init_value": 0.0, "peak_value": 1.0, "warmup_steps": 2, "decay_steps": 4} for _ in range(2))
    assert from_optax(optax.sgdr_schedule, cycles)([3, 4, 6, 99]) == pytest.approx([0.5, 0, 1, 0])


def test_what_to_optax_made_is_read_back() -> None:
    schedule = lrkit.WarmUpLR(0.5, 10)
    assert from_optax(to_optax(schedule)) is schedule
    joined = from_optax(optax.join_schedules, [to_optax(schedule), lrkit.ConstantLR(0.1)], boundaries=[5])
    assert joined == schedule.then(lrkit.ConstantLR(0.1), 5)


REFUSED = {
    "a closure": ((optax.linear_schedule(1.0, 0.0, 10),), TypeError, r"closure.*from_optax\(optax.linear_schedule"),
    "an optimizer": ((optax.adam, 0.1), TypeError, "no function of optax that returns a schedule"),
    "a decorator": ((optax.inject_hyperparams, optax.adam), TypeError, "no function of optax that returns a schedule"),
    "a number": ((0.1,), TypeError, "0.1 is no function of optax"),
    "an unknown name": (("cosine", 0.1), ValueError, "'cosine' is no schedule of optax, which has constant_schedule,"),
    "a missing argument": (("linear_schedule", 1.0), TypeError, "linear_schedule: missing a required argument"),
    "half a step": (
        ("polynomial_schedule", 1.0, 0.0, 2, 9, 1.5),
        TypeError,
        "transition_begin must be an integer >= 0, got 1.5",
    ),
    "near points": (("piecewise_interpolate_schedule", "linear", 1.0, {2: 2, 2.5: 2}), TypeError, "less than a step"),
    "before 0": (("piecewise_interpolate_schedule", "linear", 1.0, {-2: 2, 2: 2}), ValueError, r"milestones\[1\]"),
    "a negative power": (("polynomial_schedule", 1.0, 0.0, -1, 9), ValueError, "power must be a number > 0, got -1"),
    "a negative rate": (("exponential_decay", 1.0, 9, -0.5), ValueError, "decay_rate must be a number > 0, got -0.5"),
    "optax's parts": (("join_schedules", [lambda step: step], []), TypeError, "join_schedules joins lrkit's schedules"),
    "parts left over": (("join_schedules", [lrkit.ConstantLR(1.0)], [3]), ValueError, "1 schedules need 0 boundaries"),
    "a fractional join": (
        ("join_schedules", [lrkit.ConstantLR(1.0)] * 2, [3.5]),
        TypeError,
        "a boundary must be an integer, got 3.5",
    ),
    "negative factors": (("piecewise_constant_schedule", 1.0, {3: -1.0}), ValueError, "expects non-negative scale"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused(case: str) -> None:
    arguments, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        from_optax(*arguments)


def test_an_argument_that_this_version_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def linear_schedule(init_value: float, end_value: float, transition_steps: int, shape: str = "new") -> None:
        """As a later optax may have it."""

    monkeypatch.setattr(optax.schedules, "linear_schedule", linear_schedule)
    with pytest.raises(TypeError, match="linear_schedule differs in its arguments shape, transition_begin"):
        from_optax("linear_schedule", 1.0, 0.0, 10)


@pytest.mark.parametrize("missing", ["optax", "jax"])
def test_a_missing_framework_is_named_with_its_extra(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (missing, "optax.schedules"):
        monkeypatch.setitem(sys.modules, module, None)
    adapter = {"optax": lambda: from_optax("linear_schedule", 1.0, 0.0, 10), "jax": lambda: to_optax(LINE)(3)}[missing]
    with pytest.raises(ImportError, match=rf'needs {missing}: pip install "lrkit\[optax\]"'):
        adapter()


# To optax -------------------------------------------------------------------------------------------------------------

LINE = lrkit.linear(1.0, 0.0, 40_000_000)
SCHEDULE = lrkit.CosineDecayLR(0.01, 0.1, 20).warmup(5)
LARGE = {
    # schedule, count, the exact rate
    "2**24 + 1 of 2**25": (lrkit.linear(1.0, 0.0, 2**25), 2**24 + 1, (2**24 - 1) / 2**25),
    "39 999 999 of 4e7": (LINE, 39_999_999, 1 / 4e7),
    "9 999 999 of 1e7": (lrkit.CosineDecayLR(0, 1.0, 10_000_000), 9_999_999, np.sin(np.pi / 2e7) ** 2),
    "9 999 000 of 1e7": (lrkit.CosineDecayLR(0, 1.0, 10_000_000), 9_999_000, np.sin(np.pi / 2e4) ** 2),
    "2**31 - 2 of 2**31 - 1": (lrkit.linear(1.0, 0.0, 2**31 - 1), 2**31 - 2, 1 / (2**31 - 1)),
}
PROGRAMS: dict[str, Callable[[Any, int], Any]] = {
    "as it is": lambda rate, count: rate(count),
    "an array": lambda rate, count: rate(np.int64(count)),
    "jit": lambda rate, count: jax.jit(rate)(jnp.int32(count)),
    "vmap": lambda rate, count: jax.vmap(rate)(jnp.array([0, count]))[1],
    "vmap of jit": lambda rate, count: jax.vmap(jax.jit(rate))(jnp.array([0, count]))[1],
    "jit of vmap": lambda rate, count: jax.jit(jax.vmap(rate))(jnp.array([0, count]))[1],
    "scan": lambda rate, count: jax.lax.scan(lambda c, _: (c + 1, rate(c)), jnp.int32(count - 1), None, 2)[1][1],
    "jit of scan": lambda rate, count: jax.jit(
        lambda start: jax.lax.scan(lambda c, _: (c + 1, rate(c)), start, None, 2)[1][1]
    )(jnp.int32(count - 1)),
    "while": lambda rate, count: jax.lax.while_loop(
        lambda state: state[0] <= count, lambda state: (state[0] + 1, rate(state[0])), (count - 1, jnp.float32(0))
    )[1],
    "cond": lambda rate, count: jax.jit(lambda c: jax.lax.cond(c > 3, rate, lambda _: jnp.float32(0), c))(count),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("case", LARGE)
def test_large_counts_are_exact_in_a_program_of_float32(case: str, program: str) -> None:
    """A cosine near its end is a difference of numbers near 1: float64 has it to 2**-52 of 1."""
    schedule, count, exact = LARGE[case]
    rate = PROGRAMS[program](to_optax(schedule), count)
    assert rate.dtype == jnp.float32
    assert float(rate) == pytest.approx(exact, rel=2.0**-24, abs=3e-16 if schedule.kind == "cosine_decay" else 0.0)


@pytest.mark.parametrize("case", list(LARGE)[1:4])
def test_without_it_they_are_not(case: str) -> None:
    """Neither optax's own nor a schedule as it stands: both compute in float32."""
    schedule, count, exact = LARGE[case]
    length = count + {"9 999 000 of 1e7": 1000}.get(case, 1)
    name = "cosine_decay_schedule" if schedule.kind == "cosine_decay" else "linear_schedule"
    own = getattr(optax, name)(*((1.0, length) if schedule.kind == "cosine_decay" else (1.0, 0.0, length)))
    for rate in (own, schedule):
        assert abs(float(rate(jnp.int32(count))) / exact - 1) > 0.1


@pytest.mark.parametrize("kind", own_kinds())
@settings(max_examples=3)
@given(data=st.data())
def test_every_kind_is_the_scalar_rate_rounded_once(kind: str, data: st.DataObject) -> None:
    """To one float32 rounding, and what float64 arrays may differ from scalars by, at the curve's magnitude."""
    schedule, counts = data.draw(schedules([kind])), data.draw(st.lists(st.integers(0, 1000), min_size=1, max_size=9))
    rates = np.asarray(jax.jit(jax.vmap(to_optax(schedule)))(jnp.array(counts, jnp.int32)), np.float64)
    expected = np.array([schedule(count) for count in counts])
    tiny = float(np.finfo(np.float32).tiny)  # below it XLA has 0
    assert (np.abs(rates - expected) <= 2.0**-24 * np.abs(expected) + 1e-14 * magnitude(schedule, counts) + tiny).all()


def test_derivatives_by_the_count() -> None:
    rate = to_optax(lrkit.CosineDecayLR(0.0, 1.0, 10_000_000))
    slope = -np.pi / 2e7
    for derivative in (jax.grad(rate), jax.jit(jax.grad(rate)), jax.grad(jax.jit(rate)), jax.jacfwd(jax.jit(rate))):
        assert float(derivative(5e6)) == pytest.approx(slope, rel=1e-6)
    assert jax.vmap(jax.grad(rate))(jnp.array([0.0, 5e6])) == pytest.approx(np.array([0.0, slope]), rel=1e-6)


def test_the_precision_is_the_programs_and_stays() -> None:
    @jax.jit
    def both(count: Any) -> Any:
        rate = to_optax(SCHEDULE)(count)
        return rate, jnp.arange(3.0), count + 1

    assert [str(x.dtype) for x in both(jnp.int32(3))] == ["float32", "float32", "int32"]
    with jax.enable_x64(True):
        assert both(jnp.int64(3))[0].dtype == jnp.float64
        assert float(both(jnp.int64(7))[0]) == pytest.approx(SCHEDULE(7), rel=1e-15)
    assert not jax.config.jax_enable_x64


def test_adam_takes_it() -> None:
    """Against optax's own moments, multiplied by minus the rate by hand."""
    optimizer, moments = optax.adam(to_optax(SCHEDULE)), optax.scale_by_adam()
    weights = {"w": jnp.array([0.5, -2.0]), "b": jnp.array(1.0)}
    state, by_hand = optimizer.init(weights), moments.init(weights)
    update = jax.jit(optimizer.update)
    for step in range(40):
        gradients = jax.tree.map(lambda w: jnp.cos(w * step), weights)  # noqa: B023
        moved, state = update(gradients, state)
        direction, by_hand = moments.update(gradients, by_hand)
        expected = jax.tree.map(lambda d: -np.float32(SCHEDULE(step)) * d, direction)  # noqa: B023
        assert jax.tree.all(jax.tree.map(lambda x, y: np.allclose(x, y, rtol=1e-5, atol=1e-9), moved, expected))


def test_inject_hyperparams_takes_several() -> None:
    decay = lrkit.linear(0.1, 0.3, 20)
    optimizer = optax.inject_hyperparams(optax.adamw)(to_optax(SCHEDULE), weight_decay=to_optax(decay))
    weights = jnp.ones(3)
    state = optimizer.init(weights)
    update = jax.jit(optimizer.update)
    for step in range(30):
        _, state = update(weights, state, weights)
        found = state.hyperparams
        assert float(found["learning_rate"]) == pytest.approx(SCHEDULE(step), rel=1e-7)
        assert float(found["weight_decay"]) == pytest.approx(decay(step), rel=1e-7)


def test_it_is_a_value() -> None:
    rate = to_optax(SCHEDULE)
    assert eval(repr(rate), {name: getattr(lrkit, name) for name in dir(lrkit)} | {"to_optax": to_optax}) == rate
    assert pickle.loads(pickle.dumps(rate)) == rate
    assert len({rate, OptaxSchedule(SCHEDULE), to_optax(LINE)}) == 2
    with pytest.raises(AttributeError):
        rate.schedule = LINE


def test_only_schedules_become_optaxs() -> None:
    with pytest.raises(TypeError, match="to_optax: schedule must be a schedule"):
        to_optax(0.1)
    with pytest.raises(TypeError, match="a step must be a real number"):
        to_optax(LINE)(jnp.array(True))
