"""The options of a picture that say what its axes count, where they end, and which points are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..chart.axis_options import AXES
from ..chart.marks import WORDS, Asked
from ..schedules._parse import parse_number
from ._options import in_shell, names_in

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Context = click.Context | None
NO_PICTURE = {"x": None, "marks": (), "ylim": None}
"""What the options are where no picture is asked for."""


class Units(click.ParamType):  # type: ignore[type-arg]
    """What the horizontal axis counts, and after a comma what a second one does; a comma alone is no second one."""

    name = "unit"

    def convert(self, value: Any, param: click.Parameter | None, ctx: Context) -> Any:
        """Click's hook: one unit, or a tuple of them."""
        if not isinstance(value, str):
            return value
        units = [unit for unit in value.split(",") if unit]
        if not units or any(unit not in AXES for unit in units):
            self.fail(f"{value!r} must be one or two of {', '.join(AXES)}", param, ctx)
        return tuple(units) if "," in value else units[0]

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Click's hook: the units, also after a comma."""
        before, comma, begun = incomplete.rpartition(",")
        from click.shell_completion import CompletionItem

        return [CompletionItem(f"{before}{comma}{unit}") for unit in AXES if unit.startswith(begun)]


class Marks(click.ParamType):  # type: ignore[type-arg]
    """Points to mark, with commas between them: ``peak,resume=20*epoch``."""

    name = "points"

    def convert(self, value: Any, param: click.Parameter | None, ctx: Context) -> Any:
        """Click's hook: the points."""
        if not isinstance(value, str):
            return value
        points: list[tuple[str, int | None]] = []
        for item in filter(None, value.split(",")):
            label, _, step = item.rpartition("=")
            points.append((item, None) if item in WORDS else (label.strip(), self._step(step, param, ctx)))
        return Asked(tuple(points))

    def _step(self, text: str, param: click.Parameter | None, ctx: Context) -> int:
        try:
            step = parse_number(text, names_in(ctx))
        except (ValueError, TypeError):
            step = None
        if not isinstance(step, int) or step < 0:
            self.fail(f"{text!r} must be first, peak, end, a step or LABEL=STEP", param, ctx)
        return step


class Ends(click.ParamType):  # type: ignore[type-arg]
    """Both ends of an axis, with a comma between them; one may be left out."""

    name = "low,high"

    def convert(self, value: Any, param: click.Parameter | None, ctx: Context) -> Any:
        """Click's hook: the two ends; None for one that is left out."""
        if not isinstance(value, str):
            return value
        if value.count(",") != 1:
            self.fail(f"{value!r} must be LOW,HIGH, where one may be left out: 0,0.1 or ,0.1", param, ctx)
        try:
            return tuple(parse_number(end, names_in(ctx)) if end.strip() else None for end in value.split(","))
        except (ValueError, TypeError) as error:
            return self.fail(f"{value!r}: {in_shell(str(error)).partition(': ')[2]}", param, ctx)


def axes(command: Any) -> Any:
    """``--x``, ``--marks`` and ``--ylim``."""
    for option in (
        click.option(
            "--ylim", type=Ends(), metavar="LOW,HIGH",
            help="The ends of the axis of rates; one may be left out: ,0.1.",
        ),
        click.option(
            "--marks", type=Marks(), metavar="POINTS", default=(),
            help="Points to mark: first, peak, end, steps, LABEL=STEP; commas between them.",
        ),
        click.option(
            "--x", type=Units(), metavar="UNIT[,UNIT]",
            help="What the horizontal axis counts: step, epoch, sample, token, hour or progress; and a second one.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command
