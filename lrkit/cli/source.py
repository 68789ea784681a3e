"""``lrkit source``: a schedule as code to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..source import FRAMEWORKS, TARGETS, Framework, as_source, other_names, target_named
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import say

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


SYSTEMS = [name for name in TARGETS if name not in FRAMEWORKS]
HELP = f"""Print the code that gives a FRAMEWORK this schedule, to paste.

FRAMEWORK is one of {", ".join(FRAMEWORKS)}; or a training system, of which the config is printed: {", ".join(SYSTEMS)}.
Other names of these, such as trl and yolo, are known too.
"""


class Target(click.ParamType):  # type: ignore[type-arg]
    """A name of `as_source`, or another name of a training system."""

    name = "framework"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name that `as_source` lists."""
        name = target_named(value)
        if name:
            return name
        from difflib import get_close_matches

        near = get_close_matches(value.lower(), [*TARGETS, *other_names()], 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(TARGETS)}"
        return self.fail(f"{value!r} is neither a framework nor a training system; {hint}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Click's hook."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in TARGETS if name.startswith(incomplete)]


@cli.command("source", help=HELP)
@click.argument("word", metavar="EXPR", type=Expression())
@click.argument("framework", metavar="FRAMEWORK", type=Target())
@options.steps("Length of the run, in which the code must be equal.")
@options.steps_per_epoch()
@options.budget()
def source_command(word: Word, framework: Framework, steps: int | None) -> None:
    """The code, or the config."""
    say(as_source(word.schedule(steps), framework, steps))
