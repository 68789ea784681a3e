"""Megatron-LM: flags, the arguments that it prints or that lie in a checkpoint, or the state of its scheduler.

Source: NVIDIA/Megatron-LM, megatron/core/optimizer_param_scheduler.py, megatron/training/training.py and arguments.py.
Its clock counts samples; of a run in iterations every length is multiplied by the batch size, so that without a ramp
the clock of iterations gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._budgets import filled
from ._fields import Fields
from ._megatron_curves import STYLES, TAILS, Curve, growing, rate_of
from ._system import System, shown

JUMPS = "inverse-square-root jumps to min_lr when lr_decay_iters (or samples) are over."
STALE = (
    "After a resume, the first update has the weight decay of the settings before the checkpoint's were read; "
    "loading a checkpoint twice advances the clock twice."
)
OVERRIDE = "override_opt_param_scheduler: when a checkpoint is loaded, these arguments take the place of what it holds."
CHECKPOINT = (
    "use_checkpoint_opt_param_scheduler: when a checkpoint is loaded, what it holds takes the place of these arguments "
    "(but not of lr_warmup_init and of the WSD decay, which it does not hold)."
)
STATE = "A checkpoint's scheduler state does not hold lr_warmup_init, which is taken as 0, nor a decay of WSD."


STATE_KEYS = ("lr_decay_steps", "max_lr")
CHECKPOINT_KEY = "opt_param_scheduler"
"""The scheduler's state in a checkpoint, beside ``args``."""


class Settings(NamedTuple):
    """What a scheduler is made of, on one clock."""

    high: float
    low: float
    curve: Curve
    start_wd: float
    end_wd: float
    wd_style: str
    wd_steps: float

    def slower(self, batch: int) -> Settings:
        """On a clock of samples, where this one counts updates."""
        curve = self.curve
        curve = curve._replace(warmup=curve.warmup * batch, total=curve.total * batch, decay=curve.decay * batch)
        return self._replace(curve=curve, wd_steps=self.wd_steps * batch)


def _recognise(data: Mapping[str, Any]) -> str:
    if isinstance(data.get(CHECKPOINT_KEY), Mapping):
        return f"it has {shown(CHECKPOINT_KEY)}"
    if "lr_decay_style" in data or "lr_warmup_fraction" in data:
        key = "lr_decay_style" if "lr_decay_style" in data else "lr_warmup_fraction"
        return f"it has {shown(key, data[key])}"
    if "lr" in data and ("train_iters" in data or "train_samples" in data):
        return f"it has {shown('lr')} and {shown('train_iters' if 'train_iters' in data else 'train_samples')}"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    if fields.has(CHECKPOINT_KEY):
        return _of_checkpoint(fields, budget)
    if fields.has(*STATE_KEYS):
        return _of_state(fields, budget)
    by_samples = fields.has("train_samples")
    run = _run(fields, budget, by_samples=by_samples)
    settings = _of_arguments(fields)
    clock = _in_samples(fields, run) if by_samples else _as_it_is
    batch = 1 if by_samples else run.batch_size if run and _says_batch(fields, budget) else None
    groups = _groups(fields, settings, batch, clock)
    return fields.found(groups, run, *_told(fields, settings))


def _as_it_is(schedule: LearningRateSchedule) -> LearningRateSchedule:
    return schedule


def _says_batch(fields: Fields, budget: Budget | None) -> bool:
    return fields.has("global_batch_size") or (budget is not None and "batch" in budget.given.told())


