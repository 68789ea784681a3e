"""``lrkit watch``: a log that is still growing, over its plan."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

import click

from ..plotting import text
from ..runs.log import LoggedRates
from ..runs.reading import read_log
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import can_show, remark, say
from ._watched import Pace, Watched, watched

EVERY = 2.0
LEAST, MOST = 0.1, 3600.0
HEIGHT = 12
TINTS = ("\x1b[2m", "\x1b[36m")
"""Faint, for the plan; cyan, for the log."""
UP, ERASE = "\x1b[{}A", "\x1b[J"


@cli.command("watch")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.argument("word", metavar="EXPR", type=Expression())
@options.steps("Length of the run. Default: what the log says, else until the plan is at its end.")
@options.steps_per_epoch()
@options.budget()
@click.option("--column", metavar="NAME", help="The column or tag of the rates, where its name does not say so.")
@click.option(
    "--every", type=click.FloatRange(LEAST, MOST), default=EVERY, show_default=True, metavar="SECONDS",
    help="How often the log is looked at.",
)  # fmt: skip
def watch_command(path: Path, word: Word, steps: int | None, column: str | None, every: float) -> int:
    """Draw a log that is still growing over its plan, until the run ends or Ctrl-C.

    Below the picture: whether the rows are as planned, and when the next milestone and the end will come, from how fast
    the rows do. PATH may be a file that is not there yet. Where the output is no terminal, a picture is printed each
    time that there are new rows. The exit code is 1 if the rows depart from the plan.
    """
    plan = word.schedule(steps)
    pace, drawn = Pace(), 0
    last: Watched | None = None
    try:
        for log in _as_it_grows(path, column, every):
            last = watched(plan, log, steps)
            pace.note(time.monotonic(), float(last.found.x[-1]))
            drawn = _show(last, pace.speed, drawn)
            if last.ended:
                break
    except KeyboardInterrupt:
        remark("")
    return 0 if last is None or last.found.same else 1


def _as_it_grows(path: Path, column: str | None, every: float) -> Iterator[LoggedRates]:
    """The log, as often as it has more rows; what keeps it from being read is said once."""
    said, before = "", -1
    while True:
        try:
            log = read_log(path, column=column)
            rows = sum(map(len, log))
            if rows != before:
                before, said = rows, ""
                yield log
        except FileNotFoundError:
            said = _say_once(f"waiting for {path}", said)
        except ValueError as error:
            said = _say_once(f"waiting for rows: {str(error).removeprefix('read_log: ')}", said)
        time.sleep(every)


def _say_once(message: str, said: str) -> str:
    if message != said:
        remark(f"lrkit: {message}")
    return message


def _show(now: Watched, speed: float | None, drawn: int) -> int:
    """Draw it in the place of the picture of `drawn` lines before; how many lines it has."""
    terminal = sys.stdout.isatty()
    size = shutil.get_terminal_size((80, 24))
    width = min(size.columns, 120)
    told = [line for sentence in now.lines(speed) for line in wrap(sentence, width, subsequent_indent="  ")]
    height = max(3, min(HEIGHT, size.lines - len(told) - 5)) if terminal else HEIGHT
    chart = now.chart(max(now.length or now.plan.horizon + 1, int(now.at) + 1))
    picture = text.overlaid(
        chart, width, height, ascii_only=not can_show("⣿┤└─·", sys.stdout), tints=TINTS if terminal else ("", "")
    )
    page = f"{now.log.source}: {now.log.form}"[:width] + f"\n{picture}\n" + "\n".join(told)
    say((UP.format(drawn) + ERASE if terminal and drawn else "") + page)
    return page.count("\n") + 1
