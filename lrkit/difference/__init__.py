"""Where two schedules part: `diff` and the `Difference` it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack, overload

import numpy as np

from .._params import Field, Param, count, shorten
from ..budget import Budget
from ..chart import LoggedRun
from ..chart.inputs import Run, checked_budget, in_updates, is_log, one_line, only_run
from ..naming import short_name
from ..runs.log import LoggedRates, LoggedSeries
from ..schedules.table import TableLR
from ._comparison import Pair, compare
from ._logged import LogDifference as LogDifference
from ._logged import LogDifferences as LogDifferences
from ._pairing import with_log
from ._report import FINE
from ._result import Difference as Difference

__all__ = ["Difference", "LogDifference", "LogDifferences", "diff"]

LONGEST_RUN = 100_000_000
"""The longest run that is compared without `steps`."""
LONGEST_NAME = 40
ROUGH = 1e-6
"""The tolerance for rates in float32."""
TOLERANCE = Field("tolerance", float, Param("", low=0))


Log = LoggedRates | LoggedSeries | Path


class Options(TypedDict, total=False):
    """The options of `diff`."""

    tolerance: float | None
    labels: Sequence[str] | None
    budget: Budget | None


@overload
def diff(a: Log, b: Any, steps: int | None = None, **options: Unpack[Options]) -> LogDifference: ...
@overload
def diff(a: Any, b: Log, steps: int | None = None, **options: Unpack[Options]) -> LogDifference: ...
@overload
def diff(a: Any, b: Any, steps: int | None = None, **options: Unpack[Options]) -> Difference: ...
def diff(
    a: Any,
    b: Any,
    steps: int | None = None,
    *,
    tolerance: float | None = None,
    labels: Sequence[str] | None = None,
    budget: Budget | None = None,
) -> Difference | LogDifference | LogDifferences:
    """Where two schedules part, or a log from its plan: the first step, the largest gap, and which conventions differ.

    Parameters
    ----------
    a, b : LearningRateSchedule or anything that `lrkit.plot` draws
        What to compare: also a list of rates, a scheduler of torch or timm, a schedule of Keras or optax, an optimizer.
        One of the two may be a log: what `read_log` returns, a series of it, or the ``pathlib.Path`` of its file.
    steps : int, optional
        The length of the run, at least 1. By default that of the budget, if one is given; else until nothing new
        happens in either. Beside a log, to its end.
    tolerance : float, optional
        The largest difference of two rates that count as equal, as a part of the higher peak, at least 0. By default
        differences of rounding do not count: 1e-12, or 1e-6 if one of the two could only be recorded, in float32. In a
        log, rates are known to half a unit of their last printed place.
    labels : list of str, optional
        What the report and the picture call the two.
    budget : Budget, optional
        The size of the run. What counts tokens or epochs, as some recipes do, is compared in updates, exactly, also
        where the batch size grows.

    Returns
    -------
    Difference, LogDifference or LogDifferences
        The second if one of the two is a log. The third if moreover the plan has several groups that differ: they are
        paired with the series of the log by their names or numbers.

    Raises
    ------
    TypeError, ValueError
        If something is no schedule, has several groups that differ, or an option is outside its domain; or if one
        counts tokens or epochs, as some recipes do, and the other does not, and no budget relates them.

    Notes
    -----
    *A log and its plan* agree if every row has the planned rate, as precisely as it is printed, in one convention:
    which update a row's rate belongs to. Of those that its trainer may have, the one is taken in which the rows agree.
    Rows may fall behind the plan in the run, by updates that mixed precision skipped. If they do not agree, the usual
    causes are tried on all rows: another length of the run, several processes that step one scheduler, epochs for
    steps, a factor, another first step.

    *First step*: step 0. *The last value* is that of the last update, at ``steps - 1``: a minimum that is only reached
    at ``steps`` is never used. *Past the end*: as many steps again are compared; if these are more than 4096, so many
    of them and those where either curve bends.

    Examples
    --------
    >>> import lrkit
    >>> a = lrkit.CosineDecayLR(0, 1.0, 90).warmup(10)
    >>> b = lrkit.cosine_wave(0, 1.0, 90).warmup(10, start_lr=0.1)
    >>> print(lrkit.diff(a, b, steps=100))  # doctest: +ELLIPSIS
    a: JoinLR([WarmUpLR(learning_rate=1.0, warmup_steps=10), CosineDecayLR(...
    b: JoinLR([linear(start_lr=0.1, end_lr=1.0, decay_steps=10), cosine_wave(...
    differ at 10 of 100 steps, first at step 0
                  a          b
    first value   0          0.1                differs
    peak          1 at 10    1 at 10
    last value    0.0003046  0.0003046
    past the end  holds 0    rises to 1 at 190  differs
    sum of rates: 50 and 50.55 (+1.100%)
    largest gap: b - a = 0.1 at step 0
    """
    if labels is not None and (not isinstance(labels, (list, tuple)) or len(labels) != 2):
        raise ValueError(f"diff: labels must be one label for each curve, 2 in all, got {shorten(labels)}")
    total = None if steps is None else count("diff", "steps", steps)
    if tolerance is not None:
        TOLERANCE.coerce("diff", tolerance)
    checked_budget("diff", budget)
    logged = [is_log(one) for one in (a, b)]
    if any(logged):
        if all(logged):
            raise TypeError("diff: a and b are both logs: give a plan in the place of one of them")
        plan, log = (b, a) if logged[0] else (a, b)
        told = labels[::-1] if labels is not None and logged[0] else labels
        return with_log(plan, log, "ba" if logged[0] else "ab", total, tolerance, told, budget)
    if total is None and budget is not None:
        total = budget.total
    runs = _read("a", a, total, budget), _read("b", b, total, budget)
    unit = _common_unit(*runs)
    if tolerance is None:
        tolerance = ROUGH if any(map(_is_float32, runs)) else FINE
    pair = runs[0].schedule, runs[1].schedule
    total = total or max(schedule.horizon for schedule in pair)
    if steps is None and budget is None and total > LONGEST_RUN:
        raise ValueError(f"diff: nothing new happens only after {total:,} steps: give steps, the length of the run")
    given = _labels(labels, (a, b), runs)
    return compare(pair, given or _names(pair), total, float(tolerance), unit, given or ("a", "b"))


def _labels(labels: Sequence[str] | None, given: tuple[Any, Any], runs: tuple[Run, Run]) -> tuple[str, str] | None:
    """What the two are called, by their labels or the keys of dicts; None if neither is given."""
    if labels is not None:
        return one_line(str(labels[0])), one_line(str(labels[1]))
    return (runs[0].label, runs[1].label) if any(isinstance(one, Mapping) for one in given) else None


def _common_unit(a: Run, b: Run) -> str:
    """What both count."""
    if a.unit != b.unit:
        other = next(unit for unit in (a.unit, b.unit) if unit != "step")
        raise ValueError(
            f"diff: a counts {a.unit}s and b counts {b.unit}s: a budget relates them, if it says how many {other}s "
            "are in an update; or lrkit.plot_diff(a, b, x='progress') shows both from 0 to 100 % of their runs"
        )
    return a.unit


def _read(name: str, value: Any, steps: int | None, budget: Budget | None) -> Run:
    """The only schedule of an argument; what must be recorded is recorded past the end of the run too."""
    run = only_run(name, value, None if steps is None else 2 * steps + 1, "diff", "read")
    if isinstance(run, LoggedRun):
        raise TypeError(f"diff: {name}: a log stands alone, not in a list with others, got {shorten(value)}")
    return in_updates(run, budget, "diff")


def _is_float32(run: Run) -> bool:
    """Whether the rates were recorded, not given, and are those of float32."""
    if not run.recorded or not isinstance(run.schedule, TableLR):
        return False
    return bool((run.schedule.rates == run.schedule.rates.astype(np.float32)).all())


def _names(pair: Pair) -> tuple[str, str]:
    for numbers in (True, False):
        a, b = (short_name(schedule, numbers=numbers) for schedule in pair)
        if a != b and max(len(a), len(b)) <= LONGEST_NAME:
            return a, b
    return "a", "b"
