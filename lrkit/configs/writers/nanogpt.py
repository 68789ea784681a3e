"""Configs of the nanoGPT family that may have a curve."""

from __future__ import annotations

from collections.abc import Iterator

from ...schedules._base import LearningRateSchedule
from ...schedules.clock import ShiftLR, StretchLR
from ._anatomy import anatomy
from ._writer import Config


def write_nanogpt(schedule: LearningRateSchedule) -> Iterator[Config]:
    """(t+1)/(W+1), and a cosine."""
    a = anatomy(schedule)
    if not a.falls:
        yield {"learning_rate": a.peak, "decay_lr": False}
    run = {"warmup_iters": a.rise, "lr_decay_iters": a.bottom, "max_iters": a.bottom}
    yield {"learning_rate": a.peak, "min_lr": a.low, **run}


def write_llm_c(schedule: LearningRateSchedule) -> Iterator[Config]:
    """(t+1)/W, and what -k says."""
    a = anatomy(schedule)
    for kind in ("cosine", "linear", "wsd", "constant"):
        yield {"l": a.peak, "u": a.warmups[0], "q": a.ratio, "k": kind, "x": max(a.bottom, 1)}


def write_build_nanogpt(schedule: LearningRateSchedule) -> Iterator[Config]:
    """(t+1)/W, and a cosine."""
    a = anatomy(schedule)
    yield {"max_lr": a.peak, "min_lr": a.low, "warmup_steps": a.warmups[0], "max_steps": a.bottom}


def write_litgpt(schedule: LearningRateSchedule) -> Iterator[Config]:
    """Its clock counts micro-batches, of which an update may have several."""
    size, a = 1, anatomy(schedule)
    match schedule:
        case StretchLR(ShiftLR(inner, back), _):
            size, a = 1 - back, anatomy(inner)
    optimizer = {"class_path": "torch.optim.AdamW", "init_args": {"lr": a.peak}}
    run = {"max_steps": a.bottom // size, "lr_warmup_steps": a.rise // size}
    yield {"train": {"global_batch_size": size, "micro_batch_size": 1, **run, "min_lr": a.low}, "optimizer": optimizer}
    yield {"checkpoint_dir": "checkpoints", "train": run, "optimizer": optimizer}  # of finetuning


def write_nanochat(schedule: LearningRateSchedule) -> Iterator[Config]:
    """(t+1)/W, level, and a line, of one group."""
    a = anatomy(schedule)
    total = a.bottom if a.falls else a.rise + 2
    down = a.fall / total if a.falls else 0.0  # rounded to whole steps
    run = {"num_iterations": total, "warmup_steps": a.warmups[0]}
    yield {"matrix_lr": a.peak, **run, "warmdown_ratio": min(down, 1.0), "final_lr_frac": a.ratio}
