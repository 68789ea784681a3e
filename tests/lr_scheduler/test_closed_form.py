"""Schedulers on plain groups: the rates of their closed form, alone and composed. No framework is needed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from schedulers import MAKE, WAYS, optimizer, rates, sequential

from lrkit import lr_scheduler as lrs

# The closed form ----------------------------------------------------------------------------------------------------


def test_every_public_class_is_here() -> None:
    public = {name for name in lrs.__all__ if isinstance(getattr(lrs, name), type)}
    assert public == {*MAKE, "LRScheduler", "ReduceLROnPlateau"}


def test_the_rates_of_the_documentation() -> None:
    """Those that torch's documentation prints, to 2 ulp: they come from a recursion."""
    sgd = optimizer(0.1)
    scheduler = lrs.ExponentialLR(sgd, gamma=0.9)
    printed = [0.09000000000000001, 0.08100000000000002, 0.07290000000000002, 0.06561000000000002, 0.05904900000000002]
    for rate in printed:
        scheduler.step()
        assert abs(scheduler.get_last_lr()[0] - rate) <= 2 * math.ulp(rate)


@pytest.mark.parametrize("name", MAKE)
def test_the_rates_are_those_of_the_schedule(name: str) -> None:
    """Stepped, jumped to and drawn: the same numbers; and nothing drifts."""
    sgd = optimizer(0.1, 0.02)
    scheduler = MAKE[name](sgd)
    curves = [scheduler.schedule(base, k).to_list(60) for k, base in enumerate(scheduler.base_lrs)]
    for epoch in range(60):
        assert scheduler.last_epoch == epoch
        assert scheduler.get_lr() == scheduler.get_last_lr() == rates(sgd) == [curve[epoch] for curve in curves]
        assert {type(rate) for rate in scheduler.get_last_lr()} == {float}
        scheduler.step()
    for epoch in (7, 0, 59, 3):
        scheduler.step(epoch)
        assert rates(sgd) == [curve[epoch] for curve in curves]
    assert scheduler.scales == [1.0, 1.0]
    assert scheduler.base_lrs == [group["initial_lr"] for group in sgd.param_groups] == [0.1, 0.02]


@pytest.mark.parametrize("name", MAKE)
def test_the_schedule_is_a_value_like_any_other(name: str) -> None:
    schedule = MAKE[name](optimizer(0.1, 0.02)).schedule(0.1)
    steps = np.arange(30)
    np.testing.assert_allclose(
        schedule.to_array(steps), [schedule(int(step)) for step in steps], rtol=1e-13, atol=1e-17
    )
    assert schedule.warmup(5)(5) == schedule(0)


def test_fractional_epochs() -> None:
    sgd = optimizer(1.0)
    scheduler = lrs.CosineAnnealingWarmRestarts(sgd, 2, 2)
    for epoch, share in [(0.5, 1 / 4), (2.0, 0), (3.5, 1.5 / 4), (13.9, 7.9 / 8)]:
        scheduler.step(epoch)
        assert rates(sgd) == pytest.approx([(1 + math.cos(math.pi * share)) / 2], rel=1e-12)
    scheduler.step(np.float64(6.0))
    assert (scheduler.last_epoch, type(scheduler.last_epoch)) == (6, int)
    scheduler = lrs.MultiplicativeLR(sgd, lambda e: 0.5)
    scheduler.step(2.75)
    assert scheduler.last_epoch == 2.75
    assert rates(sgd) == [0.25 * scheduler.base_lrs[0]]


