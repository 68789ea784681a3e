"""What a user gives to a picture or a comparison, read: schedules and logs, with their labels, units and lengths.

`plot` and its kin, `diff` and the command read what they are given here, all in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._params import shorten
from ..naming import short_name, told_apart
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from .curve import LoggedRun
from .things import is_budget, is_config, is_logged, is_match, is_read_log, is_recipe, is_series, length_of, unit_of

if TYPE_CHECKING:
    from pathlib import Path

    from .._configured import Configured
    from ..budget import Budget
    from ..runs.log import LoggedRates, LoggedSeries

NOT_PRINTED = "[\x00-\x1f\x7f-\x9f\ud800-\udfff]"
"""Unicode's categories Cc and Cs: control characters, and halves of a character."""
DEEPEST_LIST = 4
"""How many lists may lie in one another: a list may hold itself."""
DRAW = "plot: cannot draw"
"""How a message begins: the function that was called, and what it cannot do."""


class Run(NamedTuple):
    """What to draw: a schedule with its label, what its steps count, and the length of its run if that is known.

    `recorded` says that the rates were sampled, not read.
    """

    label: str
    schedule: LearningRateSchedule
    unit: str = "step"
    length: int | None = None
    recorded: bool = False

    @property
    def end(self) -> int | None:
        """The length of a recipe or a list; None of any other schedule."""
        return self.length or (self.schedule.horizon if isinstance(self.schedule, TableLR) else None)

    @property
    def whole_length(self) -> int:
        """The length, or where there is none, the steps until nothing new happens."""
        return self.end or self.schedule.horizon + 1


def name_schedules(
    given: Sequence[Any], labels: Sequence[str] | None, steps: int | None = None, complaint: str = DRAW
) -> list[Run | LoggedRun]:
    """The runs of the things to draw, each under a label of its own; a thing with several groups may have several."""
    return [run for _, runs in name_things(given, labels, steps, complaint) for run in runs]


def name_things(
    given: Sequence[Any], labels: Sequence[str] | None, steps: int | None = None, complaint: str = DRAW
) -> list[tuple[str, list[Run | LoggedRun]]]:
    """The things to draw, each by its name with its runs.

    `given` are schedules and whatever can be read as one, dicts of label to thing, and lists of things; a
    message begins with `complaint`.
    """
    owner = complaint.rpartition(": ")[0]
    things = list(_things(given, complaint))
    found = [(name, list(_runs(name, value, steps, complaint))) for name, value in things]
    runs = [run for _, group in found for run in group]
    if not runs:
        raise TypeError(f"{owner}: nothing to draw: give at least one schedule, got {_seen(given)}")
    if labels is None:
        schedules = [run.schedule if isinstance(run, Run) else TableLR(run.rates) for run in runs]
        own = [run.label or short_name(schedule) for run, schedule in zip(runs, schedules, strict=True)]
        names = told_apart(own, schedules)
    elif isinstance(labels, (list, tuple, np.ndarray)) and len(labels) == len(runs):
        names = [one_line(str(label)) for label in labels]
    else:
        raise ValueError(f"{owner}: labels must be one label for each curve, {len(runs)} in all, got {shorten(labels)}")
    named = iter(_on_one_clock([run._replace(label=name) for run, name in zip(runs, names, strict=True)]))
    return [(name, [next(named) for _ in group]) for name, group in found]


def only_run(name: str, value: Any, steps: int | None, owner: str, verb: str = "draw") -> Run | LoggedRun:
    """The only curve of an argument; a `ValueError` names the curves if there are several."""
    runs = name_schedules([value], None, steps, f"{owner}: {name}: cannot {verb}")
    if len(runs) > 1:
        told = "; ".join(run.label for run in runs)
        raise ValueError(f"{owner}: {name} must have one curve, {shorten(value)} has {len(runs)}: {told}")
    return runs[0]


def in_updates(run: Run, budget: Budget | None, owner: str) -> Run:
    """The run on a clock of updates, if the budget says how; its length is then that of the budget."""
    if budget is None or run.unit == "step":
        return run
    try:
        schedule = budget.in_updates(run.schedule, run.unit)  # type: ignore[arg-type]  # a unit of recipes
    except ValueError as error:
        raise ValueError(f"{owner}: {run.label} counts {run.unit}s: {error}") from None
    return Run(run.label, schedule)


def checked_budget(owner: str, budget: Any) -> Budget | None:
    """The budget of a call, or None."""
    if budget is not None and not is_budget(budget):
        raise TypeError(f"{owner}: budget must be a Budget, got {shorten(budget)}")
    return budget


def one_line(text: str) -> str:
    """The text with a space for each control character: tab, line break, what changes a terminal's colours."""
    return text if text.isprintable() else re.sub(NOT_PRINTED, " ", text)


def is_log(value: Any) -> bool:
    """Whether a value is the log of a run, or a dict or list of only that."""
    if isinstance(value, Mapping) and not is_config(value):
        return len(value) == 1 and is_log(next(iter(value.values())))
    only = value[0] if isinstance(value, list) and len(value) == 1 else value
    return is_logged(only)


def is_collection(value: Any) -> bool:
    """Whether a value is a list of things, each of which is drawn. A list with numbers is a table of rates."""
    if isinstance(value, np.ndarray):
        return bool(value.dtype == object)
    return isinstance(value, (list, tuple)) and bool(value) and not any(map(_is_number, value))


