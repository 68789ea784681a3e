"""transformers' Trainer: the fields of ``TrainingArguments``, as LLaMA-Factory's, trl's and other files have them, too.

Source: transformers 5, training_args.py (defaults, get_warmup_steps) and trainer.py; before 5, ``warmup_ratio`` beside
a ``warmup_steps`` that counts where it is above 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ._budgets import filled
from ._fields import Fields
from ._hugging_face import ENDLESS, NAMES, REBOUNDS, get_scheduler
from ._system import System, shown

KEYS = ("lr_scheduler_type", "lr_scheduler_kwargs", "per_device_train_batch_size", "num_train_epochs", "warmup_ratio")
RATE = 5e-5
NO_RATE = (
    "learning_rate is not said: 5e-05 is the default of TrainingArguments, and the configs of trl and others have "
    "defaults of their own."
)
IN_DEEPSPEED = "A scheduler in the DeepSpeed config that is named here takes the place of this one."


def _recognise(data: Mapping[str, Any]) -> str:
    key = next((key for key in KEYS if key in data), "")
    return f"it has {shown(key)}" if key else ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    name = fields.text("lr_scheduler_type", "linear", NAMES)
    rate = fields.number("learning_rate", RATE, low=0)
    run = trainer_budget(fields, budget)
    if run is None and name not in ENDLESS:
        raise fields.missing("decays until the end of the run", "how many samples an epoch has", "samples")
    schedule = get_scheduler(
        name, rate, warmup_steps(fields, run), run.total if run else None, fields.part("lr_scheduler_kwargs")
    )
    told = [
        "" if fields.has("learning_rate") else NO_RATE,
        REBOUNDS if name in ("cosine", "cosine_with_min_lr", "cosine_warmup_with_min_lr") else "",
        IN_DEEPSPEED if fields.has("deepspeed") else "",
    ]
    return fields.found({"lr": schedule}, run, *told)


def trainer_budget(fields: Fields, budget: Budget | None) -> Budget | None:
    """The size of a Trainer's run: ``max_steps`` where it is above 0, else the epochs."""
    steps = fields.number("max_steps", -1)
    return filled(
        budget,
        updates=int(steps) if steps > 0 else None,
        epochs=None if steps > 0 else fields.number("num_train_epochs", 3, above=0),
        batch=fields.whole("per_device_train_batch_size", 8, low=1),
        accumulation=fields.whole("gradient_accumulation_steps", 1, low=1),
        drop_last=fields.flag("dataloader_drop_last", False) or None,
        rounding="hf",
    )


def warmup_steps(fields: Fields, run: Budget | None) -> int:
    """The warm-up in updates: steps, or a share of the run that is rounded up."""
    steps = fields.number("warmup_steps", 0, low=0)
    if steps >= 1:
        return int(steps)
    ratio = float(steps or fields.number("warmup_ratio", 0.0, low=0, high=1))
    if not ratio:
        return 0
    if run is None:
        raise fields.missing("warms up for a share of the run", "its length", "updates")
    return math.ceil(ratio * run.total)


SYSTEM = System(
    "trainer",
    "transformers' Trainer",
    _recognise,
    _read,
    aliases=("transformers", "trl", "llamafactory", "llama_factory"),
)
