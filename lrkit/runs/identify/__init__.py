"""Which schedule a run had: `identify`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..log import LoggedRates, LoggedSeries
from ..match import Match, Matches
from ..precision import precisions
from ._candidate import Hints
from ._choice import matches
from ._families import explained
from ._regions import Tried
from ._rows import rows_of

FEWEST = 2


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
    if isinstance(log, LoggedRates):
        hints = _hints(log)
        found = [_answer(series, hints) for series in log.rates]
        return Matches(
            [match for part in found for match in part], tuple(text for part in found for text in part.tried)
        )
    if isinstance(log, LoggedSeries):
        return _answer(log, ())
    return _answer(_series(log, rates), ())


def _hints(log: LoggedRates) -> tuple[int, ...]:
    total = log.facts.get("total")
    return (int(total),) if isinstance(total, int) and total > 0 else ()


def _series(steps: Any, rates: Any) -> LoggedSeries:
    x, y = np.asarray(steps, float), np.asarray(rates)
    return LoggedSeries("learning_rate", "lr", {"step": x}, y.astype(float), precisions(y))


def _answer(series: LoggedSeries, totals: tuple[int, ...]) -> Matches:
    """The answers for one series: by its likeliest reading of the printed digits that gives any."""
    tried: Tried = {}
    best: list[Match] = []
    for clock in series.clocks:
        for precision in series.precisions:
            rows = rows_of(series, clock, precision)
            hints = Hints(series.offsets, totals if clock == series.unit else ())
            best = matches(series, rows, explained(rows, hints, tried))
            if best:
                return Matches(best)
    words = (f"{series.name}: {name}, {missed:.3g} half units off" for name, missed in tried.items())
    return Matches([], tuple(words))
