"""The planned curve of a public run's settings equals what it logged. Numbers of public runs."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from known_logs import known_logs

import lrkit

RUNS: dict[str, tuple[dict[str, Any], float]] = {
    "hf_cosine_warmup.csv": (
        {"lr_scheduler_type": "cosine", "learning_rate": 5e-5, "warmup_ratio": 0.1, "max_steps": 8660}, 1e-12,
    ),
    "hf_constant_with_warmup.csv": (
        {"lr_scheduler_type": "constant_with_warmup", "learning_rate": 3e-6, "warmup_steps": 1000}, 1e-12,
    ),
    "hf_cosine_every_step.csv": (
        {"lr_scheduler_type": "cosine", "learning_rate": 3e-5, "warmup_steps": 100, "max_steps": 14973}, 1e-12,
    ),
    "dvclive_linear.csv": (
        {"lr_scheduler_type": "linear", "learning_rate": 1e-4, "warmup_ratio": 0.1, "max_steps": 741}, 1e-12,
    ),
    "hf_cosine_min_lr_tiny.csv": (
        {"lr_scheduler_type": "cosine_with_min_lr", "learning_rate": 1e-4, "lr_scheduler_kwargs": {"min_lr": 1e-5},
         "warmup_steps": 2, "max_steps": 21}, 1e-12,
    ),
    "hf_linear_fp16_skips_a.csv": (
        {"lr_scheduler_type": "linear", "learning_rate": 1e-5, "warmup_steps": 500, "max_steps": 5000}, 1e-12,
    ),
    "hf_linear_fp16_skips_b.csv": (
        {"lr_scheduler_type": "linear", "learning_rate": 1e-5, "warmup_steps": 500, "max_steps": 5000}, 1e-12,
    ),
    "hf_linear_sparse.csv": ({"lr_scheduler_type": "linear", "learning_rate": 2e-5, "max_steps": 5490}, 1e-12),
    "hf_linear_four_rows.csv": ({"lr_scheduler_type": "linear", "learning_rate": 2e-4, "max_steps": 45}, 1e-12),
    "hf_linear_new_convention.csv": (
        {"lr_scheduler_type": "linear", "learning_rate": 2e-4, "warmup_steps": 112, "max_steps": 3765}, 1e-12,
    ),
    "hf_linear_truncated.csv": (
        {"lr_scheduler_type": "linear", "learning_rate": 5e-4, "warmup_steps": 90, "max_steps": 9411}, 1e-12,
    ),
    "hf_cosine_new_convention.csv": (
        {"lr_scheduler_type": "cosine", "learning_rate": 5e-5, "warmup_ratio": 0.05, "max_steps": 2178}, 1e-12,
    ),
    "hf_cosine_round_numbers.csv": ({"lr_scheduler_type": "cosine", "learning_rate": 2e-4, "max_steps": 1000}, 1e-12),
    "hf_polynomial_lr_end.csv": (
        {"lr_scheduler_type": "polynomial", "learning_rate": 1e-4, "lr_scheduler_kwargs": {"lr_end": 1e-5},
         "warmup_steps": 3, "max_steps": 22}, 1e-12,
    ),
    "hf_constant.csv": ({"lr_scheduler_type": "constant", "learning_rate": 2e-4, "max_steps": 10_000}, 1e-12),
    "nanogpt_cosine_4digits.csv": ({"max_lr": 0.09, "min_lr": 0.009, "warmup_steps": 10, "max_steps": 50}, 1e-3),
    "nanogpt_cosine_5000.csv": ({"max_lr": 6e-4, "min_lr": 6e-5, "warmup_steps": 10, "max_steps": 5000}, 1e-4),
    "llmc_cosine_6decimals.csv": ({"l": 6e-4, "u": 700, "q": 0.0, "k": "cosine", "x": 19560}, 1e-3),
    "nanochat_wsd_2decimals.csv": (
        {"warmup_steps": 700, "warmdown_ratio": 0.65, "final_lr_frac": 0.05, "num_iterations": 22000}, 5.1e-3,
    ),
    "detectron2_appended_runs.csv": (
        {"SOLVER": {"BASE_LR": 0.00025, "STEPS": [], "WARMUP_FACTOR": 0.001, "WARMUP_ITERS": 1000, "MAX_ITER": 1000}},
        1e-12,
    ),
    "lightning_onecycle_tail.csv": (  # logged in float32
        {"optimizer": {"class_path": "torch.optim.SGD", "init_args": {"lr": 0.512}}, "trainer": {"max_epochs": 90},
         "lr_scheduler": {"class_path": "torch.optim.lr_scheduler.OneCycleLR", "interval": "step", "init_args": {
             "max_lr": 0.512, "total_steps": 28080, "pct_start": 0.4, "div_factor": 25.0, "final_div_factor": 1000.0,
         }}}, 6e-8,
    ),
    "megatron_cosine.csv": (
        {"lr": 0.00015, "min_lr": 1e-5, "lr_decay_style": "cosine", "lr_decay_iters": 800, "lr_warmup_fraction": 0.01,
         "global_batch_size": 1024, "train_iters": 1000}, 3.4e-4,
    ),
    "megatron_bloom_176b.csv": (  # the samples of the whole run are not stated; the decay ends before them
        {"lr": 6e-5, "min_lr": 6e-6, "lr_decay_style": "cosine", "lr_decay_samples": 200_000_000,
         "lr_warmup_samples": 183_105, "rampup_batch_size": "192 16 9765625", "global_batch_size": 2048,
         "train_samples": 220_000_000}, 8.1e-5,
    ),
}  # fmt: skip
"""The settings, and the precision of the printed digits, as a part of the peak."""
ELSEWHERE = {"mmengine_linear_warmup.csv", "detectron2_multistep_warmup.csv", "ultralytics_v8_linear.csv"}
"""Logs that the tests of the other systems plan."""
NO_CONFIG = {
    "keras_plateau.csv": "follows a metric",
    "megatron_tr8b_restarts.csv": "restarted with settings that are not stated",
    "timm_summary_cosine.csv": "timm's arguments, which from_timm reads",
    "torch_cosine_by_epoch_early_stop.csv": "a loop of its own, without a config",
}


def test_every_log_is_planned_or_has_no_config() -> None:
    logs = {log.file for log in known_logs().values()}
    assert logs == RUNS.keys() | ELSEWHERE | NO_CONFIG.keys()


@pytest.mark.parametrize("name", RUNS)
def test_the_plan_equals_the_log(name: str) -> None:
    """Every row, to the digits that were printed; without the updates that mixed precision skipped."""
    config, precision = RUNS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        found = lrkit.from_config(config)
    log = known_logs()[name]
    table = np.genfromtxt(log.path, delimiter=",", names=True)
    columns = table.dtype.names or ()
    rates = table[next(name for name in ("learning_rate", "lr", "lrm") if name in columns)]
    counted = table[columns[0]]  # by Megatron in updates, too, beside its samples
    steps = counted if log.unit == "sample" else log.scale * counted + log.offset - log.lag(counted)
    planned = found["lr"](np.maximum(steps, 0))
    np.testing.assert_allclose(planned, rates, rtol=0, atol=precision * rates.max())
