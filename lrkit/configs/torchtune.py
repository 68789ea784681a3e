"""torchtune: ``lr_scheduler`` with a ``_component_`` of a recipe's YAML.

Source: pytorch/torchtune, torchtune/training/lr_schedulers.py and recipes/full_finetune_single_device.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..schedules.constant import ConstantLR
from ._budgets import filled
from ._fields import Fields
from ._hugging_face import REBOUNDS, get_scheduler
from ._system import System

COSINE = "get_cosine_schedule_with_warmup"


def _recognise(data: Mapping[str, Any]) -> str:
    parts = {key: data.get(key) for key in ("lr_scheduler", "optimizer")}
    key = next((key for key, part in parts.items() if isinstance(part, Mapping) and "_component_" in part), "")
    return f'it has "{key}" with "_component_"' if key else ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    scheduler = fields.part("lr_scheduler")
    rate = fields.part("optimizer").number("lr", low=0)
    run = filled(
        budget,
        epochs=fields.number("epochs", 1, above=0),
        batch=fields.whole("batch_size", 1, low=1),
        accumulation=fields.whole("gradient_accumulation_steps", 1, low=1),
        batches=_capped(fields),
    )
    if not scheduler.data:
        return fields.found({"lr": ConstantLR(rate)}, run)
    component = scheduler.text("_component_")
    if component.rpartition(".")[2] != COSINE:
        raise scheduler.error("_component_", f"a path to {COSINE}", component)
    if run is None:
        raise fields.missing("decays until the end of the run", "how many batches an epoch has", "batches")
    schedule = get_scheduler("cosine", rate, scheduler.whole("num_warmup_steps"), run.total, scheduler)
    return fields.found({"lr": schedule}, run, REBOUNDS)


def _capped(fields: Fields) -> int | None:
    """The batches of an epoch that max_steps_per_epoch, which counts updates, leaves."""
    steps = fields.whole("max_steps_per_epoch", None, low=1)
    return None if steps is None else steps * int(fields.whole("gradient_accumulation_steps", 1, low=1))


SYSTEM = System("torchtune", "torchtune", _recognise, _read)
