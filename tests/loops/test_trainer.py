"""A schedule in the loop of transformers' Trainer: a whole run, one resumed in its warm-up, a plateau."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from loading import imported
from loops import EVERY_BINDING, Regression, an_optimizer, planned, record_updates, rows, their_warnings, to_torch

import lrkit

transformers = imported("transformers")
pytest.importorskip("accelerate")

Bind = Callable[[Any], Any]


def trainer(bind: Bind, directory: Path, updates: int, **options: Any) -> tuple[Any, list[float]]:
    model = Regression()
    optimizer = an_optimizer(model)
    rates = record_updates(optimizer)
    arguments = transformers.TrainingArguments(
        output_dir=str(directory),
        max_steps=updates,
        per_device_train_batch_size=2,
        use_cpu=True,
        report_to=[],
        disable_tqdm=True,
        logging_strategy="no",
        **options,
    )
    made = transformers.Trainer(
        model, arguments, train_dataset=rows(200), eval_dataset=rows(4), optimizers=(optimizer, bind(optimizer))
    )
    return made, rates


@EVERY_BINDING
@pytest.mark.parametrize("accumulation", [1, 4])
def test_each_update_has_its_rate(bind: Bind, accumulation: int, tmp_path: Path) -> None:
    with their_warnings():
        run, rates = trainer(bind, tmp_path, 12, save_strategy="no", gradient_accumulation_steps=accumulation)
        run.train()
    assert rates == planned(0, 12)


@EVERY_BINDING
def test_a_run_resumed_in_its_warm_up_goes_on(bind: Bind, tmp_path: Path) -> None:
    """The Trainer restores the optimizer first and the scheduler after it."""
    with their_warnings():
        run, rates = trainer(bind, tmp_path, 4, save_strategy="steps", save_steps=4)
        run.train()
        assert rates == planned(0, 4)
        run, rates = trainer(bind, tmp_path, 12, save_strategy="no")
        run.train(resume_from_checkpoint=str(tmp_path / "checkpoint-4"))
    assert rates == planned(4, 12)


def test_a_longer_schedule_goes_on_at_the_epoch_of_the_old_one(tmp_path: Path) -> None:
    """What only the scheduler can be told, as the Trainer calls ``load_state_dict`` by itself."""
    longer = lrkit.CosineDecayLR(0.001, 0.1, 40).warmup(6)
    with their_warnings():
        run, _ = trainer(to_torch, tmp_path, 8, save_strategy="steps", save_steps=8)
        run.train()
        checkpoint = str(tmp_path / "checkpoint-8")
        run, rates = trainer(lambda o: lrkit.to_torch(longer, o, on_load="mine"), tmp_path, 12, save_strategy="no")
        run.train(resume_from_checkpoint=checkpoint)
        assert rates == pytest.approx([longer(step) for step in range(8, 12)], rel=1e-12)
        run, _ = trainer(lambda o: lrkit.to_torch(longer, o), tmp_path, 12, save_strategy="no")
        with pytest.raises(ValueError, match="saved with other"):
            run.train(resume_from_checkpoint=checkpoint)


def test_a_plateau_is_stepped_with_its_metric(tmp_path: Path) -> None:
    """The metric is made to stand still: with a patience of 1 every second evaluation halves the rate."""
    metrics = []

    def plateau(optimizer: Any) -> Any:
        scheduler = lrkit.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        step = scheduler.step

        def noted(metric: Any, *rest: Any) -> None:
            metrics.append(metric)
            step(metric, *rest)

        scheduler.step = noted
        return scheduler

    options = {"eval_strategy": "steps", "eval_steps": 2, "metric_for_best_model": "eval_loss", "save_strategy": "no"}
    with their_warnings():
        run, rates = trainer(plateau, tmp_path, 12, lr_scheduler_type="reduce_lr_on_plateau", **options)
        run.evaluate = lambda *_, **__: {"eval_loss": 1.0}
        run.train()
    assert metrics[:6] == [1.0] * 6
    assert rates == [0.1] * 6 + [0.05] * 4 + [0.025] * 2
