"""Random configs of each training system that is written, with the budget that they are read by."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

import lrkit

Config = dict[str, Any]
Made = tuple[Config, str | None]


class Run(NamedTuple):
    """Numbers that most systems have."""

    r: random.Random
    high: float
    low: float
    warmup: int
    total: int

    def one(self, *choices: Any) -> Any:
        """One of the choices."""
        return self.r.choice(choices)


def run_of(r: random.Random) -> Run:
    """A peak, a last rate, a warm-up and a length."""
    high = round(10 ** r.uniform(-4, -1), 6)
    warmup = r.choice([0, 2, 7, 30])
    return Run(r, high, r.choice([0.0, high / 10]), warmup, warmup + r.randint(3, 200))


def hugging_face(n: Run) -> tuple[str, Config]:
    """A name of transformers' schedules, and its own arguments."""
    share = {"min_lr_rate": n.one(0.1, 0.25)}
    rest = n.total - n.warmup
    decay = {"num_decay_steps": n.r.randint(1, rest), "min_lr_ratio": n.one(0.0, 0.1)}
    kinds: dict[str, Config] = {
        "linear": {}, "cosine": {}, "cosine_with_restarts": {"num_cycles": n.one(1, 2, 3)},
        "polynomial": {"lr_end": n.high / 100, "power": n.one(1.0, 2.0)}, "constant": {}, "constant_with_warmup": {},
        "inverse_sqrt": {}, "cosine_with_min_lr": share, "cosine_warmup_with_min_lr": share,
        "warmup_stable_decay": {**decay, "decay_type": n.one("linear", "cosine", "1-sqrt")},
    }  # fmt: skip
    name = n.one(*kinds)
    return name, kinds[name]


def trainer(n: Run) -> Made:
    name, options = hugging_face(n)
    config = {"learning_rate": n.high, "lr_scheduler_type": name, "warmup_steps": n.warmup, "max_steps": n.total}
    return config | {"lr_scheduler_kwargs": options}, None


def accelerate(n: Run) -> Made:
    name = n.one("linear", "cosine", "cosine_with_restarts", "polynomial", "constant", "constant_with_warmup")
    cycles = n.one(1, 2) if name == "cosine_with_restarts" else None
    config = {"learning_rate": n.high, "lr_scheduler": name, "lr_warmup_steps": n.warmup, "max_train_steps": n.total}
    return config | {"lr_num_cycles": cycles}, None


def axolotl(n: Run) -> Made:
    own: Config = {"cosine_min_lr_ratio": n.one(0.1, 0.2), "cosine_constant_lr_ratio": n.one(None, 0.8)}
    kinds = {
        "cosine": n.one({}, own, own | {"lr_quadratic_warmup": True}),
        "rex": {},
        "log_sweep": {},
        "linear": {},
        "one_cycle": {},
    }
    name = n.one(*kinds)
    sizes = {"warmup_steps": n.warmup, "max_steps": n.total + 50}
    jagged: Config = {"jagged_restart_steps": n.r.randint(13, 60)} if n.one(True, False) else {}
    if jagged:
        jagged |= {"jagged_restart_warmup_steps": n.one(None, 1, 3, 12), "jagged_restart_anneal_steps": n.one(None, 4)}
    return {"base_model": "x", "learning_rate": n.high, "lr_scheduler": name, **sizes, **kinds[name], **jagged}, None


def deepspeed(n: Run) -> Made:
    steps, shape = max(2, n.warmup), n.one("log", "linear")
    warm = {"warmup_num_steps": steps, "warmup_type": shape}
    top = {"warmup_min_lr": n.one(0.0, n.high / 10), "warmup_max_lr": n.high}
    total = {"total_num_steps": steps + n.total}
    kinds: dict[str, Config] = {
        "WarmupLR": warm | top, "WarmupDecayLR": warm | top | total,
        "WarmupCosineLR": warm | total | {"warmup_min_ratio": n.one(0.0, 0.1), "cos_min_ratio": n.one(0.0, 0.1)},
        "LRRangeTest": {"lr_range_test_min_lr": n.high, "lr_range_test_step_size": n.one(10, 100),
                        "lr_range_test_step_rate": n.one(1.0, 5.0), "lr_range_test_staircase": n.one(True, False)},
        "OneCycle": {"cycle_min_lr": n.high / 10, "cycle_max_lr": n.high, "cycle_first_step_size": n.total,
                     "cycle_second_step_size": n.one(None, n.total + 10), "decay_lr_rate": n.one(0.0, 0.1),
                     "decay_step_size": n.one(0, 20), "cycle_momentum": False,
                     "cycle_first_stair_count": n.one(0, 0, 3)},
    }  # fmt: skip
    kind = n.one(*kinds)
    optimizer = {"type": "AdamW", "params": {"lr": n.high}}
    return {"optimizer": optimizer, "scheduler": {"type": kind, "params": kinds[kind]}}, None


