"""Accelerate: a schedule that several processes step, from the flags of a script that it launches.

Source: huggingface/accelerate, src/accelerate/scheduler.py: a prepared scheduler takes as many steps at an update as
there are processes, unless ``split_batches``. Scripts such as diffusers' multiply both lengths by the processes, so
that nothing changes; a script that does not is over after a part of its run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ._budgets import filled
from ._fields import Fields
from ._hugging_face import ENDLESS, NAMES, REBOUNDS, get_scheduler
from ._system import System, shown

SCRIPTS = ("max_train_steps", "lr_warmup_steps")
"""Flags of diffusers' scripts and transformers' no_trainer ones, which multiply the lengths themselves."""
EACH_BATCH = (
    "With step_scheduler_with_optimizer: false, each call of the scheduler's step counts: of a script that calls it at "
    "each batch, an update is as many steps as gradient_accumulation_steps."
)


def _recognise(data: Mapping[str, Any]) -> str:
    if "lr_scheduler" in data and "lr_warmup_steps" in data:
        return f"it has {shown('lr_scheduler')} and {shown('lr_warmup_steps')}"
    if "max_train_steps" in data:
        return f"it has {shown('max_train_steps')}"
    if "num_training_steps" in data and "num_processes" in data:
        return f"it has {shown('num_processes')} and {shown('num_training_steps')}"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    name = fields.text(fields.first("lr_scheduler", "lr_scheduler_type"), "linear", NAMES)
    rate = fields.number("learning_rate", low=0)
    processes = _processes(fields, budget)
    scaled = any(fields.has(key) for key in SCRIPTS) or fields.flag("split_batches", False)
    total = fields.whole(fields.first("max_train_steps", "num_training_steps"), None, low=1)
    on_its_own = not fields.flag("step_scheduler_with_optimizer", True)
    inner = fields.whole("gradient_accumulation_steps", 1, low=1) if on_its_own else 1
    each = inner if on_its_own or scaled else processes
    run = _run(fields, budget, total, processes=processes, each=each)
    if run is None and name not in ENDLESS:
        raise fields.missing("decays until the end of the run", "its length", "updates")
    warmup = fields.whole(fields.first("lr_warmup_steps", "num_warmup_steps"), 0)
    steps = total or (run.total if run else None)
    options = fields.of({k: v for k, v in _options(fields).items() if v is not None}, "")
    schedule = get_scheduler(name, rate, warmup, steps, options)
    told = [REBOUNDS if name == "cosine" else ""]
    if each > 1:
        schedule = _stepped(schedule, each)
        told.append(
            EACH_BATCH
            if on_its_own
            else f"Accelerate steps the scheduler {processes} times at each update, once for each process: unless the "
            f"script multiplies warm-up and length by {processes}, both are over after a {processes}th of the updates."
        )
    return fields.found({"lr": schedule}, run, *told)


def _processes(fields: Fields, budget: Budget | None) -> int:
    if budget is not None and budget.processes > 1:
        return budget.processes
    return int(fields.whole("num_processes", 1, low=1))


def _run(fields: Fields, budget: Budget | None, total: int | None, *, processes: int, each: int) -> Budget | None:
    return filled(
        budget,
        updates=max(1, total // each) if total else None,
        epochs=None if total else fields.number("num_train_epochs", None, above=0),
        batch=fields.whole(fields.first("train_batch_size", "per_device_train_batch_size"), None, low=1),
        accumulation=fields.whole("gradient_accumulation_steps", None, low=1),
        processes=processes if processes > 1 else None,
        rounding="accelerate",
    )


def _options(fields: Fields) -> dict[str, Any]:
    """Flags of diffusers' scripts that go to the schedule."""
    return {"num_cycles": fields.get("lr_num_cycles"), "power": fields.get("lr_power")}


def _stepped(schedule: LearningRateSchedule, each: int) -> LearningRateSchedule:
    """The schedule at as many steps further at each update."""
    return schedule.stretch(1 / each)


SYSTEM = System("accelerate", "Accelerate", _recognise, _read)
