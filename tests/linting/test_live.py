"""What living objects show: torch's schedulers and optimizers, the Trainer's state, Accelerate, Lightning, Keras."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import lrkit

torch = pytest.importorskip("torch")


def optimizer(kind: str = "SGD", lr: float = 1e-3, weight: Any = None, **options: Any) -> Any:
    parameter = torch.nn.Parameter(torch.full((64,), 1.0) if weight is None else weight)
    return getattr(torch.optim, kind)([parameter], lr=lr, **options)


def scheduler(own: Any, name: str, *arguments: Any, **options: Any) -> Any:
    return getattr(torch.optim.lr_scheduler, name)(own, *arguments, **options)


def train(own: Any, bound: Any, updates: int, every: int = 1) -> None:
    (parameter,) = own.param_groups[0]["params"]
    for update in range(updates):
        parameter.grad = torch.ones_like(parameter)
        own.step()
        if update % every == every - 1:
            bound.step()


def found(value: Any, budget: Any, code: str) -> Any:
    return next((one for one in lrkit.lint(value, budget) if one.code == code), None)


def test_one_cycle_ends_before_the_run() -> None:  # pytorch/pytorch#38170
    one = found(scheduler(optimizer(), "OneCycleLR", 0.1, total_steps=90), 100, "end/raises")
    assert one.step == 90
    assert "total_steps=100" in one.sentence
    assert not lrkit.lint(one.fix, 100)
    bound = scheduler(own := optimizer(), "OneCycleLR", 0.1, total_steps=90)
    with pytest.raises(ValueError, match="Tried to step 91 times"):
        train(own, bound, 91)
    assert not lrkit.lint(scheduler(optimizer(), "OneCycleLR", 0.1, total_steps=100), 100)


def test_a_cosine_of_torch_rises_again() -> None:  # wandb/senpai#1065
    assert lrkit.lint(scheduler(optimizer(), "CosineAnnealingLR", 75), 85).codes == ("end/rebound",)


def test_a_rate_that_is_not_the_schedulers() -> None:  # OneTrainer #1604
    bound = scheduler(own := optimizer(), "CosineAnnealingLR", 100)
    train(own, bound, 50)
    assert found(bound, 101, "resume/jump") is None
    own.param_groups[0]["lr"] = 1e-5
    one = found(own, 101, "resume/jump")
    assert one.step == 50
    assert one.number == pytest.approx(5e-4 - 1e-5)


def test_a_scheduler_stepped_once_an_epoch() -> None:  # pytorch-lightning #20436
    budget = lrkit.Budget(batches=20, epochs=10)
    bound = scheduler(own := optimizer("AdamW"), "CosineAnnealingLR", 200)
    train(own, bound, 60, every=20)
    one = found(bound, budget, "unit/stepping")
    assert (one.step, one.number) == (3, 20)
    assert "Step it after each update" in one.sentence
    assert one.fix == lrkit.from_torch(bound)[0].stretch(0.05)
    fresh = scheduler(own := optimizer("AdamW"), "CosineAnnealingLR", 200)
    train(own, fresh, 60)
    assert found(fresh, budget, "unit/stepping") is None


def test_a_scheduler_of_epochs_stepped_once_an_update() -> None:
    bound = scheduler(own := optimizer("AdamW"), "CosineAnnealingLR", 10)
    train(own, bound, 5)
    one = found(bound, lrkit.Budget(batches=20, epochs=10), "unit/stepping")
    assert one.step == 5
    assert "once an epoch, of 20 updates" in one.sentence


def test_what_a_module_of_lightnings_returns() -> None:  # pytorch-lightning #20436
    budget = lrkit.Budget(batches=100, epochs=90)
    made = scheduler(optimizer(), "OneCycleLR", 0.1, total_steps=9000)
    assert found({"scheduler": made, "interval": "epoch"}, budget, "unit/stepping").number == 8999
    assert not lrkit.lint({"scheduler": made, "interval": "step"}, budget)
    warm = lrkit.to_torch(lrkit.CosineDecayLR(0, 1e-3, 85).warmup(5), optimizer())
    one = found({"scheduler": warm, "interval": "epoch"}, budget, "start/zero-update")
    assert one.sentence.startswith("The first epoch has the rate 0")
    assert one.fix(0) > 0


def test_the_state_of_a_trainer() -> None:
    bound = scheduler(own := optimizer(), "CosineAnnealingLR", 400)
    train(own, bound, 10)
    state = SimpleNamespace(global_step=40, max_steps=100)
    trainer = SimpleNamespace(state=state, lr_scheduler=bound, optimizer=own)
    assert found(trainer, None, "horizon/long").step == 99
    assert found(trainer, lrkit.Budget(updates=400), "horizon/long") is None


def test_accelerate_steps_once_for_each_process(monkeypatch: pytest.MonkeyPatch) -> None:  # huggingface/accelerate#2142
    state = pytest.importorskip("accelerate.state")
    wrapper = pytest.importorskip("accelerate.scheduler").AcceleratedScheduler
    own = optimizer()
    made = lrkit.to_torch(lrkit.linear(1e-3, 0, 1000), own)
    wrapped, split = (wrapper(made, own, split_batches=flag) for flag in (False, True))
    monkeypatch.setattr(state, "AcceleratorState", lambda: SimpleNamespace(num_processes=4))
    one = found(wrapped, 1000, "scale/processes")
    assert (one.step, one.number) == (250, 4)
    assert not lrkit.lint(split, 1000)
    monkeypatch.setattr(state, "AcceleratorState", lambda: SimpleNamespace(num_processes=1))
    assert not lrkit.lint(wrapped, 1000)


def test_bfloat16_loses_small_updates() -> None:  # workofart/ml-by-hand#85: 6e-4 does not move 1.0
    weight = torch.ones(64, dtype=torch.bfloat16)
    own = optimizer("AdamW", 6e-4, weight.clone(), weight_decay=0.0)
    one = found(own, 1000, "precision/lost-update")
    assert one.number == 2**-9
    assert "bfloat16" in one.sentence
    parameter = own.param_groups[0]["params"][0]
    parameter.grad = torch.ones_like(parameter)
    own.step()
    assert torch.equal(parameter, weight)  # as said
    assert found(optimizer("AdamW", 6e-4), 1000, "precision/lost-update") is None
    assert found(optimizer("AdamW", 6e-4, weight / 100), 1000, "precision/lost-update") is None
    cosine = lrkit.to_torch(lrkit.CosineDecayLR(0, 3e-3, 1000), optimizer("AdamW", 1.0, weight.clone()))
    one = found(cosine, 1000, "precision/lost-update")
    assert one.fix is not None
    assert min(one.fix.to_array(1000)) == 2**-9


def test_weight_decay_of_adam() -> None:  # pytorch/pytorch#21250
    one = found(optimizer("Adam", weight_decay=0.01), 100, "decay/wd-coupled")
    assert one.number == 0.01
    assert "AdamW" in one.sentence
    assert found(optimizer("AdamW", weight_decay=0.01), 100, "decay/wd-coupled") is None
    assert found(optimizer("Adam"), 100, "decay/wd-coupled") is None


def test_adam_without_a_warm_up() -> None:
    one = found(optimizer("AdamW"), 10_000, "warmup/none-for-adam")
    assert one.fix == lrkit.ConstantLR(1e-3).warmup(1000)
    warm = lrkit.to_torch(lrkit.ConstantLR(1e-3).warmup(100), optimizer("AdamW"))
    assert found(warm, 10_000, "warmup/none-for-adam") is None
    assert found(optimizer("SGD"), 10_000, "warmup/none-for-adam") is None


def test_a_rate_of_one_is_huge_for_adam() -> None:
    assert found(optimizer("AdamW", 1.0), 100, "rate/huge").number == 1
    assert found(optimizer("SGD", 1.0), 100, "rate/huge") is None
    assert found(optimizer("Adam", 2.0), 100, "rate/huge").number == 2  # OpenNMT/OpenNMT-tf#744
    assert found(optimizer("Adam", 2.5e-4), 100, "rate/huge") is None  # the default there


def test_steps_beyond_float32() -> None:  # pytorch/pytorch#20405
    cosine = pytest.importorskip("keras").optimizers.schedules.CosineDecay
    long, short = (cosine(1e-3, length) for length in (10**8, 2**24))
    assert found(long, 10**8, "int/overflow-float32").step == 2**24
    assert found(short, 2**24, "int/overflow-float32") is None
    own = lrkit.to_optax(lrkit.CosineDecayLR(0, 1e-3, 10**8))  # which counts in integers
    assert found(own, 10**8, "int/overflow-float32") is None


def test_groups_are_told_apart() -> None:
    own = optimizer("Adam", weight_decay=0.01)
    own.add_param_group({"params": [torch.nn.Parameter(torch.zeros(3))], "weight_decay": 0.0})
    (one,) = list(lrkit.lint(own, 100, ["warmup"]))
    assert one.code == "decay/wd-coupled"
    assert one.sentence.startswith("Group 0: Adam")
