"""Files that hold the log of a run, and which of the files with rates they are."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from ..runs.log import LoggedRates
from ..runs.reading import read_log
from ..schedules.table import TableLR

STDIN = "-"


def log_in(where: str, column: str | None, text: str | None = None) -> LoggedRates:
    """The log at a path, or in a text that was read from standard input."""
    given = Path(where) if text is None or where != STDIN else io.StringIO(text)
    try:
        return read_log(given, column=column)
    except ValueError as error:
        raise ValueError(str(error).removeprefix(f"read_log: {where}: ").removeprefix("read_log: ")) from None


def rates_or_log(where: str, text: str, column: str | None, rates: Callable[[], TableLR]) -> TableLR | LoggedRates:
    """A table, if the file has a rate for each step from 0 on; else a log, if it is one.

    So is what a trainer writes once an epoch: its rows are no steps.
    """
    try:
        table = rates()
    except ValueError as refusal:
        try:
            return log_in(where, column, text)
        except (ValueError, OSError):
            raise refusal from None
    try:
        log = log_in(where, column, text)
    except (ValueError, OSError):
        return table
    return log if "trainer" in log.facts and all(series.unit != "step" for series in log.series) else table
