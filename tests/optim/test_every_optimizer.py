"""What holds for every optimizer of both faces: it descends, reads its rates, and has groups."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from optimizers import EX, NN, Made, bits, every, gradients, parameters, plain

import lrkit
from lrkit import Parameter, optim, optim_ex


def test_every_optimizer_of_both_faces_is_here() -> None:
    for face, table in ((optim, NN), (optim_ex, EX)):
        assert set(table) == {name for name in face.__all__ if isinstance(getattr(face, name), type)} - {
            "Optimizer",
            "LARS",
        }
        assert all(getattr(lrkit, name) is getattr(optim, name) for name in NN)


# Descent


@every
def test_it_descends_a_parabola(make: Made) -> None:
    """f(w) = Σ k w², whose gradient is 2 k w."""
    weight = Parameter([3.0, -2.0, 1.0], "weight")
    curvature = np.array([0.5, 1.0, 2.0], np.float32)
    optimizer = make([weight])

    def loss() -> float:
        return float(curvature @ np.square(weight))

    before = loss()
    for _ in range(400):
        optimizer([2 * curvature * weight])
    assert loss() < before / 8


@every
def test_it_descends_rosenbrocks_valley(make: Made) -> None:
    """f(x, y) = (1 - x)² + 100 (y - x²)², from (-1.2, 1): into the valley and along it."""
    point = Parameter(np.array([-1.2, 1.0]), "point")
    slow = {
        "SGD": {"rate": 1e-3},
        "Momentum": {"rate": 1e-4},
        "RMSProp": {"rate": 1e-3},
        "Adagrad": {"rate": 0.5, "update_slots": True} if make.is_nn else {"rate": 0.5},
        "FTRL": {"rate": 0.1},
        "Adadelta": {"epsilon" if make.is_nn else "eps": 1e-6},
        "RAdam": {"rate": 1e-3},
        "ASGD": {"rate": 1e-3},
    }
    options = {make.rate if key == "rate" else key: v for key, v in slow.get(make.cls.__name__, {}).items()}
    optimizer = make([point], **options)

    def loss() -> float:
        x, y = point
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    before = loss()
    for _ in range(2000):
        x, y = point
        optimizer([np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])])
    assert loss() < before / 4


# Rates


@pytest.mark.parametrize("name", [name for name in plain if name.startswith("optim.") and "FTRL" not in name])
def test_a_number_a_list_a_schedule_and_a_function_are_one(name: str) -> None:
    runs = []
    for rate in (0.03, [0.03] * 5, np.full(5, 0.03), iter([0.03] * 5), lrkit.ConstantLR(0.03), lambda step: 0.03):
        params = parameters()
        optimizer = plain[name](params, learning_rate=rate, weight_decay=rate if callable(rate) else 0.03)
        for step in range(5):
            assert optimizer.get_lr() == 0.03
            optimizer(gradients(params, step))
        runs.append(bits(params))
    assert all(run == runs[0] for run in runs)


def test_a_step_uses_the_rate_of_its_number() -> None:
    """SGD on a gradient of 1: the weight falls by the sum of the rates."""
    schedule = lrkit.CosineDecayLR(0.0, 0.1, 10).warmup(3)
    weight = Parameter(np.array([0.0]), "weight")
    optimizer = optim.SGD([weight], learning_rate=schedule)
    for _ in range(8):
        optimizer([np.ones(1)])
    assert float(weight[0]) == pytest.approx(-math.fsum(schedule.to_list(8)), rel=1e-12)


def test_a_step_that_fails_within_construct_is_not_counted() -> None:
    class Failing(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            self.global_step += 1
            raise KeyError("failed")

    optimizer = Failing([0.1, 0.2], [Parameter([1.0])])
    with pytest.raises(KeyError, match="failed"):
        optimizer([np.ones(1)])
    assert (optimizer.global_step, optimizer.get_lr()) == (0, 0.1)


def test_a_rate_is_asked_for_once_a_step() -> None:
    """So that a function need not answer the same twice: what was checked is what is used."""
    asked: list[int] = []

    def rate(step: int) -> float:
        asked.append(step)
        return 1.0 if len(asked) == step + 1 else -1.0

    class Own(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            for p, g in zip(self.parameters, self.decay_weight(gradients), strict=True):
                p.assign(p - self.get_lr() * g)

    for cls, name in ((optim.SGD, "params"), (Own, "parameters")):
        asked.clear()
        weight = Parameter([3.0], "weight")
        optimizer = cls(**{name: [weight]}, learning_rate=rate, weight_decay=0.0)
        for _ in range(2):
            optimizer([np.ones(1)])
        assert (asked, float(weight[0])) == ([0, 1], 1.0)
    assert (optim.SGD([weight], 0.1, weight_decay=0.5).weight_decay, optimizer.learning_rate) == (0.5, rate)


def test_the_rate_of_each_face_is_read_where_the_run_stands() -> None:
    optimizer = optim.SGD([Parameter([1.0])], learning_rate=[0.3, 0.2, 0.1])
    optimizer.global_step = 2
    assert optimizer.get_lr() == 0.1
    with pytest.raises(ValueError, match="SGD: global_step must be an integer >= 0, got -1"):
        optimizer.global_step = -1


# Groups


@every
def test_groups_are_separate_runs(make: Made) -> None:
    apart = [parameters()[:2], parameters()[2:]]
    together = parameters()
    options = [{make.rate: 0.01, "weight_decay": 0.1}, {make.rate: 0.05, "weight_decay": 0.0}]
    if make.cls is optim.FTRL:
        options = [{"weight_decay": 0.1}, {"weight_decay": 0.0}]
    if make.cls is optim_ex.Rprop:
        options = [{make.rate: 0.01}, {make.rate: 0.05}]
    if make.options.get("learning_rate", "") is None:
        options = [{"weight_decay": 0.1}, {"weight_decay": 0.0}]
    grouped = [{"lr" if key == make.rate else key: value for key, value in given.items()} for given in options]
    halves = [together[:2], together[2:]]
    one = make([{"params": half} | given for half, given in zip(halves, grouped, strict=True)])
    two = [make([{"params": half} | given]) for half, given in zip(apart, grouped, strict=True)]
    for step in range(4):
        g = gradients(together, step)
        one(g)
        two[0](g[:2])
        two[1](g[2:])
    assert bits(together) == bits(apart[0] + apart[1])


def test_order_params_gives_the_order_of_gradients() -> None:
    a, b = Parameter([1.0], "a"), Parameter([1.0, 1.0], "b")
    optimizer = optim.SGD([{"params": [b], "lr": 0.5}, {"params": [a]}, {"order_params": [a, b]}], learning_rate=0.25)
    optimizer([np.ones(1), np.ones(2)])
    assert optimizer.get_lr() == (0.25, 0.5)
    assert (a.value().tolist(), b.value().tolist()) == ([0.75], [0.5, 0.5])


def test_a_generator_of_parameters_trains() -> None:
    a, b = Parameter([1.0], "a"), Parameter([1.0], "b")
    optimizer = optim.SGD([{"params": (p for p in [a])}, {"params": iter([b])}], learning_rate=1.0)
    optimizer([np.ones(1), np.ones(1)])
    assert (float(a[0]), float(b[0])) == (0.0, 0.0)


@pytest.mark.parametrize("make", [plain["optim.Adam"], plain["optim.Lamb"], plain["optim.AdamWeightDecay"]])
def test_gradients_are_centralized_over_all_axes_but_the_first(make: Made) -> None:
    """The same as handing over gradients with their means taken off by hand; vectors are left alone."""
    shapes = [(4, 3, 2), (200, 300), (5,)]
    ours, theirs = ([Parameter(np.ones(s, np.float64), f"p{k}") for k, s in enumerate(shapes)] for _ in range(2))
    one = make([{"params": ours, "grad_centralization": True}], weight_decay=0.0)
    two = make(theirs, weight_decay=0.0)
    for step in range(3):
        g = gradients(ours, step)
        one(g)
        two([x - x.mean(axis=tuple(range(1, x.ndim)), keepdims=True) if x.ndim > 1 else x for x in g])
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-7, atol=1e-9)


def test_decay_and_scale_and_centralization_go_together() -> None:
    """By hand, w - η c(g / s + λ w), with both ways of calling it: built in, and as a member would."""

    class ByHand(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            ready = self.scale_grad(self.gradients_centralization(self.decay_weight(gradients)))
            for p, g in zip(self.parameters, ready, strict=True):
                p.assign(p - self.get_lr() * g)

    start, g = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[8.0, 0.0], [-8.0, 4.0]])
    ready = g / 4 + 0.5 * start
    expected = start - 0.1 * (ready - ready.mean(axis=1, keepdims=True))
    for cls, order in ((optim.SGD, "params"), (ByHand, "parameters")):
        weight = Parameter(start, "weight")
        group = [{"params": [weight], "grad_centralization": True}]
        optimizer = cls(**{order: group}, learning_rate=0.1, weight_decay=0.5, loss_scale=4.0)
        optimizer([g])
        np.testing.assert_allclose(weight, expected, rtol=1e-15)


def test_without_groups_beta_and_gamma_are_not_decayed() -> None:
    names = ["beta", "norm.gamma", "alphabeta.weight", "gamma_ray"]
    params = [Parameter([1.0], name) for name in names]
    optimizer = optim.SGD(params, learning_rate=1.0, weight_decay=0.5)
    optimizer([np.zeros(1)] * 4)
    assert [float(p[0]) for p in params] == [1.0, 1.0, 0.5, 0.5]
    assert optimizer.decay_flags == (False, False, True, True)


def test_an_optimizer_shows_itself() -> None:
    schedule = lrkit.ConstantLR(0.1)
    assert repr(optim.Momentum([np.ones(1)], schedule, 0.9, weight_decay=0.01)) == (
        "Momentum(1 parameter, learning_rate=ConstantLR(learning_rate=0.1), weight_decay=0.01, momentum=0.9, "
        "loss_scale=1.0, use_nesterov=False, check_finite=False)"
    )
    assert "2 parameters, learning_rate=<3 rates>" in repr(optim.SGD([np.ones(1), np.ones(2)], [0.1] * 3))
