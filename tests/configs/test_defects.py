"""What training systems do otherwise than their readers expect: told where a config is read, and on the pages.

The list is that of the systems' own sources and issues: each row has a config that meets the defect.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import lrkit
from lrkit.interop._errors import DepartureWarning

PAGES = Path(__file__).parents[2] / "docs" / "coming-from"
ADAM = {"optimizer": {"type": "AdamW", "params": {"lr": 1e-3}}}
MEGATRON = {"lr": 1e-3, "min_lr": 1e-5, "lr_decay_style": "linear", "train_iters": 100, "lr_warmup_iters": 10}
GROWING = {"weight_decay_incr_style": "linear", "start_weight_decay": 0.0, "end_weight_decay": 0.1}
COMPOSER = {"optimizer": {"lr": 0.1}, "max_duration": "100ba", "scale_schedule_ratio": 0.5}
CYCLES = {"LinearCyclicalScheduler": {"start_value": 0.1, "end_value": 0.0, "cycle_size": 10}}
GPT = {"learning_rate": 6e-4, "max_iters": 100, "lr_decay_iters": 100, "warmup_iters": 10, "min_lr": 6e-5}
AXOLOTL = {"base_model": "m", "micro_batch_size": 1, "learning_rate": 1e-3, "max_steps": 100, "warmup_steps": 10}
T5X = {"factors": "constant * linear_warmup * cosine_decay", "base_learning_rate": 0.1}
SCENIC = {"base_learning_rate": 0.1, "learning_rate_schedule": "compound", "total_steps": 90, "decay_events": [30]}
ONE_CYCLE = {"type": "OneCycle", "params": {"cycle_min_lr": 0.01, "cycle_max_lr": 0.1}}
YOLO = {"lr0": 0.01, "lrf": 0.01, "warmup_bias_lr": 0.1, "epochs": 20, "optimizer": "SGD", "warmup_epochs": 3.0}
ULTRALYTICS = YOLO | {"time": None}


def deepspeed(kind: str, **params: Any) -> dict[str, Any]:
    return ADAM | {"scheduler": {"type": kind, "params": {"total_num_steps": 100, "warmup_num_steps": 10} | params}}


def mmengine(*schedulers: dict[str, Any], **more: Any) -> dict[str, Any]:
    items = [{"by_epoch": False} | one for one in schedulers]
    return {"optim_wrapper": {"optimizer": {"lr": 0.1}}, "param_scheduler": items, **more}


def paddle(kind: str, **options: Any) -> dict[str, Any]:
    return {"lr_scheduler": {"type": kind, "learning_rate": 0.1, **options}}


def fairseq(kind: str, **options: Any) -> dict[str, Any]:
    return {"lr_scheduler": kind, "lr": [0.1], "max_update": 100, "warmup_updates": 10, **options}


def lightning(name: str, more: dict[str, Any], trainer: dict[str, Any], **init: Any) -> dict[str, Any]:
    scheduler = {"class_path": f"torch.optim.lr_scheduler.{name}", "init_args": init, **more}
    return {"trainer": {"max_epochs": 4} | trainer, "optimizer": {"lr": 0.1}, "lr_scheduler": scheduler}


OVERLAP = ({"type": "LinearLR", "end": 20}, {"type": "CosineAnnealingLR", "begin": 10, "end": 100})
SOLVER = {"BASE_LR": 0.1, "MAX_ITER": 100, "WARMUP_ITERS": 30, "LR_SCHEDULER_NAME": "WarmupCosineLR"}
WSD = {"steps": 100}
SAMPLES = {"global_batch_size": 4, "train_samples": 400, "lr_decay_style": "inverse-square-root", "lr": 1e-3}

DEFECTS: list[tuple[Any, str, str, str, str]] = [  # config, budget, what is told, page, what the page says
    (MEGATRON | GROWING, "", "the weight decay of the settings before", "megatron", "for one update, the value of the"),
    (MEGATRON | GROWING, "", "twice advances the clock twice", "megatron", "twice advances its clock twice"),
    (MEGATRON | {"override_opt_param_scheduler": True}, "", "these arguments take", "megatron", "override_opt_param"),
    (MEGATRON | {"use_checkpoint_opt_param_scheduler": True}, "", "it does not hold", "megatron", "does not hold the"),
    (SAMPLES, "", "jumps to min_lr", "megatron", "**jumps** to `min_lr`"),
    (
        {k: v for k, v in MEGATRON.items() if "warm" not in k} | {"lr_warmup_fraction": 0.015},
        "",
        "between two updates",
        "megatron",
        "is not rounded",
    ),
    (deepspeed("WarmupLR"), "", "both use the first rate", "deepspeed", "**one update late**"),
    (deepspeed("WarmupLR"), "", 'is "log" unless', "deepspeed", "**logarithm** unless"),
    (deepspeed("WarmupLR", warmup_type="square"), "", 'is "log" unless', "deepspeed", "does not know is the logarithm"),
    (deepspeed("WarmupLR", warmup_num_steps=1), "", "is taken as 2", "deepspeed", "below 2 is 2"),
    (deepspeed("WarmupLR", warmup_max_lr=0.1), "", "0.1, is the peak, and not", "deepspeed", "not from the optimizer"),
    (deepspeed("WarmupDecayLR"), "", "DeepSpeed takes 0.001", "deepspeed", "**0.001**"),
    (deepspeed("WarmupCosineLR", warmup_type="linear"), "", "never reaches", "deepspeed", "never reaches it"),
    (
        deepspeed("WarmupCosineLR", warmup_min_ratio=0.1),
        "",
        "ignores warmup_min_ratio",
        "deepspeed",
        "very first update",
    ),
    (ADAM | {"scheduler": ONE_CYCLE}, "", "starts the first beta", "deepspeed", "first beta"),
    (
        mmengine(*OVERLAP),
        "",
        r"overlap, .* 0\.976 of the optimizer's",
        "mmengine",
        "**Windows that overlap multiply.**",
    ),
    (mmengine(OVERLAP[1]), "", "ends a step before eta_min", "mmengine", "ends one step before"),
    (mmengine({"type": "ConstantLR", "end": 10}), "", "one step less", "mmengine", "one step less than its window"),
    (
        mmengine({"type": "LinearLR", "end": 1}),
        "",
        "stays at its start factor",
        "mmengine",
        "stays at its start factor",
    ),
    (
        mmengine({"type": "MultiStepLR", "milestones": [6], "begin": 3}),
        "",
        "from its begin",
        "mmengine",
        "from `begin`",
    ),
    (
        mmengine({"type": "StepLR", "step_size": 3, "by_epoch": True}, train_cfg={"max_iters": 90}),
        "",
        "never stepped",
        "mmengine",
        "**never stepped**",
    ),
    ({"SOLVER": SOLVER}, "", "not at BASE_LR", "mmengine", "two rules of warm-up"),
    (paddle("CosineAnnealingDecay", T_max=10), "", "climbs again", "paddle", "climbs again"),
    (paddle("CosineAnnealingDecay", T_max=10), "", "old|given", "paddle", "keeps its old base"),
    (
        paddle("LinearWarmup", warmup_steps=5, start_lr=0.0, end_lr=0.2),
        "",
        "begins at 0.1",
        "paddle",
        "jumps if `end_lr`",
    ),
    (
        {"lr_scheduler": {"type": "OneCycleLR", "max_learning_rate": 0.1, "total_steps": 10}},
        "",
        "raises after it",
        "paddle",
        "raises one step past",
    ),
    (YOLO, "batches=50", "at the end of an epoch", "ultralytics", "step late"),
    (ULTRALYTICS, "batches=50", "lrf is never reached", "ultralytics", "**`lrf` is never reached**"),
    (ULTRALYTICS, "batches=50", "biases warms down", "ultralytics", "biases warms down"),
    (
        ULTRALYTICS | {"optimizer": "auto", "nc": 80},
        "batches=50",
        "optimizer: auto takes",
        "ultralytics",
        "replaces `lr0`",
    ),
    (lightning("StepLR", {}, {}, step_size=2), "batches=50", "once an epoch", "lightning", "**once an epoch**"),
    (
        lightning("StepLR", {"interval": "step", "frequency": 5}, {}, step_size=2),
        "batches=50",
        "within an epoch",
        "lightning",
        "batches within an epoch",
    ),
    (
        lightning("StepLR", {"interval": "step"}, {"precision": "16-mixed"}, step_size=2),
        "batches=50",
        "skips steps",
        "lightning",
        "**skips**",
    ),
    (
        lightning("OneCycleLR", {}, {}, max_lr=0.1, total_steps=200),
        "batches=50",
        "comes to total_steps only",
        "lightning",
        "only after as many epochs",
    ),
    (
        {"num_processes": 4, "num_training_steps": 100, "num_warmup_steps": 9, "learning_rate": 0.1},
        "",
        "once for each process",
        "trainer",
        "once for each *process*",
    ),
    (
        {"lr_scheduler_type": "cosine", "learning_rate": 0.1, "max_steps": 10},
        "",
        "climbs again",
        "trainer",
        "climbs again",
    ),
    (AXOLOTL | {"lr_scheduler": "rex"}, "", "constant 0.9", "trainer", "d=0.9"),
    (AXOLOTL | {"lr_scheduler": "log_sweep"}, "", "both have the lowest rate", "trainer", "first two updates"),
    (fairseq("cosine"), "", "begins again, 0.1 times", "others", "**begins again** past its end"),
    (fairseq("tri_stage", phase_ratio=[0.25, 0.25, 0.5]), "", "exactly 1", "others", "`phase_ratio` must add up to"),
    (fairseq("step", lr_decay_period=10), "", "does not know lr_decay_period", "others", "lr_deacy_period"),
    (CYCLES, "", "into all groups", "others", "**all groups**"),
    (
        COMPOSER | {"scheduler": {"name": "linear_decay_with_warmup", "t_warmup": "5ba"}},
        "",
        "not shortened",
        "others",
        "not shortened unless",
    ),
    (
        {"fit_one_cycle": {"n_epoch": 5}},
        "batches=10",
        "the final rate is never used",
        "others",
        "final value is never used",
    ),
    (GPT, "", "pull request 578", "others", "request 578"),
    ({"l": 1e-3, "u": 10, "x": 100}, "", "peak is used twice", "others", "**the peak is used twice**"),
    (
        {"lr_scheduler": {"warmup_steps": 5, "decay_ratio": 0.5}, "training": WSD},
        "",
        "one step after",
        "others",
        "virtual",
    ),
    (
        {"lr_scheduler": {"warmup_steps": 60, "decay_ratio": 0.5}, "training": WSD},
        "",
        "longer than the run",
        "others",
        "are cut",
    ),
    (
        {
            "train": {"lr_warmup_steps": 5, "micro_batch_size": 1, "global_batch_size": 4, "max_steps": 50},
            "optimizer": {"init_args": {"lr": 1e-3}},
        },
        "",
        "micro-batches",
        "others",
        "**micro-batches**",
    ),
    (
        {"learning_rate_schedule_steps": 50, "steps": 100, "learning_rate": 0.1},
        "",
        "the rate is 0",
        "others",
        "**rate of 0**",
    ),
    (T5X, "", "begins again", "others", "**begin again** after"),
    (
        SCENIC | {"factors": "constant*piecewise_constant", "decay_factors": [0.1]},
        "",
        "one later than in torch",
        "others",
        "**after** its event",
    ),
]


@pytest.mark.parametrize(("config", "budget", "told", "page", "words"), DEFECTS)
def test_a_defect_is_told_and_on_the_page(config: Any, budget: str, told: str, page: str, words: str) -> None:
    system = "paddle" if page == "paddle" else None  # some of its classes have names of torch's
    with pytest.warns(DepartureWarning, match=told):
        lrkit.from_config(config, system, budget or None)
    assert words in (PAGES / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (mmengine({"type": "LinearLR", "start_factor": 0, "end": 9}), "by which mmengine divides"),
        (fairseq("tri_stage", phase_ratio=[0.7, 0.2, 0.1]), "exactly 1"),
        (COMPOSER | {"scheduler": {"name": "cosine_with_warmup", "t_warmup": "5ba", "t_max": "9ba"}}, "composer stops"),
        (COMPOSER | {"scheduler": {"name": "cosine_with_warmup", "t_warmup": "5tok"}}, "composer stops"),
        (MEGATRON | {"rampup_batch_size": "8 8 80"}, "a batch size that grows needs a run in samples"),
        ({"SOLVER": SOLVER | {"LR_SCHEDULER_NAME": "WarmupMultiStepLR", "STEPS": [100]}}, "which fvcore demands"),
    ],
)
def test_where_a_system_fails_reading_does(config: Any, message: str) -> None:
    system = "detectron2" if "SOLVER" in config else None
    with pytest.raises(ValueError, match=message):
        lrkit.from_config(config, system=system)


def test_without_a_defect_nothing_is_told() -> None:
    plain = deepspeed("WarmupLR", warmup_type="linear", warmup_max_lr=1e-3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        lrkit.from_config(MEGATRON)
        lrkit.from_config(plain)
    assert [str(w.message).count(".") for w in caught] == [1]  # the late update alone
