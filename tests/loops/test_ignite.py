"""A schedule under ignite's handlers: as a scheduler of torch, and with ignite's own warm-up before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from loops import EVERY_BINDING, a_model, an_optimizer, batches, planned, record_updates, torch

import lrkit

ignite = pytest.importorskip("ignite")
from ignite.engine import Engine, Events  # noqa: E402
from ignite.handlers.param_scheduler import LRScheduler, create_lr_scheduler_with_warmup  # noqa: E402

Bind = Callable[[Any], Any]


def engine(model: Any, optimizer: Any) -> Any:
    def update(_: Any, batch: Any) -> float:
        inputs, targets = batch
        optimizer.zero_grad()
        loss = (model(inputs) - targets).square().mean()
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return Engine(update)


def parts() -> tuple[Any, Any, list[float]]:
    model = a_model()
    optimizer = an_optimizer(model)
    return engine(model, optimizer), optimizer, record_updates(optimizer)


@EVERY_BINDING
def test_each_update_has_its_rate(bind: Bind) -> None:
    trainer, optimizer, rates = parts()
    trainer.add_event_handler(Events.ITERATION_STARTED, LRScheduler(bind(optimizer)))
    trainer.run(batches(12), max_epochs=1)
    assert rates == planned(0, 12)


@EVERY_BINDING
def test_a_run_resumed_in_its_warm_up_goes_on(bind: Bind) -> None:
    trainer, optimizer, rates = parts()
    scheduler = LRScheduler(bind(optimizer))
    trainer.add_event_handler(Events.ITERATION_STARTED, scheduler)
    trainer.run(batches(4), max_epochs=1)
    assert rates == planned(0, 4)
    saved = scheduler.state_dict(), optimizer.state_dict()

    trainer, optimizer, rates = parts()
    scheduler = LRScheduler(bind(optimizer))
    scheduler.load_state_dict(saved[0])
    optimizer.load_state_dict(saved[1])
    trainer.add_event_handler(Events.ITERATION_STARTED, scheduler)
    trainer.run(batches(8), max_epochs=1)
    assert rates == planned(4, 12)


def test_after_ignites_own_warm_up() -> None:
    """Ignite's line from 0 to the base rate in 4 updates, then the cosine from its own start."""
    trainer, optimizer, rates = parts()
    cosine = lrkit.CosineAnnealingLR(optimizer, T_max=10)
    scheduler = create_lr_scheduler_with_warmup(cosine, warmup_start_value=0.0, warmup_duration=4)
    trainer.add_event_handler(Events.ITERATION_STARTED, scheduler)
    trainer.run(batches(10), max_epochs=1)
    reference = torch.optim.lr_scheduler.CosineAnnealingLR(an_optimizer(a_model()), T_max=10)
    trainer, optimizer, theirs = parts()
    reference = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    scheduler = create_lr_scheduler_with_warmup(reference, warmup_start_value=0.0, warmup_duration=4)
    trainer.add_event_handler(Events.ITERATION_STARTED, scheduler)
    trainer.run(batches(10), max_epochs=1)
    assert rates == pytest.approx(theirs, rel=1e-9, abs=1e-12)
    assert rates[:4] == pytest.approx([0.0, 0.1 / 3, 0.2 / 3, 0.1])
