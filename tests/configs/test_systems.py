"""What other systems' configs say: rates of the systems themselves, loops written from their sources, public runs."""

from __future__ import annotations

import csv
import json
import math
import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lrkit

HERE = Path(__file__).parent
LOGS = HERE.parent / "runs" / "logs"


def read(config: Any, system: str | None = None, budget: str | None = None) -> lrkit.Configured:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return lrkit.from_config(config, system, budget)


@pytest.mark.parametrize("system", ["mmengine", "paddle", "detectron2", "fairseq", "composer"])
def test_a_config_gives_the_rates_that_the_system_itself_gave(system: str) -> None:
    """60 random configs each, run by tests/tools/record_configs.py with the version that the file names."""
    recorded = json.loads((HERE / "recorded" / f"{system}.json").read_text(encoding="utf-8"))
    assert len(recorded["runs"]) == 60
    for run in recorded["runs"]:
        found = read(run["config"], system, run.get("budget")).schedule(np.array(run["steps"]))
        peak = max(map(abs, run["rates"]))
        np.testing.assert_allclose(found, run["rates"], rtol=0, atol=1e-12 * peak, err_msg=str(run["config"]))


# Ultralytics: the loops of its versions, as their trainers have them


def trained(args: dict[str, Any], batches: int, *, late: bool, least: int, inclusive: bool) -> dict[str, list[float]]:
    """The loop of ultralytics/engine/trainer.py, and that of YOLOv5's train.py: stepped at an epoch's start or end."""
    epochs, base, lrf = args["epochs"], args["lr0"], args["lrf"]

    def level(epoch: int) -> float:
        if args["cos_lr"]:
            return float(((1 - math.cos(epoch * math.pi / epochs)) / 2) * (lrf - 1) + 1)
        return float(max(1 - epoch / epochs, 0) * (1 - lrf) + lrf)

    warm = max(round((args["warmup_epochs"] if least else min(args["warmup_epochs"], epochs - 1)) * batches), least)
    found: dict[str, list[float]] = {"weights": [], "bias": [], "momentum": []}
    rates, momentum, last = {"weights": base, "bias": base}, args["momentum"], -1
    for epoch in range(epochs):
        if not late:
            last += 1
            rates = dict.fromkeys(rates, base * level(last))
        for batch in range(epoch * batches, (epoch + 1) * batches):
            if batch < warm or (inclusive and batch == warm):
                for group in rates:
                    first = args["warmup_bias_lr"] if group == "bias" else 0.0
                    rates[group] = float(np.interp(batch, [0, warm], [first, base * level(epoch)]))
                momentum = float(np.interp(batch, [0, warm], [args["warmup_momentum"], args["momentum"]]))
            for group, rate in (rates | {"momentum": momentum}).items():
                found[group].append(rate)
        if late:
            last += 1
            rates = dict.fromkeys(rates, base * level(last))
    return found


RULES = {
    "yolov5": ({}, {"late": True, "least": 100, "inclusive": True}),
    "ultralytics": ({"time": None}, {"late": False, "least": 100, "inclusive": True}),
    "ultralytics today": ({"time": None, "channels_last": None}, {"late": False, "least": 0, "inclusive": False}),
}


@pytest.mark.parametrize("rule", RULES)
def test_ultralytics_groups_are_those_of_its_loop(rule: str) -> None:
    keys, options = RULES[rule]
    r = random.Random(5)
    for _ in range(50):
        args = {
            "epochs": r.randint(2, 30), "lr0": r.choice([0.01, 0.1]), "lrf": r.choice([0.01, 0.2, 1.0]),
            "cos_lr": r.random() < 0.5, "warmup_epochs": r.choice([1, 2.5, 3.0]), "momentum": 0.937,
            "warmup_bias_lr": r.choice([0.0, 0.1]), "warmup_momentum": 0.8, "optimizer": "SGD",
        } | keys  # fmt: skip
        batches = r.randint(1, 60)
        found = read(args, None, f"batches={batches}")
        assert found.system == rule.partition(" ")[0]
        for group, rates in trained(args, batches, **options).items():
            ours = found[group](np.arange(len(rates)))
            np.testing.assert_allclose(
                ours, rates, rtol=0, atol=1e-12 * max(rates), err_msg=f"{group} {args} {batches}"
            )


