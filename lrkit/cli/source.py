"""``lrkit source``: a schedule as code to paste."""

from __future__ import annotations

import click

from ..source import TARGETS, Framework, as_source
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import say


@cli.command("source")
@click.argument("word", metavar="EXPR", type=Expression())
@click.argument("framework", type=click.Choice(TARGETS))
@options.steps("Length of the run, in which the code must be equal.")
@options.steps_per_epoch()
@options.budget()
def source_command(word: Word, framework: Framework, steps: int | None) -> None:
    """Print the code that gives a FRAMEWORK this schedule, to paste."""
    say(as_source(word.schedule(steps), framework, steps))
