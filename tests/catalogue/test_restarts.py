"""Restarts are counted in integers, and lie where they should however many there have been."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from growing import MOST, cases, number_within
from torch_rates import rates_of, sgd

import lrkit
from lrkit.schedules.clock import growing_cycles, number_of_cycles


def starts_of(period: int, multiplier: int, stop: int) -> list[int]:
    """The starts of the cycles below `stop`, one after another, in Python's integers."""
    starts, length = [0], period
    while starts[-1] + length < stop:
        starts.append(starts[-1] + length)
        length *= multiplier
    return starts


@pytest.mark.parametrize("multiplier", [2, 3, 7, 10])
@pytest.mark.parametrize("period", [1, 2, 7, 10, 999_983])
@pytest.mark.parametrize("stop", [10_000_000, 2**53])
def test_restarts_of_growing_cycles_are_exact(period: int, multiplier: int, stop: int) -> None:
    starts = starts_of(period, multiplier, stop)
    counter = lrkit.ConstantLR(1.0).repeat(period, multiplier=multiplier, gamma=0.5)
    for index, start in enumerate(starts):
        assert counter(start) == 0.5**index
        if index:
            assert counter(start - 1) == 0.5 ** (index - 1)
        assert lrkit.cosine_restarts(0.0, 1.0, period, multiplier)(start) == 1.0
    steps = np.array([s + d for s in starts for d in (-1, 0, 1) if 0 <= s + d < stop])
    wanted = [0.5 ** (sum(start <= step for start in starts) - 1) for step in steps.tolist()]
    assert counter(steps).tolist() == wanted


@pytest.mark.parametrize("period", [1, 3, 7, 1000, 999_983, 2**40 - 1, 2**52 - 1])
@pytest.mark.parametrize("near", [10_000_000, 2**53 - 50])
def test_restarts_of_equal_cycles_are_exact(period: int, near: int) -> None:
    wave = lrkit.WarmUpLR(1.0, period).repeat(period)
    starts = [k * period for k in range(max(1, near // period - 200), near // period + 1)]
    steps = [start + d for start in starts for d in (-1, 0, 1)]
    assert [wave(step) for step in steps] == [step % period / period for step in steps]
    assert wave(np.array(steps)).tolist() == [step % period / period for step in steps]


def test_restarts_of_a_fractional_multiplier_lie_where_fractions_say() -> None:
    multiplier = Fraction(1.3)  # the binary number
    starts = [float(sum(10 * multiplier**i for i in range(k))) for k in range(60)]  # each rounded once
    counter = lrkit.ConstantLR(1.0).repeat(10, multiplier=1.3, gamma=0.5)
    for index, (start, following) in enumerate(pairwise(starts)):
        steps = [start, math.nextafter(start, math.inf), math.ceil(start), math.nextafter(following, 0)]
        assert counter(np.array(steps)).tolist() == [counter(step) for step in steps] == [0.5**index] * 4


@pytest.mark.parametrize(("multiplier", "step"), [(3, 1210), (10, 1110)])
def test_a_restart_that_a_logarithm_misses_is_the_peak(multiplier: int, step: int) -> None:
    torch = pytest.importorskip("torch")
    assert step in starts_of(10, multiplier, step + 1)
    assert lrkit.cosine_restarts(0.01, 0.5, 10, multiplier)(step) == pytest.approx(0.5, rel=1e-15)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(sgd(torch, 0.5), 10, multiplier, 0.01)
    wanted = rates_of(scheduler, step + 5)  # step by step torch counts too
    assert np.abs(lrkit.cosine_restarts(0.01, 0.5, 10, multiplier).to_array(step + 5) - wanted).max() < 1e-15
    bound = lrkit.CosineAnnealingWarmRestarts(SimpleNamespace(param_groups=[{"lr": 0.5}]), 10, multiplier, 0.01)
    bound.step(step)
    assert bound.get_last_lr() == [pytest.approx(0.5, rel=1e-15)]


def test_growing_cycles_are_counted_as_integers_say() -> None:
    refused = 0
    for period, multiplier in cases(7, 1000):
        wanted = number_within(period, multiplier)
        assert number_of_cycles(period, multiplier, 4) == min(wanted, 4)
        if wanted > MOST:
            refused += 1
            with pytest.raises(ValueError, match="multiplier must give at most 100000 cycles in 2\\*\\*53 steps"):
                number_of_cycles(period, multiplier, None)
        else:
            assert number_of_cycles(period, multiplier, None) == wanted, (period, multiplier)
    assert 100 < refused < 900


@pytest.mark.parametrize(
    ("period", "multiplier", "number"),
    [
        (1, 2.0, 54),  # starts at 2**k - 1
        (2, 2.0, 53),  # at 2**(k + 1) - 2
        (1, 3.0, 35),  # at (3**k - 1) / 2: 3**34 is 1.67e16, 3**35 beyond 2**54 = 1.80e16
        (1, 2.0**53 - 1, 3),  # at 0, 1 and 2**53
        (2**53, 1e308, 2),  # at 0 and 2**53
    ],
)
def test_growing_cycles_are_counted_as_by_hand(period: int, multiplier: float, number: int) -> None:
    assert number_of_cycles(period, multiplier, None) == number
    assert growing_cycles(period, multiplier, None)[0].size == number


def test_a_repeat_is_made_without_its_table() -> None:
    """Thousands of cycles take a third of a second to tabulate; a text may have thousands of such schedules."""
    made = lrkit.RepeatLR(lrkit.ConstantLR(1.0), 1, multiplier=1.0004)
    assert "_growing" not in vars(made)
    assert made(5) == 1.0
    assert "_growing" in vars(made)


def test_heights_that_are_no_floats_are_refused_when_a_repeat_is_made() -> None:
    """With a factor of 2.0**20 the 52nd height is 2**1020 and the 53rd 2**1040; of 54 cycles that is too many."""
    counter = lrkit.ConstantLR(1.0)
    with pytest.raises(ValueError, match="gamma must give heights that are floats in all 54 cycles"):
        counter.repeat(1, multiplier=2, gamma=2.0**20)
    assert counter.repeat(1, cycles=51, multiplier=2, gamma=2.0**20)(2**50 - 1) == 2.0**1000
