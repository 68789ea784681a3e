"""Paddle: a class of ``paddle.optimizer.lr`` with its arguments; and PaddleDetection's ``LearningRate``.

Sources: python/paddle/optimizer/lr.py of paddlepaddle 3.3.1; PaddlePaddle/PaddleDetection,
ppdet/optimizer/optimizer.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..interop._decays import cosine, line, stairs
from ..interop._paddle_reading import CLASSES, OWN_FUNCTIONS, PLATEAU, curve_of
from ..schedules._base import LearningRateSchedule
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._system import System

WHERE = ("lr_scheduler", "scheduler", "learning_rate")
NAMES = ("type", "name", "class")
SHARED = {"OneCycleLR", "CyclicLR", "LinearLR", "CosineAnnealingWarmRestarts"}
"""Names of classes that torch has too: they do not tell that a config is Paddle's."""
DETECTION = "LearningRate"
RISES_AGAIN = "CosineAnnealingDecay climbs again after T_max."
OLD_BASE = (
    "A run that is resumed goes on from the rate in its state: CosineAnnealingDecay and LinearLR with another "
    "learning_rate still have the old one."
)
RAISES = "OneCycleLR extrapolates at total_steps and raises after it; here the last rate is held."
JUMPS = "LinearWarmup ends at end_lr={}, and the schedule after it begins at {}."
EVERY_STEP = "PaddleDetection's cosine after a warm-up ends one step before its minimum: the last rate is held."


def _recognise(data: Mapping[str, Any]) -> str:
    if isinstance(part := data.get(DETECTION), Mapping) and "schedulers" in part:
        return "it has LearningRate with schedulers"
    for key in WHERE:
        if isinstance(part := data.get(key), Mapping) and (name := _name(part)) and name not in SHARED:
            return f"it has {key} with {name}"
    return f"it has {name}" if (name := _name(data)) and name not in SHARED else ""


def _name(data: Mapping[str, Any]) -> str | None:
    """The class that a mapping names, by a key, or by being the only key."""
    found = next((data[key] for key in NAMES if isinstance(data.get(key), str)), None)
    if found is None and len(data) == 1:
        [found] = data
    return found if found in (*CLASSES, *OWN_FUNCTIONS, PLATEAU) else None


def _read(fields: Fields, budget: Budget | None) -> Configured:
    if fields.has(DETECTION):
        return _detection(fields, budget)
    key = next((key for key in WHERE if isinstance(fields.get(key), Mapping) and _name(fields.get(key))), None)
    told: list[str] = []
    schedule = _curve(fields.part(key) if key else fields, told)
    updates = fields.whole("iters", None, low=1)
    return fields.found({"lr": schedule}, filled(budget, updates=updates), *dict.fromkeys(told))


def _curve(fields: Fields, told: list[str]) -> LearningRateSchedule:
    """The rates of a class with its arguments, of which the rate may be another class."""
    name = _name(fields.data)
    if name in (*OWN_FUNCTIONS, PLATEAU):
        raise fields.refusal(f"{name} follows a {'metric' if name == PLATEAU else 'function'}, which no config has")
    if name is None:
        raise fields.refusal(f"{fields.at('type')} must be one of {', '.join(CLASSES)}")
    given = fields.part(name) if isinstance(fields.get(name), Mapping) else fields
    options = {key: value for key, value in given.data.items() if value is not None and key not in NAMES}
    if isinstance(options.get("learning_rate"), Mapping):
        options["learning_rate"] = _curve(given.part("learning_rate"), told)
    _tell(name, options, told)
    with given.handed_to(name):
        return curve_of(name, options)


def _tell(name: str, options: Mapping[str, Any], told: list[str]) -> None:
    if name == "CosineAnnealingDecay":
        told += [RISES_AGAIN, OLD_BASE]
    if name == "LinearLR":
        told.append(OLD_BASE)
    if name == "OneCycleLR":
        told.append(RAISES)
    if name == "LinearWarmup" and "end_lr" in options:
        inner = options.get("learning_rate")
        first = float(inner(0)) if isinstance(inner, LearningRateSchedule) else inner
        if isinstance(first, (int, float)) and first != options["end_lr"]:
            told.append(JUMPS.format(options["end_lr"], f"{first:g}"))


# PaddleDetection ---------------------------------------------------------------------------------------------------


def _detection(fields: Fields, budget: Budget | None) -> Configured:
    """Its first scheduler is the decay, the second the warm-up; both count epochs in batches."""
    part = fields.part(DETECTION)
    base = part.number("base_lr", 0.01, above=0)
    batch = fields.part("TrainReader").whole("batch_size", None, low=1)
    known = filled(budget, epochs=fields.whole("epoch", None, low=1), batch=batch)
    known, length = with_epochs(fields, "counts epochs (max_epochs, milestones)", known)
    decay, *others = part.parts("schedulers")
    warm = next((item for item in others if item.get("name") == "LinearWarmup"), None)
    told: list[str] = []
    steps = 0
    if warm is not None and decay.flag("use_warmup", True):
        epochs = warm.whole("epochs", None)
        steps = max(1, warm.whole("steps", 500) if epochs is None else epochs * length)
    kind = decay.text("name", choices=("CosineDecay", "PiecewiseDecay"))
    body = _cosine(decay, base, length, steps, told) if kind == "CosineDecay" else _stairs(decay, base, length)
    if warm is not None and steps:
        rise = line(base * warm.number("start_factor", 1 / 3, low=0), base, steps)
        body = rise.then(body if kind == "CosineDecay" else body.shift(-steps), steps)
    return fields.found({"lr": body}, known, *told)


def _cosine(decay: Fields, base: float, length: int, steps: int, told: list[str]) -> LearningRateSchedule:
    total, low = decay.whole("max_epochs", 1000, low=1) * length, base * decay.number("min_lr_ratio", 0.0, low=0)
    flat = decay.whole("last_plateau_epochs", 0) * length
    if not steps and not flat:
        told += [RISES_AGAIN, OLD_BASE]
        return curve_of("CosineAnnealingDecay", {"learning_rate": base, "T_max": total, "eta_min": low})
    if total - steps - flat < 1:
        raise decay.refusal(f"{decay.at('max_epochs')} must be longer than warm-up and plateau, {steps + flat} batches")
    fall = cosine(base, low, total - steps - flat)
    if flat:
        return fall
    told.append(EVERY_STEP)
    return fall.hold(total - steps - 1)


def _stairs(decay: Fields, base: float, length: int) -> LearningRateSchedule:
    milestones = [int(at) for at in decay.numbers("milestones", [8, 11])]
    if decay.has("values"):
        values = decay.numbers("values")
    else:
        gamma = decay.get("gamma", [0.1, 0.01])
        factors = decay.numbers("gamma", [0.1, 0.01]) if isinstance(gamma, list) else [
            decay.number("gamma") / 10**k for k in range(len(milestones))
        ]  # fmt: skip
        values = [base, *(base * factor for factor in factors)]
    if len(values) != len(milestones) + 1:
        raise decay.refusal(f"{decay.at('milestones')} must be one for each drop, {len(values) - 1}")
    return stairs(values, [at * length for at in milestones])


SYSTEM = System("paddle", "Paddle", _recognise, _read, aliases=("paddlepaddle", "paddledetection"))
