"""The words of a chart: a schedule in a few, what tells two of one name apart, and what a curve does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ._params import fields_of
from ._types import Floats
from .catalogue._recognition import named
from .catalogue._simplified import simplified
from .schedules._base import LearningRateSchedule
from .schedules._formula import computes_as
from .schedules._registry import FUNCTIONS
from .schedules.arithmetic import OffsetLR, ScaleLR
from .schedules.clock import ShiftLR
from .schedules.join import JoinLR

LONGEST_DIFFERENCE = 60
"""The most letters that tell two curves of the same name apart."""
LONGEST_NAME = 56
MOST_PARTS = 40
"""A schedule of more parts is named without them."""


class Name(NamedTuple):
    """A schedule in words: the longest text first, and the one without numbers last."""

    texts: list[str]
    unnamed: int
    """How many of its parts have no name in the catalogue."""


def short_name(schedule: LearningRateSchedule, *, numbers: bool = True) -> str:
    """A schedule in a few words: ``warm up → cosine decay``, ``one cycle(max_lr=0.1, total_steps=1000)``.

    It is the catalogue's name, or else the names of the parts. The simplified schedule and the schedule itself are both
    tried: the one with fewer parts that the catalogue does not name is taken. `numbers` are told as far as they fit.
    """
    simple = simplified(schedule)
    trees = [simple] if simple is schedule or simple == schedule else [simple, schedule]
    found = [name for tree in trees if (name := _name_in_catalogue(tree) or _name_of_few_parts(tree))]
    texts = min(found, key=lambda name: name.unnamed).texts if found else []
    texts = [*(texts if numbers else texts[-1:]), _kind(simple)]
    return next((text for text in texts if len(text) <= LONGEST_NAME), texts[-1])


def _name_in_catalogue(schedule: LearningRateSchedule) -> Name | None:
    """The function's name with all arguments by name, with the required ones by position, and alone."""
    call = named(schedule)
    if call is None:
        return None
    fields = fields_of(FUNCTIONS[call.name])
    numbers = {name: _number(value) for name, value in call.arguments.items()}
    by_name = [f"{name}={number}" for name, number in numbers.items()]
    short = [number if fields[name].required else f"{name}={number}" for name, number in numbers.items()]
    own = call.name.replace("_", " ")
    return Name([own + _bracketed(by_name), own + _bracketed(short), own], 0)


def _name_of_few_parts(schedule: LearningRateSchedule) -> Name | None:
    seen, waiting = 0, [schedule]
    while waiting and seen <= MOST_PARTS:
        seen += 1
        waiting += waiting.pop().parts()
    return None if waiting else _name_of_parts(schedule)


def _name_of_parts(schedule: LearningRateSchedule) -> Name:
    names = [_name_in_catalogue(part) or _name_of_parts(part) for part in schedule.parts()]
    unnamed = 1 + sum(name.unnamed for name in names)
    if not names:
        return Name([_kind(schedule)], unnamed)
    if computes_as(schedule, ShiftLR):
        return Name(names[0].texts, unnamed)
    if computes_as(schedule, JoinLR):
        return Name([" → ".join(name.texts[k] for name in names) for k in (0, -1)], unnamed)
    inner, plain = (", ".join(_as_operand(name.texts[k]) for name in names) for k in (0, -1))
    if not computes_as(schedule, ScaleLR, OffsetLR):  # a factor or an offset says nothing without its number
        plain = f"{_kind(schedule)} of {plain}"
    return Name([f"{_kind(schedule)}{_bracketed(_own_numbers(schedule))} of {inner}", plain], unnamed)


def _own_numbers(schedule: LearningRateSchedule) -> list[str]:
    """The numbers of a schedule that are not the defaults."""
    fields, given = fields_of(type(schedule)), schedule.parameters().items()
    told = {name: v for name, v in given if fields[name].required or v != fields[name].default}
    return [f"{name}={_number(v)}" for name, v in told.items() if isinstance(v, (int, float))]


def _as_operand(text: str) -> str:
    return f"({text})" if " → " in text else text


def _bracketed(texts: Sequence[str]) -> str:
    return f"({', '.join(texts)})" if texts else ""


def _kind(schedule: LearningRateSchedule) -> str:
    return schedule.kind.replace("_", " ") or type(schedule).__name__


def _number(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_number, value))}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def told_apart(labels: list[str], schedules: list[LearningRateSchedule]) -> list[str]:
    """The labels; a label that occurs twice, with the numbers in which its schedules differ, or else counted."""
    told = list(labels)
    for label in {label for label in labels if labels.count(label) > 1}:
        same = [k for k, other in enumerate(labels) if other == label]
        for k, text in zip(same, _differences([schedules[k] for k in same]), strict=True):
            told[k] = f"{label} ({text})"
    return told


def _differences(schedules: list[LearningRateSchedule]) -> list[str]:
    """The numbers that differ between the schedules; if these do not tell all of them apart, 1, 2, 3."""
    numbers = [list(_numbers(schedule)) for schedule in schedules]
    if len({tuple(name for name, _ in own) for own in numbers}) == 1:
        differ = [k for k, column in enumerate(zip(*numbers, strict=True)) if len(set(column)) > 1]
        texts = [", ".join(f"{name}={value}" for name, value in (own[k] for k in differ)) for own in numbers]
        if len(set(texts)) == len(texts) and max(map(len, texts)) <= LONGEST_DIFFERENCE:
            return texts
    return [str(k + 1) for k in range(len(schedules))]


def _numbers(schedule: LearningRateSchedule) -> Iterator[tuple[str, str]]:
    """The names and values of the numbers in a schedule and its parts, in order, without those of a packed table."""
    if call := named(schedule):
        fields = fields_of(FUNCTIONS[call.name])
        yield from ((name, _number(call.arguments.get(name, field.default))) for name, field in fields.items())
        return
    for name, value in schedule.parameters().items():
        items = value if isinstance(value, tuple) else (value,)
        if not any(isinstance(item, (LearningRateSchedule, np.ndarray)) for item in items):
            yield name, _number(value)
    for part in schedule.parts():
        yield from _numbers(part)


def position_text(position: float) -> str:
    """A position in words: ``1,000,000``, ``2.5``."""
    return f"{position:,.3f}".rstrip("0").rstrip(".")


def count_text(count: float) -> str:
    """A count at a tick: plain below 1000, then with k, M, B or T. It depends on nothing but the count.

    Examples
    --------
    >>> [count_text(count) for count in (0, 500, 1000, 2500, 300_000_000_000, 7.5)]
    ['0', '500', '1k', '2.5k', '300B', '7.5']
    """
    for power, letter in ((12, "T"), (9, "B"), (6, "M"), (3, "k")):
        if abs(count) >= 10**power * (1 - 1e-9):
            return f"{count / 10**power:,.6g}{letter}".replace("-", "−")
    return f"{count:.6g}".replace("-", "−")


def describe(label: str, steps: Floats, rates: Floats, unit: str = "step") -> str:
    """What a curve does, in a sentence: where it starts, peaks, is lowest and ends."""
    top, bottom = int(rates.argmax()), int(rates.argmin())
    words = f"{label}: starts at {rates[0]:.6g}"
    if 0 < top < rates.size - 1:
        words += f", peaks at {rates[top]:.6g} at {unit} {position_text(steps[top])}"
    if rates[bottom] < min(rates[0], rates[-1]):
        words += f", is lowest with {rates[bottom]:.6g} at {unit} {position_text(steps[bottom])}"
    return f"{words}, ends at {rates[-1]:.6g} at {unit} {position_text(steps[-1])}."
