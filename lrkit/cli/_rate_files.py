"""Files that hold the rate of each step: CSV, with a header or without, and JSON."""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np

from .._params import as_kind, shorten
from ..schedules.table import TableLR

RATES = ("learning_rate", "lr", "rate")
"""What a column of rates is called, in lower case; also after a slash, as in ``train/lr``."""
STEPS = ("step", "steps", "global_step", "iteration", "update", "")
"""What a column that counts the rows is called, in lower case; pandas writes one without a name."""
MAX_RATES = 10_000_000
DELIMITERS = ("\t", ";", ",")
CLOCKS = (*STEPS, "epoch")


class NoTableError(ValueError):
    """The rows have positions and are not those of each step from 0 on: a log may have such."""


def from_csv(text: str, column: str | None) -> TableLR:
    """The rates in a column of a CSV; without a name, in the one that is called so, or the only one.

    Lines are separated as in any CSV, values by commas, semicolons or tabs. A row without a number as its first is
    the header. A column of steps must count the rows from 0 on.
    """
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = next((mark for mark in DELIMITERS if mark in first), ",")
    rows = _rows(lines, delimiter)
    try:
        line, head = next(rows)
    except StopIteration:
        raise ValueError("there is no line with rates") from None
    has_header = all(_number(value) is None for value in head)
    names = [name.strip() for name in head] if has_header else [str(k + 1) for k in range(len(head))]
    at = _chosen(names, column, numbered=not has_header)
    step = next((k for k, name in enumerate(names) if has_header and name.lower() in STEPS and k != at), None)
    return _table(_checked(rows if has_header else chain([(line, head)], rows), names, at, step))


def from_json_rates(document: Any, column: str | None) -> TableLR:
    """The rates in a list of numbers, in a list of objects, or in an object of lists."""
    if isinstance(document, dict):
        lists = {name: value for name, value in document.items() if isinstance(value, list)}
        if not lists:
            raise ValueError("the object has no list of rates, and is no schedule that `lrkit json` writes")
        names = list(lists)
        name = names[_chosen(names, column)]
        return _table((f"{name}[{k}]", name, value) for k, value in enumerate(lists[name]))
    if not isinstance(document, list):
        raise ValueError(f"rates are a list of numbers, got {shorten(document)}")
    if document and isinstance(document[0], dict):
        names = list(document[0])
        name = names[_chosen(names, column)]
        return _table(_of_objects(document, name, next((n for n in names if n.lower() in STEPS and n != name), None)))
    if column is not None:
        raise ValueError(f"a list of numbers has no {column!r}")
    return _table((f"[{k}]", "a rate", value) for k, value in enumerate(document))


def _rows(lines: list[str], delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """The rows that are not empty, each with its line."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: {error}") from None
        if any(map(str.strip, row)):
            yield f"line {reader.line_num}", row


def _checked(rows: Iterable[tuple[str, list[str]]], names: list[str], at: int, step: int | None) -> Iterator[Any]:
    """Where each rate stands, what it is called, and the rate."""
    for count, (line, row) in enumerate(rows):
        if len(row) != len(names):
            raise ValueError(f"{line}: there are {len(names)} columns, and here {len(row)} values")
        if step is not None:
            _check_step(line, row[step].strip(), count)
        yield line, names[at] if not names[at].isdigit() else "a rate", row[at].strip()


def _of_objects(rows: list[Any], name: str, step: str | None) -> Iterator[Any]:
    for k, row in enumerate(rows):
        if not isinstance(row, dict) or name not in row:
            raise ValueError(f"[{k}]: there is no {name!r} in {shorten(row)}")
        if step is not None:
            _check_step(f"[{k}]", row.get(step), k)
        yield f"[{k}]", name, row[name]


def _check_step(where: str, value: Any, expected: int) -> None:
    if _number(value) != expected:
        raise NoTableError(
            f"{where}: a row for each step from 0 on is needed, and here step {expected} is expected, got "
            f"{shorten(value)}; leave out the column of steps to count the rows themselves"
        )


def _chosen(names: list[str], column: str | None, *, numbered: bool = False) -> int:
    """Which column holds the rates."""
    if column is not None:
        if column not in names:
            raise ValueError(f"there is no column {column!r}; there are {', '.join(map(repr, names))}")
        return names.index(column)
    for wanted in RATES:
        found = [k for k, name in enumerate(names) if name.lower().rpartition("/")[2] == wanted and not numbered]
        if len(found) == 1:
            return found[0]
        if found:
            break
    others = [k for k, name in enumerate(names) if name.lower() not in STEPS or numbered]
    if len(others) == 1:
        return others[0]
    counted = not numbered and any(name.lower() in CLOCKS for name in names)
    told = f"which column holds the rates? Write FILE:COLUMN; there are {', '.join(map(repr, names))}"
    raise NoTableError(told) if counted else ValueError(told)


def _table(values: Iterable[tuple[str, str, Any]]) -> TableLR:
    rates = array("d")
    for where, name, value in values:
        rate = _number(value)
        if rate is None or not math.isfinite(rate):
            raise ValueError(f"{where}: {name} must be a finite number, got {shorten(value)}")
        if len(rates) == MAX_RATES:
            raise ValueError(f"{where}: at most {MAX_RATES} rates are read")
        rates.append(rate)
    if not rates:
        raise ValueError("there is no rate")
    return TableLR(np.array(rates))


def _number(value: Any) -> float | None:
    """A number, or a text that is one; None for anything else."""
    try:
        return float(value) if isinstance(value, str) else as_kind(value, float)
    except ValueError:
        return None
