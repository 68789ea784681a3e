"""Batch sizes that grow: against a loop that counts as Megatron does, a logged run, and schedules on clocks."""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

import lrkit
from lrkit import Budget

BLOOM = [
    (12695, 9841584), (31214, 47768496), (31215, 47770544), (31216, 47772592), (31217, 47774640), (31218, 47776688),
    (31219, 47778736), (31220, 47780784), (31221, 47782832), (31222, 47784880), (31250, 47842224), (31251, 47844272),
    (45000, 76002224), (94768, 177927088), (94769, 177929136), (94770, 177931184),
]  # fmt: skip
"""Iteration and consumed samples, as quoted in the log book of the run: numbers of public runs."""
RATES = {12695: 5.969e-05, 31214: 5.279e-05, 31251: 5.277e-05, 45000: 4.298e-05, 94768: 7.610e-06, 94770: 7.609e-06}
"""The rates beside them, with four digits."""


def bloom() -> Budget:
    return Budget(samples=220e6, batch=2048, sequence=2048, ramp="192 16 9765625", rounding="megatron")


def test_samples_of_bloom_176b() -> None:
    assert len(BLOOM) == 16
    b = bloom()
    assert [b.at(iteration).samples - samples for iteration, samples in BLOOM] == [0] * 16
    assert [b.samples(samples) - iteration for iteration, samples in BLOOM] == [0] * 16
    np.testing.assert_array_equal(b.position([i for i, _ in BLOOM], "sample"), [s for _, s in BLOOM])
    np.testing.assert_array_equal(b.steps_at([s for _, s in BLOOM], "sample"), [i for i, _ in BLOOM])


def test_rates_of_bloom_176b() -> None:
    """Its settings: a peak of 6e-5 after 183,105 samples, a cosine to 6e-6 that ends at 200 million."""
    in_samples = lrkit.CosineDecayLR(6e-6, 6e-5, 199_816_895).warmup(183_105)
    schedule = bloom().in_updates(in_samples, "sample")
    for iteration, rate in RATES.items():
        assert abs(schedule(iteration) - rate) <= 0.5e-8 if rate > 1e-5 else abs(schedule(iteration) - rate) <= 1e-9


# Megatron's counting, one update after another -----------------------------------------------------------------------


