"""The words of a comparison with a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .._params import counted
from ..naming import position_text
from ..runs.words import expression, lag_steps, signed
from ._report import shortened

if TYPE_CHECKING:
    from ._logged import LogDifference
MOST_SKIPS = 6
"""How many rows at which the lag grows are named."""


def report(found: LogDifference) -> Iterator[str]:
    """The lines of the printed report."""
    one, unit = found.alignment, found.unit
    plan, log = found.labels
    yield f"{plan}: {shortened(expression(one.schedule))}"
    first, last = position_text(float(found.x.min())), position_text(float(found.x.max()))
    yield f"{log}: {found.log.label}, {found.rows:,} rows, {unit} {first} to {last}, {one.precision}"
    if one.agrees and not found.causes:
        yield f"agree at all {found.rows:,} rows, to {_to(found)}"
    elif one.agrees:
        yield f"agree at all {found.rows:,} rows, to {_to(found)}, if updates were skipped; that is not certain"
    else:
        row = int(one.departing.argmax())
        where = f"first at {unit} {position_text(found.x[row])}"
        values = f"logged {one.series.rates[row]:.10g}, planned {one.planned[row]:.10g}"
        yield f"differ at {found.differing_rows:,} of {found.rows:,} rows, {where}: {values}"
    if one.agrees or not found.causes:
        yield f"convention: {_convention(found)}"
    if found.other_offsets:
        others = ", ".join(f"{offset:+d}" if offset else "0" for offset in found.other_offsets)
        yield f"  an offset of {others} agrees too: the rates of this log do not tell which"
    if one.clock.factor != 1:
        yield f"the log has multipliers: rates divided by the plan's peak, {1 / one.clock.factor:.6g}"
    if one.skips:
        yield f"skipped updates: {_skips(found)}"
    for k, cause in enumerate(found.causes):
        yield f"{'it looks as if' if k == 0 else '  or as if'}: {cause.text}"
    row = found.largest_residual_row
    where = f"at {unit} {position_text(found.x[row])}"
    if one.agrees:
        yield f"largest residual: {found.largest_residual:+.3g} half units of the last place, {where}"
    else:
        yield f"largest gap: {log} - {plan} = {one.series.rates[row] - one.planned[row]:.4g} {where}"


def _to(found: LogDifference) -> str:
    precision = str(found.alignment.precision)
    return precision if precision.startswith("float") else f"the {precision} printed"


def _convention(found: LogDifference) -> str:
    clock = found.alignment.clock
    factor = "" if clock.scale == 1 else f"{clock.scale:,g} "
    counted_by_plan = clock.unit if clock.scale == 1 else found.plan.unit
    return f"the row at {clock.unit} x has the planned rate of {counted_by_plan} {factor}x{signed(clock.offset)}"


def _skips(found: LogDifference) -> str:
    behind = counted(found.skips[-1][1], "step")
    return (
        f"{lag_steps(found.skips, float(found.x[0]), found.unit, MOST_SKIPS)}; the plan is {behind} behind at the end"
    )
