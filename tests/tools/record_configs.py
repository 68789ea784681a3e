"""Write the rates of training systems' own schedulers, for random configs, to ``tests/configs/recorded/NAME.json``.

Run by hand, with a Python that has the system: ``python tests/tools/record_configs.py mmengine paddle``. The files
are what the tests compare lrkit's readers with; they name the version that gave the numbers. Needs torch for mmengine,
ignite, and composer's and fairseq's scheduler files, which are run as they stand, without the rest of the package.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import random
import sys
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parents[1] / "configs" / "recorded"
RUNS, SHOWN = 60, 24
Rates = list[float]


def shown(rates: Rates, r: random.Random) -> dict[str, Any]:
    """Some steps of a run and their rates: the first and last ones, and any between."""
    ends = [*range(min(4, len(rates))), *range(max(0, len(rates) - 4), len(rates))]
    steps = sorted({*ends, *r.sample(range(len(rates)), min(SHOWN - 8, len(rates)))})
    return {"steps": steps, "rates": [rates[step] for step in steps]}


def mmengine(r: random.Random) -> dict[str, Any]:
    """Windows, some of which overlap, on a clock of iterations or epochs."""
    import torch
    from mmengine.optim.scheduler import lr_scheduler

    block, base = r.randint(1, 7), r.choice([0.1, 0.02])
    items, free = [], 0
    for _ in range(r.randint(1, 3)):
        by_epoch = r.random() < 0.4
        unit = block if by_epoch else 1
        begin = -(-free // unit) + r.choice([0, 0, 2]) if r.random() < 0.6 else r.randint(0, 8)
        end = begin + r.randint(2, 7 if by_epoch else 30)
        items.append(_mmengine_item(r, begin, end, by_epoch))
        free = max(free, end * unit)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    made = [
        getattr(lr_scheduler, item["type"])(optimizer, **{k: v for k, v in item.items() if k != "type"})
        for item in items
    ]
    rates = []
    for t in range(free + 20):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        for late in (False, True):
            for scheduler in made:
                if scheduler.by_epoch == late and (not late or (t + 1) % block == 0):
                    scheduler.step()
    config = {"optim_wrapper": {"optimizer": {"type": "SGD", "lr": base}}, "param_scheduler": items}
    return {"config": config, "budget": f"batches={block}"} | shown(rates, r)


def _mmengine_item(r: random.Random, begin: int, end: int, by_epoch: bool) -> dict[str, Any]:
    size = end - begin
    periods = [r.randint(1, size) for _ in range(r.randint(1, 3))]
    low = r.choice([{"eta_min": 0.0}, {"eta_min": 0.001}, {"eta_min_ratio": 0.05}])
    kinds: dict[str, dict[str, Any]] = {
        "ConstantLR": {"factor": r.choice([0.1, 0.5])},
        "LinearLR": {"start_factor": r.choice([0.001, 1 / 3]), "end_factor": r.choice([1.0, 0.5])},
        "ExponentialLR": {"gamma": r.choice([0.9, 0.99])},
        "StepLR": {"step_size": r.randint(1, size), "gamma": 0.5},
        "MultiStepLR": {"milestones": sorted(r.randint(0, size + 2) for _ in range(3)), "gamma": 0.3},
        "PolyLR": {"power": r.choice([1.0, 0.9, 2.0]), "eta_min": r.choice([0.0, 0.001])},
        "CosineAnnealingLR": {"T_max": r.choice([size, size, max(1, size // 2), size + 5]), **low},
        "CosineRestartLR": {"periods": periods, "restart_weights": [0.5] * len(periods), "eta_min": 0.0},
    }
    kind = r.choice(list(kinds))
    return {"type": kind, "begin": begin, "end": end, "by_epoch": by_epoch, **kinds[kind]}


def paddle(r: random.Random) -> dict[str, Any]:
    """Each class, and a warm-up before those that it takes."""
    import paddle.optimizer.lr as classes

    def made(options: dict[str, Any]) -> Any:
        given = {k: made(v) if isinstance(v, dict) else v for k, v in options.items() if k != "type"}
        return getattr(classes, options["type"])(**given)

    options = _paddle_options(r, nested=False)
    scheduler, rates = made(options), []
    steps = options["total_steps"] if options["type"] == "OneCycleLR" else 60
    for step in range(steps):
        if step:
            scheduler.step()
        rates.append(float(scheduler()))
    return {"config": {"lr_scheduler": options}} | shown(rates, r)


def _paddle_options(r: random.Random, *, nested: bool) -> dict[str, Any]:
    n, base = r.randint(2, 30), {"learning_rate": r.choice([0.1, 0.5, 1.0])}
    rate = base["learning_rate"]
    low = {"eta_min": r.choice([0.0, 0.01])}
    cuts = sorted(r.sample(range(1, 40), r.randint(1, 4)))
    kinds: dict[str, dict[str, Any]] = {
        "NoamDecay": {"d_model": 64, "warmup_steps": n, **base},
        "PiecewiseDecay": {"boundaries": cuts, "values": [round(r.random(), 3) for _ in range(len(cuts) + 1)]},
        "NaturalExpDecay": {"gamma": 0.1, **base},
        "InverseTimeDecay": {"gamma": 0.5, **base},
        "ExponentialDecay": {"gamma": 0.9, **base},
        "PolynomialDecay": {"decay_steps": n, "power": r.choice([1.0, 0.9]), "cycle": r.random() < 0.4, **base},
        "MultiStepDecay": {"milestones": cuts, "gamma": r.choice([0.1, 0.5]), **base},
        "StepDecay": {"step_size": n, "gamma": 0.5, **base},
        "CosineAnnealingDecay": {"T_max": n, **low, **base},
        "CosineAnnealingWarmRestarts": {"T_0": n, "T_mult": r.choice([1, 2]), **low, **base},
        "LinearLR": {"total_steps": n, "start_factor": 0.1, "end_factor": r.choice([1.0, 0.5]), **base},
        "CyclicLR": {
            "base_learning_rate": rate / 10, "max_learning_rate": rate, "step_size_up": n, "step_size_down": 7,
            "mode": r.choice(["triangular", "triangular2", "exp_range"]), "exp_gamma": 0.99,
        },
    }  # fmt: skip
    if not nested:
        kinds["OneCycleLR"] = {
            "max_learning_rate": rate, "total_steps": n + 20, "three_phase": r.random() < 0.3,
            "anneal_strategy": r.choice(["cos", "linear"]),
        }  # fmt: skip
        inner = r.choice([rate, _paddle_options(r, nested=True)])
        kinds["LinearWarmup"] = {"learning_rate": inner, "warmup_steps": n, "start_lr": 0.01, "end_lr": rate}
    kind = r.choice(list(kinds))
    return {"type": kind, **kinds[kind]}


def detectron2(r: random.Random) -> dict[str, Any]:
    """The schedulers of fvcore, put together as detectron2's build.py does: its own warm-up is a composite of two."""
    from fvcore.common import param_scheduler as fvcore

    total, base, gamma = r.randint(60, 300), r.choice([0.02, 0.1]), r.choice([0.1, 0.5])
    kind = r.choice(["WarmupMultiStepLR", "WarmupCosineLR", "WarmupStepWithFixedGammaLR"])
    steps = sorted(r.sample(range(1, total), r.randint(1, 3)))
    solver = {
        "BASE_LR": base, "LR_SCHEDULER_NAME": kind, "MAX_ITER": total, "STEPS": steps, "GAMMA": gamma,
        "BASE_LR_END": r.choice([0.0, base / 100]), "NUM_DECAYS": r.randint(1, 4),
        "WARMUP_ITERS": r.choice([0, 1, r.randint(1, total // 2)]), "WARMUP_FACTOR": r.choice([0.001, 0.1]),
        "WARMUP_METHOD": r.choice(["linear", "linear", "constant"]),
    }  # fmt: skip
    if kind == "WarmupMultiStepLR":
        inner = fvcore.MultiStepParamScheduler([gamma**k for k in range(len(steps) + 1)], total, steps)
    elif kind == "WarmupCosineLR":
        inner = fvcore.CosineParamScheduler(1, solver["BASE_LR_END"] / base)
    else:
        inner = fvcore.StepWithFixedGammaParamScheduler(1.0, solver["NUM_DECAYS"], gamma, total)
    share = solver["WARMUP_ITERS"] / total
    if share:
        start, end = solver["WARMUP_FACTOR"] * inner(0.0), inner(share)
        linear = solver["WARMUP_METHOD"] == "linear"
        warm = fvcore.LinearParamScheduler(start, end) if linear else fvcore.ConstantParamScheduler(start)
        inner = fvcore.CompositeParamScheduler([warm, inner], [share, 1 - share], ["rescaled", "fixed"])
    return {"config": {"SOLVER": solver}} | shown([base * inner(t / total) for t in range(total)], r)


def located(name: str, path: str) -> Path:
    """Where a file of an installed package lies."""
    return Path(str(importlib.metadata.distribution(name).locate_file(path)))


def alone(name: str, path: str, stubs: dict[str, dict[str, Any]], package: str = "") -> Any:
    """A file of a package, run without the package: what it imports of it is given."""
    for stub, attributes in stubs.items():
        sys.modules[stub] = types.ModuleType(stub)
        vars(sys.modules[stub]).update(attributes)
    spec = importlib.util.spec_from_file_location(f"{package}._{Path(path).stem}".lstrip("."), located(name, path))
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    sys.modules[spec.name] = module  # type: ignore[union-attr]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


class _Optimizer:
    lr = 0.0

    def set_lr(self, rate: float) -> None:
        self.lr = rate

    def get_lr(self) -> float:
        return self.lr


class _Base:
    def __init__(self, cfg: Any, optimizer: Any) -> None:
        self.cfg, self.optimizer = cfg, optimizer


def fairseq(r: random.Random) -> dict[str, Any]:
    """The scheduler files, stepped as the trainer does: at the start of an epoch, and before each update."""
    stubs = {
        "omegaconf": {"II": lambda text: None, "open_dict": None},
        "fairseq": {}, "fairseq.optim": {}, "fairseq.dataclass": {"FairseqDataclass": object},
        "fairseq.optim.lr_scheduler": {
            "FairseqLRScheduler": _Base, "register_lr_scheduler": lambda *_, **__: lambda cls: cls,
        },
    }  # fmt: skip
    rate, warmup, total = r.choice([0.1, 5e-4]), r.choice([0, 1, r.randint(2, 30)]), r.randint(60, 120)
    length = r.randint(5, 20)
    ratios = r.choice([[0.25, 0.25, 0.5], [0.0, 0.5, 0.5]])
    kinds: dict[str, tuple[str, str, dict[str, Any]]] = {
        "inverse_sqrt": ("inverse_square_root_schedule", "InverseSquareRootSchedule", {
            "warmup_updates": max(1, warmup), "warmup_init_lr": r.choice([-1, 1e-7])}),
        "polynomial_decay": ("polynomial_decay_schedule", "PolynomialDecayLRSchedule", {
            "total_num_update": total, "power": r.choice([1.0, 2.0]), "end_learning_rate": r.choice([0.0, rate / 9])}),
        "cosine": ("cosine_lr_scheduler", "CosineLRSchedule", {
            "min_lr": r.choice([0.0, rate / 50]), "warmup_init_lr": r.choice([-1, 1e-7]),
            "lr_period_updates": r.choice([-1, 25]), "lr_shrink": r.choice([0.1, 0.5, 1.0]),
            "t_mult": r.choice([1, 2])}),
        "tri_stage": ("tri_stage_lr_scheduler", "TriStageLRSchedule", {
            "phase_ratio": r.choice([None, ratios]), "warmup_steps": warmup, "hold_steps": r.choice([0, 9]),
            "decay_steps": 30, "init_lr_scale": 0.01, "final_lr_scale": 0.05}),
        "triangular": ("triangular_lr_scheduler", "TriangularLRSchedule", {
            "max_lr": 5 * rate, "lr_period_updates": r.choice([20, 31]), "lr_shrink": r.choice([0.5, 1.0]),
            "shrink_min": r.random() < 0.5}),
        "step": ("step_lr_scheduler", "StepLRSchedule", {
            "min_lr": r.choice([0.0, rate / 9]), "warmup_init_lr": -1, "lr_deacy_period": 20, "lr_decay": 0.5}),
        "fixed": ("fixed_schedule", "FixedLRSchedule", {
            "force_anneal": r.choice([None, 1, 3]), "lr_shrink": 0.1}),
    }  # fmt: skip
    kind = r.choice(list(kinds))
    file, name, options = kinds[kind]
    rates = [rate, rate / 2] if kind == "fixed" and r.random() < 0.6 else [rate]
    options = {"warmup_updates": warmup, "max_update": total} | options | {"lr": rates}
    module = alone("fairseq", f"fairseq/optim/lr_scheduler/{file}.py", stubs)
    optimizer = _Optimizer()
    scheduler = getattr(module, name)(types.SimpleNamespace(**options), optimizer)
    found: Rates = []
    for update in range(total + 60):
        if kind == "fixed" and update % length == 0:
            scheduler.step_begin_epoch(update // length + 1)
        scheduler.step_update(update)
        found.append(optimizer.get_lr())
    return {"config": {"lr_scheduler": kind, **options}, "budget": f"batches={length}"} | shown(found, r)


def composer(r: random.Random) -> dict[str, Any]:
    """The scheduler file with composer's own times, on a state that has nothing but a clock."""
    import functools

    stubs = {"composer": {}, "composer.core": {}, "composer.core.serializable": {"Serializable": object}}
    words = alone("mosaicml", "composer/utils/string_enum.py", {})
    stubs["composer.utils"] = {"StringEnum": words.StringEnum}
    time = alone("mosaicml", "composer/core/time.py", stubs)
    stubs = {"composer.core": {"State": object, "Time": time.Time, "TimeUnit": time.TimeUnit}}
    file = alone("mosaicml", "composer/optim/scheduler.py", stubs)
    batches, epochs, size, sequence = r.randint(5, 20), r.randint(4, 8), 4, 8
    unit = r.choice(["ba", "ep", "tok"])
    length = batches * epochs
    duration = {"ba": f"{length}ba", "ep": f"{epochs}ep", "tok": f"{length * size * sequence}tok"}[unit]
    in_unit = {"ba": 1, "ep": 1, "tok": size * sequence}[unit]
    counted = "tok" if unit == "tok" else "ba"
    warmup = r.choice([f"{r.randint(0, length // 2) * in_unit}{counted}", "0.1dur"])
    ratio = r.choice([1.0, 1.0, 0.5])
    ends = {"alpha_f": r.choice([0.0, 0.1])}
    kinds: dict[str, dict[str, Any]] = {
        "ConstantScheduler": {"alpha": 0.5, "t_max": "0.5dur"},
        "LinearScheduler": {"alpha_i": r.choice([1.0, 0.5]), **ends},
        "CosineAnnealingScheduler": {"t_max": r.choice(["1dur", "0.7dur"]), **ends},
        "PolynomialScheduler": {"power": 2.0, **ends},
        "ExponentialScheduler": {"gamma": 0.9, "decay_period": f"{7 * in_unit}{counted}"},
        "StepScheduler": {"step_size": f"{11 * in_unit}{counted}", "gamma": 0.5},
        "MultiStepScheduler": {"milestones": ["0.5dur", f"{9 * in_unit}{counted}"], "gamma": 0.5},
        "MultiStepWithWarmupScheduler": {"t_warmup": warmup, "milestones": ["0.5dur"], "gamma": 0.5},
        "ConstantWithWarmupScheduler": {"t_warmup": warmup},
        "LinearWithWarmupScheduler": {"t_warmup": warmup, **ends},
        "CosineAnnealingWithWarmupScheduler": {"t_warmup": warmup, "scale_warmup": r.random() < 0.5, **ends},
        "PolynomialWithWarmupScheduler": {"t_warmup": warmup, "power": r.choice([1.0, 2.0]), **ends},
        "CosineAnnealingWarmRestartsScheduler": {
            "t_0": f"{9 * in_unit}{counted}",
            "t_mult": r.choice([1.0, 1.5]),
            **ends,
        },
    }
    kind = r.choice(list(kinds))
    scheduler = getattr(file, kind)(**kinds[kind])
    total = time.Time.from_timestring(duration)
    scaled = time.Time(int(total.value * ratio), total.unit) if ratio != 1 else total
    state = types.SimpleNamespace(max_duration=scaled, dataloader_len=batches, timestamp=None)
    found: Rates = []
    for batch in range(length + 20):
        state.timestamp = time.Timestamp(
            epoch=batch // batches, batch=batch, sample=batch * size, token=batch * size * sequence
        )
        found.append(0.1 * functools.reduce(lambda x, f: f(x), [float], scheduler(state, ratio)))
    config = {
        "scheduler": {"name": kind, **kinds[kind]}, "optimizer": {"name": "adamw", "lr": 0.1},
        "max_duration": duration, "global_train_batch_size": size, "max_seq_len": sequence,
        "scale_schedule_ratio": ratio,
    }  # fmt: skip
    return {"config": config, "budget": f"batches={batches}"} | shown(found, r)


SYSTEMS = {
    "mmengine": (mmengine, "mmengine-lite"), "paddle": (paddle, "paddlepaddle"), "detectron2": (detectron2, "fvcore"),
    "fairseq": (fairseq, "fairseq"), "composer": (composer, "mosaicml"),
}  # fmt: skip


def record(name: str, function: Callable[[random.Random], dict[str, Any]], package: str) -> None:
    """Write the file of one system."""
    r, runs = random.Random(17), []
    while len(runs) < RUNS:
        try:
            runs.append(function(r))
        except ZeroDivisionError:  # the system divides by a rate that has come to 0
            continue
    lines = ",\n".join(json.dumps(run) for run in runs)
    version = f"{package} {importlib.metadata.version(package)}"
    (RECORDED / f"{name}.json").write_text(f'{{"version": "{version}", "runs": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for name in sys.argv[1:] or SYSTEMS:
        record(name, *SYSTEMS[name])
