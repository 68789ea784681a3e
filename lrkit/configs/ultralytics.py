"""Ultralytics (``args.yaml``) and YOLOv5 (``opt.yaml``): stairs by epoch times a warm-up by batch, for each group."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..interop._decays import cosine, line
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._batches import in_blocks, with_epochs
from ._budgets import filled
from ._fields import Fields
from ._system import System

CHOOSES_ABOVE = 10_000
"""With ``optimizer: auto``, SGD at 0.01 in a run of more updates than this, else AdamW at a rate by the classes."""


KEYS = {"lr0", "lrf", "warmup_bias_lr"}
LATE = (
    "The scheduler is stepped at the end of an epoch: after the warm-up each epoch has the level of the one before. "
    "Versions of Ultralytics from April 2024 on do not: system='ultralytics' reads the file so."
)


class Rule(NamedTuple):
    """What the versions do differently."""

    late: bool
    """The scheduler is stepped at the end of an epoch: after the warm-up, each has the level of the one before."""
    least: int
    """The fewest batches of a warm-up."""
    inclusive: bool
    """The warm-up's last batch is that of its full length, so that the target is reached within the epoch."""


YOLOV5 = Rule(late=True, least=100, inclusive=True)
EARLIER = Rule(late=False, least=100, inclusive=True)
PRESENT = Rule(late=False, least=0, inclusive=False)


def _recognise(data: Mapping[str, Any]) -> str:
    return "it has lr0, lrf and warmup_bias_lr" if data.keys() >= KEYS and "time" in data else ""


def _recognise_older(data: Mapping[str, Any]) -> str:
    hyp = data.get("hyp")
    if isinstance(hyp, Mapping) and {"lr0", "lrf"} <= hyp.keys():
        return "it has hyp with lr0 and lrf"
    return "it has lr0, lrf and warmup_bias_lr, but not time, which came in 2024" if data.keys() >= KEYS else ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    return _run(fields, fields, budget, PRESENT if "channels_last" in fields.data else EARLIER)


def _read_older(fields: Fields, budget: Budget | None) -> Configured:
    hyp = fields.part("hyp") if fields.has("hyp.lr0") else fields
    return _run(fields, hyp, budget, YOLOV5)


def _run(fields: Fields, hyp: Fields, budget: Budget | None, rule: Rule) -> Configured:
    epochs = fields.whole("epochs", 100, low=1)
    size = fields.number(fields.first("batch", "batch_size"), 16)
    known = filled(budget, batch=int(size) if size >= 1 else None, epochs=epochs)
    known, batches = with_epochs(fields, "warms up in batches", known)
    lr0, momentum, bias_start, chosen = _optimizer(fields, hyp, known, size)
    lrf = hyp.number("lrf", 0.01, low=0)
    level = (cosine if _is_cosine(fields) else line)(lr0, lr0 * lrf, epochs)
    rise = _rise(hyp.number("warmup_epochs", 3.0, low=0), epochs, batches, rule)
    target = _target(level, batches, rise, rule)
    breaks_off = not rule.inclusive and rise % batches != 0
    weights = target * _factor(line(0.0, 1.0, rise), 1.0, rise, batches, breaks_off) if rise else target
    bias = weights
    if rise and bias_start:  # what the warm-up lacks of the target is filled with the first rate of biases
        bias = weights + _factor(line(bias_start, 0.0, rise), 0.0, rise, batches, breaks_off)
    first = hyp.number("warmup_momentum", 0.8, low=0)
    rising = line(first, momentum, rise)
    unfinished = bool(rise) and not rule.inclusive  # nothing sets the momentum after the warm-up
    last, wanted = float(target((epochs - 1) * batches)), lr0 * lrf
    together = round(fields.number("nbs", 64) / size) if size >= 1 else 1
    return fields.found(
        {"weights": weights, "bias": bias, "momentum": rising.hold(rise - 1) if unfinished else rising},
        known,
        chosen,
        f"lrf is never reached: the last epoch has {last:.6g}, not {wanted:.6g}." if last != wanted else "",
        LATE if rule.late else "",
        f"The rate of biases warms down, from warmup_bias_lr={bias_start:g}." if bias_start > lr0 else "",
        f"The warm-up ends within an epoch, at batch {rise}: the rest of that epoch keeps the rate of the batch before."
        if breaks_off
        else "",
        f"The momentum stays where the warm-up's last batch leaves it, a step before {momentum:g}."
        if unfinished and first != momentum
        else "",
        f"A step is a batch; after the warm-up the weights are updated every {together} batches (nbs / batch)."
        if together > 1
        else "",
    )


