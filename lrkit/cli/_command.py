"""The command itself: what `lrkit --help` says; each subcommand adds itself to it."""

from __future__ import annotations

from importlib import import_module

import click

from .._lazy import modules
from ._version import show


class Commands(click.Group):
    """The subcommands: each is in the file of its name, which is loaded when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Click's hook."""
        return modules("cli")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Click's hook."""
        known = self.list_commands(ctx)
        for name in [cmd_name] if cmd_name in known else known:  # all, so that one of them can be suggested
            import_module(f"{__package__}.{name}")
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show, help="Show the versions and exit."
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Learning-rate schedules: seen before they are run, exact at every step.

    EXPR is one of these:

    \b
    "CosineDecayLR(0, 0.1, 90*epoch).warmup(500)"
        a schedule as in Python; numbers may be arithmetic, and total and
        epoch are the updates of the run and of an epoch that --budget
        gives, or epoch is what --steps-per-epoch gives
    recipe:NAME, recipe:NAME@STEPS
        the schedule of a published training set-up, and the same for a
        run of so many steps
    rates.csv, rates.csv:COLUMN
        a file with the rate of each step: CSV, or JSON; or a file with
        a schedule, as JSON of `lrkit json` or written as above
    run/metrics.csv, trainer_state.json, run/, FILE:COLUMN
        the log of a run, as its trainer writes it, or the directory of
        one; a column where there are several
    train.py:scheduler, package.module:scheduler, train.py:build()[2]
        the object of that name in a script or module, which is run: a
        schedule, or a scheduler of torch, transformers, timm, Keras or
        optax; [1] is an element, or of a scheduler the second group
    "#v1:..."
        a link of the page that `lrkit design` makes, or its address
    -
        a file on standard input

    `lrkit list` names every kind of schedule, and `lrkit list --recipes` every recipe.
    """  # noqa: D301 (the backspace is click's mark for lines to keep)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
