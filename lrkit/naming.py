"""What the curves of a chart are called, and what they do in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ._params import fields_of, shorten
from ._recipes import Recipe, length_of, unit_of
from .catalogue._recognition import Call, named
from .catalogue._simplified import simplified
from .sampling import Floats
from .schedules._base import LearningRateSchedule
from .schedules._registry import FUNCTIONS
from .schedules.arithmetic import OffsetLR, ScaleLR
from .schedules.clock import ShiftLR
from .schedules.join import JoinLR

LONGEST_LABEL = 60
LONGEST_NAME = 56
MOST_PARTS = 40
"""How many parts of a schedule are looked at for its name."""


class Run(NamedTuple):
    """A schedule to draw: what it is called, what its clock counts, and how long it ran, if that is known."""

    label: str
    schedule: LearningRateSchedule
    unit: str = "step"
    length: int | None = None


def name_schedules(given: Sequence[Any], labels: Sequence[str] | None, steps: int | None = None) -> list[Run]:
    """The runs of the things to draw; a thing with several groups may have several."""
    flat: list[Run] = []
    for item in given:
        pairs = item.items() if isinstance(item, Mapping) else [("", item)]
        for label, value in pairs:
            own = one_line(str(label)) or own_name(value)
            flat += [
                Run(_joined(own, group, schedule), schedule, unit_of(value), length_of(value))
                for group, schedule in _curves(value, steps)
            ]
    if not flat:
        raise TypeError("plot: nothing to draw: give at least one schedule")
    if labels is None:
        names = _told_apart([run.label or short_name(run.schedule) for run in flat], [run.schedule for run in flat])
    elif isinstance(labels, (list, tuple, np.ndarray)) and len(labels) == len(flat):
        names = [one_line(str(label)) for label in labels]
    else:
        raise ValueError(f"plot: labels must be one label for each curve, {len(flat)} in all, got {shorten(labels)}")
    return [run._replace(label=name) for run, name in zip(flat, names, strict=True)]


def one_line(text: str) -> str:
    """The text without the characters that are none: tabs, line breaks, what switches a terminal's colours."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)


def _curves(value: Any, steps: int | None) -> list[tuple[str, LearningRateSchedule]]:
    """The curves of a thing, each with the name of its group if they differ."""
    if isinstance(value, LearningRateSchedule):
        return [("", value)]
    if isinstance(value, (list, tuple)) and any(isinstance(item, LearningRateSchedule) for item in value):
        raise TypeError("plot: give schedules one by one, plot(a, b), or as a dict of label to schedule, not as a list")
    from .interop._reading import read  # the adapters are not needed for a schedule

    return read(value, steps, complaint="plot: cannot draw")


def _joined(label: str, group: str, schedule: LearningRateSchedule) -> str:
    """The label of one curve of several; without a group, the label as it is."""
    return f"{label or short_name(schedule)}, {group}" if group else label


def own_name(value: Any) -> str:
    """What a framework's object or a function is called: by its class, or by the function that made it."""
    if isinstance(value, (LearningRateSchedule, list, tuple)) or hasattr(value, "__array__"):
        return ""
    if isinstance(value, Recipe):
        return value.name
    name = getattr(value, "__qualname__", "").partition(".<locals>")[0] or type(value).__name__
    return "" if "<lambda>" in name else name


def short_name(schedule: LearningRateSchedule, *, numbers: bool = True) -> str:
    """A schedule in a few words: ``warm up → cosine decay``, ``one cycle(max_lr=0.1, total_steps=1000)``.

    The catalogue's own name; else what it is made of: simplified, or as it stands if the catalogue's names then tell
    more of it. With `numbers`, as far as they fit.
    """
    simple = simplified(schedule)
    trees = [simple] if simple == schedule else [simple, schedule]
    found = [_words(tree) for tree in trees if _few_parts(tree) or named(tree)]
    names = min(found, key=lambda words: words.own).names if found else []
    names = [*(names if numbers else names[-1:]), _kind(simple)]
    return next((name for name in names if len(name) <= LONGEST_NAME), names[-1])


class Words(NamedTuple):
    """A name with its numbers and, last, without them; and how many parts have no name in the catalogue."""

    names: list[str]
    own: int


def _few_parts(schedule: LearningRateSchedule) -> bool:
    """Whether a schedule is made of so few that its name can be of them."""
    seen, waiting = 0, [schedule]
    while waiting and seen <= MOST_PARTS:
        seen += 1
        waiting += waiting.pop().parts()
    return not waiting


