"""The words of an answer: a match, and a list of them, as they are printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from .._params import counted
from ..catalogue._recognition import text_of
from ..naming import short_name
from ..schedules._base import LearningRateSchedule
from ..schedules.constant import ConstantLR
from ..schedules.join import JoinLR
from ..schedules.warm_up import WarmUpLR
from .lag import growth

if TYPE_CHECKING:
    from .log import LoggedSeries
    from .match import Match, Matches

LINE, WIDTH = 88, 12
"""How long a line is, and how wide the column of what is told."""
MOST_SKIPS = 8
"""How many rows at which updates were skipped are named."""
MOST_TRIED = 8
EQUAL_RATIOS = 1e-5
LEAST_OPEN = 1e-9
"""An interval of rates so narrow, as a part of the peak, is not told."""


def expression(schedule: LearningRateSchedule) -> str:
    """The schedule as code that `lrkit.parse` reads: the catalogue's names, and a warm-up as the method."""
    match schedule:
        case JoinLR((WarmUpLR(peak, warmup), rest), (milestone,)) if warmup == milestone and peak == rest(0):
            return f"{expression(rest)}.warmup({warmup})"
    return text_of(schedule)


def match_lines(match: Match) -> Iterator[str]:
    """A match: the expression, and below it what is known of how it fits the rows."""
    yield expression(match.schedule)
    for title, text in (
        ("that is", short_name(match.schedule, numbers=False) if isinstance(match.schedule, JoinLR) else ""),
        ("driven by", _metric(match)),
        ("agreement", _agreement(match)),
        ("convention", convention(match)),
        ("skipped", skipped(match)),
        ("open", opened(match.open, float(np.abs(match.series.rates).max(initial=0)))),
    ):
        if text:
            yield from wrap(text, LINE, initial_indent=f"  {title:{WIDTH}}", subsequent_indent=" " * (WIDTH + 2))


def lines(matches: Matches) -> Iterator[str]:
    """A list of matches, one series after another."""
    groups: dict[int, list[Match]] = {}
    for match in matches:
        groups.setdefault(id(match.series), []).append(match)
    for found in groups.values():
        yield from _of_one_series(found)
    if matches.tried:
        yield f"{'not explained' if groups else 'no known schedule explains these rows'}; tried:"
        yield from (f"  {text}" for text in matches.tried[:MOST_TRIED])
        if len(matches.tried) > MOST_TRIED:
            yield f"  and {len(matches.tried) - MOST_TRIED} more"
    elif not groups:
        yield "no known schedule explains these rows"


def _of_one_series(found: Sequence[Match]) -> Iterator[str]:
    first = found[0]
    yield f"{_title(first.series)}: {_verdict(found)}"
    segments = [match for match in found if match.kind == "segment"]
    shown = segments or (found[:1] if first.certain else found)
    for match in shown:
        yield from (f"  {line}" for line in match_lines(match))
    if others := [match for match in found if not any(match is one for one in shown)]:
        yield f"  {counted(len(others), 'other reading')} with less simple numbers or less likely conventions left out"


def _title(series: LoggedSeries) -> str:
    return f"{series.name}, run {series.run}" if series.run else series.name


def _verdict(found: Sequence[Match]) -> str:
    first = found[0]
    if first.kind == "segment":
        return f"{len(found)} pieces, each a schedule of its own"
    if first.kind == "steps":
        return "steps" if first.certain else "perhaps steps"
    if first.certain:
        return "found"
    if len({type(match.schedule) for match in found}) == 1 and len(found) == 1:
        return "likely; the rows leave something open"
    return f"the rows leave {counted(len(found), 'schedule')} open, the likeliest first"


def _metric(match: Match) -> str:
    """What gives such steps, if all have one ratio."""
    if match.kind != "steps":
        return ""
    rates = match.series.rates[slice(*match.rows)]
    levels = rates[np.flatnonzero(np.diff(rates, prepend=np.nan) != 0)]
    ratios = levels[1:] / levels[:-1] if (levels > 0).all() else levels[:0]
    if not ratios.size or np.ptp(ratios) > EQUAL_RATIOS * ratios.max():
        return "a table, or a metric: the steps have no common factor"
    return (
        f"a metric perhaps, as ReduceLROnPlateau(factor={float(f'{ratios.mean():.6g}'):g}) gives: no formula says when"
    )


