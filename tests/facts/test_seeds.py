"""The examples of MindSpore's own documents, with ``import lrkit as nn``: they run, and print what is printed there.

Networks, tensors and operators are stand-ins of a few lines; schedules, optimizers and schedulers are lrkit's. Where a
document cannot run as printed (recorded in golden/seed_examples.json), its correction does.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers import golden

import lrkit as nn
from lrkit import Parameter, ParameterTuple

RECORDED = {case["name"]: case for case in golden("seed_examples")["cases"]}


def documented(name: str) -> Any:
    """What the document prints."""
    return RECORDED[name]["kwargs"]["documented"]


def Tensor(value: Any, dtype: Any = None) -> np.ndarray:
    return np.asarray(value, dtype)


def apply_momentum(parameter: Any, moment: Any, rate: float, gradient: Any, momentum: float) -> bool:
    moment.assign(moment * momentum + gradient)
    parameter.assign(parameter - moment * rate)
    return True


ops = SimpleNamespace(
    assign=lambda parameter, value: parameter.assign(value),
    pow=pow,
    ApplyMomentum=lambda: apply_momentum,
)


class Cell:
    """What a document derives a network or a weight decay from."""


class Net:
    """The network of document 004, or, with `bn`, that of 000, 001 and 003."""

    def __init__(self, *, bn: bool = False) -> None:
        conv = Parameter(np.ones((64, 3, 3, 3) if bn else (6, 1, 5, 5), np.float32), name="conv.weight")
        self.parameters = [Parameter(Tensor(np.array([1.0], np.float32)), "param"), conv]
        if bn:
            names = ["bn.moving_mean", "bn.moving_variance", "bn.gamma", "bn.beta"]
            rest = [Parameter(np.ones(64, np.float32), name, name in names[2:]) for name in names]
            self.parameters = [conv, *rest]

    def get_parameters(self) -> list[Parameter]:
        return self.parameters

    def trainable_params(self) -> list[Parameter]:
        return [p for p in self.parameters if p.requires_grad]


def names(parameters: Any) -> list[str]:
    return [p.name for p in parameters]


# 000: nn.Momentum, its groups and their order


def halves(net: Net) -> tuple[list[Parameter], list[Parameter]]:
    conv_params = list(filter(lambda x: "conv" in x.name, net.trainable_params()))
    no_conv_params = list(filter(lambda x: "conv" not in x.name, net.trainable_params()))
    return conv_params, no_conv_params


@pytest.mark.parametrize(
    ("make", "case"),
    [
        (lambda groups: nn.Momentum(groups, learning_rate=0.1, momentum=0.9), "000/momentum-groups-corrected"),
        (lambda groups: nn.RMSProp(groups, learning_rate=0.1, weight_decay=0.0), "003/rmsprop-groups"),
    ],
)  # fmt: skip
def test_documents_000_and_003_groups(make: Any, case: str) -> None:
    net = Net(bn=True)
    conv_params, no_conv_params = halves(net)
    group_params = [
        {"params": conv_params, "weight_decay": 0.01, "grad_centralization": True},
        {"params": no_conv_params, "lr": 0.01},
        {"order_params": net.trainable_params()},
    ]
    optim = make(group_params)
    got = RECORDED[case]["output"]["got"]
    assert names(optim.parameters) == got["order"]
    assert list(optim.get_lr()) == got["lr"]
    assert list(optim.get_weight_decay()) == got["weight_decay"]
    assert list(optim.grad_centralization_flags) == got["grad_centralization"]


def test_document_000_leaves_out_the_momentum() -> None:
    with pytest.raises(TypeError, match="momentum"):
        nn.Momentum(Net().trainable_params(), learning_rate=0.1)
    optim = nn.Momentum(params=Net(bn=True).trainable_params(), learning_rate=0.1, momentum=0.9)
    assert (optim.get_lr(), optim.get_weight_decay()) == (0.1, 0.0)


def test_document_000_centralizes_the_gradient_of_the_convolution() -> None:
    """Where MindSpore leaves it alone; the mean over all axes but the first is taken off, by hand here."""
    net = Net(bn=True)
    conv = net.parameters[0]
    gradient = np.random.default_rng(0).normal(size=conv.shape)
    optim = nn.SGD([{"params": [conv], "grad_centralization": True}], learning_rate=1.0)
    optim([gradient])
    expected = 1 - (gradient - gradient.reshape(64, -1).mean(axis=1).reshape(64, 1, 1, 1))
    np.testing.assert_allclose(conv, expected, atol=1e-6)


# 001: optimizers' inputs


def test_document_001_parameters() -> None:
    net = Net(bn=True)
    assert nn.SGD(params=net.trainable_params()).get_lr() == 0.1
    no_conv_params = list(filter(lambda x: "conv" not in x.name, net.get_parameters()))
    got = RECORDED["001/sgd-filtered-get_parameters"]["output"]["got"]
    assert names(nn.SGD(no_conv_params).parameters) == got["order"]


def test_document_001_rates(capsys: pytest.CaptureFixture[str]) -> None:
    net = Net(bn=True)
    lr_dynamic = nn.dynamic_lr.piecewise_constant_lr([2, 5, 10], [0.1, 0.05, 0.01])
    print(lr_dynamic)
    lr_schedule = nn.learning_rate_schedule.PolynomialDecayLR(
        learning_rate=0.1, end_learning_rate=0.01, decay_steps=4, power=0.5
    )
    result = lr_schedule(Tensor(2, np.int32))
    print(f"{np.float32(result):.7f}")
    assert capsys.readouterr().out == "[0.1, 0.1, 0.05, 0.05, 0.05, 0.01, 0.01, 0.01, 0.01, 0.01]\n0.0736396\n"
    for rate in (lr_dynamic, lr_schedule):
        optimizer = nn.Momentum(net.trainable_params(), learning_rate=rate, momentum=0.9, weight_decay=0.9)
        assert (optimizer.get_lr(), optimizer.get_weight_decay(), optimizer.dynamic_lr) == (0.1, 0.9, True)


def test_document_001_loop_of_torch() -> None:
    """Its five printed values, to 2 ulp."""
    printed = [0.09000000000000001, 0.08100000000000002, 0.07290000000000002, 0.06561000000000002, 0.05904900000000002]
    optimizer = SimpleNamespace(param_groups=[{"lr": 0.1}])
    scheduler = nn.ExponentialLR(optimizer, gamma=0.9)
    for value in printed:
        scheduler.step()
        (rate,) = scheduler.get_last_lr()
        assert abs(rate - value) <= 2 * np.spacing(value)


def test_document_001_groups() -> None:
    net = Net(bn=True)
    conv_params, no_conv_params = halves(net)
    polynomial_decay_lr = nn.learning_rate_schedule.PolynomialDecayLR(0.1, 0.01, decay_steps=4, power=0.5)
    group_params = [
        {"params": conv_params, "weight_decay": 0.01, "lr": 0.01},
        {"params": no_conv_params, "lr": polynomial_decay_lr},
        {"order_params": net.trainable_params()},
    ]
    optim_sgd = nn.SGD(group_params, learning_rate=0.1)
    assert optim_sgd.get_lr() == (0.01, 0.1, 0.1)  # MindSpore reads the fixed rate back as 0.00999999
    with pytest.raises(KeyError, match="did you mean 'grad_centralization'"):
        nn.SGD([{"params": conv_params, "grad_centralizaiton": True}])


# 002: Adam on a dense layer of two by two


@pytest.mark.parametrize(("epochs", "case"), [(100, "002/adam-dense-100-epochs"), (5, "002/adam-dense-5-epochs")])
def test_document_002(epochs: int, case: str) -> None:
    lr, dtype = 0.001, np.float32
    input_np = np.array([[1, 2], [3, 4]]).astype(dtype)
    label_np = np.array([1, 0]).astype(int)
    label_np_onehot = np.zeros(shape=(2, 2)).astype(dtype)
    label_np_onehot[np.arange(2), label_np] = 1.0
    weight = Parameter(np.array([[1, 2], [3, 4]]).astype(dtype), name="weight")
    bias = Parameter(np.array([0.5, 0.5]).astype(dtype), name="bias")
    optimizer = nn.Adam(params=[weight, bias], eps=1e-8, learning_rate=lr)
    for _ in range(epochs):
        logits = input_np @ weight.T + bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        slope = (odds / odds.sum(axis=1, keepdims=True) - label_np_onehot) / len(input_np)
        optimizer((slope.T @ input_np, slope.sum(axis=0)))
    output = input_np @ weight.T + bias
    assert str(output) == RECORDED[case]["output"]["got"]["printed"]
    if documented(case) is not None:
        assert str(output) == documented(case)


# 004: the tutorial


def test_document_004_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    net = Net()
    nn.Adam(params=net.trainable_params())
    print(net.trainable_params())
    conv_params = [param for param in net.get_parameters() if "conv" in param.name]
    for conv_param in conv_params:
        conv_param.requires_grad = False
    print(net.trainable_params())
    optim = nn.Adam(params=net.trainable_params())
    assert names(optim.parameters) == ["param"]
    shown = [documented("004/trainable_params"), documented("004/requires_grad-False")]
    assert capsys.readouterr().out.splitlines() == shown


def test_document_004_rates(capsys: pytest.CaptureFixture[str]) -> None:
    assert nn.Momentum(params=Net().trainable_params(), learning_rate=0.01, momentum=0.9).get_lr() == 0.01
    lr = nn.piecewise_constant_lr([1, 3, 10], [0.1, 0.05, 0.01])
    print(lr)
    assert nn.SGD(Net().trainable_params(), learning_rate=lr).get_lr() == 0.1
    exponential_decay_lr = nn.ExponentialDecayLR(0.1, 0.9, 4)
    for i, line in enumerate(documented("004/ExponentialDecayLR")):
        printed = np.float32(line.partition("lr:")[2])  # in float32; schedules/test_frameworks.py has it to the digit
        assert abs(exponential_decay_lr(Tensor(i, np.int32)) - printed) <= np.spacing(printed)
    nn.Momentum(Net().trainable_params(), learning_rate=exponential_decay_lr, momentum=0.9)
    assert capsys.readouterr().out.strip() == str(documented("004/piecewise_constant_lr"))


class ExponentialWeightDecay(Cell):
    def __init__(self, weight_decay: float, decay_rate: float, decay_steps: int) -> None:
        super().__init__()
        self.weight_decay = weight_decay
        self.decay_rate = decay_rate
        self.decay_steps = decay_steps

    def construct(self, global_step: Any) -> Any:
        p = global_step / self.decay_steps
        return self.weight_decay * ops.pow(self.decay_rate, p)


def test_document_004_weight_decay() -> None:
    optimizer = nn.Momentum(Net().trainable_params(), learning_rate=0.01, momentum=0.9, weight_decay=0.9)
    assert optimizer.get_weight_decay() == 0.9
    weight_decay = ExponentialWeightDecay(weight_decay=0.0001, decay_rate=0.1, decay_steps=10000)
    net = Net()
    optimizer = nn.Momentum(net.trainable_params(), learning_rate=0.01, momentum=0.9, weight_decay=weight_decay)
    assert optimizer.get_weight_decay() == 0.0001
    optimizer.global_step = 10000
    assert optimizer.get_weight_decay() == pytest.approx(0.00001, rel=1e-12)
    optimizer([np.zeros(p.shape) for p in optimizer.parameters])
    np.testing.assert_allclose(net.parameters[0], 1 - 0.01 * 0.00001, rtol=1e-7)


def test_document_004_groups() -> None:
    conv_params, no_conv_params = halves(Net())
    polynomial_decay_lr = nn.PolynomialDecayLR(learning_rate=0.1, end_learning_rate=0.01, decay_steps=4, power=0.5)
    group_params = [
        {"params": conv_params, "weight_decay": 0.01, "lr": 0.01},
        {"params": no_conv_params, "lr": polynomial_decay_lr},
    ]
    optim = nn.Momentum(group_params, learning_rate=0.1, momentum=0.9, weight_decay=0.0)
    assert names(optim.parameters) == ["conv.weight", "param"]
    assert optim.get_lr() == (0.01, 0.1)


class WithAssign(nn.Optimizer):
    """Define the optimizer."""

    def __init__(self, params: Any, learning_rate: Any, momentum: float = 0.9) -> None:
        super().__init__(learning_rate, params)
        self.momentum = Parameter(Tensor(momentum, np.float32), name="momentum")
        self.moments = self.parameters.clone(prefix="moments", init="zeros")

    def construct(self, gradients: Any) -> ParameterTuple:
        lr = self.get_lr()
        params = self.parameters

        for i in range(len(params)):
            ops.assign(self.moments[i], self.moments[i] * self.momentum + gradients[i])
            update = params[i] - self.moments[i] * lr
            ops.assign(params[i], update)
        return params


class WithOperator(nn.Optimizer):
    """Define the optimizer."""

    def __init__(self, params: Any, learning_rate: Any, momentum: float = 0.9) -> None:
        super().__init__(learning_rate, params)
        self.moments = self.parameters.clone(prefix="moments", init="zeros")
        self.momentum = momentum
        self.opt = ops.ApplyMomentum()

    def construct(self, gradients: Any) -> Any:
        params = self.parameters
        success = None
        for param, mom, grad in zip(params, self.moments, gradients, strict=True):
            success = self.opt(param, mom, self.learning_rate, grad, self.momentum)
        return success


@pytest.mark.parametrize(
    ("cls", "case"), [(WithAssign, "004/custom-Momentum"), (WithOperator, "004/custom-Momentum-op")]
)
def test_document_004_custom_optimizer(cls: Any, case: str) -> None:
    """The gradients are those of the recording, 0.5, 1 and 1.5; the step is counted, which MindSpore leaves out."""
    parameter = Parameter(np.array([1.0], np.float32), name="param")
    opt = cls([parameter], 0.01)
    found = []
    for gradient in (0.5, 1.0, 1.5):
        opt((np.array([gradient], np.float32),))
        found.append(float(parameter[0]))
    np.testing.assert_allclose(found, RECORDED[case]["output"]["got"]["param after steps 1-3"], rtol=1e-6)
    assert opt.global_step == 3


def test_document_004_scheduler(capsys: pytest.CaptureFixture[str]) -> None:
    optimizer = nn.optim_ex.Adam(Net().trainable_params(), lr=0.1)
    scheduler = nn.StepLR(optimizer, step_size=30, gamma=0.1)
    print(scheduler.get_last_lr())
    assert capsys.readouterr().out.strip() == documented("004/get_last_lr")
    optimizer = nn.optim_ex.Adam(Net().trainable_params(), lr=0.1)
    nn.StepLR(optimizer, step_size=30, gamma=0.1, verbose=True)
    assert capsys.readouterr().out == "Adjusting learning rate of group 0 to 0.1.\n"


def adam_in_groups() -> nn.optim_ex.Adam:
    conv_params, no_conv_params = halves(Net())
    group_params = [
        {"params": conv_params, "weight_decay": 0.01, "lr": 0.9, "amsgrad": True},
        {"params": no_conv_params, "lr": 0.66, "eps": 1e-6, "betas": (0.8, 0.88)},
    ]
    return nn.optim_ex.Adam(params=group_params, lr=0.01)


def test_document_004_shows_its_groups(capsys: pytest.CaptureFixture[str]) -> None:
    optimizer = adam_in_groups()
    print(optimizer.param_groups)
    print(optimizer.param_groups[1]["lr"].value())
    print(optimizer)
    shown = [documented(f"004/{name}") for name in ("param_groups", "param_groups-lr-value", "print-optimizer")]
    assert capsys.readouterr().out == "\n".join(shown) + "\n"


def test_document_004_edits_while_running() -> None:
    """The edits are those of the second group, so the optimizer has two; the document's has one."""
    optimizer = adam_in_groups()
    ops.assign(optimizer.param_groups[1]["lr"], Tensor(0.01))
    assert float(optimizer.param_groups[1]["lr"]) == np.float32(0.01)
    optimizer.param_groups[1]["lr"] = 0.02
    assert float(optimizer.param_groups[1]["lr"]) == np.float32(0.02)
    optimizer.param_groups[1]["weight_decay"] = 0.02
    assert optimizer.param_groups[1]["weight_decay"] == 0.02
    optimizer = nn.optim_ex.Adam(Net().trainable_params(), lr=0.1)
    with pytest.raises(IndexError):
        optimizer.param_groups[1]["lr"] = 0.01


def test_document_004_a_list_must_last_for_the_run() -> None:
    parameter = Parameter(np.array([1.0], np.float32), name="param")
    optimizer = nn.SGD([parameter], learning_rate=[0.1, 0.2])
    for _ in range(2):
        optimizer([np.array([1.0], np.float32)])
    with pytest.raises(RuntimeError, match=r"learning_rate has 2 values and step 2 needs 3"):
        optimizer([np.array([1.0], np.float32)])
    got = RECORDED["004/total_step-at-least-steps"]["output"]["got"]
    assert (float(parameter[0]), optimizer.global_step) == (np.float32(got["parameter"]), got["global_step"])
