"""The numbers that optax's own tests of its schedules expect, asked of lrkit: of its schedules, and of its adapters.

The source is google-deepmind/optax (Apache-2.0), ``optax/schedules/*_test.py``; optax 0.2.8 gives the same numbers. A
fact is a factory of optax with its arguments, the counts, the values that are expected, and the same curve in lrkit's
words, where it has some. The arrangement is ours.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import lrkit
from lrkit.interop import from_optax, to_optax

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
jnp = jax.numpy


class Fact(NamedTuple):
    """What a factory of optax makes of some arguments."""

    name: str
    factory: str
    arguments: dict[str, Any]
    values: list[float]
    ours: Callable[[], Any]
    counts: list[int] | None = None
    rtol: float = 1e-6

    @property
    def steps(self) -> list[int]:
        return list(range(len(self.values))) if self.counts is None else self.counts


def constant(rate: float) -> Callable[[], Any]:
    return lambda: lrkit.ConstantLR(rate)


def squares(top: float) -> list[float]:
    """From `top` to 10, quadratic, in ten steps."""
    return [10 + (top - 10) * (1 - n / 10) ** 2 for n in range(10)]


def halves(shares: list[float]) -> Any:
    return (1 + np.cos(np.pi * np.array(shares))) / 2


FIFTHS = [0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1, 1]
WITHIN = 1e-3
"""How near optax's own tests want most of the values."""
FACTS = [
    Fact("constant", "constant_schedule", {"value": 10}, [10.0] * 15, constant(10)),
    Fact(
        "linear",
        "polynomial_schedule",
        {"init_value": 10.0, "end_value": 20.0, "power": 1, "transition_steps": 10},
        [*range(10, 20), *[20] * 5],
        lambda: lrkit.linear(10, 20, 10),
    ),
    Fact(
        "quadratic",
        "polynomial_schedule",
        {"init_value": 25.0, "end_value": 10.0, "power": 2, "transition_steps": 10},
        squares(25) + [10] * 5,
        lambda: lrkit.PolynomialDecayLR(25, 10, 10, 2),
    ),
    Fact(
        "quadratic from step 4 on",
        "polynomial_schedule",
        {"init_value": 30.0, "end_value": 10.0, "power": 2, "transition_steps": 10, "transition_begin": 4},
        [30] * 4 + squares(30) + [10] * 6,
        lambda: lrkit.PolynomialDecayLR(30, 10, 10, 2).shift(4),
    ),
    Fact(
        "two jumps",
        "piecewise_constant_schedule",
        {"init_value": 0.1, "boundaries_and_scales": {3: 2.0, 6: 0.5}},
        [0.1] * 3 + [0.2] * 3 + [0.1] * 4,
        lambda: lrkit.PiecewiseConstantLR([3, 6, 10], [0.1, 0.2, 0.1]),
    ),
    Fact(
        "two jumps below 0",
        "piecewise_constant_schedule",
        {"init_value": -0.1, "boundaries_and_scales": {3: 2.0, 6: 0.5}},
        [-0.1] * 3 + [-0.2] * 3 + [-0.1] * 4,
        lambda: lrkit.PiecewiseConstantLR([3, 6, 10], [-0.1, -0.2, -0.1]),
    ),
    Fact(
        "halved at every step",
        "exponential_decay",
        {"init_value": 32.0, "transition_steps": 1, "decay_rate": 0.5},
        [32, 16, 8, 4, 2],
        lambda: lrkit.ExponentialDecayLR(32, 0.5, 1),
    ),
    Fact(
        "cosine in 10",
        "cosine_decay_schedule",
        {"init_value": 0.1, "decay_steps": 10, "alpha": 0.0},
        list(0.1 * halves([k / 10 for k in range(10)])),
        lambda: lrkit.CosineDecayLR(0, 0.1, 10),
    ),
    Fact(
        "cosine in 5, then flat",
        "cosine_decay_schedule",
        {"init_value": 0.1, "decay_steps": 5, "alpha": 0.0},
        list(0.1 * halves(FIFTHS)),
        lambda: lrkit.CosineDecayLR(0, 0.1, 5),
    ),
    Fact(
        "cosine to a tenth",
        "cosine_decay_schedule",
        {"init_value": 0.1, "decay_steps": 5, "alpha": 0.1},
        list(0.1 * (0.9 * halves(FIFTHS) + 0.1)),
        lambda: lrkit.CosineDecayLR(0.01, 0.1, 5),
    ),
    Fact(
        "squared cosine",
        "cosine_decay_schedule",
        {"init_value": 0.1, "decay_steps": 100, "alpha": 0.0, "exponent": 2},
        [0.1, 0.09516553580760956, 0.025, 0.0021446612663567066, 0.0],
        lambda: 0.1 * lrkit.CosineDecayLR(0, 1, 100) ** 2,
        [0, 10, 50, 75, 100],
    ),
    Fact(
        "a decay of 10**10 steps",
        "cosine_decay_schedule",
        {"init_value": 1000.0, "decay_steps": int(1e10), "alpha": 0.0, "exponent": 1},
        [975.52826],
        lambda: lrkit.CosineDecayLR(0, 1000, int(1e10)),
        [int(1e9)],
        1e-7,
    ),
    Fact(
        "warm-up from above, with an end",
        "warmup_cosine_decay_schedule",
        {"init_value": 10, "peak_value": 0.5, "warmup_steps": 100, "decay_steps": 1000, "end_value": 1e-4},
        [10, 0.5, 1e-4],
        lambda: lrkit.linear(10, 0.5, 100).then(lrkit.CosineDecayLR(1e-4, 0.5, 900), 100),
        [0, 100, 1000],
        WITHIN,
    ),
    Fact(
        "warm-up from above to 0",
        "warmup_cosine_decay_schedule",
        {"init_value": 5, "peak_value": 3, "warmup_steps": 100, "decay_steps": 1000, "end_value": 0.0},
        [5, 3, 0],
        lambda: lrkit.linear(5, 3, 100).then(lrkit.CosineDecayLR(0, 3, 900), 100),
        [0, 100, 1000],
        WITHIN,
    ),
    Fact(
        "warm-up and a squared cosine to -3",
        "warmup_cosine_decay_schedule",
        {
            "init_value": 0.2,
            "peak_value": 1.21,
            "end_value": -3.0,
            "warmup_steps": 50,
            "decay_steps": 100,
            "exponent": 2,
        },
        [0.2, 0.402, 1.21, -1.9475, -3.0],
        lambda: lrkit.linear(0.2, 1.21, 50).then(4.21 * lrkit.CosineDecayLR(0, 1, 50) ** 2 - 3, 50),
        [0, 10, 50, 75, 100],
    ),
    Fact(
        "down to 0 and no further, as a peak of 0 has no share",
        "warmup_cosine_decay_schedule",
        {"init_value": 0.2, "peak_value": 0, "end_value": -3.0, "warmup_steps": 50, "decay_steps": 100, "exponent": 2},
        [0.2, 0.16, 0.0, 0.0, 0.0],
        lambda: lrkit.linear(0.2, 0, 50),
        [0, 10, 50, 75, 100],
    ),
    Fact(
        "lines",
        "piecewise_interpolate_schedule",
        {"interpolate_type": "linear", "init_value": 200.0, "boundaries_and_scales": {5: 1.5, 10: 0.25}},
        [200, 220, 240, 260, 280, 300, 255, 210, 165, 120, 75, 75, 75],
        lambda: lrkit.PiecewiseLinearLR((0, 5, 10), (200, 300, 75)),
    ),
    Fact(
        "half cosines, given in any order",
        "piecewise_interpolate_schedule",
        {"interpolate_type": "cosine", "init_value": 400.0, "boundaries_and_scales": {5: 1.2, 3: 0.6, 7: 1.0}},
        [400, 360, 280, 240, 264, 288, 288, 288, 288],
        lambda: lrkit.PiecewiseCosineLR((0, 3, 5, 7), (400, 240, 288, 288)),
    ),
    Fact(
        "no points",
        "piecewise_interpolate_schedule",
        {"interpolate_type": "linear", "init_value": 13.0, "boundaries_and_scales": {}},
        [13.0] * 5,
        constant(13),
    ),
    Fact(
        "no points given",
        "piecewise_interpolate_schedule",
        {"interpolate_type": "cosine", "init_value": 17.0},
        [17.0] * 3,
        constant(17),
    ),
    Fact(
        "a jump at step 0",
        "piecewise_interpolate_schedule",
        {"interpolate_type": "linear", "init_value": 13.0, "boundaries_and_scales": {0: 2.0, 5: 3.0}},
        [26, 36.4, 46.8, 57.2, 67.6, 78],
        lambda: lrkit.PiecewiseLinearLR((0, 5), (26, 78)),
    ),
    Fact(
        "one cycle of lines",
        "linear_onecycle_schedule",
        {
            "transition_steps": 10,
            "peak_value": 1000,
            "pct_start": 0.3,
            "pct_final": 0.7,
            "div_factor": 10.0,
            "final_div_factor": 100.0,
        },
        [100, 400, 700, 1000, 775, 550, 325, 100, 67, 34, 1, 1],
        lambda: lrkit.PiecewiseLinearLR((0, 3, 7, 10), (100, 1000, 100, 1)),
    ),
    Fact(
        "one cycle of half cosines",
        "cosine_onecycle_schedule",
        {
            "transition_steps": 5,
            "peak_value": 1000.0,
            "pct_start": 0.4,
            "div_factor": 10.0,
            "final_div_factor": 100.0,
        },
        [100, 550, 1000, 750.25, 250.75, 1, 1],
        lambda: lrkit.PiecewiseCosineLR((0, 2, 5), (100, 1000, 1)),
    ),
]


