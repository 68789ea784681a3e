"""What a notebook shows of a schedule, a recipe, a log, a match or a comparison: a table beside a small inline SVG.

Neither plotting library is imported for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from .._params import fields_of, shorten
from ..budget.rounding import ROUNDINGS
from ..catalogue._recognition import named, text_of
from ..chart import Chart, Curve, make_chart
from ..naming import position_text, short_name
from ..schedules._base import LearningRateSchedule
from ..schedules._registry import FUNCTIONS

if TYPE_CHECKING:
    from .._configured import Configured
    from .._recipes import Recipe
    from ..budget import Budget
    from ..runs.log import LoggedRates
    from ..runs.match import Match, Matches

WIDTH, HEIGHT, MARGIN = 240, 72, 4
LONGEST_CELL = 160
MOST_ROWS = 12
"""How many lines a table of a card has at most."""
DOT = 3
"""The size of a row of a log."""


def sparkline(chart: Chart) -> str:
    """The curves as an SVG element, in the colour of the text around it: lines, and the rows of logs as points."""
    paths = "".join(_path(chart, curve, faint=k > 0 and not curve.logged) for k, curve in enumerate(chart.curves))
    return (
        f'<svg role="img" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(chart.alt)}</title>{paths}</svg>"
    )


def _path(chart: Chart, curve: Curve, *, faint: bool) -> str:
    """A line through the points; of a log, a dot at each, as a line without length and with a round end."""
    x = MARGIN + (WIDTH - 2 * MARGIN) * np.asarray(chart.at(curve, curve.steps)) / (chart.last or 1)
    y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * chart.heights(chart.shown(curve))
    points = dict.fromkeys(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    ink = ' fill="none" stroke="currentColor"'
    if curve.logged:
        dots = "".join(f"M{point}h0" for point in points)
        return f'<path d="{dots}"{ink} stroke-width="{DOT}" stroke-linecap="round"/>'
    dashes = ' stroke-dasharray="4 3"' if faint else ""
    return f'<path d="M{"L".join(points)}"{ink} stroke-width="1.5" stroke-linejoin="round"{dashes}/>'


def html(schedule: Any) -> str:
    """The notebook's view of a schedule: a table of its parameters, by the catalogue's name if it has one."""
    chart = make_chart([schedule])
    if call := named(schedule):
        name, fields = call.name, fields_of(FUNCTIONS[call.name])
        given = {key: call.arguments.get(key, field.default) for key, field in fields.items()}
        shown = {key: value for key, value in given.items() if value is not None}
    else:
        name, shown = type(schedule).__name__, schedule.parameters()
        fields = fields_of(type(schedule)) if shown else {}
    return _card(name, _table((key, _cell(value, fields[key].unit_text)) for key, value in shown.items()), chart)


def card_of_recipe(recipe: Recipe) -> str:
    """What a recipe is, what its source states, and its curve."""
    told = {"schedule": recipe.expression, "length": recipe.length, "source": recipe.source} | dict(recipe.stated)
    if recipe.open:
        told["open"] = "; ".join(recipe.open)
    return _card(recipe.title, _table(told.items()), make_chart([recipe]))


def card_of_budget(budget: Budget) -> str:
    """What a run is made of, in a sentence, and its length in every unit that is known."""
    there = budget.at(budget.total)
    told: dict[str, Any] = {"updates": f"{budget.total:,}"}
    if budget.has_epochs:
        told |= {"updates in an epoch": f"{budget.epoch:,}", "epochs": f"{there.epoch:,.6g}"}
    told |= {"samples in an update": f"{budget.batch_size:,}", "samples": f"{there.samples:,}"}
    if there.tokens is not None:
        told["tokens"] = f"{there.tokens:,}"
    if there.hours is not None:
        told["hours"] = f"{there.hours:,.4g}"
    told |= {"rounding": f"{budget.rounding}: {ROUNDINGS[budget.rounding].title}"}
    return f"<div><strong>{escape(repr(budget))}</strong>{_table(told.items())}<p>{escape(str(budget))}</p></div>"


def card_of_config(configured: Configured) -> str:
    """Which system a config is of and why, each group's schedule, what is to be known, and the rates."""
    rows = [("found", configured.because), *((name, text_of(item)) for name, item in configured.items())]
    rows += [] if configured.budget is None else [("updates", f"{configured.budget.total:,}")]
    rows += [("note", text) for text in configured.departures]
    return _card(configured.system, _table(rows), make_chart([configured]))


