"""composer and llm-foundry: a scheduler of a multiplier, its lengths as time strings (``10ba``, ``3ep``, ``0.1dur``).

Source: mosaicml/composer, composer/optim/scheduler.py and composer/core/time.py of 0.32.1; mosaicml/llm-foundry,
llmfoundry/optim/scheduler.py of 0.22.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._configured import Configured
from ..budget import Budget
from ..catalogue.power_law import power_law
from ..catalogue.step_decay import step_decay
from ..interop._decays import cosine, line, polynomial, stairs
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.exponential_decay import ExponentialDecayLR
from ..schedules.join import JoinLR
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._system import System

TIME = re.compile(r"\s*([0-9_,]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(ba|ep|sp|tok|dur|sec|iter)\s*")
CALLED = {"ba": "batch", "sp": "sample", "tok": "token"}
SHAPES = {"linear": "linear", "cosine": "cosine", "polynomial": "polynomial", "constant": "constant"}
SHORTENED = "Lengths in dur follow the shortened max_duration, and are not multiplied by scale_schedule_ratio again."
ALONE = "The warm-up is not shortened by scale_schedule_ratio, unless scale_warmup is true."


def _kind(name: Any) -> tuple[str, bool] | None:
    """The shape that a name of a class or a registry means, and whether a warm-up is before it."""
    if not isinstance(name, str):
        return None
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().removesuffix("_scheduler")
    warm = words.endswith("_with_warmup")
    shape = words.removesuffix("_with_warmup").replace("multi_step", "multistep")
    shape = {"linear_decay": "linear", "cosine_decay": "cosine", "cosine_annealing": "cosine"}.get(shape, shape)
    shape = {"cosine_annealing_warm_restarts": "restarts", "cosine_warmrestart": "restarts"}.get(shape, shape)
    shape = {"inverse_square_root": "inv_sqrt"}.get(shape, shape)
    return (shape, warm) if (shape, warm) in READERS else None


def _recognise(data: Mapping[str, Any]) -> str:
    part, several = data.get("scheduler"), data.get("schedulers")
    if isinstance(several, Mapping) and several:
        part = {"name": next(iter(several))}
    if isinstance(part, Mapping) and _kind(part.get("name")) and ("max_duration" in data or "t_warmup" in part):
        return f"it has a scheduler {part['name']} and max_duration"
    return ""


class Time(NamedTuple):
    """A whole number of batches, samples or tokens."""

    value: int
    unit: str


class Run(NamedTuple):
    """What the lengths are resolved by."""

    fields: Fields
    budget: Budget | None
    duration: tuple[float, str]
    ratio: float

    def resolve(self, name: str, default: Any = None, *, scaled: bool = True) -> Time:
        """A time string of the scheduler, as composer converts it: cut to a whole number."""
        given = self.fields.get(name, default)
        return self.time(given, name, scaled=scaled)

    def time(self, given: Any, name: str, *, scaled: bool = True) -> Time:
        """A time string in batches, samples or tokens."""
        value, unit = _parsed(self.fields, name, given)
        ratio = self.ratio if scaled else 1.0
        if unit in ("sec", "iter"):
            raise self.fields.error(name, "a length in ba, ep, sp, tok or dur", given)
        if unit == "dur":
            total, of = self.duration
            if of == "ep":
                return Time(int(value * self.batches() * total), "ba")
            return Time(int(value * total), of)
        if unit == "ep":
            return Time(int(int(value * self.batches()) * ratio), "ba")
        return Time(int(value * ratio), unit)

    def batches(self) -> int:
        """The batches of an epoch."""
        return with_epochs(self.fields, "turns epochs into batches", self.budget)[1]

    def size(self, unit: str) -> int:
        """How much of a unit an update sees."""
        if unit == "ba":
            return 1
        if self.budget is None or (unit == "tok" and self.budget.sequence is None):
            field = "sequence" if unit == "tok" else "batch"
            what = "the tokens of a sample" if unit == "tok" else "the samples of a batch"
            raise self.fields.missing(f"counts {CALLED[unit]}s", what, field)
        return self.budget.batch_size * (self.budget.sequence or 1 if unit == "tok" else 1)

    def by_update(self, curve: LearningRateSchedule, unit: str) -> LearningRateSchedule:
        """A curve on a clock of a unit, on that of updates."""
        size = self.size(unit)
        return curve if size == 1 else curve.stretch(1 / size)


def _parsed(fields: Fields, name: str, given: Any) -> tuple[float, str]:
    found = TIME.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise fields.error(name, "a time string such as '100ba', '3ep', '0.1dur' or '1e9tok'", given)
    return float(found[1].replace("_", "").replace(",", "")), found[2]


def _read(fields: Fields, budget: Budget | None) -> Configured:
    if fields.has("schedulers"):
        several = fields.part("schedulers")
        name = next(iter(several.data), "")
        scheduler = several.part(name)
    else:
        scheduler = fields.part("scheduler")
        name = scheduler.text("name")
    kind = _kind(name)
    if kind is None:
        raise fields.refusal(f"{scheduler.at('name')} {name!r} is not read; there are {_known()}")
    optimizer = fields.part("optimizer") if fields.has("optimizer") else fields
    rate = optimizer.number(optimizer.first("lr", "learning_rate"), low=0)
    ratio = fields.number("scale_schedule_ratio", 1.0, above=0, high=1e6)
    duration = _duration(fields, ratio)
    known = _budget(fields, budget, duration)
    run = Run(scheduler, known, duration, ratio)
    factor = READERS[kind](run)
    curve = rate * factor if rate != 1 else factor
    told = [SHORTENED, ALONE if kind[1] and not scheduler.flag("scale_warmup", False) else ""] if ratio != 1 else []
    return fields.found({"lr": curve}, known, *told)


def _duration(fields: Fields, ratio: float) -> tuple[float, str]:
    """The length of the run, shortened; a bare number is of epochs."""
    given = fields.get("max_duration")
    if given is None:
        raise fields.refusal("max_duration is missing: it must be a time string such as '4800ba'")
    bare = isinstance(given, int)
    value, unit = (fields.whole("max_duration", low=1), "ep") if bare else _parsed(fields, "max_duration", given)
    if unit in ("dur", "sec", "iter"):
        raise fields.error("max_duration", "a length in ba, ep, sp or tok", given)
    return (float(int(value * ratio)) if ratio != 1 else value), unit


def _budget(fields: Fields, budget: Budget | None, duration: tuple[float, str]) -> Budget | None:
    """The run as the file says it: its length if that is in batches or epochs, and what a batch holds."""
    value, unit = duration
    batch = fields.whole("global_train_batch_size", None, low=1)
    sequence = fields.whole("max_seq_len", None, low=1)
    said: dict[str, Any] = {"batch": batch, "sequence": sequence}
    if unit == "ba":
        said["updates"] = int(value)
    elif unit == "ep":
        said["epochs"] = value
    elif unit == "tok" and sequence and batch:
        said["updates"] = -(-int(value) // (batch * sequence))
    elif unit == "sp" and batch:
        said["updates"] = -(-int(value) // batch)
    return filled(budget, **said)


# The schedulers: factors of the rate


def _plain(shape: str) -> Callable[[Run], LearningRateSchedule]:
    def read(run: Run) -> LearningRateSchedule:
        end = run.resolve("t_max", "1dur")
        return run.by_update(_body(run.fields, shape, end.value), end.unit)

    return read


def _body(fields: Fields, shape: str, length: int) -> LearningRateSchedule:
    """From the first factor to the last one in so many steps, and level then."""
    first, last = (fields.number("alpha_i", 1.0), fields.number("alpha_f", 0.0)) if shape == "linear" else (1.0, 0.0)
    if shape == "constant":
        return ConstantLR(fields.number("alpha", 1.0))
    last = fields.number("alpha_f", last)
    if length <= 0:
        return ConstantLR(first)
    if shape == "cosine":
        return cosine(first, last, length)
    return (
        polynomial(first, last, length, fields.number("power", 2.0))
        if shape == "polynomial"
        else line(first, last, length)
    )


def _constant(run: Run) -> LearningRateSchedule:
    """The factor lasts until t_max; after that it is 1."""
    end = run.resolve("t_max", "1dur")
    alpha = run.fields.number("alpha", 1.0)
    return ConstantLR(1.0) if alpha == 1 else stairs([alpha, 1.0], [-(-end.value // run.size(end.unit))])


def _warm(shape: str) -> Callable[[Run], LearningRateSchedule]:
    def read(run: Run) -> LearningRateSchedule:
        fields = run.fields
        warmup, end = run.resolve("t_warmup", scaled=False), run.resolve("t_max", "1dur")
        if warmup.unit != end.unit:
            units = " and ".join(f"{CALLED[time.unit]}s" for time in (warmup, end)).replace("batchs", "batches")
            raise fields.refusal(f"t_warmup and t_max must be of one unit, or composer stops: they count {units}")
        body = _body(fields, shape, end.value - warmup.value)
        return run.by_update(_risen(run, warmup, body), warmup.unit)

    return read


def _risen(run: Run, warmup: Time, body: LearningRateSchedule) -> LearningRateSchedule:
    """From 0 to the body's first factor; shortened by the ratio with ``scale_warmup``, and level for the rest then."""
    if not warmup.value:
        return body
    shortened = run.resolve("t_warmup") if run.fields.flag("scale_warmup", False) else warmup
    return line(0.0, float(body(0)), shortened.value).then(body, warmup.value)