def _agreement(match: Match) -> str:
    start, stop = match.rows
    rows = len(match.series)
    if (start, stop) == (0, rows):
        return f"{match.exactness}, at all {counted(rows, 'row')}"
    x, unit = match.series.x, match.series.unit
    where = f"{unit} {x[start]:,.10g} to {x[stop - 1]:,.10g}"
    return f"{match.exactness}, at rows {start + 1:,} to {stop:,} of {rows:,}: {where}"


def convention(match: Match) -> str:
    """Which update's rate a row has, in words."""
    if isinstance(match.schedule, ConstantLR):
        return "not told by rates that do not change"
    told = _told(match)
    unseen = "offset" in match.open and match.open["offset"] is None
    return f"{told}, or of another that an unseen warm-up has shifted" if unseen else told


def _told(match: Match) -> str:
    series, offset = match.series, match.offset
    unit = series.unit
    if match.scale != 1:
        step = f"{match.scale:,.10g} {unit}{signed(offset)}"
        return f"one {unit} is {match.scale:,.10g} updates: the row at {unit} x has the rate of update {step}"
    row = f"the row at {unit} x has the rate of {'update' if unit == 'step' else unit} x{signed(offset)}"
    return f"{row}: {meaning}" if (meaning := _meaning(series, offset)) else row


def signed(offset: float) -> str:
    """An offset as what is added to a position, or nothing."""
    return f" {'+' if offset > 0 else '-'} {abs(offset):,.10g}" if offset else ""


def _meaning(series: LoggedSeries, offset: float) -> str:
    """What an offset means; the updates of a schedule are counted from 0."""
    if series.unit != "step":
        return ""
    from_zero = float(series.x.min()) == 0
    known = {
        -1: "" if from_zero else "rows count from 1, and have the rate used",
        0: "rows count from 0, and have the rate used" if from_zero else "of rows that count from 1, the next one's",
        1: "the next one's" if from_zero else "",
    }
    return known.get(int(offset), "") if offset == int(offset) else ""


def skipped(match: Match) -> str:
    """The updates that were skipped, and where."""
    changes = growth(np.asarray(match.skips))
    if not changes:
        return ""
    start, _ = match.rows
    x = match.series.x[start:]
    at = [(float(x[min(row, len(x) - 1)]), lag) for row, lag in changes]
    behind = counted(changes[-1][1], "update")
    return f"{lag_steps(at, float(x[0]), match.series.unit, MOST_SKIPS)}: {behind} behind at the end"


def lag_steps(changes: Sequence[tuple[float, int]], first: float, unit: str, most: int) -> str:
    """Where a lag grows: each position with the lag from there on; `most` are named.

    `first` is the position of the first row.
    """
    told, before = [], 0
    for at, lag in changes[:most]:
        more = "more " if before else ""
        told.append(f"{lag - before} {more}{'before' if at == first else 'by'} {unit} {at:,.10g}")
        before = lag
    if len(changes) > most:
        told.append(f"and at {len(changes) - most} rows more")
    return ", ".join(told)


def opened(intervals: Mapping[str, tuple[float, float] | None], peak: float = 0.0) -> str:
    """The parameters that the rows do not determine, with what they leave; not what only rounding leaves of a rate."""
    told = []
    for name, interval in intervals.items():
        if interval is None:
            told += [] if name == "offset" else [f"{name} not seen"]
        elif _number(interval[0]) != _number(interval[1]) and not (
            name.endswith(("_lr", "_rate")) and interval[1] - interval[0] <= LEAST_OPEN * max(peak, abs(interval[1]))
        ):
            told.append(f"{name} {_between(*interval)}")
    return "; ".join(told)


def _between(low: float, high: float) -> str:
    if np.isinf(high):
        return f"at least {_number(low)}"
    return f"at most {_number(high)}" if np.isinf(low) else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.6g}"
