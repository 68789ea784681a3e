"""What MindSpore's own tests expect of its schedulers, lists, step objects and optimizers, asked of lrkit.

The numbers are in ``tests/golden/facts_mindspore.json``, with their source; they were found on MindSpore's devices, in
float32. What lrkit answers otherwise is in `docs/guides/differences.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from helpers import golden

import lrkit
from lrkit import lr_scheduler as lrs
from lrkit import optim, optim_ex

FACTS = golden("facts_mindspore")


def named(facts: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("fact", facts, ids=lambda fact: fact["name"])


def parameter(name: str, *shape: int) -> Any:
    return lrkit.Parameter(np.ones(shape or (4, 3), np.float32), name=name)


def adam(*rates: float) -> Any:
    return optim_ex.Adam([{"params": [parameter(f"p{k}")], "lr": rate} for k, rate in enumerate(rates)], lr=0.1)


# Schedulers -----------------------------------------------------------------------------------------------------------


def made(fact: dict[str, Any], optimizer: Any) -> Any:
    options = dict(fact["options"])
    if "factors" in options:
        [factor] = options.pop("factors")
        options["lr_lambda"] = lambda epoch: factor
    return getattr(lrs, fact["class"])(optimizer, **options)


@named(FACTS["schedulers"])
def test_a_scheduler(fact: dict[str, Any]) -> None:
    optimizer = adam(*fact["groups"])
    scheduler = made(fact, optimizer)
    for rate in fact["rates"]:
        scheduler.step()
        [last] = scheduler.get_last_lr()
        [held] = [group["lr"] for group in optimizer.param_groups]
        np.testing.assert_allclose([float(last), float(held)], rate, rtol=1e-6, atol=1e-8)


@named(FACTS["schedulers"])
def test_the_rates_are_read_as_mindspores_tensors(fact: dict[str, Any]) -> None:
    scheduler = made(fact, adam(*fact["groups"]))
    scheduler.step()
    np.testing.assert_allclose(scheduler.get_last_lr()[0].asnumpy(), fact["rates"][0], rtol=1e-6)


def test_a_constant_and_then_an_exponential() -> None:
    optimizer = adam(0.1)
    parts = [lrs.ConstantLR(optimizer, factor=0.1, total_iters=2), lrs.ExponentialLR(optimizer, gamma=0.9)]
    scheduler = lrs.SequentialLR(optimizer, parts, [2])
    for rate in (0.01, 0.1, 0.09, 0.081, 0.0729, 0.06561):
        scheduler.step()
        np.testing.assert_allclose(float(scheduler.get_last_lr()[0]), rate, rtol=1e-6)


def test_two_functions_one_of_a_group_that_is_empty() -> None:
    optimizer = optim_ex.Adam([{"params": []}, {"params": [parameter("fc")], "lr": 1.0}], lr=0.1)
    scheduler = lrs.LambdaLR(optimizer, lr_lambda=[lambda epoch: epoch // 3, lambda epoch: 0.9**epoch])
    expected = [[0.0, 0.9], [0.0, 0.81], [0.1, 0.729], [0.1, 0.6561], [0.1, 0.59049], [0.2, 0.531441]]
    for rates in expected:
        scheduler.step()
        np.testing.assert_allclose([float(rate) for rate in scheduler.get_last_lr()], rates, rtol=1e-6)


def test_a_plateau_without_patience() -> None:
    optimizer = adam(0.1)
    scheduler = lrs.ReduceLROnPlateau(optimizer, "min", patience=0)
    for metric, rate in zip([1, 1.5, 1.8, 0.4, 0.5], [0.1, 0.01, 0.001, 0.001, 0.0001], strict=True):
        scheduler.step(metric)
        np.testing.assert_allclose(float(scheduler.get_last_lr()[0]), rate, rtol=1e-6)


def test_restarts_in_thirds_of_an_epoch() -> None:
    """Two cycles of two epochs: the same six rates twice."""
    optimizer = adam(0.1)
    scheduler = lrs.CosineAnnealingWarmRestarts(optimizer, 2)
    cycle = [0.1, 0.09330127018922195, 0.075, 0.05, 0.025, 0.006698729810778076]
    for k, rate in enumerate(cycle * 2):
        scheduler.step(k // 3 + k % 3 / 3)
        np.testing.assert_allclose(float(scheduler.get_last_lr()[0]), rate, rtol=1e-6)


# Optimizers -----------------------------------------------------------------------------------------------------------

NAMES = ("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias")


def loss_and_gradients(net: Any, x: Any, y: Any, kind: str) -> tuple[float, list[Any]]:
    """Two dense layers with a ReLU between them, under a squared error."""
    w1, b1, w2, b2 = (p.value() for p in net)
    hidden = x @ w1.T + b1
    active = np.maximum(hidden, 0)
    error = active @ w2.T + b2 - y
    squares = np.square(error)
    loss = squares.sum() if kind == "sum" else squares.mean()
    out = 2 * error / (1 if kind == "sum" else error.size)
    back = (out @ w2) * (hidden > 0)
    return float(loss), [back.T @ x, back.sum(0), out.T @ active, out.sum(0)]


def trained(fact: dict[str, Any], dtype: Any) -> tuple[Any, list[float]]:
    """The optimizer after 20 steps on rows of 0, 1, 2, …, and the losses before each."""
    start = FACTS["nets"][0][fact["net"]]
    net = [lrkit.Parameter(np.array(value, dtype), name=name) for name, value in zip(NAMES, start, strict=True)]
    given: Any = net
    if "groups" in fact:
        first, second = fact["groups"]
        given = [{"params": net[:2], **first}, {"params": net[2:], **second}]
    optimizer = getattr(optim, fact["optimizer"])(given, **fact["options"])
    losses = []
    for step in range(20):
        x, y = np.full((2, 8), step, dtype), np.full((2, 1), step + 1, dtype)
        loss, gradients = loss_and_gradients(net, x, y, fact["loss"])
        losses.append(loss)
        optimizer([gradient.astype(dtype) for gradient in gradients])
    return optimizer, losses


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@named(FACTS["training"])
def test_a_training(fact: dict[str, Any], dtype: Any) -> None:
    optimizer, losses = trained(fact, dtype)
    if "losses" in fact:
        np.testing.assert_allclose(losses, fact["losses"], rtol=5e-5)
    state = optimizer.state_dict()
    for name, momenta in fact.get("momenta", {}).items():
        np.testing.assert_allclose(state[f"accum.{name}"], momenta, atol=1e-5)


def test_three_steps_of_adam_on_a_softmax() -> None:
    """The loss after two steps, to some units in the last place of float32."""
    weight = lrkit.Parameter(np.full((10, 16), 0.01, np.float32), name="weight")
    bias = lrkit.Parameter(np.zeros(10, np.float32), name="bias")
    optimizer = optim.Adam([weight, bias], learning_rate=0.01)
    x = np.arange(16, dtype=np.float32) * np.float32(0.01)
    losses = []
    for _ in range(3):
        scores = weight.value() @ x + bias.value()
        share = np.exp(scores - scores.max())
        share /= share.sum()
        losses.append(-np.log(share[0]))
        share[0] -= 1
        optimizer([np.outer(share, x).astype(np.float32), share.astype(np.float32)])
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] == pytest.approx(2.2237475, rel=1e-6)


class Listed:
    """A weight decay for each step, in MindSpore's style."""

    def construct(self, global_step: Any) -> float:
        return [0.001, 0.001, 0.1][int(global_step)]


