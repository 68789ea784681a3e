"""Configs of torchtune that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ..torchtune import COSINE
from ._hugging_face import proposals
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """A run of one epoch, which the updates in it end."""
    for name, rate, warmup, total, options in proposals(schedule):
        optimizer = {"_component_": "torch.optim.AdamW", "lr": rate}
        run = {"epochs": 1, "max_steps_per_epoch": total, "gradient_accumulation_steps": 1}
        if name == "constant":
            yield {"optimizer": optimizer, **run}
        elif name == "cosine":
            component = {"_component_": f"torchtune.training.lr_schedulers.{COSINE}", "num_warmup_steps": warmup}
            yield {"optimizer": optimizer, "lr_scheduler": component | options, **run}
