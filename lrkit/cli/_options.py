"""The options that several commands take, and what messages call them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from .._params import COUNT, Field
from ..plotting import renderers
from ..schedules._parse import parse_number

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from ..budget import Budget

Decorator = Callable[[Any], Any]
PER_EPOCH, BUDGET = "lrkit.steps_per_epoch", "lrkit.budget"
"""Where a command notes them for the words that are read after them."""
SPELLINGS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"lrkit\.record\(…, steps\) (takes (the rates as they come|its rates))", r"--steps N \1"),
    (r"make a fresh one, or take lrkit\.record\(…, steps\) of this one", "make a fresh one"),
    (r"give names=\{'epoch': steps_per_epoch\}", "give --steps-per-epoch or --budget"),
    (r"not the name 'total'", "and 'total' has no number: give --budget"),
    (r"\bgive budget='(\w+)=(.*?)' \(Budget\.\w+\)", r"give --budget '\1=\2'"),
    (r"\bgive steps\b", "give --steps"),
    (r"\bgive steps_per_epoch\b", "give --steps-per-epoch"),
    (r"\b(plot(_diff)?|diff|read|compare): steps\b", "--steps"),
    (r"\bgive a budget that relates the two, or leave steps out", "give --budget, which relates both, or leave it out"),
    (r"\bplot(_diff)?: steps_per_epoch\b", "--steps-per-epoch"),
    (r"\bdiff: tolerance\b", "--tolerance"),
    (r"\bextend: (\w+) must\b", lambda found: f"--{found[1].replace('_', '-')} must"),
    (r"\bextend: how='(\w+)' has no option (\w+)", lambda found: f"--how {found[1]} has no option {found[2]}"),
    (r"\bscaled_warmup=True\b", "--scaled-warmup"),
    (r"\bhow='(\w+)'", r"--how \1"),
    (r"\bplot(_diff)?: yscale='log' ", "--log "),
    (r"\b\w+: labels must be one label for each curve, (\d+) .*", r"--label is given once for each curve, \1 in all"),
    (r"\bplot: x=\('(\w+)', '(\w+)'\)", r"--x \1,\2"),
    (r"\bx='epoch' needs steps_per_epoch or a budget", "--steps-per-epoch or --budget is missing"),
    (r"\bneeds a budget\b", "needs --budget"),
    (r"\ba budget relates\b", "--budget relates"),
    (r"\bplot: (marks|ylim|x)\b(?!=)", r"--\1"),
    (r"\blrkit\.plot_diff\(a, b, x='(\w+)'\)", r"--x \1 with -o FILE"),
    (r"\bx='(\w+)'", r"--x \1"),
    (r"as in diff\(plan, log\['(.+?)'(, 0)?\]\)", r"as in FILE:\1"),
    (r"\bsteps=(\d+)", r"--steps \1"),
    (r"\bsteps_per_epoch=(\d+)", r"--steps-per-epoch \1"),
]  # fmt: skip
"""What the library's messages call an argument, and what it is called in a shell: an option."""


def in_shell(message: str) -> str:
    """A message of the library with options in place of arguments."""
    for python, shell in SPELLINGS:
        message = re.sub(python, shell, message)
    return message


def names_in(context: click.Context | None) -> dict[str, float]:
    """The numbers that have names in the words of a command: `epoch` and `total`, as far as they are known."""
    if context is None:
        return {}
    budget: Budget | None = context.meta.get(BUDGET)
    names: dict[str, float] = {} if budget is None else {"total": budget.total}
    if budget is not None and budget.has_epochs:
        names["epoch"] = budget.epoch
    given = context.meta.get(PER_EPOCH)
    if given is not None and names.get("epoch", given) != given:
        raise click.UsageError(
            f"--steps-per-epoch {given} contradicts --budget, by which an epoch has {names['epoch']} updates"
        )
    return names if given is None else names | {"epoch": given}


