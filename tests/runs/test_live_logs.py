"""Small runs in other projects' training loops: each writes its own log, which is read, identified and compared."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loading import imported
from loops import Regression, a_model, an_optimizer, batches, record_updates, rows, their_warnings, torch

import lrkit

UPDATES = 120
PLAN = lrkit.CosineDecayLR(0.0, 0.1, 100).warmup(20)


def the_match(path: Path, series: int = 0) -> Any:
    """The first match of a log, which is certain."""
    match = lrkit.identify(lrkit.read_log(path).series[series])[0]
    assert match.certain
    return match


def test_a_run_of_the_trainer(tmp_path: Path) -> None:
    """Its own cosine with a warm-up; a row at update `n` has the rate update `n`, counted from 1, was made with."""
    transformers = imported("transformers")
    pytest.importorskip("accelerate")

    with their_warnings():
        options = transformers.TrainingArguments(
            output_dir=str(tmp_path), max_steps=UPDATES, learning_rate=0.1, lr_scheduler_type="cosine", warmup_steps=20,
            logging_steps=5, per_device_train_batch_size=2, use_cpu=True, report_to=[], disable_tqdm=True,
            save_strategy="no",
        )  # fmt: skip
        trainer = transformers.Trainer(Regression(), options, train_dataset=rows(40))
        trainer.create_optimizer_and_scheduler(UPDATES)
        used = record_updates(trainer.optimizer)
        trainer.train()
        trainer.save_state()
    match = the_match(tmp_path / "trainer_state.json")
    assert match.offset == -1
    assert match.exactness == "exact"
    assert match.schedule(np.arange(UPDATES)) == pytest.approx(used, rel=1e-9, abs=1e-14)
    assert match.schedule(np.arange(200)) == pytest.approx(PLAN(np.arange(200)), rel=1e-9, abs=1e-14)


def test_a_run_of_lightning(tmp_path: Path) -> None:
    """`CSVLogger` and `LearningRateMonitor`: a row has the rate of the update that comes next, counted from 0."""
    with their_warnings():
        lightning = imported("lightning")
        from lightning.pytorch.callbacks import LearningRateMonitor
        from lightning.pytorch.loggers import CSVLogger

    class Regression(lightning.LightningModule):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.line = a_model()

        def training_step(self, batch: Any) -> Any:
            inputs, targets = batch
            loss = (self.line(inputs) - targets).square().mean()
            self.log("loss", loss)
            return loss

        def configure_optimizers(self) -> Any:
            optimizer = an_optimizer(self.line)
            self.used = record_updates(optimizer)
            scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.1, UPDATES)
            return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    model = Regression()
    with their_warnings("lightning", "torch"):
        trainer = lightning.Trainer(
            max_steps=UPDATES, accelerator="cpu", logger=CSVLogger(tmp_path, name="", version=""),
            callbacks=[LearningRateMonitor("step")], log_every_n_steps=3, enable_progress_bar=False,
            enable_model_summary=False, enable_checkpointing=False,
        )  # fmt: skip
        trainer.fit(model, batches(40))
    log = lrkit.read_log(tmp_path / "metrics.csv")
    rates = next(k for k, series in enumerate(log.series) if series.name == "lr-SGD")
    match = the_match(tmp_path / "metrics.csv", rates)
    assert match.offset == 0
    assert match.schedule(np.arange(UPDATES)) == pytest.approx(model.used, rel=1e-6, abs=1e-12)


def test_a_run_of_keras(tmp_path: Path) -> None:
    """`CSVLogger` beside a schedule of epochs: a row has the rate of its epoch, counted from 0, in float32."""
    keras = pytest.importorskip("keras")
    plan = lrkit.step_decay(0.01, 0.5, 10)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    inputs = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        schedule = keras.callbacks.LearningRateScheduler(lambda epoch: float(plan(epoch)))
        logger = keras.callbacks.CSVLogger(str(tmp_path / "training.csv"))
        model.fit(inputs, inputs.sum(1), epochs=40, batch_size=4, verbose=0, callbacks=[schedule, logger])
    match = the_match(tmp_path / "training.csv")
    assert match.schedule(np.arange(40) + match.offset) == pytest.approx(plan(np.arange(40)), rel=1e-6)


def test_a_run_of_timm(tmp_path: Path) -> None:
    """What timm's training script writes for each epoch: the rate of that epoch, counted from 0."""
    imported("timm")
    from timm.scheduler import CosineLRScheduler
    from timm.utils import update_summary

    optimizer = an_optimizer(a_model())
    scheduler = CosineLRScheduler(
        optimizer, t_initial=30, lr_min=0.001, warmup_t=5, warmup_lr_init=0.0001, warmup_prefix=True
    )
    used = []
    for epoch in range(30):
        rate = optimizer.param_groups[0]["lr"]
        used.append(rate)
        update_summary(
            epoch, {"loss": 1.0}, {"top1": 0.0}, str(tmp_path / "summary.csv"), lr=rate, write_header=not epoch
        )
        scheduler.step(epoch + 1)
    match = the_match(tmp_path / "summary.csv")
    assert match.schedule(np.arange(30) + match.offset) == pytest.approx(used, rel=1e-9)