@pytest.mark.parametrize("kind", ["Momentum", "AdamWeightDecay", "Lamb"])
@pytest.mark.parametrize("in_groups", [False, True])
def test_a_weight_decay_that_changes_at_the_third_step(kind: str, in_groups: bool) -> None:
    """Two steps as with a constant one, and a third that is not."""

    def make(decay: Any) -> tuple[Any, Any]:
        first, second = parameter("fc1"), parameter("fc2")
        more = {"momentum": 0.001} if kind == "Momentum" else {}
        if not in_groups:
            return second, getattr(optim, kind)([first, second], learning_rate=0.001, weight_decay=decay, **more)
        groups = [
            {"params": [first], "weight_decay": 0.01, "lr": 0.01},
            {"params": [second], "weight_decay": decay, "lr": 0.001},
        ]
        return second, getattr(optim, kind)(groups, learning_rate=0.001, weight_decay=0.001, **more)

    (steady, one), (changing, other) = make(0.001), make(Listed())
    gradients = [np.full((4, 3), 0.5, np.float32), np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)]
    for step in range(3):
        one(gradients)
        other(gradients)
        assert np.array_equal(steady.value(), changing.value()) == (step < 2)


def test_groups_have_their_own_rates_and_decays() -> None:
    conv, rest = [parameter("conv1.weight"), parameter("conv2.weight")], [parameter("fc1.weight")]
    order = [conv[0], rest[0], conv[1]]
    optimizer = optim.Momentum(
        [{"params": rest}, {"params": conv, "lr": 0.8}, {"order_params": order}], learning_rate=0.1, momentum=0.9
    )
    assert optimizer.is_group
    assert optimizer.is_group_lr
    assert optimizer.is_group_params_ordered
    assert [p.name for p in optimizer.parameters] == [p.name for p in order]
    np.testing.assert_allclose([float(rate) for rate in optimizer.get_lr()], [0.8, 0.1, 0.8], rtol=1e-7)


