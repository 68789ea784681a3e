"""A plan and a log brought together: which series of the log each group of the plan is compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .._params import shorten
from ..budget import Budget
from ..budget.axis import UNITS
from ..chart import LoggedRun
from ..chart.inputs import Run, in_updates, name_schedules, one_line
from ..runs.alignment import align, laid_over
from ..runs.causes import causes, epoch_clock
from ..runs.log import LoggedSeries
from ..runs.precision import Precision
from ._logged import LogDifference, LogDifferences


def with_log(
    plan: Any,
    log: Any,
    order: str,
    steps: int | None,
    tolerance: float | None,
    labels: Sequence[str] | None,
    budget: Budget | None = None,
) -> LogDifference | LogDifferences:
    """A plan compared with a log. `order` names the arguments of `diff`: the plan's, then the log's.

    A plan that counts what the log does not is compared in updates, if there is a budget.
    """
    logged = name_schedules([log], None, None, f"diff: {order[1]}: cannot read")
    rows = [run for run in logged if isinstance(run, LoggedRun)]
    length = steps or max(int(np.ceil(run.positions.max())) + 2 for run in rows)
    planned = name_schedules([plan], None, length, f"diff: {order[0]}: cannot read")
    clocks = list(dict.fromkeys(unit for run in rows for unit in _series(run).clocks))
    plans = [_on_clock(run, clocks, order[0], budget) for run in planned if isinstance(run, Run)]
    if steps is not None or tolerance is not None:
        rows = [_restricted(run, steps, tolerance) for run in rows]
    told = ("plan", "log") if labels is None else (one_line(str(labels[0])), one_line(str(labels[1])))
    if labels is None and isinstance(plan, Mapping) and len(plan) == 1:
        told = plans[0].label, told[1]
    if budget is not None and budget.has_epochs and clocks == ["epoch"]:
        found = _by_update([run for run in planned if isinstance(run, Run)], rows, told, order, budget)
        if found is not None and found.same:
            return found
    return _matched(plans, rows, told, order)


def _matched(
    plans: list[Run], rows: list[LoggedRun], told: tuple[str, str], order: str
) -> LogDifference | LogDifferences:
    return _one(plans[0], rows, told, order) if len(plans) == 1 else _paired(plans, rows, told, order)


def _by_update(
    planned: list[Run], rows: list[LoggedRun], told: tuple[str, str], order: str, budget: Budget
) -> LogDifference | LogDifferences | None:
    """A plan of updates with a log by epochs, whose row may have the rate of an epoch's first update or of its last."""
    if any(run.unit != "step" for run in planned):
        return None
    dated = [run._replace(facts=dict(run.facts) | {"epoch_steps": budget.epoch}) for run in rows]
    try:
        return _matched(planned, dated, told, order)
    except ValueError:  # several series, none of which agrees
        return None


def _on_clock(plan: Run, clocks: Sequence[str], name: str, budget: Budget | None) -> Run:
    """The plan on a clock that the log has, by the budget; a plan of steps may also fit the epochs of a log."""
    if plan.unit in clocks:
        return plan
    if budget is None:
        if plan.unit == "step":
            return plan
        raise ValueError(
            f"diff: {name} counts {plan.unit}s and the log counts {' and '.join(f'{unit}s' for unit in clocks)}: a "
            f"budget relates them, if it says how many {plan.unit}s are in an update"
        )
    moved = in_updates(plan, budget, "diff")
    known = next((unit for unit in clocks if unit in UNITS), "step")
    if "step" in clocks or known == "step":
        return moved
    return Run(moved.label, budget.from_updates(moved.schedule, known), known)  # type: ignore[arg-type]  # one of `UNITS`


def _one(plan: Run, rows: list[LoggedRun], told: tuple[str, str], order: str) -> LogDifference | LogDifferences:
    """The plan and the series that it fits, or the only one there is; all of them if it fits all."""
    if len(rows) == 1 or _are_alike(rows):
        return compared(plan, rows[0], told)
    found = [compared(plan, run, told, explained=False) for run in rows]
    agreeing = [one for one in found if one.alignment.agrees]
    if len(agreeing) == 1 or (agreeing and _are_alike([one.log for one in agreeing])):
        return agreeing[0]
    if len(agreeing) == len(found):
        return LogDifferences({_name(one.log): one for one in found})
    names = _names(rows)
    first = _series(rows[0]).name
    how = f"as in diff(plan, log[{first!r}{', 0' if any(run.series and run.series.run for run in rows) else ''}])"
    which = "several of them agree with the plan" if agreeing else "none of them agrees with the plan"
    raise ValueError(f"diff: {order[1]}: the log has {len(rows)} series ({names}), and {which}: give one, {how}")


