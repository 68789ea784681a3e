"""``lrkit lint``: what is wrong with a schedule and its run."""

from __future__ import annotations

import json

import click

from ..budget import Budget
from ..linting import CODES, lint
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import say


def _tell(context: click.Context, _param: click.Parameter, wanted: bool) -> None:
    """Print the codes with their rules."""
    if wanted and not context.resilient_parsing:
        width = max(map(len, CODES))
        for code in CODES.values():
            say(f"{code.severity:<7}  {code.name:<{width}}  {code.rule}")
        context.exit()


@cli.command("lint")
@click.argument("word", metavar="EXPR", type=Expression())
@options.budget(passed=True)
@options.steps("The number of updates of the run, in place of a budget.")
@click.option("--ignore", "ignored", multiple=True, metavar="CODE", help="A code to leave out; as often as you like.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--sarif", "as_sarif", is_flag=True, help="As SARIF 2.1.0, which code hosts show.")
@click.option(
    "--codes", is_flag=True, is_eager=True, expose_value=False, callback=_tell, help="List the codes and exit."
)
def lint_command(
    word: Word, budget: Budget | None, steps: int | None, ignored: tuple[str, ...], as_json: bool, as_sarif: bool
) -> int:
    """Say what is wrong with a schedule and its run: each finding with its step, its number, and what to do.

    The exit code is 1 if there is an error, and 0 if there are only warnings and notes, or nothing. Without the length
    of the run, only what the schedule shows on its own is found; a recipe and a file of rates have a length.
    """
    if as_json and as_sarif:
        raise click.UsageError("--json and --sarif cannot be given together")
    if budget is not None and steps is not None:
        raise click.UsageError("--budget and --steps cannot be given together")
    total = budget.total if budget else steps
    found = lint(word.value if word.group is None else word.schedule(total), budget or steps, ignored)
    if as_json:
        say(json.dumps(found.to_dict(), indent=2))
    elif as_sarif:
        say(json.dumps(found.to_sarif(word.text), indent=2))
    else:
        say(str(found))
    return 1 if found.errors else 0
