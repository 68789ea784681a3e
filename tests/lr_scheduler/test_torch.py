"""Schedulers on torch's optimizers, beside torch's own; and where torch's are wrong, what is right."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrkit import lr_scheduler as lrs

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler

# Its own steps warn when no optimizer step came before, and step(epoch) that it is deprecated.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Detected call of"),
    pytest.mark.filterwarnings("ignore:The epoch parameter"),
]


def sgd(*rates: Any, **more: Any) -> Any:
    return torch.optim.SGD(
        [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate, **more} for rate in rates], lr=1.0
    )


def rates(optimizer: Any) -> list[float]:
    return [float(group["lr"]) for group in optimizer.param_groups]


def walk(scheduler: Any, steps: int) -> Any:
    seen = [rates(scheduler.optimizer)]
    for _ in range(steps):
        scheduler.step()
        seen.append(rates(scheduler.optimizer))
    return np.array(seen)


unit = st.floats(0.01, 1)
length = st.integers(1, 50)
OPTIONS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "StepLR": st.fixed_dictionaries({"step_size": length, "gamma": unit}),
    "MultiStepLR": st.fixed_dictionaries({"milestones": st.lists(st.integers(0, 150), max_size=5), "gamma": unit}),
    "ConstantLR": st.fixed_dictionaries({"factor": unit, "total_iters": length}),
    "LinearLR": st.fixed_dictionaries({"start_factor": unit, "end_factor": unit, "total_iters": length}),
    "ExponentialLR": st.fixed_dictionaries({"gamma": st.floats(0.8, 1.02)}),
    "PolynomialLR": st.fixed_dictionaries({"total_iters": length, "power": st.floats(0.3, 3)}),
    "LambdaLR": st.fixed_dictionaries({"lr_lambda": unit.map(lambda a: lambda e: a ** (e / 9))}),
    "MultiplicativeLR": st.fixed_dictionaries({"lr_lambda": unit.map(lambda a: lambda e: 1 - a / (e + 1))}),
    "CosineAnnealingLR": st.fixed_dictionaries({"T_max": length, "eta_min": st.floats(0, 0.5)}),
    "CosineAnnealingWarmRestarts": st.fixed_dictionaries(
        {"T_0": length, "T_mult": st.integers(1, 4), "eta_min": st.floats(0, 0.5)}
    ),
    "CyclicLR": st.fixed_dictionaries(
        {
            "base_lr": unit,
            "max_lr": unit,
            "step_size_up": length,
            "step_size_down": st.none() | length,
            "mode": st.sampled_from(["triangular", "triangular2", "exp_range"]),
            "gamma": st.floats(0.9, 1),
        }
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
@settings(max_examples=12)
@given(data=st.data())
def test_equal_to_torch(name: str, data: Any) -> None:
    given_options = data.draw(OPTIONS[name])
    groups = data.draw(st.lists(st.floats(1e-3, 2), min_size=1, max_size=3))
    ours = walk(getattr(lrs, name)(sgd(*groups), **given_options), 200)
    more = {"cycle_momentum": False} if name == "CyclicLR" else {}
    reference = walk(getattr(theirs, name)(sgd(*groups), **given_options, **more), 200)
    np.testing.assert_allclose(ours, reference, rtol=1e-9, atol=1e-9 * max(groups))


@settings(max_examples=12)
@given(
    mode=st.sampled_from(["min", "max"]),
    threshold_mode=st.sampled_from(["rel", "abs"]),
    patience=st.integers(0, 4),
    cooldown=st.integers(0, 3),
    threshold=st.floats(0, 0.2),
    min_lr=st.floats(0, 1e-3),
    metrics=st.lists(st.floats(-2, 2) | st.just(math.nan), min_size=50, max_size=200),
)
def test_plateau_equal_to_torch(metrics: list[float], **options: Any) -> None:
    ours = lrs.ReduceLROnPlateau(sgd(0.1, 0.02), factor=0.5, **options)
    reference = theirs.ReduceLROnPlateau(sgd(0.1, 0.02), factor=0.5, **options)
    for metric in metrics:
        ours.step(metric)
        reference.step(metric)
        assert rates(ours.optimizer) == rates(reference.optimizer)
    assert (ours.best, ours.num_bad_epochs) == (reference.best, reference.num_bad_epochs)


def test_equal_to_torch_when_an_edit_comes() -> None:
    """Where torch's scheduler multiplies, an edit is scaled by both."""
    makers: list[Callable[[Any, Any], Any]] = [
        lambda module, optimizer: module.ExponentialLR(optimizer, 0.9),
        lambda module, optimizer: module.StepLR(optimizer, 3, 0.5),
        lambda module, optimizer: module.PolynomialLR(optimizer, 30, 2.0),
        lambda module, optimizer: module.LinearLR(optimizer, 0.2, total_iters=20),
    ]
    for make in makers:
        seen = []
        for module in (lrs, theirs):
            optimizer = sgd(0.1, 0.02)
            scheduler = make(module, optimizer)
            walk(scheduler, 7)
            optimizer.param_groups[0]["lr"] = 0.7
            seen.append(walk(scheduler, 20))
        np.testing.assert_allclose(*seen, rtol=1e-12, atol=1e-15)


