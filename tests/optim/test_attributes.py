"""No attribute lies: what is shown under the name of an argument is what holds, or is not there."""

from __future__ import annotations

import copy
import inspect
import math
import pickle
from dataclasses import KW_ONLY
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from optimizers import EX, NN, gradients, parameters

import lrkit
from lrkit import Parameter, lr_scheduler, optim, optim_ex
from lrkit._params import Param, declared_of
from lrkit.parameter import Tensor


def arguments(cls: Any) -> list[str]:
    return list(inspect.signature(cls).parameters)


def others(cls: Any, options: dict[str, Any]) -> dict[str, Any]:
    """For each declared option, a value of its domain that is not its default."""
    found = {}
    defaults = {name: p.default for name, p in inspect.signature(cls).parameters.items()}
    for name, field in declared_of(cls).items():
        default = options.get(name, defaults[name])
        if field.kind is bool:
            found[name] = not default
        elif field.many:
            found[name] = (0.25, 1.75) if name == "etas" else (0.125, 0.75)
        else:
            found[name] = next(x for x in (0.25, -0.25, 0.5) if field.param.admits(x) and x != default)
    return found


# Groups: what they hold is there and nowhere else


@pytest.mark.parametrize("name", EX)
def test_a_hyper_parameter_is_in_the_groups_and_nowhere_else(name: str) -> None:
    cls = getattr(optim_ex, name)
    optimizer = cls(parameters(), **EX[name])
    hidden = [key for key in arguments(cls) if key != "check_finite"]
    assert {"params", "lr"} <= set(hidden)
    for key in hidden:
        where = rf"^{name} has no attribute '{key}': each group has its own, param_groups\[k\]\['{key}'\]$"
        with pytest.raises(AttributeError, match=where):
            getattr(optimizer, key)
        with pytest.raises(AttributeError, match=rf"^{name}: {key} cannot be set here: each group has its own"):
            setattr(optimizer, key, 0.5)
        assert not hasattr(cls, key), "a default of the class would show through"
        assert key in optimizer.param_groups[0]
    for twin in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        with pytest.raises(AttributeError, match="each group has its own"):
            twin.lr  # noqa: B018
    with pytest.raises(AttributeError, match=rf"^{name} has no attribute 'nonsense'$"):
        optimizer.nonsense  # noqa: B018


@pytest.mark.parametrize("name", EX)
def test_an_option_that_is_set_in_a_group_acts_from_the_next_step(name: str) -> None:
    """As if the group had been made with it: compared where nothing has been stepped yet, on both ways to give it."""
    cls = getattr(optim_ex, name)
    options = dict(EX[name]) | ({"momentum": 0.5} if name in ("SGD", "RMSprop") else {})
    changes = {key: value for key, value in others(cls, options).items() if key != "check_finite"}
    weights = {}
    for key, value in changes.items():
        runs = []
        for given in (options, options | {key: value}):
            params = parameters(np.float64)
            optimizer = cls(params, **given)
            if given is options:
                optimizer.param_groups[0][key] = value
            for step in range(8):
                optimizer(gradients(params, step))
            runs.append([p.asnumpy() for p in params])
        for one, other in zip(*runs, strict=True):
            np.testing.assert_array_equal(one, other)
        weights[key] = runs[0][0]
    params = parameters(np.float64)
    optimizer = cls(params, **options)
    for step in range(8):
        optimizer(gradients(params, step))
    without_effect = {key for key, values in weights.items() if np.array_equal(values, params[0])}
    assert without_effect <= {"decoupled_weight_decay", "t0"}  # of a decay of 0; of the mean, not of the weights


def test_check_finite_is_set_for_the_whole_optimizer_and_acts() -> None:
    optimizer = optim_ex.SGD([Parameter([1.0])], lr=0.1)
    with pytest.raises(TypeError, match="SGD: check_finite must be True or False, got 'yes'"):
        optimizer.check_finite = "yes"
    optimizer.check_finite = True
    with pytest.raises(FloatingPointError):
        optimizer([np.full(1, math.nan)])


