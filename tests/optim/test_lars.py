"""`LARS` against its formula, written out, and against plain descent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from optimizers import bits, gradients, parameters, through_a_file

import lrkit
from lrkit import LARS, SGD, Momentum, Parameter


def weights() -> list[Parameter]:
    rng = np.random.default_rng(3)
    names = ("conv.weight", "fc.bias", "LayerNorm.weight")
    return [Parameter(rng.normal(size=(2, 3)), name) for name in names]


def by_hand(w: Any, g: Any, decay: float, epsilon: float, coefficient: float) -> Any:
    """You, Gitman and Ginsburg 2017, algorithm 1: the local rate times the gradient with its decay."""
    norm, length = math.sqrt(math.fsum(np.ravel(w) ** 2)), math.sqrt(math.fsum(np.ravel(g) ** 2))
    return coefficient * norm / (length + decay * norm + epsilon) * (g + decay * w)


def test_a_step_is_the_papers() -> None:
    params = weights()
    before = [p.asnumpy() for p in params]
    optimizer = LARS(SGD(params, 0.5, weight_decay=0.1, loss_scale=4.0), epsilon=1e-3, coefficient=0.02)
    given = [np.full((2, 3), 8.0), np.full((2, 3), 4.0), np.full((2, 3), 4.0)]
    optimizer(given)
    expected = before[0] - 0.5 * by_hand(before[0], given[0] / 4, 0.1, 1e-3, 0.02)
    np.testing.assert_allclose(params[0].asnumpy(), expected, rtol=1e-14)
    for k in (1, 2):  # neither scaled nor decayed
        np.testing.assert_allclose(params[k].asnumpy(), before[k] - 0.5, rtol=1e-14)


def test_clipped_it_is_never_longer_than_the_optimizers_own_step() -> None:
    """The local rate over the global one, at most 1: for a long weight, plain descent."""
    long, short = Parameter(np.full(4, 100.0), "long"), Parameter(np.full(4, 0.1), "short")
    optimizer = LARS(SGD([long, short], 0.5), epsilon=0.0, coefficient=0.01, use_clip=True)
    optimizer([np.ones(4), np.ones(4)])
    assert long.tolist() == [100 - 0.5] * 4  # 0.01 · 200 / 2 = 1, over 0.5 is 2: clipped
    np.testing.assert_allclose(short.asnumpy(), 0.1 - 0.5 * (0.01 * 0.2 / 2 / 0.5), rtol=1e-14)


def test_decay_and_loss_scale_are_taken_over_for_good() -> None:
    params = weights()
    inner = Momentum(params, 0.1, 0.9, weight_decay=lrkit.ConstantLR(0.25), loss_scale=8.0)
    outer = LARS(inner)
    assert (outer.loss_scale, inner.loss_scale, inner.decay_flags) == (8.0, 1.0, (False,) * 3)
    before = bits(params)
    inner([np.zeros((2, 3))] * 3)
    assert bits(params) == before
    assert outer.global_step == 1


def test_rates_and_decays_that_change_are_those_of_the_step() -> None:
    weight = Parameter(np.array([3.0, 4.0]), "weight")
    decays = lrkit.PolynomialDecayLR(0.5, 0.0, 2, 1.0)
    optimizer = LARS(SGD([weight], [1.0, 0.5], weight_decay=decays), epsilon=0.0, coefficient=1.0)
    for rate, decay in ((1.0, 0.5), (0.5, 0.25)):
        assert optimizer.get_lr() == rate
        expected = weight.asnumpy() - rate * by_hand(weight.asnumpy(), np.array([1.0, 0.0]), decay, 0.0, 1.0)
        optimizer([np.array([1.0, 0.0])])
        np.testing.assert_allclose(weight.asnumpy(), expected, rtol=1e-14)


def test_a_resumed_run_goes_on_bit_for_bit() -> None:
    def made(params: list[Parameter]) -> LARS:
        return LARS(Momentum(params, lrkit.CosineDecayLR(0.0, 0.1, 20), 0.9, weight_decay=0.01), coefficient=0.02)

    whole, halves = parameters(), parameters()
    optimizer, first = made(whole), made(halves)
    for step in range(10):
        optimizer(gradients(whole, step))
    for step in range(5):
        first(gradients(halves, step))
    second = made(halves)
    second.load_state_dict(through_a_file(first.state_dict()))
    for step in range(5, 10):
        second(gradients(halves, step))
    assert bits(whole) == bits(halves)


REFUSED = [
    (lambda: LARS(3), TypeError, r"^LARS: optimizer must be one of lrkit.optim, got 3$"),
    (lambda: LARS(SGD(weights()), epsilon=-1.0), ValueError, r"^LARS: epsilon must be a number >= 0, got -1.0$"),
    (lambda: LARS(SGD(weights()), coefficient="x"), ValueError, "^LARS: coefficient must be a number"),
    (lambda: LARS(SGD(weights()), use_clip=1), TypeError, r"^LARS: use_clip must be True or False, got 1$"),
    (lambda: LARS(SGD(weights()), lars_filter=None), TypeError, "^LARS: lars_filter must be called with a parameter"),
]


@pytest.mark.parametrize(("make", "kind", "message"), REFUSED)
def test_refused(make: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message) as caught:
        make()
    assert caught.type in (kind, TypeError, ValueError)


def test_a_refused_step_changes_nothing() -> None:
    params = weights()
    optimizer = LARS(SGD(params, [0.1]))
    before = bits(params)
    with pytest.raises(ValueError, match=r"^SGD: the gradient of fc.bias must have shape \(2, 3\), got \(6,\)$"):
        optimizer([np.ones((2, 3)), np.ones(6), np.ones((2, 3))])
    assert (bits(params), optimizer.global_step) == (before, 0)
    optimizer([np.ones((2, 3))] * 3)
    with pytest.raises(RuntimeError, match="step 1 needs 2"):
        optimizer([np.ones((2, 3))] * 3)
