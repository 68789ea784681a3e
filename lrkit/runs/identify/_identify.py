"""`identify`: from a log to the schedules that explain it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..log import LoggedRates, LoggedSeries
from ..match import Matches
from ..precision import precisions
from ._candidate import Candidate, Hints, checked
from ._choice import matches
from ._families import explained, plainly_explained
from ._regions import Tried
from ._rows import Rows, rows_of
from ._shapes import COSINE, LINEAR
from ._skips import lags

FEWEST = 2
MOST_LAGS = 13


def identify(log: LoggedRates | LoggedSeries | Sequence[float] | np.ndarray, rates: Any = None) -> Matches:
    r"""The schedules that give the rates of a run's log, the likeliest first.

    Parameters
    ----------
    log : LoggedRates or LoggedSeries or array of float
        A log, one of its series, or the steps of rates that are given beside.
    rates : array of float, optional
        The rates at the steps.

    Returns
    -------
    Matches
        The answers.
    """
    with np.errstate(all="ignore"):
        if isinstance(log, LoggedRates):
            found = [_answer(series, _totals(log)) for series in log.rates]
            tried = tuple(text for part in found for text in part.tried)
            return Matches([match for part in found for match in part], tried)
        if isinstance(log, LoggedSeries):
            return _answer(log, ())
        return _answer(_series(log, rates), ())


def _totals(log: LoggedRates) -> tuple[int, ...]:
    total = log.facts.get("total")
    return (int(total),) if isinstance(total, int) and total > 0 else ()


def _series(steps: Any, rates: Any) -> LoggedSeries:
    x, y = np.asarray(steps, float), np.asarray(rates)
    return LoggedSeries("learning_rate", "lr", {"step": x}, y.astype(float), precisions(y))


def _answer(series: LoggedSeries, totals: tuple[int, ...]) -> Matches:
    """The answers for one series: by its likeliest clock and reading of the printed digits that gives any."""
    tried: Tried = {}
    for search in (explained, _with_skips):
        for clock in series.clocks:
            for precision in series.precisions:
                rows = rows_of(series, clock, precision)
                hints = _hints(series, clock, totals)
                if found := search(rows, hints, tried):
                    return Matches(matches(series, rows, found))
    words = (f"{series.name}: {name}, {missed:.3g} half units off" for name, missed in tried.items())
    return Matches([], tuple(words))


def _hints(series: LoggedSeries, clock: str, totals: tuple[int, ...]) -> Hints:
    own = clock == series.unit
    steps = clock in ("step", "epoch")
    return Hints(series.offsets if own and steps else (0,), totals if own else (), steps)


def _with_skips(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules that agree where the clock stands still now and then."""
    if not rows.whole or not hints.steps:
        return []
    found: list[Candidate] = []
    for k, lag in enumerate(lags(rows, lambda piece: plainly_explained(piece, hints))):
        if k == MOST_LAGS or found:
            break
        x = rows.x - lag
        if np.all(np.diff(x) > 0):
            found += _moved(rows, lag, hints, tried)
    return sorted(found, key=lambda candidate: candidate.cost)


def _moved(rows: Rows, lag: np.ndarray, hints: Hints, tried: Tried) -> Iterator[Candidate]:
    jumps = np.diff(lag)
    cost = float(np.sum(6 + 2 * np.log2(1 + jumps[jumps > 0])))
    moved = Rows(rows.x - lag, rows.rates, rows.half, rows.exact, rows.real)
    for one in explained(moved, hints, tried, (LINEAR, COSINE)):
        skips = lag if one.skips is None else lag + one.skips
        if (worst := checked(rows, one.schedule, one.offset, one.scale, skips)) is not None:
            yield replace(one, cost=one.cost + cost, skips=skips, worst=worst)