def test_the_rates_of_the_groups_are_those_that_they_hold() -> None:
    groups = [{"params": [Parameter([1.0])]}, {"params": [Parameter([1.0])], "lr": 0.5}]
    optimizer = optim_ex.SGD(groups, lr=0.25)
    optimizer.param_groups[0]["lr"] = 0.125
    assert [float(rate) for rate in optimizer.lrs] == [0.125, 0.5]
    assert all(rate is group["lr"] for rate, group in zip(optimizer.lrs, optimizer.param_groups, strict=True))
    with pytest.raises(AttributeError):
        optimizer.lrs = [0.1]


def test_an_optimizer_of_ones_own_hides_nothing_either() -> None:
    class Declared(optim_ex.Optimizer):
        params: Any
        lr: Annotated[float, Param("", low=0)] = 0.1
        factor: Annotated[float, Param("", low=0)] = 2.0
        _: KW_ONLY
        check_finite: Annotated[bool, Param("")] = False

    class Written(optim_ex.Optimizer):
        def __init__(self, params: Any, lr: float = 0.1, factor: float = 2.0) -> None:
            super().__init__(params, {"lr": lr, "factor": factor})
            self.mine = factor

    for cls in (Declared, Written):
        optimizer = cls([Parameter([1.0])], lr=0.5, factor=3.0)
        for key in ("lr", "factor"):
            with pytest.raises(AttributeError, match="each group has its own"):
                getattr(optimizer, key)
            with pytest.raises(AttributeError, match="each group has its own"):
                setattr(optimizer, key, 1.0)
        assert optimizer.param_groups[0]["factor"] == 3.0
    assert optimizer.mine == 3.0


def test_a_class_that_declares_more_has_the_arguments_of_its_base_too() -> None:
    class More(optim.Adam):
        params: Any
        extra: Annotated[float, Param("", low=0)] = 2.0
        mode: Any = "x"
        limit: ClassVar[int] = 3

    inherited = arguments(optim.Adam)
    positional = inherited[: inherited.index("use_lazy")]
    assert arguments(More) == [*positional, "extra", "mode", *inherited[len(positional) :]]
    optimizer = More([Parameter([1.0])], extra=3, beta1=0.5)
    assert (optimizer.extra, optimizer.mode, optimizer.beta1, More.limit) == (3.0, "x", 0.5, 3)
    with pytest.raises(AttributeError, match=r"^More: extra is fixed at construction"):
        optimizer.extra = 1.0
    with pytest.raises(ValueError, match=r"^More: extra must be a number >= 0, got -1$"):
        More([Parameter([1.0])], extra=-1)

    class Written(optim.Adam):
        def __init__(self, params: Any, rate: float) -> None:
            super().__init__(params, learning_rate=rate, beta1=0.25)

    assert arguments(Written) == ["params", "rate"]
    assert (Written([Parameter([1.0])], 0.5).learning_rate, Written([Parameter([1.0])], 0.5).beta1) == (0.5, 0.25)


# The nn face: what was given is shown, and fixed


@pytest.mark.parametrize("name", NN)
def test_an_argument_is_shown_as_it_was_given_and_cannot_be_set(name: str) -> None:
    cls = getattr(optim, name)
    options = dict(NN[name])
    for key, value in others(cls, options).items():
        if name == "AdaFactor" and key in ("relative_step", "warmup_init"):
            continue  # goes without a rate
        given = options | {key: value} | ({"momentum": 0.5} if key == "nesterov" else {})
        optimizer = cls(parameters(), **given)
        assert getattr(optimizer, key) == value, key
        with pytest.raises(AttributeError, match=f"^{name}: {key} is fixed at construction"):
            setattr(optimizer, key, value)
    rate, decay = 0.25, 0.125
    optimizer = cls(parameters(), **options | {"learning_rate": rate, "weight_decay": decay})
    assert (optimizer.learning_rate, optimizer.weight_decay) == (rate, decay)
    for key in ("learning_rate", "weight_decay", "parameters"):
        with pytest.raises(AttributeError, match=f"^{name}: {key} is fixed at construction"):
            setattr(optimizer, key, 0.5)
    for key in arguments(cls):
        assert not hasattr(cls, key), "a default of the class would show through"
    with pytest.raises(AttributeError):
        optimizer.params  # noqa: B018


