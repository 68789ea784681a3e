"""``lrkit extend``: a run that goes on, longer than it was planned."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .._params import COUNT
from ..budget import Budget
from ..planning import extension
from ..planning._ways import WAYS
from ..planning.extend import DECLARED
from . import _options as options
from . import _pictures as pictures
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import remark, say

NUMBERS = {name: options.Number(field) for name, field in DECLARED.items() if field.kind in (int, float)}


@cli.command("extend")
@click.argument("word", metavar="EXPR", type=Expression())
@click.option("--at", type=options.Number(COUNT), metavar="N", required=True, help="How many updates are done.")
@click.option("--to", type=options.Number(COUNT), metavar="N", required=True, help="The new length of the run.")
@click.option("--how", type=click.Choice(tuple(WAYS)), default="rescale", show_default=True, help="The way to go on.")
@options.steps("Length of the old run. Default: that of the recipe, or until nothing new happens.")
@options.steps_per_epoch()
@options.budget(
    "The size of the old run: its length, and the axes of the picture; total and epoch stand for its updates in EXPR, "
    "--at and --to.",
    passed=True,
)
@click.option(
    "--warmup-steps", type=NUMBERS["warmup_steps"], metavar="N", help="Of rewarm. Default: 1 % of what is left."
)
@click.option("--start-lr", type=NUMBERS["start_lr"], metavar="RATE", help="The first rate of rewarm. Default: 0.")
@click.option("--max-lr", type=NUMBERS["max_lr"], metavar="RATE", help="The peak of rewarm. Default: that of EXPR.")
@click.option("--min-lr", type=NUMBERS["min_lr"], metavar="RATE", help="The last rate of rewarm and cooldown.")
@click.option(
    "--decay-steps", type=NUMBERS["decay_steps"], metavar="N", help="Of cooldown. Default: all that are left."
)
@click.option("--shape", type=click.Choice(DECLARED["shape"].param.choices), help="Of cooldown. Default: 1-sqrt.")
@click.option("--scaled-warmup", is_flag=True, default=None, help="Of rescale and restart: scale a warm-up too.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@options.picture
def extend_command(
    word: Word,
    at: int,
    to: int,
    how: str,
    steps: int | None,
    budget: Budget | None,
    warmup_steps: int | None,
    start_lr: float | None,
    max_lr: float | None,
    min_lr: float | None,
    decay_steps: int | None,
    shape: str | None,
    scaled_warmup: bool | None,
    as_json: bool,
    output: Path | None,
    form: str | None,
    log: bool,
    title: str | None,
    theme: str,
) -> None:
    """Say what rates a run gets that goes on from step --at to step --to, and draw them.

    The schedule is printed as an expression, which every other command takes; below it are the jump at the step and
    the last rate. With -o or --format the old curve is drawn dashed beside the new one; if the picture is printed, the
    report goes to standard error.
    """
    drawn = output is not None or form is not None
    if not drawn and (log or title is not None or theme != "light"):
        raise click.UsageError("--log, --title and --theme are for a picture: give -o or --format")
    where = pictures.target(output, form)
    if steps is None and budget is not None:
        steps = budget.total
    given = word.value if word.group is None else word.schedule(steps)
    found = extension(
        given, at=at, to=to, how=how, steps=steps, warmup_steps=warmup_steps, start_lr=start_lr, max_lr=max_lr,
        min_lr=min_lr, decay_steps=decay_steps, shape=shape, scaled_warmup=scaled_warmup,
    )  # fmt: skip
    report = json.dumps(found.to_dict(), indent=2) if as_json else str(found)
    (remark if drawn and where.path is None else say)(report)
    if drawn:
        chart = found.chart(title=title or "", yscale="log" if log else "linear", budget=budget)
        pictures.draw(chart, where, theme, title or "", str(found))
