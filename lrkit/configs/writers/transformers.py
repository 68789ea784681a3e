"""Configs of transformers' Trainer that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._hugging_face import proposals
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """The fields of TrainingArguments."""
    for name, rate, warmup, total, options in proposals(schedule):
        config: Config = {"learning_rate": rate, "lr_scheduler_type": name, "warmup_steps": warmup, "max_steps": total}
        yield config | ({"lr_scheduler_kwargs": options} if options else {})