def exponentials() -> list[Fact]:
    """With and without stairs, a beginning and an end: every combination that is tested."""
    found = []
    for stairs in (False, True):
        of = (lambda n: n // 2) if stairs else (lambda n: n / 2)
        common = {"init_value": 1.0, "transition_steps": 2, "staircase": stairs}
        found += [
            Fact(
                f"doubled, stairs {stairs}, from {begin}",
                "exponential_decay",
                {**common, "decay_rate": 2.0, "transition_begin": begin},
                [1.0] * begin + [2 ** of(n) for n in range(15)],
                lambda begin=begin, stairs=stairs: lrkit.ExponentialDecayLR(1, 2, 2, is_stair=stairs).shift(begin),
            )
            for begin in (0, 5)
        ]
        for factor, end in ((0.2, 0.1), (1.0, 0.1), (2.0, 3.0)):
            bound, name = (max, "min_lr") if factor < 1 else (min, "max_lr")
            found.append(
                Fact(
                    f"times {factor}, stairs {stairs}, to {end}",
                    "exponential_decay",
                    {**common, "decay_rate": factor, "transition_begin": 3, "end_value": end},
                    [bound(value, end) for value in [1.0] * 3 + [factor ** of(n) for n in range(11)]],
                    lambda factor=factor, stairs=stairs, name=name, end=end: (
                        lrkit.ExponentialDecayLR(1, factor, 2, is_stair=stairs).shift(3).clip(**{name: end})
                    ),
                )
            )
        still = {"init_value": 1.0, "staircase": stairs}
        for name, more in {
            "a factor of 1": {"transition_steps": 15, "decay_rate": 1.0},
            "no steps": {"transition_steps": 0, "decay_rate": 1.0},
            "fewer than no steps": {"transition_steps": -1, "decay_rate": 1.0},
            "a factor of 0": {"transition_steps": 2, "decay_rate": 0.0},
        }.items():
            found.append(
                Fact(f"{name}, stairs {stairs}", "exponential_decay", {**still, **more}, [1.0] * 15, constant(1))
            )
    for length in (-1, 0):
        more = {"init_value": 10.0, "end_value": 20.0, "power": 1, "transition_steps": length}
        found.append(Fact(f"a line of {length} steps", "polynomial_schedule", more, [10.0] * 15, constant(10)))
    return found


def cycles() -> list[Fact]:
    """SGDR: each cycle warms up in 500 steps and decays to 0."""
    found = []
    for name, peaks in {"falling": (1.6, 0.8, 0.4), "equal": (1.6, 1.6, 1.6)}.items():
        lengths = (2000, 3000, 5000)
        given = [
            {"decay_steps": n, "peak_value": peak, "init_value": 0, "end_value": 0.0, "warmup_steps": 500}
            for n, peak in zip(lengths, peaks, strict=True)
        ]

        def ours(peaks: Any = peaks, lengths: Any = lengths) -> Any:
            parts = [lrkit.CosineDecayLR(0, peak, n - 500).warmup(500) for n, peak in zip(lengths, peaks, strict=True)]
            return lrkit.JoinLR(parts, [2000, 5000])

        counts = [500, 2500, 5500]
        found.append(Fact(f"restarts, {name}", "sgdr_schedule", {"cosine_kwargs": given}, list(peaks), ours, counts))
    return found


FACTS += exponentials() + cycles()
EVERY = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)


