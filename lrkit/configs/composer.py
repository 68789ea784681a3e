"""composer and llm-foundry: a scheduler of a multiplier, its lengths as time strings (``10ba``, ``3ep``, ``0.1dur``).

The arithmetic is that of `lrkit.interop`'s reader of live schedulers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._configured import Configured
from ..budget import Budget
from ..interop._composer_reading import READERS, Run, kind_of, parsed, shortened
from ._batches import with_epochs
from ._budgets import filled
from ._fields import Fields
from ._system import System

SHORTENED = "Lengths in dur follow the shortened max_duration, and are not multiplied by scale_schedule_ratio again."
ALONE = "The warm-up is not shortened by scale_schedule_ratio, unless scale_warmup is true."


def _recognise(data: Mapping[str, Any]) -> str:
    part, several = data.get("scheduler"), data.get("schedulers")
    if isinstance(several, Mapping) and several:
        part = {"name": next(iter(several))}
    if isinstance(part, Mapping) and kind_of(part.get("name")) and ("max_duration" in data or "t_warmup" in part):
        return f"it has a scheduler {part['name']} and max_duration"
    return ""


def _read(fields: Fields, budget: Budget | None) -> Configured:
    if fields.has("schedulers"):
        several = fields.part("schedulers")
        name = next(iter(several.data), "")
        scheduler = several.part(name)
    else:
        scheduler = fields.part("scheduler")
        name = scheduler.text("name")
    kind = kind_of(name)
    if kind is None:
        raise fields.refusal(f"{scheduler.at('name')} {name!r} is not read; there are {_known()}")
    optimizer = fields.part("optimizer") if fields.has("optimizer") else fields
    rate = optimizer.number(optimizer.first("lr", "learning_rate"), low=0)
    ratio = fields.number("scale_schedule_ratio", 1.0, above=0, high=1e6)
    duration = _duration(fields, ratio)
    known = _budget(fields, budget, duration)
    run = Run(scheduler, known, duration, ratio, lambda: with_epochs(scheduler, "turns epochs into batches", known)[1])
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
    value, unit = (fields.whole("max_duration", low=1), "ep") if bare else parsed(fields, "max_duration", given)
    if unit in ("dur", "sec", "iter"):
        raise fields.error("max_duration", "a length in ba, ep, sp or tok", given)
    return shortened(value, ratio), unit


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


def _known() -> str:
    return ", ".join(shape + "_with_warmup" * warm for shape, warm in READERS)


SYSTEM = System("composer", "composer", _recognise, _read, aliases=("llmfoundry", "llm_foundry", "mosaicml"))