def test_a_rate_of_an_optimizer_of_ones_own_is_fixed_too_and_its_loss_scale_acts() -> None:
    class Own(optim.Optimizer):
        def construct(self, gradients: Any) -> None:
            for p, g in zip(self.parameters, self.scale_grad(gradients), strict=True):
                p.assign(p - self.get_lr() * g)

    weight = Parameter(np.array([1.0]))
    optimizer = Own(0.5, [weight])
    for key in ("learning_rate", "weight_decay", "parameters"):
        with pytest.raises(AttributeError, match=f"^Own: {key} is fixed at construction"):
            setattr(optimizer, key, 0.25)
    with pytest.raises(ValueError, match=r"^Own: loss_scale must be a number > 0, got 0$"):
        optimizer.loss_scale = 0
    optimizer.loss_scale = 4
    optimizer([np.ones(1)])
    assert weight.tolist() == [1 - 0.5 / 4]


# Schedulers

SCHEDULERS: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 3, "gamma": 0.5},
    "MultiStepLR": {"milestones": [2, 5], "gamma": 0.5},
    "ExponentialLR": {"gamma": 0.5},
    "ConstantLR": {"factor": 0.25, "total_iters": 7},
    "LinearLR": {"start_factor": 0.25, "end_factor": 0.5, "total_iters": 7},
    "PolynomialLR": {"total_iters": 7, "power": 2.0},
    "CosineAnnealingLR": {"T_max": 7, "eta_min": 0.01},
    "CosineAnnealingWarmRestarts": {"T_0": 7, "T_mult": 2, "eta_min": 0.01},
    "CyclicLR": {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 7},
    "LambdaLR": {"lr_lambda": abs},
    "MultiplicativeLR": {"lr_lambda": abs},
}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_scheduler_shows_the_options_that_it_was_given_and_keeps_them(name: str) -> None:
    cls = getattr(lr_scheduler, name)
    scheduler = cls(SimpleNamespace(param_groups=[{"lr": 0.5}]), **SCHEDULERS[name])
    for key, value in SCHEDULERS[name].items():
        assert np.array_equal(getattr(scheduler, key), value), key
    for key in set(arguments(cls)) - {"optimizer", "last_epoch", "verbose", "on_load"}:
        with pytest.raises(AttributeError, match=f"{key} is fixed at construction"):
            setattr(scheduler, key, getattr(scheduler, key))


def test_an_option_of_the_plateau_that_is_set_acts() -> None:
    optimizer = SimpleNamespace(param_groups=[{"lr": 1.0}])
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    scheduler.factor = 0.25
    for metric in (1.0, 2.0):
        scheduler.step(metric)
    assert optimizer.param_groups[0]["lr"] == 0.25


# Rates as MindSpore hands them out


def test_a_rate_that_prints_as_a_tensor_is_read_as_one() -> None:
    """In the ways of MindSpore's own examples: ``get_last_lr()[0].asnumpy()``, ``param_groups[0]["lr"].value()``."""
    optimizer = optim_ex.SGD([Parameter([1.0])], lr=0.1)
    scheduler = lr_scheduler.StepLR(optimizer, 1, 0.5)
    scheduler.step()
    last, held = scheduler.get_last_lr()[0], optimizer.param_groups[0]["lr"]
    assert repr(last) == "Tensor(shape=[], dtype=Float32, value= 0.05)"
    for rate in (last, held, held.value(), last.value()):
        plain = rate.asnumpy()
        assert type(plain) is np.ndarray
        assert (plain.dtype, plain.shape, float(plain)) == (np.float32, (), np.float32(0.05))
        assert float(rate) == rate.item() == np.float32(0.05)
        assert bool(rate == np.float32(0.05))
        assert bool(rate < 0.06)
        assert bool(rate > 0.04)
        assert f"{rate.asnumpy():.4f}" == f"{rate:.4f}" == "0.0500"
        assert isinstance(rate.value(), Tensor)
        np.testing.assert_allclose(rate.asnumpy(), 0.05, rtol=1e-6)
        plain[...] = 9  # a copy
        rate.value()[...] = 9
        assert float(rate) == np.float32(0.05)


