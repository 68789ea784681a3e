"""`table`: the logs of public runs, and which schedule each turns out to have had, found when the page is built."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import lrkit
from lrkit.naming import short_name

sys.path.append(str(Path(__file__).parents[2] / "tests" / "tools"))
from known_logs import KnownLog, half_units_of, known_logs

HEAD = ("log", "written by", "rows", "printed", "answer", "offset", "updates skipped", "worst row")


def table() -> str:
    """A table of Markdown with a row for each series that has another answer than the one before it."""
    lines = [f"| {' | '.join(HEAD)} |", "|" + " --- |" * len(HEAD)]
    slowest = 0.0
    for log in known_logs().values():
        begun = time.perf_counter()
        read = lrkit.read_log(log.path)
        answers = [_answer(series, lrkit.identify(series)) for series in read.series]
        slowest = max(slowest, time.perf_counter() - begun)
        lines += [f"| {' | '.join(cells)} |" for cells in dict.fromkeys(_row(log, answer) for answer in answers)]
    return "\n".join(
        [
            *lines,
            "",
            f"Each log was read and identified when this page was built: the slowest took {slowest:.1f} seconds. "
            "*Worst row*: how far the rate of the schedule is from the printed one, in half units of the last printed "
            "place: 1 is the most that rounding explains.",
        ]
    )


def _answer(series: Any, matches: Any) -> tuple[str, ...]:
    rows, printed = str(len(series.x)), str(series.precisions[0])
    if not matches:
        return rows, printed, "none: " + "; ".join(matches.tried), "", "", ""
    first = matches[0]
    if first.kind == "segment":
        parts = "; ".join(f"rows {m.rows[0] + 1} to {m.rows[1]}: {_code(m.schedule)}" for m in matches)
        worst = max(float(half_units_of(match).max()) for match in matches)
        return rows, printed, f"several experiments: {parts}", "", "", f"{worst:.2f}"
    others = f", or another {len(matches) - 1}" if len(matches) > 1 and not first.certain else ""
    steps = "steps: " if first.kind == "steps" else ""
    lag = np.unique(np.broadcast_to(first.skips, series.x.shape))
    return (
        rows,
        printed,
        steps + _code(first.schedule) + others,
        "" if first.open.get("offset", 0) is None else _clock(first),
        " to ".join(str(int(end)) for end in dict.fromkeys((lag.min(), lag.max()))) if lag.any() else "",
        "exact" if first.exactness == "exact" else f"{float(half_units_of(first).max()):.2f}",
    )


def _clock(match: Any) -> str:
    return f"{match.offset:+g}" if match.scale == 1 else f"{match.scale:g} · x {match.offset:+g}"


def _code(schedule: Any) -> str:
    """The schedule in the words of the catalogue."""
    return f"`{short_name(schedule)}`"


def _row(log: KnownLog, answer: tuple[str, ...]) -> tuple[str, ...]:
    return (log.file.removesuffix(".csv").replace("_", " "), log.trainer, *answer)