def near(actual: Any, fact: Fact, rtol: float = 0.0) -> None:
    np.testing.assert_allclose(actual, fact.values, rtol=max(fact.rtol, rtol), atol=1e-6 * max(map(abs, fact.values)))


def at(schedule: Any, steps: list[int]) -> Any:
    """The rates of a schedule of optax: at all steps in one call, unless int32 cannot hold one."""
    return schedule(jnp.array(steps)) if max(steps) < 2**31 else [float(schedule(step)) for step in steps]


@EVERY
def test_in_lrkits_words(fact: Fact) -> None:
    schedule = fact.ours()
    near(schedule(np.array(fact.steps)), fact)
    near([schedule(step) for step in fact.steps], fact)


@EVERY
def test_read_out_of_optax(fact: Fact) -> None:
    near(from_optax(fact.factory, **fact.arguments)(np.array(fact.steps)), fact)


@EVERY
def test_the_facts_hold_of_this_optax(fact: Fact) -> None:
    schedule = getattr(optax.schedules, fact.factory)(**fact.arguments)
    near([float(schedule(step)) for step in fact.steps], fact, rtol=1e-5)


@EVERY
def test_as_it_stands_under_jit(fact: Fact) -> None:
    near(at(jax.jit(fact.ours()), fact.steps), fact, rtol=1e-5)