def test_two_schedulers_equal_to_torch() -> None:
    seen = []
    for module in (lrs, theirs):
        optimizer = sgd(0.1)
        first, second = module.ExponentialLR(optimizer, 0.95), module.MultiStepLR(optimizer, [5, 11])
        seen.append([(first.step(), second.step(), rates(optimizer))[2] for _ in range(30)])
    np.testing.assert_allclose(*seen, rtol=1e-12)


def test_sequential_and_chained_equal_to_torch_where_it_is_right() -> None:
    def sequential(module: Any) -> Any:
        optimizer = sgd(0.1, 0.02)
        parts = [module.LinearLR(optimizer, 0.1, total_iters=5), module.CosineAnnealingLR(optimizer, 30)]
        return module.SequentialLR(optimizer, parts, [5])

    def chained(module: Any) -> Any:
        optimizer = sgd(0.1, 0.02)
        return module.ChainedScheduler([module.ConstantLR(optimizer, 0.1, 20), module.ExponentialLR(optimizer, 0.9)])

    for make, steps in ((sequential, 35), (chained, 100)):
        np.testing.assert_allclose(walk(make(lrs), steps), walk(make(theirs), steps), rtol=1e-9, atol=1e-12)


# Rates in tensors ---------------------------------------------------------------------------------------------------


def test_a_rate_in_a_tensor_is_filled_and_does_not_drift() -> None:
    """T12: in a float32 tensor, torch's recursion drifts."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=torch.tensor(0.1))
    tensor = optimizer.param_groups[0]["lr"]
    scheduler = lrs.ExponentialLR(optimizer, 0.9999)
    drifting = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=torch.tensor(0.1))
    reference = theirs.ExponentialLR(drifting, 0.9999)
    for _ in range(20_000):
        scheduler.step()
        reference.step()
    assert optimizer.param_groups[0]["lr"] is tensor
    assert scheduler.scales == [1.0]
    form = float(np.float32(0.1)) * 0.9999**20_000
    assert float(tensor) == float(np.float32(form))
    assert scheduler.get_last_lr() == [float(tensor)]
    assert abs(float(drifting.param_groups[0]["lr"]) / form - 1) > 1e-5


def test_training_goes_on_with_the_rates() -> None:
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.5)
    scheduler = lrs.StepLR(optimizer, 1, 0.5)
    for _ in range(3):
        optimizer.zero_grad()
        weight.sum().backward()
        optimizer.step()
        scheduler.step()
    assert weight.item() == 1 - 0.5 - 0.25 - 0.125


# Where torch is wrong (each test says so if torch mends it) ----------------------------------------------------------


def test_t1_chained_cosine_is_a_product() -> None:
    """Torch applies the cosine's affine step to a rate that another scheduler has changed: it becomes negative."""

    def chained(module: Any) -> Any:
        optimizer = sgd(0.1)
        parts = [module.CosineAnnealingLR(optimizer, 100, 0.01), module.ExponentialLR(optimizer, 0.99)]
        return walk(module.ChainedScheduler(parts), 400)

    form = [(0.01 + 0.045 * (1 + math.cos(math.pi * e / 100))) * 0.99**e for e in range(401)]
    np.testing.assert_allclose(chained(lrs).ravel(), form, rtol=1e-12)
    assert chained(theirs).min() < -0.1


