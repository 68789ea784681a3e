"""The planned curve of a public run's settings equals what it logged. Numbers of public runs."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrkit

LOGS = Path(__file__).parents[1] / "runs" / "logs"
RUNS: dict[str, tuple[dict[str, Any], int, float]] = {
    "hf_cosine_warmup.csv": (
        {"lr_scheduler_type": "cosine", "learning_rate": 5e-5, "warmup_ratio": 0.1, "max_steps": 8660}, 0, 1e-12,
    ),
    "hf_constant_with_warmup.csv": (
        {"lr_scheduler_type": "constant_with_warmup", "learning_rate": 3e-6, "warmup_steps": 1000}, 0, 1e-12,
    ),
    "hf_cosine_every_step.csv": (
        {"lr_scheduler_type": "cosine", "learning_rate": 3e-5, "warmup_steps": 100, "max_steps": 14973}, -1, 1e-12,
    ),
    "dvclive_linear.csv": (
        {"lr_scheduler_type": "linear", "learning_rate": 1e-4, "warmup_ratio": 0.1, "max_steps": 741}, 1, 1e-12,
    ),
    "hf_cosine_min_lr_tiny.csv": (
        {"lr_scheduler_type": "cosine_with_min_lr", "learning_rate": 1e-4, "lr_scheduler_kwargs": {"min_lr": 1e-5},
         "warmup_steps": 2, "max_steps": 21}, -1, 1e-12,
    ),
    "nanogpt_cosine_4digits.csv": ({"max_lr": 0.09, "min_lr": 0.009, "warmup_steps": 10, "max_steps": 50}, 0, 1e-3),
    "nanogpt_cosine_5000.csv": ({"max_lr": 6e-4, "min_lr": 6e-5, "warmup_steps": 10, "max_steps": 5000}, 0, 1e-4),
    "llmc_cosine_6decimals.csv": ({"l": 6e-4, "u": 700, "q": 0.0, "k": "cosine", "x": 19560}, 0, 1e-3),
    "nanochat_wsd_2decimals.csv": (
        {"warmup_steps": 700, "warmdown_ratio": 0.65, "final_lr_frac": 0.05, "num_iterations": 22000}, 0, 5.1e-3,
    ),
    "megatron_cosine.csv": (
        {"lr": 0.00015, "min_lr": 1e-5, "lr_decay_style": "cosine", "lr_decay_iters": 800, "lr_warmup_fraction": 0.01,
         "global_batch_size": 1024, "train_iters": 1000}, 0, 3.4e-4,
    ),
    "megatron_bloom_176b.csv": (  # the samples of the whole run are not stated; the decay ends before them
        {"lr": 6e-5, "min_lr": 6e-6, "lr_decay_style": "cosine", "lr_decay_samples": 200_000_000,
         "lr_warmup_samples": 183_105, "rampup_batch_size": "192 16 9765625", "global_batch_size": 2048,
         "train_samples": 220_000_000}, 0, 8.1e-5,
    ),
}  # fmt: skip
"""The settings, what is added to a row's step, and the precision of the printed digits, as a part of the peak."""


@pytest.mark.parametrize("name", RUNS)
def test_the_plan_equals_the_log(name: str) -> None:
    """Every row, to the digits that were printed."""
    config, offset, precision = RUNS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = lrkit.from_config(config)
    table = np.genfromtxt(LOGS / name, delimiter=",", names=True)
    columns = table.dtype.names or ()
    steps = table[columns[0]].astype(int) + offset
    rates = table[next(name for name in ("learning_rate", "lr", "lrm") if name in columns)]
    planned = found["lr"](np.maximum(steps, 0))
    np.testing.assert_allclose(planned, rates, rtol=0, atol=precision * rates.max())
