"""NeMo 1: ``optim`` and its ``sched``, under ``model`` or alone.

Source: NVIDIA/NeMo, nemo/core/optim/lr_scheduler.py of nemo_toolkit 3.0.0. The warm-up is (t+1)/(W+1), of which t = W
has the peak; past max_steps the rate is min_lr. The classes of torch get what else stands in ``sched``; ExponentialLR
is stepped once an epoch, and max_steps, which NeMo demands, ends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..catalogue.cooldown import cooldown
from ..catalogue.linear_warm_up import linear_warm_up
from ..catalogue.power_law import power_law
from ..catalogue.sqrt_annealing import sqrt_annealing
from ..catalogue.square_annealing import square_annealing
from ..catalogue.t5 import t5
from ..interop._decays import cosine, line, polynomial
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.warm_up import WarmUpLR
from ._batches import in_blocks
from ._budgets import filled
from ._fields import Fields
from ._system import System
from ._torch_classes import chosen, curve_of

ON_MEGATRONS = "With constant_steps, CosineAnnealing takes Megatron's warm-up t/W, and one base rate for all groups."
BEFORE_HOLD = (
    "Without hold_steps or hold_ratio, {} counts its decay from the start of the run, not from the end of the warm-up: "
    "after the warm-up the rate jumps."
)
ITS_OWN_RATE = "T5InverseSquareRootAnnealing ignores lr: the rate is 1/sqrt(t), and 1/sqrt(constant_steps) until then."
BY_EPOCH = "The ExponentialLR of NeMo is stepped once an epoch, its StepLR and CyclicLR at each update."
ENDLESS = ("NoamAnnealing",)
TORCH = ("StepLR", "CyclicLR", "ExponentialLR")
NOT_HANDED = (
    "name", "max_steps", "monitor", "reduce_on_plateau", "t_max_epochs", "t_accumulate_grad_batches",
    "t_limit_train_batches", "t_num_workers",
)  # fmt: skip
"""Keys of ``sched`` that no scheduler gets."""


class Phases(NamedTuple):
    """The numbers of a schedule, and where its parts end, in steps of the run."""

    sched: Fields
    name: str
    rate: float
    low: float
    warmup: int
    hold: int
    """Where the rate is no longer held; 0 if no hold is said."""
    total: int

    @property
    def rise(self) -> LearningRateSchedule:
        """The warm-up, and the rate from there on."""
        return linear_warm_up(self.rate, self.warmup, "1/(W+1)") if self.warmup else ConstantLR(self.rate)

    def after(self, begin: int, body: LearningRateSchedule) -> LearningRateSchedule:
        """The warm-up, the rate held until `begin`, and the body from there on, or what is left of it by then."""
        if begin < self.warmup:
            begin, body = self.warmup + 1, body.shift(begin - self.warmup - 1)
        return self.rise.then(body, begin) if begin else body

    def ended(self, schedule: LearningRateSchedule) -> LearningRateSchedule:
        """The schedule, and past the end min_lr."""
        return schedule.then(ConstantLR(self.low), self.total + 1)


def _recognise(data: Mapping[str, Any]) -> str:
    inner = data.get("model") if isinstance(data.get("model"), Mapping) else data
    optim = inner.get("optim") if isinstance(inner, Mapping) else None
    if isinstance(optim, Mapping) and isinstance(optim.get("sched"), Mapping):
        return 'it has "optim" with "sched"'
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    optim = (fields.part("model") if fields.has("model.optim") else fields).part("optim")
    sched, trainer = optim.part("sched"), fields.part("trainer")
    name = chosen(sched, "name", sched.text("name"), known=(*SCHEDULERS, *TORCH))
    own = sched.part("args").part("params") if sched.has("args.params") else sched
    rate = optim.number("lr", low=0)
    steps = own.whole("max_steps", trainer.whole("max_steps", None, low=-1), low=-1)
    run = filled(
        budget,
        updates=steps if steps and steps > 0 else None,
        epochs=trainer.number("max_epochs", None, above=0) if not steps or steps < 1 else None,
        accumulation=trainer.whole("accumulate_grad_batches", 1, low=1),
        rounding="lightning",
    )
    if name in TORCH:
        return fields.found({"lr": _of_torch(own, name, rate, run)}, run, BY_EPOCH if name == "ExponentialLR" else "")
    if run is None and name not in ENDLESS:
        raise fields.missing("anneals until max_steps", "them", "updates")
    phases = _phases(own, name, rate, run.total if run else 0)
    from_start = BEFORE_HOLD.format(name) if name in HOLDING and phases.warmup > phases.hold else ""
    megatrons = ON_MEGATRONS if name == "CosineAnnealing" and _part(own, "constant", phases.total) else ""
    ignored = ITS_OWN_RATE if name == "T5InverseSquareRootAnnealing" else ""
    return fields.found({"lr": SCHEDULERS[name](phases)}, run, from_start, megatrons, ignored)


def _phases(own: Fields, name: str, rate: float, total: int) -> Phases:
    low = own.number("min_lr", 1e-5 if name == "SquareAnnealing" else 0.0, low=0)
    warmup = _part(own, "warmup", total)
    held = own.has("hold_steps") or own.has("hold_ratio")
    hold = warmup + _part(own, "hold", total) if held else 0
    if name in ENDLESS or name == "T5InverseSquareRootAnnealing":
        return Phases(own, name, rate, low, warmup, hold, total)
    if not max(warmup, hold) < total or low > rate:
        raise own.refusal(
            f"{name} needs a run longer than its warm-up and hold and min_lr <= lr, not {total:,} and {warmup:,}, "
            f"{low:g} and {rate:g}"
        )
    return Phases(own, name, rate, low, warmup, hold, total)


def _part(own: Fields, name: str, total: int) -> int:
    """A length in steps, or as a share of the run, cut to whole steps."""
    if own.has(f"{name}_steps", f"{name}_ratio"):
        raise own.refusal(f"only one of {own.at(name)}_steps and {name}_ratio may be given")
    steps: int = own.whole(f"{name}_steps", None)
    return int(own.number(f"{name}_ratio", 0.0, low=0, high=1) * total) if steps is None else steps


def _of_torch(own: Fields, name: str, rate: float, run: Budget | None) -> LearningRateSchedule:
    arguments = own.of({key: value for key, value in own.data.items() if key not in NOT_HANDED}, own.path)
    curve = curve_of(name, rate, arguments)
    if name != "ExponentialLR" or isinstance(curve, ConstantLR):
        return curve
    if run is None or not run.has_epochs:
        raise own.missing("steps ExponentialLR once an epoch", "how many batches one has", "batches")
    return in_blocks(curve, run.epoch)


# The schedulers


def _level(p: Phases) -> LearningRateSchedule:
    return p.ended(p.rise)


def _square(p: Phases) -> LearningRateSchedule:
    return p.after(p.warmup, square_annealing(p.low, p.rate, p.total - p.warmup) if p.rate else ConstantLR(0.0))


def _square_root(p: Phases) -> LearningRateSchedule:
    """On the clock of the run: after the warm-up the rate jumps down."""
    return p.after(0, sqrt_annealing(p.low, p.rate, p.total) if p.rate else ConstantLR(0.0))


def _cosine(p: Phases) -> LearningRateSchedule:
    constant = _part(p.sched, "constant", p.total)
    steps = p.total - p.warmup - constant
    if steps < 1:
        raise p.sched.error("constant_steps", f"below max_steps - warmup_steps = {p.total - p.warmup:,}", constant)
    fall = cosine(p.rate, p.low, steps)
    if constant and p.warmup and p.rate:
        return WarmUpLR(p.rate, p.warmup).then(fall, p.warmup)
    return p.after(p.warmup, fall)


def _noam(p: Phases) -> LearningRateSchedule:
    """``lr / sqrt(d) * min(n**-0.5, n * W**-1.5)``, n = max(1, t), after the warm-up at least min_lr; it has no end."""
    peak, warmup = p.rate * p.sched.number("d_model", above=0) ** -0.5, p.warmup
    if p.low > p.rate:
        raise p.sched.error("min_lr", f"at most lr = {p.rate:g}", p.low)
    if not peak:
        return ConstantLR(0.0)
    fall = t5(max(warmup, 1), peak)
    fall = fall.clip(min_lr=p.low) if p.low else fall
    if not warmup:
        return fall
    rise = ConstantLR(peak * warmup**-1.5).maximum(WarmUpLR(peak * warmup**-0.5, warmup))
    return rise.then(fall.shift(-warmup - 1), warmup + 1)


def _noam_hold(p: Phases) -> LearningRateSchedule:
    """``lr * (W / (t - hold))**decay_rate``, at most one, and at least min_lr."""
    if not p.warmup:
        raise p.sched.error("warmup_steps", "above 0 for NoamHoldAnnealing", p.warmup)
    fall = power_law(p.rate, p.sched.number("decay_rate", 0.5, low=0), p.warmup) if p.rate else ConstantLR(0.0)
    return p.ended(p.after(max(p.warmup, p.hold), fall.clip(min_lr=p.low) if p.low else fall))


def _inverse_root(p: Phases) -> LearningRateSchedule:
    return p.ended(p.after(p.warmup, power_law(p.rate, 0.5, p.warmup + 1) if p.rate else ConstantLR(0.0)))


def _t5(p: Phases) -> LearningRateSchedule:
    return p.ended(t5(p.sched.whole("constant_steps", low=1), 1.0))


def _line(p: Phases) -> LearningRateSchedule:
    return p.after(p.warmup, line(p.rate, p.low, p.total - p.warmup))


def _hold_root(p: Phases) -> LearningRateSchedule:
    fall = p.rate * cooldown(p.total - p.hold, "1-sqrt")
    return p.after(p.hold, fall.clip(min_lr=p.low) if p.low else fall)


def _hold_line(p: Phases) -> LearningRateSchedule:
    return p.after(p.hold, line(p.rate, p.low, p.total - p.hold))


def _power(p: Phases) -> LearningRateSchedule:
    """``cycle`` would begin again past the end, where min_lr is."""
    return p.after(p.warmup, polynomial(p.rate, p.low, p.total - p.warmup, p.sched.number("power", 1.0, above=0)))


def _hold_power(p: Phases) -> LearningRateSchedule:
    """Without a hold, on the clock of the run, of which the decay ends a warm-up early."""
    power, cycle = p.sched.number("power", 1.0, above=0), p.sched.flag("cycle", False)
    steps = p.total - max(p.warmup, p.hold)
    return p.ended(p.after(p.hold, polynomial(p.rate, p.low, steps, power, cycle)))


SCHEDULERS: dict[str, Callable[[Phases], LearningRateSchedule]] = {
    "WarmupPolicy": _level,
    "WarmupHoldPolicy": _level,
    "SquareAnnealing": _square,
    "SquareRootAnnealing": _square_root,
    "CosineAnnealing": _cosine,
    "NoamAnnealing": _noam,
    "NoamHoldAnnealing": _noam_hold,
    "WarmupHoldAnnealOneMinusSquareRoot": _hold_root,
    "WarmupHoldAnnealLinear": _hold_line,
    "WarmupAnnealing": _line,
    "InverseSquareRootAnnealing": _inverse_root,
    "T5InverseSquareRootAnnealing": _t5,
    "PolynomialDecayAnnealing": _power,
    "PolynomialHoldDecayAnnealing": _hold_power,
}
HOLDING = ("WarmupHoldAnnealOneMinusSquareRoot", "WarmupHoldAnnealLinear", "PolynomialHoldDecayAnnealing")
SYSTEM = System("nemo", "NeMo 1", _recognise, _read)
