"""A schedule that may be the answer, and what it costs to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..._types import Floats
from ...catalogue._recognition import text_of
from ...schedules._base import LearningRateSchedule
from ...schedules._parse import parse
from ._rows import Rows

Open = dict[str, tuple[float, float] | None]
TELLING = 24
"""So many rows are compared first."""
ROUNDING = 0.01
"""What is written may differ by so much of half a unit from what is computed."""
OFFSET_BITS = (0.0, 2.0, 4.0, 6.0)
"""What a convention costs, by its place among those that are possible."""


@dataclass(frozen=True)
class Hints:
    """What the log says beside its rates: the possible conventions, the likeliest first, and the run's length."""

    offsets: tuple[int, ...] = (0, -1, 1)
    totals: tuple[int, ...] = ()
    steps: bool = True
    """Whether the clock counts updates: then a warm-up may count from 1."""

    epoch_steps: int | None = None
    """Updates in an epoch, where the log states them."""
    epochs: bool = False
    """Whether the clock may count something longer than updates."""
    unit: int = 1
    """Positions in one unit of the clock, where a curve is looked for that begins and ends between whole ones."""

    def offset_bits(self, offset: float) -> float:
        if offset in self.offsets:
            return OFFSET_BITS[min(self.offsets.index(int(offset)), 3)]
        return 12.0


@dataclass(frozen=True, eq=False)
class Candidate:
    """A schedule that agrees with all rows: ``schedule(scale * x + offset - skips)``.

    `cost` is in bits. `spare` is how many rows more there are than numbers were chosen.
    """

    family: str
    schedule: LearningRateSchedule
    offset: float
    cost: float
    spare: int
    worst: float
    open: Open
    scale: float = 1.0
    skips: np.ndarray | None = None
    kind: Literal["schedule", "steps", "segment"] = "schedule"
    rows: tuple[int, int] | None = None
    notes: tuple[str, ...] = field(default=())


def clock(x: Floats, offset: float, scale: float = 1.0, skips: np.ndarray | float = 0) -> Floats:
    """The schedule's clock at each row. A row before its start has the rate of the start."""
    steps = scale * x + offset - skips
    near = np.round(steps)
    return np.maximum(np.where(np.abs(steps - near) < 1e-6, near, steps), 0.0)


def checked(
    rows: Rows, schedule: LearningRateSchedule, offset: float, scale: float = 1.0, skips: np.ndarray | float = 0
) -> float | None:
    """How far the schedule, written and read back, is from the rows, in half units; None if it does not agree."""
    steps = clock(rows.x, offset, scale, skips)
    some = telling(rows)
    try:
        for own in (some, slice(None)):  # what misses a few rows is not computed for all, nor written
            if not _worst(rows.part(own), schedule, steps[own]) <= 1 + ROUNDING:
                return None
        worst = _worst(rows, parse(text_of(schedule)), steps)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return worst if worst <= 1 else None


def finished(
    rows: Rows, family: str, schedule: LearningRateSchedule, offset: int, cost: float, free: int, open_: Open
) -> Candidate | None:
    """A schedule with so many free numbers as a candidate, if it agrees with all rows."""
    worst = checked(rows, schedule, offset)
    spare = np.unique(rows.rates).size - free  # rows of one rate are one
    return None if worst is None else Candidate(family, schedule, offset, cost, spare, worst, open_)


def telling(rows: Rows) -> np.ndarray:
    """A few rows: the ends, the top, the last above the last rate, and some between."""
    above = np.flatnonzero(rows.low > rows.high[-1])
    last = int(above[-1]) if above.size else 0
    top = int(rows.rates.argmax())
    even = np.linspace(0, rows.size - 1, TELLING).astype(int)
    return np.unique(np.concatenate([even, [top, max(top - 1, 0), last, min(last + 1, rows.size - 1)]]))


def _worst(rows: Rows, schedule: LearningRateSchedule, steps: Floats) -> float:
    return rows.worst(np.asarray(schedule(steps), float))


def merged(first: Mapping[str, tuple[float, float] | None], second: Mapping[str, tuple[float, float] | None]) -> Open:
    """The intervals that hold both: of a parameter that one of them does not see, none."""
    found: Open = {}
    for name in {**first, **second}:
        a, b = first.get(name, second.get(name)), second.get(name, first.get(name))
        found[name] = None if a is None or b is None else (min(a[0], b[0]), max(a[1], b[1]))
    return found