def _groups(
    fields: Fields, settings: Settings, batch: int | None, clock: Callable[[LearningRateSchedule], LearningRateSchedule]
) -> dict[str, LearningRateSchedule]:
    """The schedules of the groups: of all, of those that are decoupled, and of those with overrides of their own."""
    found: dict[str, LearningRateSchedule] = {}
    owners = {"": fields.of({}, "")}
    for k, part in enumerate(fields.parts("param_groups")):
        owners[part.text("name", f"group {k}")] = part
    if fields.has("decoupled_lr"):
        values = {"max_lr": fields.number("decoupled_lr"), "min_lr": fields.get("decoupled_min_lr")}
        owners["decoupled"] = fields.of(values, "decoupled")
    for name, own in owners.items():
        high, low = own.number("max_lr", settings.high, low=0), own.number("min_lr", settings.low, low=0)
        found[name or "lr"] = clock(rate_of(fields, settings.curve, high, low, batch=batch))
        start, end = own.number("start_wd", settings.start_wd, low=0), own.number("end_wd", settings.end_wd, low=0)
        decay = growing(fields, settings.wd_style, start, end, settings.wd_steps)
        if name != "decoupled":
            multiplied = decay * own.number("wd_mult", low=0) if own.has("wd_mult") else decay
            found[f"{name}.weight_decay" if name else "weight_decay"] = clock(multiplied)
    return found


def _told(fields: Fields, settings: Settings) -> list[str]:
    override, checkpoint = _policy(fields)
    return [
        JUMPS if settings.curve.style == "inverse-square-root" else "",
        STALE if settings.wd_style != "constant" else "",
        OVERRIDE if override else CHECKPOINT if checkpoint else "",
    ]


def _policy(fields: Fields) -> tuple[bool, bool]:
    """Whether the arguments, or the checkpoint, take the place of the other."""
    override = fields.flag("override_opt_param_scheduler", False)
    checkpoint = fields.flag("use_checkpoint_opt_param_scheduler", False)
    if override and checkpoint:
        raise fields.refusal("override_opt_param_scheduler and use_checkpoint_opt_param_scheduler cannot both be set")
    return override, checkpoint


def _of_arguments(fields: Fields) -> Settings:
    """The settings of the arguments, in samples or iterations as they are."""
    unit = "samples" if fields.has("train_samples") else "iters"
    length = fields.whole(f"train_{unit}", low=1)
    only = fields.number("weight_decay", 0.01, low=0)
    return Settings(
        fields.number("lr", low=0),
        fields.number("min_lr", 0.0, low=0),
        _curve(fields, unit, length),
        fields.number("start_weight_decay", only, low=0),
        fields.number("end_weight_decay", only, low=0),
        fields.text("weight_decay_incr_style", "constant"),
        length,
    )


def _curve(fields: Fields, unit: str, length: int) -> Curve:
    total = fields.whole(f"lr_decay_{unit}", length, low=1)
    fraction = fields.number("lr_warmup_fraction", None, low=0, high=1)
    warmup = fields.whole(f"lr_warmup_{unit}", 0) if fraction is None else fraction * total
    if not warmup < total:
        raise fields.refusal(f"the warm-up must be shorter than lr_decay_{unit} = {total:,}, got {warmup:,}")
    style = fields.text("lr_decay_style", "linear", STYLES)
    decay = fields.whole(f"lr_wsd_decay_{unit}", low=1) if style == "WSD" else 0
    tail = fields.text("lr_wsd_decay_style", "exponential", tuple(TAILS))
    return Curve(style, warmup, total, fields.number("lr_warmup_init", 0.0, low=0), decay, tail)


def _run(fields: Fields, budget: Budget | None, *, by_samples: bool) -> Budget | None:
    ramp = fields.get("step_batch_size_schedule") or fields.get("rampup_batch_size")
    if ramp is not None and not isinstance(ramp, (str, list)):
        raise fields.error("rampup_batch_size", "a text or a list", ramp)
    if ramp and not by_samples:
        raise fields.refusal("a batch size that grows needs a run in samples: train_samples, not train_iters")
    batch = fields.whole("global_batch_size", None, low=1)
    if batch is None and by_samples and (budget is None or "batch" not in budget.given.told()):
        raise fields.missing("counts in samples", "how many an update has (global_batch_size)", "batch")
    return filled(
        budget,
        updates=None if by_samples else fields.whole("train_iters", low=1),
        samples=fields.whole("train_samples", low=1) if by_samples else None,
        batch_size=batch,
        sequence=fields.whole("seq_length", None, low=1),
        ramp=" ".join(map(str, ramp)) if isinstance(ramp, list) else ramp,
        rounding="megatron",
    )


