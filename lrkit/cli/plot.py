"""``lrkit plot``: schedules, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..chart import make_chart
from ..chart.things import is_recipe
from ..schedules._parse import parse
from . import _options as options
from ._arguments import Expression
from ._axes import axes
from ._command import cli
from ._expr import Word
from ._pictures import draw, target

if TYPE_CHECKING:
    from pathlib import Path

    from ..budget import Budget

DEFAULT_TITLE = "Warm up, then: four ways to go on"
DEFAULT_LABELS = ("cosine", "linear", "inverse time", "constant")
DEFAULT_PLOT = (
    "JoinLR([WarmUpLR(1e-3, 500), CosineDecayLR(0, 1e-3, 9500)], [500])",
    "JoinLR([WarmUpLR(1e-3, 500), PolynomialDecayLR(1e-3, 0, 9500, 1)], [500])",
    "JoinLR([WarmUpLR(1e-3, 500), InverseDecayLR(1e-3, 1, 1500)], [500])",
    "JoinLR([WarmUpLR(1e-3, 500), ConstantLR(1e-3)], [500])",
)
"""What ``lrkit plot`` draws when it is told nothing: a warm-up, then a cosine beside three alternatives."""


@cli.command("plot")
@click.argument("schedules", metavar="[EXPR]...", nargs=-1, type=Expression())
@options.steps(options.RUN)
@options.steps_per_epoch("Count the horizontal axis in epochs; epoch stands for this number in EXPR.", passed=True)
@options.budget(
    "The size of the run: its length, and what the axes count; total and epoch stand for its updates in EXPR.",
    passed=True,
)
@axes
@options.labels("The name of a curve; once for each EXPR, in order.")
@options.picture
def plot_command(
    schedules: tuple[Word, ...],
    steps: int | None,
    steps_per_epoch: int | None,
    budget: Budget | None,
    x: Any,
    marks: Any,
    ylim: Any,
    labels: tuple[str, ...],
    output: Path | None,
    form: str | None,
    log: bool,
    title: str | None,
    theme: str,
) -> None:
    """Draw schedules: to a file, or as a sketch in the terminal.

    Without EXPR: a warm-up and cosine decay beside three alternatives. A recipe is drawn as long as it ran; of
    recipes in different units, `--x progress` draws each over its own run.
    """
    where = target(output, form)
    if not schedules:
        schedules = tuple(Word(text, parse(text)) for text in DEFAULT_PLOT)
        labels = labels or DEFAULT_LABELS
        title = title or DEFAULT_TITLE
    if runs := [word.value for word in schedules if is_recipe(word.value)]:
        title = title or (runs[0].title if len(schedules) == 1 else None)
    chart = make_chart(
        [word.drawn(steps) for word in schedules],
        steps=steps,
        labels=labels or None,
        x=x or ("epoch" if steps_per_epoch is not None and budget is None else "step"),
        steps_per_epoch=steps_per_epoch,
        budget=budget,
        yscale="log" if log else "linear",
        ylim=ylim,
        marks=marks,
        title=title,
    )
    draw(chart, where, theme)
