"""A schedule in a real fit of Lightning: a whole run, one resumed in its warm-up, a plateau."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loading import imported
from loops import EVERY_BINDING, a_model, an_optimizer, batches, planned, record_updates, their_warnings

import lrkit

with their_warnings():
    lightning = imported("lightning")

Bind = Callable[[Any], Any]


class Regression(lightning.LightningModule):
    def __init__(self, bind: Bind, **settings: Any) -> None:
        super().__init__()
        self.line = a_model()
        self.bind, self.settings = bind, settings
        self.rates: list[float] = []

    def training_step(self, batch: Any) -> Any:
        inputs, targets = batch
        loss = (self.line(inputs) - targets).square().mean()
        self.log("flat", 1.0)
        return loss

    def configure_optimizers(self) -> Any:
        optimizer = an_optimizer(self.line)
        self.rates = record_updates(optimizer)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": self.bind(optimizer), **self.settings}}


def fit(model: Any, directory: Path, updates: int, checkpoint: str | None = None, **options: Any) -> Any:
    with their_warnings("lightning", "torch"):
        trainer = lightning.Trainer(
            max_steps=updates,
            accelerator="cpu",
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            enable_checkpointing=False,
            default_root_dir=directory,
            **options,
        )
        trainer.fit(model, batches(options.pop("per_epoch", 48)), ckpt_path=checkpoint)
    return trainer


@EVERY_BINDING
@pytest.mark.parametrize("accumulation", [1, 4])
def test_each_update_has_its_rate(bind: Bind, accumulation: int, tmp_path: Path) -> None:
    model = Regression(bind, interval="step")
    fit(model, tmp_path, 12, accumulate_grad_batches=accumulation)
    assert model.rates == planned(0, 12)


@EVERY_BINDING
def test_a_run_resumed_in_its_warm_up_goes_on(bind: Bind, tmp_path: Path) -> None:
    model = Regression(bind, interval="step")
    trainer = fit(model, tmp_path, 4)
    assert model.rates == planned(0, 4)
    trainer.save_checkpoint(tmp_path / "at-4.ckpt")
    model = Regression(bind, interval="step")
    fit(model, tmp_path, 12, str(tmp_path / "at-4.ckpt"))
    assert model.rates == planned(4, 12)


def test_a_longer_schedule_goes_on_at_the_epoch_of_the_old_one(tmp_path: Path) -> None:
    shorter, longer = (lrkit.CosineDecayLR(0.001, 0.1, steps).warmup(6) for steps in (20, 40))
    trainer = fit(Regression(lambda o: lrkit.to_torch(shorter, o), interval="step"), tmp_path, 8)
    trainer.save_checkpoint(tmp_path / "at-8.ckpt")
    model = Regression(lambda o: lrkit.to_torch(longer, o, on_load="mine"), interval="step")
    fit(model, tmp_path, 12, str(tmp_path / "at-8.ckpt"))
    assert model.rates == pytest.approx([longer(step) for step in range(8, 12)], rel=1e-12)


def test_a_plateau_is_stepped_with_its_metric(tmp_path: Path) -> None:
    """The metric stands still: with a patience of 1 every second step of the scheduler halves the rate."""
    bind = lambda optimizer: lrkit.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)  # noqa: E731
    model = Regression(bind, interval="step", frequency=2, monitor="flat")
    fit(model, tmp_path, 12)
    assert model.rates == [0.1] * 6 + [0.05] * 4 + [0.025] * 2