# Groups of the nn face


def pair() -> tuple[Parameter, Parameter]:
    return Parameter([1.0], name="body"), Parameter([1.0, 2.0], name="head")


def test_the_source_of_a_rate_is_found_by_its_parameter() -> None:
    body, head = pair()
    array, schedule = np.ones(3), lrkit.ConstantLR(0.25)
    groups = [{"params": [head], "lr": 0.05}, {"params": [body]}, {"params": [array], "lr": [0.1, 0.2]}]
    optimizer = optim.SGD(groups, learning_rate=schedule)
    fixed = optimizer.get_lr_parameter(head)
    assert repr(fixed) == "Parameter (name=learning_rate_group_0, shape=(), dtype=Float64, requires_grad=True)"
    assert float(fixed.asnumpy()) == 0.05
    assert optimizer.get_lr_parameter(body) is schedule
    listed = optimizer.get_lr_parameter([array, head])
    assert [rates.asnumpy().tolist() for rates in listed] == [[0.1, 0.2], 0.05]
    for write in (lambda: fixed.assign(0.5), lambda: fixed.__setitem__((), 0.5)):
        with pytest.raises(ValueError, match="read-only"):
            write()
    assert optim.SGD([body], 0.5).get_lr_parameter([body])[0].name == "learning_rate"
    with pytest.raises(ValueError, match="SGD: get_lr_parameter: other is not in the optimizer"):
        optimizer.get_lr_parameter(Parameter([1.0], name="other"))
    for bad in ("head", (head,), None, [0.1]):
        with pytest.raises(TypeError, match="SGD: get_lr_parameter takes a parameter or a list of them, got"):
            optimizer.get_lr_parameter(bad)


def test_parameters_are_ordered_wherever_an_order_is_given() -> None:
    """Whether it changes anything or not, as in MindSpore; an empty one is ignored but given."""
    body, head = pair()
    groups = [{"params": [body]}, {"params": [head]}]
    cases = [(None, "body head"), ([], "body head"), ([body, head], "body head"), ([head, body], "head body")]
    for order, names in cases:
        given = groups if order is None else [*groups, {"order_params": order}]
        optimizer = optim.SGD(given, learning_rate=0.1)
        assert optimizer.is_group_params_ordered is (order is not None)
        assert " ".join(p.name for p in optimizer.parameters) == names


def test_an_empty_group_beside_others_is_passed_over() -> None:
    body, head = pair()
    groups = [{"params": []}, {"params": [body]}, {"params": [], "lr": 0.5}, {"params": [head], "lr": 0.25}]
    optimizer = optim.SGD(groups, learning_rate=0.125)
    optimizer([np.ones(1), np.ones(2)])
    assert (body.asnumpy().tolist(), head.asnumpy().tolist()) == ([0.875], [0.75, 1.75])
    assert optimizer.get_lr() == (0.125, 0.25)
    with pytest.raises(ValueError, match="at least one group with parameters, got none"):
        optim.SGD([{"params": []}], learning_rate=0.1)
    with pytest.raises(ValueError, match="all lists of rates must have one length"):
        optim.SGD([{"params": [body], "lr": [0.1, 0.2]}, {"params": [], "lr": [0.1]}], learning_rate=0.1)


@pytest.mark.parametrize("face", [optim, optim_ex])
def test_a_set_of_parameters_has_no_order_to_take_gradients_in(face: Any) -> None:
    body, head = pair()
    for params in ({body, head}, [{"params": {body, head}}], frozenset([body])):
        with pytest.raises(TypeError, match="must be a list of parameters, got a set, which has no order"):
            face.SGD(params, 0.1)