def _optimizer(fields: Fields, hyp: Fields, budget: Budget, size: float) -> tuple[float, float, float, str]:
    """The base rate, momentum and first rate of biases, which ``optimizer: auto`` replaces, and a word on that."""
    lr0, momentum = hyp.number("lr0", 0.01, low=0), hyp.number("momentum", 0.937, low=0)
    if fields.text("optimizer", "SGD") != "auto":
        return lr0, momentum, hyp.number("warmup_bias_lr", 0.1, low=0), ""
    nominal, samples = fields.number("nbs", 64), budget.given.samples
    # Updates are counted in batches of nbs samples, where a batch is smaller.
    in_epoch = math.ceil(samples / max(size, nominal)) if samples else budget.epoch * min(1.0, size / nominal)
    if in_epoch * fields.whole("epochs", 100, low=1) > CHOOSES_ABOVE:
        return 0.01, 0.9, 0.0, f"optimizer: auto takes 0.01 for lr0 in a run of over {CHOOSES_ABOVE:,} updates."
    if not fields.has("nc"):
        raise fields.refusal(
            "optimizer: auto replaces lr0 by a rule that counts the classes of the data: write nc, their number, into "
            "the file; or optimizer, lr0 and momentum as the run's log has them"
        )
    rate = round(0.002 * 5 / (4 + fields.whole("nc", low=1)), 6)
    return rate, 0.9, 0.0, f"optimizer: auto takes AdamW with {rate:g} for lr0, and 0 for warmup_bias_lr."


def _is_cosine(fields: Fields) -> bool:
    """YOLOv5 has had a flag for the line first, and one for the cosine since."""
    is_line: bool = fields.flag("linear_lr", False) if fields.has("linear_lr") else not fields.flag("cos_lr", False)
    return not is_line


def _rise(warmup_epochs: float, epochs: int, batches: int, rule: Rule) -> int:
    """The batches of the warm-up."""
    if rule is PRESENT:
        return round(min(warmup_epochs, epochs - 1) * batches)
    if warmup_epochs == 0 and not rule.late:
        return 0
    return max(round(warmup_epochs * batches), rule.least)


def _target(level: LearningRateSchedule, batches: int, rise: int, rule: Rule) -> LearningRateSchedule:
    """The stairs by epoch that the warm-up leads to."""
    stairs = in_blocks(level, batches)
    if not rule.late:
        return stairs
    ends = rise // batches  # in this epoch, whose level is set by the warm-up
    return stairs.then(in_blocks(level.shift(-ends) if ends else level, batches), (ends + 1) * batches)


def _factor(
    rising: LearningRateSchedule, end: float, rise: int, batches: int, breaks_off: bool
) -> LearningRateSchedule:
    """A line of the warm-up; if it ends within an epoch and is not finished there, its last value is held till then."""
    if not breaks_off:
        return rising
    return rising.hold(rise - 1).then(ConstantLR(end), -(-rise // batches) * batches)


SYSTEM = System("ultralytics", "Ultralytics", _recognise, _read, aliases=("yolo", "yolov8"))
OLDER = System("yolov5", "YOLOv5, or Ultralytics before April 2024", _recognise_older, _read_older)
