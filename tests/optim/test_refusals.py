"""What an optimizer refuses: before anything moves, with a message that names what is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from optimizers import bits, gradients, parameters, plain, snapshot

import lrkit
from lrkit import Parameter, optim, optim_ex
from lrkit._params import Field, Param, declared_of
from lrkit.optim.optimizer import LOSS_SCALE

ODD_GRADIENTS: dict[str, tuple[Callable[[list[Any]], Any], type[Exception], str]] = {
    "one too few": (lambda g: g[:-1], ValueError, "5 parameters need 5 gradients, got 4"),
    "one too many": (lambda g: [*g, g[0]], ValueError, "5 parameters need 5 gradients, got 6"),
    "no sequence": (lambda g: g[0], TypeError, "gradients must be a tuple or list of arrays"),
    "another shape": (lambda g: [g[0].T, *g[1:]], ValueError, "must have shape (4, 3, 2), got (2, 3, 4)"),
    "one that would broadcast": (lambda g: [*g[:-1], g[-1][0]], ValueError, "large must have shape (150, 250)"),
    "integers": (
        lambda g: [*g[:2], np.array(1), *g[3:]],
        TypeError,
        "scalar must be an array of floats, got one of int",
    ),
    "complex": (lambda g: [g[0] * 1j, *g[1:]], TypeError, "conv.weight must be an array of floats, got one of complex"),
    "None": (lambda g: [None, *g[1:]], TypeError, "conv.weight must be an array of floats, got None"),
}


@pytest.mark.parametrize("name", plain)
@pytest.mark.parametrize("odd", ODD_GRADIENTS)
def test_odd_gradients_are_refused_before_anything_moves(name: str, odd: str) -> None:
    params = parameters()
    optimizer = plain[name](params)
    optimizer(gradients(params, 0))
    before = snapshot(optimizer)
    spoil, kind, message = ODD_GRADIENTS[odd]
    if odd == "None" and not plain[name].is_nn:  # there it leaves that parameter alone, and moves the others
        optimizer(spoil(gradients(params, 1)))
        assert [one == other for one, other in zip(bits(params), before[0], strict=True)][:3] == [True, False, False]
        return
    with pytest.raises(kind) as caught:
        optimizer(spoil(gradients(params, 1)))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{plain[name].cls.__name__}: ")
    assert snapshot(optimizer) == before


@pytest.mark.parametrize("name", plain)
def test_gradients_that_are_not_finite_are_applied_or_refused(name: str) -> None:
    for bad in (math.nan, math.inf):
        params = parameters()
        g = gradients(params, 1)
        g[-1][3, 5] = bad
        strict = plain[name](params, check_finite=True)
        strict(gradients(params, 0))
        before = snapshot(strict)
        with pytest.raises(FloatingPointError, match="the gradient of large is not finite; nothing was changed"):
            strict(g)
        assert snapshot(strict) == before
        lax = plain[name](parameters())
        lax(g)
        values = np.asarray(lax.parameters[-1])
        assert np.isfinite(values[0, 0]) or "Lamb" in name or "AdaFactor" in name
        if math.isnan(bad):
            assert np.isnan(values[3, 5])


@pytest.mark.parametrize(
    ("rate", "kind", "message"),
    [
        ([0.1, 0.1], RuntimeError, "SGD: learning_rate has 2 values and step 2 needs 3"),
        (lambda step: 0.1 if step < 2 else -1.9, ValueError, "SGD: learning_rate at step 2 must be finite and >= 0, g"),
        (lambda step: math.nan if step == 2 else 0.1, ValueError, "learning_rate at step 2 must be finite and >= 0, g"),
        (lambda step: "high" if step == 2 else 0.1, TypeError, "SGD: learning_rate at step 2 must be a number, got 'h"),
        (lrkit.ConstantLR(0.1).then(lrkit.ConstantLR(-1.0), 2), ValueError, "at step 2 must be finite and >= 0, got -"),
    ],
)  # fmt: skip
def test_a_rate_that_fails_on_the_way_stops_the_run_where_it_is(rate: Any, kind: type, message: str) -> None:
    for groups in (False, True):
        params = parameters()
        given = [{"params": params[:1]}, {"params": params[1:], "lr": rate}] if groups else params
        optimizer = optim.SGD(given, learning_rate=0.1 if groups else rate, momentum=0.9)
        for step in range(2):
            if not groups or callable(rate) or step < 2:
                optimizer(gradients(params, step))
        before = snapshot(optimizer)
        for _ in range(2):
            with pytest.raises(kind) as caught:
                optimizer(gradients(params, 2))
            assert message.replace("learning_rate", 'params[1]["lr"]' if groups else "learning_rate") in str(
                caught.value
            )
            assert snapshot(optimizer) == before
        assert optimizer.global_step == 2


def test_a_gradient_too_large_for_the_parameter_is_not_finite() -> None:
    weight = Parameter([1.0], "weight")
    with pytest.raises(FloatingPointError, match="the gradient of weight is not finite"):
        optim.SGD([weight], 0.1, check_finite=True)([np.full(1, 1e60)])
    assert float(weight[0]) == 1
    optim.SGD([weight], 0.1, check_finite=True)([np.full(1, 3e38)])
    assert float(weight[0]) == np.float32(-3e37)


def test_a_rate_assigned_out_of_its_domain_is_refused_at_the_step() -> None:
    params = parameters()
    optimizer = optim_ex.SGD(params, lr=0.1)
    optimizer.param_groups[0]["lr"].assign(-1.0)
    before = bits(params)
    with pytest.raises(ValueError, match=r"SGD: param_groups\[0\]: lr must be a number >= 0, got -1.0"):
        optimizer(gradients(params, 0))
    assert bits(params) == before


def outside(field: Field) -> list[tuple[Any, type[Exception]]]:
    """Values just outside the domain of a field, and of the wrong kind."""
    if field.kind is bool:
        return [(1, TypeError), (None, TypeError), ("yes", TypeError)]
    numbers: list[tuple[Any, type[Exception]]] = [(math.nan, ValueError), (math.inf, ValueError)]
    numbers += [(x, TypeError) for x in ("0.1", True, 1j)]
    low, high = field.param.low, field.param.high
    if low is not None:
        numbers.append((low if field.param.exclusive else math.nextafter(low, -math.inf), ValueError))
    if high is not None:
        numbers.append((high if field.param.high_exclusive else math.nextafter(high, math.inf), ValueError))
    if not field.optional:
        numbers.append((None, TypeError))
    if field.many:
        return [((0.5, x), kind) for x, kind in numbers] + [((0.5,), ValueError), (0.5, TypeError)]
    return numbers


@pytest.mark.parametrize("name", plain)
def test_an_argument_just_outside_its_domain_is_refused_by_name(name: str) -> None:
    make = plain[name]
    fields = {key: field for key, field in declared_of(make.cls).items() if key != "grad_centralization"}
    shared = {make.rate: Field(make.rate, float, Param("", low=0))}
    if "loss_scale" in make.cls.__init__.__annotations__:
        shared["loss_scale"] = LOSS_SCALE
    checked = 0
    for key, field in (shared | fields).items():
        for value, kind in outside(field):
            if key == make.rate and value is None and make.cls is optim.AdaFactor:
                kind = ValueError  # noqa: PLW2901 — None has a meaning there
            if key == make.rate and value == "0.1":
                kind = TypeError  # noqa: PLW2901
            with pytest.raises(kind, match=rf"^{make.cls.__name__}.*{key}"):
                make(parameters(), **{key: value})
            checked += 1
    assert checked > 10


BAD_CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: optim.SGD([], 0.1), ValueError, "SGD: params must have at least one parameter, got none"),
    (lambda: optim.SGD(5, 0.1), TypeError, "SGD: params must be a list of parameters, got 5"),
    (lambda: optim.SGD(Parameter([1.0]), 0.1), TypeError, "must be a list of parameters, got one parameter, not"),
    (lambda: optim.SGD([np.ones(2, int)], 0.1), TypeError, "SGD: params[0] must be of float32 or float64, got int64"),
    (lambda: optim.SGD([np.broadcast_to(1.0, 3)], 0.1), ValueError, "SGD: params[0] is read-only"),
    (lambda: optim.SGD([[1.0]], 0.1), TypeError, "SGD: params[0] must be a Parameter or an array, got [1.0]"),
    (lambda: optim.SGD([p := Parameter([1.0]), p], 0.1), ValueError, "parameter 1 is parameter 0 once more"),
    (lambda: optim.SGD([Parameter([1.0], "a"), Parameter([1.0], "a")], 0.1), ValueError, "have the same name, a"),
    (lambda: optim.SGD([(a := np.ones(4))[:3], a[1:]]), ValueError, "SGD: parameter0 and parameter1 share memory"),
    (lambda: optim.SGD([(a := np.ones(99))[::3], a[1:50:3], a[1:9:3]]), ValueError, "parameter1 and parameter2 share"),
    (lambda: optim.SGD([a := np.ones((2, 2)), a.T]), ValueError, "SGD: parameter0 and parameter1 share memory"),
    (lambda: optim.SGD([np.ones(1)], 0.1).__setattr__("momentum", 0.9), AttributeError, "momentum is fixed at constr"),
    (lambda: optim.SGD([np.ones(1)], 0.1).__setattr__("learning_rate", 0.9), AttributeError, "or use lrkit.optim_ex"),
    (lambda: optim.SGD([{"params": [np.ones(1)], "learning_rate": 1}]), KeyError, "did you mean 'lr'?"),
    (lambda: optim.SGD({"params": [np.ones(1)]}), TypeError, "must be a list of parameters, got one group, not in a"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])]}, Parameter([1.0])], 0.1), TypeError, "element 1 must be a dict"),
    (lambda: optim.SGD([{"lr": 0.1}], 0.1), KeyError, "params[0] must have the key 'params'"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])], "grad_centralizaiton": True}]), KeyError,
     "unknown key 'grad_centralizaiton': did you mean 'grad_centralization'?"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])], "grad_centralization": 1}]), TypeError, "must be True or False"),
    (lambda: optim.SGD([{"order_params": [], "lr": 1}]), ValueError, "order_params stands in a dict of its own, got l"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])]}, {"order_params": [Parameter([1.0])]}]), ValueError,
     "order_params must have each of the 1 parameters of the groups once, got 1, of them 0 of the groups'"),
    (lambda: optim.SGD([{"params": [Parameter([1.0])], "lr": [0.1, 0.2]}], [0.1]), ValueError,
     'all lists of rates must have one length: learning_rate has 1, params[0]["lr"] has 2'),
    (lambda: optim.SGD([Parameter([1.0])], []), ValueError, "learning_rate must have a rate for each step, got an emp"),
    (lambda: optim.SGD([Parameter([1.0])], [0.1, -0.1]), ValueError, "learning_rate[1] must be a number >= 0, got -0."),
    (lambda: optim.SGD([Parameter([1.0])], [[0.1]]), TypeError, "learning_rate[0] must be a number >= 0, got [0.1]"),
    (lambda: optim.SGD([Parameter([1.0])], "0.1"), TypeError, "learning_rate must be a number >= 0, a list of rates"),
    (lambda: optim.SGD([Parameter([1.0])], {"lr": 0.1}), TypeError, "learning_rate must be a number >= 0, a list"),
    (lambda: optim.SGD([Parameter([1.0])], weight_decay=[0.1]), TypeError, "weight_decay must be a number >= 0, a sch"),
    (lambda: optim.SGD([Parameter([1.0])], nesterov=True), ValueError, "nesterov needs momentum > 0 and dampening 0"),
    (lambda: optim.Adam([Parameter([1.0])], foo=1), TypeError, "unexpected keyword argument 'foo'"),
    (lambda: optim.Adam([Parameter([1.0])], use_lazy=True, use_amsgrad=True), ValueError, "one at most can be True"),
    (lambda: optim.FTRL([Parameter([1.0])], learning_rate=[0.1]), ValueError, "FTRL: learning_rate must be one number"),
    (lambda: optim.FTRL([Parameter([1.0])], learning_rate=0), ValueError, "one number > 0 for all parameters and step"),
    (lambda: optim.AdaFactor([Parameter([1.0])], 0.1), ValueError, "with relative_step the learning_rate must be None"),
    (lambda: optim.AdaFactor([Parameter([1.0])], relative_step=False), ValueError, "a learning_rate must be given"),
    (lambda: optim.AdaFactor([Parameter([1.0])], weight_decay=1), ValueError, "weight_decay must be a number >= 0 and"),
    (lambda: optim.Optimizer(0.1, [Parameter([1.0])])([np.ones(1)]), NotImplementedError, "defines no construct"),
    (lambda: optim_ex.Adam([Parameter([1.0])], lr=1e300), ValueError, "lr must be a number from 0 to 3.40282e+38, got"),
    (lambda: optim_ex.Adam([Parameter([1.0])], lr=[0.1]), TypeError, "Adam: param_groups[0]: lr must be a number >= 0"),
    (lambda: optim_ex.Adam([Parameter([1.0])], lr=lrkit.ConstantLR(0.1)), TypeError, "lr must be a number >= 0, got C"),
    (lambda: optim_ex.Adam([{"params": [Parameter([1.0])], "momentum": 0.9}]), KeyError, "unknown key 'momentum'"),
    (lambda: optim_ex.SGD([{"params": [Parameter([1.0])], "momentum": -1}], lr=1), ValueError, "momentum must be a nu"),
    (lambda: optim_ex.Optimizer([Parameter([1.0])], {"foo": 1}), KeyError, "defaults must have the key 'lr'"),
    (lambda: optim_ex.Optimizer([Parameter([1.0])], {"lr": 1})([np.ones(1)]), NotImplementedError, "defines no constr"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), BAD_CALLS, ids=[message[:40] for _, _, message in BAD_CALLS])
def test_what_is_refused_is_refused_with_a_reason(call: Callable[[], Any], kind: type, message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert message in str(caught.value)


def test_a_group_refuses_what_construction_would() -> None:
    optimizer = optim_ex.SGD([{"params": [Parameter([1.0])]}], lr=0.1)
    group = optimizer.param_groups[0]
    before = repr(optimizer)
    for change, kind in (
        (lambda: group.update(momentum=-1), ValueError),
        (lambda: group.update(momentun=1), KeyError),
        (lambda: group.__setitem__("lr", -1), ValueError),
        (lambda: group.__setitem__("lr", "high"), TypeError),
        (lambda: group.__setitem__("params", []), TypeError),
        (lambda: group.pop("lr"), TypeError),
        (lambda: group.__delitem__("lr"), TypeError),
        (group.clear, TypeError),
        (lambda: optimizer.add_param_group({"params": [optimizer.parameters[0]]}), ValueError),
        (lambda: optimizer.add_param_group({"params": [Parameter([1.0])], "lr": None}), TypeError),
        (lambda: optimizer.add_param_group([Parameter([1.0])]), TypeError),
    ):
        with pytest.raises(kind):
            change()
        assert repr(optimizer) == before
    assert len(optimizer.parameters) == 1
    group["lr"] *= 0.5
    assert float(group["lr"]) == np.float32(0.05)
    group["lr"] = group["lr"]
    twin = optim_ex.SGD([{"params": [Parameter([1.0])], "lr": group["lr"]}], lr=1.0)
    assert float(twin.param_groups[0]["lr"]) == np.float32(0.05)
    optimizer.param_groups.append({})
    with pytest.raises(ValueError, match="add_param_group adds a group"):
        optimizer([np.ones(1)])
    optimizer.param_groups.pop()
    group["params"].append(Parameter([1.0]))
    with pytest.raises(ValueError, match="params stay what they are"):
        optimizer([np.ones(1)])
    group["params"].pop()
    for change in ({"momentum": 0.5, "dampening": -1}, {"momentum": 0.5, "foo": 1}, {"momentum": 0.5, "lr": 1e300}):
        with pytest.raises((ValueError, KeyError)):
            group.update(change)
        assert group["momentum"] == 0
    group |= {"momentum": 0.9}
    assert (group["momentum"], group.setdefault("initial_lr", 0.1)) == (0.9, 0.1)
