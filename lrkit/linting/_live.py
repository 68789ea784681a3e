"""What living objects tell besides their curves: the optimizer, its updates, the precision of its parameters.

No framework is imported: what is read are attributes, of objects that are there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._params import as_kind
from ..interop._numbers import plain
from ..interop._optimizers import is_optimizer, scheduler_of
from ..interop._reading import curves_of
from ..interop._torch_reading import clock_of, curve
from ..schedules._base import LearningRateSchedule

SIGNIFICANT = {"bfloat16": 8, "float16": 11}
"""How many binary digits a number has; an update of half a unit of the last one is lost."""
MOST_RECORDED = 1_000_000
"""The longest run over which something is recorded that cannot be read."""
MOST_NUMBERS = 100_000
"""So many of the largest group's parameters are looked at."""
FLOAT32 = {"optax", "keras", "tensorflow", "jax", "tf_keras"}
LIGHTNING = {"scheduler", "interval", "frequency", "monitor", "strict", "name", "reduce_on_plateau"}


@dataclass(frozen=True)
class Live:
    """What is known of the objects that will run the schedule; the defaults say that nothing is.

    `clock` is where the scheduler stands, `updates` how often the optimizer has been stepped, `present` the rate that
    it has now, `steps_per_update` how often a step of the scheduler moves it on, and `lost_below` the rate below which
    half of the parameters cannot be moved.
    """

    scheduler: str = ""
    optimizer: str = ""
    clock: float | None = None
    updates: int | None = None
    present: float | None = None
    steps_per_update: int = 1
    per_epoch: bool = False
    raises_at: int | None = None
    float32: bool = False
    beta2: float | None = None
    coupled_decay: float = 0.0
    dtype: str = ""
    lost_below: float | None = None
    total: int | None = None


def read_live(value: Any, steps: int | None, complaint: str) -> list[tuple[LearningRateSchedule, Live]]:
    """The curve of each group of an object, with what is known of the group; what is no live object has one."""
    if isinstance(value, Mapping) and "scheduler" in value and set(value) <= LIGHTNING:
        return _of_lightning(value, steps, complaint)
    state, inner = getattr(value, "state", None), getattr(value, "lr_scheduler", None)
    if inner is not None and hasattr(state, "global_step"):
        return _of_trainer(value, inner, steps, complaint)
    if type(value).__name__ == "AcceleratedScheduler":
        return _of_accelerate(value, steps, complaint)
    if type(value).__name__ == "AcceleratedOptimizer":
        value = value.optimizer
    optimizer = value if is_optimizer(value) else getattr(value, "optimizer", None)
    if isinstance(value, (type, LearningRateSchedule)) or optimizer is None or not is_optimizer(optimizer):
        name = str(getattr(value, "__qualname__", type(value).__name__)).partition(".<locals>")[0]
        live = Live(scheduler=name, float32=_package(value) in FLOAT32)
        return [(found, live) for found in _curves(value, steps, complaint)]
    scheduler = scheduler_of(optimizer, complaint) if optimizer is value else value
    curves = _curves(scheduler if scheduler is not None else optimizer, steps, complaint)
    groups = list(optimizer.param_groups)
    if len(groups) != len(curves):
        groups = groups[:1] * len(curves)
    return [(own, _of_group(optimizer, scheduler, group)) for own, group in zip(curves, groups, strict=True)]


def _of_lightning(config: Mapping[str, Any], steps: int | None, complaint: str) -> list[Any]:
    """A configuration of Lightning's: a scheduler and how often it is stepped."""
    per_epoch = config.get("interval", "epoch") == "epoch"
    frequency = as_kind(config.get("frequency", 1), int) or 1
    found = read_live(config["scheduler"], steps, complaint)
    return [
        (own.stretch(frequency) if frequency > 1 else own, replace(live, per_epoch=per_epoch)) for own, live in found
    ]


def _of_trainer(trainer: Any, inner: Any, steps: int | None, complaint: str) -> list[Any]:
    """A Trainer of transformers': its state tells the updates made, and how many there will be."""
    made = as_kind(trainer.state.global_step, int)
    lengths = [getattr(getattr(trainer, name, None), "max_steps", None) for name in ("state", "args")]
    total = next((n for n in lengths if isinstance(n, int) and n > 0), None)
    found = read_live(inner, steps, complaint)
    return [(own, replace(live, updates=made or live.updates, total=total)) for own, live in found]


