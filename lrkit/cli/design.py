"""``lrkit design``: a page on which schedules are drawn with the mouse."""

from __future__ import annotations

import os
import sys
import tempfile
import webbrowser
from dataclasses import replace
from pathlib import Path

import click

from .._files import replacing
from .._recipes import Recipe
from ..budget import Budget
from ..chart.things import unit_of
from ..designing.link import (
    FIRST,
    MAX_GHOSTS,
    State,
    expression_of,
    first_schedule,
    from_link,
    parsed,
    state_of,
)
from ..designing.mark import is_link
from . import _options as options
from ._arguments import Expression
from ._command import cli
from ._expr import Word
from ._output import remark

BY_UNIT = {"step": "updates={}", "epoch": "batches=1 epochs={}", "token": "tokens={} batch=1 sequence=1"}
"""The budget of a recipe's own run, each of whose steps is one of its unit."""


@cli.command("design")
@click.argument("words", metavar="[EXPR]...", nargs=-1, type=Expression())
@options.budget(
    "The size of the run: its length, and what the axis counts; total and epoch stand for its updates in EXPR.",
    passed=True,
)
@options.steps("The number of updates of the run, in place of a budget.")
@options.steps_per_epoch()
@click.option("--log", is_flag=True, help="A logarithmic scale of rates.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), metavar="FILE",
    help="FILE.html to write, - for standard output. Default: a temporary file, which is opened in the browser.",
)  # fmt: skip
@click.option("--open", "shown", is_flag=True, help="Open the browser on FILE too.")
def design_command(
    words: tuple[Word, ...], budget: Budget | None, steps: int | None, log: bool, output: Path | None, shown: bool
) -> None:
    """Write a page on which a schedule is drawn with the mouse, and open it in the browser.

    The page is one file that needs no network and no Python: its handles are dragged, its expression is edited, and
    the result is copied as code or as a link. EXPR may be such a LINK, or the whole address; it holds a budget too.
    The EXPRs after the first, up to four, are drawn beside it. Without EXPR: a warm-up and a cosine.
    """
    if budget is not None and steps is not None:
        raise click.UsageError("--budget and --steps cannot be given together")
    printed = output is not None and str(output) == "-"
    if printed and shown:
        raise click.UsageError("--open needs a file: give -o FILE")
    if output is not None and not printed and not output.resolve().parent.is_dir():
        raise click.BadParameter(f"{str(output.parent)!r} is not a directory", param_hint="'-o'")
    from ..designing.page import page  # with which the translator of formulas is loaded

    state = _state(words, budget, steps, log)
    design = parsed(state)
    html = page(state, [design.schedule, *design.ghosts])
    if printed:
        sys.stdout.flush()
        sys.stdout.buffer.write(html.encode())
        return
    path = output or Path(tempfile.mkdtemp(prefix="lrkit-")) / "design.html"
    with replacing(path) as file:
        file.write_text(html, encoding="utf-8")
    remark(f"wrote {path}")
    if (shown or output is None) and not _opened(path):
        remark("lrkit: there is no browser here to open: copy the file to where there is one")


def _state(words: tuple[Word, ...], budget: Budget | None, steps: int | None, log: bool) -> State:
    """What the page shows first."""
    size = f"updates={steps}" if steps else "" if budget is None else budget.text
    total = budget.total if budget else steps
    if not words:
        return State(expression_of(first_schedule(total or FIRST)), size or f"updates={FIRST}", log=log)
    first, *others = words
    if is_link(first.text):
        held, found = state_of(first.text), from_link(first.text)
        state = replace(
            held,
            text=expression_of(found.schedule, held.text),
            budget=size or held.budget,
            ghosts=tuple(map(expression_of, found.ghosts, held.ghosts)),
            log=log or held.log,
        )
    else:
        unit = unit_of(first.value) if not size else "step"
        if isinstance(first.value, Recipe) and not size:
            size = BY_UNIT[unit].format(first.value.steps)
        state = State(_text(first, total), size, log=log, unit=unit)
    ghosts = (*state.ghosts, *(_text(word, total) for word in others))
    if len(ghosts) > MAX_GHOSTS:
        raise click.UsageError(f"at most {MAX_GHOSTS} curves are drawn beside the first, got {len(ghosts)}")
    return replace(state, ghosts=ghosts)


def _text(word: Word, steps: int | None) -> str:
    return expression_of(word.schedule(steps), word.text)


def _opened(path: Path) -> bool:
    """Whether a browser was opened on a file: not one of the terminal, which would take its place."""
    on_screen = sys.platform in ("win32", "darwin") or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )
    return on_screen and webbrowser.open(path.resolve().as_uri())
