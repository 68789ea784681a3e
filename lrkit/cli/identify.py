"""``lrkit identify``: which schedule the run of a log had."""

from __future__ import annotations

import json

import click

from ..runs.identify import identify
from ..runs.reading import read_log
from ._command import cli
from ._output import say


@cli.command("identify")
@click.argument("path", metavar="PATH", type=click.Path(exists=True, allow_dash=True))
@click.option("--column", metavar="NAME", help="The column or tag of the rates, where its name does not say so.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def identify_command(path: str, column: str | None, as_json: bool) -> int:
    """Say which schedule gave the rates in the log of a run.

    PATH is a log of transformers, Lightning, Keras, Megatron-LM and others, a table with a step and a rate, a directory
    with one, or - for standard input. The format is found from the content.

    For each answer: the schedule as an EXPR of the other commands; how well the rows agree; which update's rate a row
    has; which updates were skipped; and what the rows leave open. The exit code is 1 if nothing known explains them.
    """
    log = read_log(path, column=column)
    found = identify(log)
    if as_json:
        about = {name: value for name, value in log.to_dict().items() if name != "series"}
        say(json.dumps({"log": about, **found.to_dict()}, indent=2))
    else:
        say(f"{log}\n\n{found}")
    return 0 if found else 1