def test_a_list_of_rates_beside_a_fixed_one() -> None:
    """The fixed one holds at every step; the list has one for each."""
    conv, rest = parameter("conv"), parameter("fc")
    for rates, default in (((0.1, 0.2, 0.3), 0.8), (0.8, (0.1, 0.2, 0.3))):
        optimizer = optim.RMSProp([{"params": [conv], "lr": rates}, {"params": [rest]}], learning_rate=default)
        assert optimizer.is_group
        for step in range(3):
            expected = [value[step] if isinstance(value, tuple) else value for value in (rates, default)]
            np.testing.assert_allclose([float(rate) for rate in optimizer.get_lr()], expected, rtol=1e-7)
            optimizer([np.zeros((4, 3), np.float32)] * 2)


def test_only_a_decay_in_groups_leaves_the_rate_one() -> None:
    optimizer = optim.SGD([{"params": [parameter("conv")], "weight_decay": 0.8}, {"params": [parameter("fc")]}])
    assert optimizer.is_group
    assert not optimizer.is_group_lr


def test_the_rate_of_a_parameter_has_a_name() -> None:
    conv, rest = parameter("conv"), parameter("fc")
    both = optim.SGD([{"params": [conv], "lr": 0.1}, {"params": [rest], "lr": 0.3}])
    assert [both.get_lr_parameter(p).name for p in both.parameters] == [
        "learning_rate_group_0",
        "learning_rate_group_1",
    ]
    assert [rate.name for rate in both.get_lr_parameter([conv])] == ["learning_rate_group_0"]
    one = optim.SGD([{"params": [conv], "lr": 0.1}, {"params": [rest]}])
    assert [one.get_lr_parameter(p).name for p in one.parameters] == ["learning_rate_group_0", "learning_rate"]
    none = optim.SGD([{"params": [conv], "weight_decay": 0.8}, {"params": [rest]}])
    assert [none.get_lr_parameter(p).name for p in none.parameters] == ["learning_rate"] * 2
    with pytest.raises(TypeError):
        none.get_lr_parameter([1, 2, 3])


# The second face, where MindSpore's tests compare with torch ----------------------------------------------------------

GROUPS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "SGD": (
        {"weight_decay": 0.01, "lr": 0.9, "dampening": 1},
        {"lr": 0.66, "momentum": 0.7, "nesterov": True},
        {"nesterov": False, "momentum": 0.2},
    ),
    "Adam": (
        {"weight_decay": 0.0, "lr": 0.9, "betas": (0.88, 0.8)},
        {"lr": 0.66, "amsgrad": True},
        {"betas": (0.77, 0.7), "amsgrad": False},
    ),
    "AdamW": (
        {"weight_decay": 0.01, "lr": 0.9, "betas": (0.88, 0.8)},
        {"lr": 0.66, "amsgrad": True},
        {"betas": (0.77, 0.7), "amsgrad": False},
    ),
    "Adagrad": ({"lr_decay": 0.1, "lr": 0.03}, {"lr": 0.06, "weight_decay": 0.1}, {"lr_decay": 0.2}),
    "Adadelta": (
        {"weight_decay": 0.1, "lr": 0.9, "rho": 0.9, "eps": 1e-7},
        {"lr": 0.66, "rho": 0.88},
        {"rho": 0.55, "weight_decay": 0.1},
    ),
    "Adamax": ({"weight_decay": 0.0, "lr": 0.9}, {"lr": 0.66}, {"weight_decay": 0.1}),
    "NAdam": (
        {"weight_decay": 0.1, "betas": (0.8, 0.88)},
        {"lr": 0.66, "eps": 1e5, "momentum_decay": 5e-3},
        {"betas": (0.7, 0.87)},
    ),
    "RAdam": ({"weight_decay": 0.1, "betas": (0.8, 0.88)}, {"lr": 0.66, "eps": 1e5}, {"betas": (0.7, 0.87)}),
    "RMSprop": (
        {"weight_decay": 0.0, "lr": 0.9, "alpha": 0.9, "centered": True},
        {"lr": 0.66, "momentum": 0.1},
        {"alpha": 0.77, "centered": False},
    ),
}
"""What the groups of a bias and of a weight are made with, and what the second is changed to after each epoch."""


