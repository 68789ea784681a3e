"""What torch's own tests expect of its schedulers' states, of resuming, and of rates in tensors, asked of lrkit."""

from __future__ import annotations

import gc
import io
import weakref
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lrkit import lr_scheduler as lrs

torch = pytest.importorskip("torch")


def groups(*rates: float) -> Any:
    return SimpleNamespace(param_groups=[{"lr": rate} for rate in rates])


def sgd(*rates: float, **more: Any) -> Any:
    """An optimizer of torch; the rate of its last group is in a tensor, as in torch's tests."""
    held = [*rates[:-1], torch.tensor(rates[-1])]
    return torch.optim.SGD(
        [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in held], lr=1.0, **more
    )


CLASSES: dict[str, dict[str, Any]] = {
    "LambdaLR": {"lr_lambda": lambda epoch: 0.9**epoch},
    "MultiplicativeLR": {"lr_lambda": lambda epoch: 0.95},
    "StepLR": {"step_size": 30},
    "MultiStepLR": {"milestones": [30, 80]},
    "ConstantLR": {},
    "LinearLR": {},
    "ExponentialLR": {"gamma": 0.999},
    "PolynomialLR": {},
    "CosineAnnealingLR": {"T_max": 10},
    "CosineAnnealingWarmRestarts": {"T_0": 20},
}
MOVING: dict[str, dict[str, Any]] = {
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "cycle_momentum": True},
    "OneCycleLR": {"max_lr": 0.01, "total_steps": 10},
}


def adamw() -> Any:
    return torch.optim.AdamW([torch.zeros(3, requires_grad=True)], lr=1e-3)


@pytest.mark.parametrize("name", [*CLASSES, *MOVING])
def test_resumed_with_the_state_of_the_optimizer(name: str) -> None:
    """The rate is that of the run that was interrupted after one step."""
    options = (CLASSES | MOVING)[name]
    optimizer = adamw()
    getattr(lrs, name)(optimizer, **options).step()
    again = adamw()
    again.load_state_dict(optimizer.state_dict())
    getattr(lrs, name)(again, **options, last_epoch=0)
    assert again.param_groups[0]["lr"] == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)


def test_a_plateau_resumed_with_the_state_of_the_optimizer() -> None:
    optimizer, again = adamw(), adamw()
    lrs.ReduceLROnPlateau(optimizer).step(1.0)
    again.load_state_dict(optimizer.state_dict())
    assert lrs.ReduceLROnPlateau(again).get_last_lr() == [1e-3]


def test_a_cosine_goes_on_below_its_minimum() -> None:
    """``eta_min`` is above one of the rates; a scheduler made at epoch 0 continues with the rates of the first step."""
    optimizer = sgd(0.05, 0.5)
    first = lrs.CosineAnnealingLR(optimizer, T_max=5, eta_min=0.1)
    first.step()
    lasting = [float(rate) for rate in first.get_last_lr()]
    again = lrs.CosineAnnealingLR(optimizer, T_max=5, eta_min=0.1, last_epoch=0)
    np.testing.assert_allclose([float(rate) for rate in again.get_last_lr()], lasting, rtol=1e-6)


@pytest.mark.parametrize("name", [*CLASSES, *MOVING, "ReduceLROnPlateau", "SequentialLR", "ChainedScheduler"])
def test_a_state_goes_through_a_file_of_weights_only(name: str) -> None:
    def make() -> Any:
        optimizer = sgd(0.05, 0.5, momentum=0.9)
        if name == "ReduceLROnPlateau":
            return lrs.ReduceLROnPlateau(optimizer)
        parts = [lrs.ConstantLR(optimizer), lrs.ConstantLR(optimizer)]
        if name == "SequentialLR":
            return lrs.SequentialLR(optimizer, parts, [2])
        if name == "ChainedScheduler":
            return lrs.ChainedScheduler(parts)
        return getattr(lrs, name)(optimizer, **(CLASSES | MOVING)[name])

    state = make().state_dict()
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    loaded = torch.load(file, weights_only=True)
    assert loaded == state
    again = make()
    again.load_state_dict(loaded)
    assert again.state_dict() == state


def test_a_state_of_a_plateau_has_all_that_it_counts() -> None:
    scheduler, again = (lrs.ReduceLROnPlateau(sgd(0.05, 0.5), patience=2) for _ in range(2))
    for metric in (1.0, 2.0, 3.0, 4.0, 3.0, 4.0, 5.0, 3.0, 2.0, 1.0):
        scheduler.step(metric)
    again.load_state_dict(scheduler.state_dict())
    hidden = {"optimizer"}
    assert {k: v for k, v in vars(again).items() if k not in hidden} == {
        k: v for k, v in vars(scheduler).items() if k not in hidden
    }
    assert (scheduler.best, scheduler.num_bad_epochs) == (1.0, 0)


@pytest.mark.parametrize("name", CLASSES)
def test_the_base_rate_is_no_alias_of_the_tensor(name: str) -> None:
    rate = torch.tensor(0.1)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
    scheduler = getattr(lrs, name)(optimizer, **CLASSES[name])
    for epoch in range(2):
        scheduler.step(epoch)
        rate.multiply_(0.1)
        assert float(optimizer.param_groups[0]["initial_lr"]) == scheduler.base_lrs[0] == pytest.approx(0.1)


def test_a_cosine_and_then_a_cycle_stay_below_the_top_of_the_cycle() -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    cosine = lrs.CosineAnnealingLR(optimizer, T_max=20, eta_min=0.1)
    cycle = lrs.CyclicLR(optimizer, base_lr=0.1, max_lr=0.3, step_size_up=1, step_size_down=3)
    for epoch in range(40):
        (cosine if epoch <= 20 else cycle).step()
    assert 0 < optimizer.param_groups[0]["lr"] <= 0.3


@pytest.mark.parametrize("make", [groups, sgd])
def test_schedulers_leave_no_circle_behind(make: Any) -> None:
    """They go as soon as nobody holds them, without the collector of circles."""
    gc.collect()
    gc.disable()
    try:
        optimizer = make(0.05, 0.5)
        for name, options in {**CLASSES, "CyclicLR": {"base_lr": 1, "max_lr": 5}}.items():
            scheduler = getattr(lrs, name)(optimizer, **options)
            scheduler.step()
            gone = weakref.ref(scheduler)
            del scheduler
            assert gone() is None, name
    finally:
        gc.enable()
