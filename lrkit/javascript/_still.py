"""Schedules whose class has no translation, as still curves: the recording of each, or points of it."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import numpy as np

from .._params import fields_of
from ..schedules._base import LearningRateSchedule
from ..tracing import record
from ..tracing.javascript import rate_lines
from ._expressions import literal
from ._program import Program

POINTS = 2000
"""How many points stand for a formula that cannot be recorded."""
MOST_KNOTS = 1000


def still_lines(program: Program, cls: type[LearningRateSchedule], schedules: list[LearningRateSchedule]) -> list[str]:
    """The call of `still` that enters a class with the curves of its schedules."""
    fields = ", ".join(map(program.field_text, fields_of(cls).values()))
    curves = [f"{json.dumps(repr(one))}: {{ {_curve(program, one)} }}," for one in dict.fromkeys(schedules)]
    inside = textwrap.indent("\n".join(curves), "  ").splitlines()
    return [f'{program.use("still")}("{cls.__name__}", [{fields}], {{', *inside, f'}}, "{cls.kind}");']


def _curve(program: Program, schedule: LearningRateSchedule) -> str:
    knots = [float(knot) for knot in schedule.knots(4 * schedule.horizon)[:MOST_KNOTS]]
    return f"rate: {_rate(program, schedule)}, knots: {literal(knots)}, horizon: {schedule.horizon}"


def _rate(program: Program, schedule: LearningRateSchedule) -> str:
    try:
        lines = rate_lines(record(schedule.formula), "rate")
    except (TypeError, ValueError, AttributeError, NotImplementedError, OverflowError):
        steps: Any = np.unique(np.linspace(0, schedule.horizon, POINTS + 1).astype(np.int64)).tolist()
        return f"{program.use('through')}({literal(steps)}, {literal([schedule(step) for step in steps])})"
    return "(() => { " + "\n".join([*lines, "return rate;"]) + " })()"
