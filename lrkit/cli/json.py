"""``lrkit json``: a schedule as JSON."""

from __future__ import annotations

import click

from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import say


@cli.command("json")
@click.argument("word", metavar="EXPR", type=Expression())
@click.option("--indent", type=click.IntRange(0, 8), help="Spread over lines, indented by this many spaces.")
@options.steps(options.RECORDED)
@options.steps_per_epoch()
@options.budget()
def json_command(word: Word, indent: int | None, steps: int | None) -> None:
    """Print a schedule as JSON, which every EXPR may be the path of."""
    say(word.schedule(steps).to_json(indent))
