"""Configs with values of wrong kinds, for each system's reader: what may come out is a schedule or a plain refusal.

``python tests/tools/fuzz_configs.py 20000 7`` reads so many random ones, from a seed, and tells what is wrong: an error
that is no `ValueError` of `from_config`, a rate that is no finite number, or a reading of more than a second.
"""

from __future__ import annotations

import copy
import json
import math
import random
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import lrkit

RECORDED = Path(__file__).parents[1] / "configs" / "recorded"
HOSTILE: tuple[Any, ...] = (
    None, "", "x", "nan", "1e400", "-1", "${a.b}", "0.1dur", "3ep", "10tok", "auto", "slice(1, 2)", "(1, 2)", "é" * 300,
    -1, 0, 1, 2, 3, 7, 1.5, 0.3, -0.5, 1e-3, 1e-320, 5e-324, 1e308, -1e308, 10**30, -(10**30), 2**53, 2**53 + 1, 10**6,
    math.nan, math.inf, -math.inf, True, False, [], [1], [3, 1], [0.5, 0.5], ["a"], [math.nan], [None], [[1, 2], [3]],
    [10**30], [1, 2, 3, 4], {}, {"a": 1}, {"type": "cosine"}, {"init_args": 3}, object(), {3: 4}, (1, 2), b"x", 1 + 2j,
)  # fmt: skip
STEPS = np.array([0, 1, 2, 10, 100, 10_000])
YOLO = {"lr0": 0.01, "lrf": 0.01, "warmup_bias_lr": 0.1, "warmup_epochs": 3.0, "epochs": 9, "momentum": 0.937}
BASES: tuple[tuple[dict[str, Any], str], ...] = (
    (YOLO | {"time": None, "nbs": 64, "batch": 16, "optimizer": "auto", "nc": 3, "warmup_momentum": 0.8}, "batches=9"),
    (YOLO | {"time": None, "channels_last": None, "cos_lr": True, "optimizer": "SGD"}, "batches=9"),
    ({"hyp": YOLO, "epochs": 9, "batch_size": 16, "linear_lr": True}, "batches=9"),
    ({"learning_rate": 1e-4, "lr_scheduler": "cosine", "lr_warmup_steps": 5, "max_train_steps": 50},
     "updates=50 processes=2"),
    ({"learning_rate": 1e-4, "num_training_steps": 50, "num_warmup_steps": 5, "num_processes": 2}, ""),
    ({"lr_scheduler": {"class_path": "torch.optim.lr_scheduler.CosineAnnealingLR", "init_args": {"T_max": 9},
                       "interval": "step", "frequency": 2},
      "optimizer": {"class_path": "torch.optim.SGD", "init_args": {"lr": 0.1}},
      "trainer": {"max_epochs": 3, "accumulate_grad_batches": 2, "max_steps": -1}}, "batches=8"),
    ({"optimizer": {"adamw_optimizer": {"lr": 0.1, "init_lr": 0.0, "end_lr": 0.01, "lr_warmup_steps": 5,
                                        "lr_decay_steps": 50}}, "total_steps": 60}, ""),
    ({"optimizer": {"palm_optimizer": {"lr": 0.1, "lr_warmup_steps": 5, "b1": 0.9}}}, ""),
    ({"lr": 0.1, "total_steps": 90, "input": {"batch_size": 8}, "schedule": {
        "warmup_steps": 5, "decay_type": "rsqrt", "timescale": 100, "cooldown_steps": 9, "shift": 1.0}}, ""),
    ({"lr": 0.1, "total_epochs": 3, "batch_size": 8, "schedule": {
        "warmup_epochs": 1, "decay_type": "stair", "steps": [3], "mults": [0.1]}}, "samples=800"),
    ({"learning_rate": 3e-4, "learning_rate_schedule_steps": 90, "steps": 99, "warmup_steps_fraction": 0.1,
      "cosine_learning_rate_final_fraction": 0.1}, ""),
    ({"factors": "constant * linear_warmup * cosine_decay", "base_learning_rate": 0.5, "warmup_steps": 5,
      "decay_factor": 0.5, "steps_per_cycle": 30, "step_offset": 2, "min_learning_rate": 1e-8}, ""),
    ({"lr_configs": {"learning_rate_schedule": "compound", "base_learning_rate": 0.1, "warmup_steps": 5, "t_mul": 1.0,
                     "factors": "constant*linear_warmup*cosine_decay", "total_steps": 90, "steps_per_cycle": 90}}, ""),
    ({"lr_configs": {"learning_rate_schedule": "compound", "base_learning_rate": 0.1, "end_factor": 0.1, "power": 2.0,
                     "factors": "constant*polynomial*linear_cooldown", "total_steps": 90, "decay_steps": 90,
                     "cooldown_steps": 9}}, ""),
    ({"LinearCyclicalScheduler": {"start_value": 0.0, "end_value": 0.1, "cycle_size": 10, "cycle_mult": 2.0}}, ""),
    ({"PiecewiseLinear": {"param_name": "lr", "milestones_values": [[3, 0.1], [9, 0.5]]}}, ""),
    ({"ConcatScheduler": {"schedulers": [{"PiecewiseLinear": {"milestones_values": [[3, 0.1]]}},
                                         {"LinearCyclicalScheduler": {"start_value": 0.0, "end_value": 0.1,
                                                                      "cycle_size": 10}}], "durations": [9]}}, ""),
    ({"learning_rate": 1e-4, "lr_scheduler_type": "warmup_stable_decay", "warmup_steps": 5, "max_steps": 60,
      "lr_scheduler_kwargs": {"num_decay_steps": 9, "min_lr_ratio": 0.1}}, ""),
    ({"learning_rate": 1e-4, "lr_scheduler_type": "cosine_with_min_lr", "warmup_ratio": 0.1, "num_train_epochs": 3,
      "lr_scheduler_kwargs": {"min_lr": 1e-5}, "per_device_train_batch_size": 4}, "samples=100"),
    ({"learning_rate": 1e-4, "lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": {"power": 2.0}}, "updates=90"),
    ({"learning_rate": 1e-4, "lr_scheduler_type": "inverse_sqrt", "warmup_steps": 5}, ""),
    ({"optimizer": {"params": {"lr": 0.1}}, "scheduler": {"type": "OneCycle", "params": {
        "cycle_min_lr": 0.01, "cycle_max_lr": 0.1, "cycle_first_step_size": 9, "decay_lr_rate": 0.1,
        "decay_step_size": 2, "cycle_first_stair_count": 3}}}, ""),
    ({"scheduler": {"type": "LRRangeTest", "params": {"lr_range_test_step_size": 9}}}, ""),
    ({"learning_rate": 6e-4, "min_lr": 6e-5, "warmup_iters": 5, "lr_decay_iters": 50, "max_iters": 60}, ""),
    ({"max_lr": 6e-4, "min_lr": 6e-5, "warmup_steps": 5, "max_steps": 60}, ""),
    ({"l": 6e-4, "u": 5, "q": 0.0, "k": "wsd", "x": 90}, ""),
    ({"matrix_lr": 0.02, "num_iterations": 90, "warmup_ratio": 0.1, "warmdown_ratio": 0.4, "final_lr_frac": 0.0}, ""),
    ({"lr": 1e-4, "min_lr": 1e-5, "lr_decay_style": "WSD", "lr_wsd_decay_samples": 90, "train_samples": 900,
      "lr_warmup_fraction": 0.1, "global_batch_size": 8, "rampup_batch_size": "2 2 90", "seq_length": 8}, ""),
    ({"max_lr": 1e-4, "min_lr": 0.0, "lr_decay_steps": 90, "lr_decay_style": "cosine", "wd_incr_steps": 9},
     "updates=90 batch=4"),
    ({"trainer": {"num_train_steps": 90}, "optimizer": {
        "learning_rate": 1e-3, "min_lr_ratio": 0.1, "warmup": 0.1, "cycles": 2, "rewarmup": 3, "decay": 0.2,
        "lr_schedule": {"type": "power", "batch_size": 8, "seq_length": 9}}}, ""),
)  # fmt: skip