def _inverse_root(run: Run) -> LearningRateSchedule:
    """llm-foundry's: a warm-up, the inverse root of the time since then, and a line to the last factor."""
    fields, names = run.fields, ("t_warmup", "t_scale", "t_cooldown")
    for name in names:
        if _parsed(fields, name, fields.get(name))[1] != run.duration[1]:
            raise fields.error(name, f"in {run.duration[1]}, the unit of max_duration", fields.get(name))
    warmup, scale, cooldown = (run.resolve(name, scaled=name != "t_warmup") for name in names)
    last, floor = fields.number("alpha_f_cooldown", 0.0, low=0), fields.number("alpha_f_decay", 0.0, low=0)
    if not scale.value or last > floor:
        raise fields.refusal("t_scale must be above 0, and alpha_f_decay at least alpha_f_cooldown")
    root = power_law(1.0, 0.5, scale.value)
    body = root * (1 - floor) + floor if floor else root
    level = max(run.resolve("t_max", "1dur").value - cooldown.value - warmup.value, 0)
    reached = float(body(level))
    fall = line(reached, last, cooldown.value) if cooldown.value else ConstantLR(reached)
    whole = body.then(fall, level) if level else fall
    return run.by_update(line(0.0, 1.0, warmup.value).then(whole, warmup.value) if warmup.value else whole, scale.unit)