@pytest.mark.parametrize("way", ["alone", "in groups", "with a scheduler", "changed"])
@pytest.mark.parametrize("name", GROUPS)
def test_a_rule_of_the_second_face_is_torchs(name: str, way: str) -> None:
    """Four epochs of one step each on a dense layer with a ReLU, under an absolute error."""
    torch = pytest.importorskip("torch")
    first, second, later = ({}, {}, {}) if way == "alone" else GROUPS[name]
    random = np.random.default_rng(1024)
    weight, bias, x, y = (random.normal(size=size) for size in ((3, 2), (3,), (2, 2), (2, 3)))
    ours = [lrkit.Parameter(value.copy(), name=label) for label, value in (("bias", bias), ("weight", weight))]
    tensors = [torch.tensor(value, requires_grad=True) for value in (bias, weight)]
    made = []
    for module, schedulers, params in (
        (optim_ex, lrs, ours),
        (torch.optim, torch.optim.lr_scheduler, tensors),
    ):
        groups = [{"params": [params[0]], **first}, {"params": [params[1]], **second}]
        optimizer = getattr(module, name)(groups, lr=0.002)
        made.append((optimizer, schedulers.StepLR(optimizer, 2, gamma=0.5)))
    for _ in range(4):
        torch.nn.functional.l1_loss(torch.relu(torch.tensor(x) @ tensors[1].T + tensors[0]), torch.tensor(y)).backward()
        made[0][0]([tensor.grad.numpy() for tensor in tensors])
        made[1][0].step()
        made[1][0].zero_grad()
        for optimizer, scheduler in made:
            if way in ("with a scheduler", "changed"):
                scheduler.step()
            if way == "changed":
                optimizer.param_groups[1].update(later)
        for own, tensor in zip(ours, tensors, strict=True):
            np.testing.assert_allclose(own.value(), tensor.detach().numpy(), rtol=1e-9, atol=1e-12)


# Refusals -------------------------------------------------------------------------------------------------------------

LENGTHS = {"total_step": 30, "step_per_epoch": 3, "decay_epoch": 2}
EXPONENTIAL = {"learning_rate": 0.1, "decay_rate": 0.9, "is_stair": False}
POLYNOMIAL = {"learning_rate": 0.1, "end_learning_rate": 0.01, "power": 0.5}
COSINE = {"min_lr": 0.01, "max_lr": 0.1}
CURVES = {
    "exponential_decay_lr": EXPONENTIAL | LENGTHS,
    "polynomial_decay_lr": POLYNOMIAL | LENGTHS | {"update_decay_epoch": False},
    "cosine_decay_lr": COSINE | LENGTHS,
    "ExponentialDecayLR": EXPONENTIAL | {"decay_steps": 4},
    "PolynomialDecayLR": POLYNOMIAL | {"decay_steps": 4},
    "CosineDecayLR": COSINE | {"decay_steps": 4},
}
FAULTS: list[tuple[str, Any, type[Exception]]] = [
    ("learning_rate", True, TypeError),
    ("learning_rate", -1.0, ValueError),
    ("end_learning_rate", True, TypeError),
    ("end_learning_rate", -1.0, ValueError),
    ("decay_rate", "a", TypeError),
    ("decay_rate", -1.0, ValueError),
    ("min_lr", True, TypeError),
    ("min_lr", -1.0, ValueError),
    ("max_lr", "a", TypeError),
    ("max_lr", -1.0, ValueError),
    ("power", True, TypeError),
    ("total_step", 2.0, TypeError),
    ("total_step", -1, ValueError),
    ("step_per_epoch", True, TypeError),
    ("step_per_epoch", -1, ValueError),
    ("decay_epoch", "m", TypeError),
    ("decay_epoch", -1, ValueError),
    ("decay_steps", "m", TypeError),
    ("decay_steps", -2, ValueError),
    ("is_stair", 1, TypeError),
    ("update_decay_epoch", 1, TypeError),
]