def test_t2_sequential_parts_nest() -> None:
    """Torch calls step(0) of the part at its milestone, which chained and sequential ones refuse."""

    def nested(module: Any) -> Any:
        optimizer = sgd(0.1)
        first = module.ConstantLR(optimizer, 0.5, 100)
        inner = module.ChainedScheduler([module.ExponentialLR(optimizer, 0.9), module.StepLR(optimizer, 2, 0.5)])
        return module.SequentialLR(optimizer, [first, inner], [3])

    form = [0.05 if e < 3 else 0.1 * 0.9 ** (e - 3) * 0.5 ** ((e - 3) // 2) for e in range(11)]
    np.testing.assert_allclose(walk(nested(lrs), 10).ravel(), form, rtol=1e-14)
    with pytest.raises((NotImplementedError, TypeError)):
        walk(nested(theirs), 10)


def test_t3_cyclic_leaves_the_initial_rate_to_the_others() -> None:
    """Torch's constructor of a cyclic scheduler sets the rate, which the next one takes for the initial one."""

    def sequential(module: Any, **more: Any) -> Any:
        optimizer = sgd(0.1)
        cyclic = module.CyclicLR(optimizer, 0.004, 0.01, 2, **more)
        return walk(module.SequentialLR(optimizer, [module.ConstantLR(optimizer, 1.0), cyclic], [3]), 6).ravel()

    np.testing.assert_allclose(sequential(lrs), [0.1, 0.1, 0.1, 0.004, 0.007, 0.01, 0.007], rtol=1e-14)
    assert sequential(theirs, cycle_momentum=False)[0] == pytest.approx(0.004)


def test_t4_sequential_resumes_where_it_stood() -> None:
    """Torch starts over with the first part, whatever last_epoch says."""

    def resumed(module: Any) -> float:
        optimizer = sgd(0.1, initial_lr=0.1)
        parts = [module.ConstantLR(optimizer, 0.1, 100), module.ExponentialLR(optimizer, 0.9)]
        return rates(module.SequentialLR(optimizer, parts, [6], last_epoch=7).optimizer)[0]

    assert resumed(lrs) == pytest.approx(0.1 * 0.9**2, rel=1e-15)
    assert resumed(theirs) == pytest.approx(0.01)


def test_t5_multiplicative_after_a_milestone_starts_from_the_base_rate() -> None:
    """Torch multiplies the rate that it finds, by the function at 0."""

    def sequential(module: Any) -> Any:
        optimizer = sgd(0.1)
        parts = [module.ConstantLR(optimizer, 0.1, 100), module.MultiplicativeLR(optimizer, lambda e: 0.5)]
        return walk(module.SequentialLR(optimizer, parts, [2]), 4).ravel()

    np.testing.assert_allclose(sequential(lrs), [0.01, 0.01, 0.1, 0.05, 0.025], rtol=1e-15)
    assert not np.allclose(sequential(theirs), sequential(lrs))


@pytest.mark.parametrize("milestones", [[5, 3], [2.5, 5]])
def test_t6_t9_milestones_are_whole_and_rise(milestones: list[Any]) -> None:
    """Torch accepts ones that never come."""
    optimizer = sgd(0.1)
    with pytest.raises((TypeError, ValueError), match="SequentialLR: milestones"):
        lrs.SequentialLR(optimizer, [lrs.ConstantLR(optimizer) for _ in range(3)], milestones)
    optimizer = sgd(0.1)
    theirs.SequentialLR(optimizer, [theirs.ConstantLR(optimizer) for _ in range(3)], milestones)


def test_t9_a_float_milestone_is_refused() -> None:
    optimizer = sgd(0.1)
    with pytest.raises(TypeError, match=r"MultiStepLR: milestones\[0\] must be an integer >= 0, got 2\.5"):
        lrs.MultiStepLR(optimizer, [2.5])
    assert walk(theirs.MultiStepLR(optimizer, [2.5]), 5).min() == 0.1


def test_t7_zeros() -> None:
    """Torch divides by them, or forbids them, or never leaves the start factor."""
    assert walk(lrs.LinearLR(sgd(0.1), 0.5, total_iters=0), 2).ravel().tolist() == [0.1] * 3
    assert walk(theirs.LinearLR(sgd(0.1), 0.5, total_iters=0), 2).ravel().tolist() == [0.05] * 3
    assert walk(lrs.ConstantLR(sgd(0.1), 0.0, 2), 3).ravel().tolist() == [0, 0, 0.1, 0.1]
    with pytest.raises(ZeroDivisionError):
        walk(theirs.ConstantLR(sgd(0.1), 0.0, 2), 3)
    assert walk(lrs.LinearLR(sgd(0.1), 0.0, total_iters=2), 2).ravel().tolist() == [0, 0.05, 0.1]
    with pytest.raises(ValueError, match="Starting multiplicative factor"):
        theirs.LinearLR(sgd(0.1), 0.0, total_iters=2)


def test_t10_a_state_does_not_overwrite_the_options_and_reaches_the_optimizer() -> None:
    """Torch's load_state_dict takes the old T_max, and leaves the optimizer's rate as it was."""
    old, new = lrs.CosineAnnealingLR(sgd(0.1), 100), lrs.CosineAnnealingLR(sgd(0.1), 200)
    walk(old, 50)
    with pytest.raises(ValueError, match="T_max: 100 in the state, 200 here"):
        new.load_state_dict(old.state_dict())
    new.load_state_dict(old.state_dict(), strict=False)
    assert rates(new.optimizer) == pytest.approx([0.05 * (1 + math.cos(math.pi * 50 / 200))])
    old, new = theirs.CosineAnnealingLR(sgd(0.1), 100), theirs.CosineAnnealingLR(sgd(0.1), 200)
    walk(old, 50)
    new.load_state_dict(old.state_dict())
    assert (new.T_max, rates(new.optimizer)) == (100, [0.1])


def test_t11_a_group_added_later_joins() -> None:
    """Torch's LambdaLR has a function and a base rate too few then."""
    seen = []
    for module in (lrs, theirs):
        optimizer = sgd(0.1)
        scheduler = module.LambdaLR(optimizer, lambda e: 0.5**e)
        scheduler.step()
        optimizer.add_param_group({"params": [torch.zeros(2, requires_grad=True)], "lr": 0.8})
        if module is theirs:
            with pytest.raises(ValueError, match="zip"):
                scheduler.step()
        else:
            scheduler.step()
            seen = rates(optimizer)
    assert seen == [0.025, 0.2]  # the function goes on at the epoch of all


@pytest.mark.parametrize(("factor", "restart"), [(3, 1210), (10, 1110)])
def test_t13_restarts_are_counted_in_integers(factor: int, restart: int) -> None:
    """Torch takes a logarithm, which is an ulp short of a whole number, and gives the minimum at the restart."""
    ours = lrs.CosineAnnealingWarmRestarts(sgd(0.1), 10, factor, 1e-4)
    ours.step(restart)
    assert rates(ours.optimizer) == pytest.approx([0.1], rel=1e-15)
    reference = theirs.CosineAnnealingWarmRestarts(sgd(0.1), 10, factor, 1e-4)
    reference.step(restart)
    assert rates(reference.optimizer) == pytest.approx([1e-4])
