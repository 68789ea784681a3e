"""The roundings of a budget against the frameworks' own counting: 2 000 random budgets each, and a few real runs."""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from loading import imported
from loops import a_model, their_warnings

import lrkit
from lrkit import Budget

BUDGETS = 2_000
torch = pytest.importorskip("torch")
data = torch.utils.data


class Sized(list):  # type: ignore[type-arg]
    """A data set that has a length and nothing else."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length

    def __len__(self) -> int:
        return self.length


def drawn(seed: int, *, may_drop: bool = True) -> Iterator[tuple[random.Random, dict[str, Any]]]:
    """Random set-ups, of which every process has at least a whole batch."""
    draw = random.Random(seed)
    for _ in range(BUDGETS):
        batch, processes = draw.randint(1, 64), draw.choice([1, 1, 2, 3, 4, 8, 16])
        yield (
            draw,
            {
                "samples": draw.randint(batch * processes, 60_000 + batch * processes),
                "batch": batch,
                "processes": processes,
                "accumulation": draw.choice([1, 1, 2, 3, 4, 8, 16]),
                "drop_last": may_drop and draw.random() < 0.3,
                "epochs": draw.randint(1, 20),
            },
        )


def sharded(setup: dict[str, Any]) -> Any:
    """Accelerate's batches of the first process."""
    accelerate = imported("accelerate.data_loader")
    batches = data.BatchSampler(range(setup["samples"]), setup["batch"], setup["drop_last"])
    return accelerate.BatchSamplerShard(batches, setup["processes"], 0)


def distributed(setup: dict[str, Any]) -> Any:
    """Torch's loader of the first process."""
    samples = Sized(setup["samples"])
    sampler = data.DistributedSampler(samples, setup["processes"], 0)
    return data.DataLoader(samples, setup["batch"], sampler=sampler, drop_last=setup["drop_last"])


def test_trainer() -> None:
    with their_warnings():
        transformers = imported("transformers")
    asked = inspect.signature(transformers.TrainingArguments.get_warmup_steps)
    assert list(asked.parameters) == ["self", "num_training_steps"]
    stub = SimpleNamespace(get_total_train_batch_size=lambda _: 1, get_sp_size=lambda: 1, num_examples=lambda _: 1)
    for draw, setup in drawn(1):
        setup["epochs"] = draw.choice([setup["epochs"], round(draw.uniform(0.1, 9), 2)])
        ratio = round(draw.random() * 0.999, draw.randint(1, 4)) % 1
        arguments = SimpleNamespace(
            max_steps=-1, gradient_accumulation_steps=setup["accumulation"], num_train_epochs=setup["epochs"]
        )
        found = transformers.Trainer.set_initial_training_values(stub, arguments, sharded(setup))
        total = found[-1]
        warmup = transformers.TrainingArguments.get_warmup_steps(SimpleNamespace(warmup_steps=ratio), total)
        b = Budget(**setup, rounding="hf")
        assert (b.epoch, b.total, b.part(ratio)) == (found[1], total, warmup), (setup, ratio)


def test_accelerate() -> None:
    for _, setup in drawn(2):
        b = Budget(**setup, rounding="accelerate")
        batches = len(sharded(setup))
        assert b._counting.batches == batches
        assert b.total == math.ceil(batches / setup["accumulation"]) * setup["epochs"], setup


def test_lightning() -> None:
    with their_warnings():
        lightning = imported("lightning")
    for _, setup in drawn(3):
        loader = distributed(setup)
        trainer = SimpleNamespace(
            max_epochs=setup["epochs"],
            max_steps=-1,
            train_dataloader=loader,
            num_training_batches=len(loader),
            accumulate_grad_batches=setup["accumulation"],
        )
        expected = lightning.Trainer.estimated_stepping_batches.fget(trainer)
        assert Budget(**setup, rounding="lightning").total == expected, setup


def test_timm() -> None:
    timm = imported("timm.scheduler")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    for _, setup in drawn(4, may_drop=False):
        b = Budget(**setup, rounding="timm")
        batches = len(distributed(setup | {"drop_last": True}))  # timm.data.create_loader: drop_last=is_training
        updates = (batches + setup["accumulation"] - 1) // setup["accumulation"]  # timm's train.py
        scheduler, _ = timm.create_scheduler_v2(
            optimizer, num_epochs=setup["epochs"], warmup_epochs=1, step_on_epochs=False, updates_per_epoch=updates
        )
        assert (b.epochs(1), b.total) == (scheduler.warmup_t, scheduler.t_initial), setup


