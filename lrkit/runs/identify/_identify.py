"""`identify`: from a log to the schedules that explain it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..log import LoggedRates, LoggedSeries
from ..match import Matches
from ..precision import precisions
from ._by_batch import warmed_by_batch
from ._candidate import Candidate, Hints, checked
from ._choice import matches
from ._clocks import in_updates
from ._families import explained, plainly_explained
from ._regions import Tried
from ._rows import Rows, rows_of, split_at_top
from ._segments import segments
from ._shapes import COSINE, LINEAR
from ._skips import lags

MOST_LAGS = 13
LEAST_FALLING = 8
"""Skipped updates are looked for where so many different rates fall from the top."""


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
            found = [_answer(series, log.facts) for series in log.rates]
            tried = tuple(text for part in found for text in part.tried)
            return Matches([match for part in found for match in part], tried)
        if isinstance(log, LoggedSeries):
            return _answer(log, {})
        return _answer(_series(log, rates), {})


def _series(steps: Any, rates: Any) -> LoggedSeries:
    x, y = np.asarray(steps, float), np.asarray(rates)
    return LoggedSeries("learning_rate", "lr", {"step": x}, y.astype(float), precisions(y))


def _answer(series: LoggedSeries, facts: Mapping[str, Any]) -> Matches:
    """The answers for one series: by its likeliest clock and reading of the printed digits that gives any."""
    tried: Tried = {}
    for search in (explained, _with_skips, _in_updates, _by_batch, _in_pieces):
        for clock in series.clocks:
            for precision in series.precisions:
                rows = rows_of(series, clock, precision)
                hints = _hints(series, clock, facts)
                if found := search(rows, hints, tried):
                    # A match counts in the first clock of its series.
                    counted = replace(series, clocks={clock: series.clocks[clock], **series.clocks})
                    return Matches(matches(counted, rows, found))
    if not tried:
        fall = (
            "rise again after they have fallen, not in waves of one kind"
            if np.any(np.diff(series.rates) < 0)
            else ("only rise, and not as a warm-up that is known")
        )
        return Matches([], (f"{series.name}: the rates {fall}",))
    nearest = sorted(tried.items(), key=lambda item: item[1])
    words = ", ".join(f"{name} ({missed:.3g} half units off)" for name, missed in nearest)
    return Matches([], (f"{series.name}: no schedule explains the rows; tried were {words}",))


def _hints(series: LoggedSeries, clock: str, facts: Mapping[str, Any]) -> Hints:
    own = clock == series.unit
    steps = clock in ("step", "epoch")
    total, epoch_steps = (_count(facts.get(name)) for name in ("total", "epoch_steps"))
    totals = (total,) if total and clock == "step" else ()
    epochs = clock in ("epoch", "row")
    return Hints(series.offsets if own and steps else (0,), totals, steps, epoch_steps if epochs else None, epochs)


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _in_updates(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules of updates that agree with rows of epochs."""
    if not hints.epochs:
        return []
    return in_updates(rows, hints, lambda moved, own: explained(moved, own, tried, (LINEAR, COSINE)))


def _by_batch(rows: Rows, hints: Hints, _: Tried) -> list[Candidate]:
    """The schedules of epochs that agree with the rows but for a warm-up that counts batches."""
    return warmed_by_batch(rows, lambda piece: plainly_explained(piece, hints)) if hints.epochs else []


def _in_pieces(rows: Rows, hints: Hints, _: Tried) -> list[Candidate]:
    return segments(rows, lambda piece: plainly_explained(piece, hints))


def _with_skips(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules that agree where the clock stands still now and then."""
    falling = rows.rates[int(rows.rates.argmax()) :]
    enough = LEAST_FALLING if rows.exact else 3 * LEAST_FALLING
    if not rows.whole or not hints.steps or np.unique(falling).size < enough or not split_at_top(rows):
        return []
    found: list[Candidate] = []
    for k, lag in enumerate(lags(rows, lambda piece: plainly_explained(piece, hints))):
        if k == MOST_LAGS or found:
            break
        found += _moved(rows, lag, hints, tried)
    return sorted(found, key=lambda candidate: candidate.cost)


def _moved(rows: Rows, lag: np.ndarray, hints: Hints, tried: Tried) -> Iterator[Candidate]:
    jumps = np.diff(lag)
    cost = float(np.sum(6 + 2 * np.log2(1 + jumps[jumps > 0])))
    _, first = np.unique(rows.x - lag, return_index=True)
    moved = replace(rows, x=rows.x - lag).part(first)
    for one in explained(moved, hints, tried, (LINEAR, COSINE)):
        skips = lag if one.skips is None else lag + one.skips[0]
        if (worst := checked(rows, one.schedule, one.offset, one.scale, skips)) is not None:
            # In few digits a lag and another length look alike: then it is no claim.
            spare = one.spare if rows.half.max() <= 1e-6 * rows.top else min(one.spare, 0)
            yield replace(one, cost=one.cost + cost, skips=skips, worst=worst, spare=spare)