@pytest.mark.parametrize(
    ("name", "fault", "error"),
    [
        pytest.param(name, {key: value}, error, id=f"{name}: {key}={value!r}")
        for name, arguments in CURVES.items()
        for key, value, error in FAULTS
        if key in arguments
    ],
)
def test_a_curve_refused(name: str, fault: dict[str, Any], error: type[Exception]) -> None:
    curve = getattr(lrkit, name)
    curve(**CURVES[name])
    with pytest.raises(error, match=f"{name}: {next(iter(fault))}"):
        curve(**CURVES[name] | fault)


@pytest.mark.parametrize(
    ("milestone", "rates", "error"),
    [
        (1, [0.1, 0.05, 0.01], TypeError),
        ([20, 10, 1], [0.1, 0.05, 0.01], ValueError),
        ([1.0, 2.0, True], [0.1, 0.05, 0.01], TypeError),
        ([10, 20, 30], True, TypeError),
    ],
)
def test_milestones_refused(milestone: Any, rates: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="piecewise_constant_lr"):
        lrkit.piecewise_constant_lr(milestone, rates)


def test_a_list_has_a_rate_for_each_step() -> None:
    more = {"total_step": 30, "step_per_epoch": 3}
    for rates in (
        lrkit.piecewise_constant_lr([10, 20, 30], [0.1, 0.05, 0.01]),
        lrkit.exponential_decay_lr(0.1, 0.9, **more, decay_epoch=2, is_stair=True),
        lrkit.natural_exp_decay_lr(0.1, 0.9, **more, decay_epoch=2, is_stair=True),
        lrkit.inverse_decay_lr(0.1, 0.9, **more, decay_epoch=2, is_stair=True),
        lrkit.cosine_decay_lr(0.01, 0.1, **more, decay_epoch=2),
        lrkit.polynomial_decay_lr(0.1, 0.01, **more, decay_epoch=2, power=0.5, update_decay_epoch=True),
        lrkit.warmup_lr(0.1, **more, warmup_epoch=2),
    ):
        assert len(rates) == 30


def pair() -> list[Any]:
    return [parameter("a"), parameter("b")]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: optim.Optimizer(-0.5, pair()), ValueError),
        (lambda: optim.Optimizer(0.5, pair()).construct(()), NotImplementedError),
        (lambda: optim.SGD(pair(), learning_rate=0.1, momentum=-0.1), ValueError),
        (lambda: optim.Optimizer(0.1, (1, 2, 3)), TypeError),
        (lambda: optim.AdamWeightDecay(9), TypeError),
        (lambda: optim.SGD(parameter("x")), TypeError),
        (lambda: optim.AdamWeightDecay([], learning_rate=0.1), ValueError),
        (lambda: optim.AdamWeightDecay(pair(), learning_rate=0.1, beta1=1.0), ValueError),
        (lambda: optim.AdamWeightDecay(pair(), learning_rate=0.1, beta2=1.0), ValueError),
        (lambda: optim.AdamWeightDecay(pair(), learning_rate=0.1, eps=-0.1), ValueError),
        (lambda: optim.RMSProp(pair(), learning_rate=0.1, momentum=-0.1), ValueError),
        (
            lambda: optim.Momentum([{"params": pair(), "lr": (0.1, 0.2, 0.3)}], learning_rate=(0.1, 0.2), momentum=0.9),
            ValueError,
        ),
        (
            lambda: optim.SGD([{"params": [parameter("a")], "weight_decay": 0.8}, {"order_params": [parameter("b")]}]),
            ValueError,
        ),
    ],
)
def test_an_optimizer_refused(make: Callable[[], Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make()
