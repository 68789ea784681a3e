"""Each system's own formula, as a plain loop over the steps, against the schedule that its config is read as."""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lrkit

RANDOM = random.Random(7)
Case = tuple[dict[str, Any], Callable[[int], float]]


def _cosine(p: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * p))


def _numbers() -> tuple[float, float, int, int]:
    high = 10 ** RANDOM.uniform(-4, -1)
    warmup = RANDOM.choice([0, 1, 2, 7, 30])
    return high, RANDOM.choice([0.0, high / 10]), warmup, warmup + RANDOM.randint(2, 90)


def nanogpt() -> Case:
    """karpathy/nanoGPT, train.py, get_lr since pull request 578."""
    high, low, warmup, total = _numbers()

    def rate(t: int) -> float:
        if t < warmup:
            return high * (t + 1) / (warmup + 1)
        return low if t > total else low + _cosine((t - warmup) / (total - warmup)) * (high - low)

    config = {"learning_rate": high, "min_lr": low, "warmup_iters": warmup, "lr_decay_iters": total, "max_iters": total}
    return config, rate


def build_nanogpt() -> Case:
    """karpathy/build-nanogpt, train_gpt2.py, get_lr."""
    high, low, warmup, total = _numbers()

    def rate(t: int) -> float:
        if t < warmup:
            return high * (t + 1) / warmup
        return low if t > total else low + _cosine((t - warmup) / (total - warmup)) * (high - low)

    return {"max_lr": high, "min_lr": low, "warmup_steps": warmup, "max_steps": total}, rate


def torchtitan() -> Case:
    """pytorch/torchtitan, lr_scheduler.py: a stable part, and a virtual last step."""
    high, _, warmup, total = _numbers()
    decay, low = RANDOM.randint(1, total - warmup), RANDOM.choice([0.0, 0.2])
    shape = RANDOM.choice(["linear", "sqrt", "cosine"])
    stable = total + 1 - warmup - round(total * (decay / total))

    def rate(t: int) -> float:
        if t < warmup:
            return high * (t + 1) / warmup
        if t < warmup + stable:
            return high
        p = min((t + 1 - warmup - stable) / decay, 1.0)
        factor = {"linear": 1 - p, "sqrt": 1 - math.sqrt(p), "cosine": _cosine(p)}[shape]
        return high * (low + (1 - low) * factor)

    scheduler = {"warmup_steps": warmup, "decay_ratio": decay / total, "decay_type": shape, "min_lr_factor": low}
    return {"optimizer": {"lr": high}, "lr_scheduler": scheduler, "training": {"steps": total}}, rate


def axolotl_rex() -> Case:
    """axolotl, utils/schedulers.py, RexLR: its clock is one step ahead, its constant 0.9."""
    high, low, warmup, total = _numbers()
    warmup = 2 if warmup == 1 else warmup
    total = max(total, warmup + 2)

    def rate(t: int) -> float:
        if t + 1 <= warmup:
            return high * (t + 1) / warmup
        z = 1 - min((t + 1 - warmup) / (total - warmup), 1.0)
        return low + (high - low) * z / (0.1 + 0.9 * z)

    config = {"base_model": "m", "lr_scheduler": "rex", "learning_rate": high, "cosine_min_lr_ratio": low / high}
    return config | {"warmup_steps": warmup, "max_steps": total, "micro_batch_size": 1}, rate


def nemo_cosine() -> Case:
    """NVIDIA/NeMo, core/optim/lr_scheduler.py, CosineAnnealing."""
    high, low, warmup, total = _numbers()

    def rate(t: int) -> float:
        if t <= warmup and warmup:
            return high * (t + 1) / (warmup + 1)
        return low if t > total else low + (high - low) * _cosine((t - warmup) / (total - warmup))

    sched = {"name": "CosineAnnealing", "warmup_steps": warmup, "min_lr": low, "max_steps": total}
    return {"model": {"optim": {"lr": high, "sched": sched}}}, rate


def nanochat() -> Case:
    """karpathy/nanochat, scripts/base_train.py, get_lr_multiplier."""
    high, _, _, total = _numbers()
    warmup, down, last = round(0.1 * total), round(0.4 * total), RANDOM.choice([0.0, 0.1])

    def rate(t: int) -> float:
        if t < warmup:
            return high * (t + 1) / warmup
        p = (total - min(t, total)) / down if t > total - down else 1.0
        return high * (p + (1 - p) * last)

    shares = {"warmup_ratio": 0.1, "warmdown_ratio": 0.4, "final_lr_frac": last}
    return {"matrix_lr": high, "num_iterations": total, **shares}, rate


def llm_c() -> Case:
    """karpathy/llm.c, llmc/schedulers.h."""
    high, _, warmup, total = _numbers()
    kind, share = RANDOM.choice(["cosine", "linear"]), RANDOM.choice([0.0, 0.1])

    def rate(t: int) -> float:
        if t < warmup:
            return high * (t + 1) / warmup
        p = min((t - warmup) / (total - warmup), 1.0)
        return high * share + (high - high * share) * (_cosine(p) if kind == "cosine" else 1 - p)

    return {"l": high, "u": warmup, "q": share, "k": kind, "x": total}, rate


def maxtext() -> Case:
    """AI-Hypercomputer/maxtext, create_learning_rate_schedule of maxtext_utils.py with its stable part."""
    high, low, _, total = _numbers()
    kind, style, share = (
        RANDOM.choice(["cosine", "wsd"]),
        RANDOM.choice(["linear", "cosine"]),
        RANDOM.choice([0.1, 0.4]),
    )
    warmup, decay = int(total * 0.1), int(total * share)
    decay = decay if kind == "wsd" else total - warmup

    def rate(t: int) -> float:
        if t >= total:
            return 0.0
        if t < warmup:
            return high * t / (warmup - 1) if warmup > 1 else 0.0
        u = t - (total - decay)
        if u < 0:
            return high
        if kind == "wsd" and style == "linear":
            return high + (low - high) * u / (decay - 1) if decay > 1 else high
        a = _cosine(u / (decay - 1) if decay > 1 else 1.0)
        return high * a + low * (1 - a)

    config = {
        "learning_rate": high, "learning_rate_final_fraction": low / high, "lr_schedule_type": kind, "steps": 2 * total,
        "wsd_decay_style": style, "wsd_decay_steps_fraction": share, "warmup_steps_fraction": 0.1,
        "learning_rate_schedule_steps": total,
    }  # fmt: skip
    return config, rate


@pytest.mark.parametrize(
    "system",
    [maxtext, nanogpt, build_nanogpt, torchtitan, axolotl_rex, nemo_cosine, nanochat, llm_c],
    ids=lambda f: f.__name__,
)
def test_a_config_gives_the_rates_of_the_formula(system: Callable[[], Case]) -> None:
    """50 random configs, from step 0 to past the end."""
    for _ in range(50):
        config, rate = system()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            found = lrkit.from_config(config)
        steps = np.arange(2 * found.schedule.horizon + 5)
        expected = np.array([rate(int(t)) for t in steps])
        np.testing.assert_allclose(
            found.schedule(steps), expected, rtol=0, atol=1e-12 * expected.max(), err_msg=str(config)
        )
