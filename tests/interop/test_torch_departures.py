"""Where torch departs from its own formula: what it does, and what `from_torch` reads."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from torch_schedulers import assert_equal_to_torch, composed, optimizer_of, theirs, values, walk

import lrkit
from lrkit.interop._errors import DepartureWarning

# torch warns of a step without an update before it, and that step(epoch) is deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]


def departs(scheduler: Any, message: str, steps: int) -> tuple[Any, Any]:
    """What is read of the first group, with a warning, and what torch does."""
    with pytest.warns(DepartureWarning, match=f"from_torch: torch departs from its formula: .*{message}"):
        read, *_ = lrkit.from_torch(scheduler)
    return np.array(read.to_list(steps + 1)), walk(scheduler, steps, may_fail=True)[:, 0]


def test_t1_a_chained_cosine_is_a_product() -> None:
    optimizer = optimizer_of(0.1)
    parts = [theirs.CosineAnnealingLR(optimizer, 100, 0.01), theirs.ExponentialLR(optimizer, 0.99)]
    read, torchs = departs(theirs.ChainedScheduler(parts), "CosineAnnealingLR in a ChainedScheduler .* at once", 400)
    form = [(0.01 + 0.045 * (1 + math.cos(math.pi * e / 100))) * 0.99**e for e in range(401)]
    np.testing.assert_allclose(read, form, rtol=1e-12)
    assert torchs.min() < -0.1


def test_t1_a_chained_cosine_to_0_departs_past_its_end() -> None:
    optimizer = optimizer_of(0.1)
    parts = [theirs.CosineAnnealingLR(optimizer, 20), theirs.ExponentialLR(optimizer, 0.9)]
    read, torchs = departs(theirs.ChainedScheduler(parts), "past T_max=20", 40)
    np.testing.assert_allclose(read[:21], torchs[:21], rtol=0, atol=1e-13)
    np.testing.assert_allclose(read[40], 0.1 * 0.9**40, rtol=1e-12)
    assert abs(torchs[40] - read[40]) > 1e-3


def test_t2_a_composition_after_a_milestone_fails_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    inner = theirs.ChainedScheduler([theirs.ExponentialLR(optimizer, 0.9), theirs.StepLR(optimizer, 2, 0.5)])
    outer = theirs.SequentialLR(optimizer, [theirs.ConstantLR(optimizer, 0.5, 100), inner], [3])
    read, torchs = departs(outer, "SequentialLR fails when it comes to a ChainedScheduler at step 3", 10)
    form = [0.05 if e < 3 else 0.1 * 0.9 ** (e - 3) * 0.5 ** ((e - 3) // 2) for e in range(11)]
    np.testing.assert_allclose(read, form, rtol=1e-14)
    assert len(torchs) == 3


def test_a_sequence_in_front_of_a_sequence_is_a_step_early_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    inner = theirs.SequentialLR(optimizer, [theirs.ConstantLR(optimizer, 0.5, 100), theirs.StepLR(optimizer, 100)], [3])
    outer = theirs.SequentialLR(optimizer, [inner, theirs.ConstantLR(optimizer, 0.1, 100)], [8])
    read, torchs = departs(outer, "comes to its milestones a step early", 10)
    assert read.tolist() == pytest.approx([0.05] * 3 + [0.1] * 5 + [0.01] * 3)
    assert torchs.tolist() == pytest.approx([0.05] * 2 + [0.1] * 6 + [0.01] * 3)


def test_a_chain_in_front_of_a_sequence_takes_its_first_step_at_once_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    inner = theirs.ChainedScheduler([theirs.ExponentialLR(optimizer, 0.5), theirs.ConstantLR(optimizer, 1.0)])
    outer = theirs.SequentialLR(optimizer, [inner, theirs.ConstantLR(optimizer, 0.1, 100)], [3])
    read, torchs = departs(outer, "takes its first step at once", 3)
    assert read.tolist() == pytest.approx([0.1, 0.05, 0.025, 0.01])
    assert torchs.tolist() == pytest.approx([0.05, 0.025, 0.0125, 0.01])


def test_t3_one_cycle_changes_where_the_others_start_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    parts = [theirs.ConstantLR(optimizer, 1.0), theirs.OneCycleLR(optimizer, 0.1, 20)]
    read, torchs = departs(theirs.SequentialLR(optimizer, parts, [5]), "starts from an initial_lr that another", 24)
    assert read[:6].tolist() == pytest.approx([0.1] * 5 + [0.004])
    assert torchs[:6].tolist() == pytest.approx([0.004] * 6)
    np.testing.assert_allclose(read[5:], torchs[5:], rtol=0, atol=1e-14)


def test_t4_a_resumed_sequence_begins_anew_in_torch() -> None:
    optimizer = optimizer_of(0.1)
    optimizer.param_groups[0]["initial_lr"] = 0.1
    parts = [theirs.ConstantLR(optimizer, 0.1, 100), theirs.ExponentialLR(optimizer, 0.9)]
    scheduler = theirs.SequentialLR(optimizer, parts, [6], last_epoch=7)
    with pytest.warns(DepartureWarning, match="SequentialLR is at step 8, but its part 1 at -1, not 2"):
        [read] = lrkit.from_torch(scheduler)
    assert read(8) == pytest.approx(0.1 * 0.9**2, rel=1e-15)
    assert values(optimizer) == pytest.approx([0.01])


def test_t7_zeros() -> None:
    read, torchs = departs(theirs.LinearLR(optimizer_of(0.1), 0.5, total_iters=0), "stays at the start factor", 3)
    assert (read.tolist(), torchs.tolist()) == ([0.1] * 4, [0.05] * 4)
    read, torchs = departs(theirs.ConstantLR(optimizer_of(0.1), 0.5, 0), "keeps the reduced rate", 3)
    assert (read.tolist(), torchs.tolist()) == ([0.1] * 4, [0.05] * 4)
    read, torchs = departs(theirs.ConstantLR(optimizer_of(0.1), 0.0, 2), "divides by it", 3)
    assert (read.tolist(), torchs.tolist()) == ([0, 0, 0.1, 0.1], [0, 0])


def test_t8_one_cycle_becomes_negative_past_its_end_in_torch() -> None:
    scheduler = theirs.OneCycleLR(optimizer_of(0.1), 0.1, 20, anneal_strategy="linear")
    [before] = lrkit.from_torch(scheduler)
    torchs = walk(scheduler, 25, may_fail=True)[:, 0]
    assert len(torchs) == 21
    assert torchs[20] < -1e-3
    assert before.to_list(26)[19:] == pytest.approx([0.1 / 25 / 1e4] * 7, rel=1e-9)
    with pytest.warns(DepartureWarning, match="OneCycleLR extrapolates at step 20 and raises after it"):
        assert lrkit.from_torch(scheduler) == [before]


def test_t8_a_sequence_that_goes_past_the_end_of_one_cycle() -> None:
    """It is said while the milestone is to come, and only where it comes after the end."""
    for milestone, last in [(20, 19), (21, 20)]:
        optimizer = optimizer_of(0.1 / 25)
        parts = [theirs.OneCycleLR(optimizer, 0.1, 20), theirs.ConstantLR(optimizer, 1.0)]
        scheduler = theirs.SequentialLR(optimizer, parts, [milestone])
        if last == 19:
            assert_equal_to_torch(scheduler, 40)
        else:
            read, torchs = departs(scheduler, "OneCycleLR extrapolates at step 20", 40)
            assert (np.abs(read - torchs) > 1e-9).nonzero()[0].tolist() == [20]


def in_sequence(rate: float) -> Any:
    """A warm-up that torch scales, as ``OneCycleLR`` has put its own initial_lr, 0.008, in place of the base rate."""
    optimizer = optimizer_of(rate)
    parts = [theirs.LinearLR(optimizer, 0.1, 1.0, 10), theirs.OneCycleLR(optimizer, 0.2, 100, cycle_momentum=False)]
    return theirs.SequentialLR(optimizer, parts, [20])


@pytest.mark.filterwarnings("ignore::lrkit.interop._errors.DepartureWarning")
@pytest.mark.parametrize("rate", [0.1, 0.008])
@pytest.mark.parametrize("steps", [0, 3, 19, 20, 60, 119])
def test_an_edited_rate_is_seen_before_a_departure_and_after_it(rate: float, steps: int) -> None:
    scheduler = in_sequence(rate)
    walk(scheduler, steps)
    read = lrkit.from_torch(scheduler)
    assert read == lrkit.from_torch(in_sequence(rate))
    scheduler.optimizer.param_groups[0]["lr"] = 7.0
    with pytest.raises(TypeError, match=f"lr of group 0 is 7, where SequentialLR has .* at epoch {steps}: somebody"):
        lrkit.from_torch(scheduler)


def test_an_edited_rate_is_seen_until_torch_departs() -> None:
    def chain() -> Any:
        optimizer = optimizer_of(0.1)
        return theirs.ChainedScheduler([theirs.CosineAnnealingLR(optimizer, 20), theirs.ExponentialLR(optimizer, 0.9)])

    for steps, seen in [(5, True), (19, True), (21, False), (40, False)]:
        scheduler = chain()
        walk(scheduler, steps)
        with pytest.warns(DepartureWarning, match="past T_max=20"):
            lrkit.from_torch(scheduler)
        scheduler.optimizer.param_groups[0]["lr"] = 7.0
        with pytest.raises(TypeError, match="somebody") if seen else pytest.warns(DepartureWarning, match="past T_max"):
            lrkit.from_torch(scheduler)


@pytest.mark.filterwarnings("ignore::lrkit.interop._errors.DepartureWarning")
def test_what_is_read_when_fresh_is_read_all_the_way() -> None:
    """No rate that torch itself has made of a composition is taken for one that somebody has edited."""
    dice = random.Random(14)
    read = 0
    while read < 60:
        scheduler = composed(dice, optimizer_of(0.1, 0.3), 3)
        try:
            fresh = lrkit.from_torch(scheduler)
        except TypeError:
            continue
        read += 1
        for _ in range(12):
            steps = dice.randint(1, 12)
            if len(walk(scheduler, steps, may_fail=True)) <= steps:  # torch has failed
                break
            assert lrkit.from_torch(scheduler) == fresh


def test_t9_a_milestone_that_is_not_whole_never_comes() -> None:
    scheduler = theirs.MultiStepLR(optimizer_of(0.1), [2.5, 4.0, 7], 0.5)
    [read] = lrkit.from_torch(scheduler)
    assert read.to_list(8) == [0.1] * 4 + [0.05] * 3 + [0.025]
    assert walk(scheduler, 7).ravel().tolist() == read.to_list(8)


@pytest.mark.parametrize(("factor", "restart"), [(3, 1210), (10, 1110)])
def test_t13_a_restart_that_the_logarithm_misses(factor: int, restart: int) -> None:
    scheduler = theirs.CosineAnnealingWarmRestarts(optimizer_of(0.1), 10, factor, 1e-4)
    scheduler.step(restart)
    assert values(scheduler.optimizer) == pytest.approx([1e-4])
    with pytest.warns(DepartureWarning, match=f"has missed its restart at epoch {restart}"):
        [read] = lrkit.from_torch(scheduler)
    assert read(restart) == pytest.approx(0.1, rel=1e-15)
