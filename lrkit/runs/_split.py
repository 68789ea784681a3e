"""One column of a file as the runs that are in it: several runs told apart, resumed rows read once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._types import Floats
from ._raw import Column
from .log import LoggedSeries
from .precision import precisions

REPEATED = 0.5
"""A unit whose count stands still in more than this part of the rows, while the rate moves, does not count the rows."""


def series_of(column: Column, notes: list[str]) -> list[LoggedSeries]:
    """The runs in a column, in the order in which they were written."""
    numbers = np.array([float(text) for text in column.rates]) if column.numbers is None else column.numbers
    rates = np.asarray(numbers, np.float64)
    clocks = {unit: np.array(x) for unit, x in column.clocks.items()}
    clocks = {unit: x for unit, x in clocks.items() if not _stands_still(x, rates)}
    if not clocks:
        clocks = {"row": np.arange(1.0, len(rates) + 1)}
        notes.append(f"{column.name}: nothing that counts stands beside the rates: the rows are counted from 1")
    found = []
    for run, rows in enumerate(_runs(next(iter(clocks.values())), column.name, notes)):
        known = np.asarray(numbers)[rows] if column.rates == [] else [column.rates[k] for k in rows]
        found.append(
            LoggedSeries(
                column.name,
                column.parameter,
                {unit: x[rows] for unit, x in clocks.items()},
                rates[rows],
                precisions(known),
                _possible(column.offsets, next(iter(clocks.values()))[rows]),
                run,
                column.averaged,
            )
        )
    return found if len(found) > 1 else [replace(series, run=0) for series in found]


def _stands_still(x: Floats, rates: Floats) -> bool:
    still = (np.diff(x) == 0) & (np.diff(rates) != 0)
    return len(x) > 2 and bool(still.mean() > REPEATED)


def _possible(offsets: tuple[int, ...], x: Floats) -> tuple[int, ...]:
    """The offsets that ask for no step before the first."""
    return tuple(offset for offset in offsets if x.min() + offset >= 0) or offsets


def _runs(x: Floats, name: str, notes: list[str]) -> list[Any]:
    """The rows of each run.

    Where x falls to the first or second row of the run or before, another run begins. Where it falls less far, a run
    was resumed: what was written from there on before is left out.
    """
    runs: list[list[int]] = [[]]
    again = 0
    for k in range(len(x)):
        run = runs[-1]
        if run and x[k] <= x[run[-1]]:
            if x[k] < x[run[-1]] and (len(run) == 1 or x[k] <= x[run[1]]):
                runs.append([])
            else:
                while run and x[run[-1]] >= x[k]:
                    run.pop()
                    again += 1
        runs[-1].append(k)
    if again:
        notes.append(f"{name}: {again:,} rows that were written again after a resume are read once, as written last")
    if len(runs) > 1:
        notes.append(f"{name}: {len(runs)} runs in one file, told apart where the count falls back to the start")
    return [np.array(run) for run in runs]
