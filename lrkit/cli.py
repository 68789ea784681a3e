"""The command ``lrkit``: see, list, tabulate and convert schedules from a shell."""

from __future__ import annotations

import csv
import inspect
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from . import __version__
from ._files import replacing
from ._params import Field, fields_of
from ._recipes import Recipe, recipe, recipes
from .chart import Chart, make_chart
from .difference import Difference, diff
from .expressions import RECIPE, Expression, Word
from .schedules._base import LearningRateSchedule
from .schedules._parse import parse
from .schedules._registry import FUNCTIONS, KINDS, classes, sorted_kinds
from .source import FRAMEWORKS, as_source

DEFAULT_TITLE = "Warm up, then: four ways to go on"
DEFAULT_LABELS = ("cosine", "linear", "inverse time", "constant")
DEFAULT_PLOT = (
    "JoinLR([WarmUpLR(1e-3, 500), CosineDecayLR(0, 1e-3, 9500)], [500])",
    "JoinLR([WarmUpLR(1e-3, 500), PolynomialDecayLR(1e-3, 0, 9500, 1)], [500])",
    "JoinLR([WarmUpLR(1e-3, 500), InverseDecayLR(1e-3, 1, 1500)], [500])",
    "JoinLR([WarmUpLR(1e-3, 500), ConstantLR(1e-3)], [500])",
)
"""What ``lrkit plot`` draws when it is told nothing: a warm-up, then a cosine beside three alternatives."""

FORMS = ("png", "svg", "pdf", "html")
BLOCK = 65_536


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="lrkit %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Learning-rate schedules: seen before they are run, exact at every step.

    EXPR is a schedule written as in Python, such as "CosineDecayLR(0, 0.1, 9500)", the path of a JSON file that
    `lrkit json` wrote, or - for either on standard input. train.py:scheduler or package.module:scheduler runs
    that code and takes what it calls so: a schedule, or a scheduler of torch, transformers, timm, Keras or optax;
    train.py:scheduler[1] is the second group's.
    recipe:NAME is the schedule of a published training set-up. `lrkit list` names every kind of schedule, and
    `lrkit list --recipes` every recipe.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command("plot")