def recorded() -> Iterator[tuple[dict[str, Any], str, str | None]]:
    """The configs of the recordings, with a budget, and their system where it must be said."""
    for path in sorted(RECORDED.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for run in data["runs"] if isinstance(data, dict) else data:
            yield run["config"], run.get("budget", ""), path.stem if path.stem == "paddle" else None


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is a value."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


def mutated(config: dict[str, Any], r: random.Random) -> dict[str, Any]:
    """A copy with one to three values replaced, or left out."""
    found = copy.deepcopy(config)
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        places = [*paths(found)]
        if not places:
            break
        *outer, last = r.choice(places)
        place: Any = found
        for key in outer:
            place = place[key]
        if r.random() < 0.15:
            del place[last]
        else:
            value = r.choice(HOSTILE)
            place[last] = copy.deepcopy(value) if isinstance(value, (dict, list)) else value
    return found


def wrong(config: Any, system: str | None, budget: str) -> str:
    """What is wrong with the reading of a config; nothing if it is read or refused as it should be."""
    begun = time.process_time()
    try:
        found = lrkit.from_config(config, system, budget or None)
        for name, schedule in found.items():
            if not np.isfinite(schedule(STEPS)).all():
                return f"{name} is not finite"
    except ValueError as error:
        if not str(error).startswith("from_config: ") or len(str(error)) > 1500:
            return f"ValueError {error}"
    except OverflowError as error:
        if "the rate is too large for a float" not in str(error):  # which a schedule says
            return f"OverflowError {error}"
    except Exception as error:  # noqa: BLE001  # what is looked for
        return f"{type(error).__name__} {error}"
    spent = time.process_time() - begun
    return f"it took {spent:.1f} s" if spent > 1 else ""


class TooLongError(BaseException):
    """A reading has not ended in its time; nothing in between takes this for an error of its own."""


def in_time(config: Any, system: str | None, budget: str) -> str:
    """What is wrong, in at most two seconds of the processor."""
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    try:
        return wrong(config, system, budget)
    except TooLongError:
        return "it did not end in 2 s"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(*_: object) -> None:
    raise TooLongError


def main(count: int, seed: int) -> int:
    """Read so many, and print each kind of what is wrong once."""
    r, bases = random.Random(seed), [*recorded(), *((*base, None) for base in BASES * 8)]
    seen: set[str] = set()
    signal.signal(signal.SIGVTALRM, _stop)
    for _ in range(count):
        config, budget, named = r.choice(bases)
        system = named or lrkit.from_config(config, budget=budget or None).system
        broken = mutated(config, r)
        found = in_time(broken, r.choice([system, system, None]), r.choice([budget, budget, "", "updates=50 batch=4"]))
        kind = f"{system}: {''.join('#' if c.isdigit() else c for c in found)[:70]}"
        if found and kind not in seen:
            seen.add(kind)
            sys.stdout.write(f"{system}: {found}\n    {str(broken)[:700]} {budget}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count:,} configs, {len(seen)} kinds of faults\n")
    return 1 if seen else 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
