"""Write the rates that trainers' own code gives, for random configs, to ``tests/configs/recorded/NAME.json``.

Run by hand, with a Python that has torch and the packages (``pip install --no-deps`` is enough):
``python -m tests.tools.record_trainers nemo axolotl``. Each file of a package that makes its schedules is run as it
stands, without the rest of the package.
"""

from __future__ import annotations

import random
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from tests.tools.record_configs import Rates, alone, record, shown

LENGTH = 90
"""The updates that are recorded: to well past the end of each run."""


def stepped(scheduler: Any, steps: int = LENGTH) -> Rates:
    """The first group's rate at each update of a scheduler of torch."""
    rates = []
    for update in range(steps):
        if update:
            scheduler.optimizer.step()
            scheduler.step()
        rates.append(scheduler.optimizer.param_groups[0]["lr"])
    return rates


def optimizer(rate: float) -> Any:
    """One of torch with one group."""
    import torch

    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def _numbers(r: random.Random) -> tuple[float, float, int, int]:
    """A rate, a lower one, a warm-up, and the length of the run."""
    rate, warmup = r.choice([0.1, 3e-4, 10 ** r.uniform(-5, 0)]), r.choice([0, 1, 2, r.randint(3, 20)])
    return rate, r.choice([0.0, rate / 10]), warmup, r.randint(warmup + 20, 70)


def nemo(r: random.Random) -> dict[str, Any]:
    """Each policy of lr_scheduler.py."""
    nothing: dict[str, Any] = {}
    stubs = {
        "omegaconf": {"DictConfig": dict, "OmegaConf": None},
        "nemo": nothing, "nemo.core": nothing, "nemo.core.classes": nothing, "nemo.core.config": nothing,
        "nemo.core.classes.common": {"safe_instantiate": None},
        "nemo.core.config.schedulers": {
            "SchedulerParams": None, "get_scheduler_config": None, "register_scheduler_params": None,
        },
        "nemo.utils": {"logging": None}, "nemo.utils.model_utils": {"maybe_update_config_version": None},
    }  # fmt: skip
    file = alone("nemo_toolkit", "nemo/core/optim/lr_scheduler.py", stubs)
    rate, low, warmup, total = _numbers(r)
    warm = r.choice([{"warmup_steps": warmup}, {"warmup_ratio": 0.15}])
    hold = r.choice([{}, {"hold_steps": r.randint(1, 9)}, {"hold_ratio": 0.1}, {"hold_steps": 0}])
    power = {"power": r.choice([1.0, 2.0, 0.5]), "cycle": r.random() < 0.5}
    kinds: dict[str, dict[str, Any]] = {
        "WarmupPolicy": warm,
        "WarmupHoldPolicy": warm | hold,
        "SquareAnnealing": warm if rate > 1e-5 else warm | {"min_lr": 0.0},
        "SquareRootAnnealing": warm,
        "CosineAnnealing": warm | r.choice([{}, {"constant_steps": r.randint(1, 9)}, {"constant_ratio": 0.1}]),
        "NoamAnnealing": warm | {"d_model": 64},
        "NoamHoldAnnealing": {"warmup_steps": max(1, warmup), "decay_rate": r.choice([0.5, 1.0])} | hold,
        "WarmupHoldAnnealOneMinusSquareRoot": warm | hold,
        "WarmupHoldAnnealLinear": warm | hold,
        "WarmupAnnealing": warm,
        "InverseSquareRootAnnealing": warm,
        "T5InverseSquareRootAnnealing": {"constant_steps": r.randint(1, 20)},
        "PolynomialDecayAnnealing": warm | power,
        "PolynomialHoldDecayAnnealing": warm | hold | power,
    }
    name = r.choice(list(kinds))
    options = {"max_steps": total, **kinds[name]}
    if low and name not in ("SquareAnnealing", "T5InverseSquareRootAnnealing"):
        options["min_lr"] = low
    rates = stepped(file.AVAILABLE_SCHEDULERS[name](optimizer(rate), **options))
    return {"config": {"model": {"optim": {"lr": rate, "sched": {"name": name, **options}}}}} | shown(rates, r)


def axolotl(r: random.Random) -> dict[str, Any]:
    """The schedulers of utils/schedulers.py, chosen as the trainer's mixin chooses."""
    import torch
    from transformers import get_scheduler

    file = alone("axolotl", "axolotl/utils/schedulers.py", {})
    rate, _, warmup, total = _numbers(r)
    warmup = 2 if warmup == 1 else warmup
    name = r.choice(["rex", "one_cycle", "cosine", "cosine", "cosine", "linear", "constant_with_warmup"])
    ratio = r.choice([None, None, 0.0, 0.1, 0.3])
    config: dict[str, Any] = {
        "base_model": "m", "micro_batch_size": 1, "lr_scheduler": name, "learning_rate": rate, "warmup_steps": warmup,
        "max_steps": total, "cosine_min_lr_ratio": ratio, "cosine_constant_lr_ratio": r.choice([None, 0.8]),
        "lr_quadratic_warmup": r.random() < 0.3, "jagged_restart_steps": r.choice([None, None, r.randint(13, 30)]),
        "jagged_restart_warmup_steps": r.choice([None, 3]), "jagged_restart_anneal_steps": r.choice([None, 4]),
    }  # fmt: skip
    held = optimizer(rate)
    counts = {"num_warmup_steps": warmup, "num_training_steps": total}
    if name == "one_cycle":
        extra = r.choice([{}, {"pct_start": 0.4}, {"div_factor": 10.0, "anneal_strategy": "linear"}])
        config["lr_scheduler_kwargs"] = extra
        options = {"pct_start": warmup / total, "anneal_strategy": "cos"} | extra
        scheduler: Any = torch.optim.lr_scheduler.OneCycleLR(held, max_lr=rate, total_steps=total, **options)
    elif name == "rex":
        scheduler = file.RexLR(held, rate, (ratio or 0) * rate, total_steps=total, num_warmup_steps=warmup)
    elif name == "cosine" and config["lr_quadratic_warmup"]:
        scheduler = file.get_cosine_schedule_with_quadratic_warmup(held, **counts)
    elif name == "cosine" and ratio and config["cosine_constant_lr_ratio"]:
        scheduler = file.get_cosine_schedule_with_warmup_decay_constant(
            held, **counts, min_lr_ratio=ratio, constant_lr_ratio=0.8
        )
    elif name == "cosine" and ratio:
        scheduler = file.get_cosine_schedule_with_min_lr(held, **counts, min_lr_ratio=ratio)
    else:
        scheduler = get_scheduler(name, held, **counts)
    if config["jagged_restart_steps"]:
        scheduler = file.JaggedLRRestartScheduler(
            held, scheduler, config["jagged_restart_steps"], config["jagged_restart_warmup_steps"] or 10,
            config["jagged_restart_anneal_steps"] or 1, min_lr_scale=ratio or 0.001,
        )  # fmt: skip
    steps = total - bool(config["jagged_restart_steps"]) if name == "one_cycle" else LENGTH  # it refuses to go on
    rates = stepped(scheduler, steps)
    return {"config": {key: value for key, value in config.items() if value is not None}} | shown(rates, r)


SYSTEMS: dict[str, tuple[Callable[[random.Random], dict[str, Any]], str]] = {
    "nemo": (nemo, "nemo_toolkit"), "axolotl": (axolotl, "axolotl"),
}  # fmt: skip

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for system in sys.argv[1:] or SYSTEMS:
        record(system, *SYSTEMS[system])
