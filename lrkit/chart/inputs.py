"""The schedules in what a user gives to a picture, with their labels, units and lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._params import shorten
from .._recipes import Recipe, length_of, unit_of
from ..naming import short_name, told_apart
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR

NOT_PRINTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's categories Cc and Cs: control characters, and halves of a character."""


class Run(NamedTuple):
    """A schedule to draw: its label, what its steps count, and the length of its run if that is known."""

    label: str
    schedule: LearningRateSchedule
    unit: str = "step"
    length: int | None = None

    @property
    def end(self) -> int | None:
        """The length of a recipe or a list; None of any other schedule."""
        return self.length or (self.schedule.horizon if isinstance(self.schedule, TableLR) else None)

    @property
    def whole_length(self) -> int:
        """The length, or where there is none, the steps until nothing new happens."""
        return self.end or self.schedule.horizon + 1


def name_schedules(given: Sequence[Any], labels: Sequence[str] | None, steps: int | None = None) -> list[Run]:
    """The runs of the things to draw; a thing with several groups may have several."""
    runs: list[Run] = []
    for item in given:
        for key, value in item.items() if isinstance(item, Mapping) else [("", item)]:
            own = one_line(str(key)) or _own_name(value)
            for group, schedule in _curves(value, steps):
                label = f"{own or short_name(schedule)}, {group}" if group else own
                runs.append(Run(label, schedule, unit_of(value), length_of(value)))
    if not runs:
        raise TypeError("plot: nothing to draw: give at least one schedule")
    if labels is None:
        names = told_apart([run.label or short_name(run.schedule) for run in runs], [run.schedule for run in runs])
    elif isinstance(labels, (list, tuple, np.ndarray)) and len(labels) == len(runs):
        names = [one_line(str(label)) for label in labels]
    else:
        raise ValueError(f"plot: labels must be one label for each curve, {len(runs)} in all, got {shorten(labels)}")
    return [run._replace(label=name) for run, name in zip(runs, names, strict=True)]


def one_line(text: str) -> str:
    """The text with a space for each control character: tab, line break, what changes a terminal's colours."""
    return NOT_PRINTED.sub(" ", text)


def _curves(value: Any, steps: int | None) -> list[tuple[str, LearningRateSchedule]]:
    """The curves of a thing, each with the name of its group if they differ."""
    if isinstance(value, LearningRateSchedule):
        return [("", value)]
    if isinstance(value, (list, tuple)) and any(isinstance(item, LearningRateSchedule) for item in value):
        raise TypeError("plot: give schedules one by one, plot(a, b), or as a dict of label to schedule, not as a list")
    from ..interop._reading import read  # the adapters are not needed for a schedule

    return read(value, steps, complaint="plot: cannot draw")


def _own_name(value: Any) -> str:
    """The name of a framework's object or of a function: that of its class, or of the function that made it."""
    if isinstance(value, (LearningRateSchedule, list, tuple)) or hasattr(value, "__array__"):
        return ""
    if isinstance(value, Recipe):
        return value.name
    name = getattr(value, "__qualname__", "").partition(".<locals>")[0] or type(value).__name__
    return "" if "<lambda>" in name else name