def _words(schedule: LearningRateSchedule) -> Words:
    if call := named(schedule):
        return Words(_called(call), 0)
    parts = list(schedule.parts())
    words = [_words(part) for part in parts]
    own = 1 + sum(part.own for part in words)
    if not parts:
        return Words([_kind(schedule)], own)
    if isinstance(schedule, ShiftLR):
        return Words(words[0].names, own)
    if isinstance(schedule, JoinLR):
        return Words([" → ".join(part.names[k] for part in words) for k in (0, -1)], own)
    inner = [", ".join(_in_brackets(part.names[k]) for part in words) for k in (0, -1)]
    fields, given = fields_of(type(schedule)), schedule.parameters().items()
    told = {name: v for name, v in given if fields[name].required or v != fields[name].default}
    numbers = [f"{name}={_number(v)}" for name, v in told.items() if isinstance(v, (int, float))]
    plain = inner[-1] if isinstance(schedule, (ScaleLR, OffsetLR)) else f"{_kind(schedule)} of {inner[-1]}"
    return Words([f"{_kind(schedule)}{_bracketed(numbers)} of {inner[0]}", plain], own)


def _in_brackets(name: str) -> str:
    return f"({name})" if " → " in name else name


def _called(call: Call) -> list[str]:
    """The name with its arguments by name, with those that are needed without theirs, and alone."""
    fields = fields_of(FUNCTIONS[call.name])
    texts = {name: _number(value) for name, value in call.arguments.items()}
    full = [f"{name}={text}" for name, text in texts.items()]
    short = [text if fields[name].required else f"{name}={text}" for name, text in texts.items()]
    own = call.name.replace("_", " ")
    return [own + _bracketed(full), own + _bracketed(short), own]


def _bracketed(texts: Sequence[str]) -> str:
    return f"({', '.join(texts)})" if texts else ""


def _kind(schedule: LearningRateSchedule) -> str:
    return schedule.kind.replace("_", " ") or type(schedule).__name__


def _told_apart(labels: list[str], schedules: list[LearningRateSchedule]) -> list[str]:
    """The labels; those that occur twice with the numbers in which their schedules differ, or else counted."""
    groups = {label: [k for k, other in enumerate(labels) if other == label] for label in labels}
    told = list(labels)
    for label, group in groups.items():
        if len(group) > 1:
            for k, text in zip(group, _differences([schedules[k] for k in group]), strict=True):
                told[k] = f"{label} ({text})"
    return told


def _differences(schedules: list[LearningRateSchedule]) -> list[str]:
    """What tells each schedule from the others: the numbers that differ, or if that does not do, 1, 2, 3."""
    numbers = [list(_numbers(schedule)) for schedule in schedules]
    if len({tuple(name for name, _ in own) for own in numbers}) == 1:
        differ = [k for k, column in enumerate(zip(*numbers, strict=True)) if len(set(column)) > 1]
        texts = [", ".join(f"{name}={value}" for name, value in (own[k] for k in differ)) for own in numbers]
        if len(set(texts)) == len(texts) and max(map(len, texts)) <= LONGEST_LABEL:
            return texts
    return [str(k + 1) for k in range(len(schedules))]


def _numbers(schedule: LearningRateSchedule) -> Iterator[tuple[str, str]]:
    """The names and values of the numbers in a schedule and its parts, in order; those of tables are too many."""
    if call := named(schedule):
        fields = fields_of(FUNCTIONS[call.name])
        yield from ((name, _number(call.arguments.get(name, field.default))) for name, field in fields.items())
        return
    for name, value in schedule.parameters().items():
        if not isinstance(value, (tuple, LearningRateSchedule, np.ndarray)) or (
            isinstance(value, tuple) and not any(isinstance(item, LearningRateSchedule) for item in value)
        ):
            yield name, _number(value)
    for part in schedule.parts():
        yield from _numbers(part)


def _number(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_number, value))}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def describe(label: str, steps: Floats, rates: Floats, unit: str = "step") -> str:
    """What a curve does, in a sentence: where it starts, peaks, is lowest and ends."""
    whole = steps % 1 == 0  # a jump's far side may be higher than any step is
    steps, rates = steps[whole], rates[whole]
    top, bottom = int(rates.argmax()), int(rates.argmin())
    words = f"{label}: starts at {rates[0]:.6g}"
    if 0 < top < rates.size - 1:
        words += f", peaks at {rates[top]:.6g} at {unit} {steps[top]:,.0f}"
    if rates[bottom] < min(rates[0], rates[-1]):
        words += f", is lowest with {rates[bottom]:.6g} at {unit} {steps[bottom]:,.0f}"
    return f"{words}, ends at {rates[-1]:.6g} at {unit} {steps[-1]:,.0f}."
