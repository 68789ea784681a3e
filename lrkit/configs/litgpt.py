"""litgpt: ``train`` and ``optimizer`` of a config, of pretraining and of finetuning.

Source: Lightning-AI/litgpt 0.5.13, litgpt/pretrain.py (get_lr), litgpt/finetune/lora.py (get_lr_scheduler) and args.py.
Pretraining counts the micro-batches of one device; finetuning steps schedulers of torch once an update.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cosine_wave import cosine_wave
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._hugging_face import REBOUNDS
from ._system import System

LOSES = "The schedule is counted in micro-batches, and an update uses the rate of its last one."


def _recognise(data: Mapping[str, Any]) -> str:
    train = data.get("train")
    known = isinstance(train, Mapping) and ("lr_warmup_steps" in train or "lr_warmup_fraction" in train)
    return 'it has "train" with "lr_warmup_steps"' if known else ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    train, optimizer = fields.part("train"), fields.part("optimizer")
    own = optimizer.part("init_args") if optimizer.has("init_args") else optimizer
    rate = own.number("lr", low=0)
    tunes = fields.has("checkpoint_dir") or (train.has("epochs") and not train.has("max_tokens"))
    return (_finetuning if tunes else _pretraining)(fields, train, rate, budget)


def _finetuning(fields: Fields, train: Fields, rate: float, budget: Budget | None) -> Configured:
    """Half a cosine after the warm-up, in updates; past its end torch's cosine climbs again."""
    warmup, most = train.whole("lr_warmup_steps", 100), train.whole("max_steps", None, low=1)
    epochs = train.whole("epochs", None, low=1)
    if epochs is not None and (most is None or (budget is not None and budget.has_epochs)):
        run, batches = with_epochs(fields, "decays until the end of the last epoch", budget)
        updates = epochs * (batches // _inner(train, run.processes))
        total = updates if most is None else min(updates, most)
    elif most is not None:
        total = most
    elif budget is not None:
        total = budget.total
    else:
        raise fields.missing("decays until the end of the run", "its length", "updates")
    if not 0 < warmup < total:
        raise train.error("lr_warmup_steps", f"above 0 and below the run's {total:,} updates", warmup)
    schedule = cosine_wave(0.0, rate, total - warmup).warmup(warmup) if rate else line(0.0, 0.0, 0)
    return fields.found({"lr": schedule}, filled(budget, updates=total), REBOUNDS)


def _pretraining(fields: Fields, train: Fields, rate: float, budget: Budget | None) -> Configured:
    """t/W, then a cosine to min_lr, on a clock of micro-batches of one device."""
    low, micro = train.number("min_lr", 6e-5, low=0), train.whole("micro_batch_size", 4, low=1)
    updates, tokens = train.whole("max_steps", None, low=1), train.whole("max_tokens", None, low=1)
    processes = _processes(fields, budget)
    inner = _inner(train, processes)
    if tokens is not None:
        sequence = train.whole("max_seq_length", budget.sequence if budget else None, low=1)
        if sequence is None:
            raise fields.missing("decays until max_tokens", "the tokens of a sample", "sequence")
        batches = tokens // processes // (micro * sequence)
        run = filled(budget, updates=updates or max(1, batches // inner))
    else:
        run = filled(budget, updates=updates)
        if run is None:
            raise fields.missing("decays until the end of the run", "its length", "updates")
        batches = run.total * inner
    warmup = min(batches, train.whole("lr_warmup_steps", 2000) * inner)
    if train.has("lr_warmup_fraction"):
        of_epoch = with_epochs(fields, "warms up for a share of an epoch", budget)[1]
        warmup = min(batches, math.ceil(train.number("lr_warmup_fraction", low=0, high=1) * of_epoch))
    if not warmup < batches:
        raise fields.refusal(f"the warm-up must be shorter than the run's {batches:,} micro-batches, got {warmup:,}")
    schedule: LearningRateSchedule = cosine(rate, low, batches - warmup)
    schedule = line(0.0, rate, warmup).then(schedule, warmup) if warmup else schedule
    if inner > 1:
        schedule = schedule.shift(1 - inner).stretch(1 / inner)
    return fields.found({"lr": schedule}, run, LOSES if inner > 1 else "")


def _inner(train: Fields, processes: int) -> int:
    """The micro-batches of an update on one device."""
    size: int = train.whole("global_batch_size", 512, low=1) // processes
    micro: int = train.whole("micro_batch_size", 4, low=1)
    return max(1, size // micro)


def _processes(fields: Fields, budget: Budget | None) -> int:
    """All devices; "auto" is one here, unless the budget says how many."""
    if budget is not None and budget.processes > 1:
        return budget.processes
    devices: int = 1 if isinstance(fields.get("devices"), str) else fields.whole("devices", 1, low=1)
    nodes: int = fields.whole("num_nodes", 1, low=1)
    return devices * nodes


SYSTEM = System("litgpt", "litgpt", _recognise, _read)