def rampup(start: int, increment: int, samples: int, full: int) -> Callable[[int], int]:
    """The batch size at a number of samples: RampupBatchsizeNumMicroBatchesCalculator.update."""
    each = samples / ((full - start) // increment)
    return lambda seen: full if seen > samples else start + int(seen / each) * increment


def steps_of(schedule: list[tuple[int, int]]) -> Callable[[int], int]:
    """The batch size at a number of samples: StepBatchsizeNumMicroBatchesCalculator."""
    thresholds = [threshold for threshold, _ in schedule]
    return lambda seen: schedule[bisect_right(thresholds, seen) - 1][1]


def counted(size: Callable[[int], int], updates: int) -> list[int]:
    seen = [0]
    for _ in range(updates):
        seen.append(seen[-1] + size(seen[-1]))
    return seen


def test_the_first_form_counts_as_megatron_does() -> None:
    draw = random.Random(1)
    for _ in range(150):
        start, increment = draw.randint(1, 40), draw.randint(1, 40)
        full = start + increment * draw.randint(1, 30)
        samples = draw.randint(1, 40_000)
        expected = counted(rampup(start, increment, samples, full), 400)
        b = Budget(updates=400, batch=full, ramp=(start, increment, samples), rounding="megatron")
        assert [b.at(t).samples for t in range(401)] == expected, b
        np.testing.assert_array_equal(b.position(range(401), "sample"), expected)
        np.testing.assert_array_equal(b.steps_at(expected, "sample"), range(401))


def test_the_second_form_counts_as_megatron_does() -> None:
    draw = random.Random(2)
    for _ in range(150):
        sequence = draw.choice([None, 1, 7, 512])
        thresholds = sorted(draw.sample(range(1, 30), draw.randint(0, 6)))
        schedule = [(0, draw.randint(1, 50))] + [(t * 1000 // (sequence or 1), draw.randint(1, 50)) for t in thresholds]
        text = ",".join(f"{t}K:{size}" for t, (_, size) in zip([0, *thresholds], schedule, strict=True))
        expected = counted(steps_of(schedule), 300)
        b = Budget(updates=300, ramp=text, sequence=sequence)
        assert [b.at(t).samples for t in range(301)] == expected, b
        assert b.batch_size == schedule[-1][1]


def test_train_iters_of_megatron() -> None:
    """As its `update_train_iters`: the ramp in a loop, then whole batches of what is left."""
    draw = random.Random(3)
    for _ in range(100):
        start, increment = draw.randint(1, 16), draw.randint(1, 16)
        full, samples = start + increment * draw.randint(1, 12), draw.randint(1, 3000)
        size = rampup(start, increment, samples, full)
        seen = iterations = 0
        while seen <= samples:
            seen, iterations = seen + size(seen), iterations + 1
        train = seen + draw.randint(0, 5000)
        expected = iterations + (train - seen) // full
        assert (
            Budget(samples=train, batch=full, ramp=(start, increment, samples), rounding="megatron").total == expected
        )


def test_a_warm_up_fraction_of_megatron_is_of_samples() -> None:
    b = bloom()
    peak = b.part(0.01)  # 0.01 of the samples that the whole updates see
    assert b.at(peak - 1).samples < 0.01 * b.at(b.total).samples <= b.at(peak).samples


@pytest.mark.parametrize("ramp", ["1 1 1000000000", "192 16 1000000000000", "0:1 1B:64 1T:2048"])
def test_a_long_ramp_is_answered_at_once(ramp: str) -> None:
    began = time.process_time()
    b = Budget(samples=4e12, batch=2048, ramp=ramp)
    assert b.at(b.total - 1).samples < 4e12 <= b.at(b.total).samples
    assert time.process_time() - began < 2  # of 10**9 updates and more, none is counted by itself


# Schedules on clocks -------------------------------------------------------------------------------------------------

IN_TOKENS = lrkit.JoinLR([lrkit.CosineDecayLR(0, 0.1, 5_000).warmup(777), lrkit.ConstantLR(0.03)], [4_000])
CLOCKS = {
    "even": Budget(updates=60, batch=3, sequence=7),
    "prime": Budget(updates=60, batch=97, sequence=1),
    "a ramp": Budget(updates=60, batch=12, sequence=7, ramp="3 1 200"),
    "thresholds": Budget(updates=60, sequence=3, ramp="0:2 300:40 1K:9"),
    "incomplete batches": Budget(samples=100, batch=7, accumulation=3, epochs=12, sequence=5),
    "keras": Budget(samples=100, batch=7, accumulation=3, epochs=12, sequence=5, drop_last=True, rounding="keras"),
    "dropped": Budget(samples=100, batch=7, epochs=4, sequence=5, drop_last=True),
}


@pytest.mark.parametrize("unit", ["sample", "token"])
@pytest.mark.parametrize("name", CLOCKS)
def test_in_updates_has_the_rate_at_what_was_seen(name: str, unit: lrkit.budget.Unit) -> None:
    b = CLOCKS[name]
    schedule = b.in_updates(IN_TOKENS, unit)
    there = [b.at(t) for t in range(b.total + 1)]
    expected = [IN_TOKENS(p.samples if unit == "sample" else p.tokens or 0) for p in there]
    assert [schedule(t) for t in range(b.total + 1)] == expected
    assert lrkit.parse(repr(schedule)) == schedule == lrkit.from_json(schedule.to_json())


@pytest.mark.parametrize("unit", ["sample", "token"])
@pytest.mark.parametrize("name", CLOCKS)
def test_and_back(name: str, unit: lrkit.budget.Unit) -> None:
    b = CLOCKS[name]
    counts_updates = lrkit.CosineDecayLR(0, 0.1, 40).warmup(9)
    schedule = b.from_updates(counts_updates, unit)
    there = [b.at(t) for t in range(b.total)]
    found = [schedule(p.samples if unit == "sample" else p.tokens or 0) for p in there]
    np.testing.assert_allclose(found, counts_updates.to_array(b.total), rtol=0, atol=1e-16)
    assert b.in_updates(schedule, unit)(3) == pytest.approx(counts_updates(3), abs=1e-16)


def test_without_a_ramp_it_is_a_stretch() -> None:
    b = Budget(tokens=300e9, batch=1536, sequence=2048, rounding="megatron")
    gpt3 = lrkit.recipe("gpt3").schedule
    schedule = b.in_updates(gpt3, "token")
    assert schedule == gpt3.stretch(1 / (1536 * 2048))
    assert all(schedule(t) == gpt3(t * 1536 * 2048) for t in range(0, b.total, 37))
    assert b.in_updates(gpt3, "step") is gpt3


@given(st.integers(1, 2**20), st.integers(1, 2**32))
def test_a_stretch_is_exact_at_every_update(size: int, step: int) -> None:
    b = Budget(updates=step, batch=size)
    line = lrkit.PiecewiseLinearLR([0, 2**53], [0, 1])
    assert b.in_updates(line, "sample")(step) == line(step * size)


def test_epochs_and_hours_are_clocks_too() -> None:
    b = Budget(samples=1000, batch=10, epochs=30, updates_per_second=0.5)
    by_epoch = lrkit.CosineDecayLR(0, 0.1, 30)
    assert b.in_updates(by_epoch, "epoch")(b.epochs(15)) == by_epoch(15)
    assert b.in_updates(by_epoch, "hour")(1800 * 3) == by_epoch(3)
    assert b.from_updates(lrkit.CosineDecayLR(0, 0.1, 3000), "epoch")(15) == pytest.approx(by_epoch(15), rel=1e-15)


def test_too_many_incomplete_batches() -> None:
    b = Budget(samples=10, batch=3, epochs=20_000)
    with pytest.raises(
        ValueError, match="at most 10,000 epochs with an incomplete last batch can be joined, got 20,000"
    ):
        b.in_updates(lrkit.ConstantLR(0.1), "sample")
