"""A plan compared with a log: `LogDifference`, and `LogDifferences` where both have several groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from ..chart import LoggedRun, Panels
from ..chart.axis_options import AxisOptions
from ..chart.inputs import Run, one_line
from ..plotting.diff import log_panels
from ..runs.alignment import Alignment
from ..runs.causes import Cause
from ._compared import Compared
from ._log_report import report


@final
@dataclass(frozen=True, eq=False)
class LogDifference(Compared):
    """How a log departs from its plan: data, a short report when printed, a picture by `plot`.

    Attributes
    ----------
    plan, log : Run, LoggedRun
        What was compared: ``plan.schedule`` is the schedule, ``log.series`` the rows.
    alignment : Alignment
        The rows beside the planned rates: ``steps`` (the step of the plan that each row is compared with), ``planned``,
        ``residuals`` (logged less planned, in halves of a unit of the last printed place) and ``lags``.
    causes : tuple of Cause
        What explains every row, if they do not agree: each has a `kind` ("horizon", "clock", "epochs", "factor",
        "peak" or "offset"), a `number` and a `text`. Several where the rows leave open which.
    labels : (str, str)
        What the report calls the plan and the log.
    """

    plan: Run
    log: LoggedRun
    alignment: Alignment
    causes: tuple[Cause, ...]
    labels: tuple[str, str] = ("plan", "log")

    @property
    def same(self) -> bool:
        """Whether every row has the planned rate, as precisely as it is printed, in one convention.

        Behind skipped updates too, where nothing else explains the rows.
        """
        return self.alignment.agrees and not self.causes

    @property
    def offset(self) -> int:
        """The convention: the row at `x` is compared with step ``scale * x + offset`` of the plan."""
        return self.alignment.clock.offset

    @property
    def scale(self) -> float:
        """Steps of the plan in one unit of the log: 1, unless the log counts epochs and the plan steps."""
        return self.alignment.clock.scale

    @property
    def unit(self) -> str:
        """What the log counts."""
        return self.alignment.clock.unit

    @property
    def other_offsets(self) -> tuple[int, ...]:
        """Conventions in which the rows agree as well: where the rate does not change, it does not tell them apart."""
        clock = self.alignment.clock
        return tuple(one.offset for one in self.alignment.alike if (one.unit, one.scale) == (clock.unit, clock.scale))

    @property
    def skips(self) -> tuple[tuple[float, int], ...]:
        """Where the plan falls behind the log by skipped updates: `x` of the row, and the lag from there on."""
        return tuple((float(self.x[row]), lag) for row, lag in self.alignment.skips)

    @property
    def x(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The position of each row in the log."""
        return np.asarray(self.alignment.series.clocks[self.unit], np.float64)

    @property
    def rows(self) -> int:
        """How many rows were compared."""
        return self.alignment.series.rates.size

    @property
    def differing_rows(self) -> int:
        """How many rows depart from the plan."""
        return int(self.alignment.departing.sum())

    @property
    def first_row(self) -> int | None:
        """The first row that departs from the plan; None if none does."""
        return None if self.alignment.agrees else int(self.alignment.departing.argmax())

    @property
    def largest_residual(self) -> float:
        """Logged less planned where its size is largest, in halves of a unit of the last printed place."""
        return float(self.alignment.residuals[self.largest_residual_row])

    @property
    def largest_residual_row(self) -> int:
        """The row with the largest residual."""
        return int(np.abs(self.alignment.residuals).argmax())

    @property
    def names(self) -> tuple[str, str]:
        return self.plan.label, self.log.label

    def lines(self) -> Iterator[str]:
        return report(self)

    def to_dict(self) -> dict[str, Any]:
        first = self.first_row
        return {
            "series": self.alignment.series.name,
            "rows": self.rows,
            "unit": self.unit,
            "scale": self.scale,
            "offset": self.offset,
            "other_offsets": list(self.other_offsets),
            "precision": str(self.alignment.precision),
            "skips": [{self.unit: x, "lag": lag} for x, lag in self.skips],
            "differing_rows": self.differing_rows,
            "first_row": None if first is None else self._row(first),
            "largest_residual": _finite(self.largest_residual),
            "largest_residual_row": self._row(self.largest_residual_row),
            "causes": [{"kind": kind, "number": number, "text": text} for kind, number, text in self.causes],
            "same": self.same,
        }

    def _row(self, row: int) -> dict[str, Any]:
        found = self.alignment
        logged, planned = float(found.series.rates[row]), float(found.planned[row])
        return {"row": row, self.unit: float(self.x[row]), "logged": logged, "planned": planned}

    def __repr__(self) -> str:
        how = "agree" if self.same else f"{self.differing_rows} differ" if self.differing_rows else "agree with a lag"
        return f"<LogDifference over {self.rows} rows: {how}, offset {self.offset}>"

    def panels(self, labels: Sequence[str] | None = None, title: str = "", **options: Any) -> Panels:
        """The plan as a line, the log as points, and below how far the log is from the plan beyond its rounding."""
        plan, log = (one_line(str(label)) for label in labels or self.names)
        runs = self.plan._replace(label=plan), self.log._replace(label=log)
        return log_panels(*runs, self.alignment, AxisOptions(**options), title)


@final
@dataclass(frozen=True, eq=False)
class LogDifferences(Compared):
    """How the groups of a log depart from those of a plan: a `LogDifference` for each, by the name of the series."""

    groups: Mapping[str, LogDifference]

    @property
    def same(self) -> bool:
        """Whether every group agrees."""
        return all(group.same for group in self.groups.values())

    @property
    def names(self) -> tuple[str, str]:
        return "plan", "log"

    def lines(self) -> Iterator[str]:
        for k, (name, group) in enumerate(self.groups.items()):
            yield f"{'' if k == 0 else chr(10)}{name}"
            yield from (f"  {line}" for line in group.lines())

    def to_dict(self) -> dict[str, Any]:
        return {"groups": {name: group.to_dict() for name, group in self.groups.items()}, "same": self.same}

    def __repr__(self) -> str:
        agree = sum(group.same for group in self.groups.values())
        return f"<LogDifferences of {len(self.groups)} groups: {agree} agree>"

    def panels(self, labels: Sequence[str] | None = None, title: str = "", **options: Any) -> Panels:
        """The pictures of the groups, one below the other."""
        made = [group.panels(labels, title or name, **options) for name, group in self.groups.items()]
        rows = [[chart] for panels in made for chart in panels.charts]
        return Panels(rows, [height for panels in made for height in panels.heights])


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None