def test_what_ultralytics_needs_is_asked_for() -> None:
    args = {"lr0": 0.01, "lrf": 0.01, "warmup_bias_lr": 0.1, "time": None, "epochs": 3, "optimizer": "SGD"}
    with pytest.raises(ValueError, match=r"warms up in batches.*budget='batches=…' \(Budget.batches\)"):
        read(args)
    with pytest.raises(ValueError, match=r"optimizer: auto replaces lr0.*write nc"):
        read(args | {"optimizer": "auto"}, None, "batches=10")
    chosen = read(args | {"optimizer": "auto", "nc": 80, "epochs": 10}, None, "batches=100")
    assert chosen["weights"](999) == pytest.approx(0.000119 * (1 - 0.9 * 0.99), rel=1e-12)


def test_the_final_rate_is_never_reached_and_that_is_said() -> None:
    args = {"lr0": 0.01, "lrf": 0.01, "warmup_bias_lr": 0.1, "epochs": 25, "optimizer": "SGD"}
    with pytest.warns(UserWarning, match="lrf is never reached: the last epoch has 0.000892, not 0.0001"):
        lrkit.from_config(args, budget="batches=55")


# Public runs

WINDOWS = [
    {"type": "LinearLR", "start_factor": 1e-5, "by_epoch": False, "begin": 0, "end": 20},
    {"type": "CosineAnnealingLR", "eta_min": 0.0002, "begin": 150, "end": 300, "T_max": 150, "by_epoch": True,
     "convert_to_iter_based": True},
]  # fmt: skip
SOLVER = {"BASE_LR": 0.001, "STEPS": [1000, 1500], "GAMMA": 0.05, "WARMUP_FACTOR": 0.001, "WARMUP_ITERS": 1000}
YOLO = {"epochs": 25, "lr0": 0.01, "lrf": 0.01, "warmup_epochs": 3.0, "warmup_bias_lr": 0.1, "optimizer": "SGD"}
RUNS: list[tuple[str, Any, str, str, str, tuple[int, int], float]] = [
    ("mmengine_linear_warmup.csv", {"optim_wrapper": {"optimizer": {"lr": 0.004}}, "param_scheduler": WINDOWS},
     "batches=30", "lr", "lr", (1, -1), 1e-12),
    ("detectron2_multistep_warmup.csv", {"SOLVER": SOLVER | {"MAX_ITER": 1500}}, "", "lr", "lr", (1, 0), 1e-12),
    ("ultralytics_v8_linear.csv", YOLO, "batches=55", "bias", "lr/pg0", (55, 54), 1e-5),
    ("ultralytics_v8_linear.csv", YOLO, "batches=55", "weights", "lr/pg1", (55, 54), 1e-5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "config", "budget", "group", "column", "clock", "digits"), RUNS)
def test_the_plan_equals_the_log(
    name: str, config: Any, budget: str, group: str, column: str, clock: tuple[int, int], digits: float
) -> None:
    """Every row of a public run, to the digits that were printed."""
    rows = list(csv.DictReader((LOGS / name).read_text(encoding="utf-8").splitlines()))
    logged = np.array([float(row[column]) for row in rows])
    steps = np.array([int(next(iter(row.values()))) * clock[0] + clock[1] for row in rows])
    planned = read(config, None, budget or None)[group](steps)
    np.testing.assert_allclose(planned, logged, rtol=0, atol=digits * logged.max())


# The trainers in JAX, by their formulas in plain Python


