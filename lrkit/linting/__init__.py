"""What is wrong with a plan, before it is run: `lint`, and the `Findings` that it returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from .._params import as_kind, count, shorten
from .._recipes import Recipe
from ..budget import Budget
from ..schedules._base import LearningRateSchedule
from ..schedules.table import TableLR
from . import _ending as _ending
from . import _join as _join
from . import _peak as _peak
from . import _rate as _rate
from . import _start as _start
from . import _units as _units
from ._codes import CODES as CODES
from ._codes import SEVERITIES, Found
from ._codes import Code as Code
from ._findings import Finding as Finding
from ._findings import Findings as Findings
from ._fixes import made
from ._live import Live, read_live
from ._plan import Plan

__all__ = ["Finding", "Findings", "lint"]

LONGEST = 2**52
MOST_MENDINGS = 3
COMPLAINT = "lint: cannot read"


def lint(schedule: Any, budget: Budget | int | None = None, ignore: Sequence[str] = ()) -> Findings:
    """What is wrong with a schedule and its run: each finding with its step, its number, and what to do.

    Parameters
    ----------
    schedule : LearningRateSchedule or anything that `lrkit.plot` draws
        What to look at: also a recipe, a list of rates, a scheduler of torch, an optimizer with its scheduler,
        transformers' ``Trainer``, Accelerate's wrapped scheduler, or what a module of Lightning's returns:
        ``{"scheduler": ..., "interval": "step"}``.
    budget : Budget or int, optional
        The run: a `Budget`, or the number of its updates. Without it the codes that compare the schedule with the
        length of the run are not looked for; a recipe, a list and a ``Trainer`` have a length of their own.
    ignore : list of str
        Codes to leave out, as "peak/twice", or their first parts, as "peak".

    Returns
    -------
    Findings
        The gravest first; empty if there is none.

    Raises
    ------
    TypeError, ValueError
        If something is no schedule, or an option is outside its domain.

    Notes
    -----
    *First step*: step 0 is the first update. *The last value* is that of the last update, at ``total - 1``. *Past the
    end*: a tenth of the run is looked at. Long runs are not walked through: the steps at the knots, the highest and the
    lowest steps and a grid of a thousand are.

    A fix is an expression in which the finding is gone. Whether the plan is then the right one, nobody can tell but
    you.

    Examples
    --------
    >>> import lrkit
    >>> found = lrkit.lint(lrkit.CosineDecayLR(0, 1e-3, 75), budget=85)
    >>> print(found)
    warning  floor/early  From step 75 on, for 12% of the 85 updates, the rate stays at 0. Let the decay
                          end at step 85.
                          fix: CosineDecayLR(min_lr=0.0, max_lr=0.001, decay_steps=85)
    """
    left_out = _ignored(ignore)
    run = _run_of(budget)
    given = schedule
    steps = run["total"] if run else None
    found = read_live(given, steps, COMPLAINT)
    plans = [_plan(own, live, given, run) for own, live in found]
    distinct = list({(plan.schedule, plan.live.lost_below, plan.live.coupled_decay): plan for plan in plans}.values())
    items: list[tuple[Finding, int]] = []
    for k, plan in enumerate(distinct):
        name = f"Group {plans.index(plan)}: " if len(distinct) > 1 else ""
        items += [(replace(one, sentence=name + one.sentence), k) for one in findings_of(plan, left_out)]
    items.sort(key=lambda item: (SEVERITIES.index(item[0].severity), item[0].step))
    return Findings(
        tuple(one for one, _ in items),
        tuple(plan.schedule for plan in distinct),
        tuple(k for _, k in items),
        max(plan.total for plan in distinct),
    )


def findings_of(plan: Plan, left_out: frozenset[str] = frozenset()) -> list[Finding]:
    """The findings of one curve; of those that would say the same, the first."""
    try:
        plan.run, plan.descent  # noqa: B018
    except (ValueError, ArithmeticError) as error:
        code = CODES["rate/huge"]
        return [Finding(code.name, code.severity, 0, float("inf"), f"A rate of the run is no number: {error}.")]
    return [
        Finding(code.name, code.severity, one.step, float(one.number), one.sentence, fix_of(plan, code, one))
        for code, one in _found(plan, left_out)
    ]


def _found(plan: Plan, left_out: frozenset[str] = frozenset()) -> list[tuple[Code, Found]]:
    found = [(code, one) for code in CODES.values() if code.name not in left_out for one in code.check(plan)]
    hidden = {name for code, _ in found for name in code.hides}
    return [(code, one) for code, one in found if code.name not in hidden]


def fix_of(plan: Plan, code: Code, found: Found) -> LearningRateSchedule | None:
    """A schedule without the finding: the first candidate that brings no new one, or can be mended.

    The other findings of the plan are left to their own fixes.
    """
    fresh = replace(plan, live=replace(plan.live, present=None, raises_at=None))
    known = {other.name for other, _ in _found(plan)} - {code.name}
    first = None
    for candidate in made(found.fixes):
        mended: LearningRateSchedule | None = candidate
        for _ in range(MOST_MENDINGS):
            if mended is None:
                break
            trial = replace(fresh, schedule=mended)
            left = [(other, one) for other, one in _found(trial) if other.name not in known]
            if not left:
                return mended
            if mended is candidate and first is None and code.name not in [other.name for other, _ in left]:
                first = candidate
            mended = next((new for other, one in left for new in made(one.fixes) if _clean(trial, new, other)), None)
    return first


def _clean(plan: Plan, schedule: LearningRateSchedule, code: Code) -> bool:
    return not any(code.check(replace(plan, schedule=schedule)))


def _plan(schedule: LearningRateSchedule, live: Live, given: Any, run: dict[str, Any]) -> Plan:
    unit = given.unit if isinstance(given, Recipe) else "step"
    known = dict(run)
    if live.per_epoch:
        unit, epoch = "epoch", known.get("epoch")
        known = known | {"total": -(-known["total"] // epoch)} if epoch else {}
    if not known:
        own = given.steps if isinstance(given, Recipe) else live.total
        own = schedule.horizon if own is None and isinstance(schedule, TableLR) else own
        known = {"total": own} if own else {}
    told = bool(known)
    total = known.pop("total", None) or min(schedule.horizon + 1, LONGEST)
    return Plan(schedule, int(total), told, unit, live=live, **known)


def _run_of(budget: Any) -> dict[str, Any]:
    """What a budget says of the run; nothing, if there is none."""
    if budget is None:
        return {}
    if not isinstance(budget, Budget):
        if as_kind(budget, int) is None:
            raise TypeError(f"lint: budget must be a Budget or a number of updates, got {shorten(budget)}")
        return {"total": count("lint", "budget", budget)}
    try:
        epoch = budget.epoch
    except ValueError:  # a budget in updates does not know it
        epoch = None
    return {
        "total": budget.total,
        "epoch": epoch,
        "processes": budget.processes,
        "accumulation": budget.accumulation,
    }


def _ignored(given: Sequence[str]) -> frozenset[str]:
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, (list, tuple, set, frozenset)) or not all(isinstance(name, str) for name in given):
        raise TypeError(f"lint: ignore must be a list of codes, got {shorten(given)}")
    return frozenset(code for name in given for code in _named(name))


def _named(name: str) -> Iterator[str]:
    matching = [code for code in CODES if code == name or code.partition("/")[0] == name]
    if not matching:
        raise ValueError(f"lint: ignore must be codes, of {', '.join(CODES)}, got {name!r}")
    yield from matching


def __dir__() -> list[str]:
    return __all__
