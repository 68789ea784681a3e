"""What is in a file that a word of the command line names: a schedule, rates, a log or a config."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..schedules._json import MAX_TEXT, from_json, parsed
from ._config_files import SUFFIXES, config_at, config_or_none
from ._expr import CSV, schedule_of
from ._log_files import epochs_or_rates, log_in, log_or_none, rates_or_log
from ._rate_files import from_csv, from_json_rates

if TYPE_CHECKING:
    from ..budget import Budget
    from ..runs.log import LoggedRates
    from ..schedules._base import LearningRateSchedule


def _is_folder(where: str) -> bool:
    return where != "-" and Path(where).is_dir()


def content(where: str, column: str | None, names: Mapping[str, float], budget: Budget | None) -> Any:
    """The schedule, the log or the config in a file, by what is in it; of CSV and YAML, by its name too."""
    if _is_folder(where):
        return log_in(where, column)
    if where.lower().endswith(SUFFIXES):
        return config_at(where, column, budget)
    try:
        text = text_of(where)
    except (UnicodeDecodeError, _TooLongError) as refusal:
        if where == "-":
            raise
        try:
            return log_in(where, column)
        except ValueError:
            raise refusal from None
    if not text.strip():
        raise ValueError("there is nothing on standard input" if where == "-" else "the file is empty")
    if not where.lower().endswith(CSV) and (config := config_or_none(where, text, column, budget)) is not None:
        return config
    return _content_of_text(where, text, column, names)


def _content_of_text(
    where: str, text: str, column: str | None, names: Mapping[str, float]
) -> LearningRateSchedule | LoggedRates:
    """The schedule or the log in a text."""
    is_json = text.lstrip()[0] in "{[" or (where.lower().endswith(".json") and "(" not in text)
    if where.lower().endswith(CSV) or not (is_json or "(" in text):
        return epochs_or_rates(where, text, column, lambda: from_csv(text, column))
    if is_json:
        return _content_of_json(where, text, column)
    if (log := log_or_none(where, column, text) if "\n" in text.strip() else None) is not None:
        return log  # lines of a console, in which brackets may stand
    if column:
        raise ValueError(f"there is no column {column!r} in a schedule")
    return schedule_of(text, names)


def _content_of_json(where: str, text: str, column: str | None) -> LearningRateSchedule | LoggedRates:
    try:
        document = parsed(text)
    except ValueError:
        if "\n{" in text.strip() and (log := log_or_none(where, column, text)) is not None:
            return log  # lines of JSON
        raise
    if column or not (isinstance(document, dict) and "lrkit" in document):
        return rates_or_log(where, text, column, lambda: from_json_rates(document, column))
    return from_json(text)


class _TooLongError(ValueError):
    """A file is longer than any schedule or table that is read."""


def text_of(where: str) -> str:
    """A file, or standard input: as much as is ever read, and no more."""
    if where == "-":
        text = sys.stdin.read(MAX_TEXT + 1)
    else:
        with Path(where).open(encoding="utf-8-sig") as file:
            text = file.read(MAX_TEXT + 1)
    if len(text) > MAX_TEXT:
        raise _TooLongError(f"there are more than {MAX_TEXT} characters, which are the most that are read")
    return text
