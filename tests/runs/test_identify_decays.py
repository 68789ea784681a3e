"""`identify` on rows computed here from the formulas that other projects state: a rise, a level and a decay."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrkit

Rule = Callable[[int], float]


def transformers_cosine(peak: float, warmup: int, total: int) -> Rule:
    """The rule of transformers' `get_cosine_schedule_with_warmup`: `_get_cosine_schedule_with_warmup_lr_lambda`."""

    def rate(t: int) -> float:
        if t < warmup:
            return peak * t / max(1, warmup)
        progress = (t - warmup) / max(1, total - warmup)
        return peak * max(0.0, 0.5 * (1.0 + math.cos(math.pi * progress)))

    return rate


def transformers_linear(peak: float, warmup: int, total: int) -> Rule:
    """The rule of transformers' `get_linear_schedule_with_warmup`."""
    return lambda t: peak * (t / max(1, warmup) if t < warmup else max(0.0, (total - t) / max(1, total - warmup)))


def nanogpt(peak: float, floor: float, warmup: int, total: int) -> Rule:
    """build-nanogpt's `get_lr`: the warm-up counts t + 1."""

    def rate(t: int) -> float:
        if t < warmup:
            return peak * (t + 1) / warmup
        if t > total:
            return floor
        return floor + 0.5 * (1.0 + math.cos(math.pi * (t - warmup) / (total - warmup))) * (peak - floor)

    return rate


def minus_sqrt(peak: float, warmup: int, start: int, total: int) -> Rule:
    """Warm-up, level and 1 - sqrt, of Hägele et al. 2024 (arXiv:2405.18392), section 3."""

    def rate(t: int) -> float:
        if t < start:
            return peak * min(t / warmup, 1.0)
        return peak * (1.0 - math.sqrt((t - start) / (total - start)))

    return rate


def answers(rule: Rule, steps: range, offset: int = 0, digits: int | None = None) -> Any:
    """What `identify` says to rows at steps, each with the rate of that step and an offset."""
    rates = [rule(step + offset) for step in steps]
    texts = [rate if digits is None else float(f"{rate:.{digits - 1}e}") for rate in rates]
    return lrkit.identify(np.array(steps), np.array(texts))


def holds(match: Any, **truth: float) -> bool:
    """Whether true numbers lie in the intervals that a match states."""
    bounds = {name: match.open[name] for name in truth}
    return all(
        b is None or b[0] - 1e-9 * value <= value <= b[1] + 1e-9 * value
        for (_, value), b in zip(truth.items(), bounds.values(), strict=True)
    )


@pytest.mark.parametrize("offset", [0, -1, 1])
@pytest.mark.parametrize("make", [transformers_cosine, transformers_linear])
def test_a_warm_up_shows_the_convention(make: Any, offset: int) -> None:
    match = answers(make(3e-4, 37, 1234), range(10, 800, 10), offset)[0]
    assert match.offset == offset
    assert match.certain
    assert match.exactness == "exact"
    assert holds(match, max_lr=3e-4, warmup_steps=37, decay_steps=1197, total_steps=1234)
    assert match.open["warmup_steps"] == (37, 37)


def test_the_floor_of_a_line_and_its_end_are_one_number_until_the_floor_is_seen() -> None:
    match = answers(transformers_linear(1e-3, 50, 1000), range(10, 500, 10))[0]
    assert match.certain
    low, high = match.open["total_steps"]
    assert low <= 490
    assert high == 1000
    assert match.open["min_lr"][1] == pytest.approx(1e-3 * (1 - 440 / 950), rel=0.05)


def test_a_warm_up_of_t_plus_1() -> None:
    match = answers(nanogpt(6e-4, 6e-5, 10, 500), range(500), digits=5)[0]
    assert match.certain
    assert match.exactness == "to the printed digits"
    assert match.offset == 0
    assert match.schedule([0, 9, 10, 500]) == pytest.approx([6e-5, 6e-4, 6e-4, 6e-5], rel=1e-4)


