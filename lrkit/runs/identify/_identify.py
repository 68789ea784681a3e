"""`identify`: from a log to the schedules that explain it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..._params import as_kind, shorten
from ..log import LoggedRates, LoggedSeries
from ..match import Matches
from ..precision import precisions
from ._between import between_rows
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

FEWEST = 2
MOST_LAGS = 13
LEAST_FALLING = 8
"""Skipped updates are looked for where so many different rates fall from the top."""


def identify(log: LoggedRates | LoggedSeries | Sequence[float] | np.ndarray, rates: Any = None) -> Matches:
    r"""The schedules that give the rates of a run's log, the likeliest first.

    Row `i` of a match is the rate of ``schedule(scale * x[i] + offset - skips[i])``. Each expression has been written,
    read back and compared with every row. What the rows leave open is in `Match.open`: the interval of each number over
    all curves of its kind that agree with the rows, with any floor, or None for what they do not show.

    Parameters
    ----------
    log : LoggedRates or LoggedSeries or array of float
        What `lrkit.read_log` returns, one of its series, or steps, with the rates beside.
    rates : array of float, optional
        The rates at the steps, if `log` is an array of steps. How precisely they are known is read off their digits.

    Returns
    -------
    Matches
        A list of `Match`. A log of several series has those of the first, then those of the next. It is empty where no
        schedule explains the rows; then `tried` says what was tried, and how far off the best of each kind was.

    Raises
    ------
    TypeError
        If `log` is none of these, or rates are missing, or given beside a log.
    ValueError
        If steps and rates are not two rows of numbers, of one length.

    Notes
    -----
    Rates that are known to the last bits must be met to 1e-12 of the highest, printed ones to half a unit of the last
    place. A match is `certain` if no other kind of curve explains the rows with numbers as simple, and there are two
    more rows than numbers. Among numbers that the rounding allows, those of few digits are preferred.

    *Not told apart*: an offset, updates skipped before the first row, and a warm-up that the log does not show, are one
    number; so are the floor of a line and its end, until the floor is seen. A constant has no alignment. Levels at no
    regular steps are answered as steps, which is what a metric gives.

    Examples
    --------
    >>> import lrkit
    >>> plan = lrkit.CosineDecayLR(0.0, 0.1, 900).warmup(100)
    >>> steps = list(range(0, 600, 20))
    >>> match = lrkit.identify(steps, plan(steps))[0]
    >>> match.schedule == plan, match.offset, match.exactness, match.certain
    (True, 0, 'exact', True)
    """
    with np.errstate(all="ignore"):
        if rates is not None and isinstance(log, (LoggedRates, LoggedSeries)):
            raise TypeError("identify: rates must be given with steps, not with a log, which has its own")
        if isinstance(log, LoggedRates):
            found = _answers(log.rates, log.facts)
            tried = tuple(text for part in found for text in part.tried)
            return Matches([match for part in found for match in part], tried)
        if isinstance(log, LoggedSeries):
            return _answer(log, {})
        return _answer(_series(log, rates), {})


def _answers(logged: Sequence[LoggedSeries], facts: Mapping[str, Any]) -> list[Matches]:
    """The answers for each series; groups of an optimizer often have the same rates, which are searched once."""
    found: list[Matches] = []
    for k, series in enumerate(logged):
        twin = next((j for j in range(k) if _alike(logged[j], series)), None)
        if twin is None or not found[twin]:
            found.append(_answer(series, facts))
        else:
            found.append(Matches([replace(one, series=replace(one.series, name=series.name)) for one in found[twin]]))
    return found


def _alike(first: LoggedSeries, second: LoggedSeries) -> bool:
    """Whether two series of one run differ in their names only."""
    return (
        first.run == second.run
        and first.parameter == second.parameter
        and np.array_equal(first.rates, second.rates)
        and list(first.clocks) == list(second.clocks)
        and all(np.array_equal(first.clocks[unit], second.clocks[unit]) for unit in first.clocks)
        and list(map(str, first.precisions)) == list(map(str, second.precisions))
    )


def _series(steps: Any, rates: Any) -> LoggedSeries:
    if rates is None:
        raise TypeError(
            f"identify: log must be a log, a series of one, or steps with rates beside, got {shorten(steps)}"
        )
    x, y = _numbers("log", steps), _numbers("rates", rates)
    if x.size != y.size:
        raise ValueError(f"identify: there must be as many steps as rates, got {x.size} and {y.size}")
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if y.dtype.kind != "f":
        y = y.astype(float)
    return LoggedSeries("learning_rate", "lr", {"step": x.astype(float)}, y.astype(float), precisions(y))


def _numbers(name: str, values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"identify: {name} must be numbers, got {shorten(values)}")
    if array.ndim != 1:
        raise ValueError(f"identify: {name} must be one row of numbers, got the shape {array.shape}")
    return array


def _answer(series: LoggedSeries, facts: Mapping[str, Any]) -> Matches:
    """The answers for one series: by its likeliest clock and reading of the printed digits that gives any."""
    tried: Tried = {}
    if series.rates.size < FEWEST:
        return Matches([], (f"{series.name}: {series.rates.size} of the {FEWEST} rows that are needed",))
    if np.any(series.rates < 0):
        return Matches([], (f"{series.name}: rates below 0, which no schedule gives",))
    for search in (explained, _with_skips, _in_updates, _by_batch, _between_rows, _in_pieces):
        clocks = list(series.clocks)
        for clock in clocks[:1] if search is _in_pieces else clocks:  # another clock has the same breaks
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
    total, epoch_steps = (_stated(facts, name) for name in ("total", "epoch_steps"))
    totals = (total,) if total and clock == "step" else ()
    epochs = clock in ("epoch", "row")
    return Hints(series.offsets if own and steps else (0,), totals, steps, epoch_steps if epochs else None, epochs)


def _stated(facts: Mapping[str, Any], name: str) -> int | None:
    number: int | None = as_kind(facts.get(name), int)
    return number if number is not None and number > 0 else None


def _in_updates(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules of updates that agree with rows of epochs."""
    if not hints.epochs:
        return []
    return in_updates(rows, hints, lambda moved, own: explained(moved, own, tried, (LINEAR, COSINE)))


def _by_batch(rows: Rows, hints: Hints, _: Tried) -> list[Candidate]:
    """The schedules of epochs that agree with the rows but for a warm-up that counts batches."""
    return warmed_by_batch(rows, lambda piece: plainly_explained(piece, hints)) if hints.epochs else []


def _between_rows(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules with milestones between rows of epochs."""
    return between_rows(rows, hints, tried) if hints.epochs else []


def _in_pieces(rows: Rows, hints: Hints, _: Tried) -> list[Candidate]:
    return segments(rows, lambda piece: plainly_explained(piece, hints))


def _with_skips(rows: Rows, hints: Hints, tried: Tried) -> list[Candidate]:
    """The schedules that agree where the clock stands still now and then."""
    if hints.epochs:  # updates are skipped, and not epochs
        return []
    falling = rows.rates[int(rows.rates.argmax()) :]
    enough = LEAST_FALLING if rows.precise else 3 * LEAST_FALLING
    if not rows.whole or not hints.steps or np.unique(falling).size < enough or not split_at_top(rows):
        return []
    found: list[Candidate] = []
    for k, lag in enumerate(lags(rows, lambda piece: plainly_explained(piece, hints, late=True))):
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
            spare = one.spare if rows.precise else min(one.spare, 0)
            yield replace(one, cost=one.cost + cost, skips=skips, worst=worst, spare=spare)
