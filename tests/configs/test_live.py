"""Configs of trainers that are installed here, against their own schedulers as these step them."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from loading import imported
from loops import a_model, batches, record_updates, their_warnings

import lrkit

torch = imported("torch")
with their_warnings():
    optimization = imported("transformers.optimization")
    scheduler_of_accelerate = imported("accelerate.scheduler")
    lightning = imported("lightning")


def read(config: dict[str, Any], budget: str | None = None) -> lrkit.Configured:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return lrkit.from_config(config, budget=budget)


def an_optimizer(rate: float) -> Any:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def options_of(name: str, r: random.Random, rate: float) -> dict[str, Any]:
    """Arguments of a schedule of transformers."""
    cycles, floor = {"num_cycles": r.choice([0.5, 0.25, 1.5])}, r.choice([{"min_lr": rate / 10}, {"min_lr_rate": 0.2}])
    shapes = ["linear", "cosine", "1-sqrt"]
    wsd = {"num_decay_steps": r.randint(1, 20), "min_lr_ratio": r.choice([0.0, 0.1])}
    wsd |= {"warmup_type": r.choice(shapes), "decay_type": r.choice(shapes)}
    return {
        "cosine": r.choice([{}, cycles]), "cosine_with_restarts": {"num_cycles": r.randint(1, 4)},
        "polynomial": {"lr_end": r.choice([1e-9, rate / 10]), "power": r.choice([1.0, 2.0])},
        "inverse_sqrt": r.choice([{}, {"timescale": r.randint(1, 50)}]), "cosine_with_min_lr": floor | cycles,
        "cosine_warmup_with_min_lr": floor | r.choice([{}, {"warmup_lr_rate": 0.1}]), "warmup_stable_decay": wsd,
    }.get(name, {})  # fmt: skip


def test_every_schedule_of_transformers_with_its_arguments() -> None:
    """10 random configs for each name that ``get_scheduler`` takes and no metric steps, to well past the end."""
    r = random.Random(13)
    by_metric = {"reduce_lr_on_plateau", "greedy"}
    names = {kind.value for kind in optimization.TYPE_TO_SCHEDULER_FUNCTION}
    for name in sorted(names - by_metric) * 10:
        rate, warmup = r.choice([1e-4, 0.3]), r.choice([0, 1, r.randint(2, 20)])
        total, steps = warmup + r.randint(21, 60), np.arange(200)
        options = options_of(name, r, rate)
        live = optimization.get_scheduler(name, an_optimizer(rate), warmup, total, dict(options))
        config = {"learning_rate": rate, "lr_scheduler_type": name, "warmup_steps": warmup, "max_steps": total}
        found = read(config | {"lr_scheduler_kwargs": options}).schedule(steps)
        expected = [rate * live.lr_lambdas[0](int(t)) for t in steps]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * rate, err_msg=f"{config} {options}")


@pytest.mark.parametrize("told", [{}, {"split_batches": True}, {"step_scheduler_with_optimizer": False}])
def test_accelerate_steps_a_scheduler_for_each_process(told: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own ``AcceleratedScheduler``, told that there are three processes."""
    monkeypatch.setattr(scheduler_of_accelerate, "AcceleratorState", lambda: SimpleNamespace(num_processes=3))
    optimizer = an_optimizer(0.1)
    inner = optimization.get_scheduler("cosine", optimizer, 6, 60)
    step_was_skipped = SimpleNamespace(step_was_skipped=False)
    live = scheduler_of_accelerate.AcceleratedScheduler(
        inner,
        step_was_skipped,
        step_with_optimizer=told.get("step_scheduler_with_optimizer", True),
        split_batches=told.get("split_batches", False),
    )
    rates = []
    for _ in range(80):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        live.step()
    config = {"learning_rate": 0.1, "lr_scheduler_type": "cosine", "num_warmup_steps": 6, "num_training_steps": 60}
    found = read(config | {"num_processes": 3} | told)
    np.testing.assert_allclose(found.schedule(np.arange(80)), rates, rtol=0, atol=1e-13)
    assert found.length == (60 if told else 20)


class Fitted(lightning.LightningModule):
    """A line with a scheduler of torch."""

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()
        self.line, self.settings, self.rates = a_model(), settings, [0.0]

    def training_step(self, batch: Any) -> Any:
        inputs, targets = batch
        return (self.line(inputs) - targets).square().mean()

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.line.parameters(), lr=0.1)
        self.rates = record_updates(optimizer)
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=7)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, **self.settings}}


@pytest.mark.parametrize(
    ("interval", "frequency", "accumulation"), [("step", 1, 2), ("step", 3, 2), ("step", 2, 1), ("epoch", 2, 1)]
)
def test_lightning_steps_a_scheduler_by_interval_and_frequency(
    interval: str, frequency: int, accumulation: int, tmp_path: Path
) -> None:
    """A fit of six epochs of 12 batches."""
    model = Fitted({"interval": interval, "frequency": frequency})
    with their_warnings("lightning", "torch"):
        lightning.Trainer(
            max_epochs=6, accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False,
            enable_checkpointing=False, default_root_dir=tmp_path, accumulate_grad_batches=accumulation,
        ).fit(model, batches(12))  # fmt: skip
    config = {
        "optimizer": {"class_path": "torch.optim.SGD", "init_args": {"lr": 0.1}},
        "lr_scheduler": {"class_path": "torch.optim.lr_scheduler.CosineAnnealingLR", "init_args": {"T_max": 7},
                         "interval": interval, "frequency": frequency},
        "trainer": {"max_epochs": 6, "accumulate_grad_batches": accumulation},
    }  # fmt: skip
    found = read(config, "batches=12")
    assert found.length == len(model.rates) == 72 // accumulation
    np.testing.assert_allclose(found.schedule(np.arange(len(model.rates))), model.rates, rtol=0, atol=1e-12)