@EVERY
def test_by_to_optax_under_jit(fact: Fact) -> None:
    near(at(jax.jit(to_optax(fact.ours())), fact.steps), fact)


def test_joined_at_boundaries() -> None:
    rates = [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 1.0]
    parts = [lrkit.ConstantLR(1.0), lrkit.ConstantLR(2.0), lrkit.ConstantLR(1.0)]
    for joined in (
        lrkit.JoinLR(parts, [3, 6]),
        from_optax(optax.join_schedules, schedules=parts, boundaries=[3, 6]),
        jax.jit(optax.join_schedules(parts, boundaries=[3, 6])),
        optax.join_schedules([to_optax(part) for part in parts], boundaries=[3, 6]),
    ):
        assert [float(joined(step)) for step in range(7)] == rates


# The shape of a warm-up and a cosine ----------------------------------------------------------------------------------


def warm(start: float, peak: float, warmup: int, whole: int, end: float, power: float = 1) -> Any:
    cosine = end + (peak - end) * lrkit.CosineDecayLR(0, 1, whole - warmup) ** power
    ours = lrkit.linear(start, peak, warmup).then(cosine, warmup)
    given = {"init_value": start, "peak_value": peak, "warmup_steps": warmup, "decay_steps": whole, "end_value": end}
    theirs = from_optax(optax.warmup_cosine_decay_schedule, **given, exponent=power)
    steps = np.arange(whole + 1)
    np.testing.assert_allclose(theirs(steps), ours(steps), rtol=1e-12, atol=1e-15)
    return theirs(steps)


def test_a_warm_up_rises_to_the_peak() -> None:
    rates = warm(0.0, 1.0, 5, 25, 0.1)
    assert (np.diff(rates[:6]) > 0).all()
    assert rates[5] == 1.0


def test_a_decay_falls_to_its_end() -> None:
    rates = warm(0.0, 2.0, 4, 20, 0.5)
    assert (np.diff(rates[4:]) <= 0).all()
    assert rates[20] == 0.5


def test_a_squared_cosine_lies_below() -> None:
    assert (warm(0.0, 1.0, 2, 12, 0.0, 2)[2:] <= warm(0.0, 1.0, 2, 12, 0.0)[2:] + 1e-12).all()


@pytest.mark.parametrize("make", [lambda s: s, to_optax], ids=["as it stands", "to_optax"])
def test_integer_steps_give_floats_and_jit_changes_nothing(make: Any) -> None:
    schedule = make(lrkit.CosineDecayLR(0.1, 1.0, 20).warmup(5))
    one = schedule(jnp.array(4, dtype=jnp.int32))
    steps = jnp.arange(26)
    eager, compiled = jax.vmap(schedule)(steps), jax.vmap(jax.jit(schedule))(steps)
    assert jnp.issubdtype(one.dtype, jnp.floating)
    assert eager.dtype == one.dtype
    np.testing.assert_allclose(eager, compiled, rtol=1e-6, atol=1e-8)


# Refusals -------------------------------------------------------------------------------------------------------------


POINTS, WARM = "piecewise_interpolate_schedule", "warmup_cosine_decay_schedule"


