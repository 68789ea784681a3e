"""``lrkit compare``: several schedules side by side, in numbers."""

from __future__ import annotations

import click

from ..budget import Budget
from ..planning.compare import COLUMNS, DECAY, compare
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import say


@cli.command("compare")
@click.argument("schedules", metavar="EXPR...", nargs=-1, required=True, type=Expression())
@options.budget(passed=True)
@options.steps(options.RUN)
@options.steps_per_epoch()
@options.labels("The name of a schedule; once for each EXPR, in order.")
@click.option("--weight-decay", type=options.Number(DECAY), metavar="LAMBDA", help="Adds the sum of rate times LAMBDA.")
@click.option("--sort", type=click.Choice(COLUMNS), help="The column by which the rows are sorted, the highest first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, for programs.")
def compare_command(
    schedules: tuple[Word, ...],
    budget: Budget | None,
    steps: int | None,
    labels: tuple[str, ...],
    weight_decay: float | None,
    sort: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Say what several schedules come to over one run: peak, last, mean and sum of the rates, and where they are spent.

    The warm-up is the share of the run before the peak; above half are the steps with more than half of it; at the
    floor is the share of steps that have the lowest rate after it.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude one another")
    length = steps or (None if budget is None else budget.total)
    things = [word.drawn(length) for word in schedules]
    found = compare(
        *things, budget=budget, steps=steps, labels=labels or None, weight_decay=weight_decay, sort=sort
    )  # fmt: skip
    say(found.to_json() if as_json else found.to_csv().rstrip("\n") if as_csv else str(found))
