"""levanter: ``optimizer`` with ``lr_schedule``, and its cycles of warm-up, stable part and decay.

Source: stanford-crfm/levanter, src/levanter/optim/config.py, of 2025 with cycles, and of 2024 with a stable part and a
cool-down. levanter computes in float32; the curves here are those of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..catalogue.power_law import power_law
from ..catalogue.t5 import t5
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.inverse_decay import InverseDecayLR
from ..schedules.join import JoinLR
from ._budgets import filled
from ._fields import Fields
from ._system import System

KINDS = ("constant", "cosine", "linear", "inv_sqrt", "inv", "power")
OWN = ("min_lr_ratio", "lr_schedule", "warmup_ratio", "rewarmup", "cooldown", "cycles", "cycle_length")
MOST_CYCLES = 10_000
LONGER = "cycle_length does not divide the run: the last cycle is longer than the others."


class Part(NamedTuple):
    """A part of the run, and the update before which it ends."""

    curve: LearningRateSchedule
    end: int


def _recognise(data: Mapping[str, Any]) -> str:
    optimizer, trainer = data.get("optimizer"), data.get("trainer")
    if isinstance(optimizer, Mapping) and isinstance(trainer, Mapping) and "num_train_steps" in trainer:
        return "it has trainer with num_train_steps, and optimizer"
    if isinstance(optimizer, Mapping) and "learning_rate" in optimizer and any(key in optimizer for key in OWN):
        return "it has optimizer with learning_rate and min_lr_ratio"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    own, trainer = fields.part("optimizer"), fields.part("trainer")
    known = filled(
        budget,
        updates=trainer.whole("num_train_steps", None, low=1),
        batch=trainer.whole("train_batch_size", None, low=1),
    )
    if known is None:
        raise fields.missing("decays over the whole run", "num_train_steps", "updates")
    total, rate = known.total, own.number("learning_rate", 6e-4, low=0)
    low = rate * own.number("min_lr_ratio", 0.1, low=0)
    cooldown = _steps(own, "cooldown", 0.0, total)
    if cooldown >= total:
        raise own.error("cooldown", f"shorter than the run of {total:,}", cooldown)
    ends = _ends(own, total - cooldown)
    parts: list[Part] = []
    begin, last = 0, 0.0
    for end in ends:
        cycle, last = _cycle(own, begin, end, rate, low, last)
        parts += cycle
        begin = end
    if cooldown:
        parts.append(Part(line(last, low, cooldown), total))
    curves, milestones = [part.curve for part in parts], [part.end for part in parts][:-1]
    schedule = JoinLR(tuple(curves), tuple(milestones)) if milestones else curves[0]
    groups = {"lr": schedule}
    if own.flag("adamc_weight_decay", False) and rate:
        groups["weight_decay"] = schedule * (own.number("weight_decay", 0.1, low=0) / rate)
    longer = len(ends) > 1 and not isinstance(own.get("cycle_length", []), list) and ends[-1] - ends[-2] != ends[0]
    return fields.found(groups, known, LONGER if longer else "")


def _ends(own: Fields, total: int) -> list[int]:
    """Where each cycle ends: by their length or lengths, their number, or a list of the ends."""
    if own.has("cycles", "cycle_length"):
        raise own.refusal(f"only one of {own.at('cycles')} and cycle_length may be given")
    length, count = own.get("cycle_length"), own.first("cycles", "haps")
    ends: list[int] = []
    if isinstance(length, list):
        lengths = [int(item) for item in own.numbers("cycle_length")]
        ends = [sum(lengths[: k + 1]) for k in range(min(len(lengths), MOST_CYCLES))]
    elif length is not None:
        size = _steps(own, "cycle_length", 1.0, total)
        if size < 1:
            raise own.error("cycle_length", "at least one step", length)
        ends = [k * size for k in range(1, min(total // size, MOST_CYCLES + 1))]
    elif isinstance(own.get(count), list):
        ends = [int(end) for end in own.numbers(count)]
    elif own.has(count):
        cycles = own.whole(count, low=1)
        ends = [int(total / cycles * (k + 1)) for k in range(min(cycles - 1, MOST_CYCLES))]
    if not ends or ends[-1] != total:
        ends.append(total)
    rising = all(a < b for a, b in zip([0, *ends], ends, strict=False))
    if not rising or len(ends) > MOST_CYCLES:
        key = "cycle_length" if length is not None else count
        raise own.error(
            key, f"cycles that rise to the end of the run, {total:,}, at most {MOST_CYCLES:,}", own.get(key)
        )
    return ends


def _cycle(own: Fields, begin: int, end: int, rate: float, low: float, last: float) -> tuple[list[Part], float]:
    """The parts of a cycle, and the rate at its end. A warm-up begins where the cycle before has ended."""
    steps = end - begin
    warmup = _warmup(own, steps) if not begin else _steps(own, "rewarmup", 0.0, steps)
    if own.has("decay"):
        decay = _steps(own, "decay", 1.0, steps)
        stable = steps - warmup - decay
    else:
        stable = _steps(own, "stable", 0.0, steps)
        decay = steps - warmup - stable
    if decay < 1 or stable < 0:
        raise own.refusal(f"warm-up and stable part take {steps - decay:,} of {steps:,} steps, and decay {decay:,}")
    body = _body(own, rate, low, decay, warmup)
    parts = [Part(line(last, rate, warmup), begin + warmup)] if warmup else []
    parts += [Part(ConstantLR(rate), begin + warmup + stable)] if stable else []
    return [*parts, Part(body, end)], float(body(decay))


def _warmup(own: Fields, steps: int) -> int:
    if own.has("warmup_ratio"):
        return int(own.number("warmup_ratio", low=0) * steps)
    return _steps(own, "warmup", 0.01, steps)


def _steps(own: Fields, name: str, default: float, total: int) -> int:
    """Up to 1, a share of the run or cycle, cut to whole steps; else steps. Where a stable part is said, below 1."""
    value = own.number(name, default, low=0)
    if value < 1 or (value == 1 and not own.has("stable")):
        return int(value * total)
    return int(own.whole(name, int(value)))


def _body(own: Fields, rate: float, low: float, steps: int, warmup: int) -> LearningRateSchedule:
    """The decay, by its name or by ``{"type": name}`` with its arguments."""
    options = own.part("lr_schedule") if isinstance(own.get("lr_schedule"), Mapping) else own.of({}, "")
    kind = (options if options.data else own).text("type" if options.data else "lr_schedule", "cosine", KINDS)
    if kind == "constant" or not rate:
        return ConstantLR(rate)
    if kind == "cosine":
        return cosine(rate, low, steps, options.number("exponent", 1.0, above=0))
    if kind == "linear":
        return line(rate, low, steps)
    if kind == "inv_sqrt":  # level until as many steps as the time scale, then the root
        scale = options.whole("timescale", 10_000, low=1)
        root = t5(scale, rate * scale**0.5).shift(-warmup)
        return root.clip(min_lr=low) if low else root
    if kind == "inv":
        if not 0 < low < rate:
            raise own.error("min_lr_ratio", "above 0 and below 1 for inv", low / rate)
        inverse = InverseDecayLR(rate, rate / low - 1, steps)
        return inverse.clip(min_lr=low, max_lr=float(inverse(1)))  # step 0 has the rate of step 1
    size = options.whole("batch_size", low=1)
    power = -options.number("b", -0.51, high=0)
    first = size * options.number("a", 4.6, above=0) * float(size * options.whole("seq_length", low=1)) ** -power
    return ConstantLR(rate).then(power_law(first, power, 1).clip(max_lr=rate), 1)


SYSTEM = System("levanter", "levanter", _recognise, _read)
