"""What a format finds in a log, before runs are told apart and precisions read: `Column` and `Raw`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_RATES = 1_000_000
"""How many rates of a column are read."""
ANY = (0, -1, 1)
"""The offsets where nothing is known of a trainer."""


@dataclass(eq=False)
class Column:
    """One column of rates as it is written: `rates` are texts, or numbers of a known type."""

    name: str
    parameter: str
    clocks: dict[str, list[float]]
    rates: list[str]
    offsets: tuple[int, ...] = ANY
    averaged: bool = False
    numbers: Any = None
    """The rates as an array of the type that they were stored in, where they were not printed."""


@dataclass(eq=False)
class Raw:
    """What is in a log."""

    form: str
    columns: list[Column]
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def columns_of(
    rows: Iterable[Mapping[str, Any]],
    rates: Mapping[str, str],
    clocks: Mapping[str, str],
    *,
    offsets: tuple[int, ...] = ANY,
    averaged: bool = False,
) -> list[Column]:
    """The columns named by `rates`, which says what they hold; a row without a rate is one of something else.

    `clocks` names the column of each unit. A unit that is missing in some row of a column is left out there; if none
    is left, the rows are counted.
    """
    columns = [Column(name, parameter, {unit: [] for unit in clocks}, []) for name, parameter in rates.items()]
    for row in rows:
        at = None
        for column in columns:
            text = row.get(column.name)
            if not text or number(text) is None:
                continue
            if at is None:
                at = {unit: number(row.get(name)) for unit, name in clocks.items()}
            if len(column.rates) == MAX_RATES:
                raise ValueError(f"read_log: more than {MAX_RATES:,} rates in {column.name!r}, the most that are read")
            column.rates.append(text.strip() if isinstance(text, str) else str(text))
            for unit, value in at.items():
                column.clocks[unit].append(math.nan if value is None else value)
    for column in columns:
        _drop_half_written(column)
        column.clocks = {unit: x for unit, x in column.clocks.items() if not any(map(math.isnan, x))}
        column.offsets, column.averaged = offsets, averaged
    return [column for column in columns if column.rates]


def _drop_half_written(column: Column) -> None:
    """Leave out a last row that lacks a count which the row before it has."""
    if any(len(x) > 1 and math.isnan(x[-1]) and not math.isnan(x[-2]) for x in column.clocks.values()):
        column.rates.pop()
        for x in column.clocks.values():
            x.pop()


def number(value: Any) -> float | None:
    """The finite number that a text is; None for anything else."""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def last(rows: Iterable[Mapping[str, Any]], name: str) -> int | None:
    """The last whole number under a name."""
    found = None
    for row in rows:
        if (value := number(row.get(name))) is not None and value == int(value):
            found = int(value)
    return found