def t5x(c: dict[str, Any], t: int) -> float:
    rate, warm, step = 1.0, c["warmup_steps"], max(0, t - c["step_offset"])
    for name in c["factors"].split(" * "):
        if name == "constant":
            rate *= c["base_learning_rate"]
        elif name == "linear_warmup":
            rate *= min(1.0, step / warm)
        elif name == "rsqrt_decay":
            rate /= math.sqrt(max(step, warm))
        elif name == "linear_decay":
            rate *= c["base_learning_rate"] * min(step / warm, 1.0 + c["decay_factor"] * (warm - step))
        elif name == "decay_every":
            rate *= c["decay_factor"] ** (step // c["steps_per_decay"])
        else:
            progress = max(0.0, (step - warm) / c["steps_per_cycle"])
            rate *= max(0.0, 0.5 * (1 + math.cos(math.pi * (progress % 1.0))))
    return max(rate, 1e-8)


def big_vision(c: dict[str, Any], t: int) -> float:
    s, total = c["schedule"], c["total_steps"]
    warm, rate = s["warmup_steps"], c["lr"]
    progress = min(max((t - warm) / (total - warm), 0.0), 1.0)
    if s["decay_type"] == "cosine":
        rate *= 0.5 * (1 + math.cos(math.pi * progress))
    elif s["decay_type"] == "linear":
        rate *= 1 - progress
    else:
        rate /= math.sqrt(1 + (max(t, warm) - warm) / 10_000)
    return rate * min(1.0, t / warm)


def maxtext(c: dict[str, Any], t: int) -> float:
    rate, total = c["learning_rate"], c["learning_rate_schedule_steps"]
    warm = int(total * c["warmup_steps_fraction"])
    if t < warm:
        return float(rate * t / warm)
    a = 0.5 * (math.cos(math.pi * (t - warm) / (total - warm)) + 1)
    return float(rate * a + rate * c["cosine_learning_rate_final_fraction"] * (1 - a)) if t < total else 0.0


def levanter(c: dict[str, Any], t: int) -> float:
    o, total = c["optimizer"], c["trainer"]["num_train_steps"]
    warm, low = int(o["warmup"] * total), o["learning_rate"] * o["min_lr_ratio"]
    if t < warm:
        return float(o["learning_rate"] * t / warm)
    p = min((t - warm) / (total - warm), 1.0)
    if o["lr_schedule"] == "cosine":
        return float(low + (o["learning_rate"] - low) * 0.5 * (1 + math.cos(math.pi * p)))
    return float(o["learning_rate"] + (low - o["learning_rate"]) * p)


def scenic(c: dict[str, Any], t: int) -> float:
    rate = c["base_learning_rate"] * min(1.0, t / c["warmup_steps"])
    if "rsqrt" in c["factors"]:
        warm = c["warmup_steps"]
        return rate * (math.sqrt(1e4) / math.sqrt(t + 1e4 - warm) if warm < t else 1.0)
    if "piecewise" in c["factors"]:
        return float(rate * [1.0, *c["decay_factors"]][sum(event < t for event in c["decay_events"])])
    cycle = c["total_steps"] - int(c["warmup_steps"])
    progress = max(0.0, t - c["warmup_steps"]) / cycle % 1.0
    return float(rate * 0.5 * (1 + math.cos(math.pi * progress)))


def of_jax(r: random.Random) -> dict[str, dict[str, Any]]:
    warm, total = r.randint(1, 20), r.randint(30, 90)
    factors = r.choice(["rsqrt_decay", "decay_every", "cosine_decay"])
    return {
        "t5x": {
            "factors": r.choice([f"constant * linear_warmup * {factors}", "linear_decay"]), "warmup_steps": warm,
            "base_learning_rate": 0.5, "decay_factor": 0.05, "steps_per_decay": 7, "steps_per_cycle": total,
            "step_offset": r.choice([0, 5]),
        },
        "big_vision": {
            "lr": 0.1, "total_steps": total,
            "schedule": {"warmup_steps": warm, "decay_type": r.choice(["cosine", "linear", "rsqrt"])},
        },
        "maxtext": {
            "learning_rate": 3e-4, "learning_rate_schedule_steps": total, "steps": 2 * total,
            "warmup_steps_fraction": r.choice([0.1, 0.3]), "cosine_learning_rate_final_fraction": 0.1,
        },
        "levanter": {
            "trainer": {"num_train_steps": total},
            "optimizer": {"learning_rate": 1e-3, "min_lr_ratio": 0.1, "warmup": r.choice([0.1, 0.3]),
                          "lr_schedule": r.choice(["cosine", "linear"])},
        },
        "scenic": {
            "learning_rate_schedule": "compound", "base_learning_rate": 0.1, "warmup_steps": warm,
            "factors": f"constant*linear_warmup*{r.choice(['cosine_decay', 'rsqrt_decay', 'piecewise_constant'])}",
            "total_steps": total, "steps_per_cycle": total, "decay_events": [25, 40], "decay_factors": [0.5, 0.1],
        },
    }  # fmt: skip


@pytest.mark.parametrize("formula", [t5x, big_vision, maxtext, levanter, scenic])
def test_the_trainers_in_jax_by_their_formulas(formula: Any) -> None:
    r = random.Random(11)
    for _ in range(50):
        config = of_jax(r)[formula.__name__]
        found = read(config)
        assert found.system == formula.__name__
        expected = [formula(config, t) for t in range(100)]
        ours = found.schedule(np.arange(100))
        np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12 * max(expected), err_msg=str(config))