class Number(click.ParamType):  # type: ignore[type-arg]
    """A number that may be written as arithmetic, ``10*391``, ``90*epoch``; of a `field`, which says what it may be."""

    name = "number"

    def __init__(self, field: Field) -> None:
        self._field = field

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Click's hook: the number."""
        try:
            number = parse_number(value, names_in(ctx)) if isinstance(value, str) else value
            return self._field.coerce("", number)
        except (ValueError, TypeError) as error:
            _, _, message = in_shell(str(error)).partition(": ")
            return self.fail(f"{value!r}: {message.removeprefix(f'{self._field.name} ')}", param, ctx)


def steps(text: str) -> Decorator:
    """``--steps``, with what it means in a command."""
    return click.option("--steps", type=Number(COUNT), metavar="N", help=text)


RUN = "Length of the run. Default: until nothing new happens; of what repeats without end, a few cycles."
RECORDED = "How many steps to record of what is no schedule."


def steps_per_epoch(text: str = "The number that epoch stands for in EXPR.", *, passed: bool = False) -> Decorator:
    """``--steps-per-epoch``: read before every EXPR, which may use it; `passed` on only to a command that asks."""
    return click.option(
        "--steps-per-epoch",
        type=Number(COUNT),
        metavar="N",
        is_eager=True,
        expose_value=passed,
        callback=_noted,
        help=text,
    )


class Size(click.ParamType):  # type: ignore[type-arg]
    """The size of a run, as `Budget.parse` reads it."""

    name = "budget"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Click's hook: the budget."""
        from ..budget import Budget  # which many a command never reads

        try:
            return Budget.parse(value) if isinstance(value, str) else value
        except (ValueError, TypeError) as error:
            return self.fail(f"{value!r}: {error}", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Click's hook: the fields that are not there yet."""
        from click.shell_completion import CompletionItem

        from ..budget.given import DEFAULTS

        before, space, word = incomplete.rpartition(" ")
        there = {part.partition("=")[0] for part in before.split()}
        return [CompletionItem(f"{before}{space}{field}=") for field in DEFAULTS
                if field.startswith(word) and field not in there]  # fmt: skip


def budget(
    text: str = "The size of the run; total and epoch stand for its updates in EXPR.",
    *,
    passed: bool = False,
    required: bool = False,
) -> Decorator:
    """``--budget``: read before every EXPR, which may use its numbers; `passed` on only to a command that asks."""
    return click.option(
        "--budget",
        type=Size(),
        metavar="TEXT",
        required=required,
        is_eager=True,
        expose_value=passed,
        callback=_sized,
        help=f'{text} Such as "samples=1.28e6 batch=256 epochs=90 processes=8"; `lrkit plan --help` names the fields.',
    )


def _sized(context: click.Context, _param: click.Parameter, value: Budget | None) -> Budget | None:
    context.meta[BUDGET] = value
    return value


def _noted(context: click.Context, _param: click.Parameter, value: int | None) -> int | None:
    context.meta[PER_EPOCH] = value
    return value


class File(click.Path):
    """A file to write, as a `pathlib.Path`."""

    def coerce_path_result(self, value: str | os.PathLike[str]) -> Path:
        """Click's hook."""
        from pathlib import Path  # a picture in the terminal has none

        return Path(value)


def picture(command: Any) -> Any:
    """Where a picture goes, and how it looks."""
    for option in (
        click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True),
        click.option("--title", help="The title of the picture."),
        click.option("--log", is_flag=True, help="A logarithmic scale of rates."),
        click.option(
            "--format", "form", type=click.Choice(tuple(renderers.FORMS)),
            help="The form of the picture. Default: by the end of FILE.",
        ),
        click.option(
            "-o", "--output", type=File(dir_okay=False, allow_dash=True), metavar="FILE",
            help="FILE.png, .svg, .pdf, .html or .txt; - for standard output.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def labels(text: str) -> Decorator:
    """``--label``, as often as there are curves."""
    return click.option("--label", "labels", multiple=True, help=text)
