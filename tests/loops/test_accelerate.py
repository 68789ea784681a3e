"""A schedule in real loops of Accelerate: accumulation, skipped updates, a checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loops import EVERY_BINDING, a_model, an_optimizer, batches, planned, record_updates, torch

accelerate = pytest.importorskip("accelerate")

Bind = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def a_fresh_state() -> Iterator[None]:
    """Accelerate keeps one state for the process."""
    accelerate.state.AcceleratorState._reset_state(reset_partial_state=True)
    accelerate.state.GradientState._reset_state()
    yield
    accelerate.state.AcceleratorState._reset_state(reset_partial_state=True)
    accelerate.state.GradientState._reset_state()


def prepared(bind: Bind, accumulation: int, updates: int = 10) -> tuple[Any, ...]:
    accelerator = accelerate.Accelerator(cpu=True, gradient_accumulation_steps=accumulation)
    model = a_model()
    optimizer = an_optimizer(model)
    rates = record_updates(optimizer)
    whole = accelerator.prepare(model, optimizer, batches(updates * accumulation), bind(optimizer))
    return accelerator, *whole, rates


def run(accelerator: Any, model: Any, optimizer: Any, data: Any, scheduler: Any) -> None:
    for inputs, targets in data:
        with accelerator.accumulate(model):
            loss = (model(inputs) - targets).square().mean()
            accelerator.backward(loss)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()


@EVERY_BINDING
@pytest.mark.parametrize("accumulation", [1, 2, 4])
def test_each_update_has_its_rate(bind: Bind, accumulation: int) -> None:
    *loop, rates = prepared(bind, accumulation)
    assert type(loop[-1]) is accelerate.scheduler.AcceleratedScheduler
    run(*loop)
    assert rates == planned(0, 10)
    assert loop[-1].scheduler.last_epoch == 10


@EVERY_BINDING
@pytest.mark.parametrize("accumulation", [1, 4])
def test_a_run_resumed_in_its_warm_up_goes_on(bind: Bind, accumulation: int, tmp_path: Path) -> None:
    accelerator, model, optimizer, data, scheduler, rates = prepared(bind, accumulation, updates=4)
    run(accelerator, model, optimizer, data, scheduler)
    assert rates == planned(0, 4)
    accelerator.save_state(str(tmp_path))

    accelerate.state.AcceleratorState._reset_state(reset_partial_state=True)
    accelerate.state.GradientState._reset_state()
    *loop, rates = prepared(bind, accumulation, updates=8)
    loop[0].load_state(str(tmp_path))
    run(*loop)
    assert rates == planned(4, 12)


@EVERY_BINDING
def test_an_update_that_mixed_precision_skips_takes_no_rate(bind: Bind) -> None:
    """The scaler finds infinite gradients in the third and fourth of eight updates, and skips them."""
    accelerate.Accelerator(cpu=True)
    model = a_model()
    inner = an_optimizer(model)
    rates = record_updates(inner)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    optimizer = accelerate.optimizer.AcceleratedOptimizer(inner, scaler=scaler)
    scheduler = accelerate.scheduler.AcceleratedScheduler(bind(inner), optimizer)
    for number in range(8):
        loss = model(torch.ones(1, 3)).square().mean()
        scaler.scale(loss * (float("inf") if number in (2, 3) else 1.0)).backward()
        optimizer.step()
        assert optimizer.step_was_skipped == (number in (2, 3))
        scheduler.step()
        optimizer.zero_grad()
    assert rates == planned(0, 6)
