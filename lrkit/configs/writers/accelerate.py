"""Configs of Accelerate that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ._hugging_face import proposals
from ._writer import Config


def write(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Flags of diffusers' scripts, which multiply the lengths by the processes themselves."""
    flags = {"num_cycles": "lr_num_cycles", "power": "lr_power"}
    for name, rate, warmup, total, options in proposals(schedule):
        if options.keys() <= flags.keys() or name == "polynomial":
            config: Config = {"learning_rate": rate, "lr_scheduler": name, "lr_warmup_steps": warmup}
            yield config | {"max_train_steps": total} | {flags[k]: v for k, v in options.items() if k in flags}
