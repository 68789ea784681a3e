"""Files that hold the log of a run, and which of the files with rates they are."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from ..runs.log import LoggedRates
from ..schedules.table import TableLR
from ._rate_files import NoTableError

STDIN = "-"


class _Text(io.StringIO):
    """A text with the name of the file that it was read from."""

    def __init__(self, text: str, where: str) -> None:
        super().__init__(text)
        self.name = "" if where == STDIN else where


def log_in(where: str, column: str | None, text: str | None = None) -> LoggedRates:
    """The log at a path, or in a text that was read from there: a pipe can be read only once."""
    from ..runs.reading import read_log

    given: Path | _Text = Path(where) if text is None else _Text(text, where)
    try:
        return read_log(given, column=column)
    except ValueError as error:
        raise ValueError(str(error).removeprefix(f"read_log: {where}: ").removeprefix("read_log: ")) from None


def rates_or_log(where: str, text: str, column: str | None, rates: Callable[[], TableLR]) -> TableLR | LoggedRates:
    """A table, if the file has a rate for each step from 0 on; else a log with positions, or one of a known trainer."""
    try:
        return rates()
    except ValueError as refusal:
        log = log_or_none(where, column, text)
        if log is None or not (isinstance(refusal, NoTableError) or "trainer" in log.facts):
            raise
        return log


def epochs_or_rates(where: str, text: str, column: str | None, rates: Callable[[], TableLR]) -> TableLR | LoggedRates:
    """The same of CSV. What a trainer writes once an epoch is a log, even from epoch 0 on: its rows are no steps."""
    found = rates_or_log(where, text, column, rates)
    if isinstance(found, LoggedRates) or "epoch" not in text[: text.find("\n")].lower():
        return found
    log = log_or_none(where, column, text)
    by_epoch = log is not None and "trainer" in log.facts and all(series.unit == "epoch" for series in log.series)
    return log if log is not None and by_epoch else found


def log_or_none(where: str, column: str | None, text: str) -> LoggedRates | None:
    """The log in a file, if it is one."""
    try:
        return log_in(where, column, text)
    except (ValueError, OSError):
        return None