@pytest.mark.parametrize(
    ("factory", "arguments"),
    [
        (POINTS, {"interpolate_type": "linar", "init_value": 13.0}),
        (POINTS, {"interpolate_type": "", "init_value": 13.0, "boundaries_and_scales": {5: 3.0}}),
        (POINTS, {"interpolate_type": None, "init_value": 13.0, "boundaries_and_scales": {}}),
        (POINTS, {"interpolate_type": "linear", "init_value": 13.0, "boundaries_and_scales": {5: -3}}),
        ("cosine_onecycle_schedule", {"transition_steps": 0, "peak_value": 5.0}),
        ("linear_onecycle_schedule", {"transition_steps": 0, "peak_value": 5.0}),
        (WARM, {"init_value": 0.2, "peak_value": 1.2, "warmup_steps": 10, "decay_steps": 10}),
    ],
)
def test_what_optax_refuses_is_refused_alike(factory: str, arguments: dict[str, Any]) -> None:
    for make in (lambda: getattr(optax.schedules, factory)(**arguments), lambda: from_optax(factory, **arguments)):
        with pytest.raises(ValueError, match=r"."):
            make()


# Injected hyper-parameters --------------------------------------------------------------------------------------------


def test_an_injected_step_size() -> None:
    """Factors at 1, 7 and 12; the update of count i has the value at i."""
    sizes = lrkit.PiecewiseConstantLR([1, 7, 12, 16], [3.0, 15.0, 30.0, 45.0])
    scaled = optax.inject_hyperparams(optax.scale)(step_size=sizes)
    state = jax.jit(scaled.init)([jnp.zeros([])])
    update = jax.jit(scaled.update)
    seen = []
    for _ in range(15):
        [out], state = update([jnp.ones([])], state)
        seen.append(float(out))
    assert seen == [3.0] + [15.0] * 6 + [30.0] * 5 + [45.0] * 3


def test_an_injected_decay_is_seen_in_the_state() -> None:
    decays = lrkit.PiecewiseConstantLR([3, 9, 12], [0.8, 0.4, 0.5])
    trace = optax.inject_hyperparams(optax.trace)(decay=decays, nesterov=True)
    state = jax.jit(trace.init)([jnp.zeros([2, 3])])
    update = jax.jit(trace.update)
    seen = [float(state.hyperparams["decay"])]
    for _ in range(12):
        _, state = update([jnp.ones([2, 3])], state)
        seen.append(float(state.hyperparams["decay"]))
    np.testing.assert_allclose(seen, [0.8] * 4 + [0.4] * 6 + [0.5] * 3, rtol=1e-6)


def test_the_first_update_has_count_0() -> None:
    scaled = optax.inject_hyperparams(optax.scale)(lrkit.linear(0.0, 5.0, 5))
    updates, _ = jax.jit(scaled.update)(jnp.array([-1.0, 0.0, 1.0]), scaled.init(jnp.zeros(3)))
    np.testing.assert_array_equal(updates, np.zeros(3))


def test_a_schedule_is_wrapped_as_a_stateful_one() -> None:
    schedule = lrkit.linear(1.0, 1.0, 10)
    wrapped = optax.schedules.WrappedSchedule(schedule)
    state = wrapped.init()
    for count in range(8):
        assert float(wrapped(state)) == float(schedule(count)) == 1.0
        state = wrapped.update(state, loss=jnp.ones([]))
        assert int(state.count) == count + 1


@pytest.mark.parametrize("name", ["sgd", "adam", "adamw", "rmsprop", "lion", "lamb", "adagrad", "nadam", "radam"])
def test_a_constant_schedule_trains_as_its_number(name: str) -> None:
    """Ten steps on a parabola, as in optax's test of schedules as learning rates."""

    def trained(rate: Any) -> Any:
        optimizer = getattr(optax, name)(learning_rate=rate)
        weights = jnp.array([-1.0, 10.0, 1.0])
        state = optimizer.init(weights)

        @jax.jit
        def step(weights: Any, state: Any) -> Any:
            gradient = jax.grad(lambda w: jnp.sum((w - jnp.array([1.0, -1.0, 1.0])) ** 2))(weights)
            updates, state = optimizer.update(gradient, state, weights)
            return optax.apply_updates(weights, updates), state

        for _ in range(10):
            weights, state = step(weights, state)
        return weights

    numbers = trained(1e-3)
    assert not math.isclose(float(numbers[1]), 10.0)
    np.testing.assert_allclose(trained(lrkit.ConstantLR(1e-3)), numbers, rtol=1e-6)
