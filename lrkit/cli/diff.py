"""``lrkit diff``: where two schedules part, or a log from its plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..budget import Budget
from ..difference import TOLERANCE, diff
from . import _options as options
from . import _pictures as pictures
from ._arguments import Expression
from ._axes import NO_PICTURE, axes
from ._command import cli
from ._expr import Word
from ._output import remark, say


@cli.command("diff")
@click.argument("a", metavar="EXPR", type=Expression())
@click.argument("b", metavar="EXPR", type=Expression())
@options.steps(options.RUN)
@options.steps_per_epoch()
@click.option("--tolerance", type=options.Number(TOLERANCE), help="Part of the peak. Default: that of rounding.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@options.labels("The name of a schedule, in the report and the picture; once for each EXPR, in order.")
@options.budget(
    "The size of the run: its length, what tokens and epochs of recipes are in updates, and the axes of the picture; "
    "total and epoch stand for its updates in EXPR.",
    passed=True,
)
@axes
@options.picture
def diff_command(
    a: Word,
    b: Word,
    steps: int | None,
    tolerance: float | None,
    as_json: bool,
    labels: tuple[str, ...],
    budget: Budget | None,
    x: Any,
    marks: Any,
    ylim: Any,
    output: Path | None,
    form: str | None,
    log: bool,
    title: str | None,
    theme: str,
) -> int:
    """Say where two schedules part, or the log of a run from its plan, and in which conventions they differ.

    The exit code is 0 if they are equal, in the run and past its end, and 1 if not. A log agrees if every row has the
    planned rate, as precisely as it is printed; what would explain the others is told. With -o or --format both are
    drawn, and below them how far they are apart; if the picture is printed, the report goes to standard error.
    """
    drawn = output is not None or form is not None
    asked = {"x": x, "marks": marks, "ylim": ylim}
    if not drawn and (log or title is not None or theme != "light" or asked != NO_PICTURE):
        raise click.UsageError(
            "--x, --ylim, --marks, --log, --title and --theme are for a picture: give -o or --format"
        )
    where = pictures.target(output, form)
    one, other = (word.value if word.group is None else word.schedule(steps) for word in (a, b))
    found = diff(one, other, steps, tolerance=tolerance, labels=labels or None, budget=budget)
    report = json.dumps(found.to_dict(), indent=2) if as_json else str(found)
    (remark if drawn and where.path is None else say)(report)
    if drawn:
        panels = found.panels(
            title=title or "", yscale="log" if log else "linear", ylim=ylim, marks=marks, x=x or "step", budget=budget
        )
        pictures.draw(panels, where, theme, title or f"{' and '.join(found.names)}, and their difference", str(found))
    return 0 if found.same else 1
