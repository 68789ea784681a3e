"""``lrkit table``: the rate of every step."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

import click

from .._configured import Configured
from ..schedules._base import LearningRateSchedule
from ..schedules._endless import is_endless
from ..schedules._lists import rates_of_calls
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import remark

FIRST, BLOCK = 1024, 65_536
"""How many rows are computed before the first is printed, and how many at a time from then on."""


@cli.command("table")
@click.argument("word", metavar="EXPR", type=Expression())
@options.steps(options.RUN)
@options.steps_per_epoch()
@options.budget()
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def table_command(word: Word, steps: int | None, form: str) -> None:
    """Print the rate of every step, exactly: as CSV, or as JSON that holds the schedule too.

    Each row is printed as soon as it is known, however many there are.
    """
    schedule = word.schedule(steps)
    steps = steps or (word.value.length if isinstance(word.value, Configured) else None)
    total = steps or schedule.horizon + 1
    rows = _with_progress(_blocks(schedule, total), total)
    rows = chain([next(rows)], rows)  # what is wrong at once is said before anything is printed
    if steps is None and is_endless(schedule):
        remark(f"{word.text} repeats without end: its first {total} steps; --steps N prints N")
    if form == "csv":
        _print_csv(rows)
    else:
        _print_json(schedule, rows)


def _print_csv(rows: Iterator[Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["step", "learning_rate"])
    for block in rows:
        writer.writerows(block)
        sys.stdout.flush()


def _print_json(schedule: LearningRateSchedule, rows: Iterator[Any]) -> None:
    before = f'{{"schedule": {schedule.to_json()}, "learning_rate": ['
    for block in rows:
        sys.stdout.write(before + ", ".join(json.dumps(rate, allow_nan=False) for _, rate in block))
        sys.stdout.flush()
        before = ", "
    sys.stdout.write("]}\n")


def _blocks(schedule: LearningRateSchedule, total: int) -> Iterator[list[tuple[int, float]]]:
    """Step and rate, as the scalar calls give them."""
    start, stop = 0, min(FIRST, total)
    while start < total:
        rates = rates_of_calls(schedule, range(start, stop)).tolist()
        yield list(enumerate(rates, start))
        start, stop = stop, min(stop + BLOCK, total)


def _with_progress(blocks: Iterator[Any], total: int) -> Iterator[Any]:
    """The blocks; a long table that goes to a file shows a bar on the terminal."""
    if total <= 4 * BLOCK or sys.stdout.isatty() or not sys.stderr.isatty():
        yield from blocks
        return
    with click.progressbar(length=total, file=sys.stderr, label="steps") as bar:
        for block in blocks:
            yield block
            bar.update(len(block))
