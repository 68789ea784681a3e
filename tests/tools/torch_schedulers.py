"""Schedulers of torch, drawn at random, and what torch itself makes of their rates."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import lrkit
from lrkit import LearningRateSchedule

torch = pytest.importorskip("torch")
theirs = torch.optim.lr_scheduler

PAST = 260
"""Steps compared: well past every horizon drawn below."""


def optimizer_of(*rates: Any, kind: str = "SGD", **more: Any) -> Any:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    options = {"momentum": 0.9} if kind == "SGD" else {}
    return getattr(torch.optim, kind)(groups, lr=1.0, **options, **more)


def values(optimizer: Any, key: str = "lr") -> list[float]:
    found = [group[key] for group in optimizer.param_groups]
    return [float(value[0] if isinstance(value, tuple) else value) for value in found]


def walk(scheduler: Any, steps: int, key: str = "lr", may_fail: bool = False) -> Any:
    """What torch does: the values of all groups, step by step; as far as it goes, if it may fail."""
    seen = [values(scheduler.optimizer, key)]
    for _ in range(steps):
        try:
            scheduler.step()
        except (ValueError, ZeroDivisionError, NotImplementedError, TypeError):
            if not may_fail:
                raise
            break
        seen.append(values(scheduler.optimizer, key))
    return np.array(seen)


def curves(schedules: list[LearningRateSchedule], steps: int) -> Any:
    return np.array([schedule.to_list(steps) for schedule in schedules]).T


def assert_equal_to_torch(scheduler: Any, steps: int = PAST, key: str = "lr") -> None:
    read = lrkit.from_torch(scheduler, key)
    reference = walk(scheduler, steps, key)
    ours = curves(read, len(reference))
    np.testing.assert_allclose(ours, reference, rtol=0, atol=1e-12 * np.abs(reference).max(), err_msg=repr(read))


def drawn(dice: random.Random, name: str) -> dict[str, Any]:
    """Options of a class, of a run that is over before `PAST`."""
    unit, length = dice.uniform(0.01, 1), dice.randint(1, 120)
    up, down = dice.randint(1, 40), dice.randint(1, 40)
    return {
        "StepLR": {"step_size": length, "gamma": unit},
        "MultiStepLR": {"milestones": [dice.randint(0, 150) for _ in range(dice.randint(0, 5))], "gamma": unit},
        "ConstantLR": {"factor": unit, "total_iters": length},
        "LinearLR": {"start_factor": unit, "end_factor": dice.choice([0.0, 1.0, dice.random()]), "total_iters": length},
        "ExponentialLR": {"gamma": dice.uniform(0.9, 1.01)},
        "PolynomialLR": {"total_iters": length, "power": dice.choice([0.0, 1.0, dice.uniform(0.3, 3)])},
        "CosineAnnealingLR": {"T_max": length, "eta_min": dice.choice([0, 1e-3, dice.random()])},
        "CosineAnnealingWarmRestarts": {"T_0": up, "T_mult": dice.randint(1, 3), "eta_min": dice.choice([0, 0.01])},
        "CyclicLR": {
            "base_lr": unit / 10,
            "max_lr": unit,
            "step_size_up": up,
            "step_size_down": dice.choice([None, down]),
            "mode": dice.choice(["triangular", "triangular2", "exp_range"]),
            "gamma": dice.uniform(0.9, 1),
        },
        "OneCycleLR": {
            "max_lr": unit,
            "total_steps": dice.randint(20, 200),
            "pct_start": dice.choice([0.0, 1.0, dice.uniform(0.01, 0.99), 0.3]),
            "anneal_strategy": dice.choice(["cos", "linear"]),
            "div_factor": dice.uniform(2, 50),
            "final_div_factor": dice.uniform(2, 1e4),
            "three_phase": dice.random() < 0.5,
        },
        "SWALR": {
            "swa_lr": unit,
            "anneal_epochs": dice.randint(0, 60),
            "anneal_strategy": dice.choice(["cos", "linear"]),
        },
    }[name]


def made(name: str, optimizer: Any, options: dict[str, Any]) -> Any:
    home = torch.optim.swa_utils if name == "SWALR" else theirs
    return getattr(home, name)(optimizer, **options)


MULTIPLICATIVE = ["StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR"]
LEAVES = [*MULTIPLICATIVE, "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR"]


def composed(dice: random.Random, optimizer: Any, depth: int) -> Any:
    """A scheduler of schedulers of any class, nested as torch lets it be built."""
    kind = dice.choice(["leaf", "sequential", "chained"]) if depth else "leaf"
    if kind == "leaf":
        name = dice.choice(LEAVES)
        return made(name, optimizer, drawn(dice, name))
    parts = [composed(dice, optimizer, depth - 1) for _ in range(dice.randint(1, 3))]
    if kind == "chained":
        return theirs.ChainedScheduler(parts, optimizer)
    milestones = sorted(dice.randint(0, 80) for _ in parts[1:])
    return theirs.SequentialLR(optimizer, parts, milestones)
