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
from .chart import Chart, make_chart
from .schedules._base import LearningRateSchedule
from .schedules._json import from_json
from .schedules._parse import parse
from .schedules._registry import KINDS, classes, sorted_kinds

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
MOST_SHOWN = 40


class Expression(click.ParamType):  # type: ignore[type-arg]
    """A schedule: its repr, the path of a JSON file, or ``-`` for either on standard input."""

    name = "expr"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Click's hook: the schedule that a word of the command line stands for."""
        if isinstance(value, LearningRateSchedule):
            return value
        try:
            return _read(value)
        except (ValueError, OSError) as error:
            shown = value if len(value) <= MOST_SHOWN else value[: MOST_SHOWN - 3] + "..."
            self.fail(f"{shown!r}: {getattr(error, 'strerror', None) or error}", param, ctx)


def _read(value: str) -> LearningRateSchedule:
    if value == "-":
        text = sys.stdin.read()
    elif value.lower().endswith(".json") or ("(" not in value and _is_readable(Path(value))):
        text = Path(value).read_text(encoding="utf-8")
    elif "(" in value or value.lstrip().startswith("{"):
        text = value
    else:
        raise ValueError("no such file, and no expression such as CosineDecayLR(0, 0.1, 9500)")
    schedule: LearningRateSchedule = from_json(text) if text.lstrip().startswith("{") else parse(text)
    return schedule


def _is_readable(path: Path) -> bool:
    try:
        return path.exists() and not path.is_dir()  # a pipe is: `<(...)`
    except OSError:  # no name of a file at all
        return False


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="lrkit %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Learning-rate schedules: seen before they are run, exact at every step.

    EXPR is a schedule written as in Python, such as "CosineDecayLR(0, 0.1, 9500)", the path of a JSON file that
    `lrkit json` wrote, or - for either on standard input. `lrkit list` names every kind of schedule.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command("plot")
@click.argument("schedules", metavar="[EXPR]...", nargs=-1, type=Expression())
@click.option("--steps", type=click.IntRange(min=1), help="Length of the run. Default: until nothing new happens.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.png, .svg, .pdf or .html.")
@click.option("--log", is_flag=True, help="A logarithmic scale of rates.")
@click.option("--label", "labels", multiple=True, help="The name of a curve; once for each EXPR, in order.")
@click.option("--steps-per-epoch", type=click.IntRange(min=1), help="Count the horizontal axis in epochs.")
@click.option("--title", help="The title of the picture.")
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
def plot_command(
    schedules: tuple[LearningRateSchedule, ...],
    steps: int | None,
    output: Path | None,
    log: bool,
    labels: tuple[str, ...],
    steps_per_epoch: int | None,
    title: str | None,
    theme: str,
) -> None:
    """Draw schedules: to a file, or as a sketch in the terminal.

    Without EXPR: a warm-up and cosine decay beside three alternatives.
    """
    form = output.suffix.lower().removeprefix(".") if output else ""
    if output and form not in FORMS:
        raise click.BadParameter(f"{str(output)!r} must end in .png, .svg, .pdf or .html", param_hint="'-o'")
    if output and not output.resolve().parent.is_dir():
        raise click.BadParameter(f"{str(output.parent)!r} is not a directory", param_hint="'-o'")
    if not schedules:
        schedules = tuple(map(parse, DEFAULT_PLOT))
        labels = labels or DEFAULT_LABELS
        title = title or DEFAULT_TITLE
    chart = make_chart(
        schedules,
        steps=steps,
        labels=labels or None,
        x="step" if steps_per_epoch is None else "epoch",
        steps_per_epoch=steps_per_epoch,
        yscale="log" if log else "linear",
        title=title,
    )
    if output:
        _save(chart, output, form, theme)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(_sketch(chart))


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
def list_command(as_json: bool) -> None:
    """List every kind of schedule, with its parameters and their domains."""
    if as_json:
        click.echo(json.dumps([_entry(kind) for kind in sorted_kinds()], indent=2))
        return
    for kind, cls in sorted_kinds().items():
        click.echo(f"{cls.__name__}  [{kind}]\n    {summary(cls)}")
        for field in fields_of(cls).values():
            click.echo(f"      {field.name:<20} {_domain(field)}")


def _entry(kind: str) -> dict[str, Any]:
    cls = KINDS[kind]
    parameters = [
        {"name": f.name, "domain": f.domain, "unit": f.param.unit, "symbol": f.param.symbol}
        | ({} if f.required else {"default": f.default})
        for f in fields_of(cls).values()
    ]
    return {"kind": kind, "class": cls.__name__, "summary": summary(cls), "parameters": parameters}


def summary(cls: type) -> str:
    """The first line of a schedule's docstring: what its curve looks like."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _domain(field: Field) -> str:
    unit = f", in {field.unit_text.strip()}" if field.param.unit else ""
    return f"{field.domain}{unit}" + ("" if field.required else f" (default: {field.default})")


@cli.command("show")
@click.argument("kind")
def show_command(kind: str) -> None:
    """Describe one KIND of schedule, by kind or by class: its formula, parameters, boundaries and source."""
    cls = KINDS.get(kind) or classes().get(kind)
    if cls is None:
        raise click.BadParameter(
            f"{kind!r} is not a kind of schedule; `lrkit list` names them all", param_hint="'KIND'"
        )
    click.echo(f"{cls.__name__}({', '.join(fields_of(cls))})\n\n{inspect.getdoc(cls)}")


@cli.command("table")
@click.argument("schedule", metavar="EXPR", type=Expression())
@click.option("--steps", type=click.IntRange(min=1), help="How many steps. Default: until nothing new happens.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
def table_command(schedule: LearningRateSchedule, steps: int | None, form: str) -> None:
    """Print the rate of every step, exactly: as CSV, or as JSON that holds the schedule too."""
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
@click.argument("schedule", metavar="EXPR", type=Expression())
@click.option("--indent", type=click.IntRange(0, 8), help="Spread over lines, indented by this many spaces.")
def json_command(schedule: LearningRateSchedule, indent: int | None) -> None:
    """Print a schedule as JSON, which every EXPR may be the path of."""
    click.echo(schedule.to_json(indent))


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
