"""
One sentence, many curves
=========================

"Warm up for 10 steps, then a cosine to 0 at step 100" is written in a line in every framework and in every training
system, and means another curve in most of them: the first update, the step of the peak, the last update, and what
happens after it are conventions.
"""

import warnings

import numpy as np

import lrkit

# %%
# The sentence as training systems have it, a config each, which `lrkit.from_config` reads:

RUN = {"warmup_steps": 10, "max_steps": 100}
SOLVER = {
    "BASE_LR": 1,
    "LR_SCHEDULER_NAME": "WarmupCosineLR",
    "WARMUP_ITERS": 10,
    "WARMUP_FACTOR": 0.1,
    "MAX_ITER": 100,
}
OPTIMIZER = {"optimizer": {"type": "AdamW", "params": {"lr": 1}}}
COSINE = {"total_num_steps": 100, "warmup_num_steps": 10, "cos_min_ratio": 0}
HF = {"learning_rate": 1, "lr_scheduler_type": "cosine", **RUN}
MICRO = {"micro_batch_size": 1, "lr_warmup_steps": 10, "max_steps": 100, "min_lr": 0}
YOLO = {"epochs": 100, "lr0": 1, "lrf": 0, "cos_lr": True, "warmup_epochs": 10, "warmup_bias_lr": 0, "optimizer": "SGD"}
SHARED = {"base_learning_rate": 1, "warmup_steps": 10}
LINE = {"type": "LinearLR", "start_factor": 0.1, "by_epoch": False, "end": 10}
PADDLE = {"type": "CosineAnnealingDecay", "learning_rate": 1, "T_max": 90}

configs = {
    "DeepSpeed, linear": OPTIMIZER | {
        "scheduler": {"type": "WarmupCosineLR", "params": COSINE | {"warmup_type": "linear"}}},
    "DeepSpeed, log": OPTIMIZER | {"scheduler": {"type": "WarmupCosineLR", "params": COSINE}},
    "Megatron-LM": "--lr 1 --lr-decay-style cosine --lr-warmup-iters 10 --train-iters 100",
    "Trainer, cosine": HF,
    "Trainer, warm-up with min_lr": HF | {
        "lr_scheduler_type": "cosine_warmup_with_min_lr", "lr_scheduler_kwargs": {"min_lr": 0}},
    "Accelerate (diffusers)": "--lr_scheduler cosine --learning_rate 1 --lr_warmup_steps 10 --max_train_steps 100",
    "axolotl": {"base_model": "x", "lr_scheduler": "cosine", "learning_rate": 1, **RUN},
    "torchtitan": {"optimizer": {"lr": 1}, "training": {"steps": 100},
                   "lr_scheduler": {"warmup_steps": 10, "decay_type": "cosine"}},
    "torchtune": {"optimizer": {"_component_": "torch.optim.AdamW", "lr": 1}, "max_steps_per_epoch": 100,
                  "lr_scheduler": {"_component_": "torchtune.training.get_cosine_schedule_with_warmup",
                                   "num_warmup_steps": 10}},
    "NeMo 1": {"optim": {"lr": 1, "sched": {"name": "CosineAnnealing", "min_lr": 0, **RUN}}},
    "nanoGPT": "learning_rate = 1\nmin_lr = 0\nwarmup_iters = 10\nlr_decay_iters = 100\nmax_iters = 100",
    "build-nanogpt": {"max_lr": 1, "min_lr": 0, **RUN},
    "llm.c": "-l 1 -u 10 -q 0 -k cosine -x 100",
    "litgpt": {"train": MICRO | {"global_batch_size": 1}, "optimizer": {"init_args": {"lr": 1}}},
    "litgpt, 4 micro-batches": {"train": MICRO | {"global_batch_size": 4}, "optimizer": {"init_args": {"lr": 1}}},
    "levanter": {"trainer": {"num_train_steps": 100}, "optimizer": {
        "learning_rate": 1, "warmup": 10, "min_lr_ratio": 0, "lr_schedule": "cosine"}},
    "MaxText": {"learning_rate": 1, "learning_rate_schedule_steps": 100, "warmup_steps_fraction": 0.1,
                "cosine_learning_rate_final_fraction": 0},
    "composer": {"optimizer": {"lr": 1}, "max_duration": "100ba", "scheduler": {
        "name": "cosine_annealing_with_warmup", "t_warmup": "10ba"}},
    "T5X": {**SHARED, "factors": "constant * linear_warmup * cosine_decay", "steps_per_cycle": 90,
            "min_learning_rate": 0},
    "scenic": {**SHARED, "learning_rate_schedule": "compound", "factors": "constant*linear_warmup*cosine_decay",
               "total_steps": 100, "steps_per_cycle": 100},
    "big_vision": {"lr": 1, "total_steps": 100, "schedule": {"warmup_steps": 10, "decay_type": "cosine"}},
    "EasyLM": "--optimizer.adamw_optimizer.lr=1 --optimizer.adamw_optimizer.lr_warmup_steps=10 "
              "--optimizer.adamw_optimizer.lr_decay_steps=100 --optimizer.adamw_optimizer.end_lr=0",
    "fairseq": "--lr-scheduler cosine --lr 1 --warmup-updates 10 --max-update 100 --lr-period-updates 90",
    "fastai, fit_one_cycle": "learn.fit_one_cycle(n_epoch=1, lr_max=1, pct_start=0.1)",
    "mmengine": {"optim_wrapper": {"optimizer": {"lr": 1}}, "param_scheduler": [
        LINE, {"type": "CosineAnnealingLR", "by_epoch": False, "begin": 10, "end": 100}]},
    "detectron2": {"SOLVER": SOLVER},
    "Paddle": {"lr_scheduler": {
        "type": "LinearWarmup", "warmup_steps": 10, "start_lr": 0, "end_lr": 1, "learning_rate": PADDLE}},
    "Ultralytics": YOLO | {"time": None, "channels_last": False},
    "YOLOv5 (at least 100 batches)": YOLO,
}  # fmt: skip
BUDGETS = {
    "fastai, fit_one_cycle": "batches=100",
    "Ultralytics": "batches=1",
    "YOLOv5 (at least 100 batches)": "batches=1",
}
with warnings.catch_warnings(action="ignore"):
    found = {name: lrkit.from_config(config, budget=BUDGETS.get(name)) for name, config in configs.items()}
    dialects = {name: next(iter(config.rates.values())) for name, config in found.items()}
    dialects["detectron2, before fvcore"] = lrkit.from_config({"SOLVER": SOLVER}, "detectron2_before_fvcore")["lr"]

