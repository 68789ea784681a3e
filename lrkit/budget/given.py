"""What a budget is told: the fields, their domains, and the form in which they are written in a shell."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from .._params import LARGEST_COUNT, as_kind, shorten
from .ramp import last_size, ramp_text
from .rounding import ROUNDINGS

OWNER = "Budget"
EXAMPLE = "samples=1.28e6 batch=256 epochs=90"
COUNTS = ("samples", "tokens", "batches", "updates", "batch", "accumulation", "processes", "sequence")
NUMBERS = ("epochs", "hours", "updates_per_second")
SYNONYMS = {
    "batch_size": "batch", "micro_batch_size": "batch", "micro_batch": "batch", "bs": "batch",
    "per_device_train_batch_size": "batch",
    "gradient_accumulation_steps": "accumulation", "accumulate": "accumulation", "grad_accum": "accumulation",
    "accumulate_grad_batches": "accumulation", "grad_accum_steps": "accumulation",
    "gpus": "processes", "devices": "processes", "num_processes": "processes", "world_size": "processes",
    "seq_len": "sequence", "seq_length": "sequence", "sequence_length": "sequence", "context": "sequence",
    "steps": "updates", "max_steps": "updates", "total": "updates", "iterations": "updates", "train_iters": "updates",
    "num_train_epochs": "epochs", "max_epochs": "epochs", "epoch": "epochs",
    "train_samples": "samples", "images": "samples", "examples": "samples", "steps_per_epoch": "batches",
    "rampup_batch_size": "ramp", "step_batch_size_schedule": "ramp", "framework": "rounding",
    "its": "updates_per_second", "it_per_second": "updates_per_second", "dataloader_drop_last": "drop_last",
}  # fmt: skip
"""What frameworks and people call a field."""


@dataclass(frozen=True)
class Given:
    """What a `Budget` was told, each number in its plainest form; None is what was left out."""

    samples: int | None = None
    tokens: int | None = None
    batches: int | None = None
    epochs: int | float | None = None
    updates: int | None = None
    hours: int | float | None = None
    updates_per_second: int | float | None = None
    batch: int = 1
    accumulation: int = 1
    processes: int = 1
    sequence: int | None = None
    drop_last: bool = False
    ramp: str | None = None
    rounding: str = "exact"

    def told(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in order."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if value != DEFAULTS[name]}


DEFAULTS = {field.name: field.default for field in fields(Given)}


FRAMEWORKS = {"transformers": "hf", "huggingface": "hf", "trainer": "hf", "pl": "lightning", "nemo": "megatron"}
"""What a rounding is called, too."""


def checked(values: dict[str, Any]) -> Given:
    """The fields, each within its domain; what they are to one another is not looked at here."""
    if values["batch"] is None:
        values["batch"] = _last_batch(values)
    found: dict[str, Any] = {name: _count(name, values[name]) for name in COUNTS}
    found |= {name: _number(name, values[name]) for name in NUMBERS}
    if values["drop_last"].__class__ is not bool:
        raise TypeError(f"{OWNER}: drop_last must be True or False, got {shorten(values['drop_last'])}")
    if not isinstance(values["rounding"], str):
        raise TypeError(f"{OWNER}: rounding must be one of {_roundings()}, got {shorten(values['rounding'])}")
    if values["rounding"] not in ROUNDINGS:
        hint = _near(values["rounding"], FRAMEWORKS, list(ROUNDINGS))
        raise ValueError(f"{OWNER}: rounding must be one of {_roundings()}, got {shorten(values['rounding'])}{hint}")
    ramp = ramp_text(OWNER, values["ramp"])
    return Given(**found, drop_last=values["drop_last"], ramp=ramp, rounding=values["rounding"])


def _last_batch(values: dict[str, Any]) -> int:
    """The batch of one process if it is not given: 1, or what the end of a ramp of thresholds leaves to each."""
    size = last_size(ramp_text(OWNER, values["ramp"]))
    shared = (_count("accumulation", values["accumulation"]) or 1) * (_count("processes", values["processes"]) or 1)
    return size // shared if size and size % shared == 0 else 1


def from_text(text: Any) -> dict[str, Any]:
    """The fields of ``"samples=1.28e6 batch=256 epochs=90"``."""
    if not isinstance(text, str):
        raise TypeError(f"{OWNER}: the text must be a str such as {EXAMPLE!r}, got {shorten(text)}")
    found: dict[str, Any] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise ValueError(
                f"{OWNER}: the text must be of words such as batch=256, without spaces in them, got {shorten(word)}"
            )
        if name not in DEFAULTS:
            hint = _near(name, SYNONYMS, list(DEFAULTS))
            raise ValueError(
                f"{OWNER}: there is no field {shorten(name)}{hint or '; there are ' + ', '.join(DEFAULTS)}"
            )
        if name in found:
            raise ValueError(f"{OWNER}: {name} is given twice in the text")
        found[name] = _value(name, value)
    return found


def text_of(given: Given) -> str:
    """The fields as `from_text` reads them."""
    told = {name: str(value).replace(" ", ",") for name, value in given.told().items()}
    return " ".join(f"{name}={value}" for name, value in told.items())


def _value(name: str, text: str) -> Any:
    if name in ("ramp", "rounding"):
        return text
    if name == "drop_last":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{OWNER}: drop_last must be True or False, got {shorten(text)}")
        return text.lower() == "true"
    from ..schedules._parse import parse_number  # loads the catalogue, which a budget of numbers does not need

    try:
        return parse_number(text)
    except ValueError as error:
        raise ValueError(f"{OWNER}: {name} must be a number such as 1.28e6, got {shorten(text)}") from error


def _count(name: str, value: Any) -> int | None:
    if value is None:
        if DEFAULTS[name] is None:
            return None
        raise TypeError(f"{OWNER}: {name} must be a whole number >= 1, got None")
    number = as_kind(value, int)
    if number is None:
        real = as_kind(value, float)
        if real is None:
            raise TypeError(f"{OWNER}: {name} must be a whole number >= 1, got {shorten(value)}")
        if not math.isfinite(real) or not real.is_integer():
            raise ValueError(f"{OWNER}: {name} must be a whole number >= 1, got {shorten(value)}")
        number = int(real)
    if number < 1:
        raise ValueError(f"{OWNER}: {name} must be a whole number >= 1, got {shorten(value)}")
    if number > LARGEST_COUNT:
        raise ValueError(f"{OWNER}: {name} must be at most 2**53, got {shorten(value)}")
    return int(number)


def _number(name: str, value: Any) -> int | float | None:
    return None if value is None else positive(OWNER, name, value)


def positive(owner: str, name: str, value: Any, *, zero: bool = False) -> int | float:
    """A finite number above 0, or from 0 on; as an int if it is whole."""
    domain = f"a number {'>=' if zero else '>'} 0"
    number = as_kind(value, float)
    if number is None:
        raise TypeError(f"{owner}: {name} must be {domain}, got {shorten(value)}")
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
        raise ValueError(f"{owner}: {name} must be {domain}, got {shorten(value)}")
    if number > LARGEST_COUNT:
        raise ValueError(f"{owner}: {name} must be at most 2**53, got {shorten(value)}")
    return int(number) if number.is_integer() else float(number)


def _roundings() -> str:
    return ", ".join(map(repr, ROUNDINGS))


def _near(name: str, synonyms: dict[str, str], known: list[str]) -> str:
    plain = name.lower().replace("-", "_")
    meant = synonyms.get(plain) or next(iter(get_close_matches(plain, known, 1)), None)
    if meant is None and (alike := get_close_matches(plain, synonyms, 1, cutoff=0.8)):
        meant = synonyms[alike[0]]
    return f"; did you mean {meant}?" if meant else ""