def megatron(n: Run) -> Made:
    style = n.one("constant", "linear", "cosine", "inverse-square-root", "WSD")
    config: Config = {
        "lr": n.high, "min_lr": n.low, "train_iters": n.total, "lr_warmup_iters": max(1, n.warmup),
        "lr_decay_style": style, "lr_warmup_init": n.one(0.0, 0.0, n.high / 20),
    }  # fmt: skip
    if style == "WSD":
        tail = n.one("linear", "cosine", "exponential", "minus_sqrt")
        config |= {"lr_wsd_decay_iters": n.r.randint(1, n.total - n.warmup - 1), "lr_wsd_decay_style": tail}
    return config, None


def mmengine(n: Run) -> Made:
    items: list[Config] = []
    if n.warmup:
        warm = {"start_factor": n.one(0.1, 0.001), "by_epoch": False, "begin": 0, "end": n.warmup}
        items.append({"type": "LinearLR", **warm})
    window = {"by_epoch": False, "begin": n.warmup, "end": n.total}
    size = n.total - n.warmup
    kinds: dict[str, Config] = {
        "CosineAnnealingLR": {"eta_min": n.low, "T_max": n.one(size, size - 1)},
        "PolyLR": {"power": 0.9, "eta_min": n.low},
        "MultiStepLR": {"milestones": sorted(n.r.sample(range(1, size + 1), 2)), "gamma": 0.1},
        "StepLR": {"step_size": max(1, size // 3), "gamma": 0.5}, "ExponentialLR": {"gamma": 0.99},
        "LinearLR": {"start_factor": 1.0, "end_factor": 0.1},
    }  # fmt: skip
    kind = n.one(*kinds)
    items.append({"type": kind, **window, **kinds[kind]})
    return {"optim_wrapper": {"optimizer": {"type": "SGD", "lr": n.high}}, "param_scheduler": items}, None


def _solver(n: Run) -> Config:
    steps = sorted(n.r.sample(range(max(1, n.warmup), n.total), 2))
    return {
        "BASE_LR": n.high, "MAX_ITER": n.total, "STEPS": steps, "GAMMA": n.one(0.1, 0.5), "WARMUP_ITERS": n.warmup,
        "WARMUP_FACTOR": n.one(0.001, 0.1),
        "LR_SCHEDULER_NAME": n.one("WarmupMultiStepLR", "WarmupCosineLR", "WarmupStepWithFixedGammaLR"),
    }  # fmt: skip


def detectron2(n: Run) -> Made:
    return {"SOLVER": _solver(n) | {"BASE_LR_END": n.low}}, None


def detectron2_before_fvcore(n: Run) -> Made:
    return {"SOLVER": _solver(n)}, None


def paddle(n: Run) -> Made:
    base = {"learning_rate": n.high}
    cuts = sorted(n.r.sample(range(1, 300), 3))
    kinds: dict[str, Config] = {
        "NoamDecay": {"d_model": 64, "warmup_steps": n.warmup or 5, **base},
        "PiecewiseDecay": {"boundaries": cuts, "values": [n.high, n.high / 2, n.high / 9, n.high / 50]},
        "NaturalExpDecay": {"gamma": 0.1, **base}, "InverseTimeDecay": {"gamma": 0.5, **base},
        "ExponentialDecay": {"gamma": 0.9, **base},
        "PolynomialDecay": {"decay_steps": n.total, "power": n.one(1.0, 0.9), "cycle": n.one(True, False), **base},
        "MultiStepDecay": {"milestones": cuts, "gamma": n.one(0.1, 0.5), **base},
        "StepDecay": {"step_size": n.total, "gamma": 0.5, **base},
        "CosineAnnealingDecay": {"T_max": n.total, "eta_min": n.low, **base},
        "CosineAnnealingWarmRestarts": {"T_0": n.total, "T_mult": n.one(1, 2), "eta_min": n.low, **base},
        "LinearLR": {"total_steps": n.total, "start_factor": 0.1, "end_factor": n.one(1.0, 0.5), **base},
        "CyclicLR": {"base_learning_rate": n.high / 10, "max_learning_rate": n.high, "step_size_up": n.total,
                     "step_size_down": n.one(None, 7), "mode": n.one("triangular", "triangular2", "exp_range"),
                     "exp_gamma": 0.99},
        "OneCycleLR": {"max_learning_rate": n.high, "total_steps": n.total, "three_phase": n.one(True, False),
                       "anneal_strategy": n.one("cos", "linear")},
    }  # fmt: skip
    kind = n.one(*kinds)
    options: Config = {"type": kind, **kinds[kind]}
    if n.warmup and kind not in ("NoamDecay", "OneCycleLR", "CyclicLR"):
        warm = {"warmup_steps": n.warmup, "start_lr": n.one(0.0, n.high / 9), "end_lr": n.high}
        options = {"type": "LinearWarmup", "learning_rate": options, **warm}
    return {"lr_scheduler": options}, None


def fairseq(n: Run) -> Made:
    warm = {"warmup_updates": n.warmup}
    start = {"warmup_init_lr": n.one(-1, n.high / 50)}
    kinds: dict[str, Config] = {
        "inverse_sqrt": {"warmup_updates": n.warmup or 4, **start},
        "polynomial_decay": {**warm, "total_num_update": n.total, "power": n.one(1.0, 2.0), "end_learning_rate": n.low},
        "cosine": {**warm, **start, "min_lr": n.low, "lr_period_updates": n.one(-1, 25), "max_update": n.total,
                   "lr_shrink": n.one(0.1, 0.5, 1.0), "t_mult": n.one(1, 2)},
        "tri_stage": {"warmup_steps": n.warmup, "hold_steps": n.one(0, 9), "decay_steps": n.total},
        "triangular": {"max_lr": 5 * n.high, "lr_period_updates": 2 * n.total, "lr_shrink": n.one(0.5, 1.0),
                       "shrink_min": n.one(True, False)},
        "step": {**warm, "min_lr": n.low, "lr_deacy_period": n.total, "lr_decay": 0.5},
        "fixed": warm,
    }  # fmt: skip
    kind = n.one(*kinds)
    return {"lr_scheduler": kind, "lr": n.high, **kinds[kind]}, None


def composer(n: Run) -> Made:
    last = {"alpha_f": n.one(0.0, 0.1)}
    warm = {"t_warmup": f"{n.warmup}ba"}
    half = {"milestones": [f"{n.warmup + 2}ba", "0.9dur"], "gamma": 0.5}
    kinds: dict[str, Config] = {
        "constant": {}, "linear": last, "cosine_annealing": last, "polynomial": {"power": 2.0, **last},
        "exponential": {"gamma": 0.9, "decay_period": "7ba"}, "step": {"step_size": "11ba", "gamma": 0.5},
        "multistep": half, "multistep_with_warmup": warm | half, "constant_with_warmup": warm,
        "linear_decay_with_warmup": warm | last, "cosine_annealing_with_warmup": warm | last,
        "polynomial_with_warmup": {**warm, **last, "power": n.one(1.0, 2.0)},
        "inv_sqrt_with_warmup": {**warm, "t_scale": "20ba", "t_cooldown": f"{n.one(0, 5)}ba", "alpha_f_cooldown": 0.0},
        "cosine_annealing_warm_restarts": {"t_0": "9ba", "t_mult": n.one(1.0, 2.0), **last},
    }  # fmt: skip
    kind = n.one(*kinds)
    config = {"optimizer": {"lr": n.high}, "max_duration": f"{n.total + 9}ba"}
    return config | {"scheduler": {"name": kind, **kinds[kind]}}, None


def levanter(n: Run) -> Made:
    parts = {"warmup": n.warmup, "stable": n.one(0, 2), "cooldown": 0}
    if n.one(True, False, False):
        parts = {"warmup": n.warmup, "rewarmup": n.one(0, 3), "cycles": n.one(2, 3)}
    kind = n.one("constant", "cosine", "linear", "inv_sqrt", "inv") if "stable" in parts else n.one("cosine", "linear")
    if kind == "inv":
        parts["stable"] = 2
    ratio = 0.1 if kind == "inv" else n.one(0.0, 0.1)
    optimizer = {"learning_rate": n.high, "min_lr_ratio": ratio, "lr_schedule": kind, **parts}
    return {"trainer": {"num_train_steps": 3 * n.total}, "optimizer": optimizer}, None


def maxtext(n: Run) -> Made:
    config = {"learning_rate": n.high, "learning_rate_schedule_steps": n.total, "steps": n.total}
    return config | {"warmup_steps_fraction": 0.1, "cosine_learning_rate_final_fraction": n.one(0.0, 0.1)}, None


def scenic(n: Run) -> Made:
    warm = max(1, n.warmup)
    factors = n.one("", "*cosine_decay", "*rsqrt_decay", "*piecewise_constant", "*linear_decay")
    end = {"end_learning_rate": n.low} if factors == "*linear_decay" else {}
    return {
        "learning_rate_schedule": "compound", "factors": f"constant*linear_warmup{factors}", **end,
        "base_learning_rate": n.high, "warmup_steps": warm, "total_steps": n.total, "steps_per_cycle": n.total,
        "decay_events": [warm + 5, warm + 40], "decay_factors": [0.5, 0.1], "warmup_alpha": n.one(0.0, 0.1),
    }, None  # fmt: skip


def t5x(n: Run) -> Made:
    after = n.one("", " * rsqrt_decay", " * rsqrt_normalized_decay", " * decay_every", " * cosine_decay")
    factors = n.one(f"constant * linear_warmup{after}", "linear_decay", "constant * decay_every")
    return {
        "factors": factors, "base_learning_rate": n.high, "warmup_steps": max(2, n.warmup), "decay_factor": 0.05,
        "steps_per_decay": n.total, "steps_per_cycle": n.total, "min_learning_rate": n.one(0.0, 1e-8),
        "step_offset": n.one(0, 0, 5),
    }, None  # fmt: skip


def big_vision(n: Run) -> Made:
    kinds: dict[str, Config] = {
        "cosine": {}, "linear": {"linear_end": n.low}, "polynomial": {"power": 2.0, "end": n.low},
        "rsqrt": {"timescale": n.one(100, 10_000)}, "stair": {"steps": [n.warmup + 3, n.total], "mults": [0.5, 0.1]},
    }  # fmt: skip
    kind = n.one(*kinds)
    schedule = {"warmup_steps": n.warmup, "decay_type": kind, **kinds[kind]}
    return {"lr": n.high, "total_steps": n.total, "schedule": schedule}, None


def easylm(n: Run) -> Made:
    ends = {"lr": n.high, "end_lr": n.low, "init_lr": n.one(0.0, n.high / 10)}
    kinds = {
        "adamw_optimizer": ends | {"lr_warmup_steps": n.warmup, "lr_decay_steps": n.total},
        "palm_optimizer": {"lr": n.high, "lr_warmup_steps": n.warmup},
    }
    kind = n.one(*kinds)
    return {f"optimizer.{kind}.{key}": value for key, value in kinds[kind].items()}, None


def fastai(n: Run) -> Made:
    own: dict[str, Config] = {
        "fit_one_cycle": {"n_epoch": 3, "lr_max": n.high, "pct_start": n.one(0.25, 0.3)},
        "fit_flat_cos": {"n_epoch": 3, "lr": n.high, "pct_start": n.one(0.75, 0.0)},
        "fit_sgdr": {"n_cycles": n.one(1, 2, 3), "cycle_len": 1, "lr_max": n.high, "cycle_mult": 2},
        "fit": {"n_epoch": 2, "lr": n.high},
    }
    name = n.one(*own)
    return {name: own[name]}, f"batches={n.total}"


def ignite(n: Run) -> Made:
    ends = {"start_value": n.high, "end_value": n.low, "cycle_size": n.total}
    points = [[0, 0.0], [n.warmup + 1, n.high], [n.total + 2, n.low]]
    kinds: dict[str, Config] = {
        "PiecewiseLinear": {"milestones_values": points},
        "LinearCyclicalScheduler": {**ends, "monotonic": n.one(True, False)},
        "CosineAnnealingScheduler": {**ends, "cycle_mult": n.one(1.0, 2.0)},
    }  # fmt: skip
    kind = n.one(*kinds)
    return {kind: {"param_name": "lr", **kinds[kind]}}, None


def nemo(n: Run) -> Made:
    name = n.one(
        "CosineAnnealing", "SquareAnnealing", "PolynomialDecayAnnealing", "NoamAnnealing", "WarmupPolicy",
        "SquareRootAnnealing", "NoamHoldAnnealing", "WarmupHoldAnnealLinear", "WarmupHoldAnnealOneMinusSquareRoot",
        "WarmupAnnealing", "InverseSquareRootAnnealing", "PolynomialHoldDecayAnnealing",
    )  # fmt: skip
    sched = {
        "name": name,
        "warmup_steps": n.warmup or 3,
        "min_lr": n.low / 100,
        "max_steps": n.total + 9,
        "d_model": 64,
    }
    own = {"constant_steps": n.one(0, 4)} if name == "CosineAnnealing" else {}
    own |= {"hold_steps": 2} if "Hold" in name else {}
    return {"optim": {"lr": n.high, "sched": sched | own}}, None


def torchtune(n: Run) -> Made:
    scheduler = {"_component_": "torchtune.training.get_cosine_schedule_with_warmup", "num_warmup_steps": n.warmup}
    config = {"optimizer": {"_component_": "torch.optim.AdamW", "lr": n.high}, "lr_scheduler": scheduler}
    return config | {"epochs": 2, "gradient_accumulation_steps": 2, "batch_size": 4}, f"batches={2 * n.total}"


def torchtitan(n: Run) -> Made:
    shape = {"decay_type": n.one("linear", "sqrt", "cosine"), "min_lr_factor": n.one(0.0, 0.1)}
    scheduler = {"warmup_steps": n.warmup, "decay_ratio": n.one(None, 0.2, 0.5), **shape}
    return {"optimizer": {"lr": n.high}, "lr_scheduler": scheduler, "training": {"steps": n.total + 9}}, None


def nanogpt(n: Run) -> Made:
    run = {"warmup_iters": n.warmup, "lr_decay_iters": n.total, "max_iters": n.total}
    return {"learning_rate": n.high, "min_lr": n.low, "decay_lr": n.one(True, True, False), **run}, None


def llm_c(n: Run) -> Made:
    kind = n.one("cosine", "linear", "constant", "wsd")
    return {"l": n.high, "u": min(n.warmup, n.total // 2), "q": n.one(0.0, 0.1), "k": kind, "x": n.total}, None


def build_nanogpt(n: Run) -> Made:
    return {"max_lr": n.high, "min_lr": n.low, "warmup_steps": n.warmup, "max_steps": n.total}, None


def litgpt(n: Run) -> Made:
    if n.warmup and n.one(True, False, False):
        train = {"epochs": 2, "max_steps": n.total, "lr_warmup_steps": n.warmup}
        return {"checkpoint_dir": "x", "train": train, "optimizer": {"init_args": {"lr": n.high}}}, None
    size = n.one(1, 1, 4)
    train = {"global_batch_size": size, "micro_batch_size": 1, "max_steps": n.total, "lr_warmup_steps": n.warmup}
    return {"train": train | {"min_lr": n.low}, "optimizer": {"init_args": {"lr": n.high}}}, None


def nanochat(n: Run) -> Made:
    run = {"num_iterations": n.total + 9, "warmup_steps": n.warmup, "warmdown_ratio": n.one(0.0, 0.2)}
    return {"matrix_lr": n.high, **run, "final_lr_frac": n.one(0.0, 0.1)}, None


def ultralytics(n: Run) -> Made:
    run = {"epochs": n.r.randint(3, 30), "lr0": n.high, "lrf": n.one(0.01, 0.1), "cos_lr": n.one(True, False)}
    warm = {"warmup_epochs": n.one(0.0, 1.0, 2.5), "warmup_bias_lr": 0.0, "momentum": 0.937, "optimizer": "SGD"}
    return run | warm | n.one({"time": None}, {"time": None, "channels_last": False}), f"batches={n.r.randint(2, 60)}"


def yolov5(n: Run) -> Made:
    config, budget = ultralytics(n)
    return {key: value for key, value in config.items() if key not in ("time", "channels_last")}, budget


MAKERS: dict[str, Callable[[Run], Made]] = {
    maker.__name__: maker
    for maker in (
        ultralytics, yolov5, mmengine, detectron2_before_fvcore, detectron2, paddle, fairseq, composer, levanter,
        maxtext, scenic, t5x, big_vision, easylm, fastai, ignite, deepspeed, megatron, nemo, torchtune, torchtitan,
        axolotl, nanochat, litgpt, nanogpt, accelerate, trainer,
    )
} | {"llm.c": llm_c, "build-nanogpt": build_nanogpt}  # fmt: skip


def random_config(system: str, r: random.Random) -> Made:
    """A config of a system, without what is None."""
    config, budget = MAKERS[system](run_of(r))
    return {key: value for key, value in config.items() if value is not None or key == "time"}, budget


def read_again(text: str, name: str) -> lrkit.LearningRateSchedule:
    """The schedule of what was written, with the budget that its first line states."""
    first, _, rest = text.partition("\n")
    if first.startswith("# To be read with budget="):
        budget = first.partition("budget='")[2].rstrip("'.")
        return next(iter(lrkit.from_config(rest, name, budget).rates.values()))
    return next(iter(lrkit.from_config(text, name).rates.values()))