def _is_number(value: Any) -> bool:
    """Whether a value is a number, or an array or tensor without a dimension."""
    return hasattr(type(value), "__float__") and not getattr(value, "ndim", 0)


def _things(given: Sequence[Any], complaint: str, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Each thing with its label, or with no label."""
    if depth > DEEPEST_LIST:
        raise TypeError(f"{complaint} lists within lists, more than {DEEPEST_LIST} deep")
    for item in given:
        if isinstance(item, Mapping) and not is_config(item):
            yield from ((one_line(str(key)), value) for key, value in item.items())
        elif is_collection(item):
            yield from _things(item, complaint, depth + 1)
        elif not (isinstance(item, (list, tuple)) and not item):
            yield "", item


def _runs(label: str, value: Any, steps: int | None, complaint: str) -> Iterator[Run | LoggedRun]:
    """The runs of one thing; their labels may be empty."""
    if is_config(value):
        yield from _runs_of_config(label, value)
    elif isinstance(value, Mapping):
        raise TypeError(f"{complaint} {shorten(value)}: it is a dict within a dict, as {label!r}")
    elif is_collection(value):
        for _, item in _things(value, complaint):
            yield from _runs(label, item, steps, complaint)
    elif is_logged(value):
        yield from _runs_of_log(label, value, complaint)
    elif is_match(value):
        yield Run(label, value.schedule)
    else:
        curves = _curves(value, steps, complaint)
        own = label or _own_name(value)
        for group, schedule in curves:
            name = f"{own or short_name(schedule)}, {group}" if group else own
            yield Run(name, schedule, unit_of(value), length_of(value), recorded=_is_recorded(value, schedule))


def _runs_of_config(label: str, value: Configured) -> Iterator[Run]:
    """The rates of a config, one where they are all the same."""
    own, rates = label or value.system, value.rates
    if len(set(rates.values())) == 1:
        rates = {"": value.schedule}
    for group, schedule in rates.items():
        yield Run(one_line(f"{own}, {group}" if group else own), schedule, "step", value.length)


def _runs_of_log(label: str, value: Any, complaint: str) -> Iterator[LoggedRun]:
    if is_series(value):
        series: tuple[LoggedSeries, ...] = (value,)
        facts: dict[str, Any] = {}
    else:
        from pathlib import Path

        log = _log_of(value, complaint)
        label = label or Path(log.source).name or log.form
        series = log.rates or log.series
        facts = dict(log.facts)
    several_runs = len({one.run for one in series}) > 1
    for one in series:
        if not one.rates.size:
            raise ValueError(f"{complaint} {one.name} of a log, which has no row")
        name = one.name if not label else f"{label}, {one.name}" if len(series) > 1 else label
        told = f"{name}, run {one.run}" if several_runs else name
        yield LoggedRun(one_line(told), one.x, one.rates, one.unit, one, facts)


def _log_of(value: LoggedRates | Path, complaint: str) -> LoggedRates:
    if is_read_log(value):
        return value
    from ..runs.reading import read_log  # the formats are not needed for what is no file

    try:
        return read_log(value)
    except OSError as error:
        raise ValueError(f"{complaint} {value}: {error.strerror or error}") from None
    except ValueError as error:
        raise ValueError(f"{complaint} {value}: {str(error).removeprefix('read_log: ')}") from None


def _on_one_clock(runs: list[Run | LoggedRun]) -> list[Run | LoggedRun]:
    """The runs; a log that counts what no schedule beside it counts, on another of its clocks if that is theirs."""
    counted = {run.unit for run in runs if isinstance(run, Run)}
    return [_on_clock(run, counted) if isinstance(run, LoggedRun) else run for run in runs]


def _on_clock(run: LoggedRun, counted: set[str]) -> LoggedRun:
    if run.series is None or not counted or run.unit in counted:
        return run
    unit = next((unit for unit in run.series.clocks if unit in counted), run.unit)
    return run._replace(unit=unit, positions=run.series.clocks[unit])


def _curves(value: Any, steps: int | None, complaint: str) -> list[tuple[str, LearningRateSchedule]]:
    """The curves of a thing, each with the name of its group if they differ."""
    if isinstance(value, LearningRateSchedule):
        return [("", value)]
    if isinstance(value, str):
        raise TypeError(f"{complaint} {shorten(value)}: lrkit.parse reads the text of a schedule, lrkit.read_log a log")
    from ..interop._reading import read  # the adapters are not needed for a schedule

    return read(value, steps, complaint)


def _is_recorded(value: Any, schedule: LearningRateSchedule) -> bool:
    given = isinstance(value, (LearningRateSchedule, list, tuple)) or is_recipe(value)
    return isinstance(schedule, TableLR) and not given


def _own_name(value: Any) -> str:
    """The name of a framework's object or of a function: that of its class, or of the function that made it."""
    if isinstance(value, (LearningRateSchedule, list, tuple)) or hasattr(value, "__array__"):
        return ""
    if is_recipe(value):
        return value.name
    name = str(getattr(value, "__qualname__", "")).partition(".<locals>")[0] or type(value).__name__
    return "" if "<lambda>" in name else name


def _seen(given: Sequence[Any]) -> str:
    return shorten(given[0]) if len(given) == 1 else shorten(list(given))
