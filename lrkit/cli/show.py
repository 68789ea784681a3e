"""``lrkit show``: one kind of schedule, or one recipe, in full."""

from __future__ import annotations

import inspect

import click

from .._params import fields_of
from ..schedules._registry import FUNCTIONS, classes, kinds
from ._arguments import Kind
from ._command import cli
from ._docstring import readable
from ._expr import RECIPE, hint_for, recipe_of
from ._output import say


@cli.command("show")
@click.argument("kind", type=Kind())
def show_command(kind: str) -> None:
    """Describe one KIND of schedule, by kind, class or function: its formula, parameters, boundaries and source.

    Of recipe:NAME, it tells what the source states and what it leaves open.
    """
    if kind.startswith(RECIPE):
        say(str(recipe_of(kind, {})))
        return
    entry = kinds().get(kind) or classes().get(kind) or FUNCTIONS.get(kind)
    if entry is None:
        hint = hint_for(kind, called=False) or "; `lrkit list` names them all"
        raise click.BadParameter(f"{kind!r} is not a kind of schedule{hint}", param_hint="'KIND'")
    say(f"{entry.__name__}({', '.join(fields_of(entry))})\n\n{readable(inspect.getdoc(entry) or '')}")