def _paired(
    plans: list[Run], rows: list[LoggedRun], told: tuple[str, str], order: str
) -> LogDifference | LogDifferences:
    """Each series with the group of the plan that has its name or its number; or, where none has, that fits it best."""
    pairs: dict[str, tuple[Run, LoggedRun]] = {}
    for run in rows:
        series = _series(run)
        found = [plan for plan in plans if _is_named(plan.label, series.name)]
        if len(found) == 1:
            pairs[_name(run)] = found[0], run
    if not pairs:
        return LogDifferences({_name(run): compared(_nearest(plans, run, told), run, told) for run in rows})
    missing = [plan.label for plan in plans if not any(plan is pair[0] for pair in pairs.values())]
    if missing:
        raise ValueError(
            f"diff: {order[0]}: the plan has {len(plans)} curves ({', '.join(plan.label for plan in plans)}), and no "
            f"series of the log is called as {', '.join(missing)}; there are {_names(rows)}"
        )
    return LogDifferences({name: compared(plan, run, told) for name, (plan, run) in pairs.items()})


def _nearest(plans: list[Run], run: LoggedRun, told: tuple[str, str]) -> Run:
    """The group of a plan from which the fewest rows of a series depart, and these the least."""
    found = [compared(plan, run, told, explained=False).alignment for plan in plans]
    far = [(int(one.departing.sum()), float(np.abs(one.residuals).sum())) for one in found]
    return plans[far.index(min(far))]


def _is_named(label: str, series: str) -> bool:
    """Whether a group of a plan and a column of a log have one name, or else one number."""
    group = label.rpartition(", ")[2] if ", " in label else label
    last = re.split(r"[/.]", series)[-1]
    if label in (series, last):
        return True
    numbers = re.findall(r"\d+", re.sub(r"^.*?groups? ", "", label)) if re.search(r"groups? \d", label) else []
    ours = re.search(r"(?:pg|lr|group_?|/)(\d+)$", series)
    if numbers:
        return (ours.group(1) if ours else "0" if "/" not in series else None) in numbers
    return group == last


def _restricted(run: LoggedRun, steps: int | None, tolerance: float | None) -> LoggedRun:
    """The rows up to a step, each rate known as precisely as the tolerance says."""
    series = _series(run)
    kept = np.ones(series.rates.size, bool) if steps is None else np.asarray(run.positions) <= steps
    if not kept.any():
        raise ValueError(f"diff: steps must reach to the first row of the log at {run.positions[0]:,.10g}, got {steps}")
    readings = tuple(precision[kept] for precision in series.precisions)
    if tolerance is not None:
        within = tolerance * float(np.abs(series.rates).max())
        readings = tuple(Precision(one.form, np.maximum(one.half_units, within), one.count) for one in readings)
    clocks = {unit: np.asarray(x)[kept] for unit, x in series.clocks.items()}
    fewer = replace(series, clocks=clocks, rates=series.rates[kept], precisions=readings)
    return run._replace(positions=run.positions[kept], rates=fewer.rates, series=fewer)


def compared(plan: Run, run: LoggedRun, told: tuple[str, str], *, explained: bool = True) -> LogDifference:
    """A plan compared with one series."""
    series = _series(run)
    found = align(plan.schedule, series, run.facts, plan.unit)
    if not found.agrees and plan.unit == "step" and (clock := epoch_clock(found)):
        found = laid_over(plan.schedule, series, clock, found.precision, run.facts)
    if not explained or (found.agrees and not found.skips):
        return LogDifference(plan, run, found, (), told)
    for precision in (found.precision, *series.precisions):
        other = (
            found
            if precision is found.precision
            else laid_over(plan.schedule, series, found.clock, precision, run.facts)
        )
        if found.agrees and not other.agrees:
            continue
        if told_causes := causes(other, run.facts):
            return LogDifference(plan, run, other, told_causes, told)
    return LogDifference(plan, run, found, (), told)


def _series(run: LoggedRun) -> LoggedSeries:
    if run.series is None:
        raise TypeError(f"diff: {shorten(run.label)} is no series of a log")
    return run.series


def _are_alike(rows: list[LoggedRun]) -> bool:
    """Whether series have the same rates at the same positions: groups that a trainer logs one by one."""
    first = rows[0]
    return all(
        np.array_equal(run.rates, first.rates) and np.array_equal(run.positions, first.positions) for run in rows
    )


def _name(run: LoggedRun) -> str:
    series = _series(run)
    return series.name if series.run == 0 else f"{series.name}, run {series.run}"


def _names(rows: list[LoggedRun]) -> str:
    several = len({_series(run).run for run in rows}) > 1
    return ", ".join(f"{one.name} of run {one.run}" if several else one.name for one in map(_series, rows))