# The way back, and live schedulers

WRITTEN = {
    "mmengine": lrkit.PiecewiseLinearLR((0, 9), (0.01, 0.1)).then(lrkit.CosineDecayLR(0.001, 0.1, 90), 10),
    "paddle": lrkit.PolynomialDecayLR(0.1, 0.0, 90, 0.9).warmup(10),
    "maxtext": lrkit.WarmUpLR(3e-4, 10).then(lrkit.CosineDecayLR(3e-5, 3e-4, 90), 10).then(lrkit.ConstantLR(0.0), 100),
}


@pytest.mark.parametrize("system", WRITTEN)
def test_what_is_written_is_read_as_the_same_rates(system: Any) -> None:
    schedule = WRITTEN[system]
    found = read(lrkit.as_source(schedule, system), system).schedule
    steps = np.arange(300)
    np.testing.assert_allclose(found(steps), schedule(steps), rtol=0, atol=1e-12 * schedule(10))


def test_ignites_live_schedulers_give_what_they_write() -> None:
    torch, handlers = pytest.importorskip("torch"), pytest.importorskip("ignite.handlers")
    param = pytest.importorskip("ignite.handlers.param_scheduler")

    def made(kind: int) -> Any:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        wave = {"start_value": 0.0, "end_value": 0.1, "cycle_size": 10}
        if kind == 0:
            return handlers.LinearCyclicalScheduler(optimizer, "lr", **wave, cycle_mult=2.0)
        if kind == 1:
            return handlers.CosineAnnealingScheduler(optimizer, "lr", **wave, start_value_mult=0.5, end_value_mult=0.5)
        if kind == 2:
            return handlers.PiecewiseLinear(optimizer, "lr", milestones_values=[(3, 0.1), (9, 0.5), (20, 0.0)])
        return param.create_lr_scheduler_with_warmup(torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9), 0.0, 5)

    for kind in range(4):
        scheduler = made(kind)
        [schedule] = lrkit.from_ignite(scheduler)
        written = []
        for _ in range(60):
            scheduler(None)
            written.append(scheduler.optimizer_param_groups[0]["lr"])
        np.testing.assert_allclose(schedule(np.arange(60)), written, rtol=0, atol=1e-13)