def test_keras() -> None:
    keras = imported("keras")
    adapters = pytest.importorskip("keras.src.trainers.data_adapters.array_data_adapter")
    optimizers = {1: keras.optimizers.SGD()}
    rows = np.zeros((62_000, 1), np.float32)
    for _, setup in drawn(5, may_drop=False):
        together = setup["batch"] * setup["processes"]  # Keras is told the batch of all devices
        batches = adapters.ArrayDataAdapter(rows[: setup["samples"]], batch_size=together).num_batches
        k = setup["accumulation"]
        if k not in optimizers:
            optimizers[k] = keras.optimizers.SGD(gradient_accumulation_steps=k)
            optimizers[k].build([keras.Variable(np.zeros(1))])
        optimizers[k]._iterations.assign(batches * setup["epochs"])
        expected = int(np.asarray(optimizers[k].iterations))
        if expected:
            assert Budget(**setup, rounding="keras").total == expected, setup


# Real runs ------------------------------------------------------------------------------------------------------


def test_a_run_of_the_trainer_has_as_many_updates(tmp_path: Path) -> None:
    with their_warnings():
        transformers = imported("transformers")
    rows = [{"inputs": torch.ones(1), "targets": torch.zeros(1)} for _ in range(23)]

    class Model(torch.nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.line = torch.nn.Linear(1, 1)

        def forward(self, inputs: Any, targets: Any) -> dict[str, Any]:
            return {"loss": (self.line(inputs) - targets).square().mean()}

    arguments = transformers.TrainingArguments(
        str(tmp_path), per_device_train_batch_size=2, gradient_accumulation_steps=5, num_train_epochs=2.5,
        use_cpu=True, report_to=[], save_strategy="no", disable_tqdm=True, remove_unused_columns=False,
    )  # fmt: skip
    trainer = transformers.Trainer(Model(), arguments, train_dataset=rows)
    with their_warnings():
        trainer.train()
    b = Budget(samples=23, batch=2, accumulation=5, epochs=2.5, rounding="hf")
    assert (trainer.state.global_step, trainer.state.max_steps) == (b.total, b.total) == (8, 8)


def test_a_loop_of_accelerate_has_as_many_updates() -> None:
    accelerate = imported("accelerate")
    runner = accelerate.Accelerator(gradient_accumulation_steps=4, cpu=True)
    model = a_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = data.DataLoader(torch.zeros(37, 1), batch_size=3)
    model, optimizer, loader = runner.prepare(model, optimizer, loader)
    updates = 0
    for _ in range(3):
        for _ in loader:
            with runner.accumulate(model):
                updates += runner.sync_gradients
    assert updates == Budget(samples=37, batch=3, accumulation=4, epochs=3, rounding="accelerate").total == 12


def test_a_fit_of_keras_has_as_many_updates() -> None:
    keras = imported("keras")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.SGD(1e-3, gradient_accumulation_steps=3)
    model.compile(optimizer, "mse")
    model.fit(np.zeros((20, 1)), np.zeros((20, 1)), batch_size=3, epochs=4, verbose=0)
    assert int(np.asarray(optimizer.iterations)) == Budget(
        samples=20, batch=3, accumulation=3, epochs=4, rounding="keras"
    ).total == 9  # fmt: skip


def test_trainer_before_4_46_rounds_an_epoch_down_and_never_to_0() -> None:
    """As its `_inner_training_loop` did: ``max(len_dataloader // accumulation, 1)``, times the epochs, rounded up."""
    for _, setup in drawn(6):
        batches = len(sharded(setup))
        expected = math.ceil(max(batches // setup["accumulation"], 1) * setup["epochs"])
        assert Budget(**setup, rounding="hf_4_45").total == expected, setup


@pytest.mark.parametrize("epochs", [0.5, 3, 12.25])
def test_big_vision_rounds_to_the_nearest(epochs: float) -> None:
    """As the function `steps` of its utils.py computes epochs and percent: in floats, rounded by Python."""
    draw = random.Random(7)
    for _ in range(200):
        samples, batch, ratio = draw.randint(500, 2_000_000), draw.randint(1, 200), draw.random()
        b = lrkit.Budget(samples=samples, batch=batch, epochs=epochs, rounding="big_vision")
        assert b.total == max(round(epochs * (samples / batch)), 1)
        assert max(b.part(ratio), 1) == max(round(ratio * b.total), 1)
