"""The answer to "which schedule was it?": `Match`, and `Matches`, the ranked list of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..schedules._base import LearningRateSchedule
from .lag import growth
from .log import LoggedSeries
from .words import expression, lines, match_lines

Exactness = Literal["exact", "to the printed digits", "close"]


@dataclass(frozen=True, eq=False, repr=False)
class Match:
    """A schedule that gives the logged rates: row `i` is ``schedule(scale * x[i] + offset - skips[i])``.

    Attributes
    ----------
    schedule : LearningRateSchedule
        The expression, with a name that people know where it has one.
    series : LoggedSeries
        The rows that it was found from.
    offset : int or float
        The convention: 0, -1 or 1 for a clock of updates; in a log of epochs also a part of one.
    scale : float
        Updates in one unit of the log's clock, where the log counts epochs and the schedule updates; else 1.
    skips : array of int
        The updates that were skipped before each row: the lag of the schedule behind the log's clock.
    rows : (int, int)
        The first row that it explains, and the one after the last: all of them, or those of a segment.
    exactness : {"exact", "to the printed digits", "close"}
        How well the rows agree.
    open : dict of str to (float, float) or None
        For each parameter the interval of values that the rows allow, or None for "not seen".
    certain : bool
        Whether this is the answer: no other family explains the rows, and they have two more than are needed.
    kind : {"schedule", "steps", "segment"}
        A formula; levels as something driven by a metric gives; or one of several experiments in the log.
    """

    schedule: LearningRateSchedule
    series: LoggedSeries
    offset: float
    scale: float
    skips: np.ndarray[tuple[int], np.dtype[np.int64]]
    rows: tuple[int, int]
    exactness: Exactness
    open: Mapping[str, tuple[float, float] | None]
    certain: bool
    kind: Literal["schedule", "steps", "segment"] = "schedule"

    def __repr__(self) -> str:
        sure = "" if self.certain else ", not certain"
        return f"<Match {expression(self.schedule)}: {self.exactness}{sure}>"

    def __str__(self) -> str:
        return "\n".join(match_lines(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain numbers, texts, lists and dicts: JSON can hold it."""
        return {
            "schedule": json.loads(self.schedule.to_json()),
            "expression": expression(self.schedule),
            "series": self.series.name,
            "run": self.series.run,
            "unit": self.series.unit,
            "offset": self.offset,
            "scale": self.scale,
            "skips": [[float(self.series.x[self.rows[0] + row]), lag] for row, lag in growth(self.skips)],
            "rows": list(self.rows),
            "exactness": self.exactness,
            "open": {name: None if interval is None else list(interval) for name, interval in self.open.items()},
            "certain": self.certain,
            "kind": self.kind,
        }

    def _repr_html_(self) -> str:
        from ..plotting.card import card_of_match  # the pictures are above, and loaded when a notebook asks

        return card_of_match(self)


class Matches(list[Match]):
    """The matches of a log, the likeliest first; if nothing explains the rows it is empty, and `tried` says why."""

    def __init__(self, matches: list[Match], tried: tuple[str, ...] = ()) -> None:
        super().__init__(matches)
        self.tried = tried

    def __repr__(self) -> str:
        return f"<Matches: {', '.join(map(repr, self)) or 'none'}>"

    def __str__(self) -> str:
        return "\n".join(lines(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything, as plain numbers, texts, lists and dicts: JSON can hold it."""
        return {"matches": [match.to_dict() for match in self], "tried": list(self.tried)}

    def _repr_html_(self) -> str:
        from ..plotting.card import card_of_matches

        return card_of_matches(self)