@click.argument("schedules", metavar="[EXPR]...", nargs=-1, type=Expression())
@click.option("--steps", type=click.IntRange(min=1), help="Length of the run. Default: until nothing new happens.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.png, .svg, .pdf or .html.")
@click.option("--log", is_flag=True, help="A logarithmic scale of rates.")
@click.option("--label", "labels", multiple=True, help="The name of a curve; once for each EXPR, in order.")
@click.option("--x", type=click.Choice(["step", "epoch", "progress"]), help="What the horizontal axis counts.")
@click.option("--steps-per-epoch", type=click.IntRange(min=1), help="Count the horizontal axis in epochs.")
@click.option("--title", help="The title of the picture.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
def plot_command(
    schedules: tuple[Word, ...],
    steps: int | None,
    output: Path | None,
    log: bool,
    labels: tuple[str, ...],
    x: str | None,
    steps_per_epoch: int | None,
    title: str | None,
    theme: str,
) -> None:
    """Draw schedules: to a file, or as a sketch in the terminal.

    Without EXPR: a warm-up and cosine decay beside three alternatives. A recipe is drawn as long as it ran; of
    recipes in different units, `--x progress` draws each over its own run.
    """
    form = _form(output)
    if not schedules:
        schedules = tuple(Word(text, parse(text)) for text in DEFAULT_PLOT)
        labels = labels or DEFAULT_LABELS
        title = title or DEFAULT_TITLE
    if runs := [word.value for word in schedules if isinstance(word.value, Recipe)]:
        title = title or (runs[0].title if len(schedules) == 1 else None)
    chart = make_chart(
        [word.drawn(steps) for word in schedules],
        steps=steps,
        labels=labels or None,
        x=x or ("step" if steps_per_epoch is None else "epoch"),
        steps_per_epoch=steps_per_epoch,
        yscale="log" if log else "linear",
        title=title,
    )
    if output:
        _save(chart, output, form, theme)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(_sketch(chart))


def _form(output: Path | None) -> str:
    """The form of a picture, by the end of its name; nothing if none is asked for."""
    form = output.suffix.lower().removeprefix(".") if output else ""
    if output and form not in FORMS:
        raise click.BadParameter(f"{str(output)!r} must end in .png, .svg, .pdf or .html", param_hint="'-o'")
    if output and not output.resolve().parent.is_dir():
        raise click.BadParameter(f"{str(output.parent)!r} is not a directory", param_hint="'-o'")
    return form


def _save(chart: Chart, output: Path, form: str, theme: str) -> None:
    with replacing(output) as path:
        if form == "html":
            from .plotting import plotly

            plotly.save(chart, path, theme)
        else:
            from .plotting import mpl

            mpl.save(chart, path, form, theme)


def _sketch(chart: Chart) -> str:
    from .plotting.text import sketch

    try:
        "⣿┤└─→".encode(sys.stdout.encoding or "ascii")
        plain = False
    except UnicodeEncodeError:
        plain = True
    return sketch(chart, min(shutil.get_terminal_size((80, 24)).columns, 120), ascii_only=plain)


@cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--recipes", "as_recipes", is_flag=True, help="The published training set-ups instead.")
def list_command(as_json: bool, as_recipes: bool) -> None:
    """List every kind of schedule, and every known expression, with the parameters and their domains."""
    if as_recipes:
        _list_recipes(as_json)
        return
    functions = dict(sorted(FUNCTIONS.items()))
    if as_json:
        kinds = [{"kind": kind, "class": cls.__name__} | _entry(cls) for kind, cls in sorted_kinds().items()]
        click.echo(json.dumps(kinds + [{"function": name} | _entry(f) for name, f in functions.items()], indent=2))
        return
    for kind, cls in sorted_kinds().items():
        _list_entry(f"{cls.__name__}  [{kind}]", cls)
    click.echo("\nKnown schedules that are expressions of these:\n")
    for name, function in functions.items():
        _list_entry(name, function)


def _list_recipes(as_json: bool) -> None:
    found = recipes().values()
    if as_json:
        told = ("name", "title", "expression", "steps", "unit", "source", "stated", "open")
        click.echo(json.dumps([{name: getattr(each, name) for name in told} for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.name}\n    {each.title}\n      {each.length}\n      {each.source}")


def _list_entry(title: str, entry: Any) -> None:
    click.echo(f"{title}\n    {summary(entry)}")
    for field in fields_of(entry).values():
        click.echo(f"      {field.name:<20} {_domain(field)}")


def _entry(entry: Any) -> dict[str, Any]:
    parameters = [
        {"name": f.name, "domain": f.domain, "unit": f.param.unit, "symbol": f.param.symbol}
        | ({} if f.required else {"default": f.default})
        for f in fields_of(entry).values()
    ]
    return {"summary": summary(entry), "parameters": parameters}


def summary(entry: Any) -> str:
    """The first line of a schedule's docstring: what its curve looks like."""
    return (inspect.getdoc(entry) or "").partition("\n")[0]


def _domain(field: Field) -> str:
    unit = f", in {field.unit_text.strip()}" if field.param.unit else ""
    return f"{field.domain}{unit}" + ("" if field.required else f" (default: {field.default})")


@cli.command("show")
@click.argument("kind")
def show_command(kind: str) -> None:
    """Describe one KIND of schedule, by kind, class or function: its formula, parameters, boundaries and source.

    Of recipe:NAME, it tells what the source states and what it leaves open.
    """
    if kind.startswith(RECIPE):
        click.echo(str(recipe(kind.removeprefix(RECIPE))))
        return
    entry = KINDS.get(kind) or classes().get(kind) or FUNCTIONS.get(kind)
    if entry is None:
        raise click.BadParameter(
            f"{kind!r} is not a kind of schedule; `lrkit list` names them all", param_hint="'KIND'"
        )
    click.echo(f"{entry.__name__}({', '.join(fields_of(entry))})\n\n{inspect.getdoc(entry)}")


@cli.command("table")
@click.argument("word", metavar="EXPR", type=Expression())
@click.option("--steps", type=click.IntRange(min=1), help="How many steps. Default: until nothing new happens.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def table_command(word: Word, steps: int | None, form: str) -> None:
    """Print the rate of every step, exactly: as CSV, or as JSON that holds the schedule too."""
    schedule = word.schedule(steps)
    total = steps or schedule.horizon + 1
    for block in _ranges(total):  # a rate that overflows is found before the first is printed
        schedule(block)
    rows = _with_progress(_blocks(schedule, total), total)
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(["step", "learning_rate"])
        for block in rows:
            writer.writerows(block)
        return
    sys.stdout.write(f'{{"schedule": {schedule.to_json()}, "learning_rate": [')
    separator = ""
    for block in rows:
        sys.stdout.write(separator + ", ".join(json.dumps(rate, allow_nan=False) for _, rate in block))
        separator = ", "
    sys.stdout.write("]}\n")


def _ranges(total: int) -> Iterator[range]:
    return (range(start, min(start + BLOCK, total)) for start in range(0, total, BLOCK))


def _blocks(schedule: LearningRateSchedule, total: int) -> Iterator[list[tuple[int, float]]]:
    """Step and rate, as the scalar calls give them."""
    for block in _ranges(total):
        yield [(step, schedule(step)) for step in block]


def _with_progress(blocks: Iterator[Any], total: int) -> Iterator[Any]:
    """The blocks; a long table that goes to a file shows a bar on the terminal."""
    if total <= 4 * BLOCK or sys.stdout.isatty() or not sys.stderr.isatty():
        yield from blocks
        return
    with click.progressbar(length=total, file=sys.stderr, label="steps") as bar:
        for block in blocks:
            yield block
            bar.update(len(block))


@cli.command("json")
@click.argument("word", metavar="EXPR", type=Expression())
@click.option("--indent", type=click.IntRange(0, 8), help="Spread over lines, indented by this many spaces.")
@click.option("--steps", type=click.IntRange(min=1), help="How many steps to record of what is no schedule.")
def json_command(word: Word, indent: int | None, steps: int | None) -> None:
    """Print a schedule as JSON, which every EXPR may be the path of."""
    click.echo(word.schedule(steps).to_json(indent))


@cli.command("diff")
@click.argument("a", metavar="EXPR", type=Expression())
@click.argument("b", metavar="EXPR", type=Expression())
@click.option("--steps", type=click.IntRange(min=1), help="Length of the run. Default: until nothing new happens.")
@click.option("--tolerance", type=click.FloatRange(min=0), help="Part of the peak. Default: that of rounding.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.png, .svg, .pdf or .html.")
def diff_command(
    a: Word, b: Word, steps: int | None, tolerance: float | None, as_json: bool, output: Path | None
) -> int:
    """Say where two schedules part, and in which conventions they differ.

    The exit code is 0 if they are equal, in the run and past its end, and 1 if not.
    """
    form = _form(output)
    one, other = (word.value if word.group is None else word.schedule(steps) for word in (a, b))
    found = diff(one, other, steps, tolerance=tolerance)
    click.echo(json.dumps(found.to_dict(), indent=2) if as_json else str(found))
    if output:
        _save_panels(found, output, form)
        click.echo(f"wrote {output}", err=True)
    return 0 if found.same else 1


def _save_panels(found: Difference, output: Path, form: str) -> None:
    with replacing(output) as path:
        if form == "html":
            from .plotting import plotly

            plotly.write(found.plot(backend="plotly"), path)
        else:
            figure: Any = found.plot()[0].figure
            figure.savefig(path, format=form, dpi=160)


@cli.command("source")
@click.argument("word", metavar="EXPR", type=Expression())
@click.argument("framework", type=click.Choice(FRAMEWORKS))
@click.option("--steps", type=click.IntRange(min=1), help="How many steps to record of what is no schedule.")
def source_command(word: Word, framework: str, steps: int | None) -> None:
    """Print the code that gives a FRAMEWORK this schedule, to paste."""
    click.echo(as_source(word.schedule(steps), framework))


def main() -> None:
    """Run the command; whatever is wrong is one line on standard error, and exit code 2."""
    try:
        code = cli.main(prog_name="lrkit", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.ClickException as error:
        _fail(error.format_message(), 2)
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        _discard_output()
        sys.exit(1)
    except (ValueError, TypeError, ArithmeticError, OSError, MemoryError) as error:
        _discard_output()
        _fail(str(error) or type(error).__name__, 2)
    else:
        sys.exit(code or 0)


def _discard_output() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"lrkit: {' '.join(message.split())}\n")
    sys.exit(code)