def _in_samples(fields: Fields, run: Budget | None) -> Any:
    if run is None:
        raise fields.missing("counts in samples", "how many an update has (global_batch_size)", "batch")
    return lambda schedule: schedule if isinstance(schedule, ConstantLR) else run.in_updates(schedule, "sample")


def _of_state(fields: Fields, budget: Budget | None) -> Configured:
    """The state of a scheduler in a checkpoint, which counts samples."""
    run = filled(budget, samples=fields.whole("lr_decay_steps", low=1), rounding="megatron")
    if budget is None or "batch" not in budget.given.told():
        raise fields.missing("counts in samples", "how many an update has", "batch")
    if fields.text("lr_decay_style", choices=STYLES) == "WSD":
        raise fields.refusal("the state of a scheduler does not hold the decay of WSD: give the arguments")
    settings = _in_state(fields, None)
    return fields.found(_groups(fields, settings, 1, _in_samples(fields, run)), run, STATE)


def _in_state(state: Fields, arguments: Settings | None) -> Settings:
    """The settings of a state; what it does not hold is that of the arguments."""
    style, total = state.text("lr_decay_style", choices=STYLES), state.whole("lr_decay_steps", low=1)
    warmup = state.number("lr_warmup_steps", 0, low=0)
    if not warmup < total:
        raise state.error("lr_warmup_steps", f"below lr_decay_steps, {total:,}", warmup)
    curve = Curve(style, warmup, total, 0.0) if arguments is None else arguments.curve._replace(
        style=style, warmup=warmup, total=total
    )  # fmt: skip
    start, end = state.number("start_wd", 0.0, low=0), state.number("end_wd", 0.0, low=0)
    steps = state.whole("wd_incr_steps", 1, low=1)
    high, low = state.number("max_lr", low=0), state.number("min_lr", low=0)
    return Settings(high, low, curve, start, end, state.text("wd_incr_style", "constant"), steps)


def _of_checkpoint(fields: Fields, budget: Budget | None) -> Configured:
    """The arguments of a run that loads a checkpoint, and the state in it: which of the two holds, Megatron decides."""
    arguments, state = fields.part("args") if fields.has("args") else fields, fields.part(CHECKPOINT_KEY)
    by_samples = arguments.has("train_samples")
    run = _run(arguments, budget, by_samples=by_samples)
    if run is None or not _says_batch(arguments, budget):
        raise fields.missing("counts in samples", "how many an update has (global_batch_size)", "batch")
    said = _of_arguments(arguments)
    said = said if by_samples else said.slower(run.batch_size)
    saved = _in_state(state, said)
    override, checkpoint = _policy(arguments)
    if said != saved and not (override or checkpoint):
        pairs = [*zip(NAMES, _values(said), _values(saved), strict=True)]
        differ = "; ".join(f"{name} {one} and {other}" for name, one, other in pairs if one != other)
        raise fields.refusal(
            f"the arguments and the checkpoint differ in {differ} (in samples), which Megatron refuses: one of "
            "override_opt_param_scheduler, for the arguments, and use_checkpoint_opt_param_scheduler must be set"
        )
    settings = saved if checkpoint else said
    groups = _groups(arguments, settings, 1, _in_samples(fields, run))
    return fields.found(groups, run, *_told(arguments, settings))


NAMES = ("max_lr", "min_lr", "lr_warmup_steps", "lr_decay_steps", "lr_decay_style", "start_wd", "end_wd",
         "wd_incr_style", "wd_incr_steps")  # fmt: skip
"""What a checkpoint's state holds, and Megatron compares."""


def _values(settings: Settings) -> tuple[Any, ...]:
    high, low, curve, *decay = settings
    return high, low, curve.warmup, curve.total, curve.style, *decay


SYSTEM = System("megatron", "Megatron-LM", _recognise, _read, aliases=("megatron_lm", "megatron_deepspeed"))
