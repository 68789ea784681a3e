"""Lightning: the YAML of its command line, with a scheduler of torch and how often it is stepped.

Source: Lightning-AI/pytorch-lightning, src/lightning/pytorch/loops/training_epoch_loop.py (update_lr_schedulers) and
cli.py. A scheduler is stepped once an epoch unless ``interval: step`` is written, and every `frequency` of them; of
batches, the count begins anew with each epoch, and while gradients accumulate nothing is stepped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._batches import in_blocks
from ._budgets import filled
from ._fields import Fields
from ._system import System
from ._torch_classes import chosen, curve_of

BY_EPOCH = 'The scheduler is stepped once an epoch, as interval is "epoch" unless "step" is written.'
SKIPPED = "An update that the scaler of 16-bit gradients skips steps the scheduler all the same."
BATCHES = "frequency counts the batches within an epoch, not updates."
TOO_LONG = "A OneCycleLR that is stepped once an epoch comes to total_steps only after as many epochs."


def _recognise(data: Mapping[str, Any]) -> str:
    scheduler = data.get("lr_scheduler")
    if isinstance(scheduler, Mapping) and ("class_path" in scheduler or "interval" in scheduler):
        return f'it has "lr_scheduler" with "{"class_path" if "class_path" in scheduler else "interval"}"'
    optimizer = data.get("optimizer")
    if isinstance(optimizer, Mapping) and "class_path" in optimizer and isinstance(data.get("trainer"), Mapping):
        return 'it has "trainer", and "optimizer" with "class_path"'
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    config, optimizer = fields.part("lr_scheduler"), fields.part("optimizer")
    own = optimizer.part("init_args") if optimizer.has("init_args") else optimizer
    rate = own.number("lr", low=0)
    run = _run(fields, budget)
    scheduler = config.part("scheduler") if config.has("scheduler") else config
    if not scheduler.has("class_path"):
        if config.data:
            raise config.refusal("class_path is missing: it must be a class of torch.optim.lr_scheduler")
        return fields.found({"lr": ConstantLR(rate)}, run)
    name = chosen(scheduler, "class_path", scheduler.text("class_path").rpartition(".")[2])
    curve = curve_of(name, rate, scheduler.part("init_args"))
    interval = config.text("interval", "epoch", ("epoch", "step"))
    every = config.whole("frequency", 1, low=1)
    told = [BY_EPOCH if interval == "epoch" else "", BATCHES if interval == "step" and every > 1 else ""]
    told += [TOO_LONG if name == "OneCycleLR" and interval == "epoch" else ""]
    told += [SKIPPED if str(fields.get("trainer.precision")) in ("16", "16-mixed") and interval == "step" else ""]
    return fields.found({"lr": _on_clock(fields, curve, interval, every, run)}, run, *told)


def _run(fields: Fields, budget: Budget | None) -> Budget | None:
    trainer = fields.part("trainer")
    steps, epochs = trainer.number("max_steps", -1), trainer.number("max_epochs", None)
    return filled(
        budget,
        updates=int(steps) if steps > 0 else None,
        epochs=epochs if epochs and epochs > 0 and steps <= 0 else None,
        accumulation=trainer.whole("accumulate_grad_batches", 1, low=1),
        rounding="lightning",
    )


def _on_clock(
    fields: Fields, curve: LearningRateSchedule, interval: str, every: int, run: Budget | None
) -> LearningRateSchedule:
    if isinstance(curve, ConstantLR):
        return curve
    if interval == "epoch":
        if run is None or not run.has_epochs:
            raise fields.missing("steps its scheduler once an epoch", "how many batches one has", "batches")
        return in_blocks(curve, run.epoch * every)
    accumulated = run.accumulation if run else int(fields.part("trainer").whole("accumulate_grad_batches", 1, low=1))
    if every == 1:
        return curve
    if run is None or not run.has_epochs:
        raise fields.missing(f"counts frequency {every} within an epoch", "how many batches one has", "batches")
    batches = math.lcm(every, accumulated)
    if (run.epoch * accumulated) % batches:
        raise fields.refusal(
            f"lr_scheduler.frequency {every}, counted anew in each epoch, must divide its {run.epoch * accumulated:,} "
            "batches to be one schedule"
        )
    return in_blocks(curve, batches // accumulated)


SYSTEM = System("lightning", "Lightning", _recognise, _read, aliases=("pytorch_lightning",))
