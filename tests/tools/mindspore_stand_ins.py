"""The attributes that MindSpore's classes have, for objects that stand in for them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np


class Number:
    """A tensor of one number."""

    def __init__(self, value: float, dtype: Any = np.float32) -> None:
        self.value = np.asarray(value, dtype)

    def asnumpy(self) -> Any:
        return self.value


def decay(learning_rate: float, decay_rate: float, decay_steps: int, is_stair: bool = False) -> dict[str, Any]:
    return {
        "learning_rate": learning_rate, "decay_rate": decay_rate, "decay_steps": decay_steps, "is_stair": is_stair,
    }  # fmt: skip


def cosine(min_lr: float, max_lr: float, decay_steps: int) -> dict[str, Any]:
    return {"min_lr": min_lr, "max_lr": max_lr, "decay_steps": decay_steps, "delta": 0.5 * (max_lr - min_lr)}


def polynomial(
    learning_rate: float, end_learning_rate: float, decay_steps: int, power: float, update_decay_steps: bool = False
) -> dict[str, Any]:
    return {
        "decay_steps": decay_steps,
        "start_learning_rate": learning_rate,
        "end_learning_rate": end_learning_rate,
        "diff_learning_rate": learning_rate - end_learning_rate,
        "power": power,
        "update_decay_steps": update_decay_steps,
    }


def warm_up(learning_rate: float, warmup_steps: int) -> dict[str, Any]:
    return {"learning_rate": learning_rate, "warmup_steps": warmup_steps}


CELL_ATTRIBUTES: dict[str, Any] = {
    "ExponentialDecayLR": decay,
    "NaturalExpDecayLR": decay,
    "InverseDecayLR": decay,
    "CosineDecayLR": cosine,
    "PolynomialDecayLR": polynomial,
    "WarmUpLR": warm_up,
}

DEFAULTS: dict[str, dict[str, Any]] = {
    "StepLR": {"gamma": 0.1},
    "LinearLR": {"start_factor": 1 / 3, "end_factor": 1.0, "total_iters": 5},
    "PolynomialLR": {"total_iters": 5, "power": 1.0},
    "MultiStepLR": {"gamma": 0.1},
    "ConstantLR": {"factor": 1 / 3, "total_iters": 5},
    "CosineAnnealingLR": {"eta_min": 0.0},
    "CosineAnnealingWarmRestarts": {"T_mult": 1, "eta_min": 0},
    "CyclicLR": {"step_size_up": 2000, "step_size_down": None, "mode": "triangular", "gamma": 1.0, "scale_fn": None},
}


def scheduler_attributes(name: str, options: dict[str, Any], bases: list[float]) -> dict[str, Any]:
    """What a scheduler has after construction, as far as it is read."""
    given = DEFAULTS.get(name, {}) | options
    found: dict[str, Any] = {"base_lrs": [Number(base) for base in bases], "last_epoch": Number(0.0)}
    if name == "MultiStepLR":
        return found | {"milestones": Counter(given["milestones"]), "gamma": given["gamma"]}
    if name == "CosineAnnealingWarmRestarts":
        kind = np.float32 if isinstance(given["eta_min"], float) else np.int64
        return found | {
            "T_0": Number(given["T_0"]), "T_mult": given["T_mult"], "eta_min": Number(given["eta_min"], kind),
        }  # fmt: skip
    if name != "CyclicLR":
        return found | given

    def each(rates: Any) -> list[Number]:
        return [Number(rate) for rate in (rates if isinstance(rates, list) else [rates] * len(bases))]

    up = float(given["step_size_up"])
    total = up + (up if given["step_size_down"] is None else float(given["step_size_down"]))
    return found | {
        "base_lrs": each(given["base_lr"]), "max_lrs": each(given["max_lr"]), "total_step_size": total,
        "step_up_ratio": up / total, "mode": given["mode"], "gamma": given["gamma"],
        "_scale_fn_custom": given["scale_fn"],
    }  # fmt: skip
