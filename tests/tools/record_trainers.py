"""Write the rates that trainers' own code gives, for random configs, to ``tests/configs/recorded/NAME.json``.

Run by hand, with a Python that has torch and the packages (``pip install --no-deps`` is enough):
``python tests/tools/record_trainers.py nemo axolotl``. Each file of a package that makes its schedules is run as it
stands, without the rest of the package.
"""

from __future__ import annotations

import ast
import math
import random
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from record_configs import Rates, alone, located, record, shown

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


def functions(name: str, path: str, wanted: tuple[str, ...], **given: Any) -> types.SimpleNamespace:
    """Some functions and classes of a file, without their decorators and without the rest of the file."""
    tree = ast.parse(located(name, path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [node for node in ast.walk(tree) if isinstance(node, kinds) and node.name in wanted]
    for node in found:
        node.decorator_list = []
    space = dict(given)
    exec(compile(ast.Module(body=[*found], type_ignores=[]), path, "exec"), space)
    return types.SimpleNamespace(**{key: space[key] for key in wanted})


def litgpt(r: random.Random) -> dict[str, Any]:
    """get_lr of the pretraining by micro-batches, and the schedulers of the finetuning by updates."""
    import torch

    rate, low, warmup, total = _numbers(r)
    optimizer_part = {"class_path": "torch.optim.AdamW", "init_args": {"lr": rate}}
    if r.random() < 0.4:
        file = functions("litgpt", "litgpt/finetune/lora.py", ("get_lr_scheduler",), torch=torch)
        warmup = max(1, warmup)
        rates = stepped(file.get_lr_scheduler(optimizer(rate), warmup_steps=warmup, max_steps=total))
        train = {"lr_warmup_steps": warmup, "max_steps": total, "epochs": 5}
        config = {"checkpoint_dir": "checkpoints/m", "train": train, "optimizer": optimizer_part}
        return {"config": config} | shown(rates, r)
    get_lr = functions("litgpt", "litgpt/pretrain.py", ("get_lr",), math=math).get_lr
    devices, micro, inner, sequence = r.choice([1, 2]), r.choice([1, 2]), r.choice([1, 4]), 8
    tokens = total * devices * micro * inner * sequence + r.randint(0, 40)
    train = {
        "global_batch_size": devices * micro * inner, "micro_batch_size": micro, "lr_warmup_steps": warmup,
        "max_tokens": tokens, "max_seq_length": sequence, "min_lr": low,
    }  # fmt: skip
    batches = tokens // devices // (micro * sequence)
    rates = [get_lr(rate, t * inner + inner - 1, min(batches, warmup * inner), batches, low) for t in range(LENGTH)]
    return {"config": {"devices": devices, "train": train, "optimizer": optimizer_part}} | shown(rates, r)


def torchtune(r: random.Random) -> dict[str, Any]:
    """Its only scheduler."""
    stubs: dict[str, dict[str, Any]] = {"torchtune": {}, "torchtune.training": {}}
    stubs["torchtune.training.memory"] = {"OptimizerInBackwardWrapper": type}
    file = alone("torchtune", "torchtune/training/lr_schedulers.py", stubs)
    rate, _, warmup, _ = _numbers(r)
    epochs, updates = r.randint(1, 3), r.randint(25, 30)
    options = {"num_warmup_steps": warmup} | r.choice([{}, {"num_cycles": 0.25}])
    name = "get_cosine_schedule_with_warmup"
    rates = stepped(getattr(file, name)(optimizer(rate), num_training_steps=epochs * updates, **options))
    config = {
        "lr_scheduler": {"_component_": f"torchtune.training.lr_schedulers.{name}", **options}, "epochs": epochs,
        "optimizer": {"_component_": "torch.optim.AdamW", "lr": rate}, "max_steps_per_epoch": updates,
        "gradient_accumulation_steps": r.choice([1, 4]),
    }  # fmt: skip
    return {"config": config} | shown(rates, r)


def torchtitan(r: random.Random) -> dict[str, Any]:
    """What its config builds, to the last update: past that it has no rate."""

    class Configurable:
        class Config:
            pass

    stubs: dict[str, dict[str, Any]] = {
        name: {} for name in ("torchtitan", "torchtitan.tools", "torchtitan.components")
    }
    here = "torchtitan.components.optimizer"
    stubs |= {
        "torchtitan.config": {"Configurable": Configurable}, here: {},
        f"{here}.optimizer": {"OptimizersContainer": list},
        "torchtitan.tools.logging": {"logger": types.SimpleNamespace(warning=lambda text: None)},
    }  # fmt: skip
    file = alone("torchtitan", "torchtitan/components/optimizer/lr_scheduler.py", stubs, here)
    rate, _, warmup, total = _numbers(r)
    options = {
        "warmup_steps": r.choice([warmup, warmup, total + 3]), "decay_ratio": r.choice([None, 0.0, 0.2, 0.5, 1.0]),
        "decay_type": r.choice(["linear", "sqrt", "cosine"]), "min_lr_factor": r.choice([0.0, 0.2]),
        "total_steps": r.choice([None, None, total - 5]),
    }  # fmt: skip
    held = optimizer(rate)
    built = file.LRSchedulersContainer.Config(**options).build(optimizers=[held], training_steps=total)
    rates = stepped(built.schedulers[0], options["total_steps"] or total)
    scheduler = {key: value for key, value in options.items() if value is not None}
    config = {"optimizer": {"lr": rate}, "lr_scheduler": scheduler, "training": {"steps": total}}
    return {"config": config} | shown(rates, r)


def llmfoundry(r: random.Random) -> dict[str, Any]:
    """The inverse root of llm-foundry, on composer's times."""
    stubs: dict[str, dict[str, Any]] = {"composer": {}, "composer.core": {}}
    stubs["composer.core.serializable"] = {"Serializable": object}
    stubs["composer.utils"] = {"StringEnum": alone("mosaicml", "composer/utils/string_enum.py", {}).StringEnum}
    time = alone("mosaicml", "composer/core/time.py", stubs)
    stubs = {"composer.core": {"State": object, "Time": time.Time, "TimeUnit": time.TimeUnit}}
    of_composer = alone("mosaicml", "composer/optim/scheduler.py", stubs)
    stubs |= {"composer.optim": vars(of_composer), "composer.optim.scheduler": vars(of_composer)}
    stubs |= {"llmfoundry": {}, "llmfoundry.utils": {}}
    stubs["llmfoundry.utils.warnings"] = {"experimental_class": lambda name: lambda cls: cls}
    file = alone("llm-foundry", "llmfoundry/optim/scheduler.py", stubs)
    rate, _, warmup, total = _numbers(r)
    size, sequence, unit = 4, 8, r.choice(["ba", "tok", "sp"])
    each = {"ba": 1, "sp": size, "tok": size * sequence}[unit]
    low = r.choice([0.0, 0.05])
    options = {
        "t_warmup": f"{warmup * each}{unit}", "t_scale": f"{r.randint(1, 20) * each}{unit}",
        "t_cooldown": f"{r.choice([0, 9, total]) * each}{unit}", "alpha_f_decay": low + r.choice([0.0, 0.1]),
        "alpha_f_cooldown": low,
    }  # fmt: skip
    scheduler = file.InverseSquareRootWithWarmupScheduler(**options)
    state = types.SimpleNamespace(max_duration=time.Time(total * each, unit), dataloader_len=10, timestamp=None)
    rates: Rates = []
    for t in range(LENGTH):
        state.timestamp = time.Timestamp(batch=t, sample=t * size, token=t * size * sequence)
        rates.append(rate * float(scheduler(state)))
    config = {
        "scheduler": {"name": "inv_sqrt_with_warmup", **options}, "optimizer": {"name": "adamw", "lr": rate},
        "max_duration": f"{total * each}{unit}", "global_train_batch_size": size, "max_seq_len": sequence,
    }  # fmt: skip
    return {"config": config} | shown(rates, r)


def fastai(r: random.Random) -> dict[str, Any]:
    """The learner's methods, on a learner that has nothing but an optimizer; where fastai has float32, float64."""
    import numpy as np
    import torch

    def listed(value: Any, use_list: Any = False) -> list[Any]:
        return [] if value is None else list(value) if hasattr(value, "__iter__") else [value]

    spread = functions("fastcore", "fastcore/basics.py", ("even_mults",)).even_mults
    setter = functions("fastai", "fastai/optimizer.py", ("set_hyper",), L=listed, even_mults=spread).set_hyper
    names = (
        "_Annealer", "sched_cos", "SchedCos", "combine_scheds", "combined_cos", "fit_one_cycle", "fit_flat_cos",
        "fit_sgdr", "fine_tune",
    )  # fmt: skip
    file = functions(
        "fastai", "fastai/callback/schedule.py", names, Learner=object, L=listed, np=np, math=math, torch=torch,
        store_attr=_store, tensor=lambda values: torch.tensor(values, dtype=torch.float64),
        ParamScheduler=lambda scheds: [scheds],
    )  # fmt: skip
    groups, batches = r.randint(1, 3), r.randint(3, 9)
    opt = types.SimpleNamespace(param_lists=[0] * groups, hypers=[{} for _ in range(groups)])
    opt._set_hyper = lambda key, values: [h.update({key: v}) for h, v in zip(opt.hypers, values, strict=True)]
    opt.set_hyper = lambda key, value: setter(opt, key, value)
    taken: list[tuple[int, dict[str, Any]]] = []
    learner = types.SimpleNamespace(
        opt=opt, lr=1e-3, moms=(0.95, 0.85, 0.95), freeze=lambda: None, unfreeze=lambda: None,
        fit=lambda n_epoch, cbs, **_: taken.append((n_epoch, cbs[0])),
    )  # fmt: skip
    learner.fit_one_cycle = lambda *args, **options: file.fit_one_cycle(learner, *args, **options)
    rate = r.choice([1e-3, slice(1e-5, 1e-3), slice(1e-2), 0.05])
    cycle = r.choice([{}, {"div": 10.0, "div_final": 1e4}, {"moms": [0.9, 0.8, 0.95]}])
    kinds: dict[str, dict[str, Any]] = {
        "fit_one_cycle": {"n_epoch": r.randint(1, 5), "lr_max": rate, "pct_start": r.choice([0.25, 0.3])} | cycle,
        "fit_flat_cos": {"n_epoch": r.randint(1, 5), "lr": rate, "pct_start": r.choice([0.75, 0.5, 0.9])},
        "fit_sgdr": {"n_cycles": 2, "cycle_len": r.choice([1, 2]), "lr_max": rate, "cycle_mult": r.choice([2, 3])},
        "fine_tune": {"epochs": r.randint(1, 4), "base_lr": 2e-3, "freeze_epochs": r.choice([1, 2])} | cycle,
    }
    name = r.choice(list(kinds))
    getattr(file, name)(learner, **kinds[name])
    chosen, rates = r.randint(0, groups - 1), []
    for epochs, scheds in taken:
        total = epochs * batches
        rates += [float(np.broadcast_to(scheds["lr"](t / total), groups)[chosen]) for t in range(total)]
    sliced = isinstance(rate, slice) or name == "fine_tune"
    told = {
        k: repr(v).replace("None, ", "", 1).replace(", None", "") if k[:2] == "lr" else v
        for k, v in kinds[name].items()
    }
    told = {k: float(v) if k[:2] == "lr" and "slice" not in v else v for k, v in told.items()} | {"groups": groups}
    group = f"group {chosen}" if sliced and groups > 1 else "lr"
    return {"config": {name: told}, "budget": f"batches={batches}", "group": group} | shown(rates, r)


def _store(names: str) -> None:
    """What ``store_attr`` of fastcore does: the arguments of the caller as attributes."""
    caller = sys._getframe(1).f_locals
    vars(caller["self"]).update({name: caller[name] for name in names.split(",")})


def megatron(r: random.Random) -> dict[str, Any]:
    """Groups with overrides, and a state that is loaded under each policy, on a clock of samples."""
    stubs: dict[str, dict[str, Any]] = {"megatron": {}, "megatron.core": {}}
    stubs["megatron.core.utils"] = {"log_single_rank": lambda *_: None}
    file = alone("megatron-core", "megatron/core/optimizer_param_scheduler.py", stubs)
    rate, low, warmup, total = _numbers(r)
    batch, style = r.choice([1, 4, 6]), r.choice(["constant", "linear", "cosine", "inverse-square-root", "WSD"])
    growth = r.choice(["constant", "linear", "cosine"])
    decay = {"start_weight_decay": 0.01, "end_weight_decay": 0.01 if growth == "constant" else 0.1}
    arguments = {
        "lr": rate, "min_lr": low, "lr_decay_style": style, "lr_warmup_iters": warmup, "train_iters": total,
        "global_batch_size": batch, "weight_decay_incr_style": growth, **decay,
    }  # fmt: skip
    if style == "WSD":
        tail = r.choice(["linear", "cosine", "exponential", "minus_sqrt"])
        arguments |= {"lr_wsd_decay_iters": r.randint(1, total - warmup), "lr_wsd_decay_style": tail}
    if by_samples := r.random() < 0.4:
        arguments = {key.replace("_iters", "_samples"): value * batch if key.endswith("_iters") else value
                     for key, value in arguments.items()}  # fmt: skip
    own = r.choice([{}, {"max_lr": rate * 3}, {"max_lr": rate, "min_lr": low / 2, "wd_mult": 0.5}, {"wd_mult": 0.0}])
    held = types.SimpleNamespace(param_groups=[dict(own)])
    policy = r.choice(["", "override_opt_param_scheduler", "use_checkpoint_opt_param_scheduler"])
    scheduler = file.OptimizerParamScheduler(
        held, 0.0, rate, low, warmup * batch, total * batch, style, decay["start_weight_decay"],
        decay["end_weight_decay"], total * batch, growth, policy.startswith("use"), policy.startswith("override"),
        arguments.get("lr_wsd_decay_samples" if by_samples else "lr_wsd_decay_iters", 0) * (1 if by_samples else batch),
        arguments.get("lr_wsd_decay_style"),
    )  # fmt: skip
    config: dict[str, Any] = {**arguments, "param_groups": [{"name": "own", **own}]}
    if r.random() < 0.6:
        saved = scheduler.state_dict() | {"num_steps": 0}
        if policy:
            saved |= {"max_lr": rate * 2, "lr_decay_steps": (total + 7) * batch, "wd_incr_steps": (total - 3) * batch}
            arguments |= {policy: True}
        scheduler.load_state_dict(dict(saved))
        config = {"args": {**arguments, "param_groups": config["param_groups"]}, "opt_param_scheduler": saved}
    found: dict[str, Rates] = {"own": [], "own.weight_decay": []}
    for _ in range(LENGTH + 20):
        scheduler.step(0)
        found["own"].append(held.param_groups[0]["lr"])
        found["own.weight_decay"].append(held.param_groups[0]["weight_decay"])
        scheduler.step(batch)
    group = r.choice(list(found))
    return {"config": config, "group": group} | shown(found[group], r)


SYSTEMS: dict[str, tuple[Callable[[random.Random], dict[str, Any]], str]] = {
    "nemo": (nemo, "nemo_toolkit"), "axolotl": (axolotl, "axolotl"), "litgpt": (litgpt, "litgpt"),
    "torchtune": (torchtune, "torchtune"), "torchtitan": (torchtitan, "torchtitan"), "fastai": (fastai, "fastai"),
    "llmfoundry": (llmfoundry, "llm-foundry"), "megatron": (megatron, "megatron-core"),
}  # fmt: skip

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for system in sys.argv[1:] or SYSTEMS:
        record(system, *SYSTEMS[system])