@pytest.mark.parametrize("factor", [3, 10])
def test_restarts_far_away(factor: int) -> None:
    """Counted in integers: at a restart the rate is the base rate, up to 2**53."""
    scheduler = lrs.CosineAnnealingWarmRestarts(optimizer(0.1), 10, factor)
    start = length = 10
    while start < 2**53:
        scheduler.step(start)
        assert scheduler.get_last_lr() == [0.1]
        scheduler.step(start - 1)
        middle = start - length / 2
        assert scheduler.get_last_lr()[0] < 0.003
        scheduler.step(middle)
        assert scheduler.get_last_lr() == pytest.approx([0.05], rel=1e-9)
        length *= factor
        scheduler.step(start + length // 4)
        assert scheduler.get_last_lr() == pytest.approx([0.05 * (1 + math.cos(math.pi / 4))], rel=0.05)
        start += length


def test_zeros_where_others_fail() -> None:
    assert lrs.LinearLR(optimizer(0.1), 0, total_iters=2).schedule(0.1).to_list(4) == [0, 0.05, 0.1, 0.1]
    assert lrs.LinearLR(optimizer(0.1), 0.5, total_iters=0).get_last_lr() == [0.1]
    assert lrs.ConstantLR(optimizer(0.1), 0, 2).schedule(0.1).to_list(4) == [0, 0, 0.1, 0.1]
    assert lrs.ConstantLR(optimizer(0.1), 0.5, 0).get_last_lr() == [0.1]
    assert lrs.PolynomialLR(optimizer(0.1), 2, 0).schedule(0.1).to_list(4) == [0.1] * 4
    assert lrs.MultiStepLR(optimizer(0.1), [3, 0, 3], 0.5).schedule(0.1).to_list(5) == [0.05] * 3 + [0.0125] * 2


def test_cyclic_leaves_the_initial_rate_alone() -> None:
    sgd = optimizer(0.5)
    lrs.CyclicLR(sgd, 0.1, 0.2)
    assert sgd.param_groups == [{"lr": 0.1, "initial_lr": 0.5}]
    above = lrs.CyclicLR(optimizer(0.5), 0.3, 0.1, 2)
    np.testing.assert_allclose(above.schedule(0.5).to_list(5), [0.3, 0.2, 0.1, 0.2, 0.3], rtol=1e-14)


@pytest.mark.parametrize(("mode", "argument"), [("cycle", lambda e: 1 + e // 4), ("iterations", lambda e: e)])
def test_cyclic_calls_the_scale_function(mode: str, argument: Callable[[int], int]) -> None:
    seen = []
    scheduler = lrs.CyclicLR(optimizer(0.1), 0, 1, 2, scale_fn=lambda x: seen.append(x) or 0.5, scale_mode=mode)
    for _ in range(9):
        scheduler.step()
    assert seen == [argument(epoch) for epoch in range(10)]
    assert scheduler.schedule(1).to_list(4) == [0, 0.25, 0.5, 0.25]


def test_a_function_is_asked_at_numbers_only_and_each_time() -> None:
    """A function that looks at the type, the clock or a table cannot be compiled; it is called instead."""
    table = {0: 1.0, 1: 0.5, 2: 0.25}
    calls = []
    sgd = optimizer(1.0)
    scheduler = lrs.LambdaLR(sgd, lambda e: (calls.append(type(e)), table[e])[1])
    scheduler.step()
    table[2] = 0.75
    scheduler.step()
    assert rates(sgd) == [0.75]
    assert set(calls) == {int}
    products = []
    scheduler = lrs.MultiplicativeLR(optimizer(1.0), lambda e: products.append(e) or 0.5)
    for epoch in (3, 1, 0, 5, 5):
        scheduler.step(epoch)
    assert products == [1, 2, 3, 4, 5]
    assert scheduler.get_last_lr() == [2.0**-5]


# Composition --------------------------------------------------------------------------------------------------------


def test_sequential_parts_start_from_the_rates_before_the_first() -> None:
    sgd = optimizer(0.1, 0.02)
    late = lrs.ExponentialLR(sgd, 0.5)
    early = lrs.LinearLR(sgd, 0.5, total_iters=2)
    scheduler = lrs.SequentialLR(sgd, [early, late], [2])
    seen = [rates(sgd)]
    for _ in range(3):
        scheduler.step()
        seen.append(rates(sgd))
    np.testing.assert_allclose(seen, np.outer([0.5, 0.75, 1, 0.5], [0.1, 0.02]), rtol=1e-15)


def test_the_first_part_may_stand_inside_another() -> None:
    sgd = optimizer(0.1)
    first = lrs.LinearLR(sgd, 0.5, total_iters=2)
    other = lrs.ConstantLR(sgd, 1.0)  # it has seen 0.05
    inner = lrs.SequentialLR(sgd, [first], [])
    assert lrs.SequentialLR(sgd, [other, inner], [3]).base_lrs == [0.1]
    assert rates(sgd) == [0.1]


def test_nested_parts_are_joined() -> None:
    sgd = optimizer(0.1)
    scheduler = sequential(sgd)
    assert scheduler.base_lrs == [0.1]

    def form(e: int) -> float:
        if e < 3:
            return 0.1 * e / 3
        if e < 7:
            return 0.01 + 0.045 * (1 + math.cos(math.pi * (e - 3) / 4))
        return 0.1 * 0.1 ** ((e - 7) // 2) * (1 / 3 if e - 7 < 5 else 1)

    for epoch in range(20):
        assert rates(sgd) == pytest.approx([form(epoch)], rel=1e-13)
        scheduler.step()


def test_chained_is_a_product() -> None:
    sgd = optimizer(0.1, 0.0)
    scheduler = lrs.ChainedScheduler([lrs.CosineAnnealingLR(sgd, 100, 0.01), lrs.ExponentialLR(sgd, 0.99)], sgd)
    for epoch in range(300):
        form = (0.01 + 0.045 * (1 + math.cos(math.pi * epoch / 100))) * 0.99**epoch
        assert rates(sgd) == pytest.approx([form, 0], rel=1e-12)
        scheduler.step()


def test_chained_resumes_with_its_parts() -> None:
    sgd = optimizer(0.05, initial_lr=0.1)
    parts = [lrs.ExponentialLR(sgd, 0.9, last_epoch=3), lrs.StepLR(sgd, 3, last_epoch=3)]
    scheduler = lrs.ChainedScheduler(parts)
    assert scheduler.last_epoch == 4
    assert rates(sgd) == pytest.approx([0.1 * 0.9**4 * 0.1])


def test_two_schedulers_multiply() -> None:
    for way in WAYS.values():
        sgd = way(0.1)
        first, second = lrs.ExponentialLR(sgd, 0.9), lrs.StepLR(sgd, 3, 0.5)
        for epoch in range(1, 200):
            first.step()
            second.step()
            assert rates(sgd) == pytest.approx([0.1 * 0.9**epoch * 0.5 ** (epoch // 3)], rel=2e-5)


def test_two_schedulers_multiply_though_one_starts_at_zero() -> None:
    sgd = optimizer(0.1)
    first, second = lrs.LinearLR(sgd, 0, total_iters=4), lrs.ExponentialLR(sgd, 0.9)
    assert second.base_lrs == [0.1]
    for epoch in range(1, 9):
        first.step()
        second.step()
        assert rates(sgd) == pytest.approx([0.1 * min(epoch, 4) / 4 * 0.9**epoch])