def card_of_log(log: LoggedRates) -> str:
    """The series of a log, and the rows of those of rates."""
    rows = [(one.name, str(one).removeprefix(f"{one.name}: ")) for one in log.series]
    rows += [("note", note) for note in log.notes]
    drawn = log.rates or log.series
    chart = make_chart([[*drawn[:MOST_ROWS]]]) if any(len(one) for one in drawn) else None
    return _card(f"{log.source}: {log.form}", _table(rows), chart)


def card_of_match(match: Match) -> str:
    """A schedule that was found from a log, how it fits, and its curve over the rows."""
    return _card(short_name(match.schedule), _table(_told(match)), make_chart([match.schedule, match.series]))


def card_of_matches(matches: Matches) -> str:
    """The schedules that explain a log, the likeliest first; or what was tried."""
    if not matches:
        return _card("No schedule explains the rows", _table(("tried", text) for text in matches.tried), None)
    rows = ((short_name(match.schedule), match.exactness) for match in matches)
    first = make_chart([matches[0].schedule, matches[0].series])
    return _card("Which schedule it was, the likeliest first", _table(rows), first)


def card_of_comparison(report: str, chart: Chart) -> str:
    """The report of a comparison, and both curves."""
    return _card("", f'<pre style="margin:0;white-space:pre-wrap">{escape(report)}</pre>', chart)


def card_of_findings(rows: Sequence[Sequence[str]], chart: Chart | None) -> str:
    """What `lint` found, and the curve."""
    return _card("", _table(rows or [("nothing found", "")]), chart)


def _told(match: Match) -> Iterable[tuple[str, str]]:
    yield "schedule", text_of(match.schedule)
    offset = f"{match.offset:+g}" if match.offset else ""
    yield "row at x", f"step {'' if match.scale == 1 else f'{match.scale:g} '}x{offset}"
    if match.skips.size and match.skips.any():
        yield "skipped", f"{int(match.skips.max())} updates"
    yield "agrees", match.exactness if match.certain else f"{match.exactness}, others do too"
    for name, interval in match.open.items():
        yield name, "not seen" if interval is None else f"{position_text(interval[0])} to {position_text(interval[1])}"


def _card(title: str, body: str, chart: Chart | None) -> str:
    head = f"<strong>{escape(title)}</strong>" if title else ""
    picture = sparkline(chart) if chart is not None else ""
    return f'<div>{head}<div style="display:flex;gap:1em;align-items:center">{body}{picture}</div></div>'


def _table(rows: Iterable[Sequence[str]]) -> str:
    """Names and what they are, as far as there is room."""
    told = list(rows)
    cells = "".join(
        f'<tr><th style="text-align:left;vertical-align:top">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(_short(text))}</td></tr>'
        for name, text in told[:MOST_ROWS]
    )
    more = f"<tr><th></th><td>and {len(told) - MOST_ROWS} more</td></tr>" if len(told) > MOST_ROWS else ""
    return f"<table>{cells}{more}</table>"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 3] + "..."


def _cell(value: Any, unit: str) -> str:
    items = value if isinstance(value, tuple) else (value,)
    if any(isinstance(item, LearningRateSchedule) for item in items):
        return text_of(value)
    shown = value.tolist() if isinstance(value, np.ndarray) else [*value] if isinstance(value, tuple) else value
    return f"{shorten(shown, LONGEST_CELL)}{'' if value is None else unit}"


def card_of_table(rows: Sequence[Sequence[str]]) -> str:
    """A table: the first row has the heads, and the first column the names."""
    head, *body = rows
    right = 'style="text-align:right;padding-left:1em;white-space:nowrap"'
    heads = "".join(f"<th {right}>{escape(text)}</th>" for text in head[1:])
    lines = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th>'
        + "".join(f"<td {right}>{escape(text)}</td>" for text in cells)
        + "</tr>"
        for name, *cells in body
    )
    return f"<table><thead><tr><th></th>{heads}</tr></thead><tbody>{lines}</tbody></table>"