def least_miss(rates: Any, steps: Any, total: int) -> float:
    """By how many half units of 4 digits a cosine to a step misses at least, with any top and floor: all are tried."""
    z = 0.5 + 0.5 * np.cos(np.pi * (steps - 100) / (total - 100))
    half = 0.5 * 10.0 ** (np.floor(np.log10(rates)) - 3)
    tops, floors = np.linspace(0.9999e-4, 1.0001e-4, 101), np.linspace(0, 2e-5, 401)[:, None]
    return min(float((np.abs(top * z + floors * (1 - z) - rates) / half).max(axis=1).min()) for top in tops)


def test_what_13_percent_of_a_cosine_leave_open() -> None:
    rule, steps = transformers_cosine(1e-4, 100, 10_000), range(0, 1301, 50)
    match = answers(rule, steps, digits=4)[0]
    low, high = match.open["total_steps"]
    assert 9000 < low <= 10_000 <= high < 10_100
    assert match.open["min_lr"][0] == 0
    falling = np.array(steps)[2:]
    rates = np.array([float(f"{rule(step):.3e}") for step in falling.tolist()])
    assert least_miss(rates, falling, 10_000) < 1
    assert least_miss(rates, falling, int(low) - 100) > 1
    assert least_miss(rates, falling, int(high) + 30) > 1


def test_a_level_and_a_decay_of_1_minus_sqrt() -> None:
    match = answers(minus_sqrt(1e-3, 100, 800, 1000), range(0, 1001, 10))[0]
    assert match.schedule == lrkit.warmup_stable_decay(1e-3, 100, 700, 200, shape="1-sqrt")
    assert match.certain
    assert holds(match, warmup_steps=100, stable_steps=700, decay_steps=200)


def test_a_warm_up_that_is_not_finished_shows_no_top() -> None:
    match = answers(transformers_cosine(1e-3, 1000, 5000), range(20, 600, 20))[0]
    assert match.open["max_lr"] is None
    assert match.open["warmup_steps"] is None


def test_a_constant_has_no_alignment() -> None:
    match = answers(lambda _: 2e-4, range(0, 100, 10))[0]
    assert match.schedule == lrkit.ConstantLR(2e-4)
    assert match.open["offset"] is None


def test_rates_of_0_are_a_constant() -> None:
    assert lrkit.identify([1, 2, 3], [0.0, 0.0, 0.0])[0].schedule == lrkit.ConstantLR(0.0)


def test_a_walk_without_a_rule_is_refused_with_reasons() -> None:
    steps = np.random.default_rng(3).normal(size=60)
    found = lrkit.identify(np.arange(60), 0.1 * np.exp(0.1 * np.cumsum(steps)))
    assert not any(match.certain for match in found)
    assert found or found.tried


@settings(max_examples=6, deadline=None)
@given(
    st.integers(1, 9), st.integers(0, 80), st.integers(300, 3000), st.sampled_from([0.0, 0.1, 0.01]), st.integers(4, 6)
)
def test_a_certain_answer_holds_the_true_numbers(
    peak: int, warmup: int, length: int, floor: float, digits: int
) -> None:
    top = peak * 1e-4
    rule = lrkit.CosineDecayLR(floor * top, top, length)
    plan = rule.warmup(warmup)
    steps = range(0, (warmup + length) * 2 // 3, max(1, length // 40))
    for match in answers(plan, steps, digits=digits)[:1]:
        if match.certain:
            assert holds(match, max_lr=top, warmup_steps=warmup, decay_steps=length)
            assert match.open["min_lr"][0] <= floor * top * (1 + 1e-9)
            assert floor * top <= match.open["min_lr"][1] * (1 + 1e-9)


CALLS: dict[str, tuple[Any, type[Exception], str]] = {
    "nothing": ((None,), TypeError, "log must be a log, a series of one, or steps with rates beside"),
    "steps alone": (([1, 2, 3],), TypeError, "steps with rates beside"),
    "two lengths": (([1, 2], [0.1]), ValueError, "as many steps as rates, got 2 and 1"),
    "words": (([1, 2], ["a", "b"]), TypeError, "rates must be numbers"),
    "truth values": (([1, 2], [True, False]), TypeError, "rates must be numbers"),
    "a table": (([[1, 2]], [[0.1, 0.2]]), ValueError, "one row of numbers"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_what_is_no_log(call: tuple[Any, type[Exception], str]) -> None:
    arguments, kind, words = call
    with pytest.raises(kind, match=f"^identify: .*{words}"):
        lrkit.identify(*arguments)
