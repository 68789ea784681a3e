"""Several plans side by side, in numbers: `compare`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, final

import numpy as np

from .._params import Field, Param, as_kind, choice, count, shorten
from .._recipes import Recipe
from ..budget import Budget
from ..chart import LoggedRun
from ..chart.inputs import Run, checked_budget, in_updates, name_schedules, only_run
from ..naming import position_text
from ..plotting.card import card_of_table
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ._totals import SAME, Sampled, sampled

DECAY = Field("weight_decay", float, Param(r"\lambda", low=0))
OWNER = "compare"


@dataclass(frozen=True)
class Row:
    """What one schedule comes to over its run."""

    label: str
    unit: str
    """What its clock counts."""
    length: int
    """The length of the run, in `unit`."""
    peak: float
    """The highest rate."""
    last: float
    """The rate of the last step."""
    mean: float
    """The mean rate."""
    sum: float
    """The sum of the rates: how far plain descent could go."""
    warmup: float
    """The share of the run before the peak is reached first."""
    above_half: float
    """How many steps have more than half of the peak."""
    at_floor: float
    """The share of the steps, from the peak on, that have the lowest rate of these."""
    decay: float | None = None
    """The sum of rate times weight decay: a weight without gradients shrinks to exp of minus this."""


HEADS = {
    "label": "", "length": "length", "peak": "peak", "last": "last", "mean": "mean", "sum": "sum", "warmup": "warm-up",
    "above_half": "above half", "at_floor": "at the floor", "decay": "rate × decay",
}  # fmt: skip
"""The columns of the printed table, and what stands above them."""
SHARES = ("warmup", "at_floor")
COLUMNS = tuple(field.name for field in fields(Row) if field.name not in ("label", "unit"))
"""By what a comparison can be sorted."""


@final
@dataclass(frozen=True)
class Comparison:
    """Several schedules side by side: a tuple of `Row`, a table when printed and in a notebook.

    Attributes
    ----------
    rows : tuple of Row
        In the order in which they were given, or by `sort`.
    """

    rows: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __contains__(self, label: object) -> bool:
        return any(row.label == label or row is label for row in self.rows)

    def __getitem__(self, label: str | int) -> Row:
        """The row of a label, or at a place."""
        place: int | None = as_kind(label, int)
        if place is not None:
            return self.rows[place]
        for row in self.rows:
            if row.label == label:
                return row
        raise KeyError(f"Comparison: there is no {label!r}; there are {', '.join(row.label for row in self.rows)}")

    def sorted(self, column: str) -> Comparison:
        """The same rows, the highest of a column first.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        choice(OWNER, "sort", column, COLUMNS)
        return Comparison(tuple(sorted(self.rows, key=lambda row: -(getattr(row, column) or 0.0))))

    def table(self) -> list[list[str]]:
        """The texts of the printed table: the heads, then a line for each row."""
        shown = [name for name in HEADS if name != "decay" or any(row.decay is not None for row in self.rows)]
        return [[HEADS[name] for name in shown], *([_text(row, name) for name in shown] for row in self.rows)]

    def __str__(self) -> str:
        lines = self.table()
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = (
            "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))])
            for line in lines
        )
        return "\n".join(text.rstrip() for text in texts)

    def to_dict(self) -> list[dict[str, Any]]:
        """The rows as plain numbers and texts."""
        return [asdict(row) for row in self.rows]

    def to_json(self) -> str:
        """The rows as JSON."""
        return json.dumps(self.to_dict(), indent=2)

    def to_csv(self) -> str:
        """The rows as CSV, with a line of names."""
        file = io.StringIO()
        writer = csv.DictWriter(file, [field.name for field in fields(Row)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.to_dict())
        return file.getvalue()

    def _repr_html_(self) -> str:
        return card_of_table(self.table())


def compare(
    *schedules: Any,
    budget: Budget | None = None,
    steps: int | None = None,
    labels: Sequence[str] | None = None,
    weight_decay: Any = None,
    sort: str | None = None,
) -> Comparison:
    r"""What several schedules come to over one run: peak, last, mean and sum of the rates, and where they spend them.

    Parameters
    ----------
    *schedules : LearningRateSchedule or anything that `lrkit.plot` draws
        What to compare, but no logs, which have rates at some steps only.
    budget : Budget, optional
        The size of the run: its length, and what tokens and epochs of recipes are in updates.
    steps : int, optional
        The length of the run, at least 1. By default that of each recipe and list, and of the others that of the
        budget, or the longest that is known.
    labels : list of str, optional
        One for each curve.
    weight_decay : float, LearningRateSchedule or Recipe, optional
        :math:`\lambda`, at least 0, in updates, for the column :math:`\sum_t \eta_t \lambda_t`.
    sort : str, optional
        A column by which the rows are sorted, the highest first: "length", "peak", "last", "mean", "sum", "warmup",
        "above_half", "at_floor" or "decay".

    Returns
    -------
    Comparison
        It prints as a table, is one in a notebook, and has `to_csv` and `to_json`.

    Raises
    ------
    TypeError, ValueError
        If something cannot be read as a schedule, is a log, or an option is outside its domain.

    Notes
    -----
    Up to 2**20 steps, about a million, every step is counted. In a longer run the curve is evaluated at a million
    points, each for the steps around it, between two neighbouring knots evenly: the mean of a decay over 10**9 steps
    is right to 1e-9 of the peak. If there are very many knots, as of short cycles, every step is counted up to 2**23
    steps; in a longer run a million steps are drawn at random, the same each time, and the mean is right to about 1e-3
    of the peak.

    Examples
    --------
    >>> import lrkit
    >>> cosine, line = lrkit.CosineDecayLR(0.0, 1.0, 1000), lrkit.linear(1.0, 0.0, 1000)
    >>> print(lrkit.compare({"cosine": cosine, "line": line}, steps=1000))
            length  peak       last    mean    sum  warm-up  above half  at the floor
    cosine   1,000     1  2.467e-06  0.5005  500.5     0.0%         500          0.1%
    line     1,000     1      0.001  0.5005  500.5     0.0%         500          0.1%
    """
    checked_budget(OWNER, budget)
    asked = None if steps is None else count(OWNER, "steps", steps)
    planned = None if budget is None else budget.total
    runs = name_schedules(schedules, labels, asked or planned, f"{OWNER}: cannot compare")
    decay = _decay(weight_decay, budget)
    plain = [_counted(run, budget) for run in runs]
    if asked is not None and (other := next((run for run in plain if run.unit != "step"), None)):
        way = "give a budget that relates the two, or leave steps out"
        raise ValueError(f"{OWNER}: steps counts updates, but {other.label} counts {other.unit}s: {way}")
    known = [run.end or planned or run.whole_length for run in plain if run.unit == "step"]
    longest = max(known, default=1)
    rows = [_row(run, (run.unit == "step" and asked) or run.end or longest, decay) for run in plain]
    found = Comparison(tuple(rows))
    return found if sort is None else found.sorted(sort)


def _counted(run: Run | LoggedRun, budget: Budget | None) -> Run:
    if isinstance(run, LoggedRun):
        raise TypeError(f"{OWNER}: {run.label} is the log of a run, which has rates at some steps only")
    return in_updates(run, budget, OWNER)


def _decay(given: Any, budget: Budget | None) -> LearningRateSchedule | None:
    """The weight decay at each update: a number, a schedule, or the schedule of a recipe."""
    if given is None or isinstance(given, LearningRateSchedule):
        return given
    if isinstance(given, Recipe):
        run = _counted(only_run("weight_decay", given, None, OWNER), budget)
        if run.unit != "step":
            raise ValueError(f"{OWNER}: weight_decay counts {run.unit}s, not updates: give a budget that relates them")
        return run.schedule
    if as_kind(given, float) is None:
        raise TypeError(f"{OWNER}: weight_decay must be a number >= 0 or a schedule, got {shorten(given)}")
    return ConstantLR(DECAY.coerce(OWNER, given))


def _row(run: Run, length: int, decay: LearningRateSchedule | None) -> Row:
    found = sampled(run.schedule, length, () if decay is None else (decay,))
    peak = float(found.rates.max())
    first, lowest, margin = _peak_and_floor(found, peak)
    after = found.steps >= first
    total = found.sum(found.rates)
    return Row(
        label=run.label,
        unit=run.unit,
        length=length,
        peak=peak,
        last=run.schedule(length - 1),
        mean=total / length,
        sum=total,
        warmup=first / length,
        above_half=found.where(found.rates > peak / 2),
        at_floor=found.where(after & (found.rates <= lowest + margin)) / length,
        decay=None if decay is None else found.sum(found.rates * decay(found.steps)),
    )


def _peak_and_floor(found: Sampled, peak: float) -> tuple[float, float, float]:
    """The first step at the peak, the lowest rate from there on, and what counts as the same rate."""
    margin = SAME * abs(peak)
    first = int(np.argmax(found.rates >= peak - margin))
    return float(found.steps[first]), float(found.rates[first:].min()), margin


def _text(row: Row, name: str) -> str:
    value = getattr(row, name)
    if name == "label":
        return row.label
    if value is None:
        return ""
    if name in SHARES:
        return f"{value:.1%}"
    if name == "length":
        return position_text(value) + ("" if row.unit == "step" else f" {row.unit}s")
    return position_text(round(value)) if name == "above_half" else f"{value:.4g}"