def _of_accelerate(wrapper: Any, steps: int | None, complaint: str) -> list[Any]:
    """Accelerate's wrapper steps once for each process, unless it splits batches."""
    module: Any = sys.modules.get("accelerate.state")
    processes = module.AcceleratorState().num_processes if module else 1
    times = 1 if wrapper.split_batches or not wrapper.step_with_optimizer else int(processes)
    found = read_live(wrapper.scheduler, steps, complaint)
    return [
        (own if times == 1 else own.stretch(1 / times), replace(live, steps_per_update=times)) for own, live in found
    ]


def _curves(scheduler: Any, steps: int | None, complaint: str) -> list[LearningRateSchedule]:
    """The curves, recorded only where they cannot be read; without what somebody else changed in a rate."""
    try:
        return curves_of(scheduler, None, complaint)
    except (TypeError, ValueError) as refusal:
        if "somebody else has changed it" in str(refusal):
            return [curve(scheduler, k) for k in range(len(scheduler.optimizer.param_groups))]
        if steps is None:
            raise
        if steps > MOST_RECORDED:
            raise type(refusal)(f"{complaint} what can only be recorded over {steps:,} updates: {refusal}") from None
        return curves_of(scheduler, steps, complaint)


def _of_group(optimizer: Any, scheduler: Any, group: Mapping[str, Any]) -> Live:
    kind = type(optimizer).__name__
    adam = "adam" in kind.lower() or kind in ("Lamb", "Lion", "NAdam", "RAdam")
    betas = group.get("betas")
    beta2 = float(plain(betas[1])) if adam and isinstance(betas, (list, tuple)) and len(betas) > 1 else None
    decay = _number(group.get("weight_decay")) or 0.0
    is_coupled = kind == "Adam" and not group.get("decoupled_weight_decay", False)
    dtype, median = _sizes(group.get("params", ())) if beta2 is not None else ("", None)
    lost = None if median is None else median * 2.0 ** -(SIGNIFICANT[dtype] + 1)
    raises = getattr(scheduler, "total_steps", None) if type(scheduler).__name__ == "OneCycleLR" else None
    return Live(
        scheduler=type(scheduler).__name__ if scheduler is not None else "",
        optimizer=kind,
        clock=_clock(scheduler),
        updates=_updates(optimizer, group),
        present=_number(group.get("lr")),
        raises_at=raises if _package(scheduler) == "torch" else None,
        beta2=beta2,
        coupled_decay=decay if is_coupled else 0.0,
        dtype=dtype,
        lost_below=lost,
    )


def _clock(scheduler: Any) -> float | None:
    """Where a scheduler stands."""
    if scheduler is None or not hasattr(scheduler, "last_epoch"):
        return None
    try:
        return float(clock_of(scheduler))
    except (TypeError, ValueError, AttributeError):
        return None


def _updates(optimizer: Any, group: Mapping[str, Any]) -> int | None:
    """How often an optimizer was stepped, as the state of a parameter or the optimizer itself has it."""
    state = getattr(optimizer, "state", None)
    if isinstance(state, Mapping):
        held = [state[p].get("step") for p in list(group.get("params", ()))[:100] if p in state]
        made = [_number(step) for step in held if step is not None]
        return max((int(step) for step in made if step is not None), default=None)
    step = getattr(optimizer, "global_step", None)
    return as_kind(plain(step), int) if step is not None and not callable(step) else None


def _sizes(parameters: Any) -> tuple[str, float | None]:
    """The type of the parameters of fewer digits than float32, and the median of their sizes; None if there is none."""
    named = [(str(getattr(p, "dtype", "")).rpartition(".")[2], p) for p in parameters]
    short = [(name, p) for name, p in named if name in SIGNIFICANT and hasattr(p, "detach")]
    if not short:
        return "", None
    name, largest = max(short, key=lambda item: item[1].numel())
    sizes = largest.detach().flatten()[:MOST_NUMBERS].float().abs()
    sizes = sizes[sizes > 0]
    return name, float(sizes.median()) if sizes.numel() else None


def _number(value: Any) -> float | None:
    held: float | None = None if value is None else as_kind(plain(value), float)
    return held


def _package(value: Any) -> str:
    """The package that a value comes from: of a function, the one that defines it."""
    home = getattr(value, "__module__", None) or type(value).__module__
    return str(home).partition(".")[0]