def _multi_step(run: Run) -> LearningRateSchedule:
    """Each milestone is compared in its own unit, from the start of the run."""
    gamma, listed = run.fields.number("gamma", 0.1), run.fields.get("milestones")
    if not isinstance(listed, list):
        raise run.fields.error("milestones", "a list of time strings", listed)
    times = [run.time(item, "milestones") for item in listed]
    starts = sorted(-(-time.value // run.size(time.unit)) for time in times)
    return stairs([gamma**k for k in range(len(starts) + 1)], starts)


def _multi_step_warm(run: Run) -> LearningRateSchedule:
    warmup = run.resolve("t_warmup", scaled=False)
    body = _multi_step(run)
    if not warmup.value:
        return body
    shortened = run.resolve("t_warmup") if run.fields.flag("scale_warmup", False) else warmup
    size = run.size(warmup.unit)
    begins = -(-warmup.value // size)
    return line(0.0, 1.0, shortened.value / size).then(body.shift(-begins), begins)


def _stepped(run: Run) -> LearningRateSchedule:
    size = run.resolve("step_size")
    return run.by_update(step_decay(1.0, run.fields.number("gamma", 0.1, above=0), size.value), size.unit)


def _exponential(run: Run) -> LearningRateSchedule:
    period = run.resolve("decay_period", "1ep")
    return run.by_update(ExponentialDecayLR(1.0, run.fields.number("gamma", above=0), period.value), period.unit)


def _restarts(run: Run) -> LearningRateSchedule:
    """Each interval is cut to a whole length before the next is made of it."""
    first, growth = run.resolve("t_0"), run.fields.number("t_mult", 1.0, low=0)
    low = run.fields.number("alpha_f", 0.0)
    if growth == 1:
        return run.by_update(cosine(1.0, low, first.value).repeat(first.value), first.unit)
    total, of = run.duration
    shown = run.time(f"{total:.0f}{of}", "max_duration", scaled=False)
    lengths, starts, end = [first.value], [0], first.value
    while end < 10 * max(shown.value, first.value) and len(lengths) < 1000:
        lengths.append(int(growth * lengths[-1]))
        if not lengths[-1]:
            raise run.fields.error("t_mult", "large enough that no interval is cut to 0", growth)
        starts.append(end)
        end += lengths[-1]
    waves = tuple(cosine(1.0, low, length) for length in lengths)
    return run.by_update(JoinLR(waves, tuple(starts[1:])) if len(waves) > 1 else waves[0], first.unit)


READERS: dict[tuple[str, bool], Callable[[Run], LearningRateSchedule]] = {
    ("constant", False): _constant,
    **{(shape, False): _plain(shape) for shape in ("linear", "cosine", "polynomial")},
    **{(shape, True): _warm(shape) for shape in SHAPES},
    ("multistep", False): _multi_step,
    ("multistep", True): _multi_step_warm,
    ("step", False): _stepped,
    ("exponential", False): _exponential,
    ("restarts", False): _restarts,
    ("inv_sqrt", True): _inverse_root,
}


def _known() -> str:
    return ", ".join(shape + "_with_warmup" * warm for shape, warm in READERS)


SYSTEM = System("composer", "composer", _recognise, _read, aliases=("llmfoundry", "llm_foundry", "mosaicml"))