# %%
# And as the frameworks have it, by their classes:

FALL, WAVE = lrkit.CosineDecayLR(0, 1, 90), lrkit.cosine_wave(0, 1, 90)  # held at 0; climbs again
WARM, TENTHS = lrkit.WarmUpLR(1, 10), lrkit.linear(0.1, 1, 9)  # from 0; (t + 1) / 10
dialects |= {
    "optax; Keras; lrsched; OLMo": WARM.then(FALL, 10),
    "torch, LinearLR(0.1) and CosineAnnealingLR": lrkit.linear(0.1, 1, 10).then(WAVE, 10),
    "torch, OneCycleLR": lrkit.PiecewiseCosineLR([0, 9.01, 99, 188.99], [0.04, 1, 4e-6, 1]),
    "pytorch-warmup": TENTHS.then(WAVE.shift(-1), 10),
    "timm, warmup_prefix=True": WARM.then(FALL, 10),
    "timm, warmup_prefix=False": WARM.then(lrkit.CosineDecayLR(0, 1, 100).shift(-10), 10),
    "torch-schedule-anything": WARM.then(lrkit.cosine_wave(-1, 1, 180), 10),
    "MindSpore, which has no warm-up": lrkit.CosineDecayLR(0, 1, 100),
}


def alike(steps):
    """The names of those that are equal at some steps, under the first of them."""
    found = []
    for name, schedule in dialects.items():
        rates = schedule(steps)
        same = next((group for group in found if np.abs(rates - group[0]).max() < 1e-9), None)
        if same:
            same[1].append(name)
        else:
            found.append((rates, [name]))
    return [names for _, names in found]


# %%
# In the middle they nearly agree, which is why nobody notices. At the beginning they do not. These are equal in the
# first 13 steps:

ways = alike(np.arange(13))
for names in ways:
    print(f"- {'; '.join(names)}")

begins = {names[0] + f" and {len(names) - 1} more" * (len(names) > 1): dialects[names[0]] for names in ways}
lrkit.plot_grid({name: rate for name, rate in begins.items() if "YOLO" not in name}, steps=13)

# %%
# Nor after the last step. Most hold the minimum; half a cosine of transformers or torch climbs again; T5X, scenic and
# fairseq begin anew; and two raise an error: torch's OneCycleLR from step 101 on, and detectron2. torchtitan and fastai
# make no update there: what their formulas would give is not drawn.

after = alike(np.arange(100, 160))
for names in after:
    rate = dialects[names[0]]
    stays = max(rate(100), rate(130)) < 1e-5
    print(f"- {'stays at 0' if stays else f'{rate(100):.4f} at step 100, {rate(130):.4f} at 130'}: {'; '.join(names)}")

four = {"holds": "Megatron-LM", "climbs again": "Trainer, cosine", "begins anew": "T5X", "a tenth as high": "fairseq"}
lrkit.plot({f"{word} ({name})": dialects[name] for word, name in four.items()}, steps=160, title="Past the end")

# %%
# In numbers: the first rate, the highest, the step at which it comes and in how many updates, and the rates of the last
# update and after it.

print(f"{'':>43}   first    peak  at step  times      99     100     130")
for name, schedule in dialects.items():
    rates = schedule(np.arange(100))
    peak, first = rates.max(), int(rates.argmax())
    times = int((rates > peak - 1e-12).sum())
    last = "".join(f"{schedule(step):8.4f}" for step in (99, 100, 130))
    print(f"{name:>43}{rates[0]:8.4f}{peak:8.4f}{first:9d}{times:7d}{last}")
print(f"{len(alike(np.arange(160)))} different curves of {len(dialects)}")
